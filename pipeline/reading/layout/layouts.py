"""Which tables lie on a sheet, and how: beside, below each other, wide, or as forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise

from pipeline.reading.files.grid import BLANK, Grid, Raw, fill_down_merges
from pipeline.reading.layout import wide
from pipeline.reading.layout.fit import Fit
from pipeline.reading.layout.foreign import foreign_to
from pipeline.reading.layout.forms import find_forms
from pipeline.reading.layout.headed import find_headed
from pipeline.reading.layout.heading_names import fold_heading, own_names
from pipeline.reading.layout.headings import SEARCHED_ROWS, FoundHeading, find_heading, is_like_heading
from pipeline.reading.layout.table import TableLayout
from pipeline.reading.layout.typed import parser
from pipeline.reading.results import FileFinding, params
from pipeline.reading.values.cells import Parsed
from pipeline.reading.values.text import format_raw
from schemas.incoming.kinds import KINDS
from schemas.table import Type

NO_NUMBERS, FOREIGN = "FILE-031", "FILE-040"
ORDERS = "orders"
MANY_PLANS = 2  # so many planned days make a sheet wide, whatever else it looks like
LEAST_ENTRIES = 3  # so many different entries show what a column holds
MOST_ROWS = 20_000  # a longer sheet is a list: to look for labels in all its cells would cost more than to read it


@dataclass
class FoundTables:
    """Tables of one sheet, and what stood in the way of more."""

    tables: list[TableLayout] = field(default_factory=list)
    rivals: tuple[Fit, ...] = ()  # kinds the heading fits as well as the one chosen
    near: Fit | None = None
    blank_form: str = ""  # kind of forms that nobody filled in
    findings: tuple[FileFinding, ...] = ()  # about columns that are not what they are called, and tables of others


def find_tables(grid: Grid) -> FoundTables:
    """Return the tables of one part of a sheet: from its first row to where another table begins."""
    found = find_heading(head_of(grid))
    fit, findings = found.fit, tuple[FileFinding, ...]()
    rivals = (fit, *found.rivals) if fit and found.rivals else ()
    if fit and rivals and len(rivals[1].explained) == len(fit.explained):
        return FoundTables(rivals=rivals)
    if fit:
        fit, findings = check_number_columns(grid, fit)
        if fit.missing:
            return FoundTables(near=fit, findings=findings)
    findings += tuple(_foreign(grid, found, fit))
    if tables := list(_lists(grid, fit)):
        return FoundTables(tables, rivals=rivals, findings=findings)
    if found.foreign:
        return FoundTables(findings=findings)
    return FoundTables(near=found.near) if len(grid.rows) > MOST_ROWS else _printed(grid, found.near)


def head_of(grid: Grid) -> Grid:
    """Return the first rows with every merged heading filled in, apart from the grid itself."""
    rows = [row[:] for row in grid.rows[:SEARCHED_ROWS]]
    head = Grid(grid.name, grid.numbers[:SEARCHED_ROWS], rows, grid.merges, offset=grid.offset)
    fill_down_merges(head)
    return head


def split_side_by_side(grid: Grid) -> list[Grid]:
    """Return tables side by side: the grid cut at empty columns, where both sides have a heading of their own."""
    fit = find_heading(head_of(grid)).fit
    if fit is None:
        return [grid]
    width = len(grid.rows[0])
    silent = [n for n in range(width) if grid.rows[fit.at][n] == BLANK]
    empty = [n for n in silent if all(row[n] == BLANK for row in grid.rows[fit.at :])]
    strips = [(left + 1, right) for left, right in pairwise([-1, *empty, width]) if right - left > 1] if empty else []
    starts = [left for left, right in strips if find_heading(head_of(_cut(grid, left, right))).fit]
    # what stands right of a table without a heading of its own stays with it
    return [_cut(grid, left, right) for left, right in pairwise([0, *starts[1:], width])] if len(starts) > 1 else [grid]


def check_number_columns(grid: Grid, fit: Fit) -> tuple[Fit, tuple[FileFinding, ...]]:
    """Return a heading without the columns of order numbers that hold none; what it lacks then is missing.

    In a courier's list the heading may stand over its own waybill numbers. Only our own name of the column needs no
    proof; by any other name it must hold one number of ours at least.
    """
    # where numbers begin, every wrong one has a finding of its own
    wrong = {} if fit.kind == ORDERS else dict(_wrong_columns(grid, fit))
    if not wrong:
        return fit, ()
    left = {name: [at for at in places if at not in wrong] for name, places in fit.columns.items()}
    columns = {name: places for name, places in left.items() if places}
    missing = tuple(clause.fields for clause in fit.lacking(columns))
    findings = [fit.finding(NO_NUMBERS, grid, at, value=format_raw(entry)) for at, entry in wrong.items()]
    return replace(fit, columns=columns, missing=missing), tuple(findings)


def _lists(grid: Grid, fit: Fit | None) -> Iterator[TableLayout]:
    """Return the list, the wide table, or both: orders often carry their stages beside them."""
    is_orders = fit is not None and fit.kind == ORDERS
    taken = fit.explained if fit and is_orders else frozenset()
    spread = wide.find_wide(head_of(grid), taken) if fit is None or fit.kind != wide.KIND else None
    is_wide = spread and (fit is None or is_orders or [field for _, field in spread[1]].count(wide.PLAN) >= MANY_PLANS)
    if fit and (not is_wide or is_orders):
        yield TableLayout(grid, fit, outside=grid.rows[: fit.at])
    if spread and is_wide:
        above = grid.rows[: spread[0].at]
        yield TableLayout(grid, spread[0], stages=spread[1], outside=above, is_second=is_orders)


def _printed(grid: Grid, near: Fit | None) -> FoundTables:
    """Return the tables under a printed head, or else the forms."""
    if tables := find_headed(grid):
        return FoundTables(tables)
    if (printed := find_forms(grid)) is None:
        return FoundTables(near=near)
    kind, tables = printed
    return FoundTables(tables, blank_form="" if tables else kind)


def rest_of_others(grid: Grid) -> Iterator[FileFinding]:
    """Name the table of others that is left of a sheet below one of ours."""
    rows = enumerate(grid.rows[:SEARCHED_ROWS])
    found = ((at, others[0]) for at, row in rows if is_like_heading(row) and (others := foreign_to(row)))
    yield from _foreign(grid, FoundHeading(foreign=dict(islice(found, 1))), None)


def _foreign(grid: Grid, found: FoundHeading, fit: Fit | None) -> Iterator[FileFinding]:
    """Name every table of others above the first of ours, with its rows."""
    ends = pairwise([*found.foreign, fit.at if fit else len(grid.rows)])
    for (at, end), table in zip(ends, found.foreign.values(), strict=True):
        count = sum(any(cell != BLANK for cell in row) for row in grid.rows[at + 1 : end])
        given = params(count=count, other_words=f"foreign.{table.table}")
        yield FileFinding(FOREIGN, grid.name, row=grid.numbers[at], params=given)


def _cut(grid: Grid, left: int, right: int) -> Grid:
    """Return some columns of a grid, without the rows that are empty there."""
    kept = [(number, row[left:right]) for number, row in zip(grid.numbers, grid.rows, strict=True)]
    filled = [(number, row) for number, row in kept if row.count(BLANK) != len(row)]
    numbers, rows = [number for number, _ in filled], [row for _, row in filled]
    return replace(grid, numbers=numbers, rows=rows, offset=grid.offset + left)


def _wrong_columns(grid: Grid, fit: Fit) -> Iterator[tuple[int, Raw]]:
    """Return positions of columns that hold something else, with an entry."""
    for name, places in fit.columns.items():
        spec = KINDS[fit.kind].spec(name)
        for at in places if spec.type is Type.ORDER_NO else ():
            if fold_heading(fit.headings[at]) in own_names(fit.kind, name):
                continue
            entries = list(dict.fromkeys(row[at] for row in grid.rows[fit.at + 1 :] if row[at] != BLANK))
            parse = parser(spec)
            if len(entries) >= LEAST_ENTRIES and all(_is_no_number(parse(entry)) for entry in entries):
                yield at, entries[0]


def _is_no_number(parsed: Parsed) -> bool:
    """A number of whatever form has a figure in it, or a letter at least."""
    return isinstance(parsed.value, str) and not any(sign.isascii() and sign.isalnum() for sign in parsed.value)
