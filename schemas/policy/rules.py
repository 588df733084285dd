"""The rule table: what is asked of every row, and the words in which it is said.

`rules.csv`, one row per finding code. `limit` counts in `unit`; an empty limit means that the
rule has none, one for each row (a role of the discount policy), or that of a timer or of a reminder, which names the
rule (`timers.csv`, `ladder.csv`). `basis` keeps
the written procedure (`policy`) apart from our own targets (`house`). The severity is the usual
one: a cell that cannot be read holds its row where identity or money depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from schemas import table_file
from schemas.policy import ladder as ladder_table
from schemas.policy import timers as timer_table
from schemas.policy.ladder import Rung
from schemas.policy.timers import Timer

SHIPPED = Path(__file__).with_name("rules.csv")
Severity = Literal["refuse", "hold", "flag", "note"]  # worst first
RuleStatus = Literal["live", "planned", "off"]  # off: by the managers
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
# What keeps the ledger sound: which record a row is about, whose money it is, how much and since when, and numbers that
# Excel has spoilt. What refuses a file belongs to it too, and what we could not read or do.
SOUND = frozenset(
    "CELL-005 CELL-006 CELL-007 CELL-008 CELL-022 CELL-029 CELL-041 ORD-002 ORD-028 ORD-033 ORD-044 ORD-045 ORD-050 "
    "CUS-006 TRK-027 SHP-009 INV-008 INV-009 INV-010 INV-011 INV-017 RCV-005 RCV-006 X-010 X-026 "
    "FILE-032 FILE-033 X-027 X-028 X-029".split()
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of rules.csv; what may stand in its columns is told in `tests/laws/test_rules.py`."""

    id: str
    code: str
    ref: str
    table: str
    severity: Severity
    owner: str  # department key
    limit: Decimal | None
    unit: str
    basis: Literal["policy", "house"]
    status: RuleStatus
    since: date
    waivable: bool
    title_zh: str
    title_en: str
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str

    def title(self, lang: str) -> str:
        """Return the short name, in `zh` or `en`."""
        return self.title_en if lang == "en" else self.title_zh

    @property
    def bound(self) -> Decimal:
        """Return the limit. Raises ValueError for a rule without one."""
        if self.limit is None:
            raise ValueError(f"{self.id} has no limit")
        return self.limit

    @property
    def is_live(self) -> bool:
        """Return False for a rule that is written down but asked by nobody yet."""
        return self.status == "live"

    @property
    def may_be_off(self) -> bool:
        """Return False for a rule without which rows would be lost, counted twice or counted for nothing."""
        return self.severity != "refuse" and self.id not in SOUND


@cache
def load() -> dict[str, Rule]:
    """Return every shipped rule by id, in the order of the table."""
    rules = {rule.id: rule for rule in table_file.load(Rule, SHIPPED)}
    return governed(rules, timer_table.load(), ladder_table.load())


def governed(rules: Mapping[str, Rule], timers: Iterable[Timer], rungs: Iterable[Rung]) -> dict[str, Rule]:
    """Return the rules with limit and department of the timers that name them; of a reminder, its days."""
    made = dict(rules)
    for timer in timers:
        for rule in timer.rules:
            owner = made[rule].owner if timer.owner in timer_table.ROLES else timer.owner
            made[rule] = replace(made[rule], limit=timer.normal.amount, unit=timer.normal.unit, owner=owner)
    for rung in rungs:
        for rule in rung.rules:
            made[rule] = replace(made[rule], limit=Decimal(abs(rung.days_from)), unit="CD")
    return made


@cache
def by_code() -> dict[str, Rule]:
    """Return the same rules by the handbook's word for them, such as CONF_OVERDUE."""
    return {rule.code: rule for rule in load().values()}
