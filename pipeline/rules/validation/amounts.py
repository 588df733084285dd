"""Amounts of sheets that have no amount column, and quantities no unit allows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.core.money import times
from pipeline.rules.validation.gather import RowNote
from schemas.language import spellings

if TYPE_CHECKING:
    from pipeline.rules.validation.gather import KindRows

THOUSANDTHS = 1000
FOLLOWS = {"unit_price": "amount_fen", "amount_fen": "unit_price"}


def is_derivable(gathered: KindRows, column: str, row: int) -> bool:
    """A price or an amount follows from the other and the quantity."""
    other = FOLLOWS.get(column)
    return bool(other) and bool(gathered.frame[other].notna().iat[row])


def derive_amounts(gathered: KindRows) -> None:
    """Fill amounts only where the whole sheet has no amount column.

    A blank cell under an amount heading is a question to staff, never filled.
    """
    if gathered.table.name != "orders":
        return
    lacking = [part for part, (_, sheet) in enumerate(gathered.parts) if "amount_fen" not in sheet.columns]
    frame = gathered.frame
    able = np.isin(gathered.part, lacking) & frame[["unit_price", "qty"]].notna().all(axis=1).to_numpy()
    if able.any():
        amounts = frame["amount_fen"].copy()
        amounts[able] = [
            times(price, Decimal(int(qty)) / 1000, _factor(discount))
            for price, qty, discount in frame.loc[able, ["unit_price", "qty", "discount"]].itertuples(index=False)
        ]
        gathered.patch("amount_fen", amounts)


def find_parts_of_pieces(gathered: KindRows) -> None:
    """One and a half machines cannot be ordered: units that are counted want whole numbers."""
    if gathered.table.name != "orders":
        return
    frame = gathered.frame
    counted = frame["uom"].isin(list(spellings.group("unit.whole"))) & (frame["qty"] % THOUSANDTHS != 0).fillna(False)
    for row in np.flatnonzero(counted.to_numpy(dtype=bool)).tolist():
        qty: Any = frame["qty"].iat[row]
        raw = f"{qty / THOUSANDTHS:g}{frame['uom'].iat[row]}"
        gathered.add(RowNote(row, "ORD-012", "qty", raw, is_holding=True))


def _factor(discount: object) -> Decimal:
    if not isinstance(discount, str):
        return Decimal(1)
    kind, _, rate = discount.partition("=")
    return 1 - Decimal(rate) if kind == "reduction" else Decimal(rate)
