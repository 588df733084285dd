"""Plain rows as a workbook: what a sender wrote in a format that cannot be marked in place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.excel.names import free_name, sheet_name
from pipeline.excel.write.formats import new_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LONGEST_TEXT = 32_767
FIRST_DAY = date(1900, 3, 1)  # before it Excel counts days otherwise
WIDTH = 14


@dataclass(frozen=True)
class PlainSheet:
    """A sheet as it was read: `rows[i]` is row `numbers[i]`, its first cell `offset` columns right of A."""

    name: str
    numbers: Sequence[int]
    rows: Sequence[Sequence[Any]]
    merges: Sequence[tuple[int, int, int, int]] = ()
    hidden_rows: frozenset[int] = frozenset()
    is_hidden: bool = False
    offset: int = 0


def write_rows(path: Path, sheets: Iterable[PlainSheet]) -> None:
    """Write every sheet at the places it was read from. Text is text, never a formula or a link."""
    taken: list[str] = []
    with new_workbook(path) as book:
        forms = {form: book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm")}
        for sheet in sheets:
            taken.append(free_name(sheet_name(sheet.name), taken))
            page = book.add_worksheet(taken[-1])
            if sheet.is_hidden:
                page.hide()
            _write(page, sheet, forms)


def _write(page: Worksheet, sheet: PlainSheet, forms: dict[str, Format]) -> None:
    page.set_column(0, max((len(row) for row in sheet.rows), default=1) + sheet.offset, WIDTH)
    for number in sorted(sheet.hidden_rows):
        page.set_row(number - 1, None, None, {"hidden": True})
    for top, left, bottom, right in sheet.merges:
        if (top, left) != (bottom, right):
            page.merge_range(top - 1, left - 1, bottom - 1, right - 1, "")
    for number, row in zip(sheet.numbers, sheet.rows, strict=True):
        for column, cell in enumerate(row, sheet.offset):
            if cell not in ("", None):
                _cell(page, (number - 1, column), cell, forms)


def _cell(page: Worksheet, at: tuple[int, int], cell: Any, forms: dict[str, Format]) -> None:
    if isinstance(cell, bool):
        page.write_boolean(*at, cell)
    elif isinstance(cell, int | float) and abs(cell) < 10**15:
        page.write_number(*at, cell)
    elif isinstance(cell, datetime) and cell.date() >= FIRST_DAY:
        page.write_datetime(*at, cell, forms["yyyy-mm-dd hh:mm" if cell.time() != time() else "yyyy-mm-dd"])
    elif isinstance(cell, date) and not isinstance(cell, datetime) and cell >= FIRST_DAY:
        page.write_datetime(*at, cell, forms["yyyy-mm-dd"])
    elif isinstance(cell, time | timedelta):
        page.write_datetime(*at, cell, forms["hh:mm"])
    else:
        page.write_string(*at, str(cell)[:LONGEST_TEXT])
