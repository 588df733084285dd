"""What must be done by when: one row per obligation with a deadline, as shipped.

`timers.csv` names for each the fact that starts it, the fact that ends it, how long it may take, whose it is, and the
rules that are said before and after its deadline. Everything that speaks of such a deadline reads it here: the rules
take their limit from it, the next step of an order its day, the list of things to do its lines, the managers' workbook
its sheet. Only reminders to pay have a table of their own (`ladder.csv`): they climb, count backwards too, and wait for
each other.

Limits are written as they are said, `2 BH` or `24 CH`. Complaints have one for each severity, pauses and somebody to go
to when one is missed, so their clocks are kept for every step that ever began (`pipeline.complaints.clocks`); any other
timer has one limit and either stands tonight or does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from schemas import table_file

SHIPPED = Path(__file__).with_name("timers.csv")
COMPLAINT_SEVERITIES = ("normal", "serious", "major")
UNITS = ("WD", "CD", "CH", "BH")
ROLES = ("handler", "approver")  # owners that are no department: whoever a complaint names
COMPLAINTS = "complaints"


@dataclass(frozen=True, slots=True)
class Limit:
    """So much of a unit: WD working days, CD calendar days, CH hours, BH business hours."""

    amount: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.unit}"


def parse_limit(text: str) -> Limit:
    """Return a limit as written in the table; no days is the day itself. Raises ValueError when it is none."""
    amount, _, unit = text.strip().partition(" ")
    try:
        made = Limit(Decimal(amount), unit.strip().upper())
    except InvalidOperation:
        raise ValueError(f"{text!r} is not an amount and a unit, like 2 BH") from None
    if made.unit not in UNITS:
        raise ValueError(f"{text!r}: the unit must be one of {', '.join(UNITS)}")
    in_days = made.unit in ("WD", "CD")
    if not made.amount.is_finite() or made.amount < 0 or (made.amount % 1 if in_days else not made.amount):
        raise ValueError(f"{text!r}: a limit is positive, and days are whole")
    return made


@dataclass(frozen=True, slots=True)
class Timer:
    """One obligation: what must be done, by when, and whose it is.

    `about`: the table whose rows are asked. `starts`: facts as table.column, the first that is known counts; `stop`:
    the fact that ends it. A complaint's are columns of its own or moments worked out from its visits and its documents
    (`first_visit_at`, `second_visit_at`, `satisfied_at`, `archived_at`). `normal`: how long it may take; `serious`,
    `major`: of such complaints, where that differs. `edge`: a limit in days lasts to the end of its last day, one in
    hours to the minute (`usual`); with `workday` it is missed on the next working day only. `applies`: always, to
    `incomplete` complaints, or to those that need a `second_visit`. `owner`: a department (dept.*), else one of
    `ROLES`. `escalates_to`: a key role.*, empty for nobody. One that `pauses` stands still while the customer is asked.
    `basis`: `policy` is the written procedure, `house` our own target. `rule_before` is said while there is time, the
    first of `rules_after` from then on; the others of these take their limit from here. `states`: states of an order
    whose next step is this very thing.
    """

    key: str
    about: str
    starts: tuple[str, ...]
    stop: str
    normal: Annotated[Limit, parse_limit]
    serious: Annotated[Limit, parse_limit] | None
    major: Annotated[Limit, parse_limit] | None
    edge: Literal["usual", "workday"]
    applies: str
    owner: str
    escalates_to: str
    pauses: bool
    basis: Literal["policy", "house"]
    rule_before: str
    rules_after: tuple[str, ...]
    states: tuple[str, ...]

    @property
    def start(self) -> str:
        """Return the one fact that starts it."""
        (only,) = self.starts
        return only

    @property
    def limits(self) -> Mapping[str, Limit]:
        """Return the limit by severity."""
        return {"normal": self.normal, "serious": self.serious or self.normal, "major": self.major or self.normal}

    @property
    def rules(self) -> tuple[str, ...]:
        """Return every rule whose limit this is."""
        return tuple(dict.fromkeys(filter(None, (self.rule_before, *self.rules_after))))


@cache
def load(path: Path = SHIPPED) -> tuple[Timer, ...]:
    """Return every obligation, order first, then complaints in the order of the work."""
    rows = table_file.load(Timer, path)
    return tuple(replace(row, serious=row.limits["serious"], major=row.limits["major"]) for row in rows)
