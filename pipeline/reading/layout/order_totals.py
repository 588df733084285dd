"""Sums that are written once for several lines: beside one of them, merged over them, or repeated on each.

A total of an order is no amount of one of its lines. It is taken for one only where the prices and quantities of the
lines show that it is: then every line gets its own amount, and the lines come to the total as it is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from pipeline.core.money import format_money, times, yuan
from pipeline.reading.files.grid import Grid
from pipeline.reading.layout.fit import Fit
from pipeline.reading.layout.table import TableLayout
from pipeline.reading.layout.typed import TypedTable
from pipeline.reading.results import CellFinding, params
from schemas.incoming.orders import Orders

DIFFERS = "CELL-045"
AMOUNT, QTY, PRICE, NUMBER = map(str, (Orders.amount_fen, Orders.qty, Orders.unit_price, Orders.order_no))
CONFIRMED = {str(Orders.conf_qty): QTY, str(Orders.conf_amount_fen): AMOUNT}  # what is confirmed → what was ordered
ONE, THOUSAND = Decimal(1), 1000
NOISE = 1  # a fen a line: what was not rounded is


def share_totals(
    layout: TableLayout, fit: Fit, typed: TypedTable, elsewhere: Collection[str] = ()
) -> Iterator[CellFinding]:
    """Give the lines of orders their own amounts where the cell holds the total; tell of totals that differ.

    Only in lists: in a form every cell is where it belongs. `elsewhere`: fields that the list does not have itself.
    """
    grid = layout.grid
    if not {AMOUNT, *CONFIRMED}.isdisjoint(elsewhere):
        return
    if layout.cells or layout.stages or fit.kind != Orders.name or not {AMOUNT, QTY, PRICE}.issubset(typed.columns):
        return
    yield from _Amounts(grid, fit, typed).share()
    for confirmed, ordered in CONFIRMED.items():
        if confirmed in typed.columns:
            _share_confirmed(typed, confirmed, ordered, _merged(grid, fit, confirmed, typed.numbers))


class _Amounts:
    def __init__(self, grid: Grid, fit: Fit, typed: TypedTable) -> None:
        self._typed = typed
        self._merged = _merged(grid, fit, AMOUNT, typed.numbers)
        self._written: list[Any] = typed.columns[AMOUNT].to_pylist()

    def share(self) -> Iterator[CellFinding]:
        """Put their own amounts beside the lines; tell of totals that are not their sum."""
        groups = [*((lines, lines[0], True) for lines in self._merged), *((*run, False) for run in self._runs())]
        lines = LinePrices.of(self._typed)
        for places, at, is_merged in groups:
            own = [amount for place in places if (amount := lines.amount(place)) is not None]
            total = self._written[at]
            if total is None or len(own) < len(places) or not _is_total(self._written, places, own):
                continue
            gap, largest = total - sum(own), max(range(len(own)), key=lambda n: abs(own[n]))
            if abs(gap) > NOISE * len(own):
                # a sum that is not merged may be that of one line alone: so it is when it is nearer to it
                if abs(gap) >= min([abs(own[largest]), *(abs(total - each) for each in own if not is_merged)]):
                    continue
                given = params(value=format_money(total), other=format_money(sum(own)), count=len(own))
                yield CellFinding(self._typed.numbers[at], AMOUNT, DIFFERS, params=given, at=at)
            own[largest] += gap  # the order comes to what is written of it
            for place, amount in zip(places, own, strict=True):
                self._written[place] = amount
        if groups:
            self._typed.store(AMOUNT, Orders.spec(AMOUNT), self._written)

    def _runs(self) -> Iterator[tuple[Sequence[int], int]]:
        """Return the lines of each order that have one amount, beside one or the same beside each, and where it is."""
        if NUMBER not in self._typed.columns:
            return
        numbers, taken = self._typed.columns[NUMBER].to_pylist(), {at for lines in self._merged for at in lines}
        for number, run in groupby(range(len(numbers)), key=numbers.__getitem__):
            places = list(run)
            if number is None or len(places) == 1 or not taken.isdisjoint(places):
                continue
            written = [at for at in places if self._written[at] is not None]
            if len(written) == 1 or (written == places and len({self._written[at] for at in places}) == 1):
                yield places, written[0]


@dataclass(frozen=True)
class LinePrices:
    """What lines say of their own sums, each a column of the table."""

    prices: Sequence[Any]
    quantities: Sequence[Any]
    discounts: Sequence[Any]
    off: Sequence[Any]
    is_gross: Sequence[Any]
    rates: Sequence[Any]

    @staticmethod
    def of(typed: TypedTable) -> LinePrices:
        """Return the lines of a table."""
        nothing = [None] * len(typed.numbers)
        names = (PRICE, QTY, *map(str, (Orders.discount, Orders.discount_fen, Orders.is_tax_included, Orders.tax_rate)))
        return LinePrices(*(typed.columns[name].to_pylist() if name in typed.columns else nothing for name in names))

    def amount(self, at: int) -> int | None:
        """Return what price, quantity and discount of a line come to with tax; None where they do not say."""
        price, qty, discount = self.prices[at], self.quantities[at], self.discounts[at]
        kind, _, rate = discount.partition("=") if discount else ("factor", "", "1")
        rate_of_tax = self.rates[at] if self.is_gross[at] is False else "0"
        if price is None or qty is None or rate_of_tax is None or kind not in ("factor", "reduction"):
            return None
        factor = Decimal(rate) if kind == "factor" else ONE - Decimal(rate)
        taxed = ONE + Decimal(rate_of_tax)
        return times(Decimal(price), Decimal(qty) / THOUSAND, factor * taxed) - times(yuan(self.off[at] or 0), taxed)


def _is_total(written: Sequence[Any], places: Sequence[int], own: Sequence[int]) -> bool:
    """The one amount is not what each line comes to by itself."""
    return any(written[at] != amount for at, amount in zip(places, own, strict=True))


def _merged(grid: Grid, fit: Fit, name: str, numbers: Sequence[int]) -> list[list[int]]:
    """Return the lines of each cell of a column that is merged over several of them."""
    column, found = fit.columns[name][0] + grid.offset + 1, list[list[int]]()
    blocks = [(top, bottom) for top, left, bottom, right in grid.merges if left <= column <= right and bottom > top]
    at = {number: place for place, number in enumerate(numbers)} if blocks else {}
    for top, bottom in blocks:
        lines = [at[number] for number in range(top, min(bottom, numbers[-1] if numbers else 0) + 1) if number in at]
        if len(lines) > 1 and numbers[lines[0]] == top:
            found.append(lines)
    return found


def _share_confirmed(typed: TypedTable, confirmed: str, ordered: str, merged: Sequence[Sequence[int]]) -> None:
    """A quantity or sum confirmed for the whole order is confirmed for each line, where it is what was ordered."""
    values: list[Any] = typed.columns[confirmed].to_pylist()
    own: list[Any] = typed.columns[ordered].to_pylist()
    whole = [lines for lines in merged if values[lines[0]] == sum(own[at] or 0 for at in lines)]
    for lines in whole:
        for at in lines:
            values[at] = own[at]
    if whole:
        typed.store(confirmed, Orders.spec(confirmed), values)
