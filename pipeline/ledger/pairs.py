"""The rows a workbook holds by its earlier versions, and which of them a row of its next version replaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, insert, select

from pipeline.core.file_names import workbook_name
from pipeline.ledger.heads import CHUNK
from pipeline.ledger.received_files import read_before
from pipeline.ledger.tables import answered, corrected, facts, heads, received_files, releases, returned, ways
from pipeline.ledger.tables import pairs as table

if TYPE_CHECKING:
    from pipeline.ledger.received_files import ReceivedFile
    from pipeline.ledger.store import Ledger

ONLY_NEW, WHOLE = "only_new", "whole"
COUNTING = ("read", "corrected")
Age = tuple[int, int]  # rank and version: the greater, the newer


@dataclass(frozen=True)
class FormerRow:
    """A row that a workbook holds by an earlier version. `is_late`: another source has restated it since.

    `written`: where one of its cells was corrected, the facts without that, as they stand in the workbook.
    """

    seq: int
    kind: str
    key: str
    sheet: str
    row: int
    is_held: bool
    facts: str  # JSON
    is_late: bool = False
    written: str = ""  # JSON


@dataclass(frozen=True)
class Replacement:
    """The former row that a new one replaces.

    `is_equal`: it says the same; `is_late`: it came back after another source restated the row; both are as old as
    the former. `question`: the columns it differs in, where nobody but its sender can tell whether it is that row.
    """

    former: FormerRow
    is_equal: bool = False
    question: str = ""

    @property
    def is_as_old(self) -> bool:
        """Does it leave the row as old as it was?"""
        return self.is_equal or self.former.is_late


@dataclass(frozen=True)
class _File:
    id: int
    name: str
    state: str
    night_id: int
    is_undone: bool


class Workbooks:
    """The workbooks of the ledger as they were before tonight, asked for by a file that is one's next version."""

    def __init__(self, ledger: Ledger, *, besides: int = 0, tonight: AbstractSet[int] = frozenset()) -> None:
        """`besides`: a night whose files are left out; `tonight`: files that are validated now."""
        self._ledger = ledger
        with ledger.reading() as connection:
            of = received_files.c
            query = select(of.id, of.name, of.state, of.night_id, of.is_undone).where(of.state.in_(COUNTING))
            self._origins = origins_of(connection)
            self._ways = {row[0]: row[1] for row in connection.execute(select(ways.c.workbook, ways.c.way))}
            files = [_File(*row) for row in connection.execute(query.order_by(of.id))]
        self._files = {
            file.id: file
            for file in files
            if not file.is_undone and (file.night_id != besides or not besides) and file.id not in tonight
        }
        names = {file.id: file.name for file in files}
        self._by_workbook: dict[str, list[int]] = {}
        for id_ in self._files:
            self._by_workbook.setdefault(workbook_name(_name(id_, names, self._origins)), []).append(id_)

    def formers(
        self, received: ReceivedFile, origin: ReceivedFile | None = None, sheets: AbstractSet[str] = frozenset()
    ) -> list[FormerRow]:
        """Return the rows a file may replace: of its workbook's versions before it, or of the file it is a copy of.

        `sheets`: those that are read; of bytes that were read before only these, and they replace their own rows alone.
        """
        found = self._formers(received, origin)
        is_part = bool(sheets) and bool(read_before(self._ledger, received))
        return [row for row in found if row.sheet in sheets] if is_part else found

    def _formers(self, received: ReceivedFile, origin: ReceivedFile | None) -> list[FormerRow]:
        asked = received if origin is None else origin
        name = workbook_name(_name(asked.id, {asked.id: asked.name}, self._origins))
        ids = [id_ for id_ in self._by_workbook.get(name, ()) if origin or id_ < received.id]
        if not ids or (origin is None and self._ways.get(name) == ONLY_NEW):
            return []
        with self._ledger.reading() as connection:
            if origin is None:
                last = max((id_ for id_ in ids if id_ not in self._origins), default=min(ids))
                return self._living(connection, [id_ for id_ in ids if id_ >= last], ids)
            family = [id_ for id_ in ids if self._first(id_) == self._first(origin.id)]
            return self._living(connection, family, (), family=frozenset(family))

    def has_earlier(self, received: ReceivedFile) -> bool:
        """Was this workbook taken in before?"""
        return any(id_ < received.id for id_ in self._by_workbook.get(workbook_name(received.name), ()))

    def _first(self, id_: int) -> int:
        while id_ in self._origins:
            id_ = self._origins[id_]
        return id_

    def _living(
        self,
        connection: Connection,
        whole: Sequence[int],
        counting: Sequence[int],
        family: frozenset[int] = frozenset(),
    ) -> list[FormerRow]:
        """Return the rows of the files in `whole`, and those that count of `counting`, each as its newest version."""
        rows = _rows(connection, whole, counting)
        ages = _ages(connection, rows)
        newest, late = self._newest_of_records(connection, {ages[seq][0] for seq in rows if ages[seq][0]}, family)
        gone = _gone(connection, rows)
        by_key: dict[tuple[str, str], tuple[Age, Any]] = {}
        for seq, row in rows.items():
            record, age = ages[seq]
            if seq in gone or (record and newest.get(record, age) > age):
                continue
            at = (row.kind, row.key)
            if at not in by_key or by_key[at][0] < age:
                by_key[at] = (age, row)
        written = self._written(connection, (row for _, row in by_key.values()))
        return [
            replace(_former(row, is_late=late.get(ages[row.seq][0], (0, 0)) > age), written=written.get(row.seq, ""))
            for age, row in sorted(by_key.values(), key=lambda found: found[1].seq)
        ]

    def _written(self, connection: Connection, rows: Iterable[Any]) -> dict[int, str]:
        """Return the facts as they stand in their workbook of rows that were read once more with a correction."""
        asked = {
            (self._origins[row.file_id], row.kind, row.sheet, row.row): row.seq
            for row in rows
            if row.file_id in self._files and self._files[row.file_id].state == "corrected"
        }
        origins = {origin for origin, *_ in asked}
        found = chunked(connection, select(facts), facts.c.file_id, origins)
        own = {(row.file_id, row.kind, row.sheet, row.row): row.facts for row in found}
        return {seq: own[at] for at, seq in asked.items() if at in own}

    def _newest_of_records(
        self, connection: Connection, records: Iterable[int], family: frozenset[int]
    ) -> tuple[dict[int, Age], dict[int, Age]]:
        """Return the age of the newest version of every record; of a family its own, and that of the others."""
        newest: dict[int, Age] = {}
        others: dict[int, Age] = {}
        query = select(table.c.record, table.c.rank, table.c.seq, facts.c.file_id)
        query = query.join(facts, facts.c.seq == table.c.seq)
        for row in chunked(connection, query, table.c.record, records):
            if row.file_id in self._files:
                into = newest if not family or row.file_id in family else others
                into[row.record] = max(into.get(row.record, (0, 0)), (row.rank, row.seq))
        return newest, others


def _former(row: Any, *, is_late: bool) -> FormerRow:
    return FormerRow(row.seq, row.kind, row.key, row.sheet, row.row, row.is_held, row.facts, is_late)


def living_rows(ledger: Ledger, kind: str, keys: Iterable[str]) -> dict[str, tuple[FormerRow, str]]:
    """Return the rows that count under these keys, each with the name of its file."""
    query = (
        select(facts, received_files.c.name)
        .join(heads, heads.c.seq == facts.c.seq)
        .join(received_files, received_files.c.id == facts.c.file_id)
        .where(facts.c.kind == kind)
    )
    with ledger.reading() as connection:
        return {
            row.key: (_former(row, is_late=False), row.name) for row in chunked(connection, query, heads.c.key, keys)
        }


def origins_of(connection: Connection) -> dict[int, int]:
    """Return every file that is a copy of another, or that one read once more, with the other."""
    found = {row.file_id: row.origin_id for row in connection.execute(select(returned))}
    return found | {row.file_id: row.origin_id for row in connection.execute(select(corrected))}


def _name(id_: int, names: Mapping[int, str], origins: Mapping[int, int]) -> str:
    """Return the name of the file that this one is a copy of, however often; its own where it is none."""
    name = names[id_]
    while id_ in origins:
        id_ = origins[id_]
        name = names.get(id_, name)
    return name


def _rows(connection: Connection, whole: Sequence[int], counting: Sequence[int]) -> dict[int, Any]:
    """Return the versions of these files, by their number."""
    query = select(facts)
    found = {row.seq: row for row in chunked(connection, query, facts.c.file_id, whole)}
    standing = query.join(heads, heads.c.seq == facts.c.seq)
    return found | {row.seq: row for row in chunked(connection, standing, facts.c.file_id, counting)}


def _ages(connection: Connection, seqs: Iterable[int]) -> dict[int, tuple[int, Age]]:
    """Return the record and the age of each version; without a record (zero) for one that no other replaced."""
    asked = list(seqs)
    made = {seq: (0, (seq, seq)) for seq in asked}
    for row in chunked(connection, select(table), table.c.seq, asked):
        made[row.seq] = (row.record, (row.rank, row.seq))
    return made


def _gone(connection: Connection, seqs: Iterable[int]) -> set[int]:
    """Return those of the versions that a file released, or an answer took away."""
    living = select(releases.c.seq).join(received_files, received_files.c.id == releases.c.file_id)
    asked = list(seqs)
    released = chunked(connection, living.where(~received_files.c.is_undone), releases.c.seq, asked)
    return {row.seq for row in released} | {
        row.seq for row in chunked(connection, select(answered.c.seq), answered.c.seq, asked)
    }


def chunked(connection: Connection, query: Select[Any], column: Any, values: Iterable[Any]) -> Iterator[Any]:
    """Return what a query finds for all of these values of a column, some at a time."""
    asked = sorted(values)
    for at in range(0, len(asked), CHUNK):
        yield from connection.execute(query.where(column.in_(asked[at : at + CHUNK])))


def note_pairs(connection: Connection, file_id: int, made: Mapping[int, Replacement], keys: Mapping[int, str]) -> None:
    """Remember which version replaces which: new version → its former. `keys`: those of the new ones."""
    asked = {pair.former.seq for pair in made.values()}
    known = {row.seq: (row.record, row.rank) for row in chunked(connection, select(table), table.c.seq, asked)}
    fresh = [pair.former for pair in made.values() if pair.former.seq not in known]
    rows = _records_of(connection, file_id, fresh)
    known |= {row["seq"]: (row["record"], row["rank"]) for row in rows}
    for seq, pair in made.items():
        record, rank = known[pair.former.seq]
        rank = rank if pair.is_as_old else seq
        own = {"is_renamed": keys[seq] != pair.former.key, "question": pair.question}
        rows.append({"seq": seq, "was": pair.former.seq, "record": record, "rank": rank, **own})
    if rows:
        connection.execute(insert(table), rows)


def _records_of(connection: Connection, file_id: int, formers: Sequence[FormerRow]) -> list[dict[str, Any]]:
    """Return a record for each of these rows: itself, and what its workbook said under the same key before."""
    asked = {(former.kind, former.key): former.seq for former in formers}
    if not asked:
        return []
    older: dict[tuple[str, str], list[int]] = {}
    query = select(facts.c.seq, facts.c.kind, facts.c.key)
    for row in chunked(connection, query, facts.c.file_id, _same_workbook(connection, file_id)):
        if row.seq < asked.get((row.kind, row.key), 0):
            older.setdefault((row.kind, row.key), []).append(row.seq)
    every = {seq for seqs in older.values() for seq in seqs}
    taken = {row.seq for row in chunked(connection, select(table.c.seq), table.c.seq, every)}
    made = []
    for at, newest in asked.items():
        seqs = [*sorted(seq for seq in older.get(at, ()) if seq not in taken), newest]
        for was, seq in zip([None, *seqs], seqs, strict=False):
            made.append({"seq": seq, "was": was, "record": seqs[0], "rank": seq, "is_renamed": False, "question": ""})
    return made


def _same_workbook(connection: Connection, file_id: int) -> list[int]:
    """Return the files of one workbook with this one."""
    names = {row[0]: row[1] for row in connection.execute(select(received_files.c.id, received_files.c.name))}
    origins = origins_of(connection)
    asked = workbook_name(_name(file_id, names, origins))
    return [id_ for id_ in names if id_ < file_id and workbook_name(_name(id_, names, origins)) == asked]
