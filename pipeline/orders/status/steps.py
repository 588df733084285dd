"""What comes next on an order, who does it and by when."""

from __future__ import annotations

import pandas as pd

from pipeline.orders.status.limits import Measure, StageTimes
from schemas.derived.status import FactStep, OrderFacts, OrderStatus
from schemas.policy import states
from schemas.policy.timers import Timer


def next_steps(
    order_facts: pd.DataFrame, made: pd.DataFrame, times: StageTimes, measure: Measure
) -> dict[str, pd.Series]:
    """Return `next_step`, `next_dept`, `owner` (a person where one is named) and `next_on`."""
    state = made[OrderStatus.state]
    known = states.load()["order"]
    step = state.map({key: meant.step for key, meant in known.items() if meant.step})
    dept = state.map({key: meant.dept for key, meant in known.items()})
    for chosen, name, who in _further(order_facts, made):
        step, dept = step.mask(chosen, name), dept.mask(chosen, who)
    step = step.astype("str")
    dept = dept.where(step.notna()).astype("str")
    owner = dept
    for key, stage in _stages().items():
        owner = owner.mask((state == key) & times.owner[stage].notna(), times.owner[stage])
    by_release = made[OrderStatus.release].notna() & (state == "to_ship")
    owner = owner.mask(by_release, dept)
    owner = owner.mask(
        (owner == "sales") & order_facts[OrderFacts.sales_owner].notna(), order_facts[OrderFacts.sales_owner]
    )
    owner = owner.mask(
        (owner == "approver") & order_facts[OrderFacts.reviewer].notna(), order_facts[OrderFacts.reviewer]
    )
    return {
        str(OrderStatus.next_step): step,
        "next_dept": dept,
        str(OrderStatus.owner): owner.astype("str"),
        str(OrderStatus.next_on): _by_when(order_facts, made, times, measure).where(step.notna()),
    }


def _stages() -> dict[str, str]:
    """The stage that is worked on, by state."""
    return {key: state.stage for key, state in states.load()["order"].items() if state.stage}


def _further(order_facts: pd.DataFrame, made: pd.DataFrame) -> list[tuple[pd.Series, FactStep, str]]:
    """Steps that depend on more than the state; the later one wins."""
    state = made[OrderStatus.state]
    signed, to_ship = state == "signed", state == "to_ship"
    unpaid = ~made[OrderStatus.payment_state].isin(states.SETTLED) & (order_facts[OrderFacts.amount_fen] > 0)
    money_left = (made[OrderStatus.received_fen] > 0) | (order_facts[OrderFacts.invoiced_fen] > 0)
    return [
        ((state == "cancelled") & money_left.fillna(False), "settle_cancelled", "finance"),
        (signed, "record_end", "finance"),
        (signed & (order_facts[OrderFacts.open_complaints] > 0).fillna(False), "solve_complaint", "service"),
        (signed & unpaid, "collect", "sales"),
        (signed & made[OrderStatus.invoice_state].isin(["overdue", "to_issue"]), "issue_invoice", "finance"),
        (to_ship & (made[OrderStatus.release] == "await_payment"), "await_payment", "sales"),
        (to_ship & (made[OrderStatus.release] == "credit_hold"), "release_credit", "finance"),
    ]


def _by_when(
    order_facts: pd.DataFrame, made: pd.DataFrame, times: StageTimes, measure: Measure
) -> pd.Series[pd.Timestamp]:
    """Plan of the stage, or the deadline of the timer that is this step; else the day of the night."""
    state = made[OrderStatus.state]
    found = pd.Series(pd.NaT, index=order_facts.index, dtype="datetime64[us]")
    for timer in measure.policy.timers.values():
        if timer.states:
            ends = measure.due_at(_started(order_facts, made, timer), timer.key).dt.normalize()
            found = found.mask(state.isin(timer.states), ends)
    for key, stage in _stages().items():
        found = found.mask(state == key, times.planned[stage].dt.normalize())
    found = found.mask((state == "shipped") & order_facts[OrderFacts.eta_on].notna(), order_facts[OrderFacts.eta_on])
    return found.fillna(measure.as_of.normalize())


def _started(order_facts: pd.DataFrame, made: pd.DataFrame, timer: Timer) -> pd.Series[pd.Timestamp]:
    """The first of its start facts that is known; none any more once the order facts has the fact that ends it."""
    facts = [start.partition(".")[2] for start in timer.starts]
    beside = pd.concat([made[fact] if fact in made else order_facts[fact] for fact in facts], axis=1)
    found = beside.bfill(axis=1).iloc[:, 0].astype("datetime64[us]")
    table, _, stop = timer.stop.partition(".")
    return found.mask(order_facts[stop].notna()) if table == OrderFacts.name else found
