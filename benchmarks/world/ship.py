"""Write arranged sheets as the files of rows that the product ships (`pipeline/demo/rows.py` tells their notation)."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from benchmarks.world.arrange import csv_text
from pipeline.demo.rows import HIDDEN, NO_TEXT, SHEET, TEXT_MARK, parse_cell
from pipeline.excel.names import column_letter
from pipeline.excel.write.sample_sheets import Formula, LineLook, Merged
from schemas.incoming.kinds import KINDS
from schemas.table import Type

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.world.rows import Row, Sheet, Value

# columns that people draw wider
WIDE = ("address", "description", "solution", "content", "remark", "customer_name", "payer", "buyer")
SUBTITLE_STEP = 4  # columns between two texts above the headings
CENT = Decimal("0.01")


def write_rows(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write the sheets of one workbook; all lines are equally long, so that it is a table wherever it is opened."""
    lines = [line for sheet in sheets for line in _sheet(sheet)]
    width = max(len(line) for line in lines)
    lines.insert(0, ["line", *map(column_letter, range(width - 1))])
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([*line, *[""] * (width - len(line))] for line in lines)
    _write(path, text.getvalue())


def write_export(path: Path, sheet: Sheet) -> None:
    """Write the web shop's export, which is no workbook."""
    _write(path, csv_text(sheet))


def write_table(path: Path, lines: Sequence[Sequence[str]]) -> None:
    """Write a plain table."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    _write(path, text.getvalue())


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8-sig", newline="")


def _sheet(sheet: Sheet) -> list[list[str]]:
    wide = " ".join(column_letter(n) for n, (column, _) in enumerate(sheet.columns) if column in WIDE)
    lines = [[SHEET, sheet.name, HIDDEN if sheet.is_hidden else "shown", sheet.date_form, wide], *_top(sheet)]
    lines += [[LineLook.EMPTY.value] if row is None else _row(sheet, row) for row in sheet.rows]
    lines += _bottom(sheet)
    while lines[-1] == [LineLook.EMPTY.value]:
        lines.pop()
    return lines


def _top(sheet: Sheet) -> list[list[str]]:
    lines = [[LineLook.TITLE.value, format_cell(sheet.title)]] if sheet.title else []
    if sheet.subtitle:
        line = [LineLook.SUBTITLE.value]
        for n, text in enumerate(sheet.subtitle):
            line += [""] * (1 + n * SUBTITLE_STEP - len(line)) + [format_cell(text)]
        lines.append(line)
    headings = [format_cell(heading) or TEXT_MARK for _, heading in sheet.columns]  # a cell even where it is blank
    lines.append([LineLook.HEADINGS.value, *headings] if headings else [LineLook.EMPTY.value])
    return lines


def _row(sheet: Sheet, row: Row) -> list[str]:
    look = LineLook.HIDDEN_ROW if row.is_hidden else LineLook.ROW
    cells = [
        Merged.ABOVE.value if row.merges_up and is_header(row.kind, column) else format_cell(row.get(column))
        for column, _ in sheet.columns
    ]
    return [look.value, *cells]


def _bottom(sheet: Sheet) -> list[list[str]]:
    lines = []
    if sheet.has_total:
        summed = next(c for c, _ in sheet.columns if KINDS[sheet.kind].spec(c).type is Type.MONEY)
        place = [c for c, _ in sheet.columns].index(summed)
        total = format_cell(sheet.total(summed) + sheet.total_off)
        lines.append([LineLook.TOTAL.value, sheet.total_label, *[""] * (place - 1), total])
    return [*lines, [LineLook.EMPTY.value], *([LineLook.NOTE.value, format_cell(note)] for note in sheet.notes)]


def is_header(kind: str, column: str) -> bool:
    """Return whether the column belongs to the order, so that it is merged over its lines."""
    return kind in KINDS and column in KINDS[kind].columns and KINDS[kind].spec(column).header


def format_cell(value: Value) -> str:
    """Return a value in the notation of the files of rows. Raises ValueError for one it cannot hold."""
    written = _formatted(value)
    if isinstance(value, str) and _is_ambiguous(value):
        written = TEXT_MARK + written
    if parse_cell(written) != (None if value == "" else value):
        raise ValueError(f"the rows cannot hold {value!r}")
    return written


def _is_ambiguous(text: str) -> bool:
    """Return whether text would be read as something else."""
    is_mark = text.startswith(TEXT_MARK) or text == Merged.ABOVE.value
    return is_mark or any(pattern.fullmatch(text) for pattern in NO_TEXT)


def _formatted(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Formula):
        return f"{{{value.text}}} {format_cell(value.shown)}".rstrip()
    if isinstance(value, Decimal):
        return str(value.quantize(CENT))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:g}"
    return value.isoformat() if isinstance(value, date) else str(value)
