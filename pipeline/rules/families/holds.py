"""Orders that were stopped: by force majeure, or for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.core.groups import answers
from pipeline.orders.price_list import plain
from pipeline.orders.priority import STOPPED
from pipeline.rules.helpers import money, some
from pipeline.rules.obligations import is_past, owed
from pipeline.rules.registry import Verdict, breaks
from schemas.derived.priority import Priority
from schemas.derived.status import Stages, Standing
from schemas.incoming.orders import Orders
from schemas.language.words import load

if TYPE_CHECKING:
    from pipeline.rules.context import Scene
    from schemas.policy.rules import Rule


@owed("emergency", Standing.order_no)
def stopped_without_plan(rows: pd.DataFrame, scene: Scene) -> pd.Series[bool]:
    """Stopped by force majeure, and no emergency plan is named."""
    return (rows[Standing.state] == STOPPED) & scene["book"][Orders.emergency_plan].isna()


@breaks("TRK-018", Standing.order_no)
def unpaid_served_first(rows: pd.DataFrame, rule: Rule, scene: Scene) -> Verdict:  # noqa: ARG001 - one signature
    """Shipped since a stop, while an order that paid a greater share waits for the same product."""
    unfair = scene[Priority.name].dropna(subset=[Priority.first_no]).drop_duplicates(Priority.order_no)
    told = rows[Standing.order_no].map(unfair.set_index(Priority.order_no)[Priority.first_no]).astype("str")
    return Verdict(told.notna(), {"other": told.fillna("")})


@owed("settlement", Standing.order_no)
def stopped_without_result(rows: pd.DataFrame, scene: Scene) -> pd.Series[bool]:
    """Stopped by force majeure, and nothing is agreed with the customer."""
    return (rows[Standing.state] == STOPPED) & scene["book"][Orders.hold_result].isna()


@breaks("TRK-020", Standing.order_no)
def money_of_cancelled_order(rows: pd.DataFrame, rule: Rule, scene: Scene) -> Verdict:  # noqa: ARG001 - one signature
    """The money of a cancelled order is to be settled, and the time for it is over."""
    late = is_past(rows, scene, "cancelled")
    return Verdict(money_is_to_be_settled(rows, scene) & late, {"amount": money(rows[Standing.received_fen])})


@owed("cancelled", Standing.order_no)
def money_is_to_be_settled(rows: pd.DataFrame, scene: Scene) -> pd.Series[bool]:
    """Cancelled; the money is neither back, nor is it written what became of it."""
    kept = some(rows[Standing.received_fen])
    return (rows[Standing.state] == "cancelled") & kept & scene["book"][Orders.cancel_settlement].isna()


@breaks("TRK-021", Standing.order_no)
def cancelled_and_under_way(rows: pd.DataFrame, rule: Rule, scene: Scene) -> pd.Series[bool]:  # noqa: ARG001
    """Cancelled, and a stage is neither done nor said to be called off."""
    stages = scene["stages"]
    marks = [plain(mark) for mark in load()["stage.called_off"].other]

    def is_off(text: str) -> bool:
        return any(mark in plain(text) for mark in marks)

    called_off = answers(stages[Stages.reason], is_off) | answers(stages[Stages.solution], is_off)
    open_ = stages[Stages.actual_at].isna() & ~called_off
    return (rows[Standing.state] == "cancelled") & rows[Standing.order_no].isin(stages.loc[open_, Stages.order_no])
