"""Every version of the facts that name one number, with the night it came and the cells that staff corrected."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from typing import Any

import orjson
from sqlalchemy import Connection, Row, or_, select

from pipeline.core.text import fold_number
from pipeline.ledger.corrections import TYPED, column_at, key_of
from pipeline.ledger.finding_history import unpack_finding
from pipeline.ledger.pairs import chunked
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import corrected, entries, facts, heads, nights, pairs, received_files, targets
from schemas.derived.finding import Place, place_of
from schemas.incoming.corrections import Corrections
from schemas.incoming.kinds import KINDS
from schemas.table import PROVENANCE, Type

RowPlace = tuple[int, str, int]  # received file, sheet, row
WIDE = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}
SHORTEST = 3  # signs of a number that another one may hold
CLOSE = 0.75  # how alike two numbers must be to be taken for each other
NUMBERS = {  # by kind, the columns that number its rows or name an order
    kind: [c for c in table.columns if c.spec.type in (Type.ORDER_NO, Type.COMPLAINT_NO) or c in table.identity[0][:1]]
    for kind, table in KINDS.items()
}


@dataclass(frozen=True)
class CorrectedCell:
    """One corrected cell: its heading, what the source says, what counts, and the cell that says so."""

    heading: str
    was: str
    value: str
    by: str


@dataclass(frozen=True)
class Version:
    """One stored row: where it was read, the cell of each fact, what staff corrected, and whether it still counts."""

    kind: str
    key: str
    file: str
    sheet: str
    row: int
    as_of: str
    is_head: bool
    is_held: bool
    facts: dict[str, Any]
    corrected_cells: tuple[CorrectedCell, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)  # G42 by column, where the sheet has it
    record: str = ""  # what all versions of one record have alike, whatever their keys; the key where none changed it

    def as_record(self) -> dict[str, Any]:
        """Return plain values for JSON, under the names that programs know."""
        return {"mends" if name == "corrected_cells" else name: value for name, value in asdict(self).items()}


def versions_of(ledger: Ledger, number: str) -> list[Version]:
    """Return the versions whose facts hold the number, whole and in whatever case, in any column; oldest first.

    And what came before and after them under another key, in the next version of their workbook.
    """
    whole, part = _whole(number), _part(comparable(number))
    query = (
        select(facts, received_files.c.name, received_files.c.sheets, nights.c.as_of, heads.c.seq.label("head"))
        .join(received_files, received_files.c.id == facts.c.file_id)
        .join(nights, nights.c.id == received_files.c.night_id)
        .outerjoin(heads, heads.c.seq == facts.c.seq)
        .order_by(facts.c.seq)
    )
    holding = or_(*(facts.c.facts.icontains(text, autoescape=True) for text in (part, part.translate(WIDE))))
    with ledger.reading() as connection:
        asked = [row for row in connection.execute(query.where(holding)) if _names(row, whole)]
        records = _records(connection, [row.seq for row in asked])
        same = [seq for seq in records if seq not in {row.seq for row in asked}]
        rows = sorted([*asked, *chunked(connection, query, facts.c.seq, same)], key=lambda row: row.seq)
        cells = _corrected_cells(connection)
    return [_version(row, records, cells) for row in rows]


def _version(row: Row[Any], records: Mapping[int, str], cells: Mapping[RowPlace, tuple[CorrectedCell, ...]]) -> Version:
    return Version(
        kind=row.kind,
        key=row.key,
        file=row.name,
        sheet=row.sheet,
        row=row.row,
        as_of=row.as_of,
        is_head=row.head is not None,
        is_held=row.is_held,
        facts=json.loads(row.facts),
        corrected_cells=cells.get((row.file_id, row.sheet, row.row), ()),
        cells=_cells(row),
        record=records.get(row.seq, row.key),
    )


def _names(row: Row[Any], whole: re.Pattern[str]) -> bool:
    return any(whole.search(comparable(text)) for text in _texts(json.loads(row.facts)))


def _records(connection: Connection, seqs: Iterable[int]) -> dict[int, str]:
    """Return what the versions of a record have alike, of these and of all that are one record with them.

    Only of records that changed their key: the others are known by it.
    """
    of = {row.record for row in chunked(connection, select(pairs.c.record), pairs.c.seq, seqs)}
    query = select(pairs.c.record, pairs.c.seq, facts.c.key).join(facts, facts.c.seq == pairs.c.seq)
    rows = list(chunked(connection, query, pairs.c.record, of))
    keys: dict[int, set[str]] = {}
    for row in rows:
        keys.setdefault(row.record, set()).add(row.key)
    return {row.seq: f"@{row.record}" for row in rows if len(keys[row.record]) > 1}


def near_numbers(ledger: Ledger, number: str, most: int = 8) -> list[str]:
    """Return the numbers of living rows that hold the one asked for or look like it, the likest first."""
    query = select(facts.c.kind, facts.c.facts).join(heads, heads.c.seq == facts.c.seq)
    with ledger.reading() as connection:
        rows = [(kind, orjson.loads(text)) for kind, text in connection.execute(query)]
    found = {row.get(column) for kind, row in rows for column in NUMBERS.get(kind, ())}
    known = {comparable(text): text for text in sorted(text for text in found if isinstance(text, str))}
    asked = comparable(number)
    holding = [text for text in known if len(asked) >= SHORTEST and asked in text]
    near = dict.fromkeys([*holding[:most], *get_close_matches(asked, known, most, CLOSE)])
    return [known[text] for text in [*near][:most]]


def comparable(number: str) -> str:
    """Return a number as it is compared: half width, one kind of dash, no case, no blanks around it."""
    return fold_number(number)


def _cells(row: Row[Any]) -> dict[str, str]:
    """Return where each fact stands: in its column of the sheet, or where a printed form has it."""
    stored = json.loads(row.facts)
    found = {}
    for column in stored:
        number, letter, _, sheet = place_of(stored.get("src_cells"), column, row.row)
        letter = letter or column_at(json.loads(row.sheets), row.kind, row.sheet, column)[0]
        if letter:
            cell = Place(row=number, letter=letter).cell
            found[column] = f"{sheet}!{cell}" if sheet else cell
    return found


def _whole(number: str) -> re.Pattern[str]:
    """Match the whole number: neither 202405-0012, 202405-001-1 nor HT-202405-001 when asked for 202405-001."""
    asked = comparable(number)
    sign = "[0-9a-z]" if re.search("[0-9]", asked) else r"\w"
    return re.compile(f"(?<!{sign})(?<!{sign}-){re.escape(asked)}(?!{sign})(?!-{sign})")


def _part(asked: str) -> str:
    """Return the longest part of a number that stands in the ledger as it is, but for case and width."""
    return max(re.findall("[0-9]+", asked) or re.findall(r"\w+", asked), key=len, default=asked)


def _texts(row: dict[str, Any]) -> Iterator[str]:
    return (value for name, value in row.items() if isinstance(value, str) and name not in PROVENANCE)


def _corrected_cells(connection: Connection) -> dict[RowPlace, tuple[CorrectedCell, ...]]:
    """Return the corrected cells by row of the corrected received files."""
    found: dict[RowPlace, tuple[CorrectedCell, ...]] = {}
    typed = _typed(connection)
    for row in connection.execute(select(corrected)):
        for place, cell in _cells_of(connection, row, typed):
            found[place] = (*found.get(place, ()), cell)
    return found


def _cells_of(
    connection: Connection, file: Row[Any], typed: Mapping[str, tuple[str, str]]
) -> Iterator[tuple[RowPlace, CorrectedCell]]:
    here = (targets.c.file_id == file.origin_id, targets.c.key.in_(orjson.loads(file.causes)))
    for target in connection.execute(select(targets).where(*here).order_by(targets.c.key)):
        about = unpack_finding(orjson.loads(target.finding))
        value, by = typed[target.key]
        yield (file.file_id, about.place.sheet, about.place.row), CorrectedCell(about.heading, target.raw, value, by)


def _typed(connection: Connection) -> dict[str, tuple[str, str]]:
    """Return key → value, and the cell it was typed into, of every correction there ever was."""
    query = select(facts, received_files.c.name, received_files.c.sheets).join(
        received_files, received_files.c.id == facts.c.file_id
    )
    query = query.where(facts.c.kind == Corrections.name).order_by(facts.c.seq)
    among_latest = connection.execute(select(entries).where(entries.c.field == TYPED).order_by(entries.c.id))
    found = {key_of(row.key, row.value): (row.value, row.file.partition("@")[0]) for row in among_latest}
    for row in connection.execute(query):
        letter, _ = column_at(json.loads(row.sheets), row.kind, row.sheet, str(Corrections.value))
        value = orjson.loads(row.facts)[Corrections.value]
        found[row.key] = (value, str(Place(row.name, row.sheet, row.row, letter)))
    return found
