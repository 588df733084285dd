"""What people typed about a document being in the other system: nothing, that it is, or its number there."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from pipeline.reading.values.date_context import DateContext
from pipeline.reading.values.dates import parse_day
from schemas.language import spellings

FIGURE = re.compile(r"\d")


def entered(text: str | None, today: date) -> tuple[bool, str]:
    """Whether it is in the other system, and its number there; empty when none was told."""
    bare = (text or "").strip()
    if not bare or bare.casefold() in _words("bool.no"):
        return False, ""
    is_number = bare.casefold() not in _words("bool.yes") and FIGURE.search(bare) and not _is_day(bare, today)
    return True, bare if is_number else ""


def _is_day(text: str, today: date) -> bool:
    # figures alone are a number there, even where they could be read as a day
    return not text.isdecimal() and isinstance(parse_day(text, DateContext(window=today, want="event")).value, date)


@cache
def _words(group: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in spellings.group(group))
