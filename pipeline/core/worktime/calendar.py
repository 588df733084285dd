"""The working calendar: every deadline of the night is asked of it."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.core.worktime.moments import (
    Bools,
    Floats,
    Ints,
    Moments,
    as_counts,
    as_days,
    as_moments,
    either,
    from_ints,
    to_ints,
)
from pipeline.core.worktime.pauses import FOREVER, overlap, stretch
from pipeline.core.worktime.units import Axis, BusinessHours, CalendarDays, ClockHours, Slots, WorkingDays

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.policy.calendar import Days

USUAL: Slots = ((time(9), time(12)), (time(13), time(18)))
FRIDAY, SUNDAY = 4, 6


class Calendar:
    """Working days and business hours.

    Every method takes single values or columns (dates, datetimes, numpy, pandas) and answers with numpy arrays of the
    same length, 0-dimensional for a single value: datetime64[D] for days, datetime64[s] for moments, float64 for
    counts. Missing in is missing out: NaT, NaN for counts, False for questions.

    A listed working day has the usual `slots`; any other day has those of its weekday, which are the usual ones from
    Monday to Friday and none at weekends unless `weekday_slots` (0 is Monday, an empty tuple is rest) says otherwise.
    Beyond the covered range only weekdays count, and `is_provisional` says so. Raises ValueError when slots overlap or
    no weekday has any.
    """

    def __init__(self, days: Days, slots: Slots = USUAL, weekday_slots: Mapping[int, Slots] | None = None) -> None:
        weekly = {day: slots if day <= FRIDAY else () for day in range(SUNDAY + 1)} | dict(weekday_slots or {})
        self.days = days
        self._working = WorkingDays(days.days, [day for day, each in weekly.items() if each])
        self._axes: dict[str, Axis] = {
            "WD": self._working,
            "CD": CalendarDays(),
            "CH": ClockHours(),
            "BH": BusinessHours(self._working, days.days, slots, weekly),
        }

    def is_working(self, days: Any) -> Bools:
        """Worked or not, make-up days and company days included."""
        numbers, missing = to_ints(as_days(days))
        found = self._working.is_working(numbers)
        return found if missing is None else found & ~missing

    def is_provisional(self, days: Any) -> Bools:
        """Outside the covered range, where nobody has published the holidays yet."""
        asked = as_days(days)
        return np.asarray((asked < np.datetime64(self.days.first)) | (asked > np.datetime64(self.days.last)))

    def add_working_days(self, start: Any, n: Any) -> Moments:
        """The n-th working day after the start, before it when n is negative; the start itself is never counted.

        0 gives the start, working or not. Raises ValueError when n is not whole.
        """
        numbers, missing = to_ints(as_days(start))
        counts, absent = _whole(as_counts(n))
        return from_ints(self._working.shift(numbers, counts), "D", either(missing, absent))

    def working_days_between(self, after: Any, through: Any) -> Floats:
        """Working days d with after < d <= through; 0 when through is not later."""
        return self.elapsed(after, through, "WD")

    def roll(self, days: Any, *, forward: bool = True) -> Moments:
        """A day of rest becomes the next working day, or the one before."""
        numbers, missing = to_ints(as_days(days))
        counted = self._working.through(numbers - 1) + 1 if forward else self._working.through(numbers)
        return from_ints(self._working.nth(counted), "D", missing)

    def remind_before(self, due: Any, days_cd: Any) -> Moments:
        """That many calendar days before the due day, moved back to a working day."""
        numbers, missing = to_ints(as_days(due))
        counts, absent = _whole(as_counts(days_cd))
        return self.roll(from_ints(numbers - counts, "D", either(missing, absent)), forward=False)

    def deadline(self, start: Any, amount: Any, unit: Any, pauses: Sequence[Any] | None = None) -> Moments:
        """The last moment in time: `amount` of `unit` after the start, NaT where something is missing.

        `unit` is WD, CD, CH or BH, one for all or one per row. Days end at 23:59:59, and a deadline in CD is not
        rolled. A start at 00:00 is taken as midnight. `pauses`: pairs (from, to) for a single start, a list of such
        lists (or None) for a column; behind a pause that still lasts the deadline is NaT. Raises ValueError for an
        unknown unit, part of a day, or pauses with a negative amount.
        """
        moments, amounts, units = np.broadcast_arrays(
            as_moments(start), as_counts(amount), np.asarray(unit, dtype=object)
        )
        if isinstance(unit, str):
            return self._deadline(moments, amounts, unit, pauses)
        ends = np.full(moments.shape, np.datetime64("NaT", "s"))
        rows = None if pauses is None else list(pauses)
        for each in {unit for unit in units if isinstance(unit, str)}:
            of = np.flatnonzero(units == each)
            own = None if rows is None else [rows[int(row)] for row in of]
            ends[of] = self._deadline(moments[of], amounts[of], each, own)
        return ends

    def elapsed(self, start: Any, end: Any, unit: str, pauses: Sequence[Any] | None = None) -> Floats:
        """How much of the unit lies between start and end outside the pauses, never below 0: undoes `deadline`."""
        axis = self._axis(unit)
        begin, end = np.broadcast_arrays(as_moments(start), as_moments(end))
        (begun, missing), (ended, absent) = to_ints(begin), to_ints(end)
        since, until = axis.count(begun), axis.count(ended)
        counts = until - since if pauses is None else until - since - overlap(axis, since, until, pauses)
        spent = np.maximum(counts, 0) / axis.per_unit
        lost = either(missing, absent)
        return np.asarray(spent if lost is None else np.where(lost, np.nan, spent))

    def add_business_hours(self, start: Any, hours: Any, pauses: Sequence[Any] | None = None) -> Moments:
        """`deadline` in BH: used up exactly at the end of a slot, it is the end of that slot."""
        return self.deadline(start, hours, "BH", pauses)

    def business_hours_between(self, start: Any, end: Any, pauses: Sequence[Any] | None = None) -> Floats:
        """`elapsed` in BH."""
        return self.elapsed(start, end, "BH", pauses)

    def _axis(self, unit: str) -> Axis:
        if unit not in self._axes:
            raise ValueError(f"unit must be one of {', '.join(self._axes)}, not {unit!r}")
        return self._axes[unit]

    def _deadline(self, start: Moments, amount: Floats, unit: str, pauses: Sequence[Any] | None) -> Moments:
        axis = self._axis(unit)
        (begun, missing), (counts, absent) = to_ints(start), _whole(amount, axis.per_unit)
        lost = either(missing, absent)
        if pauses is not None:
            if (counts < 0).any():
                raise ValueError("pauses go with a limit that runs forwards")
            since = axis.count(begun)
            extra = stretch(axis, since, since + counts, pauses)
            lost = either(lost, extra == FOREVER)
            counts = counts + np.where(extra == FOREVER, 0, extra)
        return from_ints(axis.add(begun, counts), "s", lost)


def _whole(amounts: Floats, per_unit: int = 1) -> tuple[Ints, Bools | None]:
    """Amounts as counts, hours to the nearest second, and where they are missing."""
    missing = np.isnan(amounts)
    counts = np.where(missing, 0, amounts) * per_unit
    if per_unit == 1 and (counts != np.rint(counts)).any():
        raise ValueError("days are counted whole")
    return np.rint(counts).astype("int64"), missing if missing.any() else None
