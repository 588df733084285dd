"""Files no workspace should have to open: a lock, a workbook with a password, one cut off."""

from __future__ import annotations

import struct

SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
STREAM_SECTORS = 8  # 4,096 bytes: smaller streams would need a second kind of sector


def lock_file() -> bytes:
    """Return what Excel leaves beside a workbook that somebody has open."""
    return b"\x05demo" + b" " * 160


def cut_off(whole: bytes) -> bytes:
    """Return a file that was cut off while it was copied."""
    return whole[: len(whole) * 2 // 3]


def encrypted() -> bytes:
    """Return the smallest OLE2 container with the two streams of an encrypted workbook."""
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
