"""Orders that were stopped: by force majeure, or for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.catalogue import plain
from pipeline.checks.asking import last_day, money, once_a_night, today
from pipeline.grouping import answers
from pipeline.priority import STOPPED, stops
from pipeline.rulebook import Verdict, breaks
from schemas.orders import Orders
from schemas.priority import Priority
from schemas.status import Book, Stages, Standing
from schemas.words import load

if TYPE_CHECKING:
    from pipeline.scene import Scene
    from schemas.rules import Rule


@once_a_night
def noted(scene: Scene) -> pd.DataFrame:
    """What the order lists say of stops, per order, aligned with book and standing."""
    return stops(scene.tables)


@breaks("TRK-017", Standing.order_no)
def stopped_without_plan(rows: pd.DataFrame, rule: Rule, scene: Scene) -> pd.Series[bool]:
    """Stopped by force majeure longer ago than the limit, and no emergency plan is named."""
    facts = noted(scene)
    late = last_day(facts[Orders.hold_on], rule, scene) < today(scene)
    return (rows[Standing.state] == STOPPED) & facts[Orders.emergency_plan].isna() & late


@breaks("TRK-018", Standing.order_no)
def unpaid_served_first(rows: pd.DataFrame, rule: Rule, scene: Scene) -> Verdict:  # noqa: ARG001 - one signature
    """Shipped since a stop, while an order that paid a greater share waits for the same product."""
    unfair = scene[Priority.name].dropna(subset=[Priority.first_no]).drop_duplicates(Priority.order_no)
    told = rows[Standing.order_no].map(unfair.set_index(Priority.order_no)[Priority.first_no]).astype("str")
    return Verdict(told.notna(), {"other": told.fillna("")})


@breaks("TRK-019", Standing.order_no)
def stopped_without_result(rows: pd.DataFrame, rule: Rule, scene: Scene) -> pd.Series[bool]:
    """Stopped by force majeure longer ago than the limit, and nothing is agreed with the customer."""
    facts = noted(scene)
    late = last_day(facts[Orders.hold_on], rule, scene) < today(scene)
    return (rows[Standing.state] == STOPPED) & facts[Orders.hold_result].isna() & late


@breaks("TRK-020", Standing.order_no)
def money_of_cancelled_order(rows: pd.DataFrame, rule: Rule, scene: Scene) -> Verdict:
    """Cancelled longer ago than the limit; the money is neither back, nor is it written what became of it."""
    late = last_day(scene["book"][Book.cancelled_on], rule, scene) < today(scene)
    kept = (rows[Standing.received_fen] > 0).fillna(value=False)
    mask = (rows[Standing.state] == "cancelled") & late & kept & noted(scene)[Orders.cancel_settlement].isna()
    return Verdict(mask, {"amount": money(rows[Standing.received_fen])})


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
