"""In what the prices of a table are told, when their heading does not say it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pipeline.reading.values.amounts import parse_money, parse_price, parse_qty

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.reading.files.grid import Raw

THOUSAND, FEN = 1000, 100
ENOUGH = 200  # rows that are asked; all of a sheet are told in one unit


def scale(rows: Sequence[Sequence[Raw]], places: tuple[int, int, int], amounts: int, sheet: int) -> int:
    """Yuan per unit of the prices: that of the sheet or the amounts, or 1, whichever comes nearer to the amounts.

    `places`: positions of price, quantity and amount; `amounts`, `sheet`: yuan per unit of the amounts and of
    what the sheet says above, which counts when no row can tell.
    """
    other = max(amounts, sheet)
    large = [ratio < amounts / math.sqrt(other) for ratio in _ratios(rows, places)]
    if large.count(True) == large.count(False):
        return sheet
    return other if large.count(True) > large.count(False) else 1


def _ratios(rows: Sequence[Sequence[Raw]], places: tuple[int, int, int]) -> Iterator[float]:
    """Price by quantity over amount, as the cells have them, row by row.

    It is about `amounts` for prices in yuan, and as much smaller as the unit of the prices is larger.
    """
    for row in rows[:ENOUGH]:
        price, qty, amount = (row[at] for at in places)
        cost, count, total = parse_price(price).value, parse_qty(qty).value, parse_money(amount).value
        if cost and count and total and isinstance(total, int):
            yield abs(float(cost) * count[0] / THOUSAND * FEN / total)  # type: ignore[arg-type,index]
