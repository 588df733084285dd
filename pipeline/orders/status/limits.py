"""What the night measures: the moments of stages, and calendar, policy and moment they are measured against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.core.worktime import Calendar
from pipeline.core.worktime.deadlines import due_at
from schemas.derived.status import STAGES, OrderFacts, Stages
from schemas.policy.policy import Policy


@dataclass(frozen=True)
class Measure:
    """Limits and deadlines of one night."""

    policy: Policy
    calendar: Calendar
    as_of: pd.Timestamp

    @property
    def tolerance_fen(self) -> int:
        """Return by how much a payment may differ and be taken for what was owed."""
        return int(self.policy.values.get("tolerance_fen", 1))

    def limit(self, rule: str) -> int:
        """Return the limit of a rule. Raises ValueError for a rule without one."""
        return int(self.policy.rules[rule].bound)

    def due_at(self, starts: pd.Series[pd.Timestamp], timer: str) -> pd.Series[pd.Timestamp]:
        """Return the last moment in time for a timer."""
        return due_at(starts, self.policy.timers[timer], self.calendar)


@dataclass(frozen=True)
class StageLayout:
    """Where the stages of every order are: one row per order, one column per stage."""

    stages: pd.DataFrame
    places: np.ndarray[Any, Any]

    def column(self, name: str) -> pd.DataFrame:
        """Return one column of the stages, laid out."""
        spread = self.stages[name].array.take(self.places, allow_fill=True)
        return pd.DataFrame({stage: pd.Series(spread[n :: len(STAGES)]) for n, stage in enumerate(STAGES)})


@dataclass(frozen=True)
class StageTimes:
    """Stages laid out beside orders: one frame per fact, one column per stage."""

    planned: pd.DataFrame
    forecast: pd.DataFrame
    actual: pd.DataFrame
    late: pd.DataFrame
    failed: pd.DataFrame
    owner: pd.DataFrame
    layout: StageLayout


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
