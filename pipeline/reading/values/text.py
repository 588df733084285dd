"""Words, names, codes, models and telephone numbers: kept as written, only made legible."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite

from pipeline.core.text import clean_cell, cut_words, narrow, one_dash, simplified
from pipeline.reading.values.cells import (
    BLANK,
    NO_VALUE,
    PICTURE,
    PLACEHOLDERS,
    ErrorCell,
    Parsed,
    is_blank,
    known,
    noted,
    refused,
    says_empty,
    unknown,
)
from schemas.language import spellings

PRECISION_LOST = "CELL-005"
CODE_SCI = "CELL-029"
MODEL_IS_DATE = "CELL-030"
PICTURE_CELL = "CELL-034"
TEXT_TOO_LONG = "CELL-035"
MULTI_VALUE = "CELL-036"
NAME_PHONE = "CELL-037"

LONGEST = 32_767  # what Excel can write back into one cell, in UTF-16 units
EXACT_BELOW = 10**15  # Excel keeps fifteen digits of a number
PICTURE_WORD = next(iter(spellings.group("picture.word")))
RARE_STARTS = PLACEHOLDERS | frozenset("=#@(<")  # placeholders, errors, formulas
SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?E\+\d+", re.IGNORECASE)
LIKE_POWER = re.compile(r"\d{1,2}0{4,}")  # 1E5 typed as a model is a number to Excel
PHONE_INSIDE = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)")
BESIDE = " (/,:;)\uff08\uff09\uff0c\uff1a\uff1b\u3001"

# telephone numbers: digits, the extension after a hyphen, the first number when there are several
PHONE_SCI = "CELL-026"
PHONE_ZERO = "CELL-027"
BAD_PHONE = "ORD-005"
MOBILE = re.compile(r"1[3-9]\d{9}")
ABROAD = r"(?<![\d+])(?:(?:\+|00)?86[- ]?)?"
EXTENSION = rf"(?:\s?(?:-|{spellings.pattern('phone.extension')})\s?(\d{{1,6}}))?"
CELLULAR = re.compile(ABROAD + r"(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
LANDLINE = re.compile(ABROAD + r"\(?(0\d{2,3})\)?[- ]?(\d{3,4})[- ]?(\d{4})" + EXTENSION + r"(?!\d)", re.IGNORECASE)
HOTLINE = re.compile(r"(?<!\d)([48]00)[- ]?(\d{3,4})[- ]?(\d{3,4})" + EXTENSION + r"(?!\d)", re.IGNORECASE)
HOTLINE_DIGITS = 10
# an area code begins with 10, or with 2 to 9, once its zero is gone
ZERO_LOST = re.compile(r"10\d{8}|2\d{9}|[3-9]\d{2}\d{7,8}")
NAMED = re.compile(r"[^\W\d_]{2,}")
LABEL = re.compile(rf"(?:{spellings.pattern('phone.label')})", re.IGNORECASE)


def parse_text(raw: object) -> Parsed:
    """Read free words; numbers and dates as people would type them, without a ".0"."""
    if type(raw) is str:
        if raw.isalnum() and len(raw) < LONGEST // 2:
            return BLANK if says_empty(raw) else known(raw)
        text = clean_cell(raw)
        if not text or says_empty(text):
            return BLANK
        if text[0] in RARE_STARTS or len(text) > LONGEST // 2:
            return _rare_text(raw, text)
        return known(text)
    if refusal := _refused_text(raw):
        return refusal
    return BLANK if raw is None else known(format_raw(raw))


def parse_raw(raw: object) -> Parsed:
    """Read what another cell shows, as it was copied from there: nothing in it means anything here."""
    if isinstance(raw, ErrorCell):
        return known(raw.text)
    if raw is None or raw is NO_VALUE or raw is PICTURE:
        return BLANK
    text = raw if type(raw) is str else format_raw(raw)
    return known(text) if text.strip() else BLANK


def parse_name(raw: object) -> Parsed:
    """Read a person or company; a phone number typed behind the name is split off and noted."""
    if type(raw) is str and raw.isalpha():
        return parse_text(raw)
    parsed = parse_text(raw)
    text = parsed.value
    if not isinstance(text, str) or parsed.rule:
        return parsed
    if sum(char.isdigit() for char in text) >= 10 and (phone := PHONE_INSIDE.search(narrow(text))):  # noqa: PLR2004
        # narrow keeps the length, so the place found is the place in the text
        name = f"{text[: phone.start()].strip(BESIDE)} {text[phone.end() :].strip(BESIDE)}".strip()
        if name:
            return noted(" ".join(name.split()), NAME_PHONE, phone=phone[0])
    return parsed if text.isalnum() else known(_spaced(text))


def _spaced(text: str) -> str:
    """One space at most, and none inside a name of two or three characters spread out for looks."""
    parts = text.split()
    is_spread = len(parts) == 2 and len(parts[0]) == 1 and len(parts[1]) <= 2 and not text.isascii()  # noqa: PLR2004
    return ("" if is_spread else " ").join(parts)


def parse_code(raw: object) -> Parsed:
    """Read an id that keeps its zeros. A number of more than fifteen digits has lost some: unknown."""
    if type(raw) is str:
        if raw.isascii() and raw.isalnum():
            return known(raw)
        return _rare_code(raw, narrow(clean_cell(raw)))
    if type(raw) is float or type(raw) is int:
        if abs(raw) < EXACT_BELOW:
            return known(format_raw(raw))
        return unknown(PRECISION_LOST, value=format_raw(raw))
    return _dated(raw)


def parse_model(raw: object) -> Parsed:
    """Read a model as written: NA and None are models, 500.0 is 500, a date was once something else."""
    if type(raw) is str:
        if raw.isascii() and raw.isalnum():
            return known(raw)
        text = clean_cell(raw)
        if "\n" in text:
            return unknown(MULTI_VALUE, suggestion="; ".join(text.split("\n")))
        return _refused_text(raw) or (BLANK if is_blank(text, exported=False) else known(text))
    if type(raw) is float or type(raw) is int:
        text = format_raw(raw)
        return noted(text, CODE_SCI, value=text) if LIKE_POWER.fullmatch(text) else known(text)
    return _dated(raw)


def parse_phone(raw: object) -> Parsed:  # noqa: PLR0911 - one return per kind of cell
    """Read a telephone number: 13800138000, 075512345678-801. What is none is kept as written and breaks ORD-005."""
    if type(raw) is str and MOBILE.fullmatch(raw):
        return known(raw)
    if refusal := refused(raw):
        return refusal
    text = "" if raw is None else one_dash(narrow(format_raw(raw)))
    if is_blank(text):
        return BLANK
    if SCIENTIFIC.fullmatch(text):
        return unknown(PHONE_SCI, value=text)
    if text.isdigit() and not HOTLINE.fullmatch(text) and ZERO_LOST.fullmatch(text) and not MOBILE.fullmatch(text):
        return noted(text, PHONE_ZERO, suggestion="0" + text, value=text)
    found = _first_phone(simplified(text))
    if found is None:
        return noted(clean_cell(text).replace("\n", " "), BAD_PHONE, value=text)
    return _without_name(text, found)


def format_raw(raw: object) -> str:
    """Return a raw cell as text, the way people would type it."""
    if isinstance(raw, str):
        return clean_cell(getattr(raw, "shown", raw))
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < EXACT_BELOW * 1000:
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.strftime("%Y-%m-%d %H:%M") if raw.time() > time.min else raw.date().isoformat()
    if isinstance(raw, float) and isfinite(raw):
        return f"{Decimal(repr(raw)):f}"  # never with an exponent: nobody typed one
    return raw.isoformat() if isinstance(raw, date | time) else str(raw)


def _rare_text(raw: str, text: str) -> Parsed:
    if refusal := _refused_text(raw):
        return refusal
    if is_blank(text, exported=False):
        return BLANK
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST:
        return noted(text[: LONGEST // 2], TEXT_TOO_LONG, limit=str(LONGEST))
    return known(text)


def _rare_code(raw: str, text: str) -> Parsed:
    if refusal := refused(raw):
        return refusal
    if is_blank(text, exported=False):
        return BLANK
    if SCIENTIFIC.fullmatch(text):
        return unknown(CODE_SCI, value=text)
    return known(text.replace("\n", " "))


def _dated(raw: object) -> Parsed:
    if refusal := _refused_text(raw):
        return refusal
    if isinstance(raw, date | time | timedelta):
        return unknown(MODEL_IS_DATE, value=format_raw(raw))
    return BLANK if raw is None else known(format_raw(raw))


def _refused_text(raw: object) -> Parsed | None:
    refusal = refused(raw)
    # a picture proves that something was filed: text columns keep that word
    if refusal is not None and (raw is PICTURE or refusal.rule == PICTURE_CELL):
        return noted(PICTURE_WORD, PICTURE_CELL)
    return refusal


def _first_phone(text: str) -> str | None:
    matches = [match for shape in (CELLULAR, LANDLINE, HOTLINE) if (match := shape.search(text)) and _is_phone(match)]
    if not matches:
        return None
    first = min(matches, key=lambda match: match.start())
    *digits, last = first.groups()
    if first.re is CELLULAR:
        return "".join((*digits, last))
    return "".join(digits) + (f"-{last}" if last else "")


def _is_phone(match: re.Match[str]) -> bool:
    return match.re is not HOTLINE or len("".join(match.groups()[:3])) == HOTLINE_DIGITS


def _without_name(text: str, phone: str) -> Parsed:
    """A name beside the number is somebody's, and belongs to another column."""
    words = NAMED.search(re.sub(r"\d+", " ", cut_words(LABEL, text, by=" ")))
    return noted(phone, NAME_PHONE, name=words[0], value=text) if words else known(phone)
