"""Discounts: what a written one means, and how much of one may be granted."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import pandas as pd

from pipeline.core.groups import is_sure
from pipeline.core.money import times, yuan
from schemas.incoming.orders import Orders
from schemas.incoming.prices import Discounts

ONE = Decimal(1)
THOUSANDTHS = 1000
ROUNDING_FEN = 1


@lru_cache(maxsize=4096)
def readings(discount: str | None) -> tuple[Decimal, ...]:
    """Return factors on the price that a discount may mean; two for an ambiguous one."""
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
    """Return the expected amount and difference in fen, the factor that fits best, whether all readings fail.

    Missing where a cell is: then nothing is wrong. A discount sum may stand for the rate
    or beside it, before tax or with it: every combination people use is tried. `tax_rate`:
    of a price before tax, whose amount is with tax; None for a price with tax.
    """
    factors = readings(discount)
    if price is None or qty is None or amount_fen is None:
        return None, None, factors[0] if len(factors) == 1 else None, False
    count = Decimal(qty) / THOUSANDTHS
    taxed = ONE + (tax_rate or 0)
    given = discount_fen or 0
    less = {0, given, times(yuan(given), taxed)}
    tried = [(times(price, count, f * taxed) - off, f) for f in factors for off in less]
    tried += [(times(price, count, taxed) - off, ONE) for off in less if off]
    expected, factor = min(tried, key=lambda pair: (abs(amount_fen - pair[0]), pair[0]))
    is_open = len(factors) > 1 and abs(amount_fen - expected) > ROUNDING_FEN
    return expected, amount_fen - expected, factor, is_open


def granted(lines: pd.DataFrame, policy: pd.DataFrame) -> pd.Series[Any]:
    """Return the largest part of the price that may be taken off each line, a Decimal.

    Of the rules for its day, quantity, amount, customer grade and product class: what the
    approver's own role may grant where a rule names it, else what anybody may; everything where
    no rule is for it. The role comes from the staff list, or stands beside the name. `lines`
    hold `role`, `grade` and `product_class` beside the columns of orders.
    """
    rules = _rules(policy)
    columns = (Orders.reviewer, "role", "grade", "product_class", Orders.qty, Orders.amount_fen)
    cells = [lines[column].array.to_numpy(dtype=object, na_value=None) for column in columns]
    cells.append(_numbers(lines[Orders.order_date]))
    made: dict[tuple[Any, ...], Decimal] = {}
    for facts in zip(*cells, strict=True):
        if facts not in made:
            made[facts] = _grant(rules, Asked(*facts))
    return pd.Series([made[facts] for facts in zip(*cells, strict=True)], index=lines.index, dtype=object)


class Asked(NamedTuple):
    """What a line asks of the policy; quantities in thousandths, fen, microseconds, None where not known."""

    reviewer: str | None
    role: str | None
    grade: str | None
    product_class: str | None
    qty: int | None
    fen: int | None
    day: int | None


class Grant(NamedTuple):
    """One rule of the policy; None where it does not matter."""

    most: Decimal
    role: str | None
    grade: str | None
    product_class: str | None
    qty: tuple[int | None, int | None]
    fen: tuple[int | None, int | None]
    days: tuple[int | None, int | None]


def _rules(policy: pd.DataFrame) -> list[Grant]:
    rows = policy[policy[Discounts.most_rate].notna() & ~is_sure(policy[Discounts.src_held])]

    def plain(column: str) -> list[Any]:
        return list(rows[column].array.to_numpy(dtype=object, na_value=None))

    texts = (Discounts.most_rate, Discounts.approval_role, Discounts.customer_grade, Discounts.product_class)
    pairs = (
        zip(plain(Discounts.qty_from), plain(Discounts.qty_to), strict=True),
        zip(plain(Discounts.from_fen), plain(Discounts.to_fen), strict=True),
        zip(_numbers(rows[Discounts.valid_from]), _numbers(rows[Discounts.valid_to]), strict=True),
    )
    return [Grant(*row) for row in zip(*(plain(column) for column in texts), *pairs, strict=True)]


def _grant(rules: list[Grant], asked: Asked) -> Decimal:
    live = [rule for rule in rules if _is_for(rule, asked)]
    title = asked.role or asked.reviewer or ""
    own = [rule for rule in live if rule.role == title] or [rule for rule in live if rule.role and rule.role in title]
    return max((rule.most for rule in own or live), default=ONE)


def _is_for(rule: Grant, asked: Asked) -> bool:
    alike = ((rule.grade, asked.grade), (rule.product_class, asked.product_class))
    within = ((rule.qty, asked.qty), (rule.fen, asked.fen), (rule.days, asked.day))
    return all(ours is None or ours == theirs for ours, theirs in alike) and all(
        value is None or ((low is None or value >= low) and (high is None or value <= high))
        for (low, high), value in within
    )


def _numbers(days: pd.Series[pd.Timestamp]) -> list[int | None]:
    """Days as numbers that compare quickly."""
    values = days.to_numpy(dtype="datetime64[us]").view("int64").tolist()
    return [None if missing else value for value, missing in zip(values, days.isna(), strict=True)]
