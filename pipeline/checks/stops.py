"""Orders that were stopped: by force majeure, or for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.catalogue import plain
from pipeline.checks.asking import last_day, money, once_a_night, today
from pipeline.grouping import answers, codes_of, first_known, worded
from pipeline.rulebook import Verdict, breaks
from schemas.orders import Orders
from schemas.status import Book, Stages, Standing
from schemas.words import load

if TYPE_CHECKING:
    from pipeline.scene import Scene
    from schemas.rules import Rule

STOPPED = "hold_force_majeure"
FACTS = (Orders.hold_on, Orders.emergency_plan, Orders.hold_result, Orders.cancel_settlement)


@once_a_night
def noted(scene: Scene) -> pd.DataFrame:
    """What the order lists say of stops, per order, aligned with book and standing.

    `hold_on` is the confirmation or the order day where nobody wrote when the stop began.
    """
    book, lines = scene["book"], scene["orders"]
    codes = codes_of(lines[Orders.order_no], pd.Index(book[Book.order_no]))
    known = codes >= 0
    made = pd.DataFrame({str(c): first_known(codes[known], lines[c][known], len(book)) for c in FACTS})
    begun = made[Orders.hold_on].fillna(book[Book.conf_at].dt.normalize()).fillna(book[Book.order_date])
    return made.assign(**{str(Orders.hold_on): begun})


@breaks("TRK-017", Standing.order_no)
def stopped_without_plan(rows: pd.DataFrame, rule: Rule, scene: Scene) -> pd.Series[bool]:
    """Stopped by force majeure longer ago than the limit, and no emergency plan is named."""
    facts = noted(scene)
    late = last_day(facts[Orders.hold_on], rule, scene) < today(scene)
    return (rows[Standing.state] == STOPPED) & facts[Orders.emergency_plan].isna() & late


@breaks("TRK-018", Standing.order_no)
def unpaid_served_first(rows: pd.DataFrame, rule: Rule, scene: Scene) -> Verdict:  # noqa: ARG001 - one signature
    """Shipped since a stop, while an order that paid a greater share waits for the same product."""
    orders = _shares(rows, scene)
    lines = scene["orders"][[str(Orders.order_no), str(Orders.product_code), str(Orders.model)]]
    lines = lines.assign(product=worded(lines[Orders.model].fillna(lines[Orders.product_code]), plain))
    lines = lines[lines[Orders.order_no].notna() & (lines["product"] != "")].join(
        orders, on=str(Orders.order_no), how="inner"
    )
    waiting = lines[lines["waits"] & (lines["share"] > 0)]
    by = ["product", "share", str(Orders.order_date), str(Orders.order_no)]
    first = waiting.sort_values(by, ascending=[True, False, True, True], kind="stable").drop_duplicates("product")
    served = lines[lines["shipped_on"].notna()].join(first.set_index("product").add_prefix("first_"), on="product")
    unfair = served[(served["share"] < served["first_share"]) & (served["shipped_on"] >= served["first_hold_on"])]
    other = unfair.drop_duplicates(str(Orders.order_no)).set_index(str(Orders.order_no))["first_order_no"]
    told = rows[Standing.order_no].map(other).astype("str")
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


def _shares(rows: pd.DataFrame, scene: Scene) -> pd.DataFrame:
    """By order number: the share paid, whether it waits, when it was stopped and shipped."""
    paid = rows[Standing.received_fen].to_numpy(dtype="float64", na_value=0.0)
    worth = rows[Standing.amount_fen].to_numpy(dtype="float64", na_value=0.0)
    share = np.divide(paid, worth, out=np.zeros(len(rows)), where=worth > 0)
    held = scene["book"][Book.is_held].fillna(value=False).to_numpy(dtype=bool)
    made = pd.DataFrame(
        {
            str(Standing.order_no): rows[Standing.order_no],
            str(Orders.order_date): rows[Standing.order_date],
            "share": share,
            "waits": (rows[Standing.state] == STOPPED) & ~(rows[Standing.shipped_qty] > 0).fillna(value=False),
            "hold_on": noted(scene)[Orders.hold_on],
            "shipped_on": scene["book"][Book.shipped_on],
        }
    )
    # without a name, lest the index and the column of lines be taken for each other when they join
    return made[~held].set_index(str(Standing.order_no)).rename_axis(None)
