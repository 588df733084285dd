"""A column of orders with a name of its trade (teeth, copies, square metres) that its figures prove to be the quantity.

Times the price it comes to the amount, row by row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from pipeline.reading.files.grid import Grid, Raw
from pipeline.reading.layout.fit import Fit, strong_fields

ORDERS, QTY, PRICE, AMOUNT = "orders", "qty", "unit_price", "amount_fen"
LEAST_ROWS = 2  # one product is right by chance, or because a single piece was sold
NOISE = Decimal("0.01")  # amounts are rounded to the fen


def with_proved_quantity(grid: Grid, fit: Fit) -> Fit:
    """Return a heading of orders without a quantity with the one column that is proved to be it, if any is."""
    is_named = QTY in strong_fields(fit.sign, fit.said)
    if fit.kind != ORDERS or is_named or not {PRICE, AMOUNT} <= fit.columns.keys():
        return fit
    unknown = [at for at in fit.headings if at in fit.columns.get(QTY, ()) or at not in fit.explained]
    proved = [at for at in unknown if _is_quantity(grid, fit, at)]
    if len(proved) != 1:
        return fit
    columns = {**fit.columns, QTY: proved}
    named = replace(fit, columns=columns, names={**fit.names, proved[0]: ""}, is_quantity_proved=True)
    return replace(named, missing=tuple(clause.fields for clause in named.lacking(columns)))


def _is_quantity(grid: Grid, fit: Fit, at: int) -> bool:
    """Every row that has all three agrees, and several of them with more or less than one piece."""
    telling = 0
    for count, price, amount in _rows(grid, fit, at):
        if abs(count * price - amount) > NOISE:
            return False
        telling += bool(amount) and count != 1
    return telling >= LEAST_ROWS


def _rows(grid: Grid, fit: Fit, at: int) -> Iterator[tuple[Decimal, Decimal, Decimal]]:
    price, amount = fit.columns[PRICE][0], fit.columns[AMOUNT][0]
    for row in grid.rows[fit.at + 1 :]:
        found = [_figure(row[place]) for place in (at, price, amount)]
        if all(figure is not None for figure in found):
            count, each, total = (figure or Decimal(0) for figure in found)
            yield count, each, total


def _figure(cell: Raw) -> Decimal | None:
    """Return a plain number, as a cell or as text of an export; None for anything else."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None
    try:
        found = Decimal(str(cell).strip().replace(",", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
