"""Smallest workbooks of two formats that no writer of ours makes: .xls (BIFF8) and .ods."""

from __future__ import annotations

import struct
import zipfile
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Cell = str | float | None
SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
COLLAPSED = ' table:visibility="collapse"'
ERRORS = {"#REF!": 0x17, "#N/A": 0x2A, "#DIV/0!": 0x07}


def xls(path: Path, rows: Sequence[Sequence[Any]], *, hidden: Sequence[int] = ()) -> Path:
    """One sheet; a text that is an error's name becomes that error. `hidden`: rows counted from 1."""
    path.write_bytes(_compound(_biff(rows, hidden)))
    return path


def ods(path: Path, rows: Sequence[Sequence[Any]], *, hidden: Sequence[int] = ()) -> Path:
    """One sheet. `hidden`: as in `xls`."""
    lines = "".join(
        f"<table:table-row{COLLAPSED * (at in hidden)}>{''.join(map(_ods_cell, row))}</table:table-row>"
        for at, row in enumerate(rows, 1)
    )
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="表一">{lines}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", kind)
        package.writestr("content.xml", content)
        package.writestr(
            "META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{space}">{entry}</manifest:manifest>'
        )
    return path


def _ods_cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
    return (
        f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
    )


def _biff(rows: Sequence[Sequence[Cell]], hidden: Sequence[int]) -> bytes:
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for at, row in enumerate(rows):
        flags = 0x0120 if at + 1 in hidden else 0x0100
        sheet += _record(0x0208, struct.pack("<HHHHHHHH", at, 0, len(row), 255, 0, 0, flags, 15))
    sheet += b"".join(_cell(at, column, cell) for at, row in enumerate(rows) for column, cell in enumerate(row))
    sheet += _record(0x000A, b"")
    name = "表一"
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + _record(
        0x0042, struct.pack("<H", 1200)
    )
    bound = struct.pack("<IBBBB", 0, 0, 0, len(name), 1) + name.encode("utf-16-le")
    at = len(start) + len(_record(0x0085, bound)) + len(_record(0x000A, b""))
    return start + _record(0x0085, struct.pack("<I", at) + bound[4:]) + _record(0x000A, b"") + sheet


def _cell(row: int, column: int, cell: Cell) -> bytes:
    head = struct.pack("<HHH", row, column, 0)
    if cell is None:
        return b""
    if isinstance(cell, str) and cell in ERRORS:
        return _record(0x0205, head + bytes((ERRORS[cell], 1)))
    if isinstance(cell, str):
        return _record(0x0204, head + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le"))
    return _record(0x0203, head + struct.pack("<d", cell))


def _record(number: int, body: bytes) -> bytes:
    return struct.pack("<HH", number, len(body)) + body


def _compound(stream: bytes) -> bytes:
    """A compound file whose one stream is the workbook; padded, so that it needs no short sectors."""
    stream = stream.ljust(max(len(stream), 4096), b"\x00")
    stream = stream.ljust(-(-len(stream) // SECTOR) * SECTOR, b"\x00")
    count = len(stream) // SECTOR
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += (
        struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0)
        + struct.pack("<I", 0)
        + struct.pack("<I", FREE) * 108
    )
    table = [FAT, END, *range(3, count + 2), END]
    fat = b"".join(struct.pack("<I", each) for each in table).ljust(SECTOR, b"\xff")
    return (
        header
        + fat
        + _entry("Root Entry", 5, 1, END, 0)
        + _entry("Workbook", 2, FREE, 2, len(stream))
        + bytes(256)
        + stream
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\x00\x00"
    body = text.ljust(64, b"\x00") + struct.pack("<HBB", len(text), kind, 1)
    return (body + struct.pack("<III", FREE, FREE, child) + bytes(36) + struct.pack("<IQ", start, size)).ljust(
        128, b"\x00"
    )
