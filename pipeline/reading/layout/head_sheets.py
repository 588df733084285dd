"""Sheets of heads and sheets of lines: customer, day and terms stand once a number, what was ordered on another sheet.

A sheet of heads has the number of its kind and no product; the lines have both. They belong together where their
numbers do, and where the heads say what the lines lack. Then a line takes it from the head of its number
(`joined_lines`), and a head is no row of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from pipeline.core.text import fold_number
from pipeline.reading.files.grid import BLANK, Grid, Raw, fill_down_merges
from pipeline.reading.layout.columns import sheet_unit, with_meant
from pipeline.reading.layout.currency import CURRENCY, MONEY, Currencies, with_formats
from pipeline.reading.layout.doubled import join_doubled
from pipeline.reading.layout.fit import Fit
from pipeline.reading.layout.headings import ALL, find_heading, fits_of, heading_candidates
from pipeline.reading.layout.layouts import FoundTables, find_tables, head_of, split_side_by_side
from pipeline.reading.layout.rows import sort_rows
from pipeline.reading.layout.sheet_checks import CELL_NOTE, marked_rows
from pipeline.reading.layout.table import SUMS, DataRows, TableLayout, fill_ditto, join_clocks, split_carriers
from pipeline.reading.layout.typed import as_shown, parser
from pipeline.reading.layout.unread import dumped
from pipeline.reading.results import CellFinding, FileFinding, params
from schemas.incoming.kinds import KINDS
from schemas.incoming.orders import Orders
from schemas.incoming.shipments import Shipments

NUMBERS: Mapping[str, tuple[str, ...]] = {  # by which heads and lines of a kind belong together
    Orders.name: (Orders.order_no,),
    Shipments.name: (Shipments.shipment_no, Shipments.delivery_note_no),
}
PRODUCTS: Mapping[str, frozenset[str]] = {  # what only lines have
    Orders.name: frozenset({Orders.product_code, Orders.product_name, Orders.model, Orders.spec_text}),
    Shipments.name: frozenset({Shipments.product}),
}
PRICE = str(Orders.unit_price)
GIVEN: Mapping[str, frozenset[str]] = {  # what makes a sheet one of heads
    Orders.name: frozenset({Orders.customer_name, Orders.customer_code}),
    Shipments.name: frozenset({Shipments.shipped_at, Shipments.tracking_no, Shipments.signed_at}),
}
WITHOUT_LINES = "FILE-047"
MOST_SHOWN = 10  # numbers in one finding
HALF = 2  # one in so many numbers must be common to both


@dataclass
class HeadTable:
    """A sheet of heads, every row by its number. `number`: the column it goes by; `is_whole`: it could stand alone."""

    grid: Grid
    fit: Fit
    number: str
    is_whole: bool
    data: DataRows = field(init=False)
    notes: list[CellFinding] = field(init=False)
    rest: int | None = field(init=False)  # position of another table below

    def __post_init__(self) -> None:
        """Take the rows apart from the grid, as people left them made whole."""
        table, grid, fit = KINDS[self.fit.kind], self.grid, self.fit
        summed = [at for name, columns in fit.columns.items() if table.spec(name).type in SUMS for at in columns]
        fill_down_merges(grid, frozenset(summed))
        found = sort_rows(grid, fit)
        self.rest = found.other
        self.data = DataRows(fit, [grid.numbers[at] for at in found.kept], [list(grid.rows[at]) for at in found.kept])
        join_clocks(fit, self.data.rows)
        split_carriers(fit, self.data.rows)
        self.data = join_doubled(grid, self.data)
        self.notes = [*fill_ditto(self.data), *marked_rows(grid, self.data)]

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Return number → positions of its rows."""
        found: dict[str, list[int]] = {}
        for at, number in enumerate(numbers_of(self.grid, self.data, self.number)):
            if number:
                found.setdefault(number, []).append(at)
        return found

    @property
    def unit(self) -> int:
        """Return yuan per unit of its sums, where their headings do not say it."""
        return sheet_unit(self.grid.rows[: self.fit.at])

    @property
    def is_of_heads(self) -> bool:
        """Return whether most of its rows have a number that stands once: instalments and stages have several rows."""
        return 2 * sum(len(rows) == 1 for rows in self.places.values()) > len(self.data.rows)

    def columns(self, file: str) -> dict[str, list[Raw]]:
        """Return the cells of every field; sums as what they are, with their currency in a column where one is said."""
        grid, rows = self.grid, self.data.rows
        table = KINDS[self.fit.kind]
        cells: dict[str, list[Raw]] = {name: [row[at[0]] for row in rows] for name, at in self.fit.columns.items()}
        money = [name for name in cells if table.spec(name).type in MONEY]
        sums = {name: with_formats(grid, self.fit.columns[name][0], self.data.numbers, cells[name]) for name in money}
        layout = TableLayout(grid, self.fit, outside=grid.rows[: self.fit.at])
        said = Currencies(layout, file).settle(sums, list(zip(*rows, strict=True))) if sums else []
        cells |= {name: list(raws) for name, raws in sums.items()}
        if any(said) and CURRENCY not in cells:
            cells[CURRENCY] = [code or BLANK for code in said]
        return cells


@dataclass
class SheetHeads:
    """What the heads of a workbook are to one of its sheets.

    `tables`: the heads of its lines; `lines`: the heading of the lines where it lacks what the heads say.
    `aside`: Excel rows that are heads of lines elsewhere; `is_read`: nothing of the sheet is left to be read.
    """

    tables: list[HeadTable] = field(default_factory=list)
    lines: Fit | None = None
    aside: frozenset[int] = frozenset()
    is_read: bool = False
    rest: int | None = None
    findings: list[FileFinding] = field(default_factory=list)

    def found_in(self, grid: Grid, *, is_first: bool) -> FoundTables:
        """Return the tables of one part of the sheet; lines whose heads say what they lack are a table."""
        fit = self.lines
        if fit is None or not is_first or not fit.missing:
            return find_tables(grid)
        return FoundTables([TableLayout(grid, replace(fit, missing=()), outside=grid.rows[: fit.at])])


NO_HEADS = SheetHeads()


def numbers_of(grid: Grid, data: DataRows, name: str) -> list[str]:
    """Return the number of each row as numbers are compared; empty where there is none."""
    position, spec = data.fit.columns[name][0], KINDS[data.fit.kind].spec(name)
    parse, known = parser(spec), dict[Raw, str]()
    raws = with_meant(grid, position, data.numbers, [row[position] for row in data.rows])
    for raw in raws:
        if raw not in known:
            value = parse(raw).value if raw != BLANK else None
            known[raw] = fold_number(value) if isinstance(value, str) else ""
    return [known[raw] for raw in raws]


def may_be_joined(grid: Grid) -> Fit | None:
    """Return the heading of a sheet that may hold heads or lines of a kind that has both."""
    if grid.is_hidden or not grid.rows:
        return None
    head = head_of(grid)
    whole = find_heading(head).fit
    if whole:
        return whole if _number_of(whole) else None
    fits = [fit for at, row in heading_candidates(head) for fit in fits_of(row, at, ALL) if _number_of(fit)]
    return max(fits, key=lambda fit: len(fit.explained), default=None)


def find_heads(grids: Mapping[int, tuple[Grid, Fit]]) -> dict[int, SheetHeads]:
    """Return what the heads among these sheets are to each of them. `grids`: by the place of the sheet."""
    lines = {at: fit for at, (_, fit) in grids.items() if not PRODUCTS[fit.kind].isdisjoint(fit.columns)}
    tables = {at: _head_table(*grids[at]) for at in grids if at not in lines} if lines else {}
    heads = {at: table for at, table in tables.items() if table}
    made: dict[int, SheetHeads] = {}
    taken: dict[int, set[str]] = {at: set() for at in heads}
    for at, fit in lines.items():
        grid, own = grids[at][0], list(_matching(grids[at][0], fit, heads))
        if own and _is_list(grid, fit) and _is_whole(fit, [heads[other] for other, _ in own]):
            number = heads[own[0][0]].number
            own = [(other, shared) for other, shared in own if heads[other].number == number]
            made[at] = SheetHeads([heads[other] for other, _ in own], fit)
            for other, shared in own:
                taken[other] |= shared
    return made | {at: _left_of(heads[at], numbers) for at, numbers in taken.items() if numbers}


def _number_of(fit: Fit) -> str:
    return next((name for name in NUMBERS.get(fit.kind, ()) if name in fit.columns), "")


def _is_list(grid: Grid, fit: Fit) -> bool:
    """Return whether the sheet is one list and no form: of one that lacks something nothing else is made."""
    tables = find_tables(grid).tables
    if len(split_side_by_side(grid)) > 1:
        return False
    return not tables if fit.missing else bool(tables) and not (tables[0].cells or tables[0].stages)


def _head_table(grid: Grid, fit: Fit) -> HeadTable | None:
    """Return the sheet as one of heads; None where it is none."""
    if PRICE in fit.columns or GIVEN[fit.kind].isdisjoint(fit.columns) or not _is_list(grid, fit):
        return None
    if not fit.missing and len(find_tables(grid).tables) > 1:
        return None  # stages stand beside them
    table = HeadTable(grid, fit, _number_of(fit), not fit.missing)
    return table if table.is_of_heads else None


def _matching(grid: Grid, fit: Fit, heads: Mapping[int, HeadTable]) -> Iterator[tuple[int, set[str]]]:
    """Return the place of every sheet of heads that these lines belong to, with the numbers of both."""
    start = fit.at + 1
    data = DataRows(fit, grid.numbers[start:], grid.rows[start:])
    for at, head in heads.items():
        if head.fit.kind != fit.kind or head.number not in fit.columns:
            continue
        own = {number for number in numbers_of(grid, data, head.number) if number}
        shared = own & head.places.keys()
        gives = GIVEN[fit.kind] & head.fit.columns.keys()
        says_more = bool(gives) and (head.is_whole or not gives <= fit.columns.keys())
        if says_more and shared and HALF * len(shared) >= min(len(own), len(head.places)):
            yield at, shared


def _is_whole(fit: Fit, heads: Sequence[HeadTable]) -> bool:
    """Return whether lines and heads together have all that their kind needs."""
    return not fit.missing or not fit.lacking(fit.columns, {name for head in heads for name in head.fit.columns})


def _left_of(head: HeadTable, numbers: set[str]) -> SheetHeads:
    """Return what becomes of a sheet of heads: those with lines are no rows, of the others it is told."""
    aside = frozenset(head.data.numbers[at] for number in numbers for at in head.places[number])
    alone = [number for number in head.places if number not in numbers]
    is_read = not (head.is_whole and len(aside) < len(head.data.rows))
    return SheetHeads(aside=aside, is_read=is_read, rest=head.rest, findings=list(_told(head, alone, aside)))


def _told(head: HeadTable, alone: Sequence[str], aside: frozenset[int]) -> Iterator[FileFinding]:
    """Tell of heads without lines, and of heads that are hidden, struck out or noted upon."""
    grid, data = head.grid, head.data
    if alone:
        rows = [data.numbers[head.places[number][0]] for number in alone]
        position = head.fit.columns[head.number][0]
        shown = [as_shown(data.rows[head.places[number][0]][position]) for number in alone[:MOST_SHOWN]]
        names = ", ".join(shown) + (" \u2026" if len(alone) > MOST_SHOWN else "")
        what = dumped([("heads.counted" if head.is_whole else "heads.left_out", {})])
        given = params(count=len(alone), name=names, other_phrases=what)
        heading = head.fit.headings[position].strip()
        yield FileFinding(WITHOUT_LINES, grid.name, heading, names, given, rows[0], grid.letter(position))
    for note in head.notes:
        if note.row in aside and (not note.column or note.rule == CELL_NOTE):
            yield FileFinding(note.rule, grid.name, raw=note.raw, params=note.params, row=note.row)
