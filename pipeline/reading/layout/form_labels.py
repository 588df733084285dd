"""Labels and the values that belong to them: beside, below, or in the same cell.

A label is a heading that a kind of table knows. In a row that has more labels beside labels
than labels beside values, the values stand below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pipeline.reading.files.grid import BLANK
from pipeline.reading.layout.heading_names import aliases, fold_heading, spellings_of
from pipeline.reading.layout.row_labels import COLON, any_of
from schemas.language import spellings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.reading.files.grid import Grid, Raw


WITHIN = re.compile(r"(?:^|(?<=[\s,;\uff0c\uff1b\u3000]))([^\s:\uff1a,;\uff0c\uff1b]{1,24})[ \u3000]?[:\uff1a]")
TRAILING = " \t\n\r\u3000,;\uff0c\uff1b"
BLANKED = "_\uff3f \t\u3000"
LONGEST_LABEL = 40
BOX = re.compile(spellings.pattern("box.ticked", "box.open"))
ANSWERS = frozenset(fold_heading(word) for group in ("bool.yes", "bool.no") for word in spellings.group(group))
COLONS = (":", "\uff1a")


class Pair(NamedTuple):
    """A field of a form. `row` and `column` are positions in the grid, of the value's cell."""

    field: str
    label: str
    raw: Raw
    row: int
    column: int
    label_row: int
    label_column: int


@dataclass(frozen=True)
class Labels:
    """All labels of one kind on a grid, and the pairs they make."""

    grid: Grid
    kind: str

    def pairs(self, start: int = 0, end: int | None = None) -> Iterator[Pair]:
        """Every label with its value (blank when there is none), in reading order."""
        for row in range(start, len(self.grid.rows) if end is None else end):
            is_over = self.is_over(row)
            for column, cell in enumerate(self.grid.rows[row]):
                if type(cell) is str and cell:
                    yield from self._of_cell(row, column, cell, is_over=is_over)

    def field(self, cell: Raw) -> str:
        """The field a cell is the label of; empty for any other cell."""
        return (
            aliases(self.kind).get(fold_heading(cell), "") if type(cell) is str and len(cell) <= LONGEST_LABEL else ""
        )

    def inner(self, cell: Raw) -> set[str]:
        """Fields whose label and value stand together in a cell."""
        return {aliases(self.kind)[fold_heading(label)] for label, _ in labels_within(cell, self.kind)}

    def is_over(self, row: int) -> bool:
        """Labels of this row stand above their values."""
        cells = self.grid.rows[row]
        own = [at for at in range(len(cells)) if self._field_at(row, at)]
        if not own or row + 1 >= len(self.grid.rows):
            return False
        beside = sum(self._right(row, at) is not None for at in own)
        below = sum(self._below(row, at) is not None for at in own)
        return below > beside

    def _of_cell(self, row: int, column: int, cell: str, *, is_over: bool) -> Iterator[Pair]:
        if field := self._field_at(row, column):
            if is_day_of_approval(self.grid, row, column, cell):
                return
            at = self._value(row, column, is_over=is_over)
            raw = self.grid.rows[at[0]][at[1]] if at else BLANK
            yield Pair(field, cell.strip(), ticked_words(raw), *(at or (row, column)), row, column)
            return
        for label, value in labels_within(cell, self.kind):
            if is_day_of_approval(self.grid, row, column, label):
                continue
            yield Pair(aliases(self.kind)[fold_heading(label)], label, ticked_words(value), row, column, row, column)

    def _value(self, row: int, column: int, *, is_over: bool) -> tuple[int, int] | None:
        return self._below(row, column) if is_over else self._right(row, column)

    def _right(self, row: int, column: int) -> tuple[int, int] | None:
        """The cell beside the label's own area; one blank cell may part them."""
        cells = self.grid.rows[row]
        first = self._end_of(row, column) + 1
        for at in (first, first + 1):
            if at >= len(cells):
                return None
            if cells[at] != BLANK:
                is_label = self._field_at(row, at) or labels_within(cells[at], self.kind)
                return None if is_label else (row, at)
        return None

    def _field_at(self, row: int, column: int) -> str:
        """The field of the label in this place.

        A word that is a heading and an answer alike, as "urgent" is, answers the label beside it when nothing stands
        below that.
        """
        cells = self.grid.rows[row]
        found = self.field(cells[column])
        if not found or fold_heading(cells[column]) not in ANSWERS:
            return found
        left = next((at for at in range(column - 1, -1, -1) if cells[at] != BLANK), None)
        if left is None or not self.field(cells[left]) or self._end_of(row, left) + 1 != column:
            return found
        return found if self._below(row, left) else ""

    def _below(self, row: int, column: int) -> tuple[int, int] | None:
        numbers = self.grid.numbers
        if row + 1 >= len(numbers) or numbers[row + 1] > self._bottom_of(row, column) + 1:
            return None
        cell = self.grid.rows[row + 1][column]
        is_label = self.field(cell) or labels_within(cell, self.kind)
        return None if cell == BLANK or is_label else (row + 1, column)

    def _end_of(self, row: int, column: int) -> int:
        """The last position of the merged area a cell stands in."""
        number, at = self.grid.numbers[row], column + self.grid.offset + 1
        for top, left, bottom, right in self.grid.merges:
            if top <= number <= bottom and left <= at <= right:
                return right - 1 - self.grid.offset
        return column

    def _bottom_of(self, row: int, column: int) -> int:
        number, at = self.grid.numbers[row], column + self.grid.offset + 1
        for top, left, bottom, right in self.grid.merges:
            if top <= number <= bottom and left <= at <= right:
                return bottom
        return number


def labels_within(cell: Raw, kind: str) -> list[tuple[str, str]]:
    """Labels and values that stand in one cell: ``No.: 202405-001  Date: 2024.5.3``."""
    if type(cell) is not str or not any(colon in cell for colon in COLONS):
        return []
    known = [each for each in WITHIN.finditer(cell) if fold_heading(each[1]) in aliases(kind)]
    ends = [each.start() for each in known[1:]] + [len(cell)]
    return (
        [] if not known else [(each[1], _told(cell[each.end() : end])) for each, end in zip(known, ends, strict=True)]
    )


def ticked_words(raw: Raw) -> Raw:
    """Of boxes to tick the words beside those that are ticked; anything else as it is."""
    if type(raw) is not str or not (boxes := list(BOX.finditer(raw))):
        return raw.strip(BLANKED) if type(raw) is str and "_" in raw[:1] + raw[-1:] else raw
    if len(boxes) == 1 and raw.strip() == boxes[0][0]:
        return raw  # a lone box is a yes or a no
    edges = [0, *(each.end() for each in boxes)] if _is_behind(raw, boxes) else [*(b.start() for b in boxes), len(raw)]
    chosen = spellings.group("box.ticked")
    parts = [raw[left:right] for left, right in pairwise(edges)]
    words = [
        part.replace(box[0], "").strip(TRAILING) for box, part in zip(boxes, parts, strict=True) if box[0] in chosen
    ]
    return "\u3001".join(words)


def _is_behind(raw: str, boxes: Sequence[re.Match[str]]) -> bool:
    """Every box stands behind its word: nothing follows the last, something is before the first."""
    return not raw[boxes[-1].end() :].strip(TRAILING) and bool(raw[: boxes[0].start()].strip(TRAILING))


def _told(text: str) -> str:
    return text.strip(TRAILING).strip(BLANKED)


LONGEST = 24
SIGNS = re.compile(r"[\W_]+")


def is_approval(row: Sequence[Raw]) -> bool:
    """A row of words for approving and signing."""
    return any(_says_so(cell) for cell in row)


def is_bare_date(label: str) -> bool:
    """It says that a day belongs there, and not which."""
    return fold_heading(label) in spellings_of("reading.bare_date")


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
    return re.compile(rf"(?:{any_of(key)})(?:{any_of('reading.approval', 'reading.approval_tail')})*$")


@cache
def _whole(key: str) -> re.Pattern[str]:
    who = rf"(?:.{{1,6}}(?:{any_of('reading.department')}))?(?:{any_of('reading.signer')}){{0,3}}"
    return re.compile(who + _words(key).pattern)
