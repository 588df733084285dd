"""How late stages are, and what that does to the stages after them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from schemas.derived.status import STAGES, OrderFacts, Stages

if TYPE_CHECKING:
    from pipeline.core.worktime import Calendar


def stage_delays(
    stages: pd.DataFrame, order_facts: pd.DataFrame, calendar: Calendar, *, as_of: pd.Timestamp
) -> pd.Series[int]:
    """Return working days in (planned, actual] of every stage, or up to `as_of` while it is open.

    A stage nobody closed on an order signed for ended with the signing; stages of a
    cancelled order are never late. Missing without a plan. Aligned with `stages`.
    """
    at = pd.Index(order_facts[OrderFacts.order_no]).get_indexer(pd.Index(stages[Stages.order_no]))
    signed = pd.Series(order_facts[OrderFacts.signed_on].to_numpy()[at], index=stages.index)
    cancelled = order_facts[OrderFacts.cancelled_on].notna().to_numpy()[at]
    ends = stages[Stages.actual_at].fillna(signed).fillna(as_of)
    counted = calendar.working_days_between(stages[Stages.planned_at], ends)
    known = stages[Stages.planned_at].notna().to_numpy()
    return pd.Series(np.where(cancelled & known, 0.0, counted), index=stages.index).astype("Int64")


@dataclass(frozen=True)
class StageLayout:
    """Where the stages of every order are: one row per order, one column per stage."""

    stages: pd.DataFrame
    places: np.ndarray[Any, Any]

    def column(self, name: str) -> pd.DataFrame:
        """Return one column of the stages, laid out."""
        spread = self.stages[name].array.take(self.places, allow_fill=True)
        return pd.DataFrame({stage: pd.Series(spread[n :: len(STAGES)]) for n, stage in enumerate(STAGES)})


def lay_out(order_facts: pd.DataFrame, stages: pd.DataFrame) -> StageLayout:
    """Find the stages of every order, once for all columns."""
    at = pd.Index(order_facts[OrderFacts.order_no]).get_indexer(pd.Index(stages[Stages.order_no]))
    stage = pd.Index(STAGES).get_indexer(pd.Index(stages[Stages.stage]))
    places = np.full(len(order_facts) * len(STAGES), -1)
    places[at * len(STAGES) + stage] = np.arange(len(stages))
    return StageLayout(stages, places)


def slips(
    planned: pd.DataFrame, forecast: pd.DataFrame, actual: pd.DataFrame, late: pd.DataFrame, calendar: Calendar
) -> np.ndarray:
    """Return working days by which signing slips: what is late before it pushes it, what is done early does not."""
    slip = np.zeros(len(planned))
    for stage in STAGES:
        own = late[stage].to_numpy(dtype="float64", na_value=0.0)
        ahead = np.nan_to_num(calendar.working_days_between(planned[stage], forecast[stage]))
        is_done = actual[stage].notna().to_numpy()
        is_planned = planned[stage].notna().to_numpy()
        slip = np.where(is_done & is_planned, own, np.where(is_done, slip, np.maximum(slip, np.maximum(own, ahead))))
    return slip
