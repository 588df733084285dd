"""A deliverable from first cell to closed file: its sheets, print set-up and hidden baseline, several at a time."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, as_completed
from datetime import timedelta
from functools import partial
from math import ceil
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from pipeline.excel.names import free_name, quoted
from pipeline.excel.run_info import EPOCH, RunInfo, serial
from pipeline.excel.write.formats import Formats, body, new_workbook, sure
from pipeline.excel.write.layout import ColumnLayout, SheetLayout, sheet_layouts
from pipeline.excel.write.list_rows import ListSheet, SharedTexts
from pipeline.excel.write.list_sheet import ListWriter
from pipeline.excel.write.measures import MeasureFormulas
from pipeline.excel.write.summary_page import LABEL, LAST, Page
from pipeline.excel.write.summary_sheet import draw_summary
from reports import WORKBOOKS
from reports.currencies import by_currency
from reports.looks import A4, COLUMN_PIXELS, MARGINS, PAGE_UNITS, ROW_PIXELS, TIMES
from reports.shape import Sheet, Summary, Workbook
from reports.staff import ORPHANS
from schemas.derived.todo import Orphans

BASE = "_base"  # the hidden sheet with the baseline
BASE_COLUMNS = ("run_id", "sheet", "key", "heading", "value")
ABOUT = ""  # sheet of the rows that say something about the workbook itself
AS_OF_CELL = "$G$1"
ONE_PAGE = 70  # rows; more would print too small to read
LONGEST_LINE = 250  # a header or footer may have 255 characters, codes included
# Below this many cells, starting a process and sending the tables costs more than it saves.
WORTHWHILE = 400_000


def write_workbooks(  # noqa: PLR0913 - the night hands over what it has
    books: Mapping[str, Workbook],
    tables: Mapping[str, pd.DataFrame],
    run_info: RunInfo,
    folder: Path,
    parallel: int = 1,
    left_out: Callable[[str, Exception], None] | None = None,
) -> Iterator[Path]:
    """Write workbooks of `reports.WORKBOOKS`, in parallel where that pays; yields each path as it is finished.

    `left_out(name, failure)` is told of a workbook on which our own program failed, and nothing of it is left;
    without it the failure is raised. Raises OSError for a disk that refuses.
    """
    for key, write in _writing(books, tables, run_info, folder, parallel):
        try:
            yield write()
        except BrokenExecutor:  # the system ended a child, for its memory as a rule
            yield write_workbook(books[key], tables, run_info, folder)
        except OSError:
            raise
        except Exception as failure:
            name = run_info.text(books[key].file)
            (folder / name).unlink(missing_ok=True)
            if left_out is None:
                raise
            left_out(name, failure)


def _writing(
    books: Mapping[str, Workbook], tables: Mapping[str, pd.DataFrame], run_info: RunInfo, folder: Path, parallel: int
) -> Iterator[tuple[str, Callable[[], Path]]]:
    """Give what writes each workbook, or waits until a child has written it."""
    workers = min(parallel, len(books))
    if workers <= 1 or sum(frame.size for frame in tables.values()) < WORTHWHILE:
        yield from ((key, partial(write_workbook, book, tables, run_info, folder)) for key, book in books.items())
        return
    needed = {key: _needed(book, tables) for key, book in books.items()}
    sizes = {key: sum(frame.size for frame in some.values()) for key, some in needed.items()}
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        largest_first = sorted(books, key=lambda key: -sizes[key])
        jobs = {pool.submit(_write_in_child, key, needed[key], run_info, folder): key for key in largest_first}
        yield from ((jobs[job], job.result) for job in as_completed(jobs))


def _write_in_child(key: str, tables: Mapping[str, pd.DataFrame], run_info: RunInfo, folder: Path) -> Path:
    """Declarations do not travel between processes, so the workbook is looked up again by its key."""
    return write_workbook(WORKBOOKS[key], tables, run_info, folder)


def _needed(book: Workbook, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Only the tables a workbook is made of, their columns named by plain strings."""
    names = [name for name in (*book.tables, Orphans.name) if name in tables]
    return {name: tables[name].set_axis([str(c) for c in tables[name].columns], axis=1) for name in names}


def write_workbook(book: Workbook, tables: Mapping[str, pd.DataFrame], run_info: RunInfo, folder: Path) -> Path:
    """Write a workbook into a folder that is there; the same input gives the same bytes.

    Raises Unwritten when anything could not be written; warnings of the writer are errors.
    """
    path, book = folder / run_info.text(book.file), by_currency(book, tables)
    pages = _pages(book, tables, run_info)
    layouts = [page for page in pages if isinstance(page, SheetLayout)]
    whole = {layout.sheet.key: layout for layout in layouts if not layout.sheet.split}
    measures = MeasureFormulas(whole, run_info, tables)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # no other: a night told to end leaves files open here
        made = _begun(path, book, run_info)
        formats = Formats(made, run_info.lang)
        for page in pages:
            tab = page.tab if isinstance(page, SheetLayout) else run_info.text(page.tab)
            sheet = made.add_worksheet(tab, ListSheet)
            if isinstance(page, SheetLayout):
                ListWriter(sheet, page, formats).write()
            else:
                draw_summary(Page(sheet, formats, measures), page, layouts)
            _set_up_print(sheet, page, book, run_info)
        _write_baseline(made.add_worksheet(BASE), book, layouts, run_info)
        _define_names(made, pages, run_info)
        try:
            made.close()
        except FileCreateError as wrong:  # XlsxWriter's own name for what the disk said
            raise OSError(*getattr(wrong.args[0], "args", (str(wrong),))) from wrong
    return path


def _begun(path: Path, book: Workbook, run_info: RunInfo) -> xlsxwriter.Workbook:
    about = {"title": run_info.text(book.title), "author": "nightdesk", "company": run_info.company}
    made = new_workbook(
        path,
        {**about, "created": run_info.as_of},
        default_format_properties=body(run_info.lang),
        default_row_height=ROW_PIXELS,
        default_column_width=COLUMN_PIXELS,
    )
    made.str_table = SharedTexts()
    for name, value in (("run_id", run_info.run_id), ("workbook", book.key), ("lang", run_info.lang)):
        sure(made.set_custom_property(name, value, "text"), name)
    return made


def _define_names(made: xlsxwriter.Workbook, pages: list[SheetLayout | Summary], run_info: RunInfo) -> None:
    first = pages[0]
    if isinstance(first, Summary):
        sure(made.define_name("AsOf", f"={quoted(run_info.text(first.tab))}!{AS_OF_CELL}"), "AsOf")
        sure(made.define_name("NextNight", f"={serial(run_info.next):.10f}"), "NextNight")


# --- which sheets ---------------------------------------------------------------------------


def _pages(book: Workbook, tables: Mapping[str, pd.DataFrame], run_info: RunInfo) -> list[SheetLayout | Summary]:
    """Every sheet in order, with a tab name of its own."""
    pages: list[SheetLayout | Summary] = []
    taken = [run_info.text(sheet.tab) for sheet in book.sheets if not _is_split(sheet)] + [BASE]
    if has_orphans := Orphans.name in tables:
        orphans = tables[Orphans.name]
        tables = {**tables, Orphans.name: orphans[orphans[Orphans.workbook] == book.key]}
    for sheet in _sheets(book, has_orphans=has_orphans):
        if isinstance(sheet, Summary):
            pages.append(sheet)
            continue
        for layout in sheet_layouts(sheet, tables, run_info):
            if sheet.split:
                layout.tab = free_name(layout.tab, taken)
                taken.append(layout.tab)
            pages.append(layout)
    return pages


def _is_split(sheet: Sheet | Summary) -> bool:
    return isinstance(sheet, Sheet) and bool(sheet.split)


def _sheets(book: Workbook, *, has_orphans: bool) -> list[Sheet | Summary]:
    """The sheets of the workbook; what lost its row comes right after the sheets people fill."""
    sheets = list(book.sheets)
    if has_orphans:
        filled = [place for place, sheet in enumerate(sheets) if isinstance(sheet, Sheet) and sheet.staff]
        flat = [place for place in filled if not _is_split(sheets[place])]
        sheets.insert(flat[-1] + 1 if flat else len(sheets), ORPHANS)
    return sheets


# --- print set-up ---------------------------------------------------------------------------


def _set_up_print(sheet: Worksheet, page: SheetLayout | Summary, book: Workbook, run_info: RunInfo) -> None:
    """Paper, margins, header, footer; a list landscape with its headings on each page, a summary upright on one."""
    sheet.set_paper(A4)
    sheet.set_margins(**MARGINS)
    as_of = f"{run_info.text('look.as_of')} {run_info.as_of:%Y-%m-%d %H:%M}"
    sheet.set_header(_line(run_info.company, _plain(run_info.text(book.title)), as_of))
    inside = f"{run_info.run_id} · {run_info.text('look.inside')}"
    place = f"{run_info.text(book.file)} · {sheet.get_name()}"
    sheet.set_footer(_line(inside, run_info.text("look.pages"), place))
    if isinstance(page, SheetLayout):
        _set_up_list(sheet, page)
        return
    sheet.set_portrait()
    last = sheet.dim_rowmax or 0
    sheet.fit_to_pages(1, 1 if last < ONE_PAGE else 0)
    sheet.print_area(0, LABEL, last, LAST)


def _set_up_list(sheet: Worksheet, layout: SheetLayout) -> None:
    """As many pages wide as keep the print readable."""
    if layout.sheet.is_wide:
        sheet.set_landscape()
    sheet.repeat_rows(layout.head - layout.has_groups, layout.head)
    printed = [column for column in layout.columns if not column.is_key]
    wide = ceil(sum(column.width for column in printed) / PAGE_UNITS)
    if wide > 1 and layout.sheet.frozen:
        sheet.repeat_columns(0, layout.sheet.frozen - 1)
    sheet.fit_to_pages(wide, 0)
    sure(sheet.print_area(0, 0, layout.last, len(printed) - 1), layout.tab)


def _line(left: str, centre: str, right: str) -> str:
    """Three parts in 8 points; the centre may hold codes, such as the page count."""
    # A digit right after the font size would be read as part of it.
    return f"&L&8 {_plain(left)}&C&8 {centre}&R&8 {_plain(right)}"[:LONGEST_LINE]


def _plain(text: str) -> str:
    return text.replace("&", "&&")


# --- baseline -------------------------------------------------------------------------------


def _write_baseline(sheet: Worksheet, book: Workbook, layouts: list[SheetLayout], run_info: RunInfo) -> None:
    """The very hidden sheet: headings, workbook and language, then every staff cell that was not blank.

    An entry of staff is a cell that differs from its own workbook's baseline, so copies, renamed
    files and old files can be read back in any order.
    """
    rows = [
        BASE_COLUMNS,
        (run_info.run_id, ABOUT, "", "workbook", book.key),
        (run_info.run_id, ABOUT, "", "lang", run_info.lang),
        *((run_info.run_id, *entry) for layout in layouts for entry in _staff_cells(layout)),
    ]
    for row, cells in enumerate(rows):
        for col, text in enumerate(cells):
            if text:
                sure(sheet.write_string(row, col, text), f"{BASE} {row}")
    sheet.very_hidden()


def _staff_cells(layout: SheetLayout) -> Iterator[tuple[str, str, str, str]]:
    keys = next((column.values for column in layout.columns if column.is_key), [])
    for column in layout.columns:
        if column.declared.is_staff:
            for key, value in zip(keys, column.values, strict=True):
                if value is not None:
                    yield layout.tab, key or "", column.heading, _format_entry(column, value)


def _format_entry(column: ColumnLayout, value: Any) -> str:
    """As text; days as 2026-06-18."""
    if column.declared.look in TIMES and not isinstance(value, str):
        return f"{EPOCH + timedelta(days=value):%Y-%m-%d}"
    return str(value)
