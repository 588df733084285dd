"""All sheets of one kind of one night as one table, every row with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.core.frames import arrow_type, framed, records
from pipeline.core.text import fold
from pipeline.ledger import ReceivedFile
from pipeline.reading import SheetRead
from pipeline.rules.findings import NEEDED, PLACED, cell_of, finding_for, is_written
from schemas.derived.finding import Finding, Place
from schemas.policy.number_forms import DeclaredForm
from schemas.table import Source

# cells whose trouble has a rule of its own, with its own department: (rule of any cell, kind, column)
SPECIFIC = {
    ("CELL-005", "invoices", "invoice_no"): "INV-008",
    ("CELL-012", "orders", "requested_date"): "ORD-015",
}


@dataclass(frozen=True, slots=True)
class RowNote:
    """A rule broken in one row, noted before the row has its key; `raw` and `params` as in `Finding`."""

    row: int
    rule: str
    column: str
    raw: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    is_holding: bool = False


@dataclass
class KindRows:
    """Rows of one kind.

    `frame` and `arrow` are aligned; `part` tells from which received file and sheet (position in
    `parts`) a row came.
    """

    table: type[Source]
    parts: list[tuple[ReceivedFile, SheetRead]]
    arrow: pa.Table
    frame: pd.DataFrame
    part: np.ndarray
    held: np.ndarray
    dropped: np.ndarray
    notes: list[RowNote] = field(default_factory=list)
    unknown: set[tuple[int, str]] = field(default_factory=set)
    whole: list[tuple[int, Finding]] = field(default_factory=list)  # about a sheet
    # rules that are not in force: they are noted for the day they are, and hold nothing
    off: AbstractSet[str] = frozenset()
    forms: Mapping[str, DeclaredForm] = field(default_factory=dict)  # of numbers, by kind, where they are declared

    def patch(self, column: str, values: pd.Series) -> None:
        """Replace a column in frame and Arrow table alike."""
        self.frame[column] = values
        made = pa.array(values, type=arrow_type(self.table.spec(column).type), from_pandas=True)
        at = self.arrow.schema.get_field_index(column)
        if at < 0:
            self.arrow = self.arrow.append_column(column, made)
        else:
            self.arrow = self.arrow.set_column(at, column, made)

    def place(self, row: int, column: str) -> Place:
        """Return where Excel shows a cell."""
        cells = {name: self.frame[name].iat[row] for name in PLACED}
        return cell_of(cells, column, self.headings(row))[0]

    def headings(self, row: int) -> Mapping[str, tuple[str, str]]:
        """Return column → letter and heading in the sheet of a row."""
        return self.parts[int(self.part[row])][1].columns

    def add(self, note: RowNote) -> None:
        """Keep what is wrong with a row; the row is held if that holds it."""
        is_holding = note.is_holding and note.rule not in self.off
        self.notes.append(replace(note, is_holding=is_holding))
        self.held[note.row] |= is_holding

    def findings(self) -> Iterator[tuple[int, Finding]]:
        """Yield row and finding of everything noted, once rows have their keys; of copies their twin tells it."""
        names = [name for name in self.frame.columns if name in NEEDED]
        notes = [note for note in self.notes if not self.dropped[note.row]]
        rows = records(self.frame[names].iloc[[note.row for note in notes]])
        for note, row in zip(notes, rows, strict=True):
            found = finding_for(row, note.rule, note.column, kind=self.table.name, headings=self.headings(note.row))
            yield note.row, replace(found, raw=note.raw, params=note.params, is_holding=note.is_holding)


def gather(
    table: type[Source], parts: Sequence[tuple[ReceivedFile, SheetRead]], off: AbstractSet[str] = frozenset()
) -> KindRows:
    """Concatenate the sheets of a kind, in the order the files were taken. `off`: the rules that are not in force."""
    arrow = pa.concat_tables([sheet.table for _, sheet in parts], promote_options="default")
    frame = framed(table, arrow)
    lengths = [sheet.table.num_rows for _, sheet in parts]
    part = np.repeat(np.arange(len(parts)), lengths)
    files = np.array([received.name for received, _ in parts], dtype=object)
    sheets = np.array([sheet.sheet for _, sheet in parts], dtype=object)
    frame["src_file"] = pd.array(files[part], dtype="str")
    frame["src_sheet"] = pd.array(sheets[part], dtype="str")
    held, dropped = (np.zeros(len(frame), dtype=bool) for _ in range(2))
    gathered = KindRows(table, list(parts), arrow, frame, part, held, dropped, off=off)
    _cells(gathered, lengths)
    return gathered


def _cells(gathered: KindRows, lengths: Sequence[int]) -> None:
    """Findings of the cell layer: an untrusted cell of identity or money holds its row.

    Where the rule that distrusts it is off, it counts: a text as it is written, anything else as a blank.
    """
    start = 0
    written: dict[str, dict[int, str]] = {}
    for length, (_, sheet) in zip(lengths, gathered.parts, strict=True):
        for cell in sheet.findings:
            row = start + cell.at
            holds = cell.unknown and _holds(gathered.table, cell.column)
            holds |= any(_holds(gathered.table, column) for column in cell.also)
            rule = SPECIFIC.get((cell.rule, gathered.table.name, cell.column), cell.rule)
            if cell.also and rule not in gathered.off:
                gathered.unknown.update((row, column) for column in cell.also)
            elif cell.unknown and rule not in gathered.off:
                gathered.unknown.add((row, cell.column))
            elif holds and is_written(gathered.table, cell.column):
                written.setdefault(cell.column, {})[row] = cell.raw.strip()
            gathered.add(RowNote(row, rule, cell.column, cell.raw, dict(cell.params), holds))
        start += length
    for column, texts in written.items():
        gathered.patch(column, gathered.frame[column].fillna(pd.Series(texts, dtype="str")))


def with_unknown_words(gathered: KindRows, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows in which words that name them stand as written where we do not know them.

    Two steps of an order that are none of our stages are two steps all the same.
    """
    identity = gathered.table.identity
    words = {str(column) for columns in identity for column in columns[1:]} - {columns[0] for columns in identity}
    said: dict[str, dict[int, str]] = {}
    for note in gathered.notes:
        if note.column in words and (note.row, note.column) in gathered.unknown:
            said.setdefault(note.column, {})[note.row] = fold(note.raw)
    texts = {column: pd.Series(given, dtype="str").reindex(rows.index) for column, given in said.items()}
    named = {column: rows[column].fillna(given) for column, given in texts.items() if rows[column].dtype == given.dtype}
    return rows.assign(**named)


def _holds(table: type[Source], column: str) -> bool:
    return bool(column) and table.spec(column).holds


def once(gathered: KindRows, column: str, positions: np.ndarray) -> list[int]:
    """Return the rows to find something in: what a header lacks is found on the order's first line."""
    if gathered.table.name != "orders" or not gathered.table.spec(column).header:
        return [int(row) for row in positions]
    numbers = gathered.frame["order_no"].iloc[positions]
    return [int(row) for row in positions[(~numbers.duplicated() | numbers.isna()).to_numpy()]]
