"""A sheet of an xlsx read element by element, where the fast reader must not be trusted.

calamine is fast and wrong in places: it drops what stands in a CDATA section, makes room for every
cell between two far ones, gives up a sheet over one odd cell. Here nothing is guessed and nothing is
lost; it costs six times as much, so `fast_scan` decides who needs it. An ordinary sheet gives the same
grid either way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time

from pipeline.excel.names import column_of
from pipeline.reading.files.fast_scan import MEANT_NUMBER
from pipeline.reading.files.grid import BLANK, MOST_COLUMNS, MOST_MERGES, MOST_ROWS, Grid, Merge, Raw, even_out
from pipeline.reading.files.package import TOO_BIG, UNREADABLE, Damaged
from pipeline.reading.files.parts import LONG, NUMBER_TEXT, CellStyles, NumberForm, shown_as
from pipeline.reading.files.total_formulas import adds_up
from pipeline.reading.files.xml_events import Attributes, Texts, unescaped
from pipeline.reading.values.cells import ErrorCell, never_calculated

TRUTHS = {"1": True, "true": True, "0": False, "false": False}
MOMENTS: tuple[Callable[[str], object], ...] = (date.fromisoformat, datetime.fromisoformat, time.fromisoformat)
LONGEST_INDEX = 10  # digits
UNREADABLE_CELL = ErrorCell()
ADDRESS = re.compile(r"([A-Za-z]{1,3})(\d+)")
MOST_PLACES = 8_000_000  # rows that hold something, times columns: every row is as wide as the widest
MEANT = re.compile(MEANT_NUMBER)
LONGEST_ROW = 10  # digits
TRUE = frozenset({"1", "true"})


@dataclass(slots=True)
class WrittenCell:
    """A cell as it is written. None: there is no such element."""

    row: int
    column: int  # from 0
    kind: str
    style: int  # -1 for none
    value: str | None = None
    formula: str | None = None
    inline: str | None = None

    @property
    def is_filled(self) -> bool:
        """Whether the cell holds more than how it looks."""
        return self.kind == "e" or (self.value, self.formula, self.inline) != (None, None, None)


def value_of(cell: WrittenCell, form: NumberForm, strings: Callable[[], Sequence[str]], *, is_1904: bool) -> Raw:
    """Return the raw cell; what cannot be read is an error of this cell, and of no other."""
    text = cell.value or ""
    if cell.kind == "e":
        return ErrorCell(text.strip()) if text.strip() else UNREADABLE_CELL
    if cell.inline is not None:
        return cell.inline
    if not text.strip() and cell.kind != "str":
        return BLANK if cell.formula is None else never_calculated(cell.formula)
    if cell.kind == "n":
        return _number(text, form, is_1904=is_1904)
    return _shared(text, strings()) if cell.kind == "s" else OTHERS.get(cell.kind, str)(text)


def _shared(text: str, strings: Sequence[str]) -> Raw:
    at = int(text) if text.isdecimal() and len(text) < LONGEST_INDEX else -1
    return strings[at] if 0 <= at < len(strings) else UNREADABLE_CELL


def _moment(text: str) -> Raw:
    for read in MOMENTS:
        with suppress(ValueError):
            # a moment with its zone is read as the text it is: whose clock was it?
            return text if text.endswith("Z") else read(text)
    return text


def _number(text: str, form: NumberForm, *, is_1904: bool) -> Raw:
    if long := LONG.fullmatch(text):
        return int(long[1])
    return shown_as(float(text), form, is_1904=is_1904) if NUMBER_TEXT.fullmatch(text) else text


OTHERS: dict[str, Callable[[str], Raw]] = {
    "str": unescaped,
    "b": lambda text: TRUTHS.get(text, UNREADABLE_CELL),
    "d": _moment,
}


def fill_exactly(grid: Grid, part: bytes, styles: CellStyles, strings: Callable[[], Sequence[str]]) -> Grid:
    """Put into the grid what the part holds. Raises Damaged.

    `strings`: asked for when a cell first refers to one.
    """
    sheet = _SheetPart(styles, strings, is_1904=grid.epoch_1904)
    sheet.read(part)
    numbers = sorted(number for number, row in sheet.rows.items() if row.count(BLANK) < len(row))
    rows = [sheet.rows[number] for number in numbers]
    width = max(map(len, rows), default=0)
    if len(rows) * width > MOST_PLACES:
        raise Damaged(TOO_BIG, f"cells as far apart as {len(rows)} rows and {width} columns")
    grid.numbers, grid.rows = numbers, rows
    even_out(grid.rows)
    _cut_left(grid)
    grid.merges = sheet.merges
    grid.hidden_rows = frozenset(sheet.hidden)
    grid.struck_rows = frozenset(row for row, count in sheet.struck.items() if 2 * count >= sheet.filled[row])
    grid.formulas, grid.sums = sheet.meant, frozenset(sheet.sums)
    grid.foreign = sheet.foreign
    return grid


class _SheetPart(Texts):
    def __init__(self, styles: CellStyles, strings: Callable[[], Sequence[str]], *, is_1904: bool) -> None:
        super().__init__()
        self._forms, self._struck_styles = styles.forms, styles.struck
        self._foreign_styles = styles.foreign
        self.foreign: dict[tuple[int, int], str] = {}
        self._strings, self._is_1904 = strings, is_1904
        self.rows: dict[int, list[Raw]] = {}
        self.hidden: set[int] = set()
        self.struck: Counter[int] = Counter()
        self.filled: Counter[int] = Counter()
        self.merges: list[Merge] = []
        self.meant: dict[tuple[int, int], str] = {}
        self.sums: set[tuple[int, int]] = set()
        self._is_open = self._is_over = False
        self._row, self._column, self._places = 0, -1, 0
        self._cell: WrittenCell | None = None
        self.begins |= {
            "sheetData": self._open,
            "row": self._begin_row,
            "c": self._begin_cell,
            "mergeCell": self._merge,
        }
        self.ends |= {
            "sheetData": self._close,
            "c": self._end_cell,
            "v": self._value,
            "f": self._formula,
            "is": self._inline,
        }

    def _open(self, _: Attributes) -> None:
        self._is_open = not self._is_over

    def _close(self, _: str) -> None:
        self._is_open, self._is_over = False, True

    def _begin_row(self, attributes: Attributes) -> None:
        if not self._is_open:
            return
        number = attributes.get("r")
        self._row, self._column = _row_number(number) if number else self._row + 1, -1
        if attributes.get("hidden") in TRUE:
            self.hidden.add(self._row)

    def _begin_cell(self, attributes: Attributes) -> None:
        if not self._is_open:
            return
        row, self._column = self._row, self._column + 1
        if address := attributes.get("r"):
            row, self._column = _position(address)
        if self._column >= MOST_COLUMNS:
            raise Damaged(UNREADABLE, "a cell right of the last column")
        style = attributes.get("s", "")
        self._cell = WrittenCell(row, self._column, attributes.get("t", "n"), int(style) if style.isdecimal() else -1)

    def _value(self, text: str) -> None:
        if self._cell:
            self._cell.value = text

    def _formula(self, text: str) -> None:
        if self._cell:
            self._cell.formula = text

    def _inline(self, _: str) -> None:
        text = self.taken()
        if self._cell:
            self._cell.inline = text

    def _end_cell(self, _: str) -> None:
        cell, self._cell = self._cell, None
        if cell is None or not cell.is_filled:
            return
        self.filled[cell.row] += 1
        self.struck[cell.row] += cell.style in self._struck_styles
        if code := self._foreign_styles.get(cell.style):
            self.foreign[cell.row, cell.column + 1] = code
        if cell.formula and MEANT.fullmatch(cell.formula):
            self.meant[cell.row, cell.column + 1] = cell.formula
        elif cell.formula and adds_up(cell.formula, cell.column + 1):
            self.sums.add((cell.row, cell.column + 1))
        form = self._forms[cell.style] if 0 <= cell.style < len(self._forms) else NumberForm.NUMBER
        self._put(cell, value_of(cell, form, self._strings, is_1904=self._is_1904))

    def _put(self, cell: WrittenCell, value: Raw) -> None:
        if value == BLANK:
            return
        row = self.rows.setdefault(cell.row, [])
        missing = cell.column - len(row)
        if missing < 0:
            row[cell.column] = value
            return
        self._places += missing + 1
        if self._places > MOST_PLACES:
            raise Damaged(TOO_BIG, f"cells as far apart as row {cell.row} and column {cell.column + 1}")
        row += [BLANK] * missing
        row.append(value)

    def _merge(self, attributes: Attributes) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        (top, left), (bottom, right) = _position(first), _position(last or first)
        self.merges.append((top, left + 1, bottom, right + 1))
        if len(self.merges) > MOST_MERGES:
            raise Damaged(TOO_BIG, "merged ranges")


def _position(address: str) -> tuple[int, int]:
    """Row from 1, column from 0."""
    found = ADDRESS.fullmatch(address)
    if not found:
        raise Damaged(UNREADABLE, f"address {address[:20]!r}")
    return _row_number(found[2]), column_of(found[1].upper())


def _row_number(text: str) -> int:
    number = int(text) if text.isdecimal() and len(text) < LONGEST_ROW else 0
    if not 0 < number <= MOST_ROWS:
        raise Damaged(UNREADABLE, f"row {text[:20]}")
    return number


def _cut_left(grid: Grid) -> None:
    """Leave out the columns left of the first value."""
    grid.offset = min((next(at for at, cell in enumerate(row) if cell != BLANK) for row in grid.rows), default=0)
    if grid.offset:
        for row in grid.rows:
            del row[: grid.offset]
