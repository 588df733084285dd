"""What calamine hides in an .xlsb: error cells, which come as blanks, and hidden rows."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.reading.files.contents import links_to
from pipeline.reading.files.fast_scan import Looked, Unseen
from pipeline.reading.files.package import Damaged, Package
from pipeline.reading.files.xls import error_name

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKBOOK = "xl/workbook.bin"
ROW, ERROR, ERROR_OF_FORMULA, END_OF_ROWS, PROPERTIES, SHEET = 0, 3, 11, 146, 153, 156
DATES_FROM_1904, HIDDEN = 1, 0x10
MORE, SEVEN_BITS = 0x80, 0x7F
MOST_RECORDS = 12_000_000


def look(content: bytes) -> Looked:
    """Look through a workbook. Never raises: calamine decides what is damaged."""
    looked = Looked()
    try:
        package = Package(BytesIO(content))
        links = links_to(package, WORKBOOK)
        for number, body in _records(package.read(WORKBOOK)):
            if number == PROPERTIES:
                looked.is_1904 = bool(body[0] & DATES_FROM_1904)
            elif number == SHEET:
                relation, at = _text(body, 8)
                name, _ = _text(body, at)
                looked.unseen[name] = _scan(package.read(links[relation].part if relation in links else ""))
    except (Damaged, struct.error, IndexError):
        looked.unseen.clear()
    return looked


def _scan(part: bytes) -> Unseen:
    found, row = Unseen(), 0
    for number, body in _records(part):
        if number == ROW:
            row = struct.unpack_from("<I", body)[0] + 1
            if body[11] & HIDDEN:
                found.hidden.add(row)
        elif number in {ERROR, ERROR_OF_FORMULA}:
            found.errors[row, struct.unpack_from("<I", body)[0] + 1] = error_name(body[8])
        elif number == END_OF_ROWS:
            break
    return found


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and body of every record."""
    at = 0
    for _ in range(MOST_RECORDS):
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
