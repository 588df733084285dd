"""Blank workbooks filled in as they ask."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl

from reports.blanks import DAYS, NUMBERS, Field

HEAD, FIRST = 4, 5  # rows of a list


def typed(field: Field) -> Any:
    if field.type in DAYS:
        return datetime.fromisoformat(field.example)
    return float(field.example) if field.type in NUMBERS else field.example


def fill(path: Path, target: Path, filled: tuple[Field, ...]) -> Path:
    """Type the example where the sheet asks for it: below the heading of a list, beside the label of a form."""
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    places = {str(cell.value): cell for row in page.iter_rows() for cell in row if cell.value}
    for field in filled:
        if field.example:
            cell = places[field.heading]
            is_list = page.cell(HEAD, 1).value == filled[0].heading
            below = page.cell(FIRST, cell.column) if is_list else page.cell(cell.row, cell.column + 1)
            below.value = typed(field)
    book.save(target)
    return target
