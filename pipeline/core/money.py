"""Money: whole fen inside, Decimal at the doors, capital numerals on paper.

Half a fen is rounded away from zero, once, at the end of a computation and never in between.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from numbers import Integral

from schemas.language.numerals import Numerals, load_numerals
from schemas.table import HOME

ONE = Decimal(1)
FEN_PER_YUAN = 100
MOST_FEN = 2**63 - 1  # the ledger and the frames hold int64
MOST_YUAN = 10**12  # of a cell: sums of it, by days and by shares, still fit; whoever types more mistyped
MOST_PRODUCT = 10**18  # fen; differs from whatever a cell may say, and still fits beside it
WAN, YI = 10**4, 10**8
SHORTEST, LONGEST = 2, 60  # a digit and its unit; far more than int64 fen ever needs
BLANKS = re.compile(r"[\s:\uff1a]")
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
# wide enough that no product of a price, a quantity and a factor is rounded before the fen
EXACT = Context(prec=120, rounding=ROUND_HALF_UP)
LARGEST = Decimal(MOST_PRODUCT) / FEN_PER_YUAN


def fen(value: Decimal | float | str) -> int:
    """Return yuan as fen. A float counts as the shortest decimal that prints the same; text may have commas.

    Raises ValueError for what is not a number, and for more than int64 fen.
    """
    return _rounded(_decimal(value))


def yuan(amount_fen: int) -> Decimal:
    """Return fen as yuan, always with two decimals."""
    return Decimal(int(amount_fen)).scaleb(-2, EXACT)


def times(price: Decimal, qty: Decimal, factor: Decimal = ONE) -> int:
    """Return price by quantity by factor in fen, the exact product rounded once, and at most `MOST_PRODUCT` of it."""
    product = EXACT.multiply(EXACT.multiply(price, qty), factor)
    return _rounded(min(max(product, -LARGEST), LARGEST))


def format_money(amount_fen: int, currency: str = HOME) -> str:
    """Return fen as people read them: 1,234.50, without a sign; money of another currency with its code in front."""
    whole, cents = divmod(abs(int(amount_fen)), FEN_PER_YUAN)
    code = "" if currency == HOME else f"{currency} "
    return f"{code}{'-' if amount_fen < 0 else ''}{whole:,}.{cents:02d}"


def spoken(amount_fen: int) -> str:
    """Return fen in capital numerals, as on cheques: closed by "whole" when they end with the yuan."""
    words = load_numerals()
    amount = abs(int(amount_fen))
    whole, cents = divmod(amount, FEN_PER_YUAN)
    sign = words.minus if amount_fen < 0 else ""
    if not cents:
        return f"{sign}{_counted(whole, words)}{words.fen[FEN_PER_YUAN]}{words.whole}"
    return (
        f"{sign}{_counted(whole, words) + words.fen[FEN_PER_YUAN] if whole else ''}{_cents(cents, words, after=whole)}"
    )


def unspoken(text: str) -> int | None:
    """Return fen from capital or plain Chinese numerals, as people vary them; None for what is not one amount."""
    words = load_numerals()
    ours = _ours(text, words)
    sign = -1 if ours.startswith(words.minus) else 1
    bare = ours.removeprefix(words.minus)
    found = _read(bare, words)
    # reading is lenient, so what was read must also be what we would have written
    return sign * found if found is not None and _bones(bare, words) == _bones(spoken(found), words) else None


def _decimal(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, Integral):
        return Decimal(int(value))
    text = str(value).strip()
    try:
        return Decimal(text.replace(",", "") if GROUPED.fullmatch(text) else text)
    except InvalidOperation:
        raise ValueError(f"not a sum of money: {value!r}") from None


def _rounded(amount: Decimal) -> int:
    # asked first, because a number like 1e999999 would be built digit by digit
    if not amount.is_finite() or amount.adjusted() > len(str(MOST_FEN)):
        raise ValueError(f"not a sum of money: {amount}")
    found = int(amount.scaleb(2, EXACT).to_integral_value(ROUND_HALF_UP))
    if abs(found) > MOST_FEN:
        raise ValueError(f"more than can be kept: {amount}")
    return found


def _counted(number: int, words: Numerals) -> str:
    """A whole number in words; zero stands where places are skipped, and for nothing at all."""
    for place in (YI, WAN, 1000, 100, 10):
        high, low = divmod(number, place)
        if high:
            zero = words.digits[0] if 0 < low < place // 10 else ""
            rest = zero + _counted(low, words) if low else ""
            return _counted(high, words) + words.places[place] + rest
    return words.digits[number]


def _cents(cents: int, words: Numerals, *, after: int) -> str:
    tens, ones = divmod(cents, 10)
    head = words.digits[tens] + words.fen[10] if tens else words.digits[0] if after else ""
    return head + (words.digits[ones] + words.fen[1] if ones else "")


def _ours(text: str, words: Numerals) -> str:
    """Our own spelling, without blanks, currency, colon and the closing "whole"."""
    plain = BLANKS.sub("", text)
    for other, own in words.also.items():
        plain = plain.replace(other, own)
    return plain.replace(words.currency, "", 1).removesuffix(words.whole)


def _read(ours: str, words: Numerals) -> int | None:
    """Add up what the characters are worth; None when one is worth nothing, or it does not end with a unit."""
    digits, places, units = (
        {char: worth for worth, char in table.items()} for table in (words.digits, words.places, words.fen)
    )
    if not SHORTEST <= len(ours) <= LONGEST or ours[-1] not in units:
        return None
    total = number = 0
    for char in ours:
        if char in digits:
            number += digits[char]
        elif char in places:
            number = _placed(number, places[char])
        elif char in units:
            total, number = total + number * units[char], 0
        else:
            return None
    return total if total <= MOST_FEN else None


def _placed(number: int, place: int) -> int:
    """The part of the number below the place moves up to it; a bare ten is one ten."""
    low = number if place == YI else number % place
    return number - low + max(low, 1) * place


def _bones(ours: str, words: Numerals) -> str:
    """What every way of writing the same amount shares: the zeros nobody needs and the one in front of a ten are gone.

    A zero in front of a single digit stays: without it, "a hundred five" is a hundred and fifty to half of all readers.
    """
    zero, (one, ten, thousand) = words.digits[0], (words.digits[1], words.places[10], words.places[1000])
    yuan_sign, (jiao, cent) = words.fen[FEN_PER_YUAN], (words.fen[10], words.fen[1])
    any_digit, groups = "".join(words.digits.values()), words.places[WAN] + words.places[YI]
    bare = re.sub(f"(?<![{any_digit}]){zero}(?=[{yuan_sign}])|(?<=[{groups}]){zero}(?=.{thousand})", "", ours)
    bare = re.sub(f"{zero}[{jiao}{cent}]|(?<={yuan_sign}){zero}(?=.[{jiao}{cent}])", "", bare)
    return bare.replace(one + ten, ten).removesuffix(words.whole).removeprefix(yuan_sign)
