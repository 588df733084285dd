"""Printed forms: every form is one row, every value keeps its place.

Several forms may stand below or beside each other; a form begins again where the label of its
number does. A blank form gives nothing, and neither does a page that explains how to fill one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from pipeline.reading.files.grid import BLANK, Grid
from pipeline.reading.layout.below_table import is_line, proofs
from pipeline.reading.layout.form_labels import Labels, Pair, is_bare_date, labels_within
from pipeline.reading.layout.heading_names import aliases, fold_heading, known_name, strong_names
from pipeline.reading.layout.headings import Fit
from pipeline.reading.layout.parsers import DATES, parser
from pipeline.reading.layout.rows import identity_column
from pipeline.reading.layout.table import CellPlace, TableLayout
from pipeline.reading.results import FileFinding, params
from pipeline.reading.values.cells import is_blank
from pipeline.reading.values.days import NOWHERE
from pipeline.reading.values.text import shown
from schemas.incoming.kinds import KINDS
from schemas.incoming.sources import Sign, signs
from schemas.table import Type

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pipeline.reading.files.grid import Raw


LEAST_LABELS = 4
LEAST_IN_LIST = 2  # so many labels beside each other, with rows below them, are the heading of a list
ROWS_OF = frozenset({"product_name", "product", "model", "qty", "line_no", "stage", "tracking_no", "description"})
LEAST_TEXTS = 2  # several labels may stand in one cell
LONGEST = 200
COLON = re.compile("[:\uff1a]")
MOST_ROWS = 20_000
TYPED = {Type.ORDER_NO, Type.COMPLAINT_NO, Type.MONEY, Type.QTY, Type.PRICE, Type.DAY, Type.MOMENT, Type.PHONE}


@dataclass
class FoundForms:
    """What a sheet of forms gave. `blank`: forms of a known kind that nobody filled in."""

    kind: str
    layouts: list[TableLayout] = field(default_factory=list)
    blank: int = 0


def find_forms(grid: Grid) -> FoundForms | None:
    """The forms of the kind that knows most of the labels; None when there are none."""
    if len(grid.rows) > MOST_ROWS:
        return None
    texts = {cell for row in grid.rows for cell in row if type(cell) is str and cell}
    if sum(bool(known_name(text)) or bool(COLON.search(text)) for text in texts if len(text) < LONGEST) < LEAST_TEXTS:
        return None
    counted = [(len(fields), sign) for sign in signs() if (fields := _fields(texts, sign))]
    if not counted:
        return None
    _, sign = max(counted, key=lambda each: each[0])
    found = FoundForms(sign.kind)
    for strip in _strips(grid, sign.kind):
        if _is_list(strip, sign.kind) or _is_turned(strip, sign.kind):
            return None
        split = [first_values(pairs) for pairs in _split(strip, sign.kind)]
        forms = [form for form, _ in split]
        filled = [form for form in forms if _is_filled(form)]
        found.blank += len(forms) - len(filled)
        read = [form for form in filled if not _is_guide(sign.kind, form)]
        if read:
            layout = _layout(strip, sign, read)
            found.layouts.append(replace(layout, told=[*repeated_labels(strip, split)]))
    return found if found.layouts or found.blank else None


def _fields(texts: Collection[str], sign: Sign) -> set[str]:
    """Fields with a label, when they make this kind and no other."""
    known = aliases(sign.kind)
    names = {fold_heading(text) for text in texts if len(text) < LONGEST}
    names |= {fold_heading(label) for text in texts for label, _ in labels_within(text, sign.kind)}
    fields = {known[name] for name in names if name in known}
    excluded = any(all(not names.isdisjoint(strong_names(each)) for each in group) for group in sign.excludes)
    return set() if excluded or len(fields) < LEAST_LABELS or sign.missing(fields) else fields


def _strips(grid: Grid, kind: str) -> list[Grid]:
    """Forms side by side: the grid cut where the label of the number stands again in one row."""
    labels, number = Labels(grid, kind), identity_column(kind)
    for row in grid.rows:
        starts = [at for at, cell in enumerate(row) if labels.field(cell) == number or number in labels.inner(cell)]
        # a label beside itself was typed where its value belongs
        starts = [at for at in starts if at - 1 not in starts or labels.field(row[at]) != number]
        if len(starts) > 1:
            edges = [0, *starts[1:], len(row)]
            return [_strip(grid, left, right) for left, right in pairwise(edges)]
    return [grid]


def _strip(grid: Grid, left: int, right: int) -> Grid:
    return replace(grid, rows=[row[left:right] for row in grid.rows], offset=grid.offset + left)


def _split(grid: Grid, kind: str) -> Iterator[list[Pair]]:
    """The labels of one form after the other."""
    marks, first = identity_column(kind), -1  # what begins a form, and the row where this one has it
    form: list[Pair] = []
    for pair in Labels(grid, kind).pairs():
        marks = marks or pair.field
        if pair.field == marks:
            if 0 <= first != pair.label_row:
                yield form
                form = []
            first = pair.label_row
        form.append(pair)
    if form:
        yield form


def _is_list(grid: Grid, kind: str) -> bool:
    """Below labels and their values more values follow: a form would keep the first row and lose the rest.

    Several people who approve one order are no list.
    """
    labels = Labels(grid, kind)
    for at, row in enumerate(grid.rows):
        own = {n: field for n, cell in enumerate(row) if (field := labels.field(cell))}
        if len(own) < LEAST_IN_LIST or ROWS_OF.union({identity_column(kind)}).isdisjoint(own.values()):
            continue
        if labels.is_over(at) and (
            any(_is_row(rest, own) for rest in _until_label(labels, at + 2)) or _goes_on(labels, at + 2, own)
        ):
            return True
    return False


def _goes_on(labels: Labels, start: int, own: Mapping[int, str]) -> bool:
    """Further down, below other labels, stands another row of the same."""
    proving, number = proofs(labels.kind, own), identity_column(labels.kind)
    for at in range(start, len(labels.grid.rows)):
        row = labels.grid.rows[at]
        fields = {labels.field(cell) for cell in row}.union(*(labels.inner(cell) for cell in row)) - {""}
        if number in fields or labels.is_over(at):
            return False
        if not fields and is_line(row, own, proving):
            return True
    return False


def _until_label(labels: Labels, start: int) -> Iterator[list[Raw]]:
    """Rows that hold nothing but values."""
    return takewhile(
        lambda row: not any(labels.field(cell) or labels_within(cell, labels.kind) for cell in row),
        labels.grid.rows[start:],
    )


def _is_row(row: list[Raw], own: Collection[int]) -> bool:
    return sum(row[n] != BLANK for n in own) >= LEAST_IN_LIST


def _is_turned(grid: Grid, kind: str) -> bool:
    """A list with its headings in a column: several numbers beside the one label of the number."""
    labels, number = Labels(grid, kind), identity_column(kind)
    if not number:
        return False
    parse = parser(KINDS[kind].spec(number))
    for row in grid.rows:
        at = next((n for n, cell in enumerate(row) if labels.field(cell) == number), len(row))
        beside = [cell for cell in row[at + 1 :] if cell != BLANK and parse(cell).value]
        if len(set(map(str, beside))) > 1:
            return True
    return False


def _is_filled(form: Form) -> bool:
    return any(not is_unfilled(pair.raw) for pair in form.values())


def _is_guide(kind: str, form: Form) -> bool:
    """Most of what should be numbers and days is neither: it tells how to fill a form."""
    table = KINDS[kind]
    typed = [(table.spec(name), pair.raw) for name, pair in form.items() if table.spec(name).type in TYPED]
    said = [(spec, raw) for spec, raw in typed if not is_unfilled(raw)]
    read = [
        not (DATES[spec.type](raw, NOWHERE) if spec.type in DATES else parser(spec)(raw)).unknown for spec, raw in said
    ]
    return bool(read) and sum(read) * 2 < len(read)


def _layout(grid: Grid, sign: Sign, forms: Sequence[Form]) -> TableLayout:
    """One row a form, numbered as the row its number (or its first label) stands in."""
    names = list(dict.fromkeys(name for form in forms for name in form))
    made = Grid(grid.name, hidden_rows=grid.hidden_rows, epoch_1904=grid.epoch_1904)
    cells = []
    for form in forms:
        anchor = form.get(identity_column(sign.kind)) or next(iter(form.values()))
        made.numbers.append(grid.numbers[anchor.row])
        made.rows.append([form[name].raw if name in form else BLANK for name in names])
        cells.append({n: _place(grid, form[name]) for n, name in enumerate(names) if name in form})
    written = {n: next(form[name].label for form in forms if name in form) for n, name in enumerate(names)}
    fit = Fit(sign, -1, {name: [n] for n, name in enumerate(names)}, written)
    return TableLayout(made, fit, cells, said=grid.rows)


def _place(grid: Grid, pair: Pair) -> CellPlace:
    return CellPlace(grid.numbers[pair.row], grid.letter(pair.column), pair.label.rstrip(":\uff1a").strip())


AGAIN = "FILE-030"
LEAST_AGAIN = 4  # so many labels that stand again are another form
OWN = frozenset({"customer_name", "product_name", "product", "model", "qty", "amount_fen", "stage", "description"})
Form = dict[str, "Pair"]


def first_values(pairs: Sequence[Pair]) -> tuple[Form, list[Pair]]:
    """The first value of every field, and filled-in labels that were not used."""
    other = _other(pairs)
    form: Form = {}
    left: list[Pair] = []
    for pair in pairs:
        is_other = other is not None and pair.label_row >= other
        if not is_other and (pair.field not in form or is_unfilled(form[pair.field].raw)):
            form[pair.field] = pair
        elif not is_unfilled(pair.raw) and (is_other or not (_is_same(pair, form) or is_bare_date(pair.label))):
            left.append(pair)
    return form, left


def repeated_labels(grid: Grid, split: Sequence[tuple[Form, Sequence[Pair]]]) -> Iterator[FileFinding]:
    """One finding a sheet, where the first label stands again whose value was not used."""
    left = [pair for _, pairs in split for pair in pairs]
    if left:
        first = left[0]
        word = first.label.rstrip(":\uff1a").strip()
        place = grid.numbers[first.row], grid.letter(first.column)
        yield FileFinding(AGAIN, grid.name, word, shown(first.raw), params(count=len(left)), *place)


def is_unfilled(raw: Raw) -> bool:
    """Nothing was filled in."""
    return raw == BLANK or raw is None or (type(raw) is str and is_blank(raw))


def _other(pairs: Sequence[Pair]) -> int | None:
    """The row from which on most labels stand again, if they are those of a form."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for pair in pairs:
        first.setdefault(pair.field, pair.label_row)
        last |= {} if is_unfilled(pair.raw) else {pair.field: pair.label_row}
    best = (LEAST_AGAIN, 0)
    for row in sorted({pair.label_row for pair in pairs}):
        twice = {field for field, until in last.items() if first[field] < row <= until}
        if not OWN.isdisjoint(twice):
            best = max(best, (len(twice), row))
    return best[1] or None


def _is_same(pair: Pair, form: Form) -> bool:
    return str(form[pair.field].raw).strip() == str(pair.raw).strip()
