"""Days and moments, from date cells, numbers and text."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from pipeline.core.text import clean_cell, narrow, simplified
from pipeline.reading.values.amounts import plain_number
from pipeline.reading.values.cells import BLANK, Parsed, is_blank, known, noted, refused, unknown
from pipeline.reading.values.date_context import NOWHERE, DateContext, bounds, out_of_window, settle, suggest
from pipeline.reading.values.date_text import (
    AMBIGUOUS,
    BAD,
    INVALID,
    RANGE,
    TIME_ONLY,
    DateReading,
    WrittenDate,
    read_clock,
    read_date,
)
from pipeline.reading.values.text import format_raw
from schemas.language import spellings

SERIAL = "CELL-009"
ZERO_DATE = "CELL-018"

FIRST_SERIAL, LAST_SERIAL = 36526, 73050  # 2000-01-01 to 2099-12-31
EPOCH = datetime(1899, 12, 30)
DAYS_1904 = 1462
SECONDS_A_DAY = 86400
FIRST_REAL = date(1900, 1, 2)  # what shows as earlier is a zero in a date format
END_OF_TIME = date(9999, 1, 1)
ZEROS = frozenset(spellings.group("date.zero"))
ENDLESS = frozenset(spellings.group("date.endless"))
MIDNIGHT = time()
# what programs write, read without the long road
ISO = re.compile(r"((?!0000)\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: ([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?)?", re.ASCII)
# 5.1, 5.2 and 5.3 are all that a cell keeps of 5.10, 5.20 and 5.30
ZERO_EATEN = frozenset("123")

Settled = tuple[date, time | None, tuple[str, ...]]


def parse_day(raw: object, context: DateContext = NOWHERE) -> Parsed:
    """Read a day as `datetime.date`; a time beside it is left out."""
    if isinstance(raw, datetime):
        day = raw.date()
    elif isinstance(raw, date):
        day = raw
    else:
        found = _settled(raw, context)
        return found if isinstance(found, Parsed) else noted(found[0], *found[2], value=format_raw(raw))
    low, high = bounds(context.window)
    return known(day) if low <= day <= high else _strange(day, context)


def parse_moment(raw: object, context: DateContext = NOWHERE) -> Parsed:
    """Read a moment as naive `datetime.datetime`; midnight when only the day is known."""
    if isinstance(raw, date):
        moment = raw if isinstance(raw, datetime) else datetime(raw.year, raw.month, raw.day)
        low, high = bounds(context.window)
        day = moment.date()
        if not low <= day <= high:
            return _strange(day, context)
        return known(moment.replace(microsecond=0) if moment.microsecond else moment)
    found = _settled(raw, context)
    if isinstance(found, Parsed):
        return found
    day, clock, rules = found
    return noted(datetime.combine(day, clock or MIDNIGHT), *rules, value=format_raw(raw))


def parse_clock(raw: object) -> Parsed:  # noqa: PLR0911 - one return per kind of cell
    """Read a time of day as `datetime.time`, for sheets that keep day and time in two columns."""
    if isinstance(raw, time):
        return known(raw.replace(microsecond=0))
    if isinstance(raw, datetime):
        return known(raw.time().replace(microsecond=0))
    if isinstance(raw, timedelta) and timedelta() <= raw < timedelta(days=1):
        return known((EPOCH + raw).time().replace(microsecond=0))
    number = plain_number(raw)
    if number is not None and 0 <= number < 1:
        return known((EPOCH + timedelta(seconds=round(float(number) * SECONDS_A_DAY))).time())
    if refusal := refused(raw):
        return refusal
    text = "" if raw is None else format_raw(raw)
    if is_blank(text):
        return BLANK
    clock = read_clock(text)
    return known(clock) if clock is not None else unknown(BAD, value=text)


def _strange(day: date, context: DateContext) -> Parsed:
    if day < FIRST_REAL:
        return Parsed(None, ZERO_DATE)
    return BLANK if day >= END_OF_TIME else out_of_window(day, context)


def _settled(raw: object, context: DateContext) -> Settled | Parsed:  # noqa: PLR0911 - one return per kind of cell
    if raw is None or (refusal := refused(raw)):
        return BLANK if raw is None else refusal or BLANK
    if isinstance(raw, time | timedelta):
        is_zero = raw in {MIDNIGHT, timedelta()}
        return Parsed(None, ZERO_DATE) if is_zero else unknown(TIME_ONLY, value=format_raw(raw))
    number = plain_number(raw)
    if number is not None:
        return _from_number(number, context)
    if not isinstance(raw, str):
        return unknown(BAD, value=format_raw(raw))
    text = narrow(clean_cell(raw))
    if is_blank(text) or simplified(text) in ENDLESS:
        return BLANK
    if simplified(text) in ZEROS:
        return Parsed(None, ZERO_DATE)
    if text.isascii() and text.isdigit() and len(text) == len("45415"):
        return _from_number(plain_number(int(text)) or 0, context)
    return _from_text(text, context)


def _from_number(number: Decimal | int, context: DateContext) -> Settled | Parsed:
    """A serial without its format, 20240503, 202405, or 5.15 typed as a number."""
    if number == 0:
        return Parsed(None, ZERO_DATE)
    if 0 < number < 1:
        return unknown(TIME_ONLY, value=f"{number:f}")
    serial = number + DAYS_1904 if context.epoch_1904 else number
    if FIRST_SERIAL <= serial < LAST_SERIAL + 1:
        return _from_serial(float(serial), context)
    text = f"{number:f}" if number < 10**8 else str(int(number))
    whole, _, part = text.partition(".")
    if part in ZERO_EATEN and len(whole) <= len("12"):
        days = (int(part), int(part) * 10)
        return _several([WrittenDate(month=int(whole), day=day) for day in days], context)
    return _from_text(text, context)


def _from_serial(serial: float, context: DateContext) -> Settled | Parsed:
    moment = EPOCH + timedelta(seconds=round(serial * SECONDS_A_DAY))
    low, high = bounds(context.window)
    if not low <= moment.date() <= high:
        return _strange(moment.date(), context)
    return moment.date(), moment.time() if moment.time() > MIDNIGHT else None, (SERIAL,)


def _from_text(text: str, context: DateContext) -> Settled | Parsed:  # noqa: PLR0911 - one return per outcome
    if match := ISO.fullmatch(text):
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        return _one(WrittenDate(year, month, day, time(hour, minute, second)), text, context)
    reading = read_date(text)
    if reading.problem == AMBIGUOUS and context.order and (meant := _in_order(reading, context)):
        return _one(meant, text, context)
    if reading.problem:
        return _problem(reading, text, context)
    first, last = reading.first, reading.last
    if first is None:
        return unknown(BAD, value=text)
    if last is None:
        return _one(first, text, context)
    if context.want == "event":
        return unknown(RANGE, value=text, suggestion=suggest(last, context))
    end = _one(last, text, context)
    if isinstance(end, Parsed):
        return end
    return end[0], end[1], (RANGE, *end[2])


def _one(written: WrittenDate, text: str, context: DateContext) -> Settled | Parsed:
    found = settle(written, context)
    if isinstance(found, Parsed):
        return _of_text(found, text)
    day, rules = found
    return day, written.clock, rules


def _of_text(parsed: Parsed, text: str) -> Parsed:
    """With the text as it stands in the cell, not as we took it apart."""
    params = {**dict(parsed.params), "value": text}
    return Parsed(None, parsed.rule, unknown=True, params=tuple(params.items()))


def _in_order(reading: DateReading, context: DateContext) -> WrittenDate | None:
    return reading.first if context.order == "day" else reading.last


def _problem(reading: DateReading, text: str, context: DateContext) -> Parsed:
    if reading.problem == AMBIGUOUS:
        return _several([written for written in (reading.first, reading.last) if written], context)
    days = [day for written in (reading.first, reading.last) if (day := suggest(written, context))]
    return unknown(reading.problem or INVALID, value=text, suggestion="; ".join(dict.fromkeys(days)))


def _several(written: list[WrittenDate], context: DateContext) -> Parsed:
    days = [day for one in written if (day := suggest(one, context))]
    return unknown(AMBIGUOUS, suggestion="; ".join(days)) if days else unknown(AMBIGUOUS)
