"""What a sheet's columns and rows need a word for, beside their values, and what it says its rows come to.

Columns: two for one field, values under no heading, and columns that stand elsewhere than in the sender's last file or
are no more. Rows: hidden, struck out, with a note on a cell.
Total rows and statements outside the table are compared with what was read. Held rows count here, for they were read. A
sender's own count is the only thing that shows rows that never came with the file.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from pathlib import PurePosixPath
from typing import Any

from pipeline.core.text import cut_words, normalize, simplified
from pipeline.reading.files.grid import BLANK, Grid, Raw
from pipeline.reading.layout.doubled import says_two_things
from pipeline.reading.layout.fit import Fit
from pipeline.reading.layout.heading_names import any_of, fold_heading
from pipeline.reading.layout.rows import SortedRows
from pipeline.reading.layout.table import SUMS, DataRows, is_unfilled
from pipeline.reading.layout.tax_words import says_tax
from pipeline.reading.layout.typed import Parser, TypedTable, parser, stored
from pipeline.reading.results import CellFinding, FileFinding, FileRead, SheetRead, params
from pipeline.reading.values.amounts import parse_money
from schemas.incoming.kinds import KINDS
from schemas.table import Spec, Type

MISMATCH, CONTROL_TOTAL = "FILE-001", "FILE-027"
NOISE = 1  # a fen: totals are sums of what was not rounded
UNITS = {Type.MONEY: 100, Type.QTY: 1000}  # fen and thousandths
LONGEST_STATEMENT = 200  # what is longer is prose
COUNTED = re.compile(rf"(?:{any_of('reading.in_all')})\s*:?\s*(\d{{1,6}})\s*(?:{any_of('reading.row_word')})")
SUMMED = re.compile(
    rf"(?:{any_of('reading.sum_word')})\s*:?\s*"
    rf"([\u00a5\uffe5]?\s*\d[\d,]*(?:\.\d+)?\s*(?:{any_of('reading.scaled_yuan')})?)"
)

NO_HEADING, TWICE, TWO_FOR_ONE = "FILE-006", "FILE-022", "FILE-023"
MOVED, GONE = "FILE-025", "FILE-042"
ROW_HIDDEN, ROW_STRUCK, CELL_NOTE = "CELL-003", "CELL-004", "CELL-043"
COPY = re.compile(any_of("reading.copy"))
CHANGING = re.compile(r"[\d\s._()\[\]\u3010\u3011\-~]+")
Before = dict[str, tuple[str, str]]  # field → letter and heading


def compare_totals(
    grid: Grid, fit: Fit, sorted_: SortedRows, typed: TypedTable, scale: Callable[[str], int]
) -> Iterator[FileFinding]:
    """Return one finding a column whose totals do not agree, at the first of them.

    A total may stand for all rows above it or for those since the last total: either will do. A column with a cell that
    could not be read has a finding there, and its totals prove nothing.
    """
    if not sorted_.totals:
        return
    table = KINDS[fit.kind]
    unknown = {name for names in typed.unknown.values() for name in names}
    for name, (position, *_) in fit.columns.items():
        spec = table.spec(name)
        if spec.type not in SUMS or name not in typed.columns or name in unknown:
            continue
        values = typed.written.get(name, typed.columns[name].to_pylist())
        running = [[0, *accumulate(int(value or 0) for value in part)] for part in _by_currency(values, typed)]
        for at, written in _written(grid, sorted_.totals, position, parser(spec, scale(name)), spec.type):
            sums = [each for part in running for each in _sums(sorted_, part, at)]
            if all(abs(written - total) > NOISE for total in sums):
                yield _mismatch(grid, fit, (at, position), spec.type, (written, sums[0]))
                break


def compare_statements(
    grid: Grid, outside: Sequence[tuple[int, list[Raw]]], counts: Sequence[int], sums: Sequence[int], scale: int
) -> Iterator[FileFinding]:
    """Return one finding a statement that nothing read agrees with. `outside`: Excel number and cells of a row.

    `counts` and `sums` (fen) of what was read, any of which a statement may mean; `scale`: yuan per unit of the sheet.
    """
    for number, row in outside:
        for position, cell in enumerate(row):
            if type(cell) is str and cell and len(cell) <= LONGEST_STATEMENT:
                for stated, came_to in _wrong_statements(normalize(cell), counts, sums, scale):
                    given = params(value=stated, other=came_to)
                    yield FileFinding(CONTROL_TOTAL, grid.name, "", stated, given, number, grid.letter(position))


def _by_currency(values: Sequence[Any], typed: TypedTable) -> list[list[Any]]:
    """Return the values of each currency, with nothing in place of the others: no total is of several."""
    codes = typed.currencies or [None] * len(values)
    found = dict.fromkeys(codes) or {None: None}
    return [[value if code == each else 0 for value, code in zip(values, codes, strict=True)] for each in found]


def _written(grid: Grid, rows: Sequence[int], position: int, parse: Parser, type_: Type) -> Iterator[tuple[int, int]]:
    for at in rows:
        raw = grid.rows[at][position]
        value = stored(type_, parse(raw).value) if raw != BLANK else None
        if isinstance(value, int):
            yield at, value


def _sums(sorted_: SortedRows, running: Sequence[int], at: int) -> tuple[int, ...]:
    """Return what a total may come to: the rows above it, since any total before, to any total below, or all rows.

    `running`: sums of the first so many data rows.
    """
    here = running[bisect_left(sorted_.kept, at)]
    marks = [running[bisect_left(sorted_.kept, total)] for total in sorted_.totals]
    above = [here - mark for mark, total in zip(marks, sorted_.totals, strict=True) if total < at]
    below = [mark - here for mark, total in zip(marks, sorted_.totals, strict=True) if total > at]
    return here, *above, *below, running[-1] - here, running[-1]


def _mismatch(grid: Grid, fit: Fit, at: tuple[int, int], type_: Type, sums: tuple[int, int]) -> FileFinding:
    """`at`: row and position of the total; `sums`: what it says, what the rows come to."""
    (row, position), heading = at, fit.headings[at[1]].strip()
    total, summed, difference = (_format_sum(amount, type_) for amount in (*sums, sums[0] - sums[1]))
    given = params(value=total, other=summed, difference=difference)
    return FileFinding(MISMATCH, grid.name, heading, total, given, grid.numbers[row], grid.letter(position))


def _format_sum(amount: int, type_: Type) -> str:
    unit = UNITS[type_]
    places = len(str(unit)) - 1 if type_ is Type.MONEY or amount % unit else 0
    return f"{amount / unit:,.{places}f}"


def _wrong_statements(text: str, counts: Sequence[int], sums: Sequence[int], scale: int) -> Iterator[tuple[str, str]]:
    """Return what a text states, and what was read instead."""
    plain = simplified(text)
    for match in COUNTED.finditer(plain):
        if counts and int(match[1]) not in counts:
            yield text[slice(*match.span())], str(counts[0])
    for match in SUMMED.finditer(plain):
        fen = parse_money(match[1], scale=scale).value
        if sums and isinstance(fen, int) and all(abs(fen - total) > NOISE for total in sums):
            yield text[slice(*match.span())], _format_sum(sums[0], Type.MONEY)


def doubled_columns(grid: Grid, fit: Fit, rows: Sequence[list[Raw]]) -> Iterator[FileFinding]:
    """Return one finding a column, in the order of the sheet. Empty and identical columns are silent."""
    for name, (first, *others) in fit.columns.items():
        spec = KINDS[fit.kind].spec(name)
        for other in others:
            taken, left = fit.headings[first].strip(), fit.headings[other].strip()
            if says_tax(taken) == says_tax(left) and any(_is_left(spec, row[first], row[other]) for row in rows):
                rule = TWICE if fold_heading(taken) == fold_heading(left) else TWO_FOR_ONE
                both = f"{taken} ({grid.letter(first)}) / {left} ({grid.letter(other)})"
                yield fit.finding(rule, grid, other, other=both)
    for position in range(len(grid.rows[0])):
        if position not in fit.headings and any(row[position] not in (BLANK, None) for row in rows):
            letter = grid.letter(position)
            yield FileFinding(NO_HEADING, grid.name, letter, letter=letter)


def _is_left(spec: Spec, taken: Raw, left: Raw) -> bool:
    """Return whether the second of two columns says something that the first does not."""
    return (not is_unfilled(left) and is_unfilled(taken)) or says_two_things(spec, taken, left)


def marked_rows(grid: Grid, data: DataRows) -> Iterator[CellFinding]:
    """Return one finding a row that is hidden or struck out, one a note. A row of several records is named once."""
    first = {number: at for at, number in reversed(list(enumerate(data.numbers)))}
    for rule, marked in ((ROW_HIDDEN, grid.hidden_rows), (ROW_STRUCK, grid.struck_rows)):
        if marked:
            yield from (CellFinding(number, "", rule, at=at) for number, at in first.items() if number in marked)
    places = _places_of_notes(grid, data) if grid.notes else {}
    for address, words in grid.notes.items():
        number = int(address[len(address.rstrip("0123456789")) :])
        at, field = places.get(address, (first.get(number, -1), ""))
        if at >= 0:
            yield CellFinding(number, field, CELL_NOTE, params=params(value=words), at=at)


def sender_of(name: str) -> str:
    """Return what stays of a file's name from night to night: without days, counters and words for copies."""
    path = PurePosixPath(normalize(name))
    stem = path.stem.casefold()
    stem = cut_words(COPY, stem)
    return f"{path.parent.as_posix()}/{CHANGING.sub('', stem)}"


def moved_columns(file: FileRead, before: Sequence[Mapping[str, Any]]) -> Iterator[FileFinding]:
    """Return one finding a column that stands elsewhere, or is called otherwise, than in the sender's last file.

    It is read by its heading all the same; but a heading that was put over the wrong column is seen by nothing else.
    Columns put in or left out move no other; one more finding names all that were left out. `before`: what the ledger
    kept of the last file.
    """
    for sheet in file.sheets:
        if known := _same_sheet(sheet, before):
            yield from _differing(sheet, known)
            yield from _gone(sheet, known)


def _places_of_notes(grid: Grid, data: DataRows) -> dict[str, tuple[int, str]]:
    """Return address → record and field; what stands on another sheet has its notes there."""
    found: dict[str, tuple[int, str]] = {}
    for n in range(len(data.numbers)) if data.cells else ():
        found |= {cell: (n, name) for name, (cell, _, *sheet) in data.places(n).items() if not sheet}
    moved = {position for places in data.cells for position in places}
    fields = {grid.letter(at[0]): name for name, at in data.fit.columns.items() if at[0] not in moved}
    records = {str(number): n for n, number in enumerate(data.numbers)}
    for address in grid.notes:
        letter = address.rstrip("0123456789")
        if letter in fields and address[len(letter) :] in records:
            found.setdefault(address, (records[address[len(letter) :]], fields[letter]))
    return found


def _same_sheet(sheet: SheetRead, before: Sequence[Mapping[str, Any]]) -> Before | None:
    """Return the sheet of this kind and name; else the only one of this kind (a month's name changes)."""
    kind = [known for known in before if known["kind"] == sheet.kind]
    named = [known for known in kind if known["sheet"] == sheet.sheet]
    chosen = named[0] if named else kind[0] if len(kind) == 1 else None
    return {name: (at[0], at[1]) for name, at in chosen["columns"].items()} if chosen else None


def _differing(sheet: SheetRead, before: Before) -> Iterator[FileFinding]:
    now = {name: at for name, at in sheet.columns.items() if at[0]}
    common = [name for name in now if before.get(name, ("",))[0]]
    order = sorted(common, key=lambda name: _place(now[name][0]))
    earlier = sorted(common, key=lambda name: _place(before[name][0]))
    matched = SequenceMatcher(None, order, earlier, autojunk=False).get_matching_blocks()
    kept = {name for block in matched for name in order[block.a : block.a + block.size]}
    for name in order:
        letter, heading = now[name]
        if name not in kept or fold_heading(heading) != fold_heading(before[name][1]):
            was = f"{before[name][0]} {before[name][1]}"
            yield FileFinding(MOVED, sheet.sheet, heading, heading, params(other=was), sheet.heading_row, letter)


def _gone(sheet: SheetRead, before: Before) -> Iterator[FileFinding]:
    """Return one finding for the columns of last time that are gone; those that every sheet must have are asked for."""
    free = {str(column) for column in KINDS[sheet.kind].columns if not column.spec.blank}
    gone = [at for name, at in before.items() if name in free and name not in sheet.columns]
    if gone and sheet.heading_row:
        named = ", ".join(f"{heading} ({letter})" if letter else heading for letter, heading in gone)
        yield FileFinding(GONE, sheet.sheet, row=sheet.heading_row, params=params(other=named))


def _place(letter: str) -> tuple[int, str]:
    """Sort as Excel does: ``Z`` before ``AA``."""
    return len(letter), letter
