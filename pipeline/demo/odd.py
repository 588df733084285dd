"""Files no workspace should have to open: locked, torn, encrypted, mislabelled."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from pipeline.demo import writer
from pipeline.demo.files import sheet
from pipeline.demo.rows import Row, Sheet, Value
from pipeline.demo.words import say

SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
STREAM_SECTORS = 8  # 4,096 bytes: smaller streams would need a second kind of sector


@dataclass(frozen=True)
class Odd:
    """A file and the finding it must give."""

    file: str
    sheet: str
    cell: str
    rule: str
    why: str


def write(inbox: Path, model: Sheet, lines: list[Row]) -> list[Odd]:
    """Write every odd file; `model` and `lines` lend their rows."""
    for name in ("lock", "fake", "truncated", "locked"):
        (inbox / say("file", name)).parent.mkdir(parents=True, exist_ok=True)
    (inbox / say("file", "lock")).write_bytes(b"\x05demo" + b" " * 160)
    (inbox / say("file", "fake")).write_bytes(say("odd", "pdf").encode() + b"\n%%EOF\n")
    (inbox / say("file", "locked")).write_bytes(encrypted())
    torn = inbox / say("file", "truncated")
    writer.write(torn, [model])
    whole = torn.read_bytes()
    torn.write_bytes(whole[: len(whole) * 2 // 3])
    return [
        Odd(say("file", "lock"), "", "", "FILE-011", "a lock file of an open workbook"),
        Odd(say("file", "fake"), "", "", "FILE-013", "a PDF under the name of a workbook"),
        Odd(say("file", "locked"), "", "", "FILE-003", "a workbook with a password"),
        Odd(say("file", "truncated"), "", "", "FILE-010", "a workbook cut off while it was copied"),
        *_workbooks(inbox, lines),
    ]


def _workbooks(inbox: Path, lines: list[Row]) -> list[Odd]:
    empty = Sheet(say("file", "empty"), say("sheet", "empty"), "", [])
    contacts = _plain("unknown", "contacts", [say("label", "contact_row").split("|")], say("label", "contacts"))
    both: list[Value] = ["2026-05-20", 1130, say("dirt", "stranger"), "26442000000099999999", 1130, "2026-05-20"]
    two = _plain("twokinds", "two", [both], say("label", "two_head"))
    short = sheet("orders_c", "noqty", lines, kind="orders", name=say("sheet", "sales3"))
    short.columns = [pair for pair in short.columns if pair[0] != "qty"]
    for made in (empty, contacts, two, short):
        path = inbox / made.file
        path.parent.mkdir(parents=True, exist_ok=True)
        writer.write(path, [made])
    return [
        Odd(empty.file, "", "", "FILE-012", "nothing in it"),
        Odd(contacts.file, "", "", "FILE-012", "no headings we know"),
        Odd(two.file, two.name, "1", "FILE-019", "headings of two kinds"),
        Odd(short.file, short.name, str(short.heading_row), "FILE-021", "orders without a quantity"),
    ]


def _plain(file: str, name: str, lines: list[list[Value]] | list[list[str]], head: str) -> Sheet:
    headings = head.split("|")
    columns = [(f"c{n}", heading) for n, heading in enumerate(headings)]
    made = Sheet(say("file", file), say("sheet", name), "", columns)
    made.rows = [Row("", {f"c{n}": value for n, value in enumerate(line)}) for line in lines]
    return made


def encrypted() -> bytes:
    """The smallest OLE2 container with the two streams of an encrypted workbook."""
    chain = [FAT, END]
    for stream in range(2):
        first = 2 + stream * STREAM_SECTORS
        chain += [*range(first + 1, first + STREAM_SECTORS), END]
    table = struct.pack(f"<{SECTOR // 4}I", *chain, *[FREE] * (SECTOR // 4 - len(chain)))
    body = bytes(range(256)) * (SECTOR * STREAM_SECTORS * 2 // 256)
    return _header() + table + _directory() + body


def _header() -> bytes:
    magic = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16)
    fixed = struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, END, 0, END, 0)
    return magic + fixed + struct.pack("<109I", 0, *[FREE] * 108)


def _directory() -> bytes:
    size = SECTOR * STREAM_SECTORS
    entries = [
        _entry("Root Entry", 5, (FREE, FREE, 1), (END, 0)),
        _entry("EncryptedPackage", 2, (FREE, 2, FREE), (2, size)),
        _entry("EncryptionInfo", 2, (FREE, FREE, FREE), (2 + STREAM_SECTORS, size)),
        bytes(128),
    ]
    return b"".join(entries)


def _entry(name: str, type_: int, near: tuple[int, int, int], where: tuple[int, int]) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0"
    start, size = where
    return wide.ljust(64, b"\0") + struct.pack("<HBB3I16xI16xIQ", len(wide), type_, 1, *near, 0, start, size)
