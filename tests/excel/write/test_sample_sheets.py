"""Sheets as teams keep them: looks, types, merged cells and hidden rows arrive in the workbook."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from pipeline.excel.write.sample_sheets import Formula, LineLook, Merged, SampleLine, SampleSheet, write_sample_sheets

LINES = (
    SampleLine(LineLook.TITLE, ("The list",)),
    SampleLine(LineLook.HEADINGS, ("No", "Day", "At", "Yuan", "Sum")),
    SampleLine(
        LineLook.ROW, ("1", date(2026, 5, 20), datetime(2026, 5, 20, 10, 30), Decimal("2.50"), Formula("=1+1", 2.0))
    ),
    SampleLine(LineLook.ROW, (Merged.ABOVE, None, None, 7, "=1+1")),
    SampleLine(LineLook.ROW, (Merged.ABOVE, None, None, 8, None)),
    SampleLine(LineLook.HIDDEN_ROW, ("2", None, None, 9, None)),
    SampleLine(LineLook.EMPTY, ()),
    SampleLine(LineLook.TOTAL, ("All", None, None, Decimal("26.50"))),
    SampleLine(LineLook.NOTE, ("A note",)),
)


@pytest.fixture
def book(tmp_path: Path) -> Workbook:
    path = tmp_path / "book.xlsx"
    hidden = SampleSheet("Old", (), frozenset(), "31", is_hidden=True)
    write_sample_sheets(path, [SampleSheet("List", LINES, frozenset({1}), "yyyy/m/d"), hidden])
    return openpyxl.load_workbook(path)


def test_values_keep_their_types(book: Workbook) -> None:
    page = book["List"]
    assert [cell.value for cell in page[3]] == ["1", datetime(2026, 5, 20), datetime(2026, 5, 20, 10, 30), 2.5, "=1+1"]
    assert [cell.data_type for cell in page[3]] == ["s", "d", "d", "n", "f"]
    assert page["E4"].data_type == "s", "text is text, never a formula"


def test_days_money_and_totals_are_shown_as_such(book: Workbook) -> None:
    page = book["List"]
    assert [cell.number_format for cell in page[3]] == [
        "General",
        "yyyy/m/d",
        "yyyy-mm-dd hh:mm",
        "#,##0.00",
        "General",
    ]
    assert (page["D8"].number_format, page["D8"].font.bold) == ("#,##0.00", True)
    assert page["D4"].number_format == "General"


def test_cells_are_merged_with_those_above_and_the_title_over_all_headings(book: Workbook) -> None:
    page = book["List"]
    assert sorted(str(area) for area in page.merged_cells.ranges) == ["A1:E1", "A3:A5"]
    assert page["A3"].value == "1"


def test_blank_cells_of_rows_have_a_border_and_others_are_not_there(book: Workbook) -> None:
    page = book["List"]
    assert page["B4"].border.left.style == "thin"
    assert page["B8"].border.left.style is None
    assert page["A9"].border.left.style is None


def test_rows_and_sheets_are_hidden(book: Workbook) -> None:
    assert [n for n, row in book["List"].row_dimensions.items() if row.hidden] == [6]
    assert [sheet.sheet_state for sheet in book] == ["visible", "hidden"]


def test_wide_columns_are_wider(book: Workbook) -> None:
    widths = {letter: column.width for letter, column in book["List"].column_dimensions.items()}
    assert widths["B"] > 20 > widths["A"]


def test_the_same_lines_give_the_same_bytes(tmp_path: Path) -> None:
    sheet = SampleSheet("List", LINES, frozenset(), "31")
    for name in ("a.xlsx", "b.xlsx"):
        write_sample_sheets(tmp_path / name, [sheet])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
