"""The policy in force: shipped tables, with the managers' workbook laid over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from schemas import table_file
from schemas.derived import handover
from schemas.derived.finding import Place
from schemas.derived.handover import Interface, Mapped
from schemas.policy import ladder as ladder_table
from schemas.policy import routing as routing_table
from schemas.policy import rules as rule_table
from schemas.policy import timers as timer_table
from schemas.policy.calendar import Days, load_days
from schemas.policy.ladder import Rung
from schemas.policy.number_forms import DeclaredForm
from schemas.policy.routing import Routing
from schemas.policy.rules import Rule
from schemas.policy.timers import Timer
from schemas.policy.units import UnitRatio

CHARGE = "RCV-014"  # says what is let pass as a bank charge

WAYS = ("whole", "only_new")  # how the next workbook of a name comes, keys of answers


@dataclass(frozen=True, slots=True)
class Value:
    """One row of values.csv: a single figure a manager may decide, and what it is called."""

    key: str
    value: Decimal
    unit: str
    zh: str
    en: str


@dataclass(frozen=True)
class LeftOut:
    """A cell of the managers' workbook that cannot be used, and whose row was left out. `wrong`: a key of `wrong.*`."""

    place: Place
    wrong: str
    value: str


@dataclass(frozen=True)
class Policy:
    """Everything a manager may decide. `values` are single figures by key."""

    rules: Mapping[str, Rule]
    rungs: tuple[Rung, ...]
    timers: Mapping[str, Timer]
    days: Days
    values: Mapping[str, Decimal]
    routing: Routing = field(default_factory=routing_table.load)
    terms: Mapping[str, str] = field(default_factory=dict)  # pay terms as written → in words that say when to pay
    allowed_terms: tuple[tuple[str, frozenset[str]], ...] = ()  # meaning, grades of customers it is for (none: all)
    refused_terms: frozenset[str] = frozenset()  # meanings
    headings: tuple[tuple[str, str, str], ...] = ()  # kind, heading as the company writes it, field
    whole: tuple[str, ...] = ()  # files (patterns) whose newest copy lists every open order of its sender
    ways: tuple[tuple[str, str], ...] = ()  # files (patterns) of which it is settled how their next workbook comes
    interfaces: tuple[Interface, ...] = field(default_factory=handover.interfaces)
    mapping: tuple[Mapped, ...] = field(default_factory=handover.mapping)
    forms: Mapping[str, DeclaredForm] = field(default_factory=dict)  # what numbers look like, by kind
    units: tuple[UnitRatio, ...] = ()  # what the company counts its units in, beside what measures are by nature
    kept_on: tuple[tuple[str, Place], ...] = ()  # rules that may not be off, and the cells where that was tried
    left_out: tuple[LeftOut, ...] = ()  # rows of the workbook that are as shipped, because of one of their cells

    def way_of(self, *names: str) -> str:
        """Return how the next workbook under one of these names comes, one of `WAYS`; blank where nothing says so."""
        return next((way for pattern, way in self.ways if any(fnmatch(name, pattern) for name in names)), "")

    def timed(self) -> frozenset[str]:
        """Return the rules whose limit is that of a timer or a reminder."""
        return frozenset(rule for timer in self.timers.values() for rule in timer.rules) | {
            rule for rung in self.rungs for rule in rung.rules
        }

    def governed(self) -> Policy:
        """Return it with the limits in force for rules whose limit is that of a timer, a reminder or a value."""
        rules = rule_table.governed(self.rules, self.timers.values(), self.rungs)
        charge = replace(rules[CHARGE], limit=self.values["charge_tolerance_fen"] / 100)
        return replace(self, rules=rules | {CHARGE: charge})


@cache
def value_rows() -> tuple[Value, ...]:
    """Return the rows of values.csv."""
    return table_file.load(Value, Path(__file__).with_name("values.csv"))


def shipped() -> Policy:
    """Return the policy with no workbook at all."""
    return Policy(
        rules=rule_table.load(),
        rungs=tuple(ladder_table.load()),
        timers={timer.key: timer for timer in timer_table.load()},
        days=load_days(),
        values={row.key: row.value for row in value_rows()},
    )
