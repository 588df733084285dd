"""The month that a sheet's or a file's name speaks of, for dates without a year."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from pipeline.core.text import normalize
from pipeline.reading.layout.heading_text import spelled


def _either(key: str) -> str:
    return "|".join(re.escape(word) for word in spelled(key))


YEAR = rf"(?<!\d)(20[0-4]\d)(?!\d)\s*(?:{_either('reading.year')})?"
JOINED = re.compile(r"(?<!\d)(20[0-4]\d)(0[1-9]|1[0-2])(?:[0-3]\d)?(?!\d)")
PARTED = re.compile(rf"{YEAR}[\s._\-/]*(1[0-2]|0?[1-9])(?!\d)")
YEAR_ALONE = re.compile(YEAR)
MONTH_ALONE = re.compile(rf"(?<!\d)(1[0-2]|0?[1-9])\s*(?:{_either('reading.month')})")


def sheet_month(sheet: str, file: str) -> tuple[int, int] | None:
    """(year, month) of the sheet's name, the file's name, or the month of one and the year of the other."""
    names = [normalize(each) for each in (sheet, PurePosixPath(file).stem)]
    for name in names:
        if found := JOINED.search(name) or PARTED.search(name):
            return int(found[1]), int(found[2])
    month = next((found for name in names if (found := MONTH_ALONE.search(name))), None)
    year = next((found for name in names if (found := YEAR_ALONE.search(name))), None)
    return (int(year[1]), int(month[1])) if month and year else None
