"""Findings across nights: since when each is open, how it ended, and what the last night reported of it.

A finding is new, still open or reopened; it ends fixed, withdrawn with its file, or waived. (The stored word for fixed
is `mended`.)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

import orjson
from sqlalchemy import Connection, delete, insert, select, update

from pipeline.ledger.night import Night
from pipeline.ledger.tables import finding_spans as spans
from pipeline.ledger.tables import received_files, reported
from schemas.derived.finding import Finding, Place
from schemas.derived.findings import Ending, Life

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from pipeline.ledger.store import Ledger

STATES: tuple[Life | Ending, ...] = (*get_args(Life), *get_args(Ending))

Report = tuple[str, int | None]  # a finding as JSON, and the night it ended


def pack_finding(finding: Finding) -> dict[str, Any]:
    """Return a finding as it is stored beside the row or file it is about: for JSON, blanks left out."""
    place = finding.place
    whole = {name: getattr(finding, name) for name in Finding.__dataclass_fields__ if name not in ("place", "params")}
    whole["params"] = dict(finding.params)
    whole["place"] = [place.file, place.sheet, place.row, place.letter]
    return {name: value for name, value in whole.items() if value}


def unpack_finding(pack_finding: Mapping[str, Any]) -> Finding:
    """Return the finding that was packed."""
    values = dict(pack_finding)
    place = Place(*values.pop("place", ("", "", 0, "")))
    return Finding(place=place, **values)


# --- since when, and how it ended -----------------------------------------------------------------


@dataclass(frozen=True)
class FindingState:
    """Where a finding stands tonight, or how it ended, and the night it was first seen."""

    state: str  # one of STATES
    first_night: int


@dataclass(frozen=True)
class FindingHistory:
    """Tonight's findings by id, and those that were open last night and are no more.

    Of these `withdrawn` ones are gone because their workbook was taken back, `waived` ones because somebody let
    them pass, not because anybody fixed them. `was_open` = last night's open count.
    """

    by_id: dict[str, FindingState]
    was_open: int
    ended: dict[str, FindingState] = field(default_factory=dict)

    def count(self, state: str) -> int:
        """Return how many findings are new, open or reopened, or ended so."""
        return sum(known.state == state for known in (*self.by_id.values(), *self.ended.values()))

    def counts(self) -> dict[str, int]:
        """Return all of tonight and all of last night, by what became of them."""
        return {"all": len(self.by_id), **{state: self.count(state) for state in STATES}, "was_open": self.was_open}


def note_open(
    connection: Connection,
    night: Night,
    found: Mapping[str, str],
    passed: AbstractSet[str] = frozenset(),
    names: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> FindingHistory:
    """Record which findings are open on this night, and in which file. Repeating a night changes nothing.

    new + open + reopened = found; open + `mended` + withdrawn + waived = last night's open. `passed`: let pass tonight.
    `names`: what findings were called before their records got the keys of today; they are as old as they were then.
    """
    _forget(connection, night)
    _take_over(connection, night, {id_: {*names[id_]} - found.keys() for id_ in found.keys() & names.keys()})
    first: dict[str, int] = {}
    running: dict[str, str] = {}  # finding → file
    for span in connection.execute(select(spans).order_by(spans.c.from_night)):
        first.setdefault(span.finding_id, span.from_night)
        if span.to_night is None:
            running[span.finding_id] = span.file
    ended = running.keys() - found.keys()
    begun = {finding_id: found[finding_id] for finding_id in sorted(found.keys() - running.keys())}
    _write_spans(connection, night, begun, ended)
    taken_back = _taken_back(connection)

    def how(finding_id: str) -> str:
        return "waived" if finding_id in passed else "withdrawn" if running[finding_id] in taken_back else "mended"

    def now(finding_id: str) -> str:
        return "open" if finding_id in running else "reopened" if finding_id in first else "new"

    return FindingHistory(
        {finding_id: FindingState(now(finding_id), first.get(finding_id, night.id)) for finding_id in found},
        was_open=len(running),
        ended={finding_id: FindingState(how(finding_id), first[finding_id]) for finding_id in sorted(ended)},
    )


def _take_over(connection: Connection, night: Night, names: Mapping[str, AbstractSet[str]]) -> None:
    """Let findings go on from the spans of what they were called before, which end with that."""
    asked = {was: id_ for id_, former in names.items() for was in former}
    known = {(span.finding_id, span.from_night): span for span in connection.execute(select(spans))}
    running = {span.finding_id for span in known.values() if span.to_night is None}
    for span in [span for span in known.values() if span.finding_id in asked]:
        own = (asked[span.finding_id], span.from_night)
        if own not in known:
            known[own] = span
            # a finding is open once, though it went by several names or has come back by itself
            to_night = night.id if span.to_night is None and own[0] in running else span.to_night
            running |= {own[0]} if to_night is None else set()
            values = {"finding_id": own[0], "from_night": own[1], "to_night": to_night, "file": span.file}
            connection.execute(insert(spans).values(values))
        if span.to_night is None:
            here = (spans.c.finding_id == span.finding_id) & spans.c.to_night.is_(None)
            connection.execute(update(spans).where(here).values(to_night=night.id))


def _write_spans(connection: Connection, night: Night, begun: Mapping[str, str], ended: AbstractSet[str]) -> None:
    """Begin the spans of findings by their file, and end others."""
    if begun:
        rows = [{"finding_id": id_, "from_night": night.id, "file": file} for id_, file in begun.items()]
        connection.execute(insert(spans), rows)
    for finding_id in sorted(ended):
        running = update(spans).where(spans.c.finding_id == finding_id, spans.c.to_night.is_(None))
        connection.execute(running.values(to_night=night.id))


def _taken_back(connection: Connection) -> set[str]:
    """Return the files whose newest workbook was taken back."""
    newest = (
        select(received_files.c.name, received_files.c.is_undone)
        .where(received_files.c.state == "read")
        .order_by(received_files.c.id)
    )
    last = {row.name: row.is_undone for row in connection.execute(newest)}
    return {name for name, is_undone in last.items() if is_undone}


def _forget(connection: Connection, night: Night) -> None:
    """Undo what an earlier run of this night recorded."""
    connection.execute(delete(spans).where(spans.c.from_night == night.id))
    connection.execute(update(spans).where(spans.c.to_night == night.id).values(to_night=None))


def history_of_past(found: Iterable[str], night: Night) -> FindingHistory:
    """Return the history for a look back at a past day: nothing is recorded, and nothing is new."""
    made = {finding_id: FindingState("open", night.id) for finding_id in found}
    return FindingHistory(made, was_open=len(made))


# --- what the last night reported -----------------------------------------------------------------


def keep_reported(connection: Connection, night: Night, found: Iterable[Finding], ended: Collection[str]) -> None:
    """Remember these findings in place of the night before; what is reported again just so is not written again.

    Findings that ended tonight stay for one night more, marked, so that the same night run again can report them.
    """
    wanted: dict[str, Report] = {finding.id: (orjson.dumps(pack_finding(finding)).decode(), None) for finding in found}
    known = {row.finding_id: (row.finding, row.ended_night) for row in connection.execute(select(reported))}
    wanted |= {id_: (known[id_][0], night.id) for id_ in ended if id_ in known and id_ not in wanted}
    changed = {id_ for id_ in wanted.keys() & known if wanted[id_] != known[id_]}
    for id_ in sorted(known.keys() - wanted.keys() | changed):
        connection.execute(delete(reported).where(reported.c.finding_id == id_))
    fresh = [
        {"finding_id": id_, "finding": text, "ended_night": ended_night}
        for id_, (text, ended_night) in sorted(wanted.items())
        if known.get(id_) != (text, ended_night)
    ]
    if fresh:
        connection.execute(insert(reported), fresh)


def last_reported(ledger: Ledger, ids: Collection[str]) -> dict[str, Finding]:
    """Return those of these findings that the last night reported, by id."""
    if not ids:
        return {}
    return {id_: finding for id_, finding in _reports(ledger, reported.c.ended_night.is_(None)).items() if id_ in ids}


def ended_on(ledger: Ledger, night: Night) -> dict[str, Finding]:
    """Return the findings that ended on this night as the night before reported them, by id."""
    return _reports(ledger, reported.c.ended_night == night.id)


def _reports(ledger: Ledger, which: ColumnElement[bool]) -> dict[str, Finding]:
    with ledger.reading() as connection:
        rows = connection.execute(select(reported).where(which).order_by(reported.c.finding_id)).all()
    return {row.finding_id: unpack_finding(orjson.loads(row.finding)) for row in rows}


def ever_reported(ledger: Ledger) -> frozenset[str]:
    """Return the id of every finding there ever was."""
    with ledger.reading() as connection:
        return frozenset(connection.execute(select(spans.c.finding_id)).scalars())
