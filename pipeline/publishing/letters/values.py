"""Days and numbers as a letter says them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from pipeline.core.phrases import phrase
from schemas.language.words import translate


def known(value: Any) -> bool:
    """Tell whether there is something to say."""
    return not (pd.isna(value) or value == "")


def format_day(day: Any, lang: str) -> str:
    """Return a day or moment written out; blank when it is not known."""
    if not known(day):
        return ""
    parts = {"year": f"{day.year}", "month": f"{day.month}", "day": f"{day.day}", "month_name": f"{day:%B}"}
    return phrase("letter.as_day", lang, **parts)


def format_weekday(day: date, lang: str) -> str:
    """Return a day written out with its weekday, as deadlines are."""
    return phrase(
        "letter.as_weekday", lang, date=format_day(day, lang), weekday=translate(f"weekday.{day.weekday()}", lang)
    )


def format_number(number: Decimal, least: int = 0) -> str:
    """Return a number with thousands commas and no more decimals than it has, at least so many."""
    places = max(least, -int(number.normalize().as_tuple().exponent))
    return f"{number:,.{places}f}"


def format_quantity(thousandths: int) -> str:
    """Return thousandths as people count."""
    return format_number(Decimal(int(thousandths)) / 1000)
