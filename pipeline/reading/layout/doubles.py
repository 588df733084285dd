"""Columns that need a word: two for one field, and values under no heading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.reading.files.grid import BLANK
from pipeline.reading.layout.heading_text import fold_heading
from pipeline.reading.results import FileFinding, params

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.reading.files.grid import Grid, Raw
    from pipeline.reading.layout.headings import Fit

NO_HEADING, TWICE, TWO_FOR_ONE = "FILE-006", "FILE-022", "FILE-023"


def find(grid: Grid, fit: Fit, rows: Sequence[list[Raw]]) -> Iterator[FileFinding]:
    """One finding a column, in the order of the sheet. Empty and identical columns are silent."""
    for places in fit.columns.values():
        for other in places[1:]:
            if any(row[other] not in (BLANK, row[places[0]]) for row in rows):
                yield _double(grid, fit, places[0], other)
    for position in range(len(grid.rows[0])):
        if position not in fit.headings:
            first = next((at for at, row in enumerate(rows) if row[position] not in (BLANK, None)), None)
            if first is not None:
                letter = grid.letter(position)
                yield FileFinding(NO_HEADING, grid.name, letter, letter=letter)


def _double(grid: Grid, fit: Fit, first: int, other: int) -> FileFinding:
    taken, left = fit.headings[first].strip(), fit.headings[other].strip()
    rule = TWICE if fold_heading(taken) == fold_heading(left) else TWO_FOR_ONE
    letter = grid.letter(other)
    told = params(other=f"{taken} ({grid.letter(first)}) / {left} ({letter})")
    return FileFinding(rule, grid.name, left, left, told, grid.numbers[fit.at], letter)
