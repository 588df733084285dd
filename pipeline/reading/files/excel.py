"""Workbooks: python-calamine reads the values, a look at the bytes gives what it hides.

A sheet of an xlsx that calamine cannot be trusted with, or gives up, is read exactly instead.
Errors in cells of an ods come as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from io import BytesIO
from pathlib import Path
from shutil import copyfile
from typing import Any

import python_calamine as calamine

from pipeline.reading.files.binary import look_xls, look_xlsb
from pipeline.reading.files.exact import fill_exactly
from pipeline.reading.files.fast_scan import Unseen, UnseenBySheet, Unusual, scan
from pipeline.reading.files.grid import MOST_MERGES, Grid, Merge, Raw, fill_grid
from pipeline.reading.files.package import ENCRYPTED, TOO_BIG, UNREADABLE, Damaged, Package, Unpacked
from pipeline.reading.files.parts import NumberForm, SheetPart, notes_of, read_styles, shown_as, workbook_parts
from pipeline.reading.files.xml_events import Attributes, Walk, is_odd, shared_strings

SUFFIXES = {"xlsx": {".xlsx", ".xlsm"}, "xlsb": {".xlsb"}, "xls": {".xls"}, "ods": {".ods"}}
MOST_SHEETS = 300  # each costs a pass of every reader

ODS_SPACE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
ODS_CONTENT = "content.xml"
HIDDEN_ODS_ROW = re.compile(rb'<table:table-row [^>]*table:visibility="(?:collapse|filter)"')
ROW_COUNT = re.compile(r"[0-9]{1,7}")
MOST_ROWS_HIDDEN = 200_000  # more are the empty rest of a sheet


def open_workbook(path: Path, kind: str, scratch: Path, kept: Unpacked | None = None) -> Iterator[Grid]:
    """Give every worksheet of a workbook, in order. Raises Damaged.

    `kind` as sniffed; `scratch`: a folder for copies; `kept`: sheets unpacked already.
    """
    return _sheets_of_xlsx(path, scratch, kept) if kind == "xlsx" else _sheets_of_other(path, kind, scratch)


def look_ods(content: bytes) -> UnseenBySheet:
    """Return the hidden and filtered rows of an ods. Never raises: calamine decides what is damaged."""
    tables = _OdsTables()
    try:
        part = Package(BytesIO(content)).read(ODS_CONTENT)
        if HIDDEN_ODS_ROW.search(part):
            tables.read(part)
    except Damaged:
        return UnseenBySheet()
    return tables.unseen


LOOKS: dict[str, Callable[[bytes], UnseenBySheet]] = {"xls": look_xls, "xlsb": look_xlsb, "ods": look_ods}


def _sheets_of_other(path: Path, kind: str, scratch: Path) -> Iterator[Grid]:
    try:
        unseen = LOOKS[kind](path.read_bytes())
        workbook = _opened(path, kind, scratch)
        sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ is calamine.SheetTypeEnum.WorkSheet]
        _check_count(sheets)
        for sheet in sheets:
            is_hidden = sheet.visible is not calamine.SheetVisibleEnum.Visible
            grid = Grid(sheet.name, is_hidden=is_hidden, epoch_1904=unseen.is_1904)
            yield _filled(grid, workbook, unseen.sheets.get(sheet.name) or Unseen())
    except calamine.PasswordError as wrong:
        raise Damaged(ENCRYPTED, str(wrong)) from wrong
    except calamine.CalamineError as wrong:
        raise Damaged(UNREADABLE, str(wrong)) from wrong


def _sheets_of_xlsx(path: Path, scratch: Path, kept: Unpacked | None) -> Iterator[Grid]:
    """Sheet by sheet: fast, or exactly."""
    package = XlsxPackage(path.read_bytes(), kept)
    _check_count(package.sheets)
    fast = CalamineReader(path, scratch)
    for sheet in package.sheets:
        yield fast.grid(sheet, package) or package.read_exactly(sheet)


def _check_count(sheets: Sequence[object]) -> None:
    if len(sheets) > MOST_SHEETS:
        raise Damaged(TOO_BIG, f"{len(sheets)} sheets")


class XlsxPackage:
    """What an xlsx holds beside the values that calamine gives. Raises Damaged when it must not be read at all."""

    def __init__(self, content: bytes, kept: Unpacked | None = None) -> None:
        self._package = Package(BytesIO(content), kept)
        self._parts = workbook_parts(self._package)
        self._styles = read_styles(self._package.read(self._parts.styles))
        self.sheets = self._parts.sheets
        # looked at before calamine sees anything: some bytes make it abort
        self.unseen = {sheet.path: self._scanned(sheet) for sheet in self.sheets}  # None: it must not be shown this one

    def empty_grid(self, sheet: SheetPart) -> Grid:
        """Return the grid of a sheet, with no cells in it yet."""
        return Grid(
            sheet.name,
            notes=notes_of(self._package, sheet.path),
            is_hidden=sheet.is_hidden,
            epoch_1904=self._parts.is_1904,
            has_plain_styles=self._styles.is_broken,
        )

    def read_exactly(self, sheet: SheetPart) -> Grid:
        """Return the sheet as read without calamine. Raises Damaged."""
        part = self._package.read(sheet.path)
        return fill_exactly(self.empty_grid(sheet), part, self._styles, lambda: self._strings)

    @cached_property
    def _strings(self) -> list[str]:
        return shared_strings(self._package.read(self._parts.strings))

    @cached_property
    def _is_odd(self) -> bool:
        """What all sheets need is such that calamine reads none of them well."""
        return self._styles.is_broken or is_odd(self._package.read(self._parts.strings))

    def _scanned(self, sheet: SheetPart) -> Unseen | None:
        try:
            return None if self._is_odd else scan(self._package.read(sheet.path), self._styles)
        except Unusual:
            return None


class CalamineReader:
    """An xlsx in the hands of calamine, as long as it is good for it."""

    def __init__(self, path: Path, scratch: Path) -> None:
        self._place = path, "xlsx", scratch
        self._is_good = True

    def grid(self, sheet: SheetPart, package: XlsxPackage) -> Grid | None:
        """Return the sheet; None when calamine may not be shown it, or makes nothing of it."""
        unseen = package.unseen[sheet.path]
        if unseen is None or not self._is_good:
            return None
        try:
            return _filled(package.empty_grid(sheet), self._workbook, unseen)
        except BaseException as wrong:
            if not _gives_up(wrong):
                raise
            self._is_good = False
            return None

    @cached_property
    def _workbook(self) -> calamine.CalamineWorkbook:
        return _opened(*self._place)


def _gives_up(wrong: BaseException) -> bool:
    """It is calamine that makes nothing of it: numbers past all days even make it panic, by a name none can import."""
    return isinstance(wrong, calamine.CalamineError | OverflowError) or type(wrong).__name__ == "PanicException"


def _opened(path: Path, kind: str, scratch: Path) -> calamine.CalamineWorkbook:
    """The file as calamine is shown it: it trusts the extension, so that must be what was sniffed."""
    if path.suffix.lower() not in SUFFIXES[kind]:
        path = Path(copyfile(path, scratch / f"shown.{kind}"))
    return calamine.CalamineWorkbook.from_path(path)


def _filled(grid: Grid, workbook: calamine.CalamineWorkbook, unseen: Unseen) -> Grid:
    """The grid with the values of its sheet, and what calamine hides of them."""
    sheet = workbook.get_sheet_by_name(grid.name)
    grid.merges = _merges(sheet)
    grid.hidden_rows = frozenset(unseen.hidden)
    grid.struck_rows = frozenset(unseen.struck)
    grid.formulas, grid.sums = unseen.numbers, frozenset(unseen.sums)
    grid.foreign = unseen.foreign
    leftmost = sheet.start[1] if sheet.start else 0
    # rows come without the columns left of the first value
    grid.offset = min([leftmost, *(column - 1 for _, column in unseen.cells)])
    pad = [""] * (leftmost - grid.offset)
    rows: Iterator[Any] = ([*pad, *row] for row in sheet.iter_rows()) if pad else sheet.iter_rows()
    placed: dict[int, dict[int, Raw]] = {}
    for (row, column), cell in unseen.cells.items():
        placed.setdefault(row, {})[column - 1 - grid.offset] = cell
    fill_grid(grid, rows, placed)
    if unseen.weekdays:
        _name_days(grid, unseen)
    return grid


def _merges(sheet: calamine.CalamineSheet) -> list[Merge]:
    ranges = sheet.merged_cell_ranges or []
    if len(ranges) > MOST_MERGES:
        raise Damaged(TOO_BIG, f"{len(ranges)} merged ranges")
    return [(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges]


def _name_days(grid: Grid, unseen: Unseen) -> None:
    """Turn numbers into the days they are shown as; calamine knows no format that shows a weekday only."""
    at = {number: position for position, number in enumerate(grid.numbers)}
    for row, column in unseen.weekdays:
        cells = grid.rows[at[row]] if row in at else []
        position = column - 1 - grid.offset
        serial = cells[position] if 0 <= position < len(cells) else None
        if isinstance(serial, float):
            cells[position] = shown_as(serial, NumberForm.DAY, is_1904=grid.epoch_1904)


class _OdsTables(Walk):
    def __init__(self) -> None:
        super().__init__()
        self.unseen = UnseenBySheet()
        self._row = 0
        self._hidden: set[int] = set()
        self.begins = {ODS_SPACE + "table": self._table, ODS_SPACE + "table-row": self._begin_row}

    def _table(self, attributes: Attributes) -> None:
        unseen = self.unseen.sheets[attributes.get(ODS_SPACE + "name", "")] = Unseen()
        self._row, self._hidden = 0, unseen.hidden

    def _begin_row(self, attributes: Attributes) -> None:
        repeated = attributes.get(ODS_SPACE + "number-rows-repeated", "1")
        count = int(repeated) if ROW_COUNT.fullmatch(repeated) else 1
        if attributes.get(ODS_SPACE + "visibility", "visible") != "visible" and count <= MOST_ROWS_HIDDEN:
            self._hidden.update(range(self._row + 1, self._row + count + 1))
        self._row += count
