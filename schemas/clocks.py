"""How long each step of a complaint may take: the complaint clocks, as shipped.

`clocks.csv`: one row per step, in the order of the work. Limits are written as they are said, `2 BH` or `24 CH`, one
for each severity. Start and stop are columns of a complaint, or moments worked out from its visits and its papers
(`first_visit_at`, `second_visit_at`, `satisfied_at`, `archived_at`).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SHIPPED = Path(__file__).with_name("clocks.csv")
SEVERITIES = ("normal", "serious", "major")
UNITS = ("WD", "CD", "CH", "BH")
BASES = ("policy", "house")


@dataclass(frozen=True, slots=True)
class Limit:
    """So much of a unit: WD working days, CD calendar days, CH hours, BH business hours."""

    amount: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.unit}"


@dataclass(frozen=True, slots=True)
class Clock:
    """One step. `limits` by severity, all in hours or days of their own unit.

    `applies`: always, to `incomplete` complaints, or to those that need a `second_visit`. `owner`: a department
    (dept.*), else `handler`. `escalates_to`: a key role.*, empty for nobody. A clock that `pauses` stands still while
    the customer is asked. `basis`: `policy` is the written procedure, `house` our own target.
    """

    step: str
    start: str
    stop: str
    limits: Mapping[str, Limit]
    applies: str
    owner: str
    escalates_to: str
    pauses: bool
    basis: str


def limit(text: str) -> Limit:
    """A limit as written in the table. Raises ValueError when it is none."""
    amount, _, unit = text.strip().partition(" ")
    try:
        made = Limit(Decimal(amount), unit.strip().upper())
    except InvalidOperation:
        raise ValueError(f"{text!r} is not an amount and a unit, like 2 BH") from None
    if made.unit not in UNITS:
        raise ValueError(f"{text!r}: the unit must be one of {', '.join(UNITS)}")
    if made.amount <= 0 or (made.unit in ("WD", "CD") and made.amount % 1):
        raise ValueError(f"{text!r}: a limit is positive, and days are whole")
    return made


@cache
def load(path: Path = SHIPPED) -> tuple[Clock, ...]:
    """Every step in the order of the work. Raises ValueError for a limit that is none."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return tuple(_clock(row) for row in csv.DictReader(lines))


def _clock(row: dict[str, str]) -> Clock:
    if row["basis"] not in BASES:
        raise ValueError(f"{row['step']}: basis must be one of {', '.join(BASES)}")
    return Clock(
        step=row["step"],
        start=row["start"],
        stop=row["stop"],
        limits={severity: limit(row[severity]) for severity in SEVERITIES},
        applies=row["applies"],
        owner=row["owner"],
        escalates_to=row["escalates_to"],
        pauses=row["pauses"] == "1",
        basis=row["basis"],
    )
