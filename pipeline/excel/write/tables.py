"""Write the managers' workbook: plain tables, with the columns they may change in cream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from pipeline.excel.write.formats import new_workbook
from reports.looks import A4, BROWN, CREAM, CREAM_LINE, LINE, NAVY, WHITE

WIDE, USUAL = 60, 16
FIRST_OPEN = 2  # columns after the key and its text may be changed


def write_tables(path: Path, sheets: Mapping[str, tuple[Sequence[str], Sequence[Sequence[object]]]]) -> None:
    """Write one sheet per table. Text is written as text, never as a formula or a link."""
    with new_workbook(path) as book:
        head = book.add_format({"bold": True, "font_color": WHITE, "bg_color": NAVY, "valign": "vcenter"})
        open_head = book.add_format({"bold": True, "font_color": WHITE, "bg_color": BROWN, "valign": "vcenter"})
        fixed = book.add_format({"text_wrap": True, "valign": "vcenter", "bottom": 4, "bottom_color": LINE})
        free = book.add_format({"bg_color": CREAM, "valign": "vcenter", "bottom": 4, "bottom_color": CREAM_LINE})
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
