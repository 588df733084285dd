"""Labels and the values that belong to them: beside, below, or in the same cell.

A label is a heading that a kind of table knows. In a row that has more labels beside labels than labels beside values,
the values stand below. A day beside who approved, and with what words, is not the day of the paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from pipeline.reading.files.grid import BLANK, Grid, Raw
from pipeline.reading.layout.heading_names import aliases, any_of, fold_heading, spellings_of
from pipeline.reading.layout.row_labels import COLON, COLONS
from pipeline.reading.layout.table import CellPlace
from schemas.language import spellings

WITHIN = re.compile(r"(?:^|(?<=[\s,;\uff0c\uff1b\u3000]))([^\s:\uff1a,;\uff0c\uff1b]{1,24})[ \u3000]?[:\uff1a]")
TRAILING = " \t\n\r\u3000,;\uff0c\uff1b"
BLANKED = "_\uff3f \t\u3000"
LONGEST_LABEL = 40  # with its hint in brackets; what is longer is a value
LONGEST_APPROVAL = 24  # a longer text that has such a word in it is a remark
BOX = re.compile(spellings.pattern("box.ticked", "box.open"))
ANSWERS = frozenset(fold_heading(word) for group in ("bool.yes", "bool.no") for word in spellings.group(group))
SIGNS = re.compile(r"[\W_]+")


class Pair(NamedTuple):
    """A field of a form. `row` and `column` are positions in the grid, of the value's cell."""

    field: str
    label: str
    raw: Raw
    row: int
    column: int
    label_row: int

    def place(self, grid: Grid) -> CellPlace:
        """Return where the value stands, and its label without the colon."""
        return CellPlace(grid.numbers[self.row], grid.letter(self.column), self.label.rstrip(":\uff1a").strip())


class Inner(NamedTuple):
    """A label of a known field and its value, which stand together in one cell."""

    field: str
    label: str
    value: str


@dataclass(frozen=True)
class Labels:
    """All labels of one kind on a grid, and the pairs they make."""

    grid: Grid
    kind: str

    def pairs(self, start: int = 0, end: int | None = None) -> Iterator[Pair]:
        """Return every label with its value (blank when there is none), in reading order."""
        for row in range(start, len(self.grid.rows) if end is None else end):
            is_over = self.is_over(row)
            for column, cell in enumerate(self.grid.rows[row]):
                if type(cell) is str and cell:
                    yield from self._of_cell(row, column, cell, is_over=is_over)

    def field(self, cell: Raw) -> str:
        """Return the field a cell is the label of; empty for any other cell."""
        if type(cell) is not str or len(cell) > LONGEST_LABEL:
            return ""
        return aliases(self.kind).get(fold_heading(cell), "")

    def bears(self, cell: Raw) -> bool:
        """Return whether a cell is a label, or holds one with its value."""
        return bool(self.field(cell) or labels_within(cell, self.kind))

    def inner(self, cell: Raw) -> set[str]:
        """Return the fields whose label and value stand together in a cell."""
        return {label.field for label in labels_within(cell, self.kind)}

    def is_over(self, row: int) -> bool:
        """Return whether the labels of a row stand above their values."""
        own = [at for at in range(len(self.grid.rows[row])) if self._field_at(row, at)]
        if not own or row + 1 >= len(self.grid.rows):
            return False
        beside = sum(self._right(row, at) is not None for at in own)
        below = sum(self._below(row, at) is not None for at in own)
        return below > beside

    def _of_cell(self, row: int, column: int, cell: str, *, is_over: bool) -> Iterator[Pair]:
        if field := self._field_at(row, column):
            if not is_day_of_approval(self.grid, row, column, cell):
                at = self._below(row, column) if is_over else self._right(row, column)
                raw = self.grid.rows[at[0]][at[1]] if at else BLANK
                if says_that_values_follow(raw):
                    return
                yield Pair(field, cell.strip(), ticked_words(raw), *(at or (row, column)), row)
            return
        for inner in labels_within(cell, self.kind):
            if not is_day_of_approval(self.grid, row, column, inner.label):
                yield Pair(inner.field, inner.label, ticked_words(inner.value), row, column, row)

    def _field_at(self, row: int, column: int) -> str:
        """Return the field of the label in this place.

        A word that is a heading and an answer alike, as "urgent" is, answers the label beside it when nothing stands
        below that.
        """
        cells = self.grid.rows[row]
        found = self.field(cells[column])
        if not found or fold_heading(cells[column]) not in ANSWERS:
            return found
        left = next((at for at in range(column - 1, -1, -1) if cells[at] != BLANK), None)
        if left is None or not self.field(cells[left]) or self._area_of(row, left)[1] + 1 != column:
            return found
        return found if self._below(row, left) else ""

    def _right(self, row: int, column: int) -> tuple[int, int] | None:
        """Return the cell beside the label's own area; one blank cell may part them."""
        cells = self.grid.rows[row]
        first = self._area_of(row, column)[1] + 1
        at = next((at for at in (first, first + 1) if at < len(cells) and cells[at] != BLANK), None)
        if at is None or self._field_at(row, at) or labels_within(cells[at], self.kind):
            return None
        return row, at

    def _below(self, row: int, column: int) -> tuple[int, int] | None:
        numbers = self.grid.numbers
        if row + 1 >= len(numbers) or numbers[row + 1] > self._area_of(row, column)[0] + 1:
            return None
        cell = self.grid.rows[row + 1][column]
        return None if cell == BLANK or self.bears(cell) else (row + 1, column)

    def _area_of(self, row: int, column: int) -> tuple[int, int]:
        """Return the last Excel row and the last position of the merged area a cell stands in, or its own."""
        number, at = self.grid.numbers[row], column + self.grid.offset + 1
        for top, left, bottom, right in self.grid.merges:
            if top <= number <= bottom and left <= at <= right:
                return bottom, right - 1 - self.grid.offset
        return number, column


def labels_within(cell: Raw, kind: str) -> list[Inner]:
    """Return labels and values that stand in one cell: ``No.: 202405-001  Date: 2024.5.3``."""
    if type(cell) is not str or not any(colon in cell for colon in COLONS):
        return []
    fields = aliases(kind)
    known = [found for found in WITHIN.finditer(cell) if fold_heading(found[1]) in fields]
    ends = [found.start() for found in known[1:]] + [len(cell)]
    return [
        Inner(fields[fold_heading(found[1])], found[1], cell[found.end() : end].strip(TRAILING).strip(BLANKED))
        for found, end in zip(known, ends, strict=False)  # without a label there is an end and nothing else
    ]


def says_that_values_follow(raw: Raw) -> bool:
    """Return whether a cell is no value but the heading over those of a form: ``Item | Content``."""
    return type(raw) is str and fold_heading(raw) in spellings_of("reading.value")


def ticked_words(raw: Raw) -> Raw:
    """Return of boxes to tick the words beside those that are ticked; anything else as it is, off its line."""
    if type(raw) is not str or not (boxes := list(BOX.finditer(raw))):
        return raw.strip(BLANKED) if type(raw) is str and "_" in raw[:1] + raw[-1:] else raw
    if len(boxes) == 1 and raw.strip() == boxes[0][0]:
        return raw  # a lone box is a yes or a no
    # every box stands behind its word when nothing follows the last and something is before the first
    is_behind = not raw[boxes[-1].end() :].strip(TRAILING) and bool(raw[: boxes[0].start()].strip(TRAILING))
    edges = [0, *(box.end() for box in boxes)] if is_behind else [*(box.start() for box in boxes), len(raw)]
    chosen = spellings.group("box.ticked")
    parts = zip(boxes, (raw[left:right] for left, right in pairwise(edges)), strict=True)
    words = [part.replace(box[0], "").strip(TRAILING) for box, part in parts if box[0] in chosen]
    return "\u3001".join(words)


def is_approval(row: Sequence[Raw]) -> bool:
    """Return whether a row holds words for approving and signing."""
    return any(_is_approval_word(cell) for cell in row)


def is_bare_date(label: str) -> bool:
    """Return whether a label says that a day belongs there, and not which."""
    return fold_heading(label) in spellings_of("reading.bare_date")


def is_day_of_approval(grid: Grid, row: int, column: int, label: str) -> bool:
    """Return whether a label that says nothing but "date" stands behind or below a word for approving or signing."""
    if not is_bare_date(label):
        return False
    cells = grid.rows[row]
    cell = cells[column]
    before = cell[: cell.rfind(label)] if type(cell) is str else ""
    if is_approval([*cells[:column], before, *before.split()]):
        return True
    above = grid.rows[row - 1][column] if row and grid.numbers[row - 1] == grid.numbers[row] - 1 else ""
    return _is_approval_word(above, "reading.signed") or _is_in_block(grid, row, column)


def _is_in_block(grid: Grid, row: int, column: int) -> bool:
    """A merged word on the left says what all its rows are."""
    number, at = grid.numbers[row], column + grid.offset + 1
    tops = {top: position for position, top in enumerate(grid.numbers)}
    return any(
        top < number <= bottom
        and left < at
        and _is_approval_word(grid.rows[tops[top]][left - 1 - grid.offset], is_label=True)
        for top, left, bottom, _ in grid.merges
        if top in tops and left > grid.offset
    )


def _is_approval_word(cell: Raw, key: str = "reading.approval", *, is_label: bool = False) -> bool:
    """Its label, or the whole of it, is such a word with who does it: a value that has the word in it says nothing."""
    if type(cell) is not str or len(cell) > LONGEST_APPROVAL:
        return False
    *labels, rest = (SIGNS.sub("", fold_heading(part)) for part in COLON.split(cell))
    labels += [rest] if is_label else []
    return any(_words(key).search(label) for label in labels) or _whole(key).match(rest) is not None


@cache
def _words(key: str) -> re.Pattern[str]:
    """One of the words at the end, or with what belongs to it behind."""
    return re.compile(rf"(?:{any_of(key)})(?:{any_of('reading.approval', 'reading.approval_tail')})*$")


@cache
def _whole(key: str) -> re.Pattern[str]:
    who = rf"(?:.{{1,6}}(?:{any_of('reading.department')}))?(?:{any_of('reading.signer')}){{0,3}}"
    return re.compile(who + _words(key).pattern)
