"""Write blank workbooks: lists and printed forms with drop-downs, hints and headings nobody can change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.excel.names import column_letter
from pipeline.excel.write.formats import Formats, new_workbook
from reports import looks
from reports.blanks import DAYS, NUMBERS, Field

CHOICES = "_choices"  # the sheet the drop-downs are taken from
TITLE_AT, HINT_AT, EXAMPLE_AT, HEAD_AT, FIRST_AT = range(5)
LAST_AT = 2_000  # rows with hints and drop-downs
EARLIEST = date(2000, 1, 1)
MOST = 1e12
ALLOWED = {
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "sort": True,
    "autofilter": True,
}
LAST_COLUMN = 16_383
EXAMPLE = {"font_color": looks.MUTED, "italic": True, "bg_color": looks.CARD}
SMALLEST_PRINT = 70  # per cent
PAIRS, LABEL_WIDTH, VALUE_WIDTH = 2, 16, 30


class _BlankFormats(Formats):
    """Formats of a blank workbook, and the sheet its drop-downs are taken from."""

    def __init__(self, book: xlsxwriter.Workbook, lang: str) -> None:
        super().__init__(book, lang)
        self._choices: Worksheet | None = None
        self._columns = 0

    def head(self, field: Field) -> Format:
        return self.of(looks.STAFF_HEAD if field.is_required else {**looks.HEAD, "bg_color": looks.NAVY_SOFT})

    def open(self, field: Field, **more: Any) -> Format:
        return self.of({"num_format": field.number_format, "locked": False, **more})

    def listed(self, choices: Sequence[str]) -> str:
        """The range that holds these choices; a list in the rule itself may not be long."""
        if self._choices is None:
            self._choices = self.book.add_worksheet(CHOICES)
            self._choices.very_hidden()
        column, self._columns = self._columns, self._columns + 1
        for row, choice in enumerate(choices):
            self._choices.write_string(row, column, choice)
        letter = column_letter(column)
        return f"={CHOICES}!${letter}$1:${letter}${len(choices)}"


def write_blank_list(path: Path, tab: str, fields: Sequence[Field], lang: str) -> None:
    """Write a list to fill in: one record a row; the example stands above the headings, where nothing is read."""
    with new_workbook(path, default_row_height=looks.ROW_PIXELS) as book:
        page, formats = book.add_worksheet(tab), _BlankFormats(book, lang)
        page.hide_gridlines(2)
        page.set_tab_color(looks.BROWN)
        page.set_row(TITLE_AT, looks.TITLE_ROW)
        page.set_row(HEAD_AT, looks.HEAD_ROW)
        page.write_string(TITLE_AT, 0, tab, formats.of(looks.TITLE))
        page.write_string(HINT_AT, 0, formats.text("hint.blank_list"), formats.of(looks.HINT))
        across = 0.0
        for column, field in enumerate(fields):
            width = max(field.width, looks.column_width([looks.length(field.example)], field.heading))
            across += width
            page.set_column(column, column, width, formats.open(field))
            _write(page, (EXAMPLE_AT, column), field, formats.of({"num_format": field.number_format}, EXAMPLE))
            page.write_string(HEAD_AT, column, field.heading, formats.head(field))
            _guide(page, (FIRST_AT, column, LAST_AT, column), field, formats)
        page.set_column(len(fields), LAST_COLUMN, None, formats.of({"locked": False}))
        page.freeze_panes(FIRST_AT, 1)
        page.set_landscape()
        page.repeat_rows(HEAD_AT)
        _finish(page, across, 0)


def write_blank_form(path: Path, tab: str, title: str, fields: Sequence[Field], lang: str) -> None:
    """Write a form to fill in, one record a sheet as it is printed: value beside label, two pairs across."""
    with new_workbook(path, default_row_height=looks.ROW_PIXELS) as book:
        page, formats = book.add_worksheet(tab), _BlankFormats(book, lang)
        page.hide_gridlines(2)
        page.set_tab_color(looks.BROWN)
        for pair in range(PAIRS):
            page.set_column(2 * pair, 2 * pair, LABEL_WIDTH)
            page.set_column(2 * pair + 1, 2 * pair + 1, VALUE_WIDTH)
        page.set_row(TITLE_AT, looks.SUMMARY_TITLE_ROW)
        centred = formats.of(looks.SUMMARY_TITLE, {"align": "center"})
        page.merge_range(TITLE_AT, 0, TITLE_AT, 2 * PAIRS - 1, title, centred)
        page.write_string(HINT_AT, 0, formats.text("hint.blank_form"), formats.of(looks.HINT))
        for n, field in enumerate(fields):
            row, column = HINT_AT + 1 + n // PAIRS, 2 * (n % PAIRS)
            page.write_string(row, column, field.heading, formats.head(field))
            cell = (row, column + 1)
            edged = {"border": 1, "border_color": looks.CREAM_LINE, "bg_color": looks.CREAM, "text_wrap": True}
            page.write_blank(*cell, None, formats.open(field, align="left", **edged))
            _guide(page, (*cell, *cell), field, formats)
        _finish(page, PAIRS * (LABEL_WIDTH + VALUE_WIDTH), 1)


def _write(page: Worksheet, at: tuple[int, int], field: Field, form: Format) -> None:
    """The example as people type it: days and numbers as such."""
    if not field.example:
        page.write_blank(*at, None, form)
    elif field.type in DAYS:
        page.write_datetime(*at, datetime.fromisoformat(field.example), form)
    elif field.type in NUMBERS:
        page.write_number(*at, float(field.example), form)
    else:
        page.write_string(*at, field.example, form)


def _guide(page: Worksheet, area: tuple[int, int, int, int], field: Field, formats: _BlankFormats) -> None:
    """A hint at the cell, and what may be typed there; a choice outside the list is asked about, not refused."""
    rule: dict[str, Any] = {"validate": "any"}
    if field.choices:
        rule = {"validate": "list", "source": formats.listed(field.choices), "error_type": "warning"}
        rule |= {"error_message": formats.text("blank.wrong_choice")}
    elif field.type in DAYS:
        rule = {"validate": "date", "criteria": ">=", "value": EARLIEST}
        rule |= {"error_message": formats.text("blank.wrong_day")}
    elif field.type in NUMBERS:
        rule = {"validate": "decimal", "criteria": "between", "minimum": -MOST, "maximum": MOST}
        rule |= {"error_message": formats.text("blank.wrong_number")}
    if field.hint:
        rule |= {"input_title": field.heading, "input_message": field.hint}
    if rule != {"validate": "any"}:
        page.data_validation(*area, rule)


def _finish(page: Worksheet, width: float, height: int) -> None:
    """Print set-up, and everything locked that is not to be filled in. `height`: pages at most, 0 for any number."""
    margins: Mapping[str, float] = looks.MARGINS
    page.set_paper(looks.A4)
    page.set_margins(**margins)
    if width > looks.PAGE_UNITS:  # nobody could read it on one page across
        page.set_print_scale(SMALLEST_PRINT)
        page.repeat_columns(0)
    else:
        page.fit_to_pages(1, height)
    page.protect("", ALLOWED)
