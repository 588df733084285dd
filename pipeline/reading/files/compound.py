"""Compound files: the one stream of an .xls that holds its workbook."""

from __future__ import annotations

import struct

SHIFT_AT, SMALL_AT = 30, 56
SHIFTS = (9, 12)  # sectors of 512 bytes, or of 4096
FIRST_DIRECTORY, FIRST_SMALL = 48, 60
FIRST_MORE, HEADER, IN_HEADER = 68, 76, 109
ENTRY, NAME = 128, 64
LAST = 0xFFFFFFFA  # numbers above are marks, no sectors
WORKBOOKS = ("Workbook", "Book")


def workbook_stream(content: bytes) -> bytes:
    """The workbook's stream; empty when there is none or the file is not whole."""
    try:
        return _Compound(content).workbook()
    except (struct.error, IndexError):
        return b""


class _Compound:
    def __init__(self, content: bytes) -> None:
        self._content = content
        shift = struct.unpack_from("<H", content, SHIFT_AT)[0]
        if shift not in SHIFTS:
            raise struct.error("sectors of no size there is")
        self._size = 1 << shift
        self._table = self._allocation()

    def workbook(self) -> bytes:
        """The stream called Workbook, or Book as older programs call it."""
        directory = self._chain(self._number(FIRST_DIRECTORY))
        entries = [directory[at : at + ENTRY] for at in range(0, len(directory), ENTRY)]
        for entry in entries:
            if _name(entry) in WORKBOOKS:
                start, size = struct.unpack_from("<II", entry, 116)
                return (
                    self._small(entries[0], start, size) if size < self._number(SMALL_AT) else self._chain(start)[:size]
                )
        return b""

    def _allocation(self) -> tuple[int, ...]:
        """Which sector follows which."""
        sectors = list(struct.unpack_from(f"<{IN_HEADER}I", self._content, HEADER))
        more, each = self._number(FIRST_MORE), self._size // 4
        while more < LAST and len(sectors) < len(self._content) // self._size:
            listed = struct.unpack(f"<{each}I", self._sector(more))
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
