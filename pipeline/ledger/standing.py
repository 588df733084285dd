"""What the versions of workbooks leave open: rows that may be others, rows that vanished, ways they may come.

Asked again every night from what stands, so that a workbook taken back takes its questions with it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Container, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, select

from pipeline.core.file_names import workbook_name
from pipeline.ledger.answers import REPEATED
from pipeline.ledger.corrections import column_at
from pipeline.ledger.pairs import ONLY_NEW, WHOLE, chunked, origins_of
from pipeline.ledger.rereading import WAITING
from pipeline.ledger.tables import answered, facts, heads, pairs, received_files, ways
from schemas.derived.finding import Place, place_of

if TYPE_CHECKING:
    from pipeline.ledger.store import Ledger

ORDINAL = re.compile(r"#\d+$")
Record = tuple[str, str]  # kind and key


@dataclass(frozen=True)
class StandingRow:
    """A stored row and where it stands. `sheets`: those of its file."""

    seq: int
    kind: str
    key: str
    file: str
    sheet: str
    row: int
    facts: Mapping[str, Any]
    sheets: tuple[Mapping[str, Any], ...] = ()

    def place(self, column: str) -> tuple[Place, str]:
        """Return the cell of a column, and its heading."""
        row, letter, heading, sheet = place_of(self.facts.get("src_cells"), column, self.row)
        found = (letter, heading) if letter else column_at(self.sheets, self.kind, self.sheet, column)
        return Place(self.file, sheet or self.sheet, row, found[0]), found[1]


@dataclass(frozen=True)
class AskedPair:
    """A row of a newer version that may be the former one, or another.

    `columns`: what it differs in; `is_apart`: somebody answered that it is another.
    """

    new: StandingRow
    former: StandingRow
    columns: tuple[str, ...]
    is_apart: bool


@dataclass(frozen=True)
class Vanished:
    """Rows of a sheet that stand in no newer version, whether they count or were answered away.

    `mark`: of the bytes of the version that came without them.
    """

    workbook: str
    file: str
    sheet: str
    mark: str
    rows: tuple[StandingRow, ...]


@dataclass(frozen=True)
class OpenWay:
    """A workbook whose newest version has no row of an earlier one, or of which somebody said how it comes."""

    workbook: str
    file: str
    rows: int
    way: str = ""


@dataclass
class Standing:
    """All that the versions of workbooks leave open."""

    pairs: list[AskedPair] = field(default_factory=list)
    vanished: list[Vanished] = field(default_factory=list)
    ways: list[OpenWay] = field(default_factory=list)
    newest: Mapping[str, str] = field(default_factory=dict)  # every workbook, and the name of its newest file


class _Books:
    """The files that count, and of which workbook each is a version; the newest last."""

    def __init__(self, connection: Connection) -> None:
        of = received_files.c
        query: Any = select(of.id, of.name, of.state, of.night_id, of.sha256, of.sheets).where(
            ~of.is_undone, of.state.in_(("read", "corrected"))
        )
        self.origins = origins_of(connection)
        self.file = {row.id: row for row in connection.execute(query.order_by(of.id))}
        self.by_file: dict[int, str] = {}
        self.plain: dict[str, list[Any]] = {}
        for id_, row in self.file.items():
            root = self.file.get(self.root(id_), row)
            self.by_file[id_] = workbook_name(root.name)
            if id_ not in self.origins:
                self.plain.setdefault(self.by_file[id_], []).append(row)

    def root(self, id_: int) -> int:
        """Return the file that this one is a copy of, however often."""
        while id_ in self.origins:
            id_ = self.origins[id_]
        return id_

    def next_of(self, file_id: int) -> Row[Any] | None:
        """Return the version of a workbook after this file; None for the newest. Of one night there is one version."""
        root = self.root(file_id)
        own = self.file[file_id]
        since = own if own.state == "read" else self.file.get(root, own)  # a returned copy is of the night it came
        night = since.night_id
        later = (row for row in self.plain.get(self.by_file[file_id], ()) if row.id > root and row.night_id > night)
        return next(later, None)

    def is_newest(self, file_id: int) -> bool:
        """Is a file of the newest version of its workbook?"""
        return file_id in self.by_file and self.next_of(file_id) is None


def what_stands(ledger: Ledger) -> Standing:
    """Return all that the versions of workbooks leave open tonight."""
    with ledger.reading() as connection:
        books = _Books(connection)
        several = {name for name, files in books.plain.items() if len({row.night_id for row in files}) > 1}
        known = {row.workbook: row.way for row in connection.execute(select(ways))}
        newest = {name: books.plain[name][-1] for name in several}
        # of a workbook none of whose rows once replaced another nothing has vanished until somebody says how it comes
        odd = _replaced_nothing(books, _paired(connection, books, newest))
        versions = {
            name for name in several if known.get(name) != ONLY_NEW and (name not in odd or known.get(name) == WHOLE)
        }
        ways_ = [
            OpenWay(name, newest[name].name, _count(newest[name]), known.get(name, ""))
            for name in sorted(several)
            if name in known or name in odd
        ]
        asked = _asked_pairs(connection, books)
        told = {pair.former.seq for pair in asked if pair.is_apart}  # that they stand is the answer
        names = {name: files[-1].name for name, files in books.plain.items()}
        return Standing(asked, _vanished(connection, books, versions, told), ways_, names)


def _replaced_nothing(books: _Books, paired: AbstractSet[tuple[str, int]]) -> set[str]:
    """Return the workbooks of which a version after the first had rows, and none of them replaced another."""
    made, replacing = set(), dict[str, list[int]]()
    for name, night in paired:
        replacing.setdefault(name, []).append(night)
    for name, files in books.plain.items():
        nights = [*dict.fromkeys(row.night_id for row in files), sys.maxsize]
        for night, after in pairwise(nights[1:]):
            is_paired = any(night <= n < after for n in replacing.get(name, ()))
            if not is_paired and any(_count(row) for row in files if row.night_id == night):
                made.add(name)
    return made


def _count(file: Row[Any]) -> int:
    return sum(int(sheet.get("accepted", 0)) + int(sheet.get("held", 0)) for sheet in json.loads(file.sheets))


def _paired(connection: Connection, books: _Books, names: Container[str]) -> set[tuple[str, int]]:
    """Return workbooks with the nights on which a row of a version of theirs, or of a copy, replaced a former one."""
    ids = [id_ for id_, name in books.by_file.items() if name in names]
    query = select(facts.c.file_id).join(pairs, pairs.c.seq == facts.c.seq).where(pairs.c.was.is_not(None)).distinct()
    rows = chunked(connection, query, facts.c.file_id, ids)
    return {(books.by_file[row.file_id], books.file[row.file_id].night_id) for row in rows}


def _asked_pairs(connection: Connection, books: _Books) -> list[AskedPair]:
    asked = connection.execute(select(pairs).where(pairs.c.question != "").order_by(pairs.c.seq)).all()
    rows = _rows(connection, books, {seq for row in asked for seq in (row.seq, row.was)})
    records = {
        row.seq: row.record for row in chunked(connection, select(pairs), pairs.c.seq, [row.was for row in asked])
    }
    return [
        AskedPair(rows[row.seq], rows[row.was], tuple(row.question.split()), row.record != records[row.was])
        for row in asked
        if row.seq in rows and row.was in rows
    ]


def _vanished(connection: Connection, books: _Books, versions: set[str], told: set[int]) -> list[Vanished]:
    counting = {row.seq: row for row in connection.execute(_placed().join(heads, heads.c.seq == facts.c.seq))}
    living = {(row.kind, row.key) for row in counting.values()}
    deleted = _placed().join(answered, answered.c.seq == facts.c.seq).where(answered.c.finding_id != REPEATED)
    taken = connection.execute(deleted).all()
    waited = _waited_for(connection, books, taken)
    counting |= {row.seq: row for row in taken if (row.kind, row.key) not in living or row.seq in waited}
    gone = [
        row
        for row in counting.values()
        if row.file_id in books.by_file and books.by_file[row.file_id] in versions and not books.is_newest(row.file_id)
    ]
    elsewhere = (_elsewhere(connection, books, gone) - waited) | told
    groups: dict[tuple[str, str, int], list[int]] = {}
    for row in sorted(gone):
        if row.seq not in elsewhere and (after := books.next_of(row.file_id)):
            groups.setdefault((books.by_file[row.file_id], row.sheet, after.id), []).append(row.seq)
    rows = _rows(connection, books, {seq for seqs in groups.values() for seq in seqs})
    return [
        Vanished(name, books.file[id_].name, sheet, books.file[id_].sha256[:12], tuple(rows[seq] for seq in seqs))
        for (name, sheet, id_), seqs in sorted(groups.items())
    ]


def _waited_for(connection: Connection, books: _Books, taken: Iterable[Row[Any]]) -> set[int]:
    """Return the rows answered away for which one of another workbook's newest version waited."""
    at = {(row.kind, row.key): row.seq for row in taken}
    rows = connection.execute(_placed().where(facts.c.key.contains(WAITING))).all() if at else ()
    newest = {(row.kind, row.key.rpartition(WAITING)[0]) for row in rows if books.is_newest(row.file_id)}
    return {seq for record, seq in at.items() if record in newest}


def _placed() -> Any:
    return select(facts.c.seq, facts.c.kind, facts.c.key, facts.c.file_id, facts.c.sheet)


def _elsewhere(connection: Connection, books: _Books, gone: Iterable[Row[Any]]) -> set[int]:
    """Return the rows that another workbook holds by its newest version, under the same key."""
    asked = list(gone)
    keys = {key for row in asked for key in (row.key, ORDINAL.sub("", row.key))}
    held: dict[Record, set[str]] = {}
    for row in chunked(connection, _placed(), facts.c.key, keys):
        if books.is_newest(row.file_id):
            held.setdefault((row.kind, row.key), set()).add(books.by_file[row.file_id])
    return {
        row.seq
        for row in asked
        for key in (row.key, ORDINAL.sub("", row.key))
        if held.get((row.kind, key), set()) - {books.by_file[row.file_id]}
    }


def _rows(connection: Connection, books: _Books, seqs: Iterable[int]) -> dict[int, StandingRow]:
    """Return these versions, as far as their files count."""
    found = {}
    for row in chunked(connection, select(facts), facts.c.seq, seqs):
        if file := books.file.get(row.file_id):
            sheets = tuple(json.loads(file.sheets))
            stored = json.loads(row.facts)
            found[row.seq] = StandingRow(row.seq, row.kind, row.key, file.name, row.sheet, row.row, stored, sheets)
    return found
