"""The customer of a whole list, where a labelled line above its rows names one and no column does."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.reading.files.grid import BLANK, Raw
from pipeline.reading.layout.heading_names import fold_heading, known_name, spellings_of
from pipeline.reading.layout.row_labels import COLON, COLONS
from pipeline.reading.layout.table import TableLayout
from pipeline.reading.values.cells import is_blank
from schemas.incoming.orders import Orders

CUSTOMER = str(Orders.customer_name)
HAS_CUSTOMER = {CUSTOMER, str(Orders.customer_code)}
LONGEST_NAME = 60  # what is longer is a sentence


class Titled(NamedTuple):
    """A customer and the label it stands by."""

    label: str
    name: str


class TitledCustomers:
    """Whom the lines above and between the rows of a list of orders name, where the list has no column that does."""

    def __init__(self, layout: TableLayout) -> None:
        self._marks: list[tuple[int, Titled | None]] = []  # Excel row → the customer of the rows below it
        if layout.fit.kind != Orders.name or layout.cells or not HAS_CUSTOMER.isdisjoint(layout.fit.columns):
            return
        above = {titled.name: titled for row in layout.outside for titled in named_in(row)}
        if not above:
            return
        self._marks.append((0, next(iter(above.values())) if len(above) == 1 else None))
        grid, first = layout.grid, layout.fit.at + 1
        for number, row in zip(grid.numbers[first:], grid.rows[first:], strict=True):
            self._marks += ((number, titled) for titled in named_in(row))

    @property
    def label(self) -> str:
        """Return the label that a customer stands by; empty when none is named."""
        return next((titled.label for _, titled in self._marks if titled), "")

    def clear(self) -> None:
        """Let the lines above the rows name nobody: the rows say it better."""
        self._marks = []

    def of_rows(self, numbers: Sequence[int]) -> list[str]:
        """Return the customer of each Excel row: the last that is named above it."""
        marked = [number for number, _ in self._marks]
        found = [self._marks[bisect_left(marked, number) - 1][1] for number in numbers]
        return [titled.name if titled else "" for titled in found]


def named_in(row: Sequence[Raw]) -> Iterator[Titled]:
    """Return the customers that a row names behind labels of its own."""
    cells = [cell.strip() for cell in row if type(cell) is str and cell != BLANK]
    for cell, beside in pairwise([*cells, ""]):
        label, *rest = COLON.split(cell, maxsplit=1)
        if not rest or fold_heading(label) not in {fold_heading(word) for word in spellings_of("reading.customer")}:
            continue
        name = _without_next_label(rest[0].strip() or beside)
        if 1 < len(name) <= LONGEST_NAME and not is_blank(name) and not known_name(name):
            yield Titled(label.strip(), name)


def _without_next_label(text: str) -> str:
    """Return what stands before a further label of the same line; nothing where they cannot be parted."""
    first = min((text.index(colon) for colon in COLONS if colon in text), default=-1)
    if first < 0:
        return text
    name, _, label = text[:first].rpartition(" ")
    return name.strip() if label else ""
