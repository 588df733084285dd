"""Zip packages: every limit is enforced before a byte is trusted, every member's CRC checked.

"It opens" is not "it is whole": of 400 half-overwritten workbooks 30 opened with wrong rows.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from typing import IO

from pipeline.excel.names import plain_name

UNREADABLE, ENCRYPTED, BROKEN, TOO_BIG = "FILE-002", "FILE-003", "FILE-010", "FILE-016"

# A few kilobytes can unpack to gigabytes: 3 GiB of blanks in one sheet weigh 3 MB as a zip and took calamine
# 3.1 GB of memory, 300 MB of cells in 0.8 MB took it 12 s. No workbook of people comes near these limits.
MOST_ENTRIES = 4_000
MOST_BYTES, MOST_IN_PART = 1 << 30, 768 << 20  # unpacked
MOST_RATIO, RATIO_FROM = 400, 64 << 20  # small parts of much sameness pass, whatever their ratio
CHUNK = 1 << 20
UNREAD = ("docprops/app.xml", "docprops/core.xml", "docprops/thumbnail.")  # what a workbook says of itself: no rows
SHEETS, MOST_KEPT = "xl/worksheets/sheet", 64 << 20  # unpacking once instead of twice; bigger ones cost memory
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
XML = (".xml", ".rels", ".vml")
DTD = tuple("<!DOCTYPE".encode(codec) for codec in ("ascii", "utf-16-le", "utf-16-be"))
ESCAPES = re.compile(r"^/|^[A-Za-z]:|(?:^|/)\.\.(?:/|$)|\x00")
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)


Unpacked = dict[str, bytes]


class Damaged(Exception):
    """A file must not be read; `rule` says why to its sender, `why` to the operator."""

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(rule, why)
        self.rule = rule
        self.why = why


class Package:
    """A zip whose directory keeps every limit. Raises Damaged.

    `kept` takes the sheets that were unpacked when their checksums were looked at, so that a reader need not again.
    """

    def __init__(self, stream: IO[bytes], kept: Unpacked | None = None) -> None:
        self._kept: Unpacked = {} if kept is None else kept
        self._keeps = kept is not None
        try:
            self._zip = zipfile.ZipFile(stream)
        except DAMAGE as wrong:
            raise Damaged(BROKEN, str(wrong)) from wrong
        self._check_directory(self._zip.infolist())
        self._check_doubled(self._zip.infolist())
        self._parts = {plain_name(info.filename): info for info in self._zip.infolist()}

    @property
    def names(self) -> frozenset[str]:
        """The names of all parts, as compared."""
        return frozenset(self._parts)

    def read(self, name: str) -> bytes:
        """Return a whole part, its CRC checked; empty when there is no such part."""
        info = self._parts.get(plain_name(name))
        if info is None:
            return b""
        if info.filename in self._kept:
            return self._kept[info.filename]
        try:
            return self._zip.read(info)
        except DAMAGE as wrong:
            raise Damaged(BROKEN, f"{name}: {wrong}") from wrong

    def check_parts(self) -> None:
        """Stream every part once: its CRC, its declared size, no document type. Raises Damaged."""
        # of two entries for one and the same part the last, which is the one that zipfile reads
        for info in {info.header_offset: info for info in self._zip.infolist()}.values():
            try:
                if self._keeps and info.filename.startswith(SHEETS) and info.file_size < MOST_KEPT:
                    self._kept[info.filename] = self._zip.read(info)
                    _check_type(info, self._kept[info.filename][:CHUNK])
                else:
                    self._check_part(info)
            except DAMAGE as wrong:
                raise Damaged(BROKEN, f"{info.filename}: {wrong}") from wrong

    def _check_part(self, info: zipfile.ZipInfo) -> None:
        with self._zip.open(info) as stream:
            chunk = stream.read(CHUNK)
            _check_type(info, chunk)
            while chunk:
                chunk = stream.read(CHUNK)

    def _check_directory(self, infos: Iterable[zipfile.ZipInfo]) -> None:
        infos = list(infos)
        names = [plain_name(info.filename) for info in infos]
        if len(infos) > MOST_ENTRIES:
            raise Damaged(TOO_BIG, f"{len(infos)} parts")
        if sum(info.file_size for info in infos) > MOST_BYTES:
            raise Damaged(TOO_BIG, "unpacked size")
        for info, name in zip(infos, names, strict=True):
            _check_entry(info, name)

    def _check_doubled(self, infos: Iterable[zipfile.ZipInfo]) -> None:
        """Refuse two parts of one name, but for those of which it does not matter which one is read."""
        first: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            name = plain_name(info.filename)
            if (other := first.setdefault(name, info)) is not info and not self._are_alike(name, other, info):
                raise Damaged(UNREADABLE, f"two parts of one name: {name}")

    def _are_alike(self, name: str, one: zipfile.ZipInfo, other: zipfile.ZipInfo) -> bool:
        """Nobody reads them, or they hold the same bytes; a sum of their bytes can be made the same on purpose."""
        if name.startswith(UNREAD):
            return True
        if (one.CRC, one.file_size) != (other.CRC, other.file_size):
            return False
        if one.header_offset == other.header_offset:
            return (one.compress_size, one.compress_type) == (other.compress_size, other.compress_type)
        try:
            with self._zip.open(one) as first, self._zip.open(other) as second:
                return all(chunk == second.read(CHUNK) for chunk in iter(lambda: first.read(CHUNK), b""))
        except DAMAGE as wrong:
            raise Damaged(BROKEN, f"{name}: {wrong}") from wrong


def _check_type(info: zipfile.ZipInfo, start: bytes) -> None:
    """A document type can only stand before the first element."""
    if info.filename.lower().endswith(XML) and any(mark in start for mark in DTD):
        raise Damaged(UNREADABLE, "document type declaration")


def _check_entry(info: zipfile.ZipInfo, name: str) -> None:
    if info.flag_bits & 0x1:
        raise Damaged(ENCRYPTED, name)
    if info.compress_type not in METHODS:
        raise Damaged(UNREADABLE, f"{name}: compression method {info.compress_type}")
    if ESCAPES.search(name):
        raise Damaged(UNREADABLE, f"part name {name!r}")
    if info.file_size > MOST_IN_PART:
        raise Damaged(TOO_BIG, name)
    if info.file_size > RATIO_FROM and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        raise Damaged(TOO_BIG, f"{name}: {info.compress_size} bytes unpack to {info.file_size}")
