"""Credit: what every customer may owe, owes, and would owe with each order."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.core.accounts import account_keys, currencies
from pipeline.core.groups import Codes, codes_of, first_known, is_sure, total
from pipeline.orders.customers import customer_key
from pipeline.orders.pay_terms.columns import asks, is_prepaid
from pipeline.orders.tables import CreditStand
from schemas.derived.receivables import Receivables, Unapplied, Why
from schemas.derived.status import OrderFacts, OrderStatus
from schemas.incoming.customers import Customers
from schemas.table import HOME

FEE: Why = "fee"
OPENING = "opening"
BLOCKED = ("frozen", "blacklist", "stopped")
FILED = (Customers.status, Customers.frozen_on, Customers.credit_limit_fen)


def credit_by_order(
    order_facts: pd.DataFrame,
    paid: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    *,
    grace_days: int,
    floor_fen: int,
) -> pd.DataFrame:
    """Return how much credit every order asks for, and how its customer stands.

    Shape: one row per order, aligned with the order facts (`CreditStand`).

    `status`, `frozen_on`, `credit_limit_fen` as filed, missing for customers not in the file; a limit is one in yuan,
    and none for orders in other money (`is_home` says which are not). All sums are of the currency of the order:
    `exposure_fen`: what the customer owes with this order, shipped or promised, orders confirmed
    before it included; `is_stale`: more than the floor of the customer's money, in whatever currency, is overdue for
    more than the grace days; `is_prepaid`: the order asks for no credit. `paid`: `settled_fen` and `ahead_fen` of
    every order. `floor_fen`: in yuan, other money has none.
    `tables`: receivables, unapplied, customers.
    """
    codes, keys = pd.factorize(account_keys(order_facts[OrderFacts.customer_key], currencies(order_facts)))
    # Orders without a customer have code -1 and share the last place, where nobody is filed.
    index, codes, size = pd.Index(keys), codes.astype("int64"), len(keys) + 1
    is_home = currencies(order_facts) == HOME
    prepaid = asks(order_facts[OrderFacts.pay_term], is_prepaid)
    opening = tables["receivables"].loc[lambda rows: rows[Receivables.instalment] == OPENING]
    counted = prepaid | order_facts[OrderFacts.order_no].isin(opening[Receivables.order_no])
    debts = _debts(order_facts, paid[OrderStatus.settled_fen]).mask(counted, 0).to_numpy(dtype="int64")
    # what was paid ahead on an order that counts has lowered its own debt, or is meant for it alone
    ahead = total(codes, paid[OrderStatus.ahead_fen].fillna(0).mask(_is_void(order_facts), 0), size)
    before = _before(index, size, opening, tables["unapplied"]) + ahead.fillna(0).to_numpy(dtype="int64")
    made = _filed(order_facts, tables["customers"])
    made[Customers.credit_limit_fen] = made[Customers.credit_limit_fen].where(is_home)
    return pd.DataFrame(
        made
        | {
            "exposure_fen": before[codes] + _with_each(order_facts, codes, debts, size),
            "is_stale": order_facts[OrderFacts.customer_key].isin(_late(tables["receivables"], grace_days, floor_fen)),
            "is_prepaid": prepaid,
            "is_home": is_home,
        },
        index=order_facts.index,
    )


def is_blocked(found: pd.DataFrame) -> pd.Series[bool]:
    """Return whether no business on credit is to be done with the customer."""
    return found[Customers.status].isin(BLOCKED)


def is_over(found: pd.DataFrame) -> pd.Series[bool]:
    """Return whether the order asks for more credit than the customer has."""
    over: pd.Series[bool] = is_sure(found[CreditStand.exposure_fen] > found[Customers.credit_limit_fen])
    return over & ~found[CreditStand.is_prepaid]


def _debts(order_facts: pd.DataFrame, settled_fen: pd.Series[int]) -> pd.Series[int]:
    """What is left to be paid of every order that may still cost money."""
    left = (order_facts[OrderFacts.amount_fen].fillna(0) - settled_fen.fillna(0)).clip(lower=0)
    return left.mask(_is_void(order_facts), 0)


def _is_void(order_facts: pd.DataFrame) -> pd.Series[bool]:
    void: pd.Series[bool] = order_facts[OrderFacts.cancelled_on].notna() | order_facts[OrderFacts.is_held].fillna(
        value=False
    )
    return void


def _with_each(order_facts: pd.DataFrame, codes: Codes, debts: np.ndarray, size: int) -> np.ndarray:
    """Debts of the customer's confirmed orders up to this one; a wish comes behind all of them."""
    firm = (
        order_facts[OrderFacts.is_confirmed].fillna(value=False) | (order_facts[OrderFacts.shipped_qty] > 0)
    ).fillna(value=False)
    is_firm = firm.to_numpy(dtype=bool)
    placed = np.lexsort(
        (
            order_facts[OrderFacts.order_no].fillna("").to_numpy(dtype=str),
            order_facts[OrderFacts.order_date],
            ~is_firm,
            codes,
        )
    )
    sums = np.zeros(size, dtype="int64")
    np.add.at(sums, codes[is_firm], debts[is_firm])
    running = np.where(is_firm, debts, 0)[placed].cumsum()
    start = np.r_[True, codes[placed][1:] != codes[placed][:-1]]
    offset = np.maximum.accumulate(np.where(start, running - np.where(is_firm, debts, 0)[placed], 0))
    made = np.empty(len(debts), dtype="int64")
    made[placed] = running - offset
    return np.where(is_firm, made, sums[codes] + debts)


def _before(index: pd.Index, size: int, opening: pd.DataFrame, money: pd.DataFrame) -> np.ndarray:
    """Open items from before the first night, less money that waits for its item; a late fee is no such money."""
    money = money[money[Unapplied.why] != FEE]
    owed = _summed(opening, Receivables.open_fen, index, size)
    left = _summed(money, Unapplied.left_fen, index, size)
    return np.asarray(owed - left)


def _late(items: pd.DataFrame, grace_days: int, floor_fen: int) -> pd.Series[str]:
    """Customers who have owed too much for too long: who owes dollars gets no goods for yuan on credit either."""
    late = items[is_sure(items[Receivables.overdue_days] > grace_days)]
    owed = late.assign(code=currencies(late)).groupby([str(Receivables.customer_key), "code"], as_index=False)
    sums = owed[str(Receivables.open_fen)].sum()
    is_much = sums[Receivables.open_fen] > (sums["code"] == HOME) * floor_fen
    customers: pd.Series[str] = sums[str(Receivables.customer_key)][is_much]
    return customers


def _summed(rows: pd.DataFrame, fen: str, index: pd.Index, size: int) -> np.ndarray:
    codes = codes_of(account_keys(rows[Receivables.customer_key], currencies(rows)), index)
    known = codes >= 0
    return total(codes[known], rows[fen][known], size).fillna(0).to_numpy(dtype="int64")


def _filed(order_facts: pd.DataFrame, customers: pd.DataFrame) -> dict[str, pd.Series]:
    """Return what the file says of the customer of every order."""
    whose, keys = pd.factorize(order_facts[OrderFacts.customer_key])
    counted = customers[~is_sure(customers[Customers.src_held])]
    codes = codes_of(customer_key(counted[Customers.customer_name]), pd.Index(keys))
    known, size = codes >= 0, len(keys) + 1  # orders of nobody share the last place
    found = {str(column): first_known(codes[known], counted[column][known], size) for column in FILED}
    return {name: values.iloc[whose].set_axis(order_facts.index) for name, values in found.items()}
