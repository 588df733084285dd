"""Plain tables as workbooks: those that managers may change, and a sender's rows that cannot be marked in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.excel.names import free_name, sheet_name
from pipeline.excel.write.formats import new_workbook
from reports.looks import A4, BROWN, CREAM, CREAM_LINE, LINE, NAVY, WHITE

WIDE, USUAL = 60, 16
FIRST_OPEN = 2  # columns after the key and its text may be changed

LONGEST_TEXT = 32_767
FIRST_DAY = date(1900, 3, 1)  # before it Excel counts days otherwise
WIDTH = 14


def write_tables(path: Path, sheets: Mapping[str, tuple[Sequence[str], Sequence[Sequence[object]]]]) -> None:
    """Write one sheet per table. Text is written as text, never as a formula or a link."""
    with new_workbook(path) as book:
        head = book.add_format({"bold": True, "font_color": WHITE, "bg_color": NAVY, "valign": "vcenter"})
        open_head = book.add_format({"bold": True, "font_color": WHITE, "bg_color": BROWN, "valign": "vcenter"})
        fixed = book.add_format({"text_wrap": True, "valign": "vcenter", "bottom": 4, "bottom_color": LINE})
        free = book.add_format({"bg_color": CREAM, "valign": "vcenter", "bottom": 4, "bottom_color": CREAM_LINE})
        for name, (heads, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            sheet.hide_gridlines(2)
            sheet.set_landscape()
            sheet.set_paper(A4)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(0)
            for c, text in enumerate(heads):
                is_open = c >= FIRST_OPEN or not rows
                sheet.set_column(c, c, _width(c, rows))
                sheet.write_string(0, c, text, open_head if is_open else head)
            for r, row in enumerate(rows, start=1):
                for c, value in enumerate(row):
                    look = free if c >= FIRST_OPEN else fixed
                    if isinstance(value, Decimal):
                        sheet.write_number(r, c, float(value), look)
                    else:
                        sheet.write_string(r, c, "" if value is None else str(value), look)


def _width(c: int, rows: Sequence[Sequence[object]]) -> int:
    """Texts stand in the second column; only where they are long does it need the room."""
    longest = max((len(str(row[c] or "")) for row in rows), default=0)
    return WIDE if c == 1 and longest > USUAL else min(max(USUAL, longest), WIDE // 2)


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
