"""Workbooks built in code, so that a test shows its dirt where it is used.

``Book(path, "七月").row("单号", "金额").row("202405-001", 12.5).save()``
"""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlsxwriter.worksheet import Worksheet

Cell = str | float | bool | Decimal | date | time | None
WHOLE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
DATE_FORMATS = ("yyyy/m/d", "yyyy/m/d h:mm", "h:mm")
NEVER_CALCULATED, GAVE_NOTHING = "never-calculated", "gave-nothing"


class Book:
    """One workbook; every call but `save` gives the book back. Rows are written in order."""

    def __init__(self, path: Path, sheet: str = "Sheet1") -> None:
        self.path = path
        self._book = xlsxwriter.Workbook(str(path), WHOLE)
        self._formats = {code: self._book.add_format({"num_format": code}) for code in DATE_FORMATS}
        self._name = sheet
        self._sheet: Worksheet | None = None
        self._next = 0

    def sheet(self, name: str, *, hidden: bool = False) -> Book:
        """Begin another sheet (the first one, when nothing was written yet)."""
        self._sheet, self._next = self._book.add_worksheet(name), 0
        if hidden:
            self._sheet.hide()
        return self

    def row(self, *cells: Any) -> Book:
        """Write the next row; None leaves a cell out."""
        _ = self._now
        for column, cell in enumerate(cells):
            if cell is not None:
                self._write(self._next, column, cell)
        self._next += 1
        return self

    def rows(self, *rows: tuple[Any, ...]) -> Book:
        """Write several rows."""
        for each in rows:
            self.row(*each)
        return self

    def blank(self, count: int = 1) -> Book:
        """Leave rows out."""
        _ = self._now
        self._next += count
        return self

    def merge(self, area: str, value: Cell) -> Book:
        """Merge ``A3:A4`` and write its value; goes over what `row` wrote there."""
        self._now.merge_range(area, "")
        first = area.split(":", maxsplit=1)[0]
        row, column = _position(first)
        if value is not None:
            self._write(row, column, value)
        return self

    def formula(self, cell: str, expression: str, value: Cell = None) -> Book:
        """A formula with the value it had when saved ("" too); None: it was never calculated."""
        shown = NEVER_CALCULATED if value is None else GAVE_NOTHING if value == "" else value
        self._now.write_formula(cell, expression, None, shown)
        return self

    def error(self, cell: str, text: str = "#N/A") -> Book:
        """A cell that shows an error."""
        self._now.write_formula(cell, "=NA()", None, text)
        return self

    def formatted(self, cell: str, number: float, code: str) -> Book:
        """A number under a number format."""
        self._now.write_number(cell, number, self._book.add_format({"num_format": code}))
        return self

    def hide_row(self, row: int) -> Book:
        """Hide a row (counted from 1, as Excel shows it)."""
        self._now.set_row(row - 1, None, None, {"hidden": True})
        return self

    def save(self) -> Path:
        """Write the file."""
        _ = self._now
        self._book.close()
        # xlsxwriter can write neither of these two itself
        if self._holds(NEVER_CALCULATED):
            never = f' t="str"><f>(.*?)</f><v>{NEVER_CALCULATED}</v>'.encode()
            rewrite(self.path, "xl/worksheets/", lambda part: re.sub(never, rb"><f>\1</f>", part))
        if self._holds(GAVE_NOTHING):
            rewrite(self.path, "xl/worksheets/", lambda part: part.replace(GAVE_NOTHING.encode(), b""))
        return self.path

    @property
    def _now(self) -> Worksheet:
        if self._sheet is None:
            self.sheet(self._name)
        assert self._sheet is not None
        return self._sheet

    def _holds(self, marker: str) -> bool:
        with zipfile.ZipFile(self.path) as parts:
            sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
            return any(marker.encode() in parts.read(name) for name in sheets)

    def _write(self, row: int, column: int, cell: Cell) -> None:
        sheet = self._now
        if isinstance(cell, bool):
            done = sheet.write_boolean(row, column, cell)
        elif isinstance(cell, str):
            done = sheet.write_string(row, column, cell)
        elif isinstance(cell, int | float | Decimal):
            done = sheet.write_number(row, column, cell)
        else:
            done = sheet.write_datetime(row, column, cell, self._formats[_code(cell)])
        assert done == 0, f"row {row + 1} column {column + 1} was not written"


def rewrite(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """Change every part of a package whose name begins with `part`."""
    with zipfile.ZipFile(path) as package:
        parts = [(info, package.read(info)) for info in package.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for info, content in parts:
            package.writestr(info.filename, change(content) if info.filename.startswith(part) else content)
    return path


def _position(cell: str) -> tuple[int, int]:
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(cell[len(letters) :]) - 1, column - 1


def _code(cell: object) -> str:
    if isinstance(cell, datetime):
        return "yyyy/m/d h:mm" if cell.time() != time() else "yyyy/m/d"
    return "yyyy/m/d" if isinstance(cell, date) else "h:mm"
