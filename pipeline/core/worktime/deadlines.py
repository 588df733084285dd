"""When whatever has a deadline ends, on orders and complaints alike: a start, a timer and the calendar answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.core.values import is_day
from pipeline.core.worktime import Calendar
from schemas.policy.timers import Timer

ONE_DAY, ONE_SECOND = pd.Timedelta(days=1), pd.Timedelta(seconds=1)
HOURS = ("BH", "CH")
NEXT_WORKDAY = "workday"


def latest(moments: pd.Series[pd.Timestamp]) -> pd.Series[pd.Timestamp]:
    """Return the latest a moment can have been: the end of its day where only the day is known."""
    return moments.mask(is_day(moments), moments + ONE_DAY - ONE_SECOND)


def limits_of(timer: Timer, severities: pd.Series[str]) -> tuple[pd.Series[Any], pd.Series[str]]:
    """Return the amount and the unit of every row's limit, by its severity."""
    limits = severities.map(timer.limits)
    return limits.map(lambda limit: limit.amount), limits.map(lambda limit: limit.unit).astype("str")


def due_at(
    starts: pd.Series[pd.Timestamp],
    timer: Timer,
    calendar: Calendar,
    severities: pd.Series[str] | None = None,
    pauses: Sequence[Any] | None = None,
) -> pd.Series[pd.Timestamp]:
    """Return the last moment in time of every row, missing where the start is or behind a pause that still lasts.

    Hours from a start known by its day alone count from the end of that day. `severities`, where the limit depends on
    one, and `pauses`, as `Calendar.deadline` takes them, stand beside the starts.
    """
    if timer.edge == NEXT_WORKDAY:
        missed = calendar.add_working_days(starts, int(timer.normal.amount) + 1)
        return pd.Series(missed, index=starts.index).astype("datetime64[us]") - ONE_SECOND
    amounts: Any = float(timer.normal.amount)
    units: Any = timer.normal.unit
    if severities is not None:
        limits = limits_of(timer, severities)
        amounts, units = pd.to_numeric(limits[0]).astype("float64"), limits[1].to_numpy(dtype=object)
    in_hours = np.broadcast_to(np.isin(units, HOURS), starts.shape)
    begun = starts.mask(in_hours, latest(starts)) if in_hours.any() else starts
    ends = calendar.deadline(begun, amounts, units, pauses)
    return pd.Series(ends, index=starts.index).astype("datetime64[us]")


def format_due(moments: pd.Series[pd.Timestamp]) -> pd.Series[str]:
    """Return deadlines as people read them; one that ends its day is a day."""
    ends_its_day = moments.dt.strftime("%H:%M:%S").eq("23:59:59")
    days = moments.dt.strftime("%Y-%m-%d")
    return moments.dt.strftime("%Y-%m-%d %H:%M").mask(ends_its_day, days).fillna("").astype("str")
