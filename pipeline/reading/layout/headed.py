"""Tables under a printed head: what all rows share stands once, beside a label.

The stages of an order under its number, the lines of an order under its customer and day. Labels below the table
(payment, address, signatures) count as well. Below its foot lines may go on, and nothing is left out in silence there:
a row is a line, a note that is counted, or named in a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipeline.reading.files.grid import BLANK, Grid, Raw
from pipeline.reading.layout.fit import Fit
from pipeline.reading.layout.form_labels import Labels, Pair, is_approval, labels_within
from pipeline.reading.layout.heading_names import aliases
from pipeline.reading.layout.headings import fits_of, is_form_row
from pipeline.reading.layout.row_labels import is_signature, is_title
from pipeline.reading.layout.rows import NOTE, OUTSIDE
from pipeline.reading.layout.table import SUMS, CellPlace, PlacesOfRow, TableLayout
from pipeline.reading.layout.typed import Parser, parser
from pipeline.reading.results import FileFinding, params
from pipeline.reading.values.cells import is_blank
from pipeline.reading.values.choices import vocabulary
from schemas.incoming.kinds import KINDS
from schemas.table import Type

UNREAD = "FILE-029"
PROOFS = (Type.QTY, Type.MONEY, Type.PRICE, Type.CHOICE)
LEAST_CELLS = 2  # so many cells below the heading make a line
FULL = 3  # so many cells are no remark
MOST_SHOWN = 10  # row numbers in one finding

LEAST_COLUMNS = 3  # fewer known headings in a row are labels
MOST_LACKING = 2  # clauses of its kind that a table may leave to the labels above it
ONE_ROW = 2  # the heading and a row

InnerValues = dict[str, dict[int, tuple[str, int]]]  # field → row → value and position


@dataclass
class BelowTable:
    """Positions of lines and of rows that were not read; rows that are counted, with reasons."""

    lines: list[int] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)
    aside: list[tuple[int, str]] = field(default_factory=list)


def proofs(kind: str, columns: Mapping[int, str]) -> dict[int, Parser]:
    """Return position → parser of what a line cannot do without: a count, a sum, or a word out of few."""
    specs = {n: KINDS[kind].spec(name) for n, name in columns.items()}
    return {n: parser(spec) for n, spec in specs.items() if spec.type in PROOFS}


def is_line(row: Sequence[Raw], own: Mapping[int, str], proving: Mapping[int, Parser]) -> bool:
    """Return whether several cells stand under these columns, and one of them is what it should be."""
    filled = [n for n in own if row[n] != BLANK]
    return len(filled) >= LEAST_CELLS and any(_is_read(proving[n], row[n]) for n in filled if n in proving)


def sort_below(labels: Labels, columns: Mapping[int, str], span: tuple[int, int], pairs: Sequence[Pair]) -> BelowTable:
    """Return what the rows of a span are. `pairs`: labels of the span with their values."""
    found, grid = BelowTable(), labels.grid
    proving, taken = proofs(labels.kind, columns), {pair.row for pair in pairs}
    is_block = False
    for at in range(*span):
        row = grid.rows[at]
        if _bears_label(labels, row, proving):
            is_block = is_approval(row)
        elif is_line(row, columns, proving) and (at not in taken or _is_beyond(labels, at)):
            found.lines.append(at)
        elif at not in taken:
            is_block = is_block or is_approval(row)
            filled = [cell for cell in row if cell != BLANK]
            if is_block or is_signature(filled):
                found.aside.append((grid.numbers[at], NOTE))
            elif len(filled) < FULL:
                found.aside.append((grid.numbers[at], OUTSIDE))
            else:
                found.unread.append(at)
    return found


def unread_rows(grid: Grid, unread: Sequence[int]) -> Iterator[FileFinding]:
    """Return one finding for all rows that were not read."""
    if unread:
        numbers = [grid.numbers[at] for at in unread]
        shown = "\u3001".join(map(str, numbers[:MOST_SHOWN])) + ("\u2026" if len(numbers) > MOST_SHOWN else "")
        first = next(n for n, cell in enumerate(grid.rows[unread[0]]) if cell != BLANK)
        yield FileFinding(UNREAD, grid.name, "", shown, params(name=shown), numbers[0], grid.letter(first))


def _bears_label(labels: Labels, row: Sequence[Raw], proving: Mapping[int, Parser]) -> bool:
    """A label stands in the row or in one of its cells; a word that its column takes is none."""
    return any(labels.bears(cell) and not (n in proving and _is_read(proving[n], cell)) for n, cell in enumerate(row))


def _is_beyond(labels: Labels, at: int) -> bool:
    """Most of a row that would answer the labels above it stands beside them."""
    pairs = zip(labels.grid.rows[at], labels.grid.rows[at - 1], strict=True)
    return sum(cell != BLANK and not labels.field(above) for cell, above in pairs) >= LEAST_CELLS


def _is_read(parse: Parser, raw: Raw) -> bool:
    parsed = parse(raw)
    return parsed.value is not None and not parsed.unknown


def find_headed(grid: Grid) -> list[TableLayout]:
    """Return every table whose missing headings are labels above it, in order."""
    heads = _whole(grid, _near_headings(grid))
    layouts: list[TableLayout] = []
    start, ends = 0, [*(fits[0].at for fits in heads), len(grid.rows)]
    for fits, (_, until) in zip(heads, pairwise(ends), strict=True):
        if not (completed := _completed(grid, fits, start)):
            continue
        fit, above = completed
        labels, after = Labels(grid, fit.kind), until
        if until < len(grid.rows):
            after = _next_head(labels, fit.at + 1, until, {pair.field for pair in above})
        end = _end(grid, fit, labels, after)
        below = list(labels.pairs(end, after))
        columns = {n: name for name, places in fit.columns.items() for n in places}
        rest = sort_below(labels, columns, (end, after), below)
        below = [pair for pair in below if pair.row not in rest.lines]
        if layout := _layout(grid, fit, [*range(fit.at, end), *rest.lines], [*above, *below]):
            layouts.append(replace(layout, aside=rest.aside, findings=[*unread_rows(grid, rest.unread)]))
        start = after
    return layouts


def _near_headings(grid: Grid) -> list[list[Fit]]:
    """Return rows that would be a heading if a clause or two more were fulfilled, of whatever kinds."""
    found = []
    for at, row in enumerate(grid.rows):
        fits = [fit for fit in fits_of(row, at, MOST_LACKING) if fit.missing and len(fit.explained) >= LEAST_COLUMNS]
        if fits and not is_form_row(grid, at):
            found.append(sorted(fits, key=lambda fit: -len(fit.explained)))
    return found


def _whole(grid: Grid, heads: Iterable[list[Fit]]) -> list[list[Fit]]:
    """Return those whose missing clauses stand above them; the others are rows of labels below a table."""
    found: list[list[Fit]] = []
    for fits in heads:
        if _completed(grid, fits, found[-1][0].at + 1 if found else 0):
            found.append(fits)
    return found


def _completed(grid: Grid, fits: Sequence[Fit], start: int) -> tuple[Fit, list[Pair]] | None:
    """Return the kind whose missing clause the labels above fulfil, and these labels."""
    for fit in fits:
        above = list(Labels(grid, fit.kind).pairs(start, fit.at))
        if not fit.lacking(fit.columns, [pair.field for pair in above]):
            return fit, above
    return None


def _end(grid: Grid, fit: Fit, labels: Labels, until: int) -> int:
    """Return the position after the last row of the table: labels of the form stand there, or only signatures."""
    for at in range(fit.at + 1, until):
        position, first = next((n, cell) for n, cell in enumerate(grid.rows[at]) if cell != BLANK)
        rest = ([cell for cell in row if cell != BLANK] for row in grid.rows[at:until])
        if (labels.bears(first) and not _is_choice(fit, position, first)) or all(map(is_signature, rest)):
            return at
    return until


def _is_choice(fit: Fit, position: int, cell: Raw) -> bool:
    """A word that is a label elsewhere, and a value of this column."""
    for name, places in fit.columns.items():
        spec = KINDS[fit.kind].spec(name)
        if position in places and spec.type is Type.CHOICE:
            return cell in vocabulary(spec.choices)
    return False


def _next_head(labels: Labels, start: int, until: int, above: set[str]) -> int:
    """Return where the head of the next form begins: a label of this one's head stands again, or its title."""
    at = next((pair.label_row for pair in labels.pairs(start, until) if pair.field in above), until)
    while at - 1 > start and is_title(labels.grid.rows[at - 1]):
        at -= 1
    return at


def _layout(grid: Grid, fit: Fit, own: Sequence[int], pairs: Iterable[Pair]) -> TableLayout | None:
    """Return the rows of the table, each with what the labels around it say. `own`: positions, the heading first."""
    rows = [list(grid.rows[at]) for at in own]
    shared = _shared(fit, pairs, is_single=len(rows) == ONE_ROW)
    if len(rows) == 1 or not shared:
        return None
    width = len(rows[0])
    inner = _inner(rows[1:], fit, {*fit.columns, *(pair.field for pair in shared)})
    for n, row in enumerate(rows):
        row.extend(pair.raw for pair in shared)
        row.extend(values.get(n - 1, (BLANK, 0))[0] for values in inner.values())
    names = [pair.field for pair in shared] + list(inner)
    known = aliases(fit.kind).items()
    words = [pair.label for pair in shared] + [next(text for text, field in known if field == name) for name in inner]
    made = replace(grid, numbers=[grid.numbers[at] for at in own], rows=rows)
    places = {width + n: pair.place(grid) for n, pair in enumerate(shared)}
    cells = [places | _inner_places(made, at, inner, width + len(shared)) for at in range(len(rows))]
    whole = replace(
        fit,
        at=0,
        columns=fit.columns | {name: [width + n] for n, name in enumerate(names)},
        headings=dict(fit.headings) | {width + n: word for n, word in enumerate(words)},
        missing=(),
    )
    bare = replace(grid, numbers=made.numbers, rows=[grid.rows[at] for at in own])
    return TableLayout(made, whole, cells, outside=grid.rows[: fit.at], bare=(bare, replace(fit, at=0)))


def _shared(fit: Fit, pairs: Iterable[Pair], *, is_single: bool) -> list[Pair]:
    """Return the first value of every field that the table has no column for."""
    found: dict[str, Pair] = {}
    for pair in pairs:
        spec = KINDS[fit.kind].spec(pair.field)
        is_whole = is_single or (spec.header if fit.kind == "orders" else spec.type not in SUMS)  # a sum is no line's
        if is_whole and pair.field not in fit.columns and not is_blank(str(pair.raw)):
            found.setdefault(pair.field, pair)
    return list(found.values())


def _inner(rows: Sequence[list[Raw]], fit: Fit, known: set[str]) -> InnerValues:
    """Return what stands with its label inside another cell.

    It is taken out there: a blank line to sign on is no remark.
    """
    found: InnerValues = {}
    for at, row in enumerate(rows):
        for position, cell in enumerate(row):
            labels = labels_within(cell, fit.kind)
            if labels and type(cell) is str:
                row[position] = cell[: cell.index(labels[0].label)].strip()
            for inner in labels:
                if inner.field not in known and not is_blank(inner.value):
                    found.setdefault(inner.field, {})[at] = (inner.value, position)
    return found


def _inner_places(grid: Grid, at: int, inner: InnerValues, first: int) -> PlacesOfRow:
    own: PlacesOfRow = {}
    for n, values in enumerate(inner.values()):
        if found := values.get(at - 1):
            own[first + n] = CellPlace(grid.numbers[at], grid.letter(found[1]), "")
    return own
