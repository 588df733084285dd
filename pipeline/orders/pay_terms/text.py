"""A pay term in one form before it is read: half width, digits, days."""

from __future__ import annotations

import re
from functools import cache

from pipeline.core.text import normalize
from schemas.language.numerals import load_numerals
from schemas.policy import terms as spellings


def one_form(text: str) -> str:
    """Half width, capitals, digits for number words, days for weeks and months."""
    plain = normalize(text).upper().strip()
    plain = re.sub(r"(?<=[A-Z/])\s+|\s+(?=[A-Z%])|(?<=[\u4e00-\u9fff])\s+(?=\d)|(?<=\d),(?=\d{3}(?!\d))", "", plain)
    plain = _counted().sub(lambda found: str(_number(found[0])), plain)
    for rewrite in spellings.load()["rewrite"]:
        plain = rewrite.pattern.sub(rewrite.key, plain)
    return scaled(plain, "scale")


def scaled(text: str, group: str) -> str:
    """Spans in a smaller unit: weeks in days, years in months (a month is thirty days, but for warranties)."""
    for each in spellings.load()[group]:
        text = each.pattern.sub(lambda found, each=each: f"{int(found[1]) * each.n}{each.key}", text)  # type: ignore[misc]
    return text


@cache
def _counted() -> re.Pattern[str]:
    """Number words, where a unit follows or the name of a term stands before."""
    words = "".join(_digits()) + "".join(_places())
    units, before = (spellings.mark(key).pattern for key in ("unit", "before_number"))
    return re.compile(rf"[{words}]+(?={units})|(?<={before})[{words}]+")


@cache
def _digits() -> dict[str, int]:
    numerals = load_numerals()
    ours = {text: digit for digit, text in numerals.digits.items()}
    return ours | {other: ours[text] for other, text in numerals.also.items() if text in ours}


@cache
def _places() -> dict[str, int]:
    numerals = load_numerals()
    ours = {text: place for place, text in numerals.places.items() if place <= 100}  # noqa: PLR2004
    return ours | {other: ours[text] for other, text in numerals.also.items() if text in ours}


def _number(words: str) -> int:
    """Up to 999; plain digits in a row are read as they stand."""
    total, digit = 0, 0
    for word in words:
        if word in _places():
            total += max(digit, 1) * _places()[word]
            digit = 0
        else:
            digit = digit * 10 + _digits()[word]
    return total + digit
