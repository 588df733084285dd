"""What a sheet says of a column elsewhere: a clock beside a day, a carrier before its number, tax in a note."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from pipeline.core.text import normalize
from pipeline.reading.files.grid import BLANK
from pipeline.reading.layout.heading_text import spelled
from pipeline.reading.values.dates import parse_clock
from schemas.incoming.kinds import KINDS
from schemas.policy import carriers
from schemas.table import Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.reading.files.grid import Raw
    from pipeline.reading.layout.headings import Fit

CLOCK = re.compile(r"\d{1,2}[:\uff1a]\d{2}(?:[:\uff1a]\d{2})?")
TAX, CARRIER, NUMBER = "is_tax_included", "carrier", "tracking_no"
PARTING = " :\uff1a-_/\u3000"
LONGEST_NOTE = 200


def join_clocks(fit: Fit, rows: Sequence[list[Raw]]) -> None:
    """Of two columns of one moment make one, where the one holds days and the other times; a day needs no time."""
    table = KINDS[fit.kind]
    for field, places in fit.columns.items():
        join = {Type.MOMENT: _join, Type.DAY: _keep_day}.get(table.spec(field).type)
        if join and len(places) > 1:
            for row in rows:
                join(row, *places[:2])


def _keep_day(row: list[Raw], first: int, second: int) -> None:
    day, clock = row[first], row[second]
    if is_clock(day):
        day, clock = clock, day
    if is_clock(clock) and day != BLANK:
        row[first], row[second] = day, BLANK


def _join(row: list[Raw], first: int, second: int) -> None:
    day, clock = row[first], row[second]
    if is_clock(day):
        day, clock = clock, day
    value = parse_clock(clock).value if is_clock(clock) and day != BLANK and not is_clock(day) else None
    if isinstance(value, time):
        row[first], row[second] = _together(day, value), BLANK


def is_clock(raw: Raw) -> bool:
    """A time of day and nothing else."""
    if isinstance(raw, time | timedelta):
        return True
    if type(raw) is float:
        return 0 < raw < 1
    return type(raw) is str and CLOCK.fullmatch(raw.strip()) is not None


def _together(day: Raw, clock: time) -> Raw:
    if isinstance(day, datetime | date):
        return datetime(day.year, day.month, day.day, clock.hour, clock.minute, clock.second)
    if type(day) is float:
        return day + (clock.hour * 3600 + clock.minute * 60 + clock.second) / 86400
    return f"{day} {clock:%H:%M:%S}"


def part_carriers(fit: Fit, rows: Sequence[list[Raw]]) -> None:
    """Move the carrier's name that stands before its number into the carrier's own column, where there is one."""
    if CARRIER not in fit.columns or NUMBER not in fit.columns:
        return
    name_at, number_at = fit.columns[CARRIER][0], fit.columns[NUMBER][0]
    for row in rows:
        cell = row[number_at]
        if type(cell) is str and (found := _carrier(cell)):
            row[number_at] = found[1]
            if row[name_at] == BLANK:
                row[name_at] = found[0]


def _carrier(cell: str) -> tuple[str, str] | None:
    """Name and number of a cell that holds both; a prefix that belongs to the number stays."""
    for each in carriers.load():
        for name in each.names:
            number = cell.strip().removeprefix(name).lstrip(PARTING)
            if not name.isascii() and cell.strip().startswith(name) and number.isascii() and number:
                return name, number
    return None


def says_tax(said: Iterable[Sequence[Raw]]) -> bool | None:
    """Whether prices hold the tax, as a line outside the table says; None when none does."""
    for row in said:
        for cell in row:
            if type(cell) is str and len(cell) <= LONGEST_NOTE:
                text = normalize(cell).casefold()
                for key, answer in (("reading.without_tax", False), ("reading.with_tax", True)):
                    if any(word in text for word in spelled(key)):
                        return answer
    return None
