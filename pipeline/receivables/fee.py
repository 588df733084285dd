"""Late fees: simple, from the day after the rolled due day and its grace, only where the contract has a rate."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.core.money import format_money
from pipeline.orders.customers import link
from pipeline.receivables.context import as_days, ints
from pipeline.receivables.phrases import phrase
from pipeline.receivables.sums import total
from pipeline.receivables.tables import Moves
from schemas.derived.receivables import Receivables
from schemas.incoming.customers import Customers

if TYPE_CHECKING:
    from pipeline.receivables.context import AgeingContext, Bools, Ints

FEN = Decimal(1)


def fees(items: pd.DataFrame, moves: pd.DataFrame, context: AgeingContext) -> dict[str, Any]:
    """Return `fee_rate`, `fee_days`, `fee_fen` and `fee_segments` of every item.

    Summed over payments, each carries the days from the due day to its own, what is open those
    to `as_of`; that equals the sum over segments of open principal. `fee_days`: from the first
    day charged to the last. A fee is missing without a rate and zero without a day charged.
    """
    rates = _rates(items, context)
    start = as_days(items[Receivables.due_on]) + context.value("fee_grace_days")
    item, fen = moves[Moves.item].to_numpy(), moves[Moves.fen].to_numpy()
    until = moves[Moves.day].to_numpy(dtype="datetime64[us]").astype("datetime64[D]")
    paid = _days(until - start[item])
    lasting = _days(context.today - start)
    billed = ints(items[Receivables.billed_fen]) - ints(items[Receivables.closed_fen])
    open_fen = billed - total(item, fen, len(items))
    carried = open_fen * lasting + total(item, fen * paid, len(items))
    charged = np.where(open_fen > 0, lasting, _last(item, paid, len(items)))
    has_rate = np.array([rate is not None for rate in rates], dtype="bool")
    fee = np.zeros(len(items), dtype="int64")
    for place in np.flatnonzero(has_rate & (carried > 0)).tolist():
        fee[place] = _rounded(rates[place], int(carried[place]))
    has_fee = fee > 0
    return {
        str(Receivables.fee_rate): pd.Series(rates, dtype="object"),
        str(Receivables.fee_days): pd.Series(charged, dtype="Int64").where(has_fee),
        str(Receivables.fee_fen): pd.Series(fee, dtype="Int64").where(has_rate),
        str(Receivables.fee_segments): _segments(billed, moves.assign(paid=paid), has_fee, lasting, context.lang),
    }


def _rounded(rate: Decimal | None, carried: int) -> int:
    return int((Decimal(carried) * (rate or 0)).quantize(FEN, ROUND_HALF_UP))


def _rates(items: pd.DataFrame, context: AgeingContext) -> list[Decimal | None]:
    rows = context.heads("customers")
    rows = rows[rows[Customers.late_fee_rate].notna()]
    keys = link(rows[Customers.customer_name], rows)
    by_key = {key: rate for key, rate in zip(keys, rows[Customers.late_fee_rate], strict=True) if rate > 0}
    if not by_key:
        return [None] * len(items)
    codes, found = pd.factorize(items[Receivables.customer_key])
    known = [*(by_key.get(key) for key in found), None]
    return [known[code] for code in codes.tolist()]


def _days(spans: Any) -> Ints:
    """Whole days, none before the start or without one."""
    return np.where(np.isnat(spans), 0, np.maximum(spans.astype("int64"), 0))


def _last(item: Ints, days: Ints, size: int) -> Ints:
    last = np.zeros(size, dtype="int64")
    np.maximum.at(last, item, days)
    return last


def _segments(billed: Ints, moves: pd.DataFrame, has_fee: Bools, lasting: Ints, lang: str) -> pd.Series[str]:
    """``50,000.00 × 10 days + 30,000.00 × 11 days``: open principal, broken where money came."""
    texts: list[str | None] = [None] * len(billed)
    by_item: dict[int, list[tuple[int, int]]] = {}
    chosen = moves[has_fee[moves[Moves.item]]]
    for item, days, fen in zip(
        chosen[Moves.item].tolist(), chosen["paid"].tolist(), chosen[Moves.fen].tolist(), strict=True
    ):
        by_item.setdefault(item, []).append((days, fen))
    for item in np.flatnonzero(has_fee).tolist():
        spans = _spans(int(billed[item]), sorted(by_item.get(item, [])), int(lasting[item]))
        texts[item] = " + ".join(_said(fen, days, lang) for fen, days in spans)
    return pd.Series(texts, dtype="str")


def _spans(principal: int, paid: list[tuple[int, int]], lasting: int) -> list[tuple[int, int]]:
    """Open principal in fen and for how many days, in the order of time."""
    parts, since = [], 0
    for days, fen in [*paid, (lasting, 0)]:
        if days > since and principal > 0:
            parts.append((principal, days - since))
            since = days
        principal -= fen
    return parts


def _said(fen: int, days: int, lang: str) -> str:
    key = "fee.day" if days == 1 else "fee.days"
    return phrase(key, lang)(amount=format_money(fen), days=str(days))  # in the currency of its row
