"""Workbooks: python-calamine reads the values, a scan of the bytes gives what it hides.

A sheet of an xlsx that it cannot be trusted with, or gives up, is read exactly instead.
Errors of an ods come as text.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING, Any

import python_calamine as calamine

from pipeline.reading.files import ods, xls, xlsb
from pipeline.reading.files.fast_scan import Looked, Unseen
from pipeline.reading.files.formats import Form, shown_as
from pipeline.reading.files.grid import MOST_MERGES, Grid, Merge, Raw, fill_grid
from pipeline.reading.files.package import ENCRYPTED, TOO_BIG, UNREADABLE, Damaged, Parts
from pipeline.reading.files.package_info import Beside
from pipeline.reading.values.cells import ErrorCell, never_calculated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.reading.files.contents import Part

LOOKS: dict[str, Callable[[bytes], Looked]] = {"xls": xls.look, "xlsb": xlsb.look, "ods": ods.look}
SUFFIXES = {"xlsx": {".xlsx", ".xlsm"}, "xlsb": {".xlsb"}, "xls": {".xls"}, "ods": {".ods"}}
MOST_SHEETS = 300


def open_workbook(path: Path, kind: str, scratch: Path, kept: Parts | None = None) -> Iterator[Grid]:
    """Every worksheet, in order. `kind` as sniffed; `scratch`: a folder for copies. Raises Damaged.

    `kept`: sheets unpacked already.
    """
    if kind == "xlsx":
        yield from _package(path, scratch, kept)
        return
    try:
        looked = LOOKS[kind](path.read_bytes())
        book = _opened(path, kind, scratch)
        sheets = [each for each in book.sheets_metadata if each.typ is calamine.SheetTypeEnum.WorkSheet]
        _check_count(sheets)
        for sheet in sheets:
            is_hidden = sheet.visible is not calamine.SheetVisibleEnum.Visible
            grid = Grid(sheet.name, is_hidden=is_hidden, epoch_1904=looked.is_1904)
            yield _filled(grid, book, looked.of(sheet.name))
    except calamine.PasswordError as wrong:
        raise Damaged(ENCRYPTED, str(wrong)) from wrong
    except calamine.CalamineError as wrong:
        raise Damaged(UNREADABLE, str(wrong)) from wrong


def _package(path: Path, scratch: Path, kept: Parts | None) -> Iterator[Grid]:
    """An xlsx: sheet by sheet fast, or exactly."""
    beside = Beside(path.read_bytes(), kept)
    _check_count(beside.sheets)
    fast = Fast(path, scratch)
    for sheet in beside.sheets:
        yield fast.grid(sheet, beside) or beside.exact(sheet)


class Fast:
    """An xlsx in the hands of calamine, as long as it is good for it."""

    def __init__(self, path: Path, scratch: Path) -> None:
        self._place = path, "xlsx", scratch
        self._is_good = True

    def grid(self, sheet: Part, beside: Beside) -> Grid | None:
        """The sheet, if it may be shown this one and makes something of it."""
        unseen = beside.of(sheet)
        if unseen is None or not self._is_good:
            return None
        try:
            return _filled(beside.plain(sheet), self._book, unseen)
        except BaseException as wrong:
            if not _gives_up(wrong):
                raise
            self._is_good = False
            return None

    @cached_property
    def _book(self) -> calamine.CalamineWorkbook:
        return _opened(*self._place)


def _gives_up(wrong: BaseException) -> bool:
    """It is calamine that makes nothing of it: numbers past all days even make it panic, by a name none can import."""
    return isinstance(wrong, calamine.CalamineError | OverflowError) or type(wrong).__name__ == "PanicException"


def _check_count(sheets: Sequence[object]) -> None:
    if len(sheets) > MOST_SHEETS:
        raise Damaged(TOO_BIG, f"{len(sheets)} sheets")


def _opened(path: Path, kind: str, scratch: Path) -> calamine.CalamineWorkbook:
    """The file as calamine is shown it: it trusts the extension, so that must be what was sniffed."""
    if path.suffix.lower() not in SUFFIXES[kind]:
        path = Path(copyfile(path, scratch / f"shown.{kind}"))
    return calamine.CalamineWorkbook.from_path(path)


def _filled(grid: Grid, book: calamine.CalamineWorkbook, unseen: Unseen) -> Grid:
    """The grid with the values of its sheet, and what calamine hides of them."""
    sheet = book.get_sheet_by_name(grid.name)
    grid.merges = _merges(sheet)
    grid.hidden_rows = frozenset(unseen.hidden)
    grid.struck_rows = frozenset(unseen.struck)
    grid.formulas = unseen.numbers
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


def _merges(sheet: calamine.CalamineSheet) -> list[Merge]:
    ranges = sheet.merged_cell_ranges or []
    if len(ranges) > MOST_MERGES:
        raise Damaged(TOO_BIG, f"{len(ranges)} merged ranges")
    return [(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges]


def _special(unseen: Unseen) -> dict[int, dict[int, Raw]]:
    """Row → column from 0 → what stands there in truth."""
    cells: dict[int, dict[int, Raw]] = {}
    for (row, column), formula in unseen.uncalculated.items():
        cells.setdefault(row, {})[column - 1] = never_calculated(formula)
    for (row, column), text in unseen.errors.items():
        cells.setdefault(row, {})[column - 1] = ErrorCell(text)
    for (row, column), digits in unseen.long_numbers.items():
        cells.setdefault(row, {})[column - 1] = int(digits)
    return cells


def _name_days(grid: Grid, unseen: Unseen) -> None:
    at = {number: position for position, number in enumerate(grid.numbers)}
    for row, column in unseen.weekdays:
        cells = grid.rows[at[row]] if row in at else []
        position = column - 1 - grid.offset
        serial = cells[position] if 0 <= position < len(cells) else None
        if isinstance(serial, float):
            cells[position] = shown_as(serial, Form.DAY, is_1904=grid.epoch_1904)
