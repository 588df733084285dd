"""Which year was meant, whether such a day exists, and whether it can be true."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from pipeline.reading.values.cells import Parsed, unknown
from pipeline.reading.values.date_text import INVALID, LAST_DAY, Order, WrittenDate

YEAR_INFERRED = "CELL-010"
MONTH_ONLY = "CELL-014"
WINDOW = "CELL-019"
WEEKDAY = "CELL-020"

YEARS_BEFORE, YEARS_AFTER = 1, 3  # around the day that a column should be near
MONTHS = 12
EVER = (date(1990, 1, 1), date(2099, 12, 31))

Month = tuple[int, int]


@dataclass(frozen=True, slots=True)
class DateContext:
    """What a date without a year, or with a strange one, may be measured by. Hashable: a key for a memo."""

    sheet_month: Month | None = None  # (year, month) of the sheet's or the file's name
    order_month: Month | None = None  # (year, month) of the row's order number
    order_date: date | None = None  # the row's own
    not_before: date | None = None  # for deadlines
    window: date | None = None  # a day this column should be near, one year before to three after
    want: Literal["deadline", "event"] = "event"
    epoch_1904: bool = False
    order: Order = ""  # of day and month, where neither comes last and both could be either

    @property
    def anchor(self) -> date | None:
        """The day a missing year is taken nearest to."""
        for month in (self.sheet_month, self.order_month):
            if month:
                return date(*month, 15)
        return self.order_date or self.not_before or self.window

    @property
    def floor(self) -> date | None:
        """The day a deadline cannot lie before."""
        if self.want == "event":
            return None
        month = self.order_month
        return self.not_before or self.order_date or (date(*month, 1) if month else None)


NOWHERE = DateContext()


@lru_cache(maxsize=4096)
def bounds(window: date | None) -> tuple[date, date]:
    """Return the first and last day that can be true."""
    if window is None:
        return EVER
    day = min(window.day, 28)  # so that a leap day has a counterpart in every year
    low = max(window.year - YEARS_BEFORE, 1)
    return date(low, window.month, day), date(min(window.year + YEARS_AFTER, 9999), window.month, day)


def settle(written: WrittenDate, context: DateContext) -> tuple[date, tuple[str, ...]] | Parsed:
    """Return the day that was meant and the notes on it, or why there is none."""
    if written.month is None or written.day is None:
        end = WrittenDate(written.year, written.month, LAST_DAY)
        return unknown(MONTH_ONLY, suggestion=suggest(end, context) if context.want == "deadline" else "")
    if not _ever(written):
        return unknown(INVALID)
    day = _day(written, context)
    if day is None:
        return unknown(YEAR_INFERRED)
    low, high = bounds(context.window)
    if not low <= day <= high:
        return out_of_window(day, context)
    rules: tuple[str, ...] = (YEAR_INFERRED,) if written.year is None else ()
    if written.weekday and written.weekday != day.isoweekday():
        rules += (WEEKDAY,)
    return day, rules


def out_of_window(day: date, context: DateContext) -> Parsed:
    """Return a finding on a day out of its window: a mistyped year, most likely, so the same day in the year around."""
    near = context.anchor or context.window
    guess = _dated(near.year, day.month, day.day) if near else None
    return unknown(WINDOW, value=day.isoformat(), suggestion=guess.isoformat() if guess else "")


def suggest(written: WrittenDate | None, context: DateContext) -> str:
    """Return a day to suggest for a vague date; empty when there is none."""
    if written is None or written.month is None or written.day is None:
        return ""
    day = _day(written, context)
    return day.isoformat() if day else ""


def _ever(written: WrittenDate) -> bool:
    """There is such a day in the year written, or in some year."""
    year = 2024 if written.year is None else written.year
    return _dated(year, written.month or 0, written.day or 0) is not None


def _day(written: WrittenDate, context: DateContext) -> date | None:
    month, day = written.month or 0, written.day or 0
    if written.year is not None:
        return _dated(written.year, month, day)
    anchor, floor = context.anchor, context.floor
    if anchor is None:
        return None
    days = [found for year in range(anchor.year - 1, anchor.year + 3) if (found := _dated(year, month, day))]
    # a deadline lies on or after the order, and no more than its first occurrence after it
    if floor and (later := [day for day in days if day >= floor]):
        return later[0]
    return min(days, key=lambda day: (abs(day - anchor), day), default=None)


def _dated(year: int, month: int, day: int) -> date | None:
    if not (1 <= year < 9999 and 1 <= month <= MONTHS):  # noqa: PLR2004 - the calendar's own
        return None
    last = monthrange(year, month)[1]
    if day == LAST_DAY:
        return date(year, month, last)
    return date(year, month, 1) + timedelta(days=day - 1) if 1 <= day <= last else None
