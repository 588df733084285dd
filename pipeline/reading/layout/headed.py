"""Tables under a printed head: what all rows share stands once, beside a label.

The stages of an order under its number, the lines of an order under its customer and day.
Labels below the table (payment, address, signatures) count as well.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.reading.files.grid import BLANK, Grid
from pipeline.reading.layout import below_table
from pipeline.reading.layout.form_labels import Labels, Pair, labels_within
from pipeline.reading.layout.heading_names import aliases, fold_heading
from pipeline.reading.layout.headings import Fit, fits_of, is_form_row
from pipeline.reading.layout.row_labels import is_signature
from pipeline.reading.layout.rows import is_title
from pipeline.reading.layout.table import CellPlace, TableLayout
from pipeline.reading.values.cells import is_blank
from pipeline.reading.values.choices import vocabulary
from schemas.incoming.kinds import KINDS
from schemas.table import Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.reading.files.grid import Raw
    from pipeline.reading.layout.table import Cells

LEAST_COLUMNS = 3
MOST_LACKING = 2  # clauses of its kind that a table may leave to the labels above it
MOST_ROWS = 20_000
ONE_ROW = 2  # the heading and a row
SUMS = (Type.MONEY, Type.QTY)


def find_headed(grid: Grid) -> list[TableLayout]:
    """Every table whose missing headings are labels above it, in order."""
    if len(grid.rows) > MOST_ROWS:
        return []
    heads = _whole(grid, _headings(grid))
    layouts: list[TableLayout] = []
    start = 0
    for n, fits in enumerate(heads):
        until = heads[n + 1][0].at if n + 1 < len(heads) else len(grid.rows)
        if fit := _completed(grid, fits, start):
            labels = Labels(grid, fit.kind)
            above = list(labels.pairs(start, fit.at))
            after = until
            if n + 1 < len(heads):
                after = _next_head(labels, fit.at + 1, until, {pair.field for pair in above})
            end = _end(grid, fit, labels, after)
            below = list(labels.pairs(end, after))
            rest = below_table.sort_below(labels, _own_columns(fit), (end, after), below)
            below = [pair for pair in below if pair.row not in rest.lines]
            made = _layout(grid, fit, [*range(fit.at, end), *rest.lines], [*above, *below])
            layouts += [
                replace(each, aside=rest.aside, told=[*below_table.unread_rows(grid, rest.unread)]) for each in made
            ]
            start = after
    return layouts


def _own_columns(fit: Fit) -> dict[int, str]:
    """Position → field."""
    return {n: name for name, places in fit.columns.items() for n in places}


def _headings(grid: Grid) -> list[list[Fit]]:
    """Rows that would be a heading if a clause or two more were fulfilled, of whatever kinds."""
    found = []
    for at, row in enumerate(grid.rows):
        fits = [fit for fit in fits_of(row, at, MOST_LACKING) if fit.missing and len(fit.explained) >= LEAST_COLUMNS]
        if fits and not is_form_row(grid, at):
            found.append(sorted(fits, key=lambda fit: -len(fit.explained)))
    return found


def _whole(grid: Grid, heads: Iterable[list[Fit]]) -> list[list[Fit]]:
    """Those whose missing clauses stand above them; the others are rows of labels below a table."""
    found: list[list[Fit]] = []
    for fits in heads:
        if _completed(grid, fits, found[-1][0].at + 1 if found else 0):
            found.append(fits)
    return found


def _completed(grid: Grid, fits: Sequence[Fit], start: int) -> Fit | None:
    """The kind whose missing clause the labels above fulfil."""
    for fit in fits:
        said = {pair.field for pair in Labels(grid, fit.kind).pairs(start, fit.at)}
        if not fit.sign.missing({*fit.columns, *said}):
            return fit
    return None


def _end(grid: Grid, fit: Fit, labels: Labels, until: int) -> int:
    """Position after the last row of the table: labels of the form stand there, or nothing."""
    for at in range(fit.at + 1, until):
        position, first = next((n, cell) for n, cell in enumerate(grid.rows[at]) if cell != BLANK)
        is_label = labels.field(first) or labels_within(first, fit.kind)
        if (is_label and not _is_choice(fit, position, first)) or _is_foot(grid.rows[at:until]):
            return at
    return until


def _is_foot(rows: Sequence[list[Raw]]) -> bool:
    """Nothing but signatures to the end."""
    return all(is_signature([cell for cell in row if cell != BLANK]) for row in rows)


def _is_choice(fit: Fit, position: int, cell: Raw) -> bool:
    """A word that is a label elsewhere, and a value of this column."""
    for name, places in fit.columns.items():
        spec = KINDS[fit.kind].spec(name)
        if position in places and spec.type is Type.CHOICE:
            return cell in vocabulary(spec.choices)
    return False


def _next_head(labels: Labels, start: int, until: int, above: set[str]) -> int:
    """Where the head of the next form begins: a label of this one's head stands again, or its title."""
    at = next((pair.label_row for pair in labels.pairs(start, until) if pair.field in above), until)
    while at - 1 > start and is_title(labels.grid.rows[at - 1]):
        at -= 1
    return at


def _layout(grid: Grid, fit: Fit, own: Sequence[int], pairs: Iterable[Pair]) -> list[TableLayout]:
    """The rows of the table, each with what the labels around it say. `own`: their positions, the heading first."""
    rows = [list(grid.rows[at]) for at in own]
    said = _shared(fit, pairs, is_single=len(rows) == ONE_ROW)
    if len(rows) == 1 or all(is_blank(str(pair.raw)) for pair in said):
        return []
    width = len(rows[0])
    extra = _inner(rows[1:], fit, {*fit.columns, *(pair.field for pair in said)})
    for n, row in enumerate(rows):
        row.extend(pair.raw for pair in said)
        row.extend(extra[name].get(n - 1, (BLANK, 0))[0] for name in extra)
    names = [pair.field for pair in said] + list(extra)
    labels = [pair.label for pair in said] + [_word(fit, name) for name in extra]
    columns = fit.columns | {name: [width + n] for n, name in enumerate(names)}
    headings = dict(fit.headings) | {width + n: label for n, label in enumerate(labels)}
    made = replace(grid, numbers=[grid.numbers[at] for at in own], rows=rows)
    shared = {width + n: _place(grid, pair) for n, pair in enumerate(said)}
    cells = [shared | _own(made, at, extra, width + len(said)) for at in range(len(rows))]
    whole = replace(fit, at=0, columns=columns, headings=headings, missing=())
    bare = replace(grid, numbers=made.numbers, rows=[grid.rows[at] for at in own])
    return [TableLayout(made, whole, cells, said=grid.rows[: fit.at], bare=(bare, replace(fit, at=0)))]


def _shared(fit: Fit, pairs: Iterable[Pair], *, is_single: bool) -> list[Pair]:
    """The first value of every field that the table has no column for."""
    found: dict[str, Pair] = {}
    for pair in pairs:
        spec = KINDS[fit.kind].spec(pair.field)
        is_whole = is_single or (spec.header if fit.kind == "orders" else spec.type not in SUMS)  # a sum is no line's
        if is_whole and pair.field not in fit.columns and not is_blank(str(pair.raw)):
            found.setdefault(pair.field, pair)
    return list(found.values())


def _inner(rows: Sequence[list[Raw]], fit: Fit, known: set[str]) -> dict[str, dict[int, tuple[str, int]]]:
    """Field → row → value and position, for what stands with its label inside another cell.

    It is taken out there: a blank line to sign on is no remark.
    """
    found: dict[str, dict[int, tuple[str, int]]] = {}
    for at, row in enumerate(rows):
        for position, cell in enumerate(row):
            labels = labels_within(cell, fit.kind)
            if labels and type(cell) is str:
                row[position] = cell[: cell.index(labels[0][0])].strip()
            for label, value in labels:
                field = aliases(fit.kind)[fold_heading(label)]
                if field not in known and not is_blank(value):
                    found.setdefault(field, {})[at] = (value, position)
    return found


def _own(grid: Grid, at: int, extra: dict[str, dict[int, tuple[str, int]]], first: int) -> Cells:
    own: Cells = {}
    for n, values in enumerate(extra.values()):
        if found := values.get(at - 1):
            own[first + n] = CellPlace(grid.numbers[at], grid.letter(found[1]), "")
    return own


def _word(fit: Fit, name: str) -> str:
    return next(text for text, field in aliases(fit.kind).items() if field == name)


def _place(grid: Grid, pair: Pair) -> CellPlace:
    return CellPlace(grid.numbers[pair.row], grid.letter(pair.column), pair.label.rstrip(":\uff1a").strip())
