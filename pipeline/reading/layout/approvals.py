"""Who approved, with what words, on which day: a day beside them is not the day of the paper."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from pipeline.reading.layout.heading_text import fold_heading, spelled
from pipeline.reading.layout.labels import COLON, either

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.reading.files.grid import Grid, Raw

LONGEST = 24
SIGNS = re.compile(r"[\W_]+")


def is_approval(row: Sequence[Raw]) -> bool:
    """A row of words for approving and signing."""
    return any(_says_so(cell) for cell in row)


def is_bare_date(label: str) -> bool:
    """It says that a day belongs there, and not which."""
    return fold_heading(label) in spelled("reading.bare_date")


def is_day_of_approval(grid: Grid, row: int, column: int, label: str) -> bool:
    """A label that says nothing but "date", behind or below a word for approving or signing."""
    if not is_bare_date(label):
        return False
    cells = grid.rows[row]
    cell = cells[column]
    before = cell[: cell.rfind(label)] if type(cell) is str else ""
    if is_approval([*cells[:column], before, *before.split()]):
        return True
    above = grid.rows[row - 1][column] if row and grid.numbers[row - 1] == grid.numbers[row] - 1 else ""
    return _says_so(above, "reading.signed") or _is_in_block(grid, row, column)


def _is_in_block(grid: Grid, row: int, column: int) -> bool:
    """A merged word on the left says what all its rows are."""
    number, at = grid.numbers[row], column + grid.offset + 1
    tops = {each: position for position, each in enumerate(grid.numbers)}
    return any(
        top < number <= bottom and left < at and _says_so(grid.rows[tops[top]][left - 1 - grid.offset], is_label=True)
        for top, left, bottom, _ in grid.merges
        if top in tops and left > grid.offset
    )


def _says_so(cell: Raw, key: str = "reading.approval", *, is_label: bool = False) -> bool:
    """Its label, or the whole of it, is such a word with who does it: a value that has the word in it says nothing."""
    if type(cell) is not str or len(cell) > LONGEST:
        return False
    *labels, rest = (SIGNS.sub("", fold_heading(part)) for part in COLON.split(cell))
    labels += [rest] if is_label else []
    return any(_words(key).search(each) for each in labels) or _whole(key).match(rest) is not None


@cache
def _words(key: str) -> re.Pattern[str]:
    """One of the words at the end, or with what is said behind it."""
    return re.compile(rf"(?:{either(key)})(?:{either('reading.approval', 'reading.approval_tail')})*$")


@cache
def _whole(key: str) -> re.Pattern[str]:
    who = rf"(?:.{{1,6}}(?:{either('reading.department')}))?(?:{either('reading.signer')}){{0,3}}"
    return re.compile(who + _words(key).pattern)
