"""One figure as people write it: sign, currency, digits, scale, unit.

Nothing is computed here; `Figure` says what stands in the cell, and each column decides
which of it makes sense there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from pipeline.core.money import FEN_PER_YUAN, unspoken
from pipeline.core.text import clean_cell, narrow, one_dash, simplified
from pipeline.reading.values.cells import Parsed, unknown
from schemas.language import spellings
from schemas.table import HOME

NUMBER_BAD = "CELL-022"
NUMBER_VAGUE = "CELL-023"
NUMBER_UNIT = "CELL-024"
NUMBER_GIFT = "CELL-025"
LONGEST = 60  # no figure is longer, and patterns must not be tried on whole remarks

DIGITS = re.compile(r"\d")
PLAIN = re.compile(r"\d+(?:\.\d*)?|\.\d+")
GROUPED = re.compile(r"\d{1,3}(?:([, '])\d{3})(?:\1\d{3})*(?:\.\d*)?")
VAGUE = re.compile(spellings.pattern("number.vague"), re.IGNORECASE)
CURRENCY = spellings.pattern("money.currency")
SCALES = {**spellings.group("scale"), **spellings.group("money.scale")}
CURRENCIES = spellings.group("money.currency")
UNITS = {spelling.casefold(): unit for spelling, unit in spellings.group("unit").items()}
MINUS = spellings.pattern("number.minus")
TIMES = spellings.pattern("number.times")
GIFT = spellings.pattern("number.gift")
UNIT = spellings.pattern("unit")
WHOLE = spellings.pattern("number.whole")

NUMBER = r"(?P<number>[\d.,' ]*\d[.]?)"
TAIL = (
    rf"(?P<percent>%)?(?P<first>{UNIT})?"
    rf"(?P<scale>{spellings.pattern('scale', 'money.scale')})?"
    rf"(?P<unit>{UNIT})?(?P<after>{CURRENCY})?(?:{WHOLE})?(?P<per>/(?:{UNIT}))?"
)
FIGURE = re.compile(rf"(?P<before>{CURRENCY})?{NUMBER}\s*{TAIL}", re.IGNORECASE)
RANGE = re.compile(rf"\d[^\d]{{0,4}}(?:-|~|{spellings.pattern('id.range')})[^\d]{{0,3}}\d", re.IGNORECASE)
PRODUCT = re.compile(
    rf"(\d+(?:\.\d+)?)\s*(?:{UNIT})?\s*(?:{TIMES})\s*(\d+(?:\.\d+)?)\s*(?:{UNIT})?(?:/(?:{UNIT}))?", re.IGNORECASE
)
SUM = re.compile(rf"(\d+)\s*(?:{UNIT})?\+\s*\(?\s*(?:{GIFT})?\s*(\d+)\s*(?:{UNIT})?.*", re.IGNORECASE)
BOUGHT = re.compile(
    rf"(?:{spellings.pattern('number.bought')})?(\d+)\s*(?:{UNIT})?[,+(]*(?:{GIFT})\s*(\d+)\s*(?:{UNIT})?\)?",
    re.IGNORECASE,
)
GIVEN = re.compile(GIFT)
BRACKETED = re.compile(rf"\(({UNIT})\)", re.IGNORECASE)
FOREIGN_UNIT = re.compile(rf"(?:{CURRENCY})?{NUMBER}[^\d]+", re.IGNORECASE)
BLANKS_BETWEEN_WORDS = re.compile(r"(?<!\d)\s+|\s+(?!\d)")
SIGNED = re.compile(rf"({CURRENCY})?(?:{MINUS})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a cell: `number` with its sign; `scale` only when the cell itself says so (10,000 for wan)."""

    number: Decimal
    scale: int | None = None
    unit: str = ""
    currency: str = ""
    per: str = ""
    is_percent: bool = False


def read_figure(text: str) -> Figure | Parsed:
    """Return the figure of a text, or why it is none: vague, a form with a product or a gift, not a number."""
    plain = fold_figure(text)
    if len(plain) <= LONGEST:
        sign, bare = _signed(plain)
        figure = _figure(sign, bare) or _spoken(sign, bare)
        if figure is not None:
            return figure
        if found := _composed(plain):
            return found
    return why_not(plain, text)


def fold_figure(text: str) -> str:
    """Return a figure in half width, small and simplified letters, one dash, no space but between digits."""
    plain = simplified(one_dash(narrow(clean_cell(text))).casefold())
    return BRACKETED.sub(r"\1", BLANKS_BETWEEN_WORDS.sub("", plain))


def why_not(plain: str, text: str) -> Parsed:
    """Return what keeps a text from being one figure."""
    if VAGUE.search(plain) or RANGE.search(plain):
        return unknown(NUMBER_VAGUE, value=text)
    if (match := FOREIGN_UNIT.fullmatch(plain[: LONGEST + 1])) and (number := _number(match["number"])) is not None:
        return unknown(NUMBER_UNIT, value=text, suggestion=f"{number:f}")
    return unknown(NUMBER_BAD, value=text)


def _signed(plain: str) -> tuple[int, str]:
    """Five ways to write a negative: -5, 5-, (5), a triangle, the word."""
    bare = plain
    if bare[:1] == "(" and bare[-1:] == ")" and "(" not in bare[1:]:
        return -1, bare[1:-1]
    if before := SIGNED.match(bare):
        return -1, (before[1] or "") + bare[before.end() :]
    if bare[-1:] == "-" and DIGITS.search(bare):
        return -1, bare[:-1]
    return 1, bare.removeprefix("+")


def _figure(sign: int, bare: str) -> Figure | None:
    match = FIGURE.fullmatch(bare)
    number = _number(match["number"]) if match else None
    if match is None or number is None or (match["first"] and (match["scale"] or match["unit"])):
        return None
    codes = {CURRENCIES[word] for word in (match["before"], match["after"]) if word}
    if len(codes - {HOME}) > 1:
        return None
    currency = next(iter(codes - {HOME}), HOME if codes else "")  # yuan behind the name of other money is no yuan
    unit = match["first"] or match["unit"] or ""
    return Figure(
        number=number * sign,
        scale=int(SCALES[match["scale"]]) if match["scale"] else None,
        unit=UNITS.get(unit, ""),
        currency=currency,
        per=UNITS.get((match["per"] or "/")[1:], ""),
        is_percent=bool(match["percent"]),
    )


def _number(digits: str) -> Decimal | None:
    """None for separators that could be read two ways: 1,2 and 1.200,00 and 1,2000."""
    digits = digits.strip()
    if PLAIN.fullmatch(digits):
        return Decimal(digits)
    if GROUPED.fullmatch(digits):
        return Decimal(re.sub("[, ']", "", digits))
    return None


def _spoken(sign: int, bare: str) -> Figure | None:
    """Written out in numerals, with or without the currency."""
    if DIGITS.search(bare) or VAGUE.fullmatch(bare):
        return None
    yuan = _yuan()
    fen = unspoken(bare)
    if fen is not None:
        return Figure(Decimal(fen * sign) / FEN_PER_YUAN, scale=1, currency=HOME)
    counted = re.fullmatch(rf"(?P<words>.+?)(?P<unit>{UNIT})?", bare)
    fen = unspoken(counted["words"] + yuan) if counted else None
    if counted is None or fen is None:
        return None
    return Figure(Decimal(fen * sign) / FEN_PER_YUAN, unit=UNITS.get(counted["unit"] or "", ""))


@cache
def _yuan() -> str:
    return next(spelling for spelling, code in CURRENCIES.items() if code == HOME)


def _composed(plain: str) -> Parsed | None:
    """12 boxes of 10, and 10 with 2 for free: a person decides, we suggest."""
    if match := PRODUCT.fullmatch(plain):
        return unknown(NUMBER_UNIT, value=plain, suggestion=f"{Decimal(match[1]) * Decimal(match[2]):f}")
    match = BOUGHT.fullmatch(plain) or (SUM.fullmatch(plain) if GIVEN.search(plain) else None)
    if match:
        total = int(match[1]) + int(match[2])
        return unknown(NUMBER_GIFT, value=plain, suggestion=str(total), gift=match[2])
    if match := SUM.fullmatch(plain):
        return unknown(NUMBER_UNIT, value=plain, suggestion=str(int(match[1]) + int(match[2])))
    return None
