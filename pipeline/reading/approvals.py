"""Who approved, with what words, on which day: a day beside them is not the day of the paper."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from pipeline.reading.normal import normal, spelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.reading.grid import Grid, Raw

LONGEST = 24


def is_approval(row: Sequence[Raw]) -> bool:
    """A row of words for approving and signing."""
    return any(_says_so(cell) for cell in row)


def is_bare_date(label: str) -> bool:
    """It says that a day belongs there, and not which."""
    return normal(label) in spelled("reading.bare_date")


def is_day_of_approval(grid: Grid, row: int, column: int, label: str) -> bool:
    """A label that says nothing but "date", behind or below a word for approving or signing."""
    if not is_bare_date(label):
        return False
    cells = grid.rows[row]
    cell = cells[column]
    before = cell[: cell.rfind(label)] if type(cell) is str else ""
    if is_approval([*cells[:column], before]):
        return True
    above = grid.rows[row - 1][column] if row and grid.numbers[row - 1] == grid.numbers[row] - 1 else ""
    return _says_so(above, "reading.signed") or _is_in_block(grid, row, column)


def _is_in_block(grid: Grid, row: int, column: int) -> bool:
    """A merged word on the left says what all its rows are."""
    number, at = grid.numbers[row], column + grid.offset + 1
    tops = {each: position for position, each in enumerate(grid.numbers)}
    return any(
        top < number <= bottom and left < at and _says_so(grid.rows[tops[top]][left - 1 - grid.offset])
        for top, left, bottom, _ in grid.merges
        if top in tops and left > grid.offset
    )


def _says_so(cell: Raw, key: str = "reading.approval") -> bool:
    return type(cell) is str and len(cell) <= LONGEST and _words(key).search(normal(cell)) is not None


@cache
def _words(key: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, spelled(key))))
