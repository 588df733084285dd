"""Workbooks written as one XML file (Excel 2003), which exporters call .xls."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from pipeline.reading.files.grid import BLANK, MOST_COLUMNS, MOST_ROWS, Grid, Raw, fill_grid
from pipeline.reading.files.package import DTD, TOO_BIG, UNREADABLE, Damaged
from pipeline.reading.values.cells import ErrorCell

if TYPE_CHECKING:
    from collections.abc import Iterator

SPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"
MOST_CELLS = 4_000_000
DIGITS = 15  # more than these a float does not keep


def open_xml_book(content: bytes) -> Iterator[Grid]:
    """Every sheet, in order. Raises Damaged when it is no XML, or too large."""
    if any(mark in content for mark in DTD):
        raise Damaged(UNREADABLE, "document type declaration")
    try:
        for _, element in ET.iterparse(BytesIO(content)):  # noqa: S314 - document types are refused above
            if element.tag == f"{SPACE}Worksheet":
                yield _grid(element)
                element.clear()
    except (ET.ParseError, ValueError) as wrong:
        raise Damaged(UNREADABLE, str(wrong)) from wrong


def _grid(sheet: ET.Element) -> Grid:
    grid = Grid(sheet.get(f"{SPACE}Name", ""))
    rows: dict[int, list[Raw]] = {}
    hidden, number, cells = set(), 0, 0
    for row in sheet.iterfind(f"{SPACE}Table/{SPACE}Row"):
        number = int(row.get(f"{SPACE}Index", number + 1))
        rows[number] = list(_cells(row, number, grid))
        cells += len(rows[number])
        if number > MOST_ROWS or cells > MOST_CELLS:
            raise Damaged(TOO_BIG, "cells of a sheet")
        if row.get(f"{SPACE}Hidden") == "1":
            hidden.add(number)
    grid.hidden_rows = frozenset(hidden)
    fill_grid(grid, (rows.get(at, []) for at in range(1, max(rows, default=0) + 1)))
    return grid


def _cells(row: ET.Element, number: int, grid: Grid) -> Iterator[Raw]:
    column = 0
    for cell in row.iterfind(f"{SPACE}Cell"):
        at = int(cell.get(f"{SPACE}Index", column + 1))
        across, down = (int(cell.get(f"{SPACE}Merge{side}", 0)) for side in ("Across", "Down"))
        if at + across > MOST_COLUMNS:
            raise Damaged(TOO_BIG, "columns of a sheet")
        yield from [BLANK] * (at - column - 1)
        yield _value(cell.find(f"{SPACE}Data"))
        yield from [BLANK] * across
        if across or down:
            grid.merges.append((number, at, number + down, at + across))
        column = at + across


def _value(data: ET.Element | None) -> Raw:
    if data is None:
        return BLANK
    text, kind = "".join(data.itertext()), data.get(f"{SPACE}Type")
    if kind == "Number":
        return int(text) if text.isdecimal() and len(text) > DIGITS else float(text)
    if kind == "DateTime":
        return datetime.fromisoformat(text.removesuffix("Z"))
    if kind == "Boolean":
        return text == "1"
    return ErrorCell(text) if kind == "Error" else text
