"""What calamine hides in an .xls and an .xlsb: error cells, which come as blanks, and hidden rows.

Both are records of bytes, a number and a length before each. Those of an .xls stand in one stream of a
compound file, which is cut into sectors like a disk; those of an .xlsb in the parts of a package.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO

from pipeline.reading.files.fast_scan import Unseen, UnseenBySheet
from pipeline.reading.files.package import Damaged, Package
from pipeline.reading.files.parts import links_to
from pipeline.reading.values.cells import ErrorCell

# compound files: where their head says what
SHIFT_AT, SMALL_AT = 30, 56
SHIFTS = (9, 12)  # sectors of 512 bytes, or of 4096
FIRST_DIRECTORY, FIRST_SMALL = 48, 60
FIRST_MORE, HEADER, IN_HEADER = 68, 76, 109
ENTRY, NAME = 128, 64
LAST = 0xFFFFFFFA  # numbers above are marks, no sectors
WORKBOOKS = ("Workbook", "Book")
# records of an .xls
BEGIN, UNICODE = 0x809, b"\x00\x06"  # versions before this wrote names in the bytes of their machine
BOUND_SHEET, DATE_MODE, END, XLS_ROW, ERROR_OR_TRUTH, FORMULA = 0x85, 0x22, 0x0A, 0x208, 0x205, 0x06
XLS_HIDDEN = 0x20
IS_ERROR, ERROR_RESULT, NO_NUMBER = 1, 2, 0xFFFF
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
WIDE = 1  # a name in UTF-16
MOST_XLS_RECORDS = 6_000_000
# records of an .xlsb
XLSB_WORKBOOK = "xl/workbook.bin"
XLSB_ROW, ERROR, ERROR_OF_FORMULA, END_OF_ROWS, PROPERTIES, SHEET = 0, 3, 11, 146, 153, 156
DATES_FROM_1904, XLSB_HIDDEN = 1, 0x10
MORE, SEVEN_BITS = 0x80, 0x7F
MOST_XLSB_RECORDS = 12_000_000


class _Compound:
    def __init__(self, content: bytes) -> None:
        self._content = content
        shift = struct.unpack_from("<H", content, SHIFT_AT)[0]
        if shift not in SHIFTS:
            raise struct.error("sectors of no size there is")
        self._size = 1 << shift
        self._table = self._allocation()

    def workbook(self) -> bytes:
        """Return the stream called Workbook, or Book as older programs call it."""
        directory = self._chain(self._number(FIRST_DIRECTORY))
        entries = [directory[at : at + ENTRY] for at in range(0, len(directory), ENTRY)]
        for entry in entries:
            if _name(entry) in WORKBOOKS:
                start, size = struct.unpack_from("<II", entry, 116)
                is_small = size < self._number(SMALL_AT)
                return self._small(entries[0], start, size) if is_small else self._chain(start)[:size]
        return b""

    def _allocation(self) -> tuple[int, ...]:
        """Which sector follows which."""
        sectors = list(struct.unpack_from(f"<{IN_HEADER}I", self._content, HEADER))
        more, count = self._number(FIRST_MORE), self._size // 4
        while more < LAST and len(sectors) < len(self._content) // self._size:
            listed = struct.unpack(f"<{count}I", self._sector(more))
            sectors, more = [*sectors, *listed[:-1]], listed[-1]
        table = b"".join(self._sector(number) for number in sectors if number < LAST)
        return struct.unpack(f"<{len(table) // 4}I", table)

    def _chain(self, number: int) -> bytes:
        parts: list[bytes] = []
        while number < LAST and len(parts) <= len(self._table):
            parts.append(self._sector(number))
            number = self._table[number]
        return b"".join(parts)

    def _small(self, root: bytes, number: int, size: int) -> bytes:
        """A stream so short that it lies in the stream of short ones, by pieces of 64 bytes."""
        pool = self._chain(struct.unpack_from("<I", root, 116)[0])
        listed = self._chain(self._number(FIRST_SMALL))
        table = struct.unpack(f"<{len(listed) // 4}I", listed)
        parts: list[bytes] = []
        while number < LAST and len(parts) <= len(table):
            parts.append(pool[number * 64 : number * 64 + 64])
            number = table[number]
        return b"".join(parts)[:size]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._content[start : start + self._size].ljust(self._size, b"\x00")

    def _number(self, at: int) -> int:
        found: int = struct.unpack_from("<I", self._content, at)[0]
        return found


def _name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, NAME)[0]
    return entry[: max(length - 2, 0)].decode("utf-16-le", "replace") if length <= NAME else ""


def look_xls(content: bytes) -> UnseenBySheet:
    """Return error cells and hidden rows of an .xls. Never raises: calamine decides what is damaged."""
    unseen = UnseenBySheet()
    try:
        stream = _Compound(content).workbook()
        for name, start in list(_sheets(stream, unseen)):
            unseen.sheets[name] = _scan_xls(stream, start)
    except (struct.error, IndexError):
        unseen.sheets.clear()
    return unseen


def _sheets(stream: bytes, unseen: UnseenBySheet) -> Iterator[tuple[str, int]]:
    """Name and beginning of every sheet."""
    is_old = False
    for number, body in _xls_records(stream, 0):
        if number == BEGIN:
            is_old = body[:2] < UNICODE
        elif number == DATE_MODE:
            unseen.is_1904 = body[:1] == b"\x01"
        elif number == BOUND_SHEET:
            yield _sheet_name(body[6:], is_old=is_old), struct.unpack_from("<I", body)[0]


def _sheet_name(body: bytes, *, is_old: bool) -> str:
    if is_old:
        return body[1 : 1 + body[0]].decode("gb18030", "replace")
    length, is_wide, text = body[0], body[1] & WIDE, body[2:]
    return text[: 2 * length].decode("utf-16-le", "replace") if is_wide else text[:length].decode("latin-1")


def _scan_xls(stream: bytes, start: int) -> Unseen:
    found = Unseen()
    for number, body in _xls_records(stream, start):
        if number == XLS_ROW and struct.unpack_from("<H", body, 12)[0] & XLS_HIDDEN:
            found.hidden.add(struct.unpack_from("<H", body)[0] + 1)
        elif number == ERROR_OR_TRUTH and body[7] == IS_ERROR:
            _note(found, body, body[6])
        elif number == FORMULA and body[6] == ERROR_RESULT and struct.unpack_from("<H", body, 12)[0] == NO_NUMBER:
            _note(found, body, body[8])
    return found


def _note(found: Unseen, body: bytes, code: int) -> None:
    row, column = struct.unpack_from("<HH", body)
    found.cells[row + 1, column + 1] = ErrorCell(ERRORS.get(code, "#N/A"))


def _xls_records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Number and body of every record up to the end of the part that begins here."""
    for _ in range(MOST_XLS_RECORDS):
        number, length = struct.unpack_from("<HH", stream, at)
        if number == END:
            return
        yield number, stream[at + 4 : at + 4 + length]
        at += 4 + length


def look_xlsb(content: bytes) -> UnseenBySheet:
    """Return error cells and hidden rows of an .xlsb. Never raises: calamine decides what is damaged."""
    unseen = UnseenBySheet()
    try:
        package = Package(BytesIO(content))
        links = links_to(package, XLSB_WORKBOOK)
        for number, body in _xlsb_records(package.read(XLSB_WORKBOOK)):
            if number == PROPERTIES:
                unseen.is_1904 = bool(body[0] & DATES_FROM_1904)
            elif number == SHEET:
                relation, at = _text(body, 8)
                name, _ = _text(body, at)
                unseen.sheets[name] = _scan_xlsb(package.read(links[relation].part if relation in links else ""))
    except (Damaged, struct.error, IndexError):
        unseen.sheets.clear()
    return unseen


def _scan_xlsb(part: bytes) -> Unseen:
    found, row = Unseen(), 0
    for number, body in _xlsb_records(part):
        if number == XLSB_ROW:
            row = struct.unpack_from("<I", body)[0] + 1
            if body[11] & XLSB_HIDDEN:
                found.hidden.add(row)
        elif number in {ERROR, ERROR_OF_FORMULA}:
            found.cells[row, struct.unpack_from("<I", body)[0] + 1] = ErrorCell(ERRORS.get(body[8], "#N/A"))
        elif number == END_OF_ROWS:
            break
    return found


def _xlsb_records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and body of every record."""
    at = 0
    for _ in range(MOST_XLSB_RECORDS):
        if at >= len(part):
            return
        number, at = _counted(part, at, 2)
        length, at = _counted(part, at, 4)
        yield number, part[at : at + length]
        at += length


def _counted(part: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of at most so many bytes, seven bits in each, and where it ends."""
    number = part[at]
    if number < MORE:
        return number, at + 1
    number &= SEVEN_BITS
    for shift in range(1, most):
        byte = part[at + shift]
        number |= (byte & SEVEN_BITS) << 7 * shift
        if byte < MORE:
            return number, at + shift + 1
    return number, at + most


def _text(body: bytes, at: int) -> tuple[str, int]:
    """A counted text, and where it ends."""
    (length,) = struct.unpack_from("<I", body, at)
    end = at + 4 + 2 * length
    return body[at + 4 : end].decode("utf-16-le", "replace"), end
