"""The very hidden sheet a paper carries: what stood in the staff's columns when it was written.

An edit is a cell that differs from its own paper's note, so copies, renamed files and
old files can be read back in any order.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pipeline.excel.run_info import EPOCH, RunInfo
from pipeline.excel.write.formats import sure
from reports.looks import TIMES

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from pipeline.excel.write.layout import Laid, Lane
    from reports.shape import Workbook

COLUMNS = ("run_id", "sheet", "key", "heading", "value")
ABOUT = ""  # sheet of the rows that tell about the paper itself


def write_notes(sheet: Worksheet, book: Workbook, laid: list[Laid], run_info: RunInfo) -> None:
    """Headings, then workbook and language, then every staff cell that was not blank."""
    rows = [
        COLUMNS,
        (run_info.run_id, ABOUT, "", "workbook", book.key),
        (run_info.run_id, ABOUT, "", "lang", run_info.lang),
        *((run_info.run_id, *note) for each in laid for note in _notes(each)),
    ]
    for row, cells in enumerate(rows):
        for col, text in enumerate(cells):
            if text:
                sure(sheet.write_string(row, col, text), f"notes {row}")
    sheet.very_hidden()


def _notes(laid: Laid) -> Iterator[tuple[str, str, str, str]]:
    keys = next((lane.values for lane in laid.lanes if lane.is_key), [])
    for lane in laid.lanes:
        if lane.column.is_staff:
            for key, value in zip(keys, lane.values, strict=True):
                if value is not None:
                    yield laid.tab, key or "", lane.heading, _written(lane, value)


def _written(lane: Lane, value: Any) -> str:
    """As text; days as 2026-06-18."""
    if lane.column.look in TIMES and not isinstance(value, str):
        return f"{EPOCH + timedelta(days=value):%Y-%m-%d}"
    return str(value)
