"""The sample workbooks as tables: each line of a file of rows is one row of a sheet, in a notation Excel leaves alone.

The first column says what the line is, the others are the sheet's columns A, B, C and so on. A line `sheet` begins a
sheet: its name, `shown` or `hidden`, the format of its days, the letters of its wide columns. A cell is

* text as it stands, behind an apostrophe where it would be taken for anything below: `'13800001234`
* a number, with two decimals when it is money: `12`, `1860.00`
* a day or a moment: `2026-05-20`, `2026-05-20 10:30`
* a formula in braces and what it shows, nothing when it was never calculated: `{=1+1} 2`
* `^` when it is merged with the cell above.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from pipeline.excel.names import column_of
from pipeline.excel.write.sample_sheets import ROWS, Formula, LineLook, Merged, SampleLine, SampleSheet, Value

SHEET, HIDDEN = "sheet", "hidden"
TEXT_MARK = "'"
NUMBER = re.compile(r"-?\d+(\.\d+)?")
MONEY = re.compile(r"-?\d+\.\d\d")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(rf"{DAY.pattern} \d\d:\d\d")
FORMULA = re.compile(r"\{(=.*)\} ?(.*)")
NO_TEXT = (NUMBER, DAY, MOMENT, FORMULA)  # what text must be marked to be told from


def read_sheets(path: Path) -> list[SampleSheet]:
    """Return the sheets of one file of rows. Raises ValueError for a line or a cell it does not know."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))[1:]  # the first names the columns
    starts = [at for at, line in enumerate(lines) if line[0] == SHEET]
    return [_sheet(lines[first:end]) for first, end in zip(starts, [*starts[1:], len(lines)], strict=True)]


def _sheet(lines: Sequence[Sequence[str]]) -> SampleSheet:
    _, name, shown, date_format, wide = lines[0][:5]
    return SampleSheet(
        name,
        tuple(_lines(lines[1:])),
        wide=frozenset(column_of(letters) for letters in wide.split()),
        date_format=date_format,
        is_hidden=shown == HIDDEN,
    )


def _lines(lines: Sequence[Sequence[str]]) -> Iterator[SampleLine]:
    """Yield the lines without the blank cells that only fill the file up; rows are as wide as their headings."""
    width = 0
    for written, *cells in lines:
        look, values = LineLook(written), [parse_cell(cell) for cell in cells]
        used = max((at for at, value in enumerate(values, 1) if value is not None), default=0)
        if look is LineLook.HEADINGS:
            width = used
        yield SampleLine(look, tuple(values[: width if look in ROWS else used]))


def parse_cell(written: str) -> Value:
    """Return the value of one cell in the notation above. Raises ValueError for a day no calendar has."""
    if not written or written == Merged.ABOVE.value:
        return Merged.ABOVE if written else None
    if written.startswith(TEXT_MARK):
        return written[len(TEXT_MARK) :]
    if found := FORMULA.fullmatch(written):
        shown = found[2]
        return Formula(found[1], float(shown) if NUMBER.fullmatch(shown) else shown)
    if NUMBER.fullmatch(written):
        return _number(written)
    if DAY.fullmatch(written):
        return date.fromisoformat(written)
    return datetime.fromisoformat(written) if MOMENT.fullmatch(written) else written


def _number(written: str) -> Value:
    if MONEY.fullmatch(written):
        return Decimal(written)
    return float(written) if "." in written else int(written)
