"""A date as it is written, before anybody asks whether such a day exists.

The text is first reduced to digits, separators and one capital per mark (Y M D for the
signs behind year, month, day; H N S for the time; A P Q R for morning, afternoon, noon,
night; T for "to"; U and B for "by" before and behind; W1-W7 for weekdays; <5> for May).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import time
from typing import Literal

from pipeline.core.text import clean_cell, narrow, normalize, one_dash, simplified
from schemas.language import spellings

INVALID = "CELL-011"
VAGUE = "CELL-012"
RANGE = "CELL-013"
AMBIGUOUS = "CELL-015"
TIME_ONLY = "CELL-016"
TWO_DATES = "CELL-017"
BAD = "CELL-021"

LONGEST = 80  # no date is longer, and patterns must not be tried on whole remarks
LAST_DAY = 99  # of whatever month it turns out to be
CENTURY = 2000
REPUBLIC = 1911  # Taiwan counts years from the republic on: of three figures there is no other year
SHORT_YEARS = range(15, 50)  # below may be days or months, above are no years of ours
MONTHS, LONGEST_MONTH = 12, 31
NOON = 12

MARKS = spellings.group("date.mark")
MARK = re.compile(spellings.pattern("date.mark"))
DIGIT = spellings.group("digit")
TEN = spellings.group("digit.ten")
NUMERAL = re.compile(f"(?:{spellings.pattern('digit', 'digit.ten')})+")
TENS = re.compile(f"({spellings.pattern('digit')})?({spellings.pattern('digit.ten')})({spellings.pattern('digit')})?")
VAGUE_WORD = re.compile(spellings.pattern("date.vague"), re.IGNORECASE)
PARTS = spellings.group("date.part")
PART = re.compile(rf"(\d{{1,2}})M?({spellings.pattern('date.part')})")
YEARED = re.compile(r"(\d{4})Y")

WEEKDAY = re.compile(r"\(?W([1-7])\)?")
SPACES = re.compile(r"\s*([-./:,YMDHNSTUBAPQR])\s*")
CLOCK = (
    r"(?P<half>[APQR])?(?P<h>\d{1,2})(?::(?P<n>\d{1,2})(?::(?P<s>\d{1,2})(?:\.\d+)?)?"
    r"|H(?:(?P<nn>\d{1,2})N?(?:(?P<ss>\d{1,2})S?)?)?)(?P<behind>[AP])?"
)
ONLY_CLOCK = re.compile(CLOCK)
THEN_CLOCK = re.compile(rf"(?:[ t]|(?<=D)|(?=[APQR])){CLOCK}$")
THEN_HALF = re.compile(r"(?<=[\dD])[APQR]$")
YEAR = r"(?P<y>\d{4}|1\d\d(?=Y)|\d{2})"
TH = r"(?:st|nd|rd|th)?"
SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"(?P<y>\d{4}|1\d\d)(?P<sep>[-./])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})D?",
        rf"{YEAR}Y[-./]?(?P<m>\d{{1,2}})(?:M|[-./])(?P<d>\d{{1,2}})D?",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
        r"(?P<y>\d{2})(?P<sep>[-./])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})D?",
        r"(?P<m>\d{1,2})(?:M|[-./])(?P<d>\d{1,2})D?",
        rf"{YEAR}Y[-./]?(?P<m>\d{{1,2}})M?",
        r"(?P<y>\d{4})[-./](?P<m>\d{1,2})M?",
        r"(?P<y>\d{4})(?P<m>0[1-9]|1[0-2])",
        r"(?P<m>\d{1,2})M",
        rf"(?P<d>\d{{1,2}}){TH}[-./, ]?<(?P<m>\d+)>(?:[-./, ]+{YEAR})?",
        rf"<(?P<m>\d+)>[-./ ]?(?P<d>\d{{1,2}}){TH}(?:[-./, ]+{YEAR})?",
    )
)
DAY_FIRST = re.compile(rf"(?P<a>\d{{1,2}})(?P<sep>[-./])(?P<b>\d{{1,2}})(?P=sep){YEAR}")
DAY_ONLY = re.compile(r"(?P<d>\d{1,2})D?")
INSIDE = re.compile(
    r"(?<![\d.:/-])(?:(?:\d{4}|\d{2})[Y./-])?(?:1[0-2]|0?[1-9])(?:M|[./-])(?:[12]\d|3[01]|0?[1-9])D?(?![\d:])"
)


Order = Literal["", "day", "month"]  # which of the two comes first


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date in pieces; None is a piece nobody wrote."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    clock: time | None = None
    weekday: int = 0  # 1 Monday to 7 Sunday, 0 when not written


@dataclass(frozen=True, slots=True)
class DateReading:
    """One date, or a range (`first` to `last`), or the rule that keeps it from being one.

    With a `problem`, `first` and `last` are only what it may have meant.
    """

    first: WrittenDate | None = None
    last: WrittenDate | None = None
    problem: str | None = None


def read_date(text: str) -> DateReading:
    """Return what a text says of a day. Never raises."""
    if len(text) > LONGEST:
        return DateReading(problem=BAD)
    plain = fold_date(text)
    plain, weekday = _weekday(plain)
    found = _single(plain) or _range(plain)
    if found is None:
        return _unread(plain, text)
    if found.first and weekday and not found.last:
        found = replace(found, first=replace(found.first, weekday=weekday))
    return found


def order_of_dates(texts: Iterable[str]) -> tuple[Order, str]:
    """Return which of day and month comes first in texts of one column, with a text that proves it.

    Nothing where no text does, or where two of them prove different things.
    """
    proofs: dict[Order, str] = {}
    for text in texts:
        if len(text) <= LONGEST and (proved := _proved_order(text)):
            proofs.setdefault(proved, text)
    return next(iter(proofs.items())) if len(proofs) == 1 else ("", "")


def read_clock(text: str) -> time | None:
    """Return a time of day standing alone, in any of its spellings; None when it is none."""
    match = ONLY_CLOCK.fullmatch(fold_date(text)) if len(text) <= LONGEST else None
    return _clock(match) if match else None


def fold_date(text: str) -> str:
    """Return a date as digits, separators and one capital per mark."""
    plain = simplified(normalize(one_dash(narrow(clean_cell(text)).casefold())))
    plain = MARK.sub(lambda mark: MARKS[mark[0]], plain)
    plain = NUMERAL.sub(lambda found: _digits(found[0]), plain)
    plain = SPACES.sub(r"\1", plain.replace("\n", " "))
    plain = re.sub(r"(?<=\d),(?=\d)", ".", plain)
    return re.sub(r"\.{2,}", ".", re.sub(r"-{2,}", "T", plain)).strip(" .-,;")


def _digits(numeral: str) -> str:
    """Two-zero-two-four is read place by place, twenty-three is counted."""
    if match := TENS.fullmatch(numeral):
        tens = int(TEN[match[2]]) * int(DIGIT[match[1]] if match[1] else 1)
        return str(tens + int(DIGIT[match[3]] if match[3] else 0))
    return "".join(DIGIT.get(char, char) for char in numeral)


def _weekday(plain: str) -> tuple[str, int]:
    match = WEEKDAY.search(plain)
    if not match:
        return plain, 0
    rest = plain[: match.start()].rstrip() + " " + plain[match.end() :].lstrip()
    return SPACES.sub(r"\1", rest).strip(" .-,;"), int(match[1])


def _single(plain: str) -> DateReading | None:
    """The whole text is one date, with or without a time."""
    bare = plain.strip("UB")
    if ONLY_CLOCK.fullmatch(bare):
        return DateReading(problem=TIME_ONLY)
    if (match := DAY_ONLY.fullmatch(bare)) and bare[-1] == "D":
        return DateReading(problem=VAGUE)
    if found := _date(bare):
        return found
    if match := THEN_CLOCK.search(bare):
        return _at_clock(_date(bare[: match.start()].strip("B")), _clock(match))
    return _date(THEN_HALF.sub("", bare))


def _at_clock(found: DateReading | None, clock: time | None) -> DateReading | None:
    """A date with a time of day behind it, and so each of two that it may mean."""
    if not found or not found.first or found.problem not in (None, AMBIGUOUS):
        return found
    if not clock:
        return DateReading(problem=INVALID)
    last = replace(found.last, clock=clock) if found.last else None
    return DateReading(replace(found.first, clock=clock), last, found.problem)


def _date(plain: str) -> DateReading | None:
    for shape in SHAPES:
        if match := shape.fullmatch(plain):
            parts = match.groupdict()
            year = _year(parts.get("y"))
            if year == 0:
                continue
            day = parts.get("d")
            return DateReading(WrittenDate(year, int(parts["m"]), int(day) if day else None))
    match = DAY_FIRST.fullmatch(plain)
    return _day_or_month_first(match) if match else None


def _year(digits: str | None) -> int | None:
    """None when not written, 0 when two digits are no likely year."""
    if digits is None:
        return None
    year = int(digits)
    if len(digits) == len("2024"):
        return year
    if len(digits) == len("115"):
        return REPUBLIC + year
    return CENTURY + year if year in SHORT_YEARS else 0


def _day_or_month_first(match: re.Match[str]) -> DateReading | None:
    """03/05/2024 is two dates until one of them cannot be a month."""
    one, two, year = int(match["a"]), int(match["b"]), _year(match["y"])
    if not year:
        return None
    day_first, month_first = WrittenDate(year, two, one), WrittenDate(year, one, two)
    if one > MONTHS or one == two:
        return DateReading(day_first)
    return DateReading(month_first) if two > MONTHS else DateReading(day_first, month_first, problem=AMBIGUOUS)


def _proved_order(text: str) -> Order:
    plain = _weekday(fold_date(text))[0].strip("UB")
    match = DAY_FIRST.fullmatch(THEN_CLOCK.sub("", plain))
    if not match or not _year(match["y"]):
        return ""
    one, two = int(match["a"]), int(match["b"])
    if MONTHS < one <= LONGEST_MONTH and two <= MONTHS:
        return "day"
    return "month" if MONTHS < two <= LONGEST_MONTH and one <= MONTHS else ""


def _clock(match: re.Match[str]) -> time | None:
    """None for an hour that no clock shows. Midnight at a day's end stays on that day, as its last minute."""
    parts = match.groupdict()
    half = parts["half"] or parts["behind"] or ""
    hour, minute, second = int(parts["h"]), int(parts["n"] or parts["nn"] or 0), int(parts["s"] or parts["ss"] or 0)
    if half == "R" and hour == NOON:
        hour = 24
    elif (half in {"P", "R"} and 1 <= hour < NOON) or (half == "Q" and hour in {1, 2}):
        hour += NOON
    elif half == "A" and hour == NOON:
        hour = 0
    if hour == 24 and not minute:  # noqa: PLR2004 - the hours of a day
        return time(23, 59)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _range(plain: str) -> DateReading | None:
    bare = plain.strip("UB")
    for match in re.finditer(r"[-T]", bare):
        left, right = _single(bare[: match.start()]), bare[match.end() :]
        if not left or left.problem or not left.first:
            continue
        last = _ending(left.first, right)
        if last is not None:
            return DateReading(left.first, last)
    return None


def _ending(first: WrittenDate, right: str) -> WrittenDate | None:
    """The end of a range takes from its beginning what it leaves out."""
    if first.day and (match := DAY_ONLY.fullmatch(right)):
        return replace(first, day=int(match["d"]), clock=None)
    found = _single(right)
    if not found or found.problem or not found.first:
        return None
    last = found.first
    return replace(last, year=first.year) if last.year is None else last


def _unread(plain: str, text: str) -> DateReading:
    """Two dates, vague words, or nothing that looks like a date."""
    inside = [reading.first for match in INSIDE.finditer(plain) if (reading := _date(match[0])) and reading.first]
    if len(inside) > 1:
        return DateReading(inside[0], inside[-1], problem=TWO_DATES)
    first = inside[0] if inside else None
    if part := PART.search(plain):
        yeared = YEARED.search(plain)
        day = LAST_DAY if PARTS[part[2]] == "end" else int(PARTS[part[2]])
        first = WrittenDate(int(yeared[1]) if yeared else None, int(part[1]), day)
    return DateReading(first, problem=VAGUE if VAGUE_WORD.search(simplified(text)) else BAD)
