"""The bare parts: calamine reads the same files, XlsxWriter writes the same cells.

Run as ``python -m benchmarks.bare read INBOX`` or ``… write OUTPUTS OUT``. The second
reads the outputs of a night first; ``… load OUTPUTS`` does only that, to be subtracted.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet


def read(folder: str) -> None:
    """Every sheet of every workbook, as calamine gives it."""
    for path in sorted(Path(folder).rglob("*.xlsx")):
        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def write(outputs: str, out: str) -> None:
    """Every cell of the outputs again, typed calls, one format for dates."""
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    for n, path in enumerate(sorted(Path(outputs).rglob("*.xlsx"))):
        book = CalamineWorkbook.from_path(path)
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(folder / f"{n:03}-{path.name}", options) as copy:
            day = copy.add_format({"num_format": "yyyy-mm-dd"})
            for name in book.sheet_names:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                _copy(copy.add_worksheet(name), rows, day)


def _copy(sheet: Worksheet, rows: Iterable[Iterable[object]], day: Format) -> None:
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, str):
                if value:
                    sheet.write_string(r, c, value)
            elif isinstance(value, datetime | date):
                sheet.write_datetime(r, c, value, day)
            elif isinstance(value, bool):
                sheet.write_boolean(r, c, value)
            else:
                sheet.write_number(r, c, value)


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(*sys.argv[2:])
    else:
        read(sys.argv[2])
