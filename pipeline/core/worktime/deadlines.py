"""When an obligation ends: a start fact and a timer, answered by the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from pipeline.core.worktime import Calendar
    from schemas.policy.timers import Timer

ONE_DAY, ONE_SECOND = pd.Timedelta(days=1), pd.Timedelta(seconds=1)
HOURS = ("BH", "CH")
NEXT_WORKDAY = "workday"


def latest(moments: pd.Series[pd.Timestamp]) -> pd.Series[pd.Timestamp]:
    """The latest a moment can have been: the end of its day where only the day is known."""
    is_day = moments == moments.dt.normalize()
    return moments.where(~is_day, moments + ONE_DAY - ONE_SECOND)


def due_at(starts: pd.Series[pd.Timestamp], timer: Timer, calendar: Calendar) -> pd.Series[pd.Timestamp]:
    """The last moment in time. Hours from a start known by its day alone count from the end of that day."""
    limit = timer.limit
    if timer.edge == NEXT_WORKDAY:
        missed = calendar.add_working_days(starts, int(limit.amount) + 1)
        return pd.Series(missed, index=starts.index).astype("datetime64[us]") - ONE_SECOND
    begun = latest(starts) if limit.unit in HOURS else starts
    ends = calendar.deadline(begun, float(limit.amount), limit.unit)
    return pd.Series(ends, index=starts.index).astype("datetime64[us]")


def said(moments: pd.Series[pd.Timestamp]) -> pd.Series[str]:
    """Deadlines as people read them; one that ends its day is a day."""
    is_day = moments.dt.strftime("%H:%M:%S").eq("23:59:59")
    days = moments.dt.strftime("%Y-%m-%d")
    return moments.dt.strftime("%Y-%m-%d %H:%M").where(~is_day, days).fillna("").astype("str")
