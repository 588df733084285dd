"""Printed forms: every form is one row, every value keeps its place.

Several forms may stand below or beside each other; a form begins again where the label of its number does. A blank form
gives nothing, and neither does a page that explains how to fill one. Of labels that stand again on one form the first
value counts, and the others are named; a page may hold a further form whose number has no label: what it says belongs
to no form.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from pipeline.reading.files.grid import BLANK, Grid
from pipeline.reading.layout.fit import Fit, told
from pipeline.reading.layout.form_labels import Labels, Pair, is_bare_date, labels_within
from pipeline.reading.layout.headed import is_line, proofs
from pipeline.reading.layout.heading_names import aliases, fold_heading, known_name, strong_names
from pipeline.reading.layout.row_labels import COLON
from pipeline.reading.layout.table import NUMBERS, TableLayout, identity_column, is_unfilled
from pipeline.reading.layout.typed import DATES, parser
from pipeline.reading.results import FileFinding, params
from pipeline.reading.values.date_context import NOWHERE
from pipeline.reading.values.numbers import build, parse_number
from pipeline.reading.values.text import format_raw
from schemas.incoming.kinds import KINDS
from schemas.incoming.sources import Sign, signs
from schemas.table import Type

AGAIN = "FILE-030"
DIGIT = re.compile(r"\d")
LEAST_LABELS = 4  # fewer of a kind may stand on any page
LEAST_AGAIN = 4  # so many labels that stand again are another form
LEAST_IN_LIST = 2  # so many labels beside each other, with rows below them, are the heading of a list
LEAST_TEXTS = 2  # several labels may stand in one cell
LONGEST = 200  # what is longer is prose and has no label
ROWS_OF = frozenset({"product_name", "product", "model", "qty", "line_no", "stage", "tracking_no", "description"})
OWN = frozenset({"customer_name", "product_name", "product", "model", "qty", "amount_fen", "stage", "description"})
TYPED = {Type.ORDER_NO, Type.COMPLAINT_NO, Type.MONEY, Type.QTY, Type.PRICE, Type.DAY, Type.MOMENT, Type.PHONE}
Form = dict[str, Pair]  # field → its first value


def find_forms(grid: Grid) -> tuple[str, list[TableLayout]] | None:
    """Return the kind that knows most of the labels and its forms, none when all are blank; None for no form."""
    texts = {cell for row in grid.rows for cell in row if type(cell) is str and cell}
    if sum(bool(known_name(text) or COLON.search(text)) for text in texts if len(text) < LONGEST) < LEAST_TEXTS:
        return None
    counted = [(len(fields), sign) for sign in signs() if (fields := _fields(texts, sign))]
    if not counted:
        return None
    _, sign = max(counted, key=lambda count: count[0])
    layouts, is_any = list[TableLayout](), False
    for strip in _strips(grid, sign.kind):
        if _is_list(strip, sign.kind) or _is_turned(strip, sign.kind):
            return None
        split = [first_values(pairs) for pairs in _split(strip, sign.kind)]
        filled = [form for form, _ in split if not all(is_unfilled(pair.raw) for pair in form.values())]
        is_any = is_any or len(filled) < len(split)
        if read := [form for form in filled if not _is_guide(sign.kind, form)]:
            layout = _layout(strip, sign, read)
            layouts.append(replace(layout, findings=[*repeated_labels(strip, split)]))
    return (sign.kind, layouts) if layouts or is_any else None


def first_values(pairs: Sequence[Pair]) -> tuple[Form, list[Pair]]:
    """Return the first value of every field, and filled-in labels that were not used."""
    other = _row_of_other_form(pairs)
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
    """Return one finding a sheet, where the first label stands again whose value was not used."""
    left = [pair for _, pairs in split for pair in pairs]
    if left:
        place, raw = left[0].place(grid), format_raw(left[0].raw)
        yield FileFinding(AGAIN, grid.name, place.heading, raw, params(count=len(left)), place.row, place.letter)


def _fields(texts: Collection[str], sign: Sign) -> set[str]:
    """Return the fields with a label, when they make this kind and no other."""
    known = aliases(sign.kind)
    names = {fold_heading(text) for text in texts if len(text) < LONGEST}
    names |= {fold_heading(inner.label) for text in texts for inner in labels_within(text, sign.kind)}
    said: dict[str, list[str]] = {}
    for name in names.intersection(known):
        said.setdefault(known[name], []).append(name)
    excluded = any(all(not names.isdisjoint(strong_names(field)) for field in group) for group in sign.excludes)
    return set() if excluded or len(said) < LEAST_LABELS or sign.missing(told(sign, said)) else {*said}


def _strips(grid: Grid, kind: str) -> list[Grid]:
    """Return forms side by side: the grid cut where the label of the number stands again in one row."""
    labels, number = Labels(grid, kind), identity_column(kind)
    for row in grid.rows:
        starts = [at for at, cell in enumerate(row) if labels.field(cell) == number or number in labels.inner(cell)]
        # a label beside itself was typed where its value belongs
        starts = [at for at in starts if at - 1 not in starts or labels.field(row[at]) != number]
        if len(starts) > 1:
            cuts = pairwise([0, *starts[1:], len(row)])
            return [
                replace(grid, rows=[row[left:right] for row in grid.rows], offset=grid.offset + left)
                for left, right in cuts
            ]
    return [grid]


def _split(grid: Grid, kind: str) -> Iterator[list[Pair]]:
    """Return the labels of one form after the other."""
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

    Several people who approve one order are no list: so few labels make one only where one of them is of rows.
    """
    labels = Labels(grid, kind)
    for at, row in enumerate(grid.rows):
        own = {n: field for n, cell in enumerate(row) if (field := labels.field(cell))}
        is_of_rows = not ROWS_OF.union({identity_column(kind)}).isdisjoint(own.values())
        if len(own) < (LEAST_IN_LIST if is_of_rows else LEAST_LABELS):
            continue
        if labels.is_over(at) and (_has_rows(labels, at + 2, own) or _goes_on(labels, at + 2, own)):
            return True
    return False


def _has_rows(labels: Labels, start: int, own: Collection[int]) -> bool:
    """Several values stand in one of the rows that follow and hold no label."""
    rows = takewhile(lambda row: not any(map(labels.bears, row)), labels.grid.rows[start:])
    return any(sum(row[n] != BLANK for n in own) >= LEAST_IN_LIST for row in rows)


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


def _is_turned(grid: Grid, kind: str) -> bool:
    """A list with its headings in a column: several numbers of one build beside the one label of the number."""
    labels, number = Labels(grid, kind), identity_column(kind)
    if not number:
        return False
    for row in grid.rows:
        at = next((n for n, cell in enumerate(row) if labels.field(cell) == number), len(row))
        beside = [parse_number(cell).value for cell in row[at + 1 :] if cell != BLANK]
        numbers = {str(value) for value in takewhile(lambda value: value and DIGIT.search(str(value)), beside)}
        if len(numbers) > 1 and len(set(map(build, numbers))) == 1:
            return True
    return False


def _is_guide(kind: str, form: Form) -> bool:
    """Most of what should be numbers and days is neither: it tells how to fill a form."""
    typed = [(KINDS[kind].spec(name), pair.raw) for name, pair in form.items() if not is_unfilled(pair.raw)]
    parsed = [
        DATES[spec.type](raw, NOWHERE) if spec.type in DATES else parser(spec)(raw)
        for spec, raw in typed
        if spec.type in TYPED
    ]
    # of a number there is at least a figure in what is filled in; words tell what to fill in
    words = [spec.type in NUMBERS and not DIGIT.search(str(raw)) for spec, raw in typed if spec.type in TYPED]
    return sum(cell.unknown or is_word for cell, is_word in zip(parsed, words, strict=True)) * 2 > len(parsed)


def _layout(grid: Grid, sign: Sign, forms: Sequence[Form]) -> TableLayout:
    """Return one row a form, numbered as the row its number (or its first label) stands in."""
    names = list(dict.fromkeys(name for form in forms for name in form))
    made = Grid(grid.name, hidden_rows=grid.hidden_rows, epoch_1904=grid.epoch_1904)
    cells = []
    for form in forms:
        anchor = form.get(identity_column(sign.kind)) or next(iter(form.values()))
        made.numbers.append(grid.numbers[anchor.row])
        made.rows.append([form[name].raw if name in form else BLANK for name in names])
        cells.append({n: form[name].place(grid) for n, name in enumerate(names) if name in form})
    written = {n: next(form[name].label for form in forms if name in form) for n, name in enumerate(names)}
    fit = Fit(sign, -1, {name: [n] for n, name in enumerate(names)}, written)
    return TableLayout(made, fit, cells, outside=grid.rows)


def _row_of_other_form(pairs: Sequence[Pair]) -> int | None:
    """Return the row from which on most labels stand again, if they are those of a form."""
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
