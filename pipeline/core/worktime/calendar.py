"""The working calendar: every deadline of the night is asked of it.

A pause is a pair (from, to); `to` missing means that it still lasts. Pauses are cut out in the unit of the limit: a
pause over a night costs no business hours, and one over a weekend no working days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from itertools import groupby
from typing import Any

import numpy as np

from pipeline.core.worktime.units import (
    Axis,
    Bools,
    BusinessHours,
    CalendarDays,
    ClockHours,
    Floats,
    Ints,
    Moments,
    Slots,
    WorkingDays,
    as_counts,
    as_days,
    as_moments,
    either,
    from_ints,
    to_ints,
)
from schemas.policy.calendar import Days

USUAL: Slots = ((time(9), time(12)), (time(13), time(18)))
FRIDAY, SUNDAY = 4, 6
Span = tuple[int, int]
FOREVER = 2**62  # counts up to the end of a pause that still lasts: more than any limit, and sums of it fit int64


class Calendar:
    """Working days and business hours.

    Every method takes single values or columns (dates, datetimes, numpy, pandas) and answers with numpy arrays of the
    same length, 0-dimensional for a single value: datetime64[D] for days, datetime64[s] for moments, float64 for
    counts. Missing in is missing out: NaT, NaN for counts, False for questions.

    A listed working day has the usual `slots`; any other day has those of its weekday, which are the usual ones from
    Monday to Friday and none at weekends unless `weekday_slots` (0 is Monday, an empty tuple is rest) says otherwise.
    Beyond the covered range only weekdays count. Raises ValueError when slots overlap or
    no weekday has any.
    """

    def __init__(self, days: Days, slots: Slots = USUAL, weekday_slots: Mapping[int, Slots] | None = None) -> None:
        weekly = {day: slots if day <= FRIDAY else () for day in range(SUNDAY + 1)} | dict(weekday_slots or {})
        self.days = days
        self._working = WorkingDays(days.days, [day for day, hours in weekly.items() if hours])
        self._axes: dict[str, Axis] = {
            "WD": self._working,
            "CD": CalendarDays(),
            "CH": ClockHours(),
            "BH": BusinessHours(self._working, days.days, slots, weekly),
        }

    def is_working(self, days: Any) -> Bools:
        """Return whether days are worked, make-up days and company days included."""
        numbers, missing = to_ints(as_days(days))
        found = self._working.is_working(numbers)
        return found if missing is None else found & ~missing

    def add_working_days(self, start: Any, n: Any) -> Moments:
        """Return the n-th working day after the start, before it when n is negative.

        The start itself is never counted.

        0 gives the start, working or not. Raises ValueError when n is not whole.
        """
        numbers, missing = to_ints(as_days(start))
        counts, absent = _whole(as_counts(n))
        return from_ints(self._working.shift(numbers, counts), "D", either(missing, absent))

    def working_days_between(self, after: Any, through: Any) -> Floats:
        """Count working days d with after < d <= through; 0 when through is not later."""
        return self.elapsed(after, through, "WD")

    def roll(self, days: Any, *, forward: bool = True) -> Moments:
        """Return days with those of rest moved to the next working day, or to the one before."""
        numbers, missing = to_ints(as_days(days))
        counted = self._working.through(numbers - 1) + 1 if forward else self._working.through(numbers)
        return from_ints(self._working.nth(counted), "D", missing)

    def remind_before(self, due: Any, days_cd: Any) -> Moments:
        """Return the day that many calendar days before the due day, moved back to a working day."""
        numbers, missing = to_ints(as_days(due))
        counts, absent = _whole(as_counts(days_cd))
        return self.roll(from_ints(numbers - counts, "D", either(missing, absent)), forward=False)

    def deadline(self, start: Any, amount: Any, unit: Any, pauses: Sequence[Any] | None = None) -> Moments:
        """Return the last moment in time: `amount` of `unit` after the start, NaT where something is missing.

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
        for name in {unit for unit in units if isinstance(unit, str)}:
            of = np.flatnonzero(units == name)
            own = None if rows is None else [rows[int(row)] for row in of]
            ends[of] = self._deadline(moments[of], amounts[of], name, own)
        return ends

    def elapsed(self, start: Any, end: Any, unit: str, pauses: Sequence[Any] | None = None) -> Floats:
        """Count how much of the unit lies between start and end outside the pauses, never below 0."""
        axis = self._axis(unit)
        begin, end = np.broadcast_arrays(as_moments(start), as_moments(end))
        (begun, missing), (ended, absent) = to_ints(begin), to_ints(end)
        since, until = axis.count(begun), axis.count(ended)
        counts = until - since if pauses is None else until - since - overlap(axis, since, until, pauses)
        spent = np.maximum(counts, 0) / axis.per_unit
        lost = either(missing, absent)
        return np.asarray(spent if lost is None else np.where(lost, np.nan, spent))

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


def spans(axis: Axis, pauses: Sequence[Any], *, is_one: bool) -> Iterator[tuple[int, list[Span]]]:
    """Yield (row, its pauses in counts: in order, none overlapping) for each row that has any.

    `pauses` is a list of pairs for one start (`is_one`), else one such list, or None, for each row. A pause without a
    beginning is left out, one that ends before it begins has no length.
    """
    rows = [pauses] if is_one else pauses
    flat = [(row, *pair) for row, pairs in enumerate(rows) for pair in (pairs if isinstance(pairs, Sequence) else ())]
    if not flat:
        return
    begins, ends = (as_moments([pair[side] for pair in flat]) for side in (1, 2))
    begun = axis.count(np.where(np.isnat(begins), 0, begins.astype("int64")))
    ended = np.where(np.isnat(ends), FOREVER, axis.count(np.where(np.isnat(ends), 0, ends.astype("int64"))))
    found = [
        (pair[0], int(a), int(b))
        for pair, a, b, gone in zip(flat, begun, ended, np.isnat(begins), strict=True)
        if not gone
    ]
    for row, group in groupby(found, key=lambda pause: pause[0]):
        yield row, _merged([(a, b) for _, a, b in group])


def stretch(axis: Axis, origin: Ints, target: Ints, pauses: Sequence[Any]) -> Ints:
    """Count by how much the pauses put off each target; FOREVER when it lies behind a pause that still lasts."""
    extra = np.zeros(origin.shape, dtype="int64")
    for row, found in spans(axis, pauses, is_one=origin.ndim == 0):
        at = row if origin.ndim else ()
        extra[at] = _stretched(int(origin[at]), int(target[at]), found, in_days=axis.in_days)
    return extra


def overlap(axis: Axis, begin: Ints, end: Ints, pauses: Sequence[Any]) -> Ints:
    """Count how much between begin and end was paused."""
    lost = np.zeros(begin.shape, dtype="int64")
    for row, found in spans(axis, pauses, is_one=begin.ndim == 0):
        at = row if begin.ndim else ()
        since, until = int(begin[at]), int(end[at])
        lost[at] = sum(max(0, min(b, until) - max(a, since)) for a, b in found)
    return lost


def _stretched(origin: int, target: int, found: list[Span], *, in_days: bool) -> int:
    extra = 0
    for a, b in found:
        begin = max(a, origin)
        # the last day of a limit in days is not over when a pause begins on it; a limit in hours is over by then
        if begin > target + extra - (not in_days):
            break
        if b >= FOREVER:
            return FOREVER
        extra += max(0, b - begin)
    return extra


def _merged(found: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for a, b in sorted(found):
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        elif b > a:
            merged.append((a, b))
    return merged
