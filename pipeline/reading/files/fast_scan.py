"""What python-calamine hides in a sheet of an xlsx, found by looking at its bytes.

Error cells come back from calamine as blanks, and so do formulas that were never calculated;
hidden rows look like any other, long numbers lose their digits, weekday formats turn days
into numbers. Marker bytes are sought first: an ordinary sheet is left after a few finds.
Patterns know how workbooks are usually written; a sheet written otherwise is `Unusual`.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.excel.names import column_of
from pipeline.reading.files.grid import MOST_COLUMNS, MOST_ROWS, Raw
from pipeline.reading.files.parts import LONG_NUMBER, CellStyles
from pipeline.reading.files.total_formulas import adds_up
from pipeline.reading.files.xml_events import is_odd
from pipeline.reading.values.cells import ErrorCell, never_calculated

Cell = tuple[int, int]  # row and column, both from 1

PLAIN_STYLES = CellStyles()
MOST_SPARSE_CELLS = 8_000_000  # calamine makes room for every cell between the corners: one at XFD1048576 ends it

ROW_NUMBER = re.compile(rb'<row [^>]*?\br="(\d+)"')
FAR = re.compile(rb' r="(?:[A-Z]{3}\d|[A-Z]{0,2}\d{7})')
ROW_OF_CELL = re.compile(rb' r="[A-Z]{0,3}(\d+)"')
FILLED_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d+)"[^>]*(?<!/)>(?!</c>)')
HIDDEN_ROW = re.compile(rb'<row [^>]*?\bhidden="(?:1|true)"[^>]*>')
ERROR = re.compile(rb'<c [^>]*?\bt="e"[^>]*?>')
NO_VALUE = re.compile(rb"(?:</f>|<f[^>]*/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
LONG = re.compile(b"<v>" + LONG_NUMBER.encode() + b"</v>")
ADDRESS = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
ATTRIBUTE_TYPE = re.compile(rb'\bt="(\w+)"')
VALUE = re.compile(rb"<v[^>]*>([^<]*)</v>")
FORMULA = re.compile(rb"<f[^>]*>([^<]*)</f>")
SUMMED = re.compile(rb"<f[^>]*>\s*((?:SUM|SUBTOTAL|AGGREGATE)\([^<]*)</f>", re.IGNORECASE)
MEANT_NUMBER = r"20\d{4}-T?\d{1,4}"
MEANT = re.compile(b"<f>(" + MEANT_NUMBER.encode() + b")</f>")
# one more word than these, and calamine gives up the whole sheet
READABLE_ERRORS = frozenset({"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"})
NUMERIC_TYPES = (b"", b"n")


@dataclass
class Unseen:
    """What calamine does not say of one sheet, to be put back into its cells."""

    cells: dict[Cell, Raw] = field(default_factory=dict)  # what stands there in truth
    weekdays: set[Cell] = field(default_factory=set)  # days shown by their weekday only
    hidden: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)  # rows most of whose text is struck out
    foreign: dict[Cell, str] = field(default_factory=dict)  # currency that a cell's number format shows
    numbers: dict[Cell, str] = field(default_factory=dict)  # formulas that were meant to be a number of ours
    sums: set[Cell] = field(default_factory=set)  # formulas that add up their own column


@dataclass
class UnseenBySheet:
    """What calamine does not say of a workbook, by name of the sheet."""

    is_1904: bool = False
    sheets: dict[str, Unseen] = field(default_factory=dict)


class Unusual(Exception):
    """A sheet is written so that neither calamine nor a scan can be trusted with it."""


def scan(part: bytes, styles: CellStyles = PLAIN_STYLES) -> Unseen:
    """Return what calamine hides in one sheet part. Raises Unusual."""
    _check_spelling(part)
    _check_extent(part)
    found = Unseen()
    if b'hidden="' in part:
        found.hidden = {_row_at(part, match.start()) for match in HIDDEN_ROW.finditer(part)}
    if b"<f" in part:
        found.cells |= _uncalculated(part)
        found.numbers = dict(_meant_numbers(part))
        found.sums = set(_sums(part))
    if b't="e"' in part:
        found.cells |= _errors(part)
    found.cells |= _long_numbers(part)
    if styles.weekdays:
        found.weekdays = set(_styled(part, styles.weekdays))
    for style, code in styles.foreign.items():
        found.foreign.update(dict.fromkeys(_styled(part, frozenset({style})), code))
    if styles.struck:
        found.struck = _mostly(part, _styled(part, styles.struck))
    return found


def _check_spelling(part: bytes) -> None:
    """UTF-8, no prefixes, double quotes: so all programs write that people have."""
    if is_odd(part) or b"<sheetData" not in part or b" r='" in part[:4096] or b"t='e'" in part:
        raise Unusual("spelling")


def _check_extent(part: bytes) -> None:
    """Row numbers that Excel has not wrap round; a few cells far apart take room for all between them."""
    is_far = FAR.search(part) is not None
    if is_far and any(int(match[1]) > MOST_ROWS for match in ROW_OF_CELL.finditer(part)):
        raise Unusual("a row that Excel has not")
    at = part.rfind(b"<row ")
    last = ROW_NUMBER.match(part, at) if at >= 0 else None
    is_sparse = last is not None and int(last[1]) >= 2 * part.count(b"<row ")
    if not is_sparse and not is_far:
        return
    filled = [(int(match[2]), match[1]) for match in FILLED_CELL.finditer(part)]
    deepest = max((row for row, _ in filled), default=0)
    widest = max((_column(letters) for letters in {letters for _, letters in filled}), default=0)
    if widest > MOST_COLUMNS or deepest * widest > MOST_SPARSE_CELLS:
        raise Unusual(f"cells as far apart as row {deepest} and column {widest}")


def _errors(part: bytes) -> Iterator[tuple[Cell, Raw]]:
    for match in ERROR.finditer(part):
        end = part.find(b"</c>", match.end())
        value = VALUE.search(part, match.end(), end)
        text = (_text(value[1]) if value else "") or "#N/A"
        if text not in READABLE_ERRORS:
            raise Unusual("error of a rare name")
        yield _cell_at(part, match.start()), ErrorCell(text)


def _uncalculated(part: bytes) -> Iterator[tuple[Cell, Raw]]:
    for match in NO_VALUE.finditer(part):
        start = part.rfind(b"<c", 0, match.start())
        head = part[start : part.find(b">", start)]
        # t="str" with an empty value is a formula that gave "", which is a blank
        if b't="str"' not in head and b't="e"' not in head:
            formula = FORMULA.search(part, start, match.end())
            yield _cell_at(part, start), never_calculated(_text(formula[1]) if formula else "")


def _meant_numbers(part: bytes) -> Iterator[tuple[Cell, str]]:
    """``=202405-001``: typed as a number of ours, taken for a subtraction."""
    for match in MEANT.finditer(part):
        yield _cell_at(part, part.rfind(b"<c", 0, match.start())), match[1].decode()


def _sums(part: bytes) -> Iterator[Cell]:
    for match in SUMMED.finditer(part):
        cell = _cell_at(part, part.rfind(b"<c", 0, match.start()))
        if adds_up(_text(match[1]), cell[1]):
            yield cell


def _mostly(part: bytes, struck: Iterator[Cell]) -> set[int]:
    """Rows of which at least half of the filled cells are struck out."""
    filled = {(int(match[2]), _column(match[1])) for match in FILLED_CELL.finditer(part)}
    counted = Counter(row for row, _ in filled)
    return {
        row
        for row, count in Counter(row for row, _ in filled.intersection(struck)).items()
        if 2 * count >= counted[row]
    }


def _long_numbers(part: bytes) -> Iterator[tuple[Cell, Raw]]:
    """Whole numbers with every digit."""
    for match in LONG.finditer(part):
        start = part.rfind(b"<c", 0, match.start())
        kind = ATTRIBUTE_TYPE.search(part, start, part.find(b">", start))
        if (kind[1] if kind else b"") in NUMERIC_TYPES:
            yield _cell_at(part, start), int(match[1])


def _styled(part: bytes, styles: frozenset[int]) -> Iterator[Cell]:
    either = b"|".join(str(style).encode() for style in sorted(styles))
    for match in re.finditer(rb'<c [^>]*?\bs="(?:' + either + rb')"', part):
        yield _cell_at(part, match.start())


def _cell_at(part: bytes, start: int) -> Cell:
    """Address of the cell that begins here."""
    address = ADDRESS.search(part, start, part.find(b">", start) + 1)
    if not address:
        raise Unusual("a cell without its address")
    return int(address[2]), _column(address[1])


def _row_at(part: bytes, start: int) -> int:
    number = ROW_NUMBER.match(part, start, part.find(b">", start) + 1)
    if not number:
        raise Unusual("a row without its number")
    return int(number[1])


def _column(letters: bytes) -> int:
    return column_of(letters.decode()) + 1


def _text(value: bytes) -> str:
    return html.unescape(value.decode("utf-8", "replace")).strip()
