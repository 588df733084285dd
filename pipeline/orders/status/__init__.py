"""Where every order stands, derived each night from facts and never from what was typed.

Order facts, stages and what receivables say of money go in; one row per order with its states on four axes, its next
step and the reason in words comes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import pandas as pd

from pipeline.core.frames import conform, shared
from pipeline.core.worktime import Calendar
from pipeline.orders.facts.stages import stage_delays
from pipeline.orders.status.axes import delivery_axis, first_that_holds, invoice_axis, order_axis, payment_axis
from pipeline.orders.status.limits import Measure, StageTimes, lay_out, slips
from pipeline.orders.status.money import facts, release
from pipeline.orders.status.reasons import describe_status
from pipeline.orders.status.steps import next_steps
from pipeline.orders.tables import ByStage
from schemas.derived.status import STAGES, OrderFacts, OrderStatus, Stages
from schemas.policy.policy import Policy

FINISHED = ("completed",)


def derive(  # noqa: PLR0913 - the stage's contract with the night
    order_facts: pd.DataFrame,
    stages: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    *,
    policy: Policy,
    calendar: Calendar,
    as_of: datetime,
    lang: str,
) -> pd.DataFrame:
    """Return the `OrderStatus` frame, one row per order.

    `tables`: invoices and customers as they came in, receivables, payments and unapplied money as derived.
    """
    measure = Measure(policy, calendar, pd.Timestamp(as_of))
    times = _times(order_facts, stages, calendar, measure.as_of)
    made = order_facts[shared(OrderFacts, OrderStatus)]
    made = made.assign(**facts(order_facts, tables))
    made = made.assign(**delivery_axis(order_facts, measure))
    made = made.assign(**invoice_axis(order_facts, made, tables["invoices"], measure))
    made[OrderStatus.payment_state] = first_that_holds("payment", payment_axis(order_facts, made, measure))
    made[OrderStatus.state] = first_that_holds("order", order_axis(order_facts, made, times, measure))
    made[OrderStatus.release] = release(order_facts, made, tables, measure)
    made = made.assign(**_stage_columns(order_facts, times, calendar))
    made = made.assign(**next_steps(order_facts, made, times, measure))
    made[OrderStatus.reason] = describe_status(
        order_facts, made, lang=lang, is_told=~made[OrderStatus.state].isin(FINISHED)
    )
    return conform(made, OrderStatus)


def _times(order_facts: pd.DataFrame, stages: pd.DataFrame, calendar: Calendar, as_of: pd.Timestamp) -> StageTimes:
    layout = lay_out(order_facts, stages.assign(delay_wd=stage_delays(stages, order_facts, calendar, as_of=as_of)))
    return StageTimes(
        layout.column(Stages.planned_at),
        layout.column(Stages.forecast_at),
        layout.column(Stages.actual_at),
        layout.column(Stages.delay_wd),
        layout.column(Stages.is_failed).fillna(False),
        layout.column(Stages.owner),
        layout,
    )


def _stage_columns(order_facts: pd.DataFrame, times: StageTimes, calendar: Calendar) -> dict[str, pd.Series]:
    late = times.late.fillna(0).to_numpy(dtype="int64")
    worst, size = late.argmax(axis=1), len(order_facts)
    is_late = late.max(axis=1, initial=0) > 0 if size else np.zeros(0, dtype=bool)
    is_open = (
        times.actual.isna().to_numpy()
        & ~order_facts[OrderFacts.is_all_signed].fillna(False).to_numpy(dtype=bool)[:, None]
    )
    names = np.array([*STAGES, None], dtype=object)
    first = np.where(is_open.any(axis=1), is_open.argmax(axis=1), len(STAGES))
    slip = slips(times.planned, times.forecast, times.actual, times.late, calendar)
    projected = pd.Series(calendar.add_working_days(times.planned[ByStage.sign], slip).astype("datetime64[us]"))
    unsigned = (
        times.actual[ByStage.sign].isna()
        & ~order_facts[OrderFacts.is_all_signed].fillna(False)
        & order_facts[OrderFacts.cancelled_on].isna()
    )
    plans = {f"{s}_planned_at": times.planned[s] for s in STAGES} | {f"{s}_actual_at": times.actual[s] for s in STAGES}
    return plans | {
        str(OrderStatus.stage): pd.Series(names[first], dtype="str"),
        str(OrderStatus.stage_owner): _chosen(times.owner, first.clip(max=len(STAGES) - 1)).where(first < len(STAGES)),
        str(OrderStatus.delay_wd): pd.Series(late.max(axis=1, initial=0), dtype="Int64"),
        str(OrderStatus.delay_stage): pd.Series(names[np.where(is_late, worst, len(STAGES))], dtype="str"),
        str(OrderStatus.delay_reason): _chosen(times.layout.column(Stages.reason), worst).where(is_late),
        str(OrderStatus.projected_on): projected.where(unsigned),
        str(OrderStatus.tracking_nos): times.layout.column(Stages.tracking_nos)["ship"],
    }


def _chosen(laid: pd.DataFrame, at: np.ndarray) -> pd.Series[str]:
    """Per order the value of one stage."""
    return pd.Series(laid.to_numpy(dtype=object)[np.arange(len(laid)), at], dtype="str")
