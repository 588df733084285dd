"""What a sheet says of its rows beside their values: hidden, struck out, with a note on a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.reading.results import CellFinding, params

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.reading.files.grid import Grid
    from pipeline.reading.layout.layout import Lines

ROW_HIDDEN, ROW_STRUCK, CELL_NOTE = "CELL-003", "CELL-004", "CELL-043"


def find(grid: Grid, lines: Lines) -> Iterator[CellFinding]:
    """One finding a row and mark, one a note. A row of several records is named once."""
    first = {number: at for at, number in reversed(list(enumerate(lines.numbers)))}
    for rule, marked in ((ROW_HIDDEN, grid.hidden_rows), (ROW_STRUCK, grid.struck_rows)):
        if marked:
            yield from (CellFinding(number, "", rule, at=at) for number, at in first.items() if number in marked)
    if grid.notes:
        yield from _notes(grid, lines, first)


def _notes(grid: Grid, lines: Lines, first: dict[int, int]) -> Iterator[CellFinding]:
    places = _places(grid, lines)
    for address, words in grid.notes.items():
        letters = address.rstrip("0123456789")
        number = int(address[len(letters) :])
        at, field = places.get(address, (first.get(number, -1), ""))
        if at >= 0:
            yield CellFinding(number, field, CELL_NOTE, params=params(value=words), at=at)


def _places(grid: Grid, lines: Lines) -> dict[str, tuple[int, str]]:
    """Address → record and field."""
    if lines.cells:
        return {cell: (n, name) for n in range(len(lines.numbers)) for name, (cell, _) in lines.places(n).items()}
    letters = {name: grid.letter(at[0]) for name, at in lines.fit.columns.items()}
    fields = {letter: name for name, letter in letters.items()}
    at = {str(number): n for n, number in enumerate(lines.numbers)}
    found = {}
    for address in grid.notes:
        letter = address.rstrip("0123456789")
        if letter in fields and address[len(letter) :] in at:
            found[address] = (at[address[len(letter) :]], fields[letter])
    return found
