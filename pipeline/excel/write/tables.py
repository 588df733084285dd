"""Writing the managers' workbook: plain tables, with the columns they may change in cream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter

MADE_ON = datetime(2026, 1, 1)  # fixed, so that the same policy gives the same bytes
WIDE, USUAL = 60, 16
A4 = 9
FIRST_OPEN = 2  # columns after the key and its text may be changed


def write_tables(path: Path, sheets: Mapping[str, tuple[Sequence[str], Sequence[Sequence[object]]]]) -> None:
    """One sheet per table. Text is written as text, never as a formula or a link."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": MADE_ON})
        head = book.add_format({"bold": True, "font_color": "white", "bg_color": "#1F3A5F", "valign": "vcenter"})
        open_head = book.add_format({"bold": True, "font_color": "white", "bg_color": "#8A5A00", "valign": "vcenter"})
        fixed = book.add_format({"text_wrap": True, "valign": "vcenter", "bottom": 4, "bottom_color": "#D0D7E2"})
        free = book.add_format({"bg_color": "#FFF8E1", "valign": "vcenter", "bottom": 4, "bottom_color": "#E5C879"})
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
