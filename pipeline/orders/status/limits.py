"""What the night measures: the moments of stages, and calendar, policy and moment they are measured against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.core.worktime.deadlines import due_at

if TYPE_CHECKING:
    from pipeline.core.worktime import Calendar
    from pipeline.orders.delays import StageLayout
    from schemas.policy.policy import Policy


@dataclass(frozen=True)
class Measure:
    """Limits and deadlines of one night."""

    policy: Policy
    calendar: Calendar
    as_of: pd.Timestamp

    @property
    def today(self) -> pd.Timestamp:
        """Return the day of the night."""
        return self.as_of.normalize()

    @property
    def near_wd(self) -> int:
        """Return working days before delivery from which an order counts as due soon."""
        return int(self.policy.values["delivery_near_wd"])

    @property
    def slack_fen(self) -> int:
        """Return by how much a payment may differ and still settle its order."""
        return int(self.policy.values["charge_tolerance_fen"])

    def limit(self, rule: str) -> int:
        """Return the limit of a rule. Raises ValueError for a rule without one."""
        found = self.policy.rules[rule].limit
        if found is None:
            raise ValueError(f"{rule} has no limit")
        return int(found)

    def due_at(self, starts: pd.Series[pd.Timestamp], timer: str) -> pd.Series[pd.Timestamp]:
        """Return the last moment in time for a timer."""
        return due_at(starts, self.policy.timers[timer], self.calendar)


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
