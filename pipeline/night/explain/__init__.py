"""The whole story of one order or complaint, from the same facts the outputs are made of.

A number goes in; its versions, deadlines, findings and to-do lines come out, and `describe` puts them in words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.core.frames import records
from pipeline.core.groups import answers, is_sure
from pipeline.ledger import Night, all_nights, comparable, list_received, near_numbers, versions_of
from pipeline.night.derive_and_judge import derive, judge
from pipeline.night.matters import with_heirs
from pipeline.orders.known_numbers import KnownNumbers, as_written
from pipeline.reading.values.numbers import clean_number
from pipeline.rules import families
from schemas.derived.cases import Clocks
from schemas.derived.joins import Joins
from schemas.derived.todo import Obligations, Todo
from schemas.table import Source

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace
    from pipeline.ledger import Ledger, Version
    from pipeline.rules.context import RuleContext
    from schemas.policy.policy import Policy

MADE = ("standing", "cases", "receivables")
NUMBERS = ("order_no", "complaint_no")
PART = re.compile(r"#\d+$")  # of an order, that an item is of


@dataclass(frozen=True)
class Story:
    """Every version of every fact that names the number, and what is made of them.

    `versions` in the order they came; `undone`: file and night of workbooks taken back; `made`: its rows of the
    tables of `MADE`; `deadlines`: what runs or ran, with start, limit, last moment, owner and rule; `duties` and
    `findings` as the outputs have them.
    """

    number: str
    versions: list[Version] = field(default_factory=list)
    undone: frozenset[tuple[str, str]] = frozenset()
    made: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)
    deadlines: list[dict[str, Any]] = field(default_factory=list)
    duties: list[dict[str, Any]] = field(default_factory=list)
    as_of: datetime | None = None

    def as_record(self) -> dict[str, Any]:
        """For programs: the same content as people read."""
        return {
            "number": self.number,
            "as_of": self.as_of,
            "derived": self.made,
            "deadlines": self.deadlines,
            "to_do": self.duties,
            "findings": self.findings,
            "facts": [version.as_record() | {"is_undone": self.is_undone(version)} for version in self.versions],
        }

    def is_undone(self, version: Version) -> bool:
        """Taken back with its workbook."""
        return not version.is_head and (version.file, version.as_of) in self.undone


def story(workspace: Workspace, ledger: Ledger, policy: Policy, number: str, as_of: datetime) -> Story | None:
    """Return the whole story of a number; None when no fact names the number. Nothing is written."""
    number, versions = _asked_for(ledger, number)
    if not versions:
        return None
    nights = all_nights(ledger)
    tonight = Night(nights[-1].id, max(as_of, nights[-1].as_of), is_past=True)
    context, stored = derive(workspace, ledger, tonight, policy)
    judged = judge(context, stored, ledger, tonight, workspace)
    made = {name: _about(judged.tables[name], number) for name in MADE}
    findings, duties = judged.tables["findings"], judged.tables[Todo.name]
    more = [version for version in _joined_to(ledger, context, number) if version not in versions]
    return Story(
        number,
        _as_they_count([*versions, *more], context),
        _undone(ledger),
        {name: rows for name, rows in made.items() if rows},
        records(findings[_is_named(findings, "subject", number)]),
        _deadlines(context, number),
        records(duties[_is_named(duties, Todo.subject, number)]),
        tonight.as_of,
    )


def _asked_for(ledger: Ledger, number: str) -> tuple[str, list[Version]]:
    """Return the number as it is typed, else the only one of the ledger that it can mean, with its versions."""
    asked = clean_number(number)
    if found := versions_of(ledger, asked):
        return asked, found
    meant = KnownNumbers(dict.fromkeys(near_numbers(ledger, asked), "")).means(asked).numbers
    return (meant[0], versions_of(ledger, meant[0])) if len(meant) == 1 else (number, [])


def _joined_to(ledger: Ledger, context: RuleContext, number: str) -> list[Version]:
    """Return the versions of rows that name the number under another spelling."""
    joins = context[Joins.name]
    mine = joins[answers(joins[Joins.other], lambda text: comparable(number) in map(comparable, text.split(", ")))]
    return [version for text in mine[Joins.written].unique() for version in versions_of(ledger, text)]


def _as_they_count(versions: list[Version], context: RuleContext) -> list[Version]:
    """Return the versions; one that was held counts when every rule that held it is off by now."""
    waits = {
        (kind, key)
        for kind in {version.kind for version in versions if version.is_held and version.is_head}
        for key in context[kind].loc[is_sure(context[kind][Source.src_held]), Source.src_key]
    }
    return [
        replace(version, is_held=(version.kind, version.key) in waits) if version.is_head else version
        for version in versions
    ]


def _deadlines(context: RuleContext, number: str) -> list[dict[str, Any]]:
    """Return what is owed on an order by its timers, or every clock of a complaint that ever began; soonest first."""
    today, policy = pd.Timestamp(context.as_of).normalize(), context.policy
    handed = with_heirs({**context.tables, Obligations.name: families.open_obligations(context)}, today)
    owed, clocks = _about(handed[Obligations.name], number), _about(handed[Clocks.name], number)
    found = [
        {
            "clock": row["timer"],
            "started_at": row["started_at"],
            "limit": str(policy.timers[row["timer"]].normal),
            "due_at": row["due_at"],
            "clock_state": "overdue" if row["is_past"] else "running",
            "owner": row["owner"],
            "rule": row["rule"],
        }
        for row in owed
    ]
    for row in clocks:
        rule = next(iter(policy.timers[row["step"]].rules_after), "")
        limit = "" if pd.isna(row["limit"]) else f"{row['limit']} {row['unit']}"  # a day of its own has no limit
        kept = {name: row[name] for name in ("started_at", "due_at", "clock_state", "owner")}
        found.append({"clock": row["step"], "limit": limit, "rule": rule} | kept)
    return sorted(found, key=lambda row: (pd.isna(row["due_at"]), row["due_at"]))


def _undone(ledger: Ledger) -> frozenset[tuple[str, str]]:
    """File and night of what was taken back, unless the night read that file again."""
    moments = {night.id: night.as_of.isoformat() for night in all_nights(ledger)}
    read = [received for received in list_received(ledger) if received.state == "read"]
    counting = {(received.name, moments[received.night_id]) for received in read if not received.is_undone}
    return frozenset(
        {(received.name, moments[received.night_id]) for received in read if received.is_undone} - counting
    )


def _about(frame: pd.DataFrame, number: str) -> list[dict[str, Any]]:
    named = pd.Series(data=False, index=frame.index)
    for column in NUMBERS:
        named |= _is_named(frame, column, number)
    return records(frame[named])


def _is_named(frame: pd.DataFrame, column: str, number: str) -> pd.Series[bool]:
    """Which rows have the number in a column? None of a table that is empty or lacks it."""
    named = frame.get(column, pd.Series(index=frame.index, dtype="str"))
    asked = comparable(number)
    return answers(
        named, lambda text: asked in {comparable(one) for one in (text, PART.sub("", text), as_written(text))}
    )
