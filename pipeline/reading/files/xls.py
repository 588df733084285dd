"""What calamine hides in an .xls: error cells, which come as blanks, and hidden rows."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from pipeline.reading.files.compound import workbook_stream
from pipeline.reading.files.fast_scan import Looked, Unseen

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGIN, UNICODE = 0x809, b"\x00\x06"  # versions before this wrote names in the bytes of their machine
BOUND_SHEET, DATE_MODE, END, ROW, ERROR_OR_TRUTH, FORMULA = 0x85, 0x22, 0x0A, 0x208, 0x205, 0x06
HIDDEN = 0x20
IS_ERROR, ERROR_RESULT, NO_NUMBER = 1, 2, 0xFFFF
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
WIDE = 1  # a name in UTF-16
MOST_RECORDS = 6_000_000


def look(content: bytes) -> Looked:
    """Look through a workbook. Never raises: calamine decides what is damaged."""
    looked = Looked()
    stream = workbook_stream(content)
    try:
        for name, start in list(_sheets(stream, looked)):
            looked.unseen[name] = _scan(stream, start)
    except (struct.error, IndexError):
        looked.unseen.clear()
    return looked


def error_name(code: int) -> str:
    """How Excel shows an error of this number."""
    return ERRORS.get(code, "#N/A")


def _sheets(stream: bytes, looked: Looked) -> Iterator[tuple[str, int]]:
    """Name and beginning of every sheet."""
    is_old = False
    for number, body in _records(stream, 0):
        if number == BEGIN:
            is_old = body[:2] < UNICODE
        elif number == DATE_MODE:
            looked.is_1904 = body[:1] == b"\x01"
        elif number == BOUND_SHEET:
            yield _sheet_name(body[6:], is_old=is_old), struct.unpack_from("<I", body)[0]


def _sheet_name(body: bytes, *, is_old: bool) -> str:
    if is_old:
        return body[1 : 1 + body[0]].decode("gb18030", "replace")
    length, is_wide, text = body[0], body[1] & WIDE, body[2:]
    return text[: 2 * length].decode("utf-16-le", "replace") if is_wide else text[:length].decode("latin-1")


def _scan(stream: bytes, start: int) -> Unseen:
    found = Unseen()
    for number, body in _records(stream, start):
        if number == ROW and struct.unpack_from("<H", body, 12)[0] & HIDDEN:
            found.hidden.add(struct.unpack_from("<H", body)[0] + 1)
        elif number == ERROR_OR_TRUTH and body[7] == IS_ERROR:
            _note(found, body, body[6])
        elif number == FORMULA and body[6] == ERROR_RESULT and struct.unpack_from("<H", body, 12)[0] == NO_NUMBER:
            _note(found, body, body[8])
    return found


def _note(found: Unseen, body: bytes, code: int) -> None:
    row, column = struct.unpack_from("<HH", body)
    found.errors[row + 1, column + 1] = error_name(code)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Number and body of every record up to the end of the part that begins here."""
    for _ in range(MOST_RECORDS):
        number, length = struct.unpack_from("<HH", stream, at)
        if number == END:
            return
        yield number, stream[at + 4 : at + 4 + length]
        at += 4 + length
