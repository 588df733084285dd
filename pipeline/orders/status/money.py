"""What was paid on an order, and whether money or credit keeps it from being shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.core.frames import empty
from pipeline.core.groups import codes_of, latest, total
from pipeline.orders.credit import credit, is_blocked, is_over
from pipeline.orders.pay_terms.columns import asks, is_invoice_first, is_prepaid
from pipeline.orders.references import shares
from schemas.derived.receivables import Receivables, Unapplied
from schemas.derived.status import OrderFacts, OrderStatus
from schemas.incoming.receipts import Receipts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.orders.status.limits import Measure

UNSHIPPED = ("to_ship", "to_check", "preparing", "to_plan")


def facts(
    order_facts: pd.DataFrame, owed: pd.DataFrame, tables: Mapping[str, pd.DataFrame], measure: Measure
) -> dict[str, pd.Series]:
    """Columns about money per order: received, open, days overdue, when paid in full.

    Money counts as allocated in `owed`, or as named on receipts where nothing is owed
    yet, whichever is more.
    """
    size, index = len(order_facts), pd.Index(order_facts[OrderFacts.order_no])
    code = codes_of(owed[Receivables.order_no], index)
    mine, code = owed[code >= 0], code[code >= 0]
    summed = {c: total(code, mine[c], size).fillna(0) for c in ("received_fen", "credited_fen", "open_fen")}
    is_open = (mine[Receivables.open_fen] > 0).to_numpy(dtype=bool)
    days = mine[Receivables.overdue_days]
    named = _named(order_facts, tables["receipts"])
    received = pd.Series(np.maximum(summed["received_fen"], named["fen"]), dtype="Int64")
    settled = received + summed["credited_fen"]
    short = order_facts[OrderFacts.amount_fen] - measure.slack_fen
    is_paid = ((settled >= short) & (order_facts[OrderFacts.amount_fen] > 0) & (received > 0)).fillna(False)
    return {
        str(OrderStatus.received_fen): received,
        "settled_fen": settled,
        "open_fen": summed["open_fen"],
        str(OrderStatus.payment_days): _most(code[is_open], days[is_open], size),
        "has_unknown_due": pd.Series(np.bincount(code[is_open & days.isna().to_numpy()], minlength=size) > 0),
        "has_refund": named["has_refund"],
        "is_paid": is_paid.astype("boolean"),
        "paid_on": named["last_on"].where(is_paid),
        "is_invoice_first": asks(order_facts[OrderFacts.pay_term], is_invoice_first),
    }


def _most(code: np.ndarray, days: pd.Series[int], size: int) -> pd.Series[int]:
    most = np.full(size, np.nan)
    np.fmax.at(most, code, days.to_numpy(dtype="float64", na_value=np.nan))
    return pd.Series(most).astype("Int64")


def _named(order_facts: pd.DataFrame, receipts: pd.DataFrame) -> dict[str, pd.Series]:
    """Money on receipts that name the order: sum, last day, and whether any was paid back."""
    size, index = len(order_facts), pd.Index(order_facts[OrderFacts.order_no])
    rows = receipts[~receipts[Receipts.src_held].fillna(False).astype(bool)].reset_index(drop=True)
    parts = shares(rows[Receipts.order_nos], rows[Receipts.amount_fen], index, order_facts[OrderFacts.amount_fen])
    code = parts["code"].to_numpy(dtype="int64")
    came = rows[Receipts.received_on].iloc[parts["row"]].reset_index(drop=True)
    is_back = (parts["fen"] < 0).fillna(False).to_numpy(dtype=bool)
    return {
        "fen": total(code, parts["fen"], size).fillna(0),
        "last_on": latest(code, came.mask(is_back), size),
        "has_refund": pd.Series(np.bincount(code[is_back], minlength=size) > 0),
    }


def release(
    order_facts: pd.DataFrame,
    made: pd.DataFrame,
    owed: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    measure: Measure,
) -> pd.Series[str]:
    """Why goods may not leave yet: "await_payment", "credit_hold", or missing."""
    unshipped = made[OrderStatus.state].isin(UNSHIPPED)
    prepaid = asks(order_facts[OrderFacts.pay_term], is_prepaid)
    asked = (owed[Receivables.instalment] == "deposit") & (owed[Receivables.open_fen] > 0).fillna(False)
    owes_deposit = order_facts[OrderFacts.order_no].isin(owed.loc[asked.to_numpy(dtype=bool), Receivables.order_no])
    waits = (prepaid & ~made["is_paid"]) | owes_deposit
    found = pd.Series([None] * len(order_facts), dtype="str")
    shut = _is_shut(order_facts, made, {**tables, "receivables": owed}, measure)
    return found.mask(unshipped & waits, "await_payment").mask(unshipped & shut, "credit_hold")


def _is_shut(
    order_facts: pd.DataFrame, made: pd.DataFrame, tables: Mapping[str, pd.DataFrame], measure: Measure
) -> pd.Series[bool]:
    """Frozen, over the limit, or money overdue for too long; never an order that is paid first."""
    known = {"unapplied": empty(Unapplied), **tables}
    found = credit(order_facts, made["settled_fen"], known, grace_days=measure.limit("CUS-009"))
    stale = found["stale_fen"] > int(measure.policy.values.get("letter_floor_fen", 0))
    shut: pd.Series[bool] = (is_blocked(found) | stale | is_over(found)) & ~found["is_prepaid"]
    return shut
