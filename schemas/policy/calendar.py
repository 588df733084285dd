"""Which days are worked: the public calendar and the company days laid over it.

`days.csv` (date, is_workday, name) has one row for every covered day. A name means that somebody decided about the day
(a holiday, or a make-up working day); ordinary weekdays and weekends have none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from schemas import table_file

SHIPPED = Path(__file__).with_name("days.csv")
SATURDAY = 5
A_MONTH = timedelta(days=31)
FIRST_HOLIDAY, LAST_HOLIDAY = (1, 1), (10, 1)  # month and day: New Year, National Day


@dataclass(frozen=True)
class Days:
    """The days somebody decided about; every other day goes by its weekday.

    `days`: day → is it worked. `names`: day → why, in Chinese. `first` to `last`: the covered range, inclusive; outside
    it nothing has been published, so what is counted there is provisional.
    """

    days: Mapping[date, bool]
    names: Mapping[date, str]
    first: date
    last: date

    def runs_out(self, today: date) -> bool:
        """Return whether less than a month of published days is left: next year's holidays are to be entered."""
        return today + A_MONTH > self.last

    def year_entered(self, rows: Iterable[tuple[date, bool, str]]) -> date | None:
        """Return the end of the next year, once its first and last public holiday are among the company's days."""
        resting = {day for day, is_working, _ in rows if not is_working}
        year = self.last.year + 1
        return date(year, 12, 31) if {date(year, *FIRST_HOLIDAY), date(year, *LAST_HOLIDAY)} <= resting else None

    def with_overlay(self, rows: Iterable[tuple[date, bool, str]], *, through: date | None = None) -> Days:
        """Lay company days (day, is it worked, name) over the public ones, the later row over the earlier.

        They do not widen the covered range, since a factory shutdown in an unpublished year says nothing about its
        holidays; `through` does, for a company that has entered the whole of a new year.
        """
        days, names = dict(self.days), dict(self.names)
        for day, is_working, name in rows:
            days[day] = is_working
            names[day] = name
        return replace(self, days=days, names=names, last=max(self.last, through or self.last))


@dataclass(frozen=True, slots=True)
class Day:
    """One row of days.csv."""

    date: dt.date
    is_workday: bool
    name: str

    @property
    def is_decided(self) -> bool:
        """Return whether somebody decided about it: it has a name, or is not what its weekday says."""
        return bool(self.name) or self.is_workday != (self.date.weekday() < SATURDAY)


def load_days(path: Path = SHIPPED) -> Days:
    """Read the public calendar. Raises ValueError when the file has no rows or a cell is not what it must be."""
    rows = table_file.load(Day, path)
    if not rows:
        raise ValueError(f"{path.name}: no days")
    decided = [day for day in rows if day.is_decided]
    return Days(
        days={day.date: day.is_workday for day in decided},
        names={day.date: day.name for day in decided},
        first=min(day.date for day in rows),
        last=max(day.date for day in rows),
    )
