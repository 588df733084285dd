"""Put the sample files of a night into an inbox, and beside it what was planted in them."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.demo import damaged
from pipeline.demo.rows import read_sheets
from pipeline.excel.write.sample_sheets import write_sample_sheets
from schemas.policy.policy import Policy, shipped

if TYPE_CHECKING:
    from collections.abc import Callable

SHIPPED = Path(__file__).parent
FILES, PLANTED = "files.csv", "planted.json"
AS_OF = {1: datetime(2026, 6, 2, 2), 2: datetime(2026, 6, 3, 2)}  # Tuesday, Wednesday
ERP = "ERPNext"


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
    """Return the shipped policy of a company that has ERPNext."""
    made = shipped()
    return replace(made, interfaces=tuple(replace(each, is_on=each.target == ERP) for each in made.interfaces))


def _workbook(path: Path, rows: Path) -> None:
    write_sample_sheets(path, read_sheets(rows))


def _cut(path: Path, rows: Path) -> None:
    _workbook(path, rows)
    path.write_bytes(damaged.cut_off(path.read_bytes()))


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
    "lock": lambda path, _: path.write_bytes(damaged.lock_file()),
    "encrypted": lambda path, _: path.write_bytes(damaged.encrypted()),
}
