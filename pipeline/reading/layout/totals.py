"""Total rows against the rows they sum: held rows count here, they were read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipeline.core.text import normalize
from pipeline.reading.files.grid import BLANK
from pipeline.reading.layout.heading_names import spellings_of
from pipeline.reading.layout.parsers import parser, stored
from pipeline.reading.results import FileFinding, params
from pipeline.reading.values.amounts import parse_money
from schemas.incoming.kinds import KINDS
from schemas.table import Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pipeline.reading.files.grid import Grid, Raw
    from pipeline.reading.layout.headings import Fit
    from pipeline.reading.layout.rows import SortedRows
    from pipeline.reading.layout.typed import TypedTable


MISMATCH = "FILE-001"
SUMS = (Type.MONEY, Type.QTY)
NOISE = 1  # a fen: totals are sums of what was not rounded
SHOWN = {Type.MONEY: 100, Type.QTY: 1000}


def compare_totals(
    grid: Grid, fit: Fit, sorted_: SortedRows, typed: TypedTable, scale: Callable[[str], int]
) -> Iterator[FileFinding]:
    """One finding a column whose totals do not agree, at the first of them.

    A total may stand for all rows above it or for those since the last total: either will do.
    A column with a cell that could not be read has a finding there, and its totals prove nothing.
    """
    if not sorted_.totals:
        return
    table = KINDS[fit.kind]
    unknown = {name for names in typed.unknown.values() for name in names}
    for name, (position, *_) in fit.columns.items():
        spec = table.spec(name)
        if spec.type not in SUMS or name not in typed.columns or name in unknown:
            continue
        read = parser(spec, scale(name))
        values = [value or 0 for value in typed.columns[name].to_pylist()]
        for at, written in _written(grid, sorted_.totals, position, read, spec.type):
            sums = _sums(sorted_, values, at)
            if all(abs(written - each) > NOISE for each in sums):
                place = (grid.numbers[at], grid.letter(position), fit.headings[position].strip())
                yield _mismatch(grid.name, place, SHOWN[spec.type], (written, sums[0]))
                break


def _written(
    grid: Grid, rows: Sequence[int], position: int, read: Callable[[object], object], type_: Type
) -> Iterator[tuple[int, int]]:
    for at in rows:
        raw = grid.rows[at][position]
        value = stored(type_, read(raw).value) if raw != BLANK else None  # type: ignore[attr-defined]
        if isinstance(value, int):
            yield at, value


def _sums(sorted_: SortedRows, values: Sequence[int], at: int) -> tuple[int, int, int]:
    """Of all rows above, of those since the total before, and of all rows of the sheet."""
    before = max((each for each in sorted_.totals if each < at), default=-1)
    placed = list(zip(sorted_.kept, values, strict=True))
    above = sum(value for row, value in placed if row < at)
    since = sum(value for row, value in placed if before < row < at)
    return above, since, sum(values)


def _mismatch(sheet: str, place: tuple[int, str, str], unit: int, sums: tuple[int, int]) -> FileFinding:
    """`sums`: what the total row says, what the rows come to."""
    row, letter, heading = place
    total, summed = (_shown(each, unit) for each in sums)
    told = params(value=total, other=summed, difference=_shown(sums[0] - sums[1], unit))
    return FileFinding(MISMATCH, sheet, heading, total, told, row, letter)


def _shown(amount: int, unit: int) -> str:
    places = len(str(unit)) - 1 if unit == SHOWN[Type.MONEY] or amount % unit else 0
    return f"{amount / unit:,.{places}f}"


CONTROL_TOTAL = "FILE-027"
LONGEST = 200
FEN = 100


@dataclass(frozen=True)
class ReadTotals:
    """What was read: numbers of rows and sums (fen) a statement may mean, yuan per unit of the sheet."""

    counts: Sequence[int]
    sums: Sequence[int]
    scale: int = 1


def compare_statements(grid: Grid, said: Sequence[tuple[int, list[Raw]]], read: ReadTotals) -> Iterator[FileFinding]:
    """One finding a statement that nothing read agrees with. `said`: rows outside the table, by Excel number."""
    for number, row in said:
        for position, cell in enumerate(row):
            if type(cell) is str and cell and len(cell) <= LONGEST:
                for stated, came_to in _wrong_statements(normalize(cell), read):
                    yield _differs(grid, (number, position), stated, came_to)


def _wrong_statements(text: str, read: ReadTotals) -> Iterator[tuple[str, str]]:
    """What a text states, and what was read instead."""
    for match in _counted().finditer(text):
        if read.counts and int(match[1]) not in read.counts:
            yield match[0], str(read.counts[0])
    for match in _summed().finditer(text):
        fen = parse_money(match[1], scale=read.scale).value
        if read.sums and isinstance(fen, int) and all(abs(fen - each) > 1 for each in read.sums):
            yield match[0], f"{read.sums[0] / FEN:,.2f}"


def _differs(grid: Grid, at: tuple[int, int], stated: str, read: str) -> FileFinding:
    told, (number, position) = params(value=stated, other=read), at
    return FileFinding(CONTROL_TOTAL, grid.name, raw=stated, params=told, row=number, letter=grid.letter(position))


def sums_of(kind: str, totals: Mapping[str, int]) -> list[int]:
    """What the money columns of a table come to, in fen."""
    return [totals[name] for name in map(str, KINDS[kind].columns) if _is_money(kind, name) and name in totals]


def _is_money(kind: str, name: str) -> bool:
    return KINDS[kind].spec(name).type is Type.MONEY


@cache
def _counted() -> re.Pattern[str]:
    return re.compile(rf"(?:{_either('reading.in_all')})\s*:?\s*(\d{{1,6}})\s*(?:{_either('reading.row_word')})")


@cache
def _summed() -> re.Pattern[str]:
    amount = rf"[\u00a5\uffe5]?\s*\d[\d,]*(?:\.\d+)?\s*(?:{_either('reading.scaled_yuan')})?"
    return re.compile(rf"(?:{_either('reading.sum_word')})\s*:?\s*({amount})")


def _either(key: str) -> str:
    return "|".join(re.escape(word) for word in sorted(spellings_of(key), key=len, reverse=True))
