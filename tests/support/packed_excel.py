"""The smallest .xlsb: one sheet of numbers, texts and errors."""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING, Any

from tests.support.old_excel import ERRORS, Cell
from tests.support.sheet_parts import links

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ROW, ERROR, REAL, TEXT, OF_FORMULA = 0, 3, 5, 6, 11
BEGIN_SHEET, END_SHEET, BEGIN_ROWS, END_ROWS, SIZE = 129, 130, 145, 146, 148
PROPERTIES, BEGIN_SHEETS, SHEET, END_SHEETS, END_BOOK = 153, 143, 156, 144, 132
HIDDEN = 0x10


def xlsb(path: Path, rows: Sequence[Sequence[Any]], *, hidden: Sequence[int] = (), is_1904: bool = False) -> Path:
    """A text that is an error's name becomes that error, with a formula in every second row."""
    sheets = _record(SHEET, struct.pack("<II", 0, 1) + _text("rId1") + _text("表一"))
    book = (
        _record(PROPERTIES, struct.pack("<IIH", is_1904, 0, 0))
        + _record(BEGIN_SHEETS)
        + sheets
        + _record(END_SHEETS)
        + _record(END_BOOK)
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.bin", book)
        package.writestr("xl/_rels/workbook.bin.rels", links(("worksheet", "worksheets/sheet1.bin")))
        package.writestr("xl/worksheets/sheet1.bin", _sheet(rows, hidden))
    return path


def _sheet(rows: Sequence[Sequence[Cell]], hidden: Sequence[int]) -> bytes:
    lines = b""
    for at, row in enumerate(rows):
        flags = HIDDEN if at + 1 in hidden else 0
        lines += _record(ROW, struct.pack("<IIHBBBI", at, 0, 300, 0, flags, 0, 0))
        lines += b"".join(_cell(at, column, cell) for column, cell in enumerate(row) if cell is not None)
    size = _record(SIZE, struct.pack("<IIII", 0, len(rows), 0, max(map(len, rows))))
    return _record(BEGIN_SHEET) + size + _record(BEGIN_ROWS) + lines + _record(END_ROWS) + _record(END_SHEET)


def _cell(row: int, column: int, cell: Cell) -> bytes:
    place = struct.pack("<II", column, 0)
    if cell in ERRORS:
        code = bytes([ERRORS[str(cell)]])
        return _record(OF_FORMULA, place + code + bytes(10)) if row % 2 else _record(ERROR, place + code)
    if isinstance(cell, str):
        return _record(TEXT, place + _text(cell))
    return _record(REAL, place + struct.pack("<d", cell))


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _record(number: int, body: bytes = b"") -> bytes:
    kind = bytes([number]) if number < 128 else bytes([number & 127 | 128, number >> 7])
    length = bytes([len(body) & 127 | 128 * (len(body) > 127), *([len(body) >> 7] if len(body) > 127 else [])])
    return kind + length + body
