"""Amounts of order lines that follow from price, quantity and discount; refunds that are written as money received."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from pipeline.core.money import FEN_PER_YUAN, MOST_YUAN, format_money, times
from pipeline.core.remarks import says
from pipeline.rules.validation.kind_rows import KindRows, RowNote
from schemas.incoming.receipts import Receipts

NUMBER_BAD, NET_WITHOUT_RATE, REFUND_RECEIVED = "CELL-022", "CELL-047", "RCV-017"
THOUSANDTHS = 1000


def derive_amounts(gathered: KindRows) -> None:
    """Fill amounts only where the whole sheet has no amount column; a price before tax makes one with tax.

    A blank cell under an amount heading is a question to staff, never filled.
    """
    if gathered.table.name != "orders":
        return
    lacking = [part for part, (_, sheet) in enumerate(gathered.parts) if "amount_fen" not in sheet.columns]
    frame = gathered.frame
    able = np.isin(gathered.part, lacking) & frame[["unit_price", "qty"]].notna().all(axis=1).to_numpy()
    if able.any():
        amounts = frame["amount_fen"].copy()
        is_net = ~frame["is_tax_included"].fillna(value=True).astype(bool)
        taxed = frame["tax_rate"].map(lambda rate: 1 + rate, na_action="ignore").where(is_net, Decimal(1))
        cells = frame.assign(taxed=taxed).loc[able, ["unit_price", "qty", "discount", "taxed"]]
        amounts[able] = [_amount(*row) for row in cells.itertuples(index=False)]
        too_much = (amounts.abs() > MOST_YUAN * FEN_PER_YUAN).fillna(value=False).to_numpy(dtype=bool)
        for rule, broken in ((NET_WITHOUT_RATE, able & amounts.isna().to_numpy()), (NUMBER_BAD, too_much)):
            for row in np.flatnonzero(broken).tolist():
                gathered.add(RowNote(row, rule, "unit_price", str(frame["unit_price"].iat[row]), is_holding=True))
        amounts[too_much] = pd.NA
        gathered.patch("amount_fen", amounts)


def find_refunds_received(gathered: KindRows) -> None:
    """Hold receipts that are for a refund and above zero: money that came in, or that went back, nobody knows."""
    if gathered.table.name != Receipts.name:
        return
    said, sums = gathered.frame[Receipts.purpose], gathered.frame[Receipts.amount_fen]
    is_odd = says(said, "refund.reason") & (sums > 0).fillna(value=False)
    for row in np.flatnonzero(is_odd.to_numpy()).tolist():
        given = {
            "value": str(said.iat[row]),
            "amount": format_money(int(sums.to_numpy(dtype="int64", na_value=0)[row])),
        }
        gathered.add(RowNote(row, REFUND_RECEIVED, str(Receipts.amount_fen), params=given, is_holding=True))


def _amount(price: Decimal, qty: int, discount: object, taxed: object) -> Any:
    """Fen with tax; missing for a price before tax whose rate nobody says."""
    if not isinstance(taxed, Decimal):
        return pd.NA
    return times(price, Decimal(int(qty)) / THOUSANDTHS, _factor(discount) * taxed)


def _factor(discount: object) -> Decimal:
    if not isinstance(discount, str):
        return Decimal(1)
    kind, _, rate = discount.partition("=")
    return 1 - Decimal(rate) if kind == "reduction" else Decimal(rate)
