"""What people leave out because the row above says it: ditto marks, lines of one order.

Decisions, identity: a row without a number is a new order when it has a customer and a day
of its own, and a line of the order above when it has not.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.reading.files.grid import BLANK
from pipeline.reading.results import CellFinding
from pipeline.reading.values.cells import DITTOS, is_ditto
from schemas.incoming.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.reading.files.grid import Raw
    from pipeline.reading.layout.headings import Fit

DITTO, FILLED_DOWN = "CELL-033", "CELL-002"
LONGEST_DITTO = 6
DITTO_STARTS = frozenset(" \t\u3000(\uff08") | {word[0] for word in DITTOS} | {word[0].upper() for word in DITTOS}
OWN = ("customer_name", "order_date")
PRODUCT = ("product_name", "model", "product_code")


def fill_ditto(fit: Fit, rows: Sequence[list[Raw]], numbers: Sequence[int]) -> Iterator[CellFinding]:
    """Replace "as above" by the value of the previous data row, column by column."""
    columns = list(zip(*rows, strict=True))
    for field, (position, *_) in fit.columns.items() if rows else ():
        words = [cell for cell in set(columns[position]) if type(cell) is str and cell[:1] in DITTO_STARTS]
        marks = {word for word in words if len(word) <= LONGEST_DITTO and is_ditto(word)}
        if not marks:
            continue
        for at, (above, row) in enumerate(pairwise(rows), 1):
            if row[position] in marks and above[position] not in marks:
                yield CellFinding(numbers[at], field, DITTO, str(row[position]), at=at)
                row[position] = above[position]


def fill_lines(fit: Fit, rows: Sequence[list[Raw]], numbers: Sequence[int]) -> Iterator[CellFinding]:
    """Give every line of an order the header of its first line; one note a row.

    Only for orders. Money, quantities and whatever else belongs to a line is never filled.
    """
    if fit.kind != "orders" or not {"order_no", "qty"}.issubset(fit.columns):
        return  # a form may lack what makes a row a line
    table = KINDS[fit.kind]
    header = [(at[0], field) for field, at in fit.columns.items() if table.spec(field).header]
    own_number, lines = fit.columns["order_no"][0], _Lines(fit)
    for at, (above, row) in enumerate(pairwise(rows), 1):
        order_no = row[own_number]
        if order_no not in (BLANK, above[own_number]) or BLANK not in row or not lines.continues(above, row, order_no):
            continue
        empty = [(place, field) for place, field in header if row[place] == BLANK and above[place] != BLANK]
        for place, _ in empty:
            row[place] = above[place]
        if empty:
            yield CellFinding(numbers[at], empty[0][1], FILLED_DOWN, at=at)


class _Lines:
    def __init__(self, fit: Fit) -> None:
        self._own = [fit.columns[field][0] for field in OWN if field in fit.columns]
        self._product = [fit.columns[field][0] for field in PRODUCT if field in fit.columns]
        self._qty = fit.columns["qty"][0]

    def continues(self, above: list[Raw], row: list[Raw], order_no: Raw) -> bool:
        """The row is a further line of the order above, whose number it bears or leaves out."""
        if not self._is_line(row) or not self._is_line(above):
            return False
        own = [at for at in self._own if row[at] != BLANK]
        if order_no != BLANK:
            return True
        return len(own) < len(OWN) and all(row[at] == above[at] for at in own)

    def _is_line(self, row: list[Raw]) -> bool:
        return row[self._qty] != BLANK and any(row[at] != BLANK for at in self._product)
