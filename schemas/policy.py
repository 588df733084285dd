"""The policy in force: shipped tables, with the managers' workbook laid over them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from schemas import clocks as clock_table
from schemas import handover
from schemas import ladder as ladder_table
from schemas import routing as routing_table
from schemas import rules as rule_table
from schemas.calendar import load_days

if TYPE_CHECKING:
    from schemas.calendar import Days
    from schemas.clocks import Clock
    from schemas.handover import Interface, Mapped
    from schemas.ladder import Rung
    from schemas.routing import Routing
    from schemas.rules import Rule


@dataclass(frozen=True)
class Policy:
    """Everything a manager may decide. `values` are single figures by key."""

    rules: Mapping[str, Rule]
    rungs: tuple[Rung, ...]
    clocks: tuple[Clock, ...]
    days: Days
    values: Mapping[str, Decimal]
    routing: Routing = field(default_factory=routing_table.load)
    terms: Mapping[str, str] = field(default_factory=dict)  # pay terms as written → in words that say when to pay
    headings: tuple[tuple[str, str, str], ...] = ()  # kind, heading as the company writes it, field
    whole: tuple[str, ...] = ()  # files (patterns) whose newest copy lists every open order of its sender
    interfaces: tuple[Interface, ...] = field(default_factory=handover.interfaces)
    mapping: tuple[Mapped, ...] = field(default_factory=handover.mapping)


@cache
def value_rows() -> tuple[dict[str, str], ...]:
    """Rows of values.csv: key, value, unit, zh, en."""
    with Path(__file__).with_name("values.csv").open(encoding="utf-8-sig", newline="") as lines:
        return tuple(csv.DictReader(lines))


def shipped() -> Policy:
    """The policy with no workbook at all."""
    return Policy(
        rules=rule_table.load(),
        rungs=tuple(ladder_table.load()),
        clocks=tuple(clock_table.load()),
        days=load_days(),
        values={row["key"]: Decimal(row["value"]) for row in value_rows()},
    )
