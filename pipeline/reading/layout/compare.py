"""Total rows against the rows they sum: held rows count here, they were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.reading.files.grid import BLANK
from pipeline.reading.layout.parsers import parser, stored
from pipeline.reading.results import FileFinding, params
from schemas.incoming.kinds import KINDS
from schemas.table import Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.reading.files.grid import Grid
    from pipeline.reading.layout.headings import Fit
    from pipeline.reading.layout.rows import Sorted
    from pipeline.reading.layout.typed import Typed

MISMATCH = "FILE-001"
SUMS = (Type.MONEY, Type.QTY)
NOISE = 1  # a fen: totals are sums of what was not rounded
SHOWN = {Type.MONEY: 100, Type.QTY: 1000}


def totals(grid: Grid, fit: Fit, sorted_: Sorted, typed: Typed, scale: Callable[[str], int]) -> Iterator[FileFinding]:
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


def _sums(sorted_: Sorted, values: Sequence[int], at: int) -> tuple[int, int, int]:
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
