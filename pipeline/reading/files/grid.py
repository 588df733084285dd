"""A sheet as rows of raw cells, each row with its number and each cell at its column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.excel.names import column_letter

Raw = object  # what python-calamine gives, or a sentinel of values.cells
Merge = tuple[int, int, int, int]  # first row, first column, last row, last column, all from 1
BLANK = ""
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384  # what Excel has
MOST_MERGES = 200_000  # sheets of half a million were made to hang their reader


@dataclass
class Grid:
    """The rows of a sheet that hold something.

    `rows[i]` is Excel row `numbers[i]`, `rows[i][0]` column A plus `offset`. All rows are equally
    wide. Lists, because merged and repeated values are filled in place.
    """

    name: str
    numbers: list[int] = field(default_factory=list)
    rows: list[list[Raw]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    struck_rows: frozenset[int] = frozenset()
    notes: Mapping[str, str] = field(default_factory=dict)  # address → words
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)  # row and column from 1 → a number of ours
    sums: frozenset[tuple[int, int]] = frozenset()  # row and column from 1 of cells that add up their own column
    foreign: Mapping[tuple[int, int], str] = field(default_factory=dict)  # as `formulas`: currency of its format
    is_hidden: bool = False
    epoch_1904: bool = False
    has_plain_styles: bool = False  # its formats were damaged, and are not known
    offset: int = 0  # columns left out on the left, where nothing was written

    def letter(self, column: int) -> str:
        """Return Excel's letter of a position in a row."""
        return column_letter(column + self.offset)


def fill_grid(grid: Grid, rows: Iterable[list[Raw]], special: Mapping[int, Mapping[int, Raw]] | None = None) -> None:
    """Put the rows that hold something into the grid, numbered from 1, with `special` cells in their places.

    `special`: row → position in the row → cell, where the reader of the sheet gave a blank.
    """
    left = dict(special or {})
    for number, row in enumerate(rows, 1):
        if left and number in left:
            _put(row, left.pop(number))
        elif not row or (row[0] == BLANK and row.count(BLANK) == len(row)):
            continue
        grid.numbers.append(number)
        grid.rows.append(row)
    for number in sorted(left):
        grid.numbers.append(number)
        grid.rows.append(_put([], left[number]))
    even_out(grid.rows)


def even_out(rows: list[list[Raw]]) -> None:
    """Make all rows as wide as the widest."""
    width = max(map(len, rows), default=0)
    for row in rows:
        if len(row) < width:
            row.extend([BLANK] * (width - len(row)))


def fill_down_merges(grid: Grid, skipped: frozenset[int] = frozenset()) -> None:
    """Give every row of a vertical merge its value, but not in `skipped` positions.

    Never sideways: a heading merged over three columns is one column's heading. Sums must
    be skipped: a merged amount stands once, for all the rows beside it.
    """
    if not grid.merges or not grid.rows:
        return
    at = {number: position for position, number in enumerate(grid.numbers)}
    width, last_row = len(grid.rows[0]), grid.numbers[-1]
    for top, left, bottom, _ in grid.merges:
        column = left - 1 - grid.offset
        if bottom == top or top not in at or not 0 <= column < width or column in skipped:
            continue
        value = grid.rows[at[top]][column]
        if value == BLANK:
            continue
        for number in range(top + 1, min(bottom, last_row) + 1):
            if (position := at.get(number)) is not None:
                grid.rows[position][column] = value


def _put(row: list[Raw], cells: Mapping[int, Raw]) -> list[Raw]:
    row.extend([BLANK] * (max(cells) + 1 - len(row)))
    for position, cell in cells.items():
        row[position] = cell
    return row
