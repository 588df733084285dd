"""Cells read as if something else stood in them: what staff corrected, put in before anything is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.excel.names import column_of
from pipeline.reading.files.grid import BLANK, even_out
from pipeline.reading.layout.typed import as_shown
from pipeline.reading.results import Patch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.reading.files.grid import Grid


def put(grid: Grid, patches: Sequence[Patch]) -> Iterator[Patch]:
    """Put the patches of this sheet into it; gives what stood there, as patches that would bring it back."""
    for each in patches:
        if each.sheet == grid.name:
            row, column = _anchor(grid, each.row, column_of(each.letter) + 1)
            at, position = _row_at(grid, row), column - 1 - grid.offset
            if at is None or position < 0:
                continue
            cells = grid.rows[at]
            cells.extend([BLANK] * (position + 1 - len(cells)))
            yield Patch(each.sheet, each.row, each.letter, as_shown(cells[position]))
            cells[position] = each.value
            grid.formulas = {cell: said for cell, said in grid.formulas.items() if cell != (row, column)}
    even_out(grid.rows)


def _anchor(grid: Grid, row: int, column: int) -> tuple[int, int]:
    """The cell that holds the value: of a merged block the first."""
    for top, left, bottom, right in grid.merges:
        if top <= row <= bottom and left <= column <= right:
            return top, left
    return row, column


def _row_at(grid: Grid, row: int) -> int | None:
    return grid.numbers.index(row) if row in grid.numbers else None
