"""One grid becomes typed tables of known kinds, or a reason why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import orjson
import pyarrow as pa

from pipeline.excel.names import column_of
from pipeline.reading.files.grid import BLANK, Grid, even_out, fill_down_merges
from pipeline.reading.layout import sheet_checks, wide
from pipeline.reading.layout.columns import ColumnReader
from pipeline.reading.layout.doubled import join_doubled
from pipeline.reading.layout.foreign_titles import leave_out, titled_rest, with_titles
from pipeline.reading.layout.head_sheets import NO_HEADS, SheetHeads
from pipeline.reading.layout.head_totals import settle_totals
from pipeline.reading.layout.joined_lines import JoinedLines, join_lines
from pipeline.reading.layout.layouts import FoundTables, rest_of_others, split_side_by_side
from pipeline.reading.layout.order_totals import share_totals
from pipeline.reading.layout.rows import HEAD, ONLY_NUMBER, SAMPLE, VOID, SortedRows, sort_rows
from pipeline.reading.layout.table import (
    SUMS,
    DataRows,
    TableLayout,
    fill_ditto,
    fill_lines,
    join_clocks,
    split_carriers,
)
from pipeline.reading.layout.title_customer import CUSTOMER
from pipeline.reading.layout.typed import TypedTable, as_shown
from pipeline.reading.layout.unread import dumped, unknown_sheet
from pipeline.reading.layout.unused_columns import unknown_headings
from pipeline.reading.results import FileFinding, Patch, SheetRead, params
from schemas.incoming.kinds import KINDS
from schemas.table import Type

HIDDEN_SKIPPED, TWO_KINDS, NO_ROWS, MISSING = "FILE-005", "FILE-019", "FILE-020", "FILE-021"
SAMPLE_ROW, DRAG_FILL, CONVERTED, BROKEN_STYLES = "FILE-026", "CELL-042", "CELL-001", "FILE-014"
BY_SUMS, TITLED, BY_TITLE = "FILE-043", "FILE-044", "FILE-045"
VOID_ROWS, QTY_PROVED = "FILE-049", "FILE-050"
MOST_SHOWN = 10  # row numbers in one finding


@dataclass
class SheetTables:
    """What one sheet gave: its tables, and findings about the sheet."""

    tables: list[SheetRead] = field(default_factory=list)
    findings: list[FileFinding] = field(default_factory=list)


def apply_patches(grid: Grid, patches: Sequence[Patch]) -> Iterator[Patch]:
    """Put what staff corrected into a sheet before it is read; return what stood there, to bring it back."""
    for patch in patches:
        if patch.sheet != grid.name:
            continue
        row, column = patch.row, column_of(patch.letter) + 1
        # of a merged block the first cell holds the value
        areas = [area for area in grid.merges if area[0] <= row <= area[2] and area[1] <= column <= area[3]]
        row, column = areas[0][:2] if areas else (row, column)
        position = column - 1 - grid.offset
        if row not in grid.numbers or position < 0:
            continue
        cells = grid.rows[grid.numbers.index(row)]
        cells.extend([BLANK] * (position + 1 - len(cells)))
        yield Patch(patch.sheet, patch.row, patch.letter, as_shown(cells[position]))
        cells[position] = patch.value
        grid.formulas = {cell: text for cell, text in grid.formulas.items() if cell != (row, column)}
    even_out(grid.rows)


def read_sheet(grid: Grid, file: str, heads: SheetHeads = NO_HEADS) -> SheetTables:
    """Return every table of a sheet with its rows sorted and its columns typed.

    `file`: its name; `heads`: what heads on other sheets are to it.
    """
    read = SheetTables(findings=list(heads.findings))
    parts = split_side_by_side(grid) if grid.rows else []
    if heads.is_read:
        parts = [_from(grid, heads.rest)] if heads.rest is not None else []
    while parts:
        part = parts.pop(0)
        found = heads.found_in(part, is_first=part is grid)
        if grid.is_hidden:
            if found.tables:  # a hidden sheet is not read, and named when it would have been
                read.findings.append(FileFinding(HIDDEN_SKIPPED, grid.name))
            return read
        above = read.tables[-1].kind if read.tables else ""
        titled = titled_rest(part, found, file, above)
        read.findings += [titled] if titled else _what_is_missing(read, found, part)
        for layout, said in with_titles(found, file, [head.fit for head in heads.tables]):
            if said:
                told, rest = leave_out(layout, said)
                read.findings.append(told)
            else:
                rest = _TableReader(layout, file, read, heads).read()
            parts[:0] = [rest] if rest else []
    return read


def _what_is_missing(read: SheetTables, found: FoundTables, grid: Grid) -> list[FileFinding]:
    """Return why there is no table, or which other table its heading fits."""
    fit, name = found.near, grid.name
    findings = list(found.findings)
    if found.rivals:
        kinds = " ".join(f"kind.{rival.kind}" for rival in found.rivals)
        row = grid.numbers[found.rivals[0].at]
        findings.append(FileFinding(TWO_KINDS, name, row=row, params=params(other_words=kinds)))
    elif found.blank_form:
        findings.append(FileFinding(NO_ROWS, name))
    elif fit and (findings or not read.tables):
        words = ",".join(" ".join(f"{fit.kind}.{field}" for field in fields) for fields in fit.missing)
        given = params(column_words=words, other_phrases=dumped([("absent.unread", {"columns_words": words})]))
        findings.append(FileFinding(MISSING, name, words, row=grid.numbers[fit.at], params=given))
        findings += unknown_headings(grid, fit, grid.rows[fit.at + 1 :])
    elif not (found.tables or findings):
        findings += rest_of_others(grid) if read.tables else [unknown_sheet(grid)]
    return findings


class _TableReader:
    """Reads one table of a sheet. `sheet`: what the sheet gave before, and where the table is added."""

    def __init__(self, layout: TableLayout, file: str, sheet: SheetTables, heads: SheetHeads) -> None:
        self.layout, self.grid, self.sheet = layout, layout.grid, sheet
        self.file, self.heads = file, heads
        self.kind = layout.fit.kind
        self.columns = ColumnReader(layout, file)

    def read(self) -> Grid | None:
        """Add the table to the sheet; return the rest of the grid where another table begins."""
        self._fill_down()
        grid, layout = self.grid, self.layout
        sorted_ = sort_rows(*(layout.bare or (grid, layout.fit)))
        has_heads = self._set_heads_aside(sorted_)
        data = self._in_list_form(sorted_)
        typed = TypedTable(data.numbers)
        typed.findings += [*fill_ditto(data), *fill_lines(data)]
        data = (joined := self._with_heads(data, typed)).data
        self.sheet.findings += self._about_rows(sorted_, data)
        self.columns.read(typed, data)
        self.sheet.findings += self._converted(letters := self._letters(data))
        typed.findings += [*share_totals(layout, data.fit, typed, joined.names), *settle_totals(joined, typed)]
        typed.findings += sheet_checks.marked_rows(grid, data)
        if not has_heads:  # else totals are of more than is left
            self.sheet.findings += self._compared(sorted_, typed)
        self.sheet.tables.append(
            SheetRead(
                kind=self.kind,
                sheet=grid.name,
                heading_row=self._heading_row(),
                columns=letters,
                table=_arrow(typed, data, grid.hidden_rows),
                rows_read=len(data.rows),
                ignored=() if layout.is_second else [*sorted_.ignored, *layout.aside],
                totals=typed.totals,
                findings=typed.findings,
            )
        )
        return None if layout.is_second else self._below(sorted_.other)

    def _compared(self, sorted_: SortedRows, typed: TypedTable) -> Iterator[FileFinding]:
        """Compare the rows with the totals below them, and with what is said of them around them."""
        layout = self.layout
        if not layout.stages:
            bare = layout.bare or (self.grid, layout.fit)
            yield from sheet_checks.compare_totals(*bare, sorted_, typed, self.columns.scale)
        if not (layout.stages or layout.cells or self.sheet.tables or sorted_.other is not None):
            yield from self._stated(sorted_, typed)

    def _below(self, at: int | None) -> Grid | None:
        """Return the rest of the grid from a row on."""
        return None if at is None else _from(self.grid, at)

    def _set_heads_aside(self, sorted_: SortedRows) -> bool:
        """Leave out the rows that are heads of lines on another sheet; return whether there are any."""
        heads = {at for at in sorted_.kept if self.grid.numbers[at] in self.heads.aside}
        if not heads:
            return False
        sorted_.kept = [at for at in sorted_.kept if at not in heads]
        sorted_.ignored = sorted([*sorted_.ignored, *((self.grid.numbers[at], HEAD) for at in heads)])
        return True

    def _with_heads(self, data: DataRows, typed: TypedTable) -> JoinedLines:
        """Return the rows with what the heads of their numbers say."""
        if self.layout.cells or self.layout.stages:
            return JoinedLines(data)
        joined = join_lines(self.heads, self.grid, data, self.file)
        typed.findings += joined.cells
        for cell in joined.cells:
            typed.unknown.setdefault(cell.at, []).extend([*([cell.column] if cell.unknown else []), *cell.also])
        self.sheet.findings += joined.findings
        self.columns.units = joined.units
        if CUSTOMER in joined.names:
            self.columns.titled.clear()
        return joined

    def _fill_down(self) -> None:
        """Fill merged cells down, but for sums: an amount merged over the lines of an order stands once."""
        places = self.layout.fit.columns.items()
        summed = [at for name, columns in places if KINDS[self.kind].spec(name).type in SUMS for at in columns]
        fill_down_merges(self.grid, frozenset(summed))

    def _heading_row(self) -> int:
        return self.grid.numbers[self.layout.fit.at] if self.layout.fit.at >= 0 else 0

    def _in_list_form(self, sorted_: SortedRows) -> DataRows:
        """Return the data rows in list form, whatever the layout."""
        rows = [self.grid.rows[at] for at in sorted_.kept]
        join_clocks(self.layout.fit, rows)
        split_carriers(self.layout.fit, rows)
        cells = [self.layout.cells[at] for at in sorted_.kept] if self.layout.cells else ()
        data = DataRows(self.layout.fit, [self.grid.numbers[at] for at in sorted_.kept], rows, cells)
        if self.layout.stages:
            return wide.melt(self.layout, data)
        return data if cells else join_doubled(self.grid, data, [self.grid.rows[at] for at in sorted_.totals])

    def _about_rows(self, sorted_: SortedRows, data: DataRows) -> Iterator[FileFinding]:
        """Return findings about the sheet as a whole."""
        grid, fit = self.grid, self.layout.fit
        yield from self.layout.findings
        if not data.rows:
            yield FileFinding(NO_ROWS, grid.name, row=self._heading_row())
        for rule, reason in ((SAMPLE_ROW, SAMPLE), (DRAG_FILL, ONLY_NUMBER), (VOID_ROWS, VOID)):
            numbers = [number for number, why in sorted_.ignored if why == reason]
            if numbers:
                yield FileFinding(rule, grid.name, row=numbers[0], params=params(count=len(numbers)))
        if self.columns.titled.label and data.rows:
            names = ", ".join(dict.fromkeys(filter(None, self.columns.titled.of_rows(data.numbers))))
            yield FileFinding(TITLED, grid.name, row=self._heading_row(), params=params(name=names))
        if fit.is_quantity_proved and data.rows:
            yield fit.finding(QTY_PROVED, grid, fit.columns["qty"][0])
        if sorted_.by_sums and not self.layout.is_second:
            shown = ", ".join(map(str, sorted_.by_sums[:MOST_SHOWN]))
            count = len(sorted_.by_sums)
            yield FileFinding(BY_SUMS, grid.name, row=sorted_.by_sums[0], params=params(name=shown, count=count))
        if not self.layout.cells and not self.layout.stages:
            yield from sheet_checks.doubled_columns(grid, fit, data.rows)
            yield from unknown_headings(grid, fit, data.rows)

    def _converted(self, letters: dict[str, tuple[str, str]]) -> Iterator[FileFinding]:
        """Return one finding a column whose money is not in yuan, and one where only a title says in what it is."""
        for name, (letter, heading) in letters.items():
            if self.columns.scale(name) != 1:
                yield FileFinding(CONVERTED, self.grid.name, heading, heading, letter=letter)
        if codes := sorted(self.columns.currencies_of_table):
            yield FileFinding(BY_TITLE, self.grid.name, row=self._heading_row(), params=params(value=", ".join(codes)))

    def _stated(self, sorted_: SortedRows, typed: TypedTable) -> Iterator[FileFinding]:
        """Compare what a sheet of one table says of itself above and below its rows."""
        aside, grid = {number for number, _ in sorted_.ignored}, self.grid
        outside = [(n, row) for n, row in zip(grid.numbers, grid.rows, strict=True) if n in aside]
        outside += zip(grid.numbers, self.layout.outside, strict=False)
        orders = set(typed.columns["order_no"].to_pylist()) - {None, ""} if "order_no" in typed.columns else ()
        counts = [len(typed.numbers), len(orders)] if orders else [len(typed.numbers)]
        money = [column for column in KINDS[self.kind].columns if column.spec.type is Type.MONEY]
        sums = [total for name, total in typed.totals.items() if name.partition(" ")[0] in money]  # one a currency
        sums += [sum(value for value in written if isinstance(value, int)) for written in typed.written.values()]
        return sheet_checks.compare_statements(grid, outside, counts, sums, self.columns.unit)

    def _letters(self, data: DataRows) -> dict[str, tuple[str, str]]:
        """Return field → letter and heading; no letter for what stands under different headings from row to row."""
        headings = data.fit.headings
        moved = {n for cells in (*self.layout.cells, *data.cells) for n in cells}
        moved = set(headings) if self.layout.stages else moved
        titled = {CUSTOMER: ("", self.columns.titled.label)} if self.columns.titled.label else {}
        return titled | {
            name: ("" if at[0] in moved else self.grid.letter(at[0]), headings[at[0]].strip())
            for name, at in data.fit.columns.items()
        }


def _from(grid: Grid, at: int) -> Grid:
    """Return a grid from a row on."""
    return replace(grid, numbers=grid.numbers[at:], rows=grid.rows[at:])


def _arrow(typed: TypedTable, data: DataRows, hidden: frozenset[int]) -> pa.Table:
    numbers = list(typed.numbers)
    unknown = [" ".join(typed.unknown.get(at, ())) for at in range(len(numbers))]
    columns = {
        **typed.columns,
        "src_row": pa.array(numbers, pa.int64()),
        "src_hidden": pa.array([number in hidden for number in numbers], pa.bool_()),
        "src_unknown": pa.array(unknown, pa.string()),
    }
    if data.cells:
        places = [orjson.dumps(data.places(at)).decode() for at in range(len(numbers))]
        columns["src_cells"] = pa.array(places, pa.string())
    return pa.table(columns)
