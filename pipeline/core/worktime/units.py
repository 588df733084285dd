"""Time as whole numbers, and four ways to count it.

Each way has a count that only ever rises, and the moment at which so much has been counted. Days are numbers since
1970-01-01 and moments are seconds since then, both int64. The tables reach from 1990 to 2100, or as far as days are
listed; both ends are ordinary weeks, so anything beyond is answered by folding whole weeks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Slots = Sequence[tuple[time, time]]
WEEK = 7
FIRST, LAST = date(1990, 1, 1), date(2100, 12, 31)
THURSDAY = 3  # the weekday of day number 0
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Moments = NDArray[np.datetime64]
DAY = 86_400
NAT = np.iinfo(np.int64).min  # how numpy stores a missing date


class Axis(Protocol):
    """One unit of time."""

    per_unit: int
    """How many counts make one unit: 1 for days, 3600 for hours."""
    in_days: bool
    """A limit in days lasts to the end of its day."""

    def count(self, seconds: Ints) -> Ints:
        """Return what has been counted up to these moments."""

    def add(self, seconds: Ints, counts: Ints) -> Ints:
        """Return the moment at which so much more has been counted."""


def day_number(day: date) -> int:
    """Return days since 1970-01-01."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


class WorkingDays:
    """Day 0 is not counted; listed days as listed, the others by their weekday."""

    per_unit, in_days = 1, True

    def __init__(self, listed: Mapping[date, bool], weekdays: Sequence[int]) -> None:
        if not weekdays:
            raise ValueError("no weekday has working hours")
        days = [day_number(day) for day in listed]
        # one ordinary week must remain at either end for folding
        self.low = min([day_number(FIRST), *(day - WEEK for day in days)])
        self.high = max([day_number(LAST), *(day + WEEK for day in days)]) + 1
        self.per_week = len(weekdays)
        self._is_working = np.isin(weekday(np.arange(self.low, self.high)), np.asarray(weekdays))
        self._is_working[np.asarray(days, dtype="int64") - self.low] = list(listed.values())
        self._through = np.cumsum(self._is_working)
        self.working = np.flatnonzero(self._is_working) + self.low

    def is_working(self, days: Ints) -> Bools:
        """Return whether days are worked, day by day."""
        folded, _ = fold(days, self.low, self.high, WEEK)
        return np.asarray(self._is_working[folded - self.low])

    def through(self, days: Ints) -> Ints:
        """Return working days up to and including each day, from an arbitrary beginning."""
        folded, weeks = fold(days, self.low, self.high, WEEK)
        return np.asarray(self._through[folded - self.low] + weeks * self.per_week)

    def nth(self, counts: Ints) -> Ints:
        """Return the working day at which `through` reaches each count."""
        folded, weeks = fold(counts - 1, 0, len(self.working), self.per_week)
        return np.asarray(self.working[folded] + weeks * WEEK)

    def shift(self, days: Ints, counts: Ints) -> Ints:
        """Return the day that many working days later, or earlier when negative; 0 leaves even a day of rest alone."""
        later = self.nth(self.through(days - (counts < 0)) + counts + (counts < 0))
        return np.asarray(np.where(counts == 0, days, later))

    def count(self, seconds: Ints) -> Ints:
        """Return working days up to and including the day of each moment."""
        return self.through(seconds // DAY)

    def add(self, seconds: Ints, counts: Ints) -> Ints:
        """Return the end of the working day that many later."""
        return end_of(self.shift(seconds // DAY, counts))


class CalendarDays:
    """Every day counts."""

    per_unit, in_days = 1, True

    def count(self, seconds: Ints) -> Ints:
        """Count days since 1970-01-01."""
        return seconds // DAY

    def add(self, seconds: Ints, counts: Ints) -> Ints:
        """Return the end of the day that many later."""
        return end_of(seconds // DAY + counts)


class ClockHours:
    """Through nights and holidays."""

    per_unit, in_days = 3600, False

    def count(self, seconds: Ints) -> Ints:
        """Count every second."""
        return seconds

    def add(self, seconds: Ints, counts: Ints) -> Ints:
        """Return the moment so many seconds later."""
        return seconds + counts


class BusinessHours:
    """The hours inside the slots of working days, as one flat, sorted list of slots with what lies before each."""

    per_unit, in_days = 3600, False

    def __init__(
        self, days: WorkingDays, listed: Mapping[date, bool], slots: Slots, weekly: Mapping[int, Slots]
    ) -> None:
        own = np.isin(days.working, [day_number(day) for day in listed])
        usual = {day: _bounds(hours) for day, hours in weekly.items()}
        parts = [_spread(days.working[own], _bounds(slots))]
        parts += [_spread(days.working[~own & (weekday(days.working) == day)], bounds) for day, bounds in usual.items()]
        starts, ends = np.concatenate(parts, axis=1)
        order = np.argsort(starts)
        self.low, self.high = days.low * DAY, days.high * DAY
        # an empty slot in front, so that a moment before the first real slot has one to look at
        self._starts = np.concatenate([[self.low], starts[order]])
        self._ends = np.concatenate([[self.low], ends[order]])
        self._after = np.cumsum(self._ends - self._starts)
        self._before = self._after - (self._ends - self._starts)
        self._per_week = sum(int(np.diff(bounds).sum()) for bounds in usual.values())

    def count(self, seconds: Ints) -> Ints:
        """Return seconds inside slots up to each moment."""
        folded, weeks = fold(seconds, self.low, self.high, WEEK * DAY)
        slot = np.searchsorted(self._starts, folded, side="right") - 1
        counted = self._before[slot] + np.minimum(folded, self._ends[slot]) - self._starts[slot]
        return np.asarray(counted + weeks * self._per_week)

    def add(self, seconds: Ints, counts: Ints) -> Ints:
        """Return the moment at which the slots have given so many more seconds."""
        target = self.count(seconds) + counts
        moved = np.where(counts < 0, self._latest(target), self._earliest(target))
        return np.asarray(np.where(counts == 0, seconds, moved))

    def _earliest(self, target: Ints) -> Ints:
        # a limit used up exactly at the end of a slot ends there, not at the start of the next one
        folded, weeks = fold(target - 1, 0, int(self._after[-1]), self._per_week)
        slot = np.searchsorted(self._after, folded + 1, side="left")
        return np.asarray(self._starts[slot] + folded + 1 - self._before[slot] + weeks * (WEEK * DAY))

    def _latest(self, target: Ints) -> Ints:
        folded, weeks = fold(target, 0, int(self._after[-1]), self._per_week)
        slot = np.searchsorted(self._before, folded, side="right") - 1
        return np.asarray(self._starts[slot] + folded - self._before[slot] + weeks * (WEEK * DAY))


def weekday(days: Ints) -> Ints:
    """Return the day of the week, 0 for Monday."""
    return (days + THURSDAY) % WEEK


def end_of(days: Ints) -> Ints:
    """Return the last second of each day."""
    return days * DAY + (DAY - 1)


def _spread(days: Ints, bounds: Ints) -> Ints:
    """Two rows: the starts and the ends of these slots on these days."""
    moments = days[:, None, None] * DAY + bounds
    return np.asarray(moments.reshape(-1, 2).T)


def _bounds(slots: Slots) -> Ints:
    """One row a slot: seconds of the day; an end at 00:00 is the midnight at which the day ends."""
    bounds = np.asarray([(_second(opens), _second(closes) or DAY) for opens, closes in slots], dtype="int64").reshape(
        -1, 2
    )
    if (np.diff(bounds) <= 0).any() or (np.diff(bounds.ravel()) < 0).any():
        raise ValueError("slots must have a length, be in order and not overlap")
    return bounds


def _second(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


def as_days(values: Any) -> Moments:
    """Return the day of each value, datetime64[D]; None, NaN and pandas' missing values become NaT.

    Raises TypeError for what is no date, and for zoned moments: they would silently become UTC days.
    """
    return _as_datetimes(values).astype("datetime64[D]")


def as_moments(values: Any) -> Moments:
    """Return the moment of each value, datetime64[s] (fractions cut off); missing and raised as in `as_days`."""
    return _as_datetimes(values).astype("datetime64[s]")


def as_counts(values: Any) -> Floats:
    """Return amounts as float64, missing as NaN; takes pandas' nullable columns too."""
    if hasattr(values, "to_numpy"):
        return np.asarray(values.to_numpy(dtype="float64", na_value=np.nan))
    return np.asarray(values, dtype="float64")


def to_ints(moments: Moments) -> tuple[Ints, Bools | None]:
    """Return numbers since 1970 and where they are missing (None: nowhere); the missing ones read 0."""
    missing = np.isnat(moments)
    numbers = moments.view("int64")
    return (np.where(missing, 0, numbers), missing) if missing.any() else (numbers, None)


def from_ints(numbers: Ints, unit: str, missing: Bools | None = None) -> Moments:
    """Undo `to_ints`; unit "D" or "s"."""
    known = numbers if missing is None else np.where(missing, NAT, numbers)
    return np.asarray(known).view(f"datetime64[{unit}]")


def either(one: Bools | None, other: Bools | None) -> Bools | None:
    """Return where values are missing here or there."""
    if one is None or other is None:
        return other if one is None else one
    return one | other


def fold(values: Ints, low: int, high: int, period: int) -> tuple[Ints, Ints | int]:
    """Bring values into [low, high) by whole periods, and say by how many.

    A table that is periodic at both ends answers for every number this way, without ever growing.
    """
    if not values.size or (values.min() >= low and values.max() < high):
        return values, 0
    over = np.maximum(0, -((high - 1 - values) // period))
    under = np.maximum(0, -((values - low) // period))
    return values - (over - under) * period, over - under


def _as_datetimes(values: Any) -> Moments:
    found = values if isinstance(values, np.ndarray) else np.asarray(values)
    if found.dtype.kind == "f" and np.isnan(found).all():
        return np.full(found.shape, np.datetime64("NaT", "s"))
    if found.dtype.kind == "O":
        kept = [_dated(value) for value in found.ravel()]
        return np.array(kept, dtype="datetime64[us]").reshape(found.shape)
    if found.dtype.kind != "M":
        raise TypeError(f"expected dates, got {found.dtype}")
    return found


def _dated(value: Any) -> Any:
    if value is None or type(value).__name__ in {"NaTType", "NAType"} or value != value:  # noqa: PLR0124 - NaN
        return None
    if getattr(value, "tzinfo", None) is not None:
        raise TypeError(f"expected naive local time, got {value!r}")
    if not isinstance(value, (date, np.datetime64)):
        raise TypeError(f"expected a date, got {value!r}")
    return value
