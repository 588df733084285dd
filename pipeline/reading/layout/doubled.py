"""Two columns of one field that never say two things are one column.

Registers keep numbers of the old form beside those of the new one, the remark of one desk beside that of another: of
each row only one is filled in, or both say the same. Where a row says two things, nobody can tell which is meant: the
better named column is read, and the other is asked about.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.core.text import normalize, simplified
from pipeline.reading.files.grid import BLANK, Grid, Raw
from pipeline.reading.layout.columns import with_meant
from pipeline.reading.layout.currency import MONEY, with_formats
from pipeline.reading.layout.fit import Fit
from pipeline.reading.layout.heading_names import UNITS, heading_scale
from pipeline.reading.layout.table import (
    NUMBERS,
    SUMS,
    CellPlace,
    DataRows,
    PlacesOfRow,
    is_clock,
    is_unfilled,
    name_own_places,
)
from pipeline.reading.layout.tax_words import says_tax
from pipeline.reading.layout.typed import as_shown, value_alone
from schemas.incoming.kinds import KINDS
from schemas.table import Spec, Type

COUNTED = (*SUMS, Type.PRICE, Type.INTEGER)  # their headings may say in what they count
DAYS = (Type.DAY, Type.MOMENT)


def join_doubled(grid: Grid, data: DataRows, totals: Sequence[list[Raw]] = ()) -> DataRows:
    """Return rows of a list in which one column of every field holds what each row says of it.

    The rows are changed in place, and so are those of `totals`: a sum of two columns of money is one sum.
    """
    places: list[PlacesOfRow] = [{} for _ in data.rows]
    for name, (first, *others) in data.fit.columns.items():
        spec = KINDS[data.fit.kind].spec(name)
        for other in others:
            if _is_one(data.fit, spec, data.rows, (first, other)):
                _add_totals(spec, data.rows, totals, (first, other))
                _take(grid, data, spec, (first, other), places)
    if not any(places):
        return data
    name_own_places(grid, data.fit, data.numbers, places)
    return DataRows(data.fit, data.numbers, data.rows, places)


def says_two_things(spec: Spec, taken: Raw, left: Raw) -> bool:
    """Return whether two cells of one field are filled in and differ, however they are written."""
    if is_unfilled(left) or is_unfilled(taken) or left == taken:
        return False
    if normalize(as_shown(left)).strip() == normalize(as_shown(taken)).strip() != "":
        return False
    values = [value_alone(spec, cell) for cell in (taken, left)]
    return None in values or values[0] != values[1]


def _is_one(fit: Fit, spec: Spec, rows: Sequence[list[Raw]], at: tuple[int, int]) -> bool:
    """Return whether two columns mean the same, and no row fills both with different things."""
    first, other = at
    taken, left = (fit.headings[each] for each in at)
    if says_tax(taken) != says_tax(left):
        return False
    if spec.type in COUNTED and (_units(taken), heading_scale(taken)) != (_units(left), heading_scale(left)):
        return False
    if spec.type in DAYS and any(is_clock(row[each]) for row in rows for each in at):
        return False  # the time of a day that was left out
    return not any(says_two_things(spec, row[first], row[other]) for row in rows)


def _units(heading: str) -> frozenset[str]:
    plain = simplified(normalize(heading)).casefold()
    return frozenset(unit for unit in UNITS if unit in plain)


def _take(grid: Grid, data: DataRows, spec: Spec, at: tuple[int, int], places: Sequence[PlacesOfRow]) -> None:
    """Put what only the second column says into the first, and remember where it stands."""
    first, other = at
    cells: Sequence[Raw] = [row[other] for row in data.rows]
    if spec.type in MONEY:
        cells = with_formats(grid, other, data.numbers, cells)
    if spec.type in NUMBERS:
        cells = with_meant(grid, other, data.numbers, cells)
    letter, heading = grid.letter(other), data.fit.headings[other].strip()
    for number, row, cell, places_of_row in zip(data.numbers, data.rows, cells, places, strict=True):
        if is_unfilled(row[first]) and not is_unfilled(cell):
            row[first], places_of_row[first] = cell, CellPlace(number, letter, heading)


def _add_totals(spec: Spec, rows: Sequence[list[Raw]], totals: Sequence[list[Raw]], at: tuple[int, int]) -> None:
    """Make one total of those of two columns of which every row fills one."""
    first, other = at
    if spec.type not in SUMS or any(not is_unfilled(row[first]) and row[first] == row[other] for row in rows):
        return
    for total in totals:
        both = total[first], total[other]
        if all(type(sum_) is float or type(sum_) is int for sum_ in both):
            total[first] = both[0] + both[1]  # type: ignore[operator]
        elif both[0] == BLANK:
            total[first] = both[1]
