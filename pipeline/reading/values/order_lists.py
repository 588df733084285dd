"""Several order numbers in one cell of a receipt or an invoice, with their amounts."""

from __future__ import annotations

import re

from pipeline.core.text import clean_cell, narrow
from pipeline.reading.values.amounts import parse_money
from pipeline.reading.values.cells import BLANK, Parsed, is_blank, known, noted, refused, unknown
from pipeline.reading.values.order_numbers import (
    ID_LIST,
    KIND,
    LIST,
    MONTH,
    NORMALISED,
    ORDER,
    ORDER_FORMAT,
    RANGE,
    RecordNumber,
    find_order_numbers,
    fold_id,
    parse_order_no,
)
from pipeline.reading.values.text import format_raw
from schemas.language import spellings

Items = dict[str, int | None]  # canonical number -> fen, None when no amount stands beside it

ID = r"(?:20\d{2}[-./]\d{2}\s?-\s?\d{3,4}|20\d{4}\s?[-_]?\s?\d{3,4}|20\d{4}\s?[-_]\s?\d{1,2})(?!\d)"
SUM = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
MONEY_UNITS = spellings.pattern("scale", "money.scale", "money.currency")
YUAN = rf"{SUM}\s*(?:{MONEY_UNITS})+"
PARTED = re.compile(rf"(?:\s|{LIST})*", re.IGNORECASE)
NUMBERED = re.compile(rf"(?:NO\.?|SO|#)?\s*({ID})", re.IGNORECASE)
# four digits on their own are as likely a sum as a serial
SHORTENED = re.compile(r"(\d{1,3})(?![\d.])")
RUNS_TO = re.compile(rf"\s*(?:{RANGE})\s*(?:{MONTH}\s?-\s?)?(\d{{1,4}})(?!\d)")
AMOUNT = re.compile(
    rf"\s*[:=]\s*({SUM}\s*(?:{MONEY_UNITS})*)|\s*\(\s*({SUM}\s*(?:{MONEY_UNITS})*)\s*\)|\s*({YUAN})", re.IGNORECASE
)


def parse_order_list(raw: object) -> Parsed:  # noqa: PLR0911 - one return per kind of cell
    """Read several order numbers as "202405-001=1000000 202405-002": fen behind "=" only where an amount was given.

    Numbers and ranges that name the month only once are filled up (CELL-038, the value stands).
    """
    if type(raw) is str and ORDER.fullmatch(raw):
        return known(raw)
    if refusal := refused(raw):
        return refusal
    if not isinstance(raw, str):
        return parse_order_no(raw)
    text = clean_cell(raw)
    if is_blank(text):
        return BLANK
    single = parse_order_no(raw)
    if single.rule == KIND or single.value is not None:
        return single
    read = _List(text)
    if read.items and read.is_whole:
        return noted(read.written, ID_LIST, value=text) if read.is_filled_up else known(read.written)
    return _found_in(text)


def _found_in(text: str) -> Parsed:
    """Numbers among other words count, as long as no other digits are left unexplained."""
    numbers = find_order_numbers(text)
    rest = NUMBERED.sub("", fold_id(text))
    # a range that could not be followed must not pass for its two ends
    is_range = len(numbers) > 1 and re.search(RANGE, rest)
    if not numbers or is_range or any(char.isdigit() for char in rest):
        return unknown(ORDER_FORMAT, value=format_raw(text), suggestion="; ".join(numbers))
    return noted(" ".join(numbers), NORMALISED, value=text)


class _List:
    """A cell read from left to right: number, range, amount, and what parts them."""

    def __init__(self, text: str) -> None:
        # a break parts two numbers here, where in a single id it would only be noise
        self.text = fold_id(narrow(text).replace("\n", ";"))
        self.at = 0
        self.items: Items = {}
        self.last: RecordNumber | None = None
        self.is_filled_up = False
        self.is_whole = False
        while self._item():
            pass

    @property
    def written(self) -> str:
        return " ".join(no if fen is None else f"{no}={fen}" for no, fen in self.items.items())

    def _item(self) -> bool:
        self._take(PARTED)
        if self.at == len(self.text):
            self.is_whole = True
            return False
        names = self._names()
        if not names:
            return False
        if (run := self._take(RUNS_TO)) is not None:
            names = self._run(run)
        return bool(names) and self._put(names)

    def _names(self) -> list[str]:
        if found := self._take(NUMBERED):
            canonical = parse_order_no(found[1]).value
            if not isinstance(canonical, str):
                return []
            self.last = RecordNumber(canonical[:4], canonical[4:6], int(canonical[7:]))
        elif self.last and (found := self._take(SHORTENED)) and int(found[1]):
            self.last = RecordNumber(self.last.year, self.last.month, int(found[1]))
            self.is_filled_up = True
        else:
            return []
        return [self.last.canonical]

    def _run(self, run: re.Match[str]) -> list[str]:
        self.is_filled_up = True
        if self.last is None or (run[1] and (run[1], run[2]) != (self.last.year, self.last.month)):
            return []
        return self.last.until(int(run[3]))

    def _put(self, names: list[str]) -> bool:
        found = self._take(AMOUNT)
        if found is None:
            self.items.update({name: self.items.get(name) for name in names})
            return True
        fen = parse_money(found[1] or found[2] or found[3]).value
        # one amount beside a range of orders does not say which of them it pays
        if not isinstance(fen, int) or len(names) > 1:
            return False
        self.items[names[0]] = (self.items.get(names[0]) or 0) + fen
        return True

    def _take(self, shape: re.Pattern[str]) -> re.Match[str] | None:
        if found := shape.match(self.text, self.at):
            self.at = found.end()
        return found
