"""Web pages under the name of a workbook: what many systems call an export to Excel."""

from __future__ import annotations

import codecs
import re
from html.parser import HTMLParser

from pipeline.reading.files.delimited import decode
from pipeline.reading.files.grid import BLANK, Grid, Merge, Raw, fill_grid
from pipeline.reading.files.package import TOO_BIG, Damaged

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 200_000, 1_000, 4_000_000
DECLARED = re.compile(rb"charset\s*=\s*[\"']?([\w-]{2,20})", re.IGNORECASE)
KNOWN = {"gbk", "gb2312", "gb18030", "utf-8", "big5", "utf-16"}
HEAD = 4096
SPACE = re.compile(r"[ \t\r\n]+")


def open_page(content: bytes, name: str) -> list[Grid]:
    """Every table of the page as a grid. Raises Damaged when it is too large or in no known encoding."""
    page = _Page()
    page.feed(_text(content))
    page.close()
    return [_grid(table, name, at) for at, table in enumerate(page.tables) if table.rows]


def _text(content: bytes) -> str:
    try:
        return decode(content)
    except Damaged:
        declared = DECLARED.search(content[:HEAD])
        codec = declared[1].decode("ascii").lower() if declared else ""
        if codec not in KNOWN:
            raise
        return codecs.decode(content, codec, "replace")


def _grid(table: _Table, name: str, at: int) -> Grid:
    grid = Grid(f"{name} {at + 1}" if at else name, merges=table.merges)
    fill_grid(grid, table.rows)
    return grid


class _Table:
    def __init__(self) -> None:
        self.rows: list[list[Raw]] = []
        self.merges: list[Merge] = []
        self._taken: dict[tuple[int, int], bool] = {}  # cells that a merge from above covers
        self._cells = 0

    def begin_row(self) -> None:
        self.rows.append([])
        if len(self.rows) > MOST_ROWS:
            raise Damaged(TOO_BIG, "rows of a page")

    def put(self, text: str, across: int, down: int) -> None:
        """The next cell of the row, and the room it takes."""
        if not self.rows:
            self.begin_row()
        row, at = self.rows[-1], len(self.rows)
        while self._taken.pop((at, len(row) + 1), False):
            row.append(BLANK)
        column = len(row) + 1
        row.extend([text, *[BLANK] * (across - 1)])
        self._cells += across * down
        if self._cells > MOST_CELLS or column > MOST_COLUMNS:
            raise Damaged(TOO_BIG, "cells of a page")
        if across > 1 or down > 1:
            self.merges.append((at, column, at + down - 1, column + across - 1))
        for below in range(at + 1, at + down):
            self._taken.update(((below, column + n), True) for n in range(across))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._open: list[_Table] = []
        self._text: list[str] | None = None
        self._span = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._end_cell()
            self._open.append(_Table())
            self.tables.append(self._open[-1])
        elif tag == "tr" and self._open:
            self._end_cell()
            self._open[-1].begin_row()
        elif tag in {"td", "th"} and self._open:
            self._end_cell()
            said = dict(attrs)
            self._text = []
            self._span = (_count(said.get("colspan"), MOST_COLUMNS), _count(said.get("rowspan"), MOST_ROWS))
        elif tag == "br" and self._text is not None:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr", "table"}:
            self._end_cell()
        if tag == "table" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(SPACE.sub(" ", data))

    def _end_cell(self) -> None:
        if self._text is not None and self._open:
            text = "".join(self._text).replace("\u00a0", " ").strip()
            self._open[-1].put(text, *self._span)
        self._text = None


def _count(said: str | None, most: int) -> int:
    return min(max(int(said), 1), most) if said and said.strip().isdecimal() else 1
