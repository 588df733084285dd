"""Telephone numbers: digits, the extension after a hyphen, the first number when there are several."""

from __future__ import annotations

import re

from pipeline.core.text import clean_cell, narrow, one_dash
from pipeline.reading.values.cells import BLANK, Parsed, is_blank, known, noted, refused, unknown
from pipeline.reading.values.text import NAME_PHONE, SCIENTIFIC, shown
from schemas.language import spellings

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


def parse_phone(raw: object) -> Parsed:  # noqa: PLR0911 - one return per kind of cell
    """13800138000, 075512345678-801. What is no number is kept as written and breaks ORD-005."""
    if type(raw) is str and MOBILE.fullmatch(raw):
        return known(raw)
    if refusal := refused(raw):
        return refusal
    text = "" if raw is None else one_dash(narrow(shown(raw)))
    if is_blank(text):
        return BLANK
    if SCIENTIFIC.fullmatch(text):
        return unknown(PHONE_SCI, value=text)
    if text.isdigit() and not HOTLINE.fullmatch(text) and ZERO_LOST.fullmatch(text) and not MOBILE.fullmatch(text):
        return noted(text, PHONE_ZERO, suggestion="0" + text, value=text)
    found = _first(text)
    if found is None:
        return noted(clean_cell(text).replace("\n", " "), BAD_PHONE, value=text)
    return _named(text, found)


def _first(text: str) -> str | None:
    matches = [match for shape in (CELLULAR, LANDLINE, HOTLINE) if (match := shape.search(text)) and _fits(match)]
    if not matches:
        return None
    first = min(matches, key=lambda match: match.start())
    *digits, last = first.groups()
    if first.re is CELLULAR:
        return "".join((*digits, last))
    return "".join(digits) + (f"-{last}" if last else "")


def _fits(match: re.Match[str]) -> bool:
    return match.re is not HOTLINE or len("".join(match.groups()[:3])) == HOTLINE_DIGITS


def _named(text: str, phone: str) -> Parsed:
    """A name beside the number is somebody's, and belongs to another column."""
    words = NAMED.search(re.sub(r"\d+", " ", LABEL.sub(" ", text)))
    return noted(phone, NAME_PHONE, name=words[0], value=text) if words else known(phone)
