"""The rule table: what is asked of every row, and the words in which it is said.

`rules.csv`, one row per finding code. `limit` counts in `unit`; an empty limit means that the
rule has none, or one for each row (a clock by severity, a role of the discount policy). `basis` keeps
the written procedure (`policy`) apart from our own targets (`house`). The severity is the usual
one: a cell that cannot be read holds its row where identity or money depends on it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).with_name("rules.csv")
SEVERITIES = ("refuse", "hold", "flag", "note")  # worst first


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of rules.csv; what may stand in its columns is told in `tests/test_rules.py`."""

    id: str
    code: str
    ref: str
    table: str
    severity: str
    owner: str  # department key
    limit: Decimal | None
    unit: str
    basis: str  # policy house
    status: str  # live planned
    since: date
    waivable: bool
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str

    @property
    def is_live(self) -> bool:
        """False for a rule that is written down but asked by nobody yet."""
        return self.status == "live"


@cache
def load() -> dict[str, Rule]:
    """Every shipped rule by id, in the order of the table. Raises ValueError for an id that stands twice."""
    rules: dict[str, Rule] = {}
    with SHIPPED.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["id"] in rules:
                raise ValueError(f"{SHIPPED.name}: {row['id']} stands twice")
            rules[row["id"]] = _rule(row)
    return rules


@cache
def by_code() -> dict[str, Rule]:
    """The same rules by the handbook's word for them, such as CONF_OVERDUE."""
    return {rule.code: rule for rule in load().values()}


def _rule(row: dict[str, str]) -> Rule:
    return Rule(
        id=row["id"],
        code=row["code"],
        ref=row["ref"],
        table=row["table"],
        severity=row["severity"],
        owner=row["owner"],
        limit=Decimal(row["limit"]) if row["limit"] else None,
        unit=row["unit"],
        basis=row["basis"],
        status=row["status"],
        since=date.fromisoformat(row["since"]),
        waivable=row["waivable"] == "yes",
        zh=row["zh"],
        en=row["en"],
        remedy_zh=row["remedy_zh"],
        remedy_en=row["remedy_en"],
    )
