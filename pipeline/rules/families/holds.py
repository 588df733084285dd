"""Orders that were stopped: by force majeure, or for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.core.groups import answers
from pipeline.core.text import fold
from pipeline.orders.priority import STOPPED
from pipeline.rules.helpers import money, some
from pipeline.rules.obligations import is_past, obligation
from pipeline.rules.registry import RuleResult, rule
from schemas.derived.priority import Priority
from schemas.derived.status import OrderStatus, Stages
from schemas.incoming.orders import Orders
from schemas.language.words import load

if TYPE_CHECKING:
    from pipeline.rules.context import RuleContext


@obligation("emergency", OrderStatus.order_no)
def stopped_without_plan(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Stopped by force majeure, and no emergency plan is named."""
    return (rows[OrderStatus.state] == STOPPED) & context["book"][Orders.emergency_plan].isna()


@rule("TRK-018", OrderStatus.order_no)
def unpaid_served_first(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Shipped since a stop, while an order that paid a greater share waits for the same product."""
    unfair = context[Priority.name].dropna(subset=[Priority.first_no]).drop_duplicates(Priority.order_no)
    first = rows[OrderStatus.order_no].map(unfair.set_index(Priority.order_no)[Priority.first_no]).astype("str")
    return RuleResult(first.notna(), {"other": first.fillna("")})


@obligation("settlement", OrderStatus.order_no)
def stopped_without_result(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Stopped by force majeure, and nothing is agreed with the customer."""
    return (rows[OrderStatus.state] == STOPPED) & context["book"][Orders.hold_result].isna()


@rule("TRK-020", OrderStatus.order_no)
def money_of_cancelled_order(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """The money of a cancelled order is to be settled, and the time for it is over."""
    late = is_past(rows, context, "cancelled")
    return RuleResult(money_is_to_be_settled(rows, context) & late, {"amount": money(rows[OrderStatus.received_fen])})


@obligation("cancelled", OrderStatus.order_no)
def money_is_to_be_settled(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Cancelled; the money is neither back, nor is it written what became of it."""
    kept = some(rows[OrderStatus.received_fen])
    return (rows[OrderStatus.state] == "cancelled") & kept & context["book"][Orders.cancel_settlement].isna()


@rule("TRK-021", OrderStatus.order_no)
def cancelled_and_under_way(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Cancelled, and a stage is neither done nor said to be called off."""
    stages = context["stages"]
    marks = [fold(mark) for mark in load()["stage.called_off"].other]

    def is_off(text: str) -> bool:
        return any(mark in fold(text) for mark in marks)

    called_off = answers(stages[Stages.reason], is_off) | answers(stages[Stages.solution], is_off)
    open_ = stages[Stages.actual_at].isna() & ~called_off
    return (rows[OrderStatus.state] == "cancelled") & rows[OrderStatus.order_no].isin(
        stages.loc[open_, Stages.order_no]
    )
