"""Which tables lie on a sheet, and how: beside, below each other, wide, or as forms."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.reading.files.grid import BLANK, Grid, fill_down_merges
from pipeline.reading.layout import forms, headed, headings, number_columns, wide
from pipeline.reading.layout.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.reading.layout.headings import Fit, Found
    from pipeline.reading.results import FileFinding

MANY_PLANS = 2  # so many planned days make a sheet wide, whatever else it looks like


@dataclass
class Layouts:
    """Tables of one sheet, and what stood in the way of more."""

    tables: list[Layout] = field(default_factory=list)
    rivals: tuple[Fit, ...] = ()  # kinds the heading fits as well as the one chosen
    near: Fit | None = None
    blank_form: str = ""  # kind of forms that nobody filled in
    findings: tuple[FileFinding, ...] = ()  # about columns that are not what they are called


def find(grid: Grid) -> Layouts:
    """Look at one part of a sheet: from its first row to where another table begins."""
    found = headings.find(head_of(grid))
    if found.rivals and len(found.rivals[0].explained) == len(found.fit.explained):  # type: ignore[union-attr]
        return Layouts(rivals=(found.fit, *found.rivals))  # type: ignore[arg-type]
    proven = number_columns.proven(grid, found.fit) if found.fit else None
    if proven and proven.findings:
        if proven.fit.missing:
            return Layouts(near=proven.fit, findings=proven.findings)
        found = replace(found, fit=proven.fit)
    tables = list(_lists(grid, found))
    if tables:
        rivals = (found.fit, *found.rivals) if found.fit and found.rivals else ()
        return Layouts(tables, rivals=rivals, findings=proven.findings if proven else ())
    if tables := headed.find(grid):
        return Layouts(tables)
    printed = forms.find(grid)
    if printed is None:
        return Layouts(near=found.near)
    return Layouts(printed.layouts, blank_form="" if printed.layouts else printed.kind)


def head_of(grid: Grid) -> Grid:
    """The first rows with every merged heading filled in, apart from the grid itself."""
    few = headings.SEARCHED_ROWS
    head = Grid(grid.name, grid.numbers[:few], [row[:] for row in grid.rows[:few]], grid.merges, offset=grid.offset)
    fill_down_merges(head)
    return head


def _lists(grid: Grid, found: Found) -> Iterator[Layout]:
    """The list, the wide table, or both: orders often carry their stages beside them."""
    fit = found.fit
    taken = fit.explained if fit and fit.kind == "orders" else frozenset()
    spread = wide.find(head_of(grid), taken) if fit is None or fit.kind != wide.KIND else None
    is_wide = spread and (not fit or fit.kind == "orders" or wide.plans(spread[1]) >= MANY_PLANS)
    if fit and (not is_wide or fit.kind == "orders"):
        yield Layout(grid, fit, said=grid.rows[: fit.at])
    if spread and is_wide:
        above = grid.rows[: spread[0].at]
        yield Layout(grid, spread[0], stages=spread[1], said=above, is_second=bool(fit and fit.kind == "orders"))


def apart(grid: Grid) -> list[Grid]:
    """Tables side by side: the grid cut at empty columns, where both sides have a heading of their own."""
    fit = headings.find(head_of(grid)).fit
    if fit is None:
        return [grid]
    width = len(grid.rows[0])
    silent = [n for n in range(width) if grid.rows[fit.at][n] == BLANK]
    empty = [n for n in silent if all(row[n] == BLANK for row in grid.rows[fit.at :])]
    edges = [-1, *empty, width]
    strips = [(left + 1, right) for left, right in pairwise(edges) if right - left > 1] if empty else []
    starts = [left for left, right in strips if headings.find(head_of(_cut(grid, left, right))).fit]
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


def below(grid: Grid, at: int) -> Grid:
    """What is left of a grid from a row on."""
    return replace(grid, numbers=grid.numbers[at:], rows=grid.rows[at:])
