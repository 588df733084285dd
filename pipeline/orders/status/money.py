"""What was paid on an order, and whether money or credit keeps it from being shipped."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.core.groups import codes_of, is_sure, total
from pipeline.orders.credit import credit_by_order, is_blocked, is_over
from pipeline.orders.pay_terms.columns import asks, is_invoice_first, is_prepaid
from pipeline.orders.status.limits import Measure
from pipeline.orders.tables import CreditStand
from schemas.derived.receivables import Payments, Receivables
from schemas.derived.status import OrderFacts, OrderStatus, Release

UNSHIPPED = ("to_ship", "to_check", "preparing", "to_plan")


def facts(order_facts: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.Series]:
    """Return columns about money per order: received, open, days overdue, when paid in full.

    What was paid is what `receivables` says; nothing is added up here from receipts again.
    """
    size, index = len(order_facts), pd.Index(order_facts[OrderFacts.order_no])
    owed, paid = tables["receivables"], tables["payments"].set_index(Payments.order_no).reindex(index)
    code = codes_of(owed[Receivables.order_no], index)
    mine, code = owed[code >= 0], code[code >= 0]
    is_open = (mine[Receivables.open_fen] > 0).to_numpy(dtype=bool)
    days = mine[Receivables.overdue_days]
    paid = paid.reset_index(drop=True)
    received = paid[Payments.received_fen].fillna(0)
    settled = received + paid[Payments.credited_fen].fillna(0) + paid[Payments.closed_fen].fillna(0)
    is_paid = ((settled >= paid[Payments.worth_fen]) & (paid[Payments.worth_fen] > 0)).fillna(False)
    return {
        str(OrderStatus.received_fen): received,
        "settled_fen": settled,
        "spare_fen": (settled - paid[Payments.worth_fen]).clip(lower=0).fillna(0),
        "ahead_fen": paid[Payments.ahead_fen].fillna(0),
        "open_fen": total(code, mine[Receivables.open_fen], size).fillna(0),
        str(OrderStatus.payment_days): _most(code[is_open], days[is_open], size),
        "has_unknown_due": pd.Series(np.bincount(code[is_open & days.isna().to_numpy()], minlength=size) > 0),
        "has_refund": paid[Payments.has_refund].fillna(False),
        "is_paid": is_paid.astype("boolean"),
        "paid_on": paid[Payments.last_on].where(is_paid),
        "is_invoice_first": asks(order_facts[OrderFacts.pay_term], is_invoice_first),
    }


def _most(code: np.ndarray, days: pd.Series[int], size: int) -> pd.Series[int]:
    most = np.full(size, np.nan)
    np.fmax.at(most, code, days.to_numpy(dtype="float64", na_value=np.nan))
    return pd.Series(most).astype("Int64")


def release(
    order_facts: pd.DataFrame, made: pd.DataFrame, tables: Mapping[str, pd.DataFrame], measure: Measure
) -> pd.Series[str]:
    """Return why goods may not leave yet, missing where they may."""
    unshipped = made[OrderStatus.state].isin(UNSHIPPED)
    prepaid = asks(order_facts[OrderFacts.pay_term], is_prepaid)
    owed = tables["receivables"]
    asked = (owed[Receivables.instalment] == "deposit") & (owed[Receivables.open_fen] > 0).fillna(False)
    owes_deposit = order_facts[OrderFacts.order_no].isin(owed.loc[asked.to_numpy(dtype=bool), Receivables.order_no])
    waits = (prepaid & ~made[OrderStatus.is_paid]) | owes_deposit
    found = pd.Series([None] * len(order_facts), dtype="str")
    shut = _is_shut(order_facts, made, tables, measure)
    holding: list[tuple[Release, pd.Series[bool]]] = [("await_payment", waits), ("credit_hold", shut)]
    for key, holds in holding:
        found = found.mask(unshipped & holds, key)
    return found


def _is_shut(
    order_facts: pd.DataFrame, made: pd.DataFrame, tables: Mapping[str, pd.DataFrame], measure: Measure
) -> pd.Series[bool]:
    """Frozen, over the limit, or money overdue for too long; never an order that is paid first."""
    floor_fen = int(measure.policy.values.get("letter_floor_fen", 0))
    found = credit_by_order(order_facts, made, tables, grace_days=measure.limit("CUS-009"), floor_fen=floor_fen)
    shut = is_blocked(found) | found[CreditStand.is_stale] | is_over(found)
    return is_sure(shut & ~found[CreditStand.is_prepaid])
