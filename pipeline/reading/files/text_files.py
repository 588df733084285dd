"""Tables written as text: which encoding by proof, never by likeness; which separator by counting.

Statistical guessers are wrong on short Chinese text (6 of 13 samples), so the ladder is:
mark, UTF-16 by its empty bytes, strict UTF-8 over the whole file, strict GB18030 if enough
of its characters are everyday ones.

Many systems export text between tags and call it .xls: web pages, of which every table is a sheet, and the one
XML file that Excel 2003 knew.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from html.parser import HTMLParser
from io import BytesIO, StringIO
from xml.etree import ElementTree as ET

from pipeline.reading.files.grid import BLANK, MOST_COLUMNS, MOST_ROWS, Grid, Merge, Raw, fill_grid
from pipeline.reading.files.guard import HEAD, utf16_order
from pipeline.reading.files.package import DTD, TOO_BIG, UNREADABLE, Damaged
from pipeline.reading.values.cells import ErrorCell

# UTF-32 before UTF-16: its mark begins with the other's
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
LEAST_EVERYDAY = 0.35  # simplified text has 0.8 and more, Big5 taken for GB18030 0.2
HANZI_FIRST, HANZI_LAST = "\u4e00", "\u9fff"
NOBODYS_FIRST, NOBODYS_LAST = "\ue000", "\uf8ff"
SEPARATORS = ",\t;|"
SAMPLE_LINES, SAMPLE_CHARS = 30, 400_000  # enough to count separators, however long the file
DECLARED = "sep="

MOST_PAGE_ROWS, MOST_PAGE_COLUMNS, MOST_PAGE_CELLS = 200_000, 1_000, 4_000_000  # a span alone can ask for millions
DECLARED_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]{2,20})", re.IGNORECASE)
KNOWN = {"gbk", "gb2312", "gb18030", "utf-8", "big5", "utf-16"}
CHARSET_WITHIN = 4096  # bytes of a page in which it may say its encoding
BLANKS = re.compile(r"[ \t\r\n]+")
SHEET_SPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"
MOST_XML_CELLS = 4_000_000
DIGITS = 15  # more than these a float does not keep

csv.field_size_limit(1 << 20)


def open_text(content: bytes, name: str) -> Grid:
    """Return the one sheet of a text file. Raises Damaged when no encoding can be proved."""
    text = decode(content)
    if text[: len(DECLARED)].lower() == DECLARED:
        first, _, text = text.partition("\n")
        separator = first[len(DECLARED) :].strip("\r") or ","
    else:
        separator = _separator(text)
    grid = Grid(name)
    fill_grid(grid, _rows(text, separator[0]))
    return grid


def decode(content: bytes) -> str:
    """Return the text of a file in whatever encoding. Raises Damaged, saying at which byte GB18030 fails."""
    for mark, codec in MARKS:
        if content.startswith(mark):
            return _strictly(content[len(mark) :], codec)
    if codec := utf16_order(content[:HEAD]):
        return _strictly(content, codec)
    try:
        return content.decode()
    except UnicodeDecodeError:
        pass
    text = _strictly(content, "gb18030")
    if not _is_everyday(text):
        raise Damaged(UNREADABLE, "encoding: neither UTF-8 nor GB18030")
    return text


def _strictly(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as wrong:
        raise Damaged(UNREADABLE, f"encoding: not {codec} at byte {wrong.start}") from wrong


def _is_everyday(text: str) -> bool:
    counted = Counter(text)
    # where GB 18030 has no character of its own, another encoding was read as it
    if any(NOBODYS_FIRST <= char <= NOBODYS_LAST for char in counted):
        return False
    hanzi = {char: count for char, count in counted.items() if HANZI_FIRST <= char <= HANZI_LAST}
    everyday = sum(count for char, count in hanzi.items() if char in _level_one())
    return bool(hanzi) and everyday >= LEAST_EVERYDAY * sum(hanzi.values())


@cache
def _level_one() -> frozenset[str]:
    """The 3,755 everyday characters of GB 2312, rows 16 to 55."""
    pairs = bytes(byte for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF) for byte in (high, low))
    return frozenset(pairs.decode("gb2312", "ignore"))


def _separator(text: str) -> str:
    lines = [line for line in text[:SAMPLE_CHARS].splitlines() if line.strip()][:SAMPLE_LINES]
    unquoted = ["".join(line.split('"')[::2]) for line in lines]
    return max(SEPARATORS, key=lambda sign: sum(line.count(sign) for line in unquoted))


def _rows(text: str, separator: str) -> Iterator[list[Raw]]:
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=separator):
            yield list(row)
    except csv.Error as wrong:
        raise Damaged(UNREADABLE, f"text: {wrong}") from wrong


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
        declared = DECLARED_CHARSET.search(content[:CHARSET_WITHIN])
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
