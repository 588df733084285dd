"""What a sheet says its rows come to, against what was read: total rows, and statements outside the table.

Held rows count here, for they were read. A sender's own count is the only thing that shows rows that never came with
the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.core.text import normalize
from pipeline.reading.files.grid import BLANK
from pipeline.reading.layout.heading_names import any_of
from pipeline.reading.layout.parsers import parser, stored
from pipeline.reading.layout.table import SUMS
from pipeline.reading.results import FileFinding, params
from pipeline.reading.values.amounts import parse_money
from schemas.incoming.kinds import KINDS
from schemas.table import Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.reading.files.grid import Grid, Raw
    from pipeline.reading.layout.headings import Fit
    from pipeline.reading.layout.parsers import Parser
    from pipeline.reading.layout.rows import SortedRows
    from pipeline.reading.layout.typed import TypedTable

MISMATCH, CONTROL_TOTAL = "FILE-001", "FILE-027"
NOISE = 1  # a fen: totals are sums of what was not rounded
UNITS = {Type.MONEY: 100, Type.QTY: 1000}  # fen and thousandths
LONGEST = 200  # what is longer is prose
COUNTED = re.compile(rf"(?:{any_of('reading.in_all')})\s*:?\s*(\d{{1,6}})\s*(?:{any_of('reading.row_word')})")
SUMMED = re.compile(
    rf"(?:{any_of('reading.sum_word')})\s*:?\s*"
    rf"([\u00a5\uffe5]?\s*\d[\d,]*(?:\.\d+)?\s*(?:{any_of('reading.scaled_yuan')})?)"
)


@dataclass(frozen=True)
class ReadTotals:
    """What was read: numbers of rows and sums (fen) a statement may mean, yuan per unit of the sheet."""

    counts: Sequence[int]
    sums: Sequence[int]
    scale: int = 1


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
        values = [value or 0 for value in typed.columns[name].to_pylist()]
        for at, written in _written(grid, sorted_.totals, position, parser(spec, scale(name)), spec.type):
            sums = _sums(sorted_, values, at)
            if all(abs(written - total) > NOISE for total in sums):
                yield _mismatch(grid, fit, (at, position), spec.type, (written, sums[0]))
                break


def compare_statements(grid: Grid, outside: Sequence[tuple[int, list[Raw]]], read: ReadTotals) -> Iterator[FileFinding]:
    """Return one finding a statement that nothing read agrees with. `outside`: Excel number and cells of a row."""
    for number, row in outside:
        for position, cell in enumerate(row):
            if type(cell) is str and cell and len(cell) <= LONGEST:
                for stated, came_to in _wrong_statements(normalize(cell), read):
                    given = params(value=stated, other=came_to)
                    yield FileFinding(CONTROL_TOTAL, grid.name, "", stated, given, number, grid.letter(position))


def _written(grid: Grid, rows: Sequence[int], position: int, parse: Parser, type_: Type) -> Iterator[tuple[int, int]]:
    for at in rows:
        raw = grid.rows[at][position]
        value = stored(type_, parse(raw).value) if raw != BLANK else None
        if isinstance(value, int):
            yield at, value


def _sums(sorted_: SortedRows, values: Sequence[int], at: int) -> tuple[int, int, int]:
    """Return the sums of all rows above, of those since the total before, and of all rows of the sheet."""
    before = max((total for total in sorted_.totals if total < at), default=-1)
    placed = list(zip(sorted_.kept, values, strict=True))
    above = sum(value for row, value in placed if row < at)
    since = sum(value for row, value in placed if before < row < at)
    return above, since, sum(values)


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


def _wrong_statements(text: str, read: ReadTotals) -> Iterator[tuple[str, str]]:
    """Return what a text states, and what was read instead."""
    for match in COUNTED.finditer(text):
        if read.counts and int(match[1]) not in read.counts:
            yield match[0], str(read.counts[0])
    for match in SUMMED.finditer(text):
        fen = parse_money(match[1], scale=read.scale).value
        if read.sums and isinstance(fen, int) and all(abs(fen - total) > NOISE for total in read.sums):
            yield match[0], _format_sum(read.sums[0], Type.MONEY)
