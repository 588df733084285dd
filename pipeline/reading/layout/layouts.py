"""Which tables lie on a sheet, and how: beside, below each other, wide, or as forms."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.reading.files.grid import BLANK, Grid, fill_down_merges
from pipeline.reading.layout import forms, headed, headings, wide
from pipeline.reading.layout.heading_names import fold_heading, own_names
from pipeline.reading.layout.parsers import parser
from pipeline.reading.layout.table import TableLayout
from pipeline.reading.results import FileFinding, params
from pipeline.reading.values.numbers import ORDER_FORMAT
from pipeline.reading.values.text import shown
from schemas.incoming.kinds import KINDS
from schemas.table import Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.reading.files.grid import Raw
    from pipeline.reading.layout.headings import Fit, FoundHeading
    from pipeline.reading.values.cells import Parsed


MANY_PLANS = 2  # so many planned days make a sheet wide, whatever else it looks like


@dataclass
class FoundTables:
    """Tables of one sheet, and what stood in the way of more."""

    tables: list[TableLayout] = field(default_factory=list)
    rivals: tuple[Fit, ...] = ()  # kinds the heading fits as well as the one chosen
    near: Fit | None = None
    blank_form: str = ""  # kind of forms that nobody filled in
    findings: tuple[FileFinding, ...] = ()  # about columns that are not what they are called


def find_tables(grid: Grid) -> FoundTables:
    """Look at one part of a sheet: from its first row to where another table begins."""
    found = headings.find_heading(head_of(grid))
    if found.rivals and len(found.rivals[0].explained) == len(found.fit.explained):  # type: ignore[union-attr]
        return FoundTables(rivals=(found.fit, *found.rivals))  # type: ignore[arg-type]
    proven = check_number_columns(grid, found.fit) if found.fit else None
    if proven and proven.findings:
        if proven.fit.missing:
            return FoundTables(near=proven.fit, findings=proven.findings)
        found = replace(found, fit=proven.fit)
    tables = list(_lists(grid, found))
    if tables:
        rivals = (found.fit, *found.rivals) if found.fit and found.rivals else ()
        return FoundTables(tables, rivals=rivals, findings=proven.findings if proven else ())
    if tables := headed.find_headed(grid):
        return FoundTables(tables)
    printed = forms.find_forms(grid)
    if printed is None:
        return FoundTables(near=found.near)
    return FoundTables(printed.layouts, blank_form="" if printed.layouts else printed.kind)


def head_of(grid: Grid) -> Grid:
    """The first rows with every merged heading filled in, apart from the grid itself."""
    few = headings.SEARCHED_ROWS
    head = Grid(grid.name, grid.numbers[:few], [row[:] for row in grid.rows[:few]], grid.merges, offset=grid.offset)
    fill_down_merges(head)
    return head


def _lists(grid: Grid, found: FoundHeading) -> Iterator[TableLayout]:
    """The list, the wide table, or both: orders often carry their stages beside them."""
    fit = found.fit
    taken = fit.explained if fit and fit.kind == "orders" else frozenset()
    spread = wide.find_wide(head_of(grid), taken) if fit is None or fit.kind != wide.KIND else None
    is_wide = spread and (not fit or fit.kind == "orders" or wide.count_plans(spread[1]) >= MANY_PLANS)
    if fit and (not is_wide or fit.kind == "orders"):
        yield TableLayout(grid, fit, said=grid.rows[: fit.at])
    if spread and is_wide:
        above = grid.rows[: spread[0].at]
        yield TableLayout(grid, spread[0], stages=spread[1], said=above, is_second=bool(fit and fit.kind == "orders"))


def split_side_by_side(grid: Grid) -> list[Grid]:
    """Tables side by side: the grid cut at empty columns, where both sides have a heading of their own."""
    fit = headings.find_heading(head_of(grid)).fit
    if fit is None:
        return [grid]
    width = len(grid.rows[0])
    silent = [n for n in range(width) if grid.rows[fit.at][n] == BLANK]
    empty = [n for n in silent if all(row[n] == BLANK for row in grid.rows[fit.at :])]
    edges = [-1, *empty, width]
    strips = [(left + 1, right) for left, right in pairwise(edges) if right - left > 1] if empty else []
    starts = [left for left, right in strips if headings.find_heading(head_of(_cut(grid, left, right))).fit]
    # what stands right of a table without a heading of its own stays with it
    return [_cut(grid, left, right) for left, right in pairwise([0, *starts[1:], width])] if len(starts) > 1 else [grid]


def _cut(grid: Grid, left: int, right: int) -> Grid:
    """Some columns of a grid, without the rows that are empty there."""
    kept = [(number, row[left:right]) for number, row in zip(grid.numbers, grid.rows, strict=True)]
    filled = [(number, row) for number, row in kept if row.count(BLANK) != len(row)]
    return replace(
        grid,
        numbers=[number for number, _ in filled],
        rows=[row for _, row in filled],
        offset=grid.offset + left,
    )


def rows_from(grid: Grid, at: int) -> Grid:
    """What is left of a grid from a row on."""
    return replace(grid, numbers=grid.numbers[at:], rows=grid.rows[at:])


NO_NUMBERS = "FILE-031"
LEAST = 3  # so many different entries say what a column holds
ITSELF = "orders"  # where numbers begin: there every wrong one is told by itself


@dataclass(frozen=True)
class Proven:
    """A heading without the columns that are not what they are called."""

    fit: Fit
    findings: tuple[FileFinding, ...] = ()


def check_number_columns(grid: Grid, fit: Fit) -> Proven:
    """Look below every heading that may be that of order numbers; what the fit lacks then is missing."""
    wrong = {} if fit.kind == ITSELF else dict(_wrong(grid, fit))
    if not wrong:
        return Proven(fit)
    left = {name: [at for at in places if at not in wrong] for name, places in fit.columns.items()}
    columns = {name: places for name, places in left.items() if places}
    missing = tuple(clause.fields for clause in fit.sign.missing(set(columns)))
    return Proven(replace(fit, columns=columns, missing=missing), tuple(_number_findings(grid, fit, wrong)))


def _wrong(grid: Grid, fit: Fit) -> Iterator[tuple[int, Raw]]:
    """Positions of columns that hold something else, with an entry."""
    for name, places in fit.columns.items():
        spec = KINDS[fit.kind].spec(name)
        for at in places if spec.type is Type.ORDER_NO else ():
            if fold_heading(fit.headings[at]) in own_names(fit.kind, name):
                continue
            entries = list(dict.fromkeys(row[at] for row in grid.rows[fit.at + 1 :] if row[at] != BLANK))
            parse = parser(spec)
            if len(entries) >= LEAST and all(_is_other(parse(entry)) for entry in entries):
                yield at, entries[0]


def _is_other(parsed: Parsed) -> bool:
    return parsed.unknown and parsed.rule == ORDER_FORMAT and not dict(parsed.params).get("suggestion")


def _number_findings(grid: Grid, fit: Fit, wrong: dict[int, Raw]) -> Iterator[FileFinding]:
    for at, entry in wrong.items():
        heading, said = fit.headings[at].strip(), params(value=shown(entry))
        yield FileFinding(NO_NUMBERS, grid.name, heading, heading, said, grid.numbers[fit.at], grid.letter(at))
