"""One grid becomes a typed table of a known kind, or a reason why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson
import pyarrow as pa

from pipeline.excel.names import column_of
from pipeline.reading.files.grid import BLANK, Grid, even_out, fill_down_merges
from pipeline.reading.layout import fill, layouts, sheet_checks, wide
from pipeline.reading.layout import rows as outgoing
from pipeline.reading.layout import totals as compare
from pipeline.reading.layout import totals as stated
from pipeline.reading.layout.columns import ColumnReader
from pipeline.reading.layout.fill import fill_ditto, fill_lines
from pipeline.reading.layout.layouts import rows_from
from pipeline.reading.layout.rows import ONLY_NUMBER, SAMPLE, sort_rows
from pipeline.reading.layout.table import DataRows
from pipeline.reading.layout.typed import TypedTable, as_shown
from pipeline.reading.results import FileFinding, Patch, SheetRead, params
from schemas.incoming.kinds import KINDS
from schemas.table import Type

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.reading.files.grid import Grid
    from pipeline.reading.layout.layouts import FoundTables
    from pipeline.reading.layout.rows import SortedRows
    from pipeline.reading.layout.table import TableLayout


HIDDEN_SKIPPED, UNKNOWN, TWO_KINDS, NO_ROWS, MISSING = "FILE-005", "FILE-018", "FILE-019", "FILE-020", "FILE-021"
SAMPLE_ROW, DRAG_FILL, CONVERTED, BROKEN_STYLES = "FILE-026", "CELL-042", "CELL-001", "FILE-014"
SUMS = (Type.MONEY, Type.QTY)


@dataclass
class SheetTables:
    """What one sheet gave: its tables, and findings about the sheet."""

    tables: list[SheetRead] = field(default_factory=list)
    findings: list[FileFinding] = field(default_factory=list)


def read_sheet(grid: Grid, file: str) -> SheetTables:
    """Find every table, sort its rows, type its columns."""
    read = SheetTables()
    if not grid.rows:
        return read
    parts = layouts.split_side_by_side(grid)
    while parts:
        part = parts.pop(0)
        found = layouts.find_tables(part)
        if grid.is_hidden:
            _tell_hidden(read, found, grid.name)
            return read
        _tell(read, found, part)
        for layout in found.tables:
            if rest := _Reader(layout, file, read).read():
                parts.insert(0, rest)
    return read


def _tell_hidden(read: SheetTables, found: FoundTables, sheet: str) -> None:
    """A hidden sheet is named when it would have been read."""
    if found.tables:
        read.findings.append(FileFinding(HIDDEN_SKIPPED, sheet))


def _tell(read: SheetTables, found: FoundTables, grid: Grid) -> None:
    """Why there is no table, or which other table its heading fits."""
    fit, name = found.near, grid.name
    read.findings += found.findings
    if found.rivals:
        kinds = " ".join(f"kind.{fit.kind}" for fit in found.rivals)
        at = grid.numbers[found.rivals[0].at]
        read.findings.append(FileFinding(TWO_KINDS, name, row=at, params=params(other_words=kinds)))
    elif found.blank_form:
        read.findings.append(FileFinding(NO_ROWS, name))
    elif fit and (found.findings or not read.tables):
        missing = " ".join(f"{fit.kind}.{field}" for fields in fit.missing for field in fields)
        told = params(column_words=missing)
        read.findings.append(FileFinding(MISSING, name, missing, row=grid.numbers[fit.at], params=told))
        read.findings += sheet_checks.find_unknown_headings(grid, fit, grid.rows[fit.at + 1 :])
    elif not found.tables and not read.tables:
        read.findings.append(FileFinding(UNKNOWN, name))


class _Reader:
    def __init__(self, layout: TableLayout, file: str, read: SheetTables) -> None:
        self.layout, self.grid, self.read_ = layout, layout.grid, read
        self.fit = layout.fit
        self.table = KINDS[self.fit.kind]
        self.columns = ColumnReader(layout, file)

    def read(self) -> Grid | None:
        """Add the table to `read_`; gives back the rest of the grid where another table begins."""
        grid, fit = self.grid, self.fit
        # an amount merged over the lines of an order stands once, not on every line
        summed = [name for name in fit.columns if self.table.spec(name).type in SUMS]
        fill_down_merges(grid, frozenset(at for name in summed for at in fit.columns[name]))
        bare = self.layout.bare or (grid, fit)
        sorted_ = sort_rows(*bare)
        outgoing.leave_out_payments(*bare, sorted_)
        data = [grid.rows[at] for at in sorted_.kept]
        fill.join_clocks(fit, data)
        fill.split_carriers(fit, data)
        lines = self._lines(sorted_)
        typed = TypedTable(lines.numbers)
        self._tell(sorted_, lines)
        self.fit = lines.fit
        typed.findings += fill_ditto(lines.fit, lines.rows, typed.numbers)
        typed.findings += fill_lines(lines.fit, lines.rows, typed.numbers)
        self.columns.read(typed, lines)
        self.read_.findings += self._converted()
        typed.findings += sheet_checks.find_marks(grid, lines)
        if not self.layout.stages:
            self.read_.findings += compare.compare_totals(*bare, sorted_, typed, self.columns.scale)
        self.read_.findings += self._stated(bare[0], sorted_, typed)
        self.read_.tables.append(self._made(lines, typed, sorted_))
        return None if sorted_.other is None or self.layout.is_second else rows_from(grid, sorted_.other)

    def _stated(self, grid: Grid, sorted_: SortedRows, typed: TypedTable) -> Iterator[FileFinding]:
        """What the sheet says of itself above and below its rows; only of a sheet that holds one table."""
        if self.layout.stages or self.layout.cells or sorted_.other is not None or self.read_.tables:
            return iter(())
        aside = {number for number, _ in sorted_.ignored}
        said = [(n, row) for n, row in zip(grid.numbers, grid.rows, strict=True) if n in aside]
        said += list(zip(grid.numbers, self.layout.said, strict=False))
        orders = {each for each in typed.columns.get("order_no", pa.array([])).to_pylist() if each}
        counts = [len(typed.numbers), len(orders)] if orders else [len(typed.numbers)]
        sums = stated.sums_of(self.fit.kind, typed.totals)
        return stated.compare_statements(grid, said, stated.ReadTotals(counts, sums, self.columns.unit))

    def _made(self, lines: DataRows, typed: TypedTable, sorted_: SortedRows) -> SheetRead:
        return SheetRead(
            kind=self.fit.kind,
            sheet=self.grid.name,
            heading_row=self.grid.numbers[self.layout.fit.at] if self.layout.fit.at >= 0 else 0,
            columns=self._letters(),
            table=_arrow(typed, lines, self.grid.hidden_rows),
            rows_read=len(lines.rows),
            ignored=() if self.layout.is_second else [*sorted_.ignored, *self.layout.aside],
            totals=typed.totals,
            findings=typed.findings,
        )

    def _lines(self, sorted_: SortedRows) -> DataRows:
        """The data rows in list form, whatever the layout."""
        grid, cells = self.grid, self.layout.cells
        rows = [grid.rows[at] for at in sorted_.kept]
        numbers = [grid.numbers[at] for at in sorted_.kept]
        lines = DataRows(self.fit, numbers, rows, [cells[at] for at in sorted_.kept] if cells else ())
        return wide.melt(self.layout, lines) if self.layout.stages else lines

    def _tell(self, sorted_: SortedRows, lines: DataRows) -> None:
        """Findings about the sheet as a whole."""
        found, grid, fit = self.read_.findings, self.grid, self.fit
        found += self.layout.told
        if not lines.rows:
            row = grid.numbers[fit.at] if fit.at >= 0 else 0
            found.append(FileFinding(NO_ROWS, grid.name, row=row))
        for rule, reason in ((SAMPLE_ROW, SAMPLE), (DRAG_FILL, ONLY_NUMBER)):
            numbers = [number for number, why in sorted_.ignored if why == reason]
            if numbers:
                told = params(count=len(numbers))
                found.append(FileFinding(rule, grid.name, row=numbers[0], params=told))
        if not self.layout.cells and not self.layout.stages:
            rows = [grid.rows[at] for at in sorted_.kept]
            found += sheet_checks.doubled_columns(grid, fit, rows)
            found += sheet_checks.find_unknown_headings(grid, fit, rows)

    def _converted(self) -> Iterator[FileFinding]:
        """One finding a column whose money is not told in yuan."""
        for name in self.fit.columns:
            if self.columns.scale(name) != 1:
                letter, heading = self._letters()[name]
                yield FileFinding(CONVERTED, self.grid.name, heading, heading, letter=letter)

    def _letters(self) -> dict[str, tuple[str, str]]:
        """No letter for a field that stands under different headings from row to row."""
        moved = {n for cells in self.layout.cells for n in cells} if not self.layout.stages else set(self.fit.headings)
        return {
            name: ("" if at[0] in moved else self.grid.letter(at[0]), self.fit.headings[at[0]].strip())
            for name, at in self.fit.columns.items()
        }


def _arrow(typed: TypedTable, lines: DataRows, hidden: frozenset[int]) -> pa.Table:
    numbers = list(typed.numbers)
    unknown = [" ".join(typed.unknown.get(at, ())) for at in range(len(numbers))]
    columns = {
        **typed.columns,
        "src_row": pa.array(numbers, pa.int64()),
        "src_hidden": pa.array([number in hidden for number in numbers], pa.bool_()),
        "src_unknown": pa.array(unknown, pa.string()),
    }
    if lines.cells:
        places = [orjson.dumps(lines.places(at)).decode() for at in range(len(numbers))]
        columns["src_cells"] = pa.array(places, pa.string())
    return pa.table(columns)


def apply_patches(grid: Grid, patches: Sequence[Patch]) -> Iterator[Patch]:
    """Put the patches of this sheet into it; gives what stood there, as patches that would bring it back."""
    for each in patches:
        if each.sheet == grid.name:
            row, column = _anchor(grid, each.row, column_of(each.letter) + 1)
            at, position = _row_at(grid, row), column - 1 - grid.offset
            if at is None or position < 0:
                continue
            cells = grid.rows[at]
            cells.extend([BLANK] * (position + 1 - len(cells)))
            yield Patch(each.sheet, each.row, each.letter, as_shown(cells[position]))
            cells[position] = each.value
            grid.formulas = {cell: said for cell, said in grid.formulas.items() if cell != (row, column)}
    even_out(grid.rows)


def _anchor(grid: Grid, row: int, column: int) -> tuple[int, int]:
    """The cell that holds the value: of a merged block the first."""
    for top, left, bottom, right in grid.merges:
        if top <= row <= bottom and left <= column <= right:
            return top, left
    return row, column


def _row_at(grid: Grid, row: int) -> int | None:
    return grid.numbers.index(row) if row in grid.numbers else None
