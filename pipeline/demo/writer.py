"""Write the demo's workbooks: titled sheets as companies keep them, byte for byte the same."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import xlsxwriter

from pipeline.demo.rows import Formula, Serial
from schemas.incoming.kinds import KINDS
from schemas.table import Type

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from pipeline.demo.rows import Row, Sheet, Value

CREATED = datetime(2026, 6, 1, 18, 0)
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDE = ("address", "description", "solution", "content", "remark", "customer_name", "payer", "buyer")
FONT = "SimSun"


class Looks:
    """The few formats of a plain company sheet."""

    def __init__(self, book: xlsxwriter.Workbook, date_form: str | int) -> None:
        plain = {"font_name": FONT, "font_size": 10, "border": 1}
        add = book.add_format
        self.title: Format = add({"font_name": FONT, "font_size": 16, "bold": True, "align": "center"})
        self.sub: Format = add({"font_name": FONT, "font_size": 10})
        head = {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#D9E1F2"}
        self.head: Format = add(plain | head)
        self.text: Format = add(plain)
        self.merged: Format = add(plain | {"valign": "vcenter"})
        self.day: Format = add(plain | {"num_format": date_form})
        self.moment: Format = add(plain | {"num_format": "yyyy-mm-dd hh:mm"})
        self.money: Format = add(plain | {"num_format": "#,##0.00"})
        self.total: Format = add(plain | {"bold": True, "num_format": "#,##0.00"})

    def of(self, value: Value) -> Format:
        """The format a value is usually given."""
        if isinstance(value, datetime):
            return self.moment
        if isinstance(value, date):
            return self.day
        return self.money if isinstance(value, Decimal) else self.text


def write(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write one workbook; its folder must be there."""
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        book.set_properties({"created": CREATED, "author": "demo"})
        looks: dict[str, Looks] = {}
        for sheet in sheets:
            form = looks.setdefault(sheet.date_form, Looks(book, _form(sheet.date_form)))
            page = book.add_worksheet(sheet.name)
            if sheet.is_hidden:
                page.hide()
            _sheet(page, sheet, form)


def _form(written: str) -> str | int:
    return int(written) if written.isdigit() else written


def _sheet(page: Worksheet, sheet: Sheet, looks: Looks) -> None:
    _top(page, sheet, looks)
    for n, (column, heading) in enumerate(sheet.columns):
        page.set_column(n, n, 28 if column in WIDE else 13)
        page.write_string(sheet.heading_row - 1, n, heading, looks.head)
    for at, row in enumerate(sheet.rows, sheet.heading_row):
        if row is not None:
            _row(page, at, row, (sheet, looks))
    _merges(page, sheet, looks)
    _bottom(page, sheet, looks)


def _top(page: Worksheet, sheet: Sheet, looks: Looks) -> None:
    last = max(len(sheet.columns) - 1, 1)
    if sheet.title:
        page.merge_range(0, 0, 0, last, sheet.title, looks.title)
    for n, text in enumerate(sheet.subtitle):
        page.write_string(sheet.heading_row - 2, n * 4, text, looks.sub)


def _row(page: Worksheet, at: int, row: Row, how: tuple[Sheet, Looks]) -> None:
    sheet, looks = how
    if row.is_hidden:
        page.set_row(at, None, None, {"hidden": True})
    for n, (column, _) in enumerate(sheet.columns):
        value = row.cells.get(column)
        if row.merges_up and is_header(row.kind, column):
            continue
        put(page, (at, n), value, looks.of(value))


def put(page: Worksheet, cell: tuple[int, int], value: Value, form: Format) -> None:
    """Write one cell by the type of its value."""
    at, n = cell
    if value is None or value == "":
        page.write_blank(at, n, None, form)
    elif isinstance(value, Formula):
        page.write_formula(at, n, value.text, form, "" if value.value is None else value.value)
    elif isinstance(value, Serial):
        page.write_number(at, n, value.number, form)
    elif isinstance(value, datetime | date):
        page.write_datetime(at, n, value, form)
    elif isinstance(value, str):
        page.write_string(at, n, value, form)
    else:
        page.write_number(at, n, float(value), form)


def is_header(kind: str, column: str) -> bool:
    """The column belongs to the order, so it is merged over its lines."""
    return kind in KINDS and column in KINDS[kind].columns and KINDS[kind].spec(column).header


def _merges(page: Worksheet, sheet: Sheet, looks: Looks) -> None:
    for first, last in _blocks(sheet.rows):
        top = sheet.rows[first]
        for n, (column, _) in enumerate(sheet.columns):
            if top is None or not is_header(top.kind, column):
                continue
            start, end = first + sheet.heading_row, last + sheet.heading_row
            value = top.cells.get(column)
            page.merge_range(start, n, end, n, "", looks.merged)
            put(page, (start, n), value, looks.of(value))


def _blocks(rows: Sequence[Row | None]) -> list[tuple[int, int]]:
    """(first, last) position of rows whose header cells are merged."""
    blocks: list[tuple[int, int]] = []
    for n, row in enumerate(rows):
        if row is None or not row.merges_up:
            continue
        if blocks and blocks[-1][1] == n - 1:
            blocks[-1] = (blocks[-1][0], n)
        else:
            blocks.append((n - 1, n))
    return blocks


def _bottom(page: Worksheet, sheet: Sheet, looks: Looks) -> None:
    at = sheet.total_row - 1
    if sheet.has_total:
        summed = next(c for c, _ in sheet.columns if KINDS[sheet.kind].spec(c).type is Type.MONEY)
        place = [c for c, _ in sheet.columns].index(summed)
        page.write_string(at, 0, sheet.total_label, looks.total)
        page.write_number(at, place, float(sheet.total(summed) + sheet.total_off), looks.total)
        at += 1
    for n, note in enumerate(sheet.notes):
        page.write_string(at + 1 + n, 0, note, looks.sub)
