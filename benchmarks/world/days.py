"""Working days of the demo's world, one at a time and without numpy."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta
from functools import cache

from schemas.policy.calendar import SATURDAY, load_days

FIRST, LAST = date(2023, 1, 1), date(2026, 12, 31)


@cache
def working() -> tuple[date, ...]:
    """Every working day of the covered years."""
    decided = load_days().days
    every = (FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1))
    return tuple(day for day in every if decided.get(day, day.weekday() < SATURDAY))


def is_working(day: date) -> bool:
    """Worked, by the public calendar."""
    return roll(day) == day


def roll(day: date) -> date:
    """The day itself when worked, else the next working day."""
    return working()[bisect_left(working(), day)]


def plus(day: date, n: int) -> date:
    """The n-th working day after (before, when negative) the day; 0 rolls."""
    if n == 0:
        return roll(day)
    at = bisect_right(working(), day) - 1 if n > 0 else bisect_left(working(), day)
    return working()[at + n]


def between(after: date, through: date) -> int:
    """Working days d with after < d <= through."""
    return bisect_right(working(), through) - bisect_right(working(), after)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a day."""
    return datetime.combine(day, time(hour, minute))
