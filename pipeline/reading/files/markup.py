"""Workbooks written as text between tags, as many systems export them and call them .xls.

Web pages, of which every table is a sheet, and the one XML file that Excel 2003 knew.
"""

from __future__ import annotations

import codecs
import re
from datetime import datetime
from html.parser import HTMLParser
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from pipeline.reading.files.delimited import decode
from pipeline.reading.files.grid import BLANK, MOST_COLUMNS, MOST_ROWS, Grid, Merge, Raw, fill_grid
from pipeline.reading.files.package import DTD, TOO_BIG, UNREADABLE, Damaged
from pipeline.reading.values.cells import ErrorCell

if TYPE_CHECKING:
    from collections.abc import Iterator


MOST_PAGE_ROWS, MOST_PAGE_COLUMNS, MOST_PAGE_CELLS = 200_000, 1_000, 4_000_000  # a span alone can ask for millions
DECLARED = re.compile(rb"charset\s*=\s*[\"']?([\w-]{2,20})", re.IGNORECASE)
KNOWN = {"gbk", "gb2312", "gb18030", "utf-8", "big5", "utf-16"}
HEAD = 4096
BLANKS = re.compile(r"[ \t\r\n]+")
SHEET_SPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"
MOST_XML_CELLS = 4_000_000
DIGITS = 15  # more than these a float does not keep


def open_page(content: bytes, name: str) -> list[Grid]:
    """Return every table of a web page as a grid. Raises Damaged when it is too large or in no known encoding."""
    page = _Page()
    page.feed(_page_text(content))
    page.close()
    return [_page_grid(table, name, at) for at, table in enumerate(page.tables) if table.rows]


def _page_text(content: bytes) -> str:
    try:
        return decode(content)
    except Damaged:
        declared = DECLARED.search(content[:HEAD])
        codec = declared[1].decode("ascii").lower() if declared else ""
        if codec not in KNOWN:
            raise
        return codecs.decode(content, codec, "replace")


def _page_grid(table: _PageTable, name: str, at: int) -> Grid:
    grid = Grid(f"{name} {at + 1}" if at else name, merges=table.merges)
    fill_grid(grid, table.rows)
    return grid


class _PageTable:
    def __init__(self) -> None:
        self.rows: list[list[Raw]] = []
        self.merges: list[Merge] = []
        self._taken: dict[tuple[int, int], bool] = {}  # cells that a merge from above covers
        self._cells = 0

    def begin_row(self) -> None:
        self.rows.append([])
        if len(self.rows) > MOST_PAGE_ROWS:
            raise Damaged(TOO_BIG, "rows of a page")

    def put(self, text: str, across: int, down: int) -> None:
        """Put the next cell into the row, with the room it takes."""
        if not self.rows:
            self.begin_row()
        row, at = self.rows[-1], len(self.rows)
        while self._taken.pop((at, len(row) + 1), False):
            row.append(BLANK)
        column = len(row) + 1
        row.extend([text, *[BLANK] * (across - 1)])
        self._cells += across * down
        if self._cells > MOST_PAGE_CELLS or column > MOST_PAGE_COLUMNS:
            raise Damaged(TOO_BIG, "cells of a page")
        if across > 1 or down > 1:
            self.merges.append((at, column, at + down - 1, column + across - 1))
        for below in range(at + 1, at + down):
            self._taken.update(((below, column + n), True) for n in range(across))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_PageTable] = []
        self._open: list[_PageTable] = []
        self._text: list[str] | None = None
        self._span = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._end_cell()
            self._open.append(_PageTable())
            self.tables.append(self._open[-1])
        elif tag == "tr" and self._open:
            self._end_cell()
            self._open[-1].begin_row()
        elif tag in {"td", "th"} and self._open:
            self._end_cell()
            given = dict(attrs)
            self._text = []
            self._span = (_span(given.get("colspan"), MOST_PAGE_COLUMNS), _span(given.get("rowspan"), MOST_PAGE_ROWS))
        elif tag == "br" and self._text is not None:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr", "table"}:
            self._end_cell()
        if tag == "table" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(BLANKS.sub(" ", data))

    def _end_cell(self) -> None:
        if self._text is not None and self._open:
            text = "".join(self._text).replace("\u00a0", " ").strip()
            self._open[-1].put(text, *self._span)
        self._text = None


def _span(written: str | None, most: int) -> int:
    return min(max(int(written), 1), most) if written and written.strip().isdecimal() else 1


def open_xml_workbook(content: bytes) -> Iterator[Grid]:
    """Give every sheet of an XML workbook, in order. Raises Damaged when it is no XML, or too large."""
    if any(mark in content for mark in DTD):
        raise Damaged(UNREADABLE, "document type declaration")
    try:
        for _, element in ET.iterparse(BytesIO(content)):  # noqa: S314 - document types are refused above
            if element.tag == f"{SHEET_SPACE}Worksheet":
                yield _xml_grid(element)
                element.clear()
    except (ET.ParseError, ValueError) as wrong:
        raise Damaged(UNREADABLE, str(wrong)) from wrong


def _xml_grid(sheet: ET.Element) -> Grid:
    grid = Grid(sheet.get(f"{SHEET_SPACE}Name", ""))
    rows: dict[int, list[Raw]] = {}
    hidden, number, cells = set(), 0, 0
    for row in sheet.iterfind(f"{SHEET_SPACE}Table/{SHEET_SPACE}Row"):
        number = int(row.get(f"{SHEET_SPACE}Index", number + 1))
        rows[number] = list(_xml_cells(row, number, grid))
        cells += len(rows[number])
        if number > MOST_ROWS or cells > MOST_XML_CELLS:
            raise Damaged(TOO_BIG, "cells of a sheet")
        if row.get(f"{SHEET_SPACE}Hidden") == "1":
            hidden.add(number)
    grid.hidden_rows = frozenset(hidden)
    fill_grid(grid, (rows.get(at, []) for at in range(1, max(rows, default=0) + 1)))
    return grid


def _xml_cells(row: ET.Element, number: int, grid: Grid) -> Iterator[Raw]:
    column = 0
    for cell in row.iterfind(f"{SHEET_SPACE}Cell"):
        at = int(cell.get(f"{SHEET_SPACE}Index", column + 1))
        across, down = (int(cell.get(f"{SHEET_SPACE}Merge{side}", 0)) for side in ("Across", "Down"))
        if at + across > MOST_COLUMNS:
            raise Damaged(TOO_BIG, "columns of a sheet")
        yield from [BLANK] * (at - column - 1)
        yield _xml_value(cell.find(f"{SHEET_SPACE}Data"))
        yield from [BLANK] * across
        if across or down:
            grid.merges.append((number, at, number + down, at + across))
        column = at + across


def _xml_value(data: ET.Element | None) -> Raw:
    if data is None:
        return BLANK
    text, kind = "".join(data.itertext()), data.get(f"{SHEET_SPACE}Type")
    if kind == "Number":
        return int(text) if text.isdecimal() and len(text) > DIGITS else float(text)
    if kind == "DateTime":
        return datetime.fromisoformat(text.removesuffix("Z"))
    if kind == "Boolean":
        return text == "1"
    return ErrorCell(text) if kind == "Error" else text
