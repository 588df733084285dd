"""Rows that may be a heading: single ones, and two rows that only together say what a column is."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.reading.files.grid import BLANK
from pipeline.reading.layout.heading_text import fold_heading
from pipeline.reading.layout.names import any_weak, known_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.reading.files.grid import Grid, Raw

FEW = 2
HALF = 0.5
FIGURES = frozenset("0123456789\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19")


def candidates(grid: Grid, most: int) -> Iterator[tuple[int, list[Raw]]]:
    """Position and cells of every row that may be a heading, the row alone before two rows together."""
    for at in range(min(most, len(grid.rows))):
        row = grid.rows[at]
        if not is_form_row(grid, at):
            yield at, row
        if at and grid.numbers[at - 1] + 1 == grid.numbers[at] and all(type(cell) is str for cell in row):
            joined = _joined(grid.rows[at - 1], row)
            if joined != row:
                yield at, joined


def is_form_row(grid: Grid, at: int) -> bool:
    """Labels with their values beside them, as on a printed form."""
    row = grid.rows[at]
    labels = [n for n, cell in enumerate(row) if _is_label(cell)]
    beside = [n for n in labels if n + 1 < len(row) and row[n + 1] != BLANK and not _is_label(row[n + 1])]
    if len(beside) <= HALF * len(labels):
        return False
    if any(_is_figure(row[n + 1]) for n in beside):
        return True
    below = grid.rows[at + 1] if at + 1 < len(grid.rows) else []
    return sum(_is_label(below[n]) for n in labels if n < len(below)) > HALF * len(labels)


def _is_label(cell: Raw) -> bool:
    return type(cell) is str and bool(cell) and bool(known_name(cell))


def _is_figure(cell: Raw) -> bool:
    """A number, a day, or a text with digits in it: no heading."""
    return type(cell) is not str or not FIGURES.isdisjoint(cell)


def _joined(above: Sequence[Raw], row: Sequence[Raw]) -> list[Raw]:
    """Two rows as one: what stands above is said of every column it spans."""
    parents: list[Raw] = list(above)
    for n, (left, own) in enumerate(pairwise(above), 1):
        if own == BLANK and row[n] != BLANK and left is not None:
            parents[n] = parents[n - 1]
    return [_together(parent, own, child) for parent, own, child in zip(parents, above, row, strict=True)]


def _together(parent: Raw, own: Raw, child: Raw) -> Raw:
    if child == BLANK:
        return own if type(own) is str else BLANK
    if type(parent) is not str or type(child) is not str or not parent or fold_heading(parent) == fold_heading(child):
        return child
    # what is wished for under "delivery day" is the wished delivery day
    both = next((each for each in (f"{parent}{child}", f"{child}{parent}") if known_name(each)), "")
    if known_name(child) and (fold_heading(child) not in any_weak() or not both):
        return child
    return both or f"{parent}/{child}"
