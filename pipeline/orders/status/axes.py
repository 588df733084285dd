"""The four axes of an order: one question per state, asked in the order of states.csv."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline.core.accounts import currencies
from pipeline.core.groups import is_sure
from pipeline.orders.references import named
from pipeline.orders.status.limits import Measure, StageTimes
from pipeline.orders.tables import ByStage
from schemas.derived.status import OrderFacts, OrderStatus
from schemas.incoming.invoices import Invoices
from schemas.policy import states
from schemas.policy.states import AGREEING, REFUSING, SETTLED

PAPERED = ("issued", "not_needed")
HOLDS = ("force_majeure", "credit", "customer", "other")
INVOICE_TOLERANCE_FEN = 6


def first_that_holds(axis: str, answers: Mapping[str, Any]) -> pd.Series[str]:
    """Return the first state of the axis, by rank, whose answer is true; the last one is what is left."""
    keys = [key for key in states.load()[axis] if key in answers]
    asked = [_plain(answers[key]) for key in keys[:-1]]
    return pd.Series(np.select(asked, np.array(keys[:-1], dtype=object), keys[-1]), dtype="str")


def _plain(answer: pd.Series[bool]) -> np.ndarray[Any, Any]:
    return answer.fillna(False).to_numpy(dtype=bool)


def order_axis(
    order_facts: pd.DataFrame, made: pd.DataFrame, times: StageTimes, measure: Measure
) -> dict[str, pd.Series[bool]]:
    """Return answers by state of the axis "order", those whose facts we can know."""
    sent, written = order_facts[OrderFacts.conf_sent_at].notna(), order_facts[OrderFacts.is_confirmed]
    confirmed = written & ~order_facts[OrderFacts.is_different] & ~order_facts[OrderFacts.is_stale]
    waits = sent & ~written
    complete = order_facts[OrderFacts.missing] == ""
    ordered = order_facts[OrderFacts.is_all_signed]
    return {
        "cancelled": order_facts[OrderFacts.cancelled_on].notna(),
        "data_error": order_facts[OrderFacts.is_held],
        **{f"hold_{why}": order_facts[OrderFacts.hold_reason] == why for why in HOLDS},
        "completed": made[OrderStatus.payment_state].isin(SETTLED)
        & (order_facts[OrderFacts.open_complaints] == 0)
        & ((ordered & made[OrderStatus.invoice_state].isin(PAPERED)) | order_facts[OrderFacts.is_finished]),
        "signed": ordered,
        "part_signed": order_facts[OrderFacts.signed_qty] > 0,
        "shipped": order_facts[OrderFacts.is_all_shipped],
        "part_shipped": order_facts[OrderFacts.shipped_qty] > 0,
        "qc_failed": times.failed[ByStage.check].astype("boolean"),
        "to_ship": times.actual[ByStage.check].notna(),
        "to_check": times.actual[ByStage.prepare].notna(),
        "preparing": confirmed & order_facts[OrderFacts.has_tracking],
        "to_plan": confirmed,
        "reconfirm": written,
        "confirm_overdue": waits & (measure.due_at(order_facts[OrderFacts.conf_sent_at], "confirm") < measure.as_of),
        "await_confirm": waits,
        "to_send": order_facts[OrderFacts.approval].isin(AGREEING) & complete,
        "rejected": order_facts[OrderFacts.approval].isin(REFUSING),
        "to_approve": order_facts[OrderFacts.approval].isna() & complete,
        "to_supplement": ~complete,
    }


def delivery_axis(order_facts: pd.DataFrame, measure: Measure) -> dict[str, pd.Series]:
    """Return the state of the axis "delivery" by the promise that holds, and working days late.

    Late against that promise, and against the first.
    """
    due, signed = order_facts[OrderFacts.due_on], order_facts[OrderFacts.is_all_signed]
    days = _days_late(due, order_facts, measure)
    state = first_that_holds(
        "delivery",
        {
            "none": due.isna() | order_facts[OrderFacts.cancelled_on].notna() | order_facts[OrderFacts.is_held],
            "done": signed & (days == 0),
            "done_late": signed,
            "very_late": days > measure.limit("TRK-012"),
            "late": days > 0,
            "near": days >= -int(measure.policy.values["delivery_near_wd"]),
            "normal": signed | True,
        },
    )
    first = _days_late(order_facts[OrderFacts.first_promised_on], order_facts, measure)
    return {
        str(OrderStatus.delivery_state): state,
        str(OrderStatus.delivery_wd): days.where(state != "none"),
        str(OrderStatus.first_promise_wd): first.where(state != "none"),
    }


def _days_late(due: pd.Series[pd.Timestamp], order_facts: pd.DataFrame, measure: Measure) -> pd.Series[int]:
    """Working days from a day until the whole order was signed for, or until now; negative: left."""
    signed = order_facts[OrderFacts.is_all_signed]
    late = measure.calendar.working_days_between(due, order_facts[OrderFacts.signed_on].fillna(measure.as_of))
    left = measure.calendar.working_days_between(measure.as_of, due)
    days = pd.Series(np.where(late > 0, late, np.where(signed, 0, -left)))
    return days.where(due.notna()).astype("Int64")


def payment_axis(order_facts: pd.DataFrame, made: pd.DataFrame, measure: Measure) -> dict[str, pd.Series[bool]]:
    """Return answers by state of the axis "payment"."""
    received, days = made[OrderStatus.received_fen], made[OrderStatus.payment_days]
    is_open = made[OrderStatus.open_fen] > 0
    return {
        "overpaid": made[OrderStatus.is_paid] & (received > 0) & (made[OrderStatus.spare_fen] > measure.tolerance_fen),
        "refunded": (received <= 0) & made[OrderStatus.has_refund] & ~is_open,
        "paid": made[OrderStatus.is_paid],
        "part_late": (days > 0) & (received > 0),
        "late": days > 0,
        "due_today": days == 0,
        "unknown": made[OrderStatus.has_unknown_due],
        "part_not_due": received > 0,
        "not_due": is_open,
        "not_owed": order_facts[OrderFacts.is_held] | True,
    }


def invoice_axis(
    order_facts: pd.DataFrame, made: pd.DataFrame, invoices: pd.DataFrame, measure: Measure
) -> dict[str, pd.Series]:
    """Return the state of the axis "invoice", and the day from which its clock runs.

    The clock starts when the order is paid in full, or signed for where the terms ask
    for the invoice first. Nobody is asked for an invoice that may well be there: one that
    names the order is held or in another currency, or none was ever registered.
    """
    invoiced, amount = order_facts[OrderFacts.invoiced_fen], order_facts[OrderFacts.amount_fen]
    starts = made[OrderStatus.paid_on].where(~made[OrderStatus.is_invoice_first], order_facts[OrderFacts.signed_on])
    is_due = starts.notna() | (made[OrderStatus.is_paid] & ~made[OrderStatus.is_invoice_first])
    due_at = measure.due_at(starts, "invoice")
    open_ = is_due & order_facts[OrderFacts.cancelled_on].isna() & ~order_facts[OrderFacts.is_held]
    gone = (order_facts[OrderFacts.shipped_qty] > 0) | (order_facts[OrderFacts.signed_qty] > 0)
    state = first_that_holds(
        "invoice",
        {
            "not_needed": order_facts[OrderFacts.invoice_kind] == "none",
            "reversed": (invoiced <= 0) & order_facts[OrderFacts.has_red],
            "issued": (invoiced >= amount - INVOICE_TOLERANCE_FEN) & (invoiced > 0),
            "untracked": (open_ | gone) & (invoices.empty | _is_unclear(order_facts, invoices)),
            "overdue": open_ & (due_at < measure.as_of),
            "part": invoiced > 0,
            "to_issue": open_,
            "not_yet": open_ | True,
        },
    )
    waits = state.isin(["overdue", "to_issue"])
    return {str(OrderStatus.invoice_state): state, "invoice_from": starts.where(waits)}


def _is_unclear(order_facts: pd.DataFrame, invoices: pd.DataFrame) -> pd.Series[bool]:
    """Orders named by an invoice that is held, or in another currency than theirs."""
    numbers, own = order_facts[OrderFacts.order_no], currencies(order_facts)
    parts = named(invoices[Invoices.order_nos])
    rows = invoices.iloc[parts["row"]].reset_index(drop=True)
    asked = parts["order_no"].map(pd.Series(own.to_numpy(), index=numbers).groupby(level=0).first()).astype("str")
    is_other = asked.notna().to_numpy() & (asked.to_numpy() != currencies(rows).to_numpy())
    return numbers.isin(parts.loc[is_sure(rows[Invoices.src_held]).to_numpy() | is_other, "order_no"])
