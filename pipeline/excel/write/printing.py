"""Print set-up: paper, margins, repeated headings, header and footer."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from pipeline.excel.write.formats import sure
from pipeline.excel.write.summary_page import LABEL, LAST
from reports.looks import A4, MARGINS, PAGE_UNITS

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from pipeline.excel.run_info import RunInfo
    from pipeline.excel.write.layout import Laid
    from reports.shape import Workbook

ONE_PAGE = 70  # rows; more would print too small to read
LONGEST = 250  # a header or footer may have 255 characters, codes included


def list_page(sheet: Worksheet, laid: Laid, book: Workbook, run_info: RunInfo) -> None:
    """Landscape, as many pages wide as keep the print readable, headings on each."""
    _paper(sheet, laid.tab, book, run_info)
    if laid.sheet.is_wide:
        sheet.set_landscape()
    sheet.repeat_rows(laid.head - laid.has_groups, laid.head)
    wide = ceil(laid.total_units / PAGE_UNITS)
    if wide > 1 and laid.sheet.frozen:
        sheet.repeat_columns(0, laid.sheet.frozen - 1)
    sheet.fit_to_pages(wide, 0)
    printed = sum(not lane.is_key for lane in laid.lanes)
    sure(sheet.print_area(0, 0, laid.last, printed - 1), laid.tab)


def summary_page(sheet: Worksheet, tab: str, book: Workbook, run_info: RunInfo) -> None:
    """Upright, on one page unless that would make it too small to read."""
    _paper(sheet, tab, book, run_info)
    sheet.set_portrait()
    last = sheet.dim_rowmax or 0
    sheet.fit_to_pages(1, 1 if last < ONE_PAGE else 0)
    sheet.print_area(0, LABEL, last, LAST)


def _paper(sheet: Worksheet, tab: str, book: Workbook, run_info: RunInfo) -> None:
    sheet.set_paper(A4)
    sheet.set_margins(**MARGINS)
    as_of = f"{run_info.text('look.as_of')} {run_info.as_of:%Y-%m-%d %H:%M}"
    sheet.set_header(_line(run_info.company, run_info.text(book.title), as_of))
    inside = f"{run_info.run_id} · {run_info.text('look.inside')}"
    place = f"{run_info.text(book.file)} · {tab}"
    sheet.set_footer(_line(inside, run_info.text("look.pages"), place, is_counted=True))


def _line(left: str, centre: str, right: str, *, is_counted: bool = False) -> str:
    """Three parts in 8 points; an ampersand is doubled, except in the page count."""
    middle = centre if is_counted else _plain(centre)
    # A digit right after the font size would be read as part of it.
    return f"&L&8 {_plain(left)}&C&8 {middle}&R&8 {_plain(right)}"[:LONGEST]


def _plain(text: str) -> str:
    return text.replace("&", "&&")
