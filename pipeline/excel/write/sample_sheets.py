"""Workbooks as teams keep them by hand: a title, headings, bordered rows, a total, notes below.

A sheet goes in line by line, each line with its look and its values; the same lines give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.excel.write.formats import new_workbook

PROPERTIES = {"created": datetime(2026, 6, 1, 18, 0), "author": "demo"}  # fixed: the same lines, the same bytes
FONT = "SimSun"
WIDE, NARROW = 28, 13
PLAIN = {"font_name": FONT, "font_size": 10, "border": 1}


class Merged(Enum):
    """What stands in a cell that is merged with the one above."""

    ABOVE = "^"


class Formula(NamedTuple):
    """A formula with the value it shows; "" when it was never calculated."""

    text: str
    shown: float | str


Value = str | int | float | Decimal | date | datetime | Formula | Merged | None


class LineLook(Enum):
    """What a line of a sheet is."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    HEADINGS = "headings"
    ROW = "row"
    HIDDEN_ROW = "hidden row"
    TOTAL = "total"
    NOTE = "note"
    EMPTY = "empty"


ROWS = (LineLook.ROW, LineLook.HIDDEN_ROW)  # alone among the looks they give blank cells a border
FORMATS = {
    LineLook.TITLE: {"font_name": FONT, "font_size": 16, "bold": True, "align": "center"},
    LineLook.SUBTITLE: {"font_name": FONT, "font_size": 10},
    LineLook.HEADINGS: PLAIN | {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#D9E1F2"},
    LineLook.TOTAL: PLAIN | {"bold": True, "num_format": "#,##0.00"},
    LineLook.NOTE: {"font_name": FONT, "font_size": 10},
}


class SampleLine(NamedTuple):
    """One row of a sheet: its look and its values from column A on."""

    look: LineLook
    cells: tuple[Value, ...]


@dataclass(frozen=True)
class SampleSheet:
    """A sheet from row 1 on; `wide` holds columns counted from 0, `date_format` a pattern or a built-in number."""

    name: str
    lines: Sequence[SampleLine]
    wide: frozenset[int]
    date_format: str
    is_hidden: bool = False

    @property
    def width(self) -> int:
        """Return the number of columns that have a heading."""
        return max((len(line.cells) for line in self.lines if line.look is LineLook.HEADINGS), default=0)


class _Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook, date_format: str) -> None:
        self._looks: dict[LineLook, Format] = {look: book.add_format(props) for look, props in FORMATS.items()}
        self.text: Format = book.add_format(PLAIN)
        self.merged: Format = book.add_format(PLAIN | {"valign": "vcenter"})
        # a number names a built-in format, as those that only Chinese Excel knows
        number: str | int = int(date_format) if date_format.isdigit() else date_format
        self._day: Format = book.add_format(PLAIN | {"num_format": number})
        self._moment: Format = book.add_format(PLAIN | {"num_format": "yyyy-mm-dd hh:mm"})
        self._money: Format = book.add_format(PLAIN | {"num_format": "#,##0.00"})

    def of(self, look: LineLook, value: Value) -> Format:
        """Return the format of a value on a line of this look."""
        if look in self._looks:
            return self._looks[look]
        if isinstance(value, datetime):
            return self._moment
        if isinstance(value, date):
            return self._day
        return self._money if isinstance(value, Decimal) else self.text


def write_sample_sheets(path: Path, sheets: Sequence[SampleSheet]) -> None:
    """Write one workbook; its folder must be there."""
    with new_workbook(path, PROPERTIES) as book:
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            if sheet.is_hidden:
                page.hide()
            _write_sheet(page, sheet, _Formats(book, sheet.date_format))


def _write_sheet(page: Worksheet, sheet: SampleSheet, formats: _Formats) -> None:
    for column in range(sheet.width):
        page.set_column(column, column, WIDE if column in sheet.wide else NARROW)
    for at, line in enumerate(sheet.lines):
        if line.look is LineLook.TITLE:
            page.merge_range(at, 0, at, max(sheet.width - 1, 1), line.cells[0], formats.of(LineLook.TITLE, None))
            continue
        if line.look is LineLook.HIDDEN_ROW:
            page.set_row(at, None, None, {"hidden": True})
        for column, value in enumerate(line.cells):
            if value is not Merged.ABOVE and (value is not None or line.look in ROWS):
                _write_cell(page, (at, column), value, formats.of(line.look, value))
    for first, last, column in _merges(sheet.lines):
        page.merge_range(first, column, last, column, "", formats.merged)
        value = sheet.lines[first].cells[column]
        _write_cell(page, (first, column), value, formats.of(LineLook.ROW, value))  # merging has blanked it


def _write_cell(page: Worksheet, at: tuple[int, int], value: Value, form: Format) -> None:
    if value is None:
        page.write_blank(*at, None, form)
    elif isinstance(value, Formula):
        page.write_formula(*at, value.text, form, value.shown)
    elif isinstance(value, date):
        page.write_datetime(*at, value, form)
    elif isinstance(value, str):
        page.write_string(*at, value, form)
    elif isinstance(value, int | float | Decimal):
        page.write_number(*at, float(value), form)


def _merges(lines: Sequence[SampleLine]) -> list[tuple[int, int, int]]:
    """Return (first line, last line, column) of cells to be merged, block by block."""
    found = []
    for first in range(len(lines) - 1):
        if Merged.ABOVE in lines[first].cells:
            continue
        for column, value in enumerate(lines[first + 1].cells):
            last = first
            while value is Merged.ABOVE and last + 1 < len(lines) and _is_merged(lines[last + 1], column):
                last += 1
            if last > first:
                found.append((first, last, column))
    return found


def _is_merged(line: SampleLine, column: int) -> bool:
    return column < len(line.cells) and line.cells[column] is Merged.ABOVE
