"""Workbooks: python-calamine reads the values, a scan of the bytes gives what it hides.

Errors of an ods come as text. An xlsb comes as calamine gives it: there error cells look like blanks.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import python_calamine as calamine

from pipeline.reading.beside import Beside
from pipeline.reading.grid import Grid, Raw, fill_grid
from pipeline.reading.old_book import OldBeside
from pipeline.reading.package import ENCRYPTED, TOO_BIG, UNREADABLE, Damaged, Parts
from pipeline.reading.scan import Unseen
from pipeline.reading.values.cells import NO_VALUE, PICTURE, ErrorCell
from schemas import spellings

if TYPE_CHECKING:
    from collections.abc import Iterator

BESIDE: dict[str, type[Beside | OldBeside]] = {"xlsx": Beside, "xls": OldBeside}
SUFFIXES = {"xlsx": {".xlsx", ".xlsm"}, "xlsb": {".xlsb"}, "xls": {".xls"}, "ods": {".ods"}}
END_OF_DAYS = 2_958_466  # the first serial that is no day to Excel
MOST_SHEETS, MOST_MERGES = 300, 200_000
EPOCH, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # wall time, as everywhere in a workbook
PICTURES = tuple(spellings.group("picture.formula"))


def open_workbook(path: Path, kind: str, scratch: Path, kept: Parts | None = None) -> Iterator[Grid]:
    """Every worksheet, in order. `kind` as sniffed; `scratch`: a folder for copies. Raises Damaged.

    `kept`: sheets unpacked already.
    """
    try:
        # the bytes first: some of them make calamine abort
        beside = BESIDE[kind](path.read_bytes(), kept) if kind in BESIDE else None
        book = calamine.CalamineWorkbook.from_path(_shown(path, kind, scratch, beside))
        sheets = [each for each in book.sheets_metadata if each.typ is calamine.SheetTypeEnum.WorkSheet]
        if len(sheets) > MOST_SHEETS:
            raise Damaged(TOO_BIG, f"{len(sheets)} sheets")
        for sheet in sheets:
            yield _grid(book, sheet, beside)
    except calamine.PasswordError as wrong:
        raise Damaged(ENCRYPTED, str(wrong)) from wrong
    except (calamine.CalamineError, ET.ParseError) as wrong:
        raise Damaged(UNREADABLE, str(wrong)) from wrong


def _shown(path: Path, kind: str, scratch: Path, beside: Beside | OldBeside | None) -> Path:
    """The file calamine is shown: it trusts the extension, so that must be what was sniffed."""
    if beside and beside.changed:
        shown = scratch / f"shown.{kind}"
        shown.write_bytes(beside.changed)
        return shown
    if path.suffix.lower() in SUFFIXES[kind]:
        return path
    return Path(copyfile(path, scratch / f"shown.{kind}"))


def _grid(book: calamine.CalamineWorkbook, about: calamine.SheetMetadata, beside: Beside | OldBeside | None) -> Grid:
    unseen = beside.of(about.name) if beside else Unseen()
    sheet = book.get_sheet_by_name(about.name)
    grid = Grid(
        about.name,
        merges=_merges(sheet),
        hidden_rows=frozenset(unseen.hidden),
        struck_rows=frozenset(unseen.struck),
        notes=unseen.notes,
        formulas=unseen.numbers,
        is_hidden=about.visible is not calamine.SheetVisibleEnum.Visible,
        epoch_1904=beside.is_1904 if beside else False,
        has_plain_styles=beside.has_broken_styles if beside else False,
    )
    leftmost = sheet.start[1] if sheet.start else 0
    special = _special(unseen)
    columns = [column for cells in special.values() for column in cells]
    # rows come without the columns left of the first value
    grid.offset = min([leftmost, *columns])
    pad = [""] * (leftmost - grid.offset)
    rows: Iterator[Any] = ([*pad, *row] for row in sheet.iter_rows()) if pad else sheet.iter_rows()
    placed = {row: {column - grid.offset: cell for column, cell in cells.items()} for row, cells in special.items()}
    fill_grid(grid, rows, placed)
    if unseen.weekdays:
        _name_days(grid, unseen)
    return grid


def _merges(sheet: calamine.CalamineSheet) -> list[tuple[int, int, int, int]]:
    ranges = sheet.merged_cell_ranges or []
    if len(ranges) > MOST_MERGES:
        raise Damaged(TOO_BIG, f"{len(ranges)} merged ranges")
    return [(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges]


def _special(unseen: Unseen) -> dict[int, dict[int, Raw]]:
    """Row → column from 0 → what stands there in truth."""
    cells: dict[int, dict[int, Raw]] = {}
    for (row, column), formula in unseen.uncalculated.items():
        is_picture = ("=" + formula).startswith(PICTURES)
        cells.setdefault(row, {})[column - 1] = PICTURE if is_picture else NO_VALUE
    for (row, column), text in unseen.errors.items():
        cells.setdefault(row, {})[column - 1] = ErrorCell(text)
    for (row, column), digits in unseen.long_numbers.items():
        cells.setdefault(row, {})[column - 1] = int(digits)
    return cells


def _name_days(grid: Grid, unseen: Unseen) -> None:
    epoch = EPOCH_1904 if grid.epoch_1904 else EPOCH
    at = {number: position for position, number in enumerate(grid.numbers)}
    for row, column in unseen.weekdays:
        cells = grid.rows[at[row]] if row in at else []
        position = column - 1 - grid.offset
        serial = cells[position] if 0 <= position < len(cells) else None
        if type(serial) is float and 0 < serial < END_OF_DAYS:
            cells[position] = epoch + timedelta(seconds=round(serial * 86400))
