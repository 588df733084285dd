"""What a number format shows a number as, and what then stands in the cell."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from math import floor

NUMBER_TEXT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
LONG_NUMBER = r"(-?\d{16,309})(?:\.0*)?"  # a float does not keep them
LONG = re.compile(LONG_NUMBER)
LONGEST_CODE = 300  # of a format; Excel allows 255

IDLE = re.compile(r'"[^"]*"?|[\\_*].?')  # quoted, escaped, or there to make room
PIECE = re.compile(r"\[([^\]]*)\]?|(.)")
SPAN = re.compile(r"(?:h+|m+|s+)", re.IGNORECASE)
DAY_LETTERS, HALF_DAY_LETTERS = frozenset("dmhys"), frozenset("pm/")
WEEKDAY = "aaa"

EPOCH = datetime(1899, 12, 30)  # wall time, as everywhere in a workbook
DAYS_TO_1904, LEAP_DAY_THAT_NEVER_WAS = 1462, 60
MILLISECONDS = 86_400_000


class NumberForm(Enum):
    """What a number is shown as."""

    NUMBER = auto()
    DAY = auto()  # or a time of day
    SPAN = auto()  # hours that go on after 24


# by number of the format; Chinese and Japanese programs write 27 to 58 without saying what they mean
BUILT_IN = {str(number): NumberForm.DAY for number in (*range(14, 23), *range(27, 37), 45, 47, *range(50, 59))} | {
    "46": NumberForm.SPAN
}


def form_of(code: str) -> NumberForm:
    """Return what the first section of a format code shows."""
    has_a = False
    for bracket, letter in PIECE.findall(IDLE.sub("", code[:LONGEST_CODE]).partition(";")[0].lower()):
        if bracket and SPAN.fullmatch(bracket):
            return NumberForm.SPAN
        if letter in (HALF_DAY_LETTERS if has_a else DAY_LETTERS) and letter:
            return NumberForm.DAY
        has_a = has_a or letter == "a"
    return NumberForm.NUMBER


def names_weekday(code: str) -> bool:
    """Return whether a format code shows a day by its weekday."""
    return WEEKDAY in code.lower()


def shown_as(serial: float, form: NumberForm, *, is_1904: bool = False) -> object:
    """Return a number as a day, a moment, a time of day or a span; itself where it can be none of them."""
    try:
        if form is NumberForm.SPAN:
            return timedelta(milliseconds=floor(serial * MILLISECONDS + 0.5))
        return _day(serial, is_1904=is_1904) if form is NumberForm.DAY else serial
    except (OverflowError, ValueError):
        return serial


def _day(serial: float, *, is_1904: bool) -> date | time:
    days = serial + DAYS_TO_1904 if is_1904 else serial
    days += days < LEAP_DAY_THAT_NEVER_WAS
    since = timedelta(milliseconds=floor(days * MILLISECONDS + 0.5))
    if serial < 1:
        return (EPOCH + since % timedelta(1)).time()
    moment = EPOCH + since
    return moment.date() if serial.is_integer() else moment
