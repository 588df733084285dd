"""The life of findings across nights: new, still open, mended, reopened, withdrawn with their file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert, select, update

from pipeline.ledger.night import Night
from pipeline.ledger.tables import lives as table
from pipeline.ledger.tables import received_files

STATES = ("new", "open", "reopened", "mended", "withdrawn", "waived")


@dataclass(frozen=True)
class Life:
    """Where a finding stands tonight, or how it ended, and the night it was first seen."""

    state: str  # new open reopened, or mended withdrawn waived
    first_night: int


@dataclass(frozen=True)
class FindingHistory:
    """Tonight's lives by finding id, and of those that were open last night and are no more.

    Of these `withdrawn` ones are gone because their workbook was taken back, `waived` ones because somebody let
    them pass, not because anybody mended them. `was_open` = last night's open count.
    """

    by_id: dict[str, Life]
    was_open: int
    ended: dict[str, Life] = field(default_factory=dict)

    def count(self, state: str) -> int:
        """How many findings are new, open or reopened, or ended so."""
        return sum(life.state == state for life in (*self.by_id.values(), *self.ended.values()))

    def counts(self) -> dict[str, int]:
        """All of tonight and all of last night, by what became of them."""
        return {"all": len(self.by_id), **{state: self.count(state) for state in STATES}, "was_open": self.was_open}


def live(
    connection: Connection, night: Night, found: Mapping[str, str], passed: AbstractSet[str] = frozenset()
) -> FindingHistory:
    """Record which findings are open on this night, and in which file. Repeating a night changes nothing.

    new + open + reopened = found; open + mended + withdrawn + waived = last night's open. `passed`: let pass tonight.
    """
    _forget(connection, night)
    spans = connection.execute(select(table).order_by(table.c.from_night)).all()
    first: dict[str, int] = {}
    running: dict[str, int] = {}
    files: dict[str, str] = {}
    for span in spans:
        first.setdefault(span.finding_id, span.from_night)
        if span.to_night is None:
            running[span.finding_id] = span.from_night
            files[span.finding_id] = span.file
    wanted = found.keys()
    ended = running.keys() - wanted
    _turn(connection, night, {each: found[each] for each in sorted(wanted - running.keys())}, ended)
    gone = _taken_back(connection)

    def how(each: str) -> str:
        return "waived" if each in passed else "withdrawn" if files[each] in gone else "mended"

    return FindingHistory(
        {each: _life(each, first, running, night) for each in wanted},
        was_open=len(running),
        ended={each: Life(how(each), first[each]) for each in sorted(ended)},
    )


def _turn(connection: Connection, night: Night, begun: Mapping[str, str], ended: AbstractSet[str]) -> None:
    """Begin the spans of findings by their file, and end others."""
    if begun:
        rows = [{"finding_id": each, "from_night": night.id, "file": file} for each, file in begun.items()]
        connection.execute(insert(table), rows)
    for each in sorted(ended):
        over = update(table).where(table.c.finding_id == each, table.c.to_night.is_(None))
        connection.execute(over.values(to_night=night.id))


def _taken_back(connection: Connection) -> set[str]:
    """Files whose newest workbook was taken back."""
    newest = (
        select(received_files.c.name, received_files.c.is_undone)
        .where(received_files.c.state == "read")
        .order_by(received_files.c.id)
    )
    last = {row.name: row.is_undone for row in connection.execute(newest)}
    return {name for name, is_undone in last.items() if is_undone}


def _forget(connection: Connection, night: Night) -> None:
    """Undo what an earlier run of this night recorded."""
    connection.execute(delete(table).where(table.c.from_night == night.id))
    ended = update(table).where(table.c.to_night == night.id)
    connection.execute(ended.values(to_night=None))


def _life(each: str, first: dict[str, int], running: dict[str, int], night: Night) -> Life:
    if each in running:
        return Life("open", first[each])
    if each in first:
        return Life("reopened", first[each])
    return Life("new", night.id)


def looked_back(found: Iterable[str], night: Night) -> FindingHistory:
    """Lives for a look back at a past day: nothing is recorded, and nothing is new."""
    made = {each: Life("open", night.id) for each in found}
    return FindingHistory(made, was_open=len(made))
