"""Put the sample files of a night into an inbox, and beside it what was planted in them.

Among them are files no workspace should have to open: a lock, a workbook with a password, one cut off.
"""

from __future__ import annotations

import csv
import json
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pipeline.demo.rows import read_sheets
from pipeline.excel.write.sample_sheets import write_sample_sheets
from schemas.policy.number_forms import DeclaredForm
from schemas.policy.policy import Policy, shipped

SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
STREAM_SECTORS = 8  # 4,096 bytes: smaller streams would need a second kind of sector

SHIPPED = Path(__file__).parent
FILES, PLANTED = "files.csv", "planted.json"
AS_OF = {1: datetime(2026, 6, 2, 2), 2: datetime(2026, 6, 3, 2)}  # Tuesday, Wednesday
ERP = "ERPNext"
FORMS = (DeclaredForm("orders", "YYYYMM-NNN", "company"), DeclaredForm("complaints", "YYYYMM-TNNN"))


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


def make(root: Path, *, night: int, source: Path = SHIPPED) -> None:
    """Write one night's files into ``root/inbox``, and ``root/planted.json`` up to that night.

    `source` holds the rows. Night 2 has only what is sent in that night. Raises ValueError for a night that is not
    1 or 2.
    """
    if night not in AS_OF:
        raise ValueError(f"night {night}: the demo has nights 1 and 2")
    with (source / FILES).open(encoding="utf-8-sig", newline="") as listed:
        for row in csv.DictReader(listed):
            if int(row["night"]) == night:
                path = root / "inbox" / row["file"]
                path.parent.mkdir(parents=True, exist_ok=True)
                WRITERS[row["made"]](path, source / row["rows"])
    planted = json.loads((source / PLANTED).read_text(encoding="utf-8"))
    planted["nights"] = [each for each in planted["nights"] if each["night"] <= night]
    (root / PLANTED).write_text(json.dumps(planted, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def policy() -> Policy:
    """Return the shipped policy of a company that has ERPNext and says what its numbers look like."""
    made = shipped()
    on = tuple(replace(each, is_on=each.target == ERP) for each in made.interfaces)
    return replace(made, interfaces=on, forms={form.kind: form for form in FORMS})


def _workbook(path: Path, rows: Path) -> None:
    write_sample_sheets(path, read_sheets(rows))


def _cut(path: Path, rows: Path) -> None:
    _workbook(path, rows)
    path.write_bytes(cut_off(path.read_bytes()))


def _export(path: Path, rows: Path) -> None:
    """Write a web shop's export: the rows as they are, in the encoding and with the line ends of Chinese Windows."""
    text = rows.read_text(encoding="utf-8-sig")
    path.write_bytes(text.replace("\n", "\r\n").encode("gb18030"))


# how a file of `files.csv` is made
WRITERS: dict[str, Callable[[Path, Path], object]] = {
    "workbook": _workbook,
    "cut": _cut,
    "export": _export,
    "as it is": lambda path, rows: path.write_bytes(rows.read_bytes()),
    "lock": lambda path, _: path.write_bytes(lock_file()),
    "encrypted": lambda path, _: path.write_bytes(encrypted()),
}
