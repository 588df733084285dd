"""Amounts of sheets that have no amount column: price times quantity."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.money import times

if TYPE_CHECKING:
    from pipeline.checks.gather import Gathered

FOLLOWS = {"unit_price": "amount_fen", "amount_fen": "unit_price"}


def is_derivable(gathered: Gathered, column: str, row: int) -> bool:
    """A price or an amount follows from the other and the quantity."""
    other = FOLLOWS.get(column)
    return bool(other) and not pd.isna(gathered.frame[other].iat[row])


def derive_amounts(gathered: Gathered) -> None:
    """Fill amounts only where the whole sheet has no amount column.

    A blank cell under an amount heading is a question to staff, never filled.
    """
    if gathered.table.name != "orders":
        return
    lacking = [part for part, (_, sheet) in enumerate(gathered.parts) if "amount_fen" not in sheet.columns]
    frame = gathered.frame
    rows = [
        row
        for row in range(len(frame))
        if lacking
        and int(gathered.part[row]) in lacking
        and not pd.isna(frame["unit_price"].iat[row])
        and not pd.isna(frame["qty"].iat[row])
    ]
    if rows:
        amounts = frame["amount_fen"].copy()
        for row in rows:
            qty = Decimal(int(frame["qty"].iat[row])) / 1000
            amounts.iat[row] = times(frame["unit_price"].iat[row], qty, _factor(frame["discount"].iat[row]))
        gathered.patch("amount_fen", amounts)


def _factor(discount: object) -> Decimal:
    if not isinstance(discount, str):
        return Decimal(1)
    kind, _, rate = discount.partition("=")
    return 1 - Decimal(rate) if kind == "reduction" else Decimal(rate)
