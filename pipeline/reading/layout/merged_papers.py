"""One paper over several rows: a receipt or an invoice whose sum is merged beside the orders it is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.reading.files.grid import BLANK, Grid, Raw
from pipeline.reading.layout.fit import Fit
from schemas.incoming.invoices import Invoices
from schemas.incoming.receipts import Receipts

ORDERS = str(Receipts.order_nos)
SUMS = {Receipts.name: str(Receipts.amount_fen), Invoices.name: str(Invoices.gross_fen)}
LINE = "\n"  # parts numbers in a cell, whatever they are made of


def join_orders(grid: Grid, fit: Fit, kept: Sequence[int]) -> set[int]:
    """Put the orders of each such paper into its first row, and return the positions of the other rows.

    Only where nothing else in these rows differs from the first: what has a day or a remark of its own is a row.
    """
    summed = fit.columns.get(SUMS.get(fit.kind, ""), ())
    places = fit.columns.get(ORDERS, ())
    joined: set[int] = set()
    if not summed or not places or not grid.merges:
        return joined
    here = set(kept)
    for rows in _merged(grid, summed[0]):
        lines, place = [at for at in rows if at in here], places[0]
        cells = [grid.rows[at] for at in lines]
        if len(lines) < 2 or lines[0] != rows[0] or not _says_one(cells, {place, *summed}):  # noqa: PLR2004 - a row alone is itself
            continue
        named = dict.fromkeys(str(row[place]).strip() for row in cells if row[place] != BLANK)
        if len(named) > 1:
            cells[0][place] = LINE.join(named)
            joined |= {*lines[1:]}
    return joined


def _says_one(cells: Sequence[Sequence[Raw]], apart: set[int]) -> bool:
    """Return whether later rows say nothing that the first does not, but for some columns."""
    first = cells[0]
    return all(cell in (BLANK, first[at]) for row in cells[1:] for at, cell in enumerate(row) if at not in apart)


def _merged(grid: Grid, place: int) -> Iterator[list[int]]:
    """Give the positions of the rows that each merged cell of a column stands over."""
    column = place + grid.offset + 1
    at = {number: position for position, number in enumerate(grid.numbers)}
    for top, left, bottom, right in grid.merges:
        if left <= column <= right and bottom > top:
            yield [at[number] for number in range(top, bottom + 1) if number in at]
