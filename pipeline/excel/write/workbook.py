"""One workbook from first cell to closed file."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.excel.names import free_name, quoted
from pipeline.excel.run_info import RunInfo, serial
from pipeline.excel.write.baseline import write_notes
from pipeline.excel.write.formats import Formats, body, new_workbook, sure
from pipeline.excel.write.layout import Laid, lay
from pipeline.excel.write.list_rows import ListSheet, SharedTexts
from pipeline.excel.write.list_sheet import write_list
from pipeline.excel.write.measures import Reckoner
from pipeline.excel.write.printing import list_page, summary_page
from pipeline.excel.write.summary_sheet import draw
from reports.looks import COLUMN_PIXELS, ROW_PIXELS
from reports.orphans import ORPHANS, TABLE
from reports.shape import Sheet, Summary, Workbook

if TYPE_CHECKING:
    import pandas as pd
    import xlsxwriter

BASE = "_base"
AS_OF_CELL = "$G$1"


def write(book: Workbook, tables: Mapping[str, pd.DataFrame], run_info: RunInfo, folder: Path) -> Path:
    """Write a workbook into a folder that is there; the same input gives the same bytes.

    Raises Unwritten when anything could not be written; warnings of the writer are errors.
    """
    path = folder / run_info.text(book.file)
    pages = _laid_out(book, tables, run_info)
    laid = [each for each in pages if isinstance(each, Laid)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = _begun(path, book, run_info)
        made.str_table = SharedTexts()
        formats = Formats(made, run_info.lang)
        for each in pages:
            name = each.tab if isinstance(each, Laid) else run_info.text(each.tab)
            sheet = made.add_worksheet(name, ListSheet)
            if isinstance(each, Laid):
                write_list(sheet, each, formats)
                list_page(sheet, each, book, run_info)
            else:
                reckoner = Reckoner(
                    {laid_.sheet.key: laid_ for laid_ in laid if not laid_.sheet.split}, run_info, tables
                )
                draw(sheet, each, formats, reckoner, laid)
                summary_page(sheet, name, book, run_info)
        write_notes(made.add_worksheet(BASE), book, laid, run_info)
        _names(made, pages, run_info)
        made.close()
    return path


def _laid_out(book: Workbook, tables: Mapping[str, pd.DataFrame], run_info: RunInfo) -> list[Laid | Summary]:
    """Every sheet in order, with a tab name of its own."""
    pages: list[Laid | Summary] = []
    taken = [run_info.text(sheet.tab) for sheet in book.sheets if not _is_split(sheet)] + [BASE]
    for sheet in _sheets(book, tables):
        if isinstance(sheet, Summary):
            pages.append(sheet)
            continue
        for each in lay(sheet, _own_orphans(book, tables), run_info):
            if sheet.split:
                each.tab = free_name(each.tab, taken)
                taken.append(each.tab)
            pages.append(each)
    return pages


def _is_split(sheet: Sheet | Summary) -> bool:
    return isinstance(sheet, Sheet) and bool(sheet.split)


def _sheets(book: Workbook, tables: Mapping[str, pd.DataFrame]) -> list[Sheet | Summary]:
    """The sheets of the book; what lost its row comes right after the sheets people fill."""
    sheets = list(book.sheets)
    if TABLE in tables:
        filled = [place for place, sheet in enumerate(sheets) if isinstance(sheet, Sheet) and sheet.staff]
        flat = [place for place in filled if not _is_split(sheets[place])]
        sheets.insert(flat[-1] + 1 if flat else len(sheets), ORPHANS)
    return sheets


def _own_orphans(book: Workbook, tables: Mapping[str, pd.DataFrame]) -> Mapping[str, pd.DataFrame]:
    if TABLE not in tables:
        return tables
    lost = tables[TABLE]
    return {**tables, TABLE: lost[lost["workbook"] == book.key]}


def _begun(path: Path, book: Workbook, run_info: RunInfo) -> xlsxwriter.Workbook:
    about = {"title": run_info.text(book.title), "author": "nightdesk", "company": run_info.company}
    made = new_workbook(
        path,
        {**about, "created": run_info.as_of},
        default_format_properties=body(run_info.lang),
        default_row_height=ROW_PIXELS,
        default_column_width=COLUMN_PIXELS,
    )
    for name, value in (("run_id", run_info.run_id), ("workbook", book.key), ("lang", run_info.lang)):
        sure(made.set_custom_property(name, value, "text"), name)
    return made


def _names(made: xlsxwriter.Workbook, pages: list[Laid | Summary], run_info: RunInfo) -> None:
    first = pages[0]
    if isinstance(first, Summary):
        sure(made.define_name("AsOf", f"={quoted(run_info.text(first.tab))}!{AS_OF_CELL}"), "AsOf")
        sure(made.define_name("NextNight", f"={serial(run_info.next):.10f}"), "NextNight")
