"""Labels that stand again on one form: the first value counts, and the others are told.

A page may hold a further form whose number has no label: what it says belongs to no form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.reading.files.grid import BLANK
from pipeline.reading.layout.approvals import is_bare_date
from pipeline.reading.results import FileFinding, params
from pipeline.reading.values.cells import is_blank
from pipeline.reading.values.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.reading.files.grid import Grid, Raw
    from pipeline.reading.layout.labelled import Pair

AGAIN = "FILE-030"
LEAST_AGAIN = 4  # so many labels that stand again are another form
OWN = frozenset({"customer_name", "product_name", "product", "model", "qty", "amount_fen", "stage", "description"})
Form = dict[str, "Pair"]


def parted(pairs: Sequence[Pair]) -> tuple[Form, list[Pair]]:
    """The first value of every field, and filled-in labels that were not used."""
    other = _other(pairs)
    form: Form = {}
    left: list[Pair] = []
    for pair in pairs:
        is_other = other is not None and pair.label_row >= other
        if not is_other and (pair.field not in form or is_empty(form[pair.field].raw)):
            form[pair.field] = pair
        elif not is_empty(pair.raw) and (is_other or not (_is_same(pair, form) or is_bare_date(pair.label))):
            left.append(pair)
    return form, left


def again(grid: Grid, split: Sequence[tuple[Form, Sequence[Pair]]]) -> Iterator[FileFinding]:
    """One finding a sheet, where the first label stands again whose value was not used."""
    left = [pair for _, pairs in split for pair in pairs]
    if left:
        first = left[0]
        word = first.label.rstrip(":\uff1a").strip()
        place = grid.numbers[first.row], grid.letter(first.column)
        yield FileFinding(AGAIN, grid.name, word, shown(first.raw), params(count=len(left)), *place)


def is_empty(raw: Raw) -> bool:
    """Nothing was filled in."""
    return raw == BLANK or raw is None or (type(raw) is str and is_blank(raw))


def _other(pairs: Sequence[Pair]) -> int | None:
    """The row from which on most labels stand again, if they are those of a form."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for pair in pairs:
        first.setdefault(pair.field, pair.label_row)
        last |= {} if is_empty(pair.raw) else {pair.field: pair.label_row}
    best = (LEAST_AGAIN, 0)
    for row in sorted({pair.label_row for pair in pairs}):
        twice = {field for field, until in last.items() if first[field] < row <= until}
        if not OWN.isdisjoint(twice):
            best = max(best, (len(twice), row))
    return best[1] or None


def _is_same(pair: Pair, form: Form) -> bool:
    return str(form[pair.field].raw).strip() == str(pair.raw).strip()
