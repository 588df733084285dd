"""The shape of order and complaint numbers, and where they stand in a text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.core.text import clean_cell, narrow, one_dash
from schemas.language import spellings

MOST_IN_RANGE = 20
MONTH = r"(20\d{2})(0[1-9]|1[0-2])"
CANONICAL = re.compile(MONTH + r"-(T?)(\d{3,6})")

PREFIX = re.compile(rf"(?:(?:{spellings.pattern('id.prefix')})\s*[:.#]?\s*)+(?=T?\d)", re.IGNORECASE)
RANGE = spellings.pattern("id.range")
LIST = spellings.pattern("id.list")

# in free words a number needs its own shape: no bare date may pass for one
FREE = re.compile(
    rf"(?<![\dT])(?:{MONTH}\s?-\s?(\d{{3,4}})|{MONTH}(\d{{3}})|(20\d{{2}})-(0[1-9]|1[0-2])-(\d{{3}}))(?![\d-])"
)
CONTINUED = re.compile(rf"\s*(?:{LIST})\s*(\d{{3}})(?![\d.,:=])")
RUNNING = re.compile(rf"\s*(?:{RANGE})\s*(?:{MONTH}-)?(\d{{1,4}})(?!\d)")


@dataclass(frozen=True, slots=True)
class RecordNumber:
    """A number taken apart; `canonical` puts it together as it must be written."""

    year: str
    month: str
    serial: int
    letter: str = ""  # "T" for complaints

    @property
    def canonical(self) -> str:
        """As it must be written: three digits, four after 999."""
        return f"{self.year}{self.month}-{self.letter}{self.serial:03d}"

    def until(self, last: int) -> list[str]:
        """This number and those after it up to `last`; empty when backwards or too many."""
        serials = range(self.serial, last + 1)
        if not 1 < len(serials) <= MOST_IN_RANGE:
            return []
        return [RecordNumber(self.year, self.month, each, self.letter).canonical for each in serials]


def fold_id(text: str) -> str:
    """An id in capitals on one line: half width, one kind of dash, its label gone."""
    plain = " ".join(one_dash(narrow(clean_cell(text)).replace("\n", "")).upper().split())
    return PREFIX.sub("", plain, count=1) if not plain[:1].isdigit() else plain


def find_order_numbers(text: str) -> tuple[str, ...]:
    """Canonical order numbers in a free remark, in their order, each once.

    Follows lists and ranges that name the month only once (202405-001/003).
    """
    plain = one_dash(narrow(clean_cell(text))).upper()
    found: dict[str, None] = {}
    for match in FREE.finditer(plain):
        year, month, serial = (part for part in match.groups() if part)
        first = RecordNumber(year, month, int(serial))
        if not first.serial or (len(serial) > 3 and serial[0] == "0"):  # noqa: PLR2004
            continue
        found[first.canonical] = None
        found.update(dict.fromkeys(_following(plain, match.end(), first)))
    return tuple(found)


def _following(plain: str, at: int, first: RecordNumber) -> list[str]:
    more: list[str] = []
    if run := RUNNING.match(plain, at):
        same_month = run[1] is None or (run[1], run[2]) == (first.year, first.month)
        return first.until(int(run[3])) if same_month else []
    while (match := CONTINUED.match(plain, at)) and int(match[1]):
        more.append(RecordNumber(first.year, first.month, int(match[1])).canonical)
        at = match.end()
    return more
