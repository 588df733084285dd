"""Shares: tax rates, fee rates, discounts."""

from __future__ import annotations

import re
from decimal import Decimal

from pipeline.reading.values.amounts import not_a_number, plain_number
from pipeline.reading.values.cells import BLANK, Parsed, is_blank, known, refused, unknown
from pipeline.reading.values.figures import LONGEST, NUMBER_BAD, NUMBER_UNIT, NUMBER_VAGUE, RANGE, VAGUE, fold_figure
from pipeline.reading.values.text import format_raw
from schemas.language import spellings

ONE, TEN, HUNDRED = Decimal(1), Decimal(10), Decimal(100)
FACTOR, REDUCTION, AMBIGUOUS = "factor", "reduction", "ambiguous"
# nobody gives seven tenths away, and nobody asks for less than seven tenths by mistake
MOST_REDUCTION, LEAST_FACTOR = Decimal("0.3"), Decimal("0.7")

PLAIN = r"(\d+(?:\.\d+)?|\.\d+)"
MARKS = spellings.group("rate.mark")
PARTS = spellings.group("rate.part")
DIGIT_WORDS = spellings.group("digit")
ZERO = frozenset(spellings.group("rate.zero"))
NO_DISCOUNT = frozenset(spellings.group("discount.none"))
LABEL = re.compile(rf"(?:{spellings.pattern('rate.label')}):?")
PER_DAY = re.compile(rf"(?:{spellings.pattern('rate.per')})$")
MARKED = re.compile(rf"{PLAIN}({spellings.pattern('rate.mark')})")
SPOKEN = re.compile(rf"({spellings.pattern('rate.part')})(?:{PLAIN}|({spellings.pattern('digit')}))")
FOLD = re.compile(rf"({PLAIN}|(?:{spellings.pattern('digit')}){{1,2}})(?:{spellings.pattern('discount.mark')})")
OFF = spellings.pattern("discount.off")
PER_CENT_OFF = re.compile(rf"(?:{OFF})?:?{PLAIN}%(?:{OFF})?")
PER_CENT = re.compile(rf"{PLAIN}%")
MONEY_OFF = re.compile(rf"(?:{OFF})*{PLAIN}(?:{spellings.pattern('money.currency')})(?:{OFF})?", re.IGNORECASE)


def parse_rate(raw: object) -> Parsed:
    """Read a share 0–1 as Decimal: 13, 13% and 0.13 are one rate; from 1 up a bare number is per cent."""
    number = plain_number(raw)
    if number is None:
        if not isinstance(raw, str):
            return refused(raw) or (BLANK if raw is None else not_a_number(raw))
        if refusal := refused(raw):
            return refusal
        text = fold_figure(raw)
        if is_blank(raw) or is_blank(text):
            return BLANK
        if text in ZERO:
            return known(Decimal(0))
        rate = None if len(text) > LONGEST else _written_rate(PER_DAY.sub("", LABEL.sub("", text, count=1)))
    else:
        rate = _bare_rate(number)
    return _share(rate, raw)


def parse_discount(raw: object) -> Parsed:
    """Read a discount: ("factor" | "reduction" | "ambiguous", Decimal), what is paid, taken off, or the bare number.

    `pay_factors` says what an ambiguous one may mean; the amount of the row decides.
    """
    number = plain_number(raw)
    if number is not None:
        return _bare_discount(number, raw)
    if refusal := refused(raw):
        return refusal
    if raw is None or not isinstance(raw, str):
        return BLANK if raw is None else not_a_number(raw)
    text = fold_figure(raw)
    if is_blank(raw) or is_blank(text):
        return BLANK
    if len(text) > LONGEST:
        return unknown(NUMBER_BAD)
    return known((REDUCTION, Decimal(0))) if text in NO_DISCOUNT else _written_discount(text, raw)


def pay_factors(tag: str, number: Decimal) -> tuple[Decimal, ...]:
    """Return every factor a discount may stand for, the likelier first: 9.5 is paid at 0.95, or 9.5 % less."""
    if tag == FACTOR:
        return (number,)
    if tag == REDUCTION:
        return (ONE - number,)
    if number <= 1:
        return (number, ONE - number)
    tenths = (number / TEN,) if number <= TEN else (number / HUNDRED,)
    return (*tenths, ONE - number / HUNDRED)


def _share(rate: Decimal | None, raw: object) -> Parsed:
    if rate is not None and 0 <= rate <= 1:
        return known(rate)
    vague = isinstance(raw, str) and (VAGUE.search(fold_figure(raw)) or RANGE.search(fold_figure(raw)))
    return unknown(NUMBER_VAGUE if vague else NUMBER_BAD, value=format_raw(raw))


def _bare_rate(number: Decimal) -> Decimal:
    return number / HUNDRED if number >= 1 else number


def _written_rate(text: str) -> Decimal | None:
    if match := MARKED.fullmatch(text):
        return Decimal(match[1]) * Decimal(MARKS[match[2]])
    if match := SPOKEN.fullmatch(text):
        count = match[2] or DIGIT_WORDS[match[3]]
        return Decimal(count) * Decimal(PARTS[match[1]])
    return _bare_rate(Decimal(text)) if re.fullmatch(PLAIN, text) else None


def _bare_discount(number: Decimal, raw: object) -> Parsed:
    if number in {0, ONE, HUNDRED}:
        return known((REDUCTION, Decimal(0)))
    if number < 0 or number > HUNDRED:
        return unknown(NUMBER_BAD, value=format_raw(raw))
    if LEAST_FACTOR <= number < 1:
        return known((FACTOR, number))
    return known((AMBIGUOUS, number))


def _written_discount(text: str, raw: str) -> Parsed:
    if match := FOLD.fullmatch(text):
        return _fold(_digits(match[1]), raw)
    if (match := PER_CENT_OFF.fullmatch(text)) and Decimal(match[1]) <= HUNDRED:
        return known(_per_cent(Decimal(match[1]) / HUNDRED, is_off=not PER_CENT.fullmatch(text)))
    if re.fullmatch(PLAIN, text):
        return _bare_discount(Decimal(text), raw)
    if match := MONEY_OFF.fullmatch(text):
        return unknown(NUMBER_UNIT, value=raw, suggestion=match[1])
    vague = VAGUE.search(text) or RANGE.search(text)
    return unknown(NUMBER_VAGUE if vague else NUMBER_BAD, value=raw)


def _fold(digits: str, raw: str) -> Parsed:
    """Nine folds is 0.9 and so is ninety: the number of digits before the point decides."""
    folds = Decimal(digits)
    factor = folds / TEN if folds <= TEN else folds / HUNDRED
    return known((FACTOR, factor)) if 0 < factor <= 1 else unknown(NUMBER_BAD, value=raw)


def _per_cent(share: Decimal, *, is_off: bool) -> tuple[str, Decimal]:
    if is_off or share <= MOST_REDUCTION:
        return (REDUCTION, share)
    return (FACTOR, share) if share >= LEAST_FACTOR else (AMBIGUOUS, share)


def _digits(text: str) -> str:
    return "".join(DIGIT_WORDS.get(char, char) for char in text)
