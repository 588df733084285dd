"""Discounts: what a written one means, and how much of one may be granted."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

import pandas as pd

from pipeline.money import times
from schemas.orders import Orders
from schemas.prices import Discounts

ONE = Decimal(1)
THOUSANDTHS = 1000
ROUNDING_FEN = 1


@lru_cache(maxsize=4096)
def readings(discount: str | None) -> tuple[Decimal, ...]:
    """Factors on the price that a discount may mean; two for an ambiguous one."""
    kind, _, text = (discount or "factor=1").partition("=")
    rate = Decimal(text)
    found = {"factor": (rate,), "reduction": (ONE - rate,)}
    return found.get(kind, (rate, ONE - rate))


@lru_cache(maxsize=65_536)
def best_reading(  # noqa: PLR0913 - the cells an amount follows from
    price: Decimal | None,
    qty: int | None,
    discount: str | None,
    discount_fen: int | None,
    amount_fen: int | None,
    tax_rate: Decimal | None,
) -> tuple[int | None, int | None, Decimal | None, bool]:
    """Expected amount and difference in fen, the factor that fits best, whether all readings fail.

    Missing where a cell is: then nothing is wrong. A discount sum may stand for the rate
    or beside it; a price without tax may have an amount with tax: every combination
    people use is tried.
    """
    factors = readings(discount)
    if price is None or qty is None or amount_fen is None:
        return None, None, factors[0] if len(factors) == 1 else None, False
    count = Decimal(qty) / THOUSANDTHS
    less = {0, discount_fen or 0}
    tried = [(times(price, count, f) - off, f) for f in factors for off in less]
    if discount_fen:
        tried.append((times(price, count) - discount_fen, ONE))
    if tax_rate:
        tried += [(times(price, count, f * (ONE + tax_rate)), f) for f in factors]
    expected, factor = min(tried, key=lambda pair: (abs(amount_fen - pair[0]), pair[0]))
    is_open = len(factors) > 1 and abs(amount_fen - expected) > ROUNDING_FEN
    return expected, amount_fen - expected, factor, is_open


def granted(lines: pd.DataFrame, policy: pd.DataFrame) -> pd.Series[Any]:
    """Largest part of the price that may be taken off each line, a Decimal.

    What the approver's own role may grant where the policy names it, else what anybody may.
    """
    columns = (Orders.reviewer, Orders.qty, Orders.order_date)
    made = [_grant(policy, *each) for each in zip(*(lines[column] for column in columns), strict=True)]
    return pd.Series(made, index=lines.index, dtype=object)


def _grant(policy: pd.DataFrame, reviewer: Any, qty: Any, day: Any) -> Decimal:
    rows = policy[policy[Discounts.most_rate].notna()]
    within = ~(rows[Discounts.qty_from] > qty).fillna(value=False) & ~(rows[Discounts.qty_to] < qty).fillna(value=False)
    if pd.isna(qty):
        within = pd.Series(data=True, index=rows.index)
    valid = ~(rows[Discounts.valid_from] > day) & ~(rows[Discounts.valid_to] < day)
    live = rows[within & valid]
    role = live[Discounts.approval_role].map(lambda each: isinstance(each, str) and each in str(reviewer))
    own = live[role.astype(bool)] if len(live) else live
    chosen = own if len(own) else live
    return max(chosen[Discounts.most_rate], default=ONE)
