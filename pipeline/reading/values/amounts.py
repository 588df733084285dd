"""Money, prices, quantities, whole numbers; shares: tax rates, fee rates, discounts."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal

from pipeline.core.money import EXACT, MOST_YUAN, fen
from pipeline.reading.values.cells import BLANK, CURRENCY_UNSUPPORTED, Parsed, is_blank, known, noted, refused, unknown
from pipeline.reading.values.figures import (
    LONGEST,
    NUMBER_BAD,
    NUMBER_UNIT,
    NUMBER_VAGUE,
    RANGE,
    VAGUE,
    Figure,
    fold_figure,
    read_figure,
)
from pipeline.reading.values.text import format_raw
from schemas.language import spellings
from schemas.table import HOME

UNIT_CONVERTED = "CELL-001"
MOST = 2**63 - 1  # frames hold int64
MOST_UNITS = 10**9  # of a quantity
EXACT_FLOAT_BELOW = 10**15
PLACES = Decimal("1e-8")  # a price finer than this is float noise
THOUSAND = 1000
SHORT = 12  # a float that prints in so few characters carries no noise
SIMPLE = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,8})?")
NOISE, BIG = 1e-6, 10**9  # below BIG a float still carries seven digits behind the fen
EPOCH_ORDINAL = date(1899, 12, 30).toordinal()
ORDINALS = tuple(spellings.group("number.ordinal"))
COUNTED = tuple(sorted(spellings.group("integer.unit"), key=len, reverse=True))

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


def parse_money(raw: object, scale: int = 1) -> Parsed:
    """Read money as fen, half a fen rounded away from zero. `scale`: yuan per unit of the heading (10,000 for wan).

    A scale or currency word in the cell itself beats the heading's and is noted (CELL-001);
    the heading's own conversion is the caller's to note, once per column.
    """
    if type(raw) is float and scale == 1 and -MOST_YUAN <= raw <= MOST_YUAN:
        hundredfold = raw * 100
        near = round(hundredfold)
        # noise like 59.97000000000001 is a whole fen; 2.675 must be rounded as it is written
        return known(near if abs(hundredfold - near) < NOISE and abs(near) < BIG else fen(Decimal(repr(raw))))
    figure = _figure(raw)
    if isinstance(figure, Parsed):
        return figure
    if wrong := _no_money(figure, is_price=False):
        return wrong
    factor, rules = _factor(figure, scale)
    amount = EXACT.multiply(figure.number, factor)
    if abs(amount) > MOST_YUAN:
        return unknown(NUMBER_BAD, value=format_raw(raw))
    return noted(fen(amount), *rules, value=format_raw(raw))


def parse_price(raw: object, scale: int = 1) -> Parsed:
    """Read a price: yuan per unit as stored, not rounded to fen; a "/unit" behind it is allowed."""
    if (
        type(raw) is float
        and scale == 1
        and -MOST_YUAN <= raw <= MOST_YUAN
        and len(text := repr(raw)) <= SHORT
        and "e" not in text
    ):
        return known(Decimal(int(raw)) if raw.is_integer() else Decimal(text))
    figure = _figure(raw)
    if isinstance(figure, Parsed):
        return figure
    if wrong := _no_money(figure, is_price=True):
        return wrong
    factor, rules = _factor(figure, scale)
    price = EXACT.multiply(figure.number, factor)
    if abs(price) > MOST_YUAN:
        return unknown(NUMBER_BAD, value=format_raw(raw))
    return noted(_quiet(price), *rules, value=format_raw(raw))


def parse_qty(raw: object) -> Parsed:
    """Read a quantity: (thousandths, unit or None); it is never money, never a share."""
    if type(raw) is float and raw.is_integer() and -MOST_UNITS <= raw <= MOST_UNITS:
        return known((int(raw) * THOUSAND, None))
    figure = _figure(raw)
    if isinstance(figure, Parsed):
        return figure
    if figure.is_percent or figure.currency:
        return unknown(NUMBER_UNIT, value=format_raw(raw))
    units = figure.number * (figure.scale or 1)
    if abs(units) > MOST_UNITS:
        return unknown(NUMBER_BAD, value=format_raw(raw))
    thousandths = _whole(units * THOUSAND)
    unit = f"{figure.unit}/{figure.per}" if figure.unit and figure.per else figure.unit or figure.per
    return known((thousandths, unit or None))


def parse_integer(raw: object) -> Parsed:
    """Read a whole number, a unit of counting or time behind it (30 days) left out."""
    if type(raw) is float and raw.is_integer() and -EXACT_FLOAT_BELOW < raw < EXACT_FLOAT_BELOW:
        return known(int(raw))
    figure = refused(raw) or _figure(_uncounted(raw) if isinstance(raw, str) else raw)
    if isinstance(figure, Parsed):
        return figure
    number = figure.number * (figure.scale or 1)
    if figure.is_percent or figure.currency or number != number.to_integral_value() or abs(number) > MOST:
        return unknown(NUMBER_BAD, value=format_raw(raw))
    return known(int(number))


def plain_number(raw: object) -> Decimal | None:
    """Return the number of a numeric cell as the shortest decimal that prints the same; None for other cells."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    if not math.isfinite(raw):
        return None
    return Decimal(int(raw)) if float(raw).is_integer() else Decimal(repr(raw))


def not_a_number(raw: object) -> Parsed:
    """Return what a number column makes of a date, a truth value, a number without end."""
    if isinstance(raw, date):
        day = raw.date() if isinstance(raw, datetime) else raw
        # a number shown in a date format: the serial it stands for is the likely number
        return unknown(NUMBER_BAD, value=format_raw(raw), suggestion=str(day.toordinal() - EPOCH_ORDINAL))
    return unknown(NUMBER_BAD, value=format_raw(raw))


def _figure(raw: object) -> Figure | Parsed:
    number = plain_number(raw)
    if number is not None:
        return Figure(number)
    if isinstance(raw, str) and SIMPLE.fullmatch(raw):  # most of what a CSV holds
        return Figure(Decimal(raw.replace(",", "")))
    text = _folded(raw)
    return text if isinstance(text, Parsed) else read_figure(str(raw))


def _folded(raw: object) -> str | Parsed:
    """The figure written in a cell that is no number; or what the cell is, when it holds no text."""
    if refusal := refused(raw):
        return refusal
    if not isinstance(raw, str):
        return BLANK if raw is None else not_a_number(raw)
    text = fold_figure(raw)
    return BLANK if is_blank(raw) or is_blank(text) else text


def _no_money(figure: Figure, *, is_price: bool) -> Parsed | None:
    if figure.currency not in {"", HOME}:
        return unknown(CURRENCY_UNSUPPORTED, value=figure.currency)
    if figure.is_percent or figure.unit or (figure.per and not is_price):
        return unknown(NUMBER_UNIT, value=f"{figure.number:f}", suggestion=f"{figure.number:f}")
    return None


def _factor(figure: Figure, scale: int) -> tuple[Decimal, tuple[str, ...]]:
    """Yuan per unit of the figure, and the note when the cell's own words decided it."""
    own = figure.scale or (1 if figure.currency else None)
    if own is None:
        return Decimal(scale), ()
    is_converted = own != scale if figure.scale != 1 else scale != 1
    return Decimal(own), ((UNIT_CONVERTED,) if is_converted else ())


def _quiet(price: Decimal) -> Decimal:
    exponent = price.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -8:  # noqa: PLR2004 - the places of PLACES
        price = price.quantize(PLACES, ROUND_HALF_UP, Context(prec=60)).normalize(EXACT)
    return price + 0 if price else Decimal(0)


def _whole(number: Decimal) -> int:
    return int(number.to_integral_value(ROUND_HALF_UP))


def _uncounted(text: str) -> str:
    bare = fold_figure(text)
    for mark in ORDINALS:
        bare = bare.removeprefix(mark)
    unit = next((word for word in COUNTED if bare.endswith(word) and len(bare) > len(word)), "")
    return bare.removesuffix(unit)


def parse_rate(raw: object) -> Parsed:
    """Read a share 0–1 as Decimal: 13, 13% and 0.13 are one rate; from 1 up a bare number is per cent."""
    number = plain_number(raw)
    if number is not None:
        return _share(_bare_rate(number), raw)
    text = _folded(raw)
    if isinstance(text, Parsed):
        return text
    if text in ZERO:
        return known(Decimal(0))
    return _share(None if len(text) > LONGEST else _written_rate(text), raw)


def parse_discount(raw: object) -> Parsed:
    """Read a discount: ("factor" | "reduction" | "ambiguous", Decimal), what is paid, taken off, or the bare number.

    Of an ambiguous one the amount of the row decides: 9.5 may be paid at 0.95, or 9.5 % less.
    """
    number = plain_number(raw)
    if number is not None:
        return _bare_discount(number, raw)
    text = _folded(raw)
    if isinstance(text, Parsed):
        return text
    if len(text) > LONGEST:
        return unknown(NUMBER_BAD)
    return known((REDUCTION, Decimal(0))) if text in NO_DISCOUNT else _written_discount(text, str(raw))


def _share(rate: Decimal | None, raw: object) -> Parsed:
    if rate is not None and 0 <= rate <= 1:
        return known(rate)
    vague = isinstance(raw, str) and (VAGUE.search(fold_figure(raw)) or RANGE.search(fold_figure(raw)))
    return unknown(NUMBER_VAGUE if vague else NUMBER_BAD, value=format_raw(raw))


def _bare_rate(number: Decimal) -> Decimal:
    return number / HUNDRED if number >= 1 else number


def _written_rate(text: str) -> Decimal | None:
    text = PER_DAY.sub("", LABEL.sub("", text, count=1))
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
        return _fold("".join(DIGIT_WORDS.get(char, char) for char in match[1]), raw)
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
