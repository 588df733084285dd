"""One value of ours as the text of an import file: ISO days, yuan with two digits, never a formula."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.core.money import yuan
from pipeline.core.phrases import phrase
from pipeline.excel.names import begins_like_a_formula
from schemas.language import spellings
from schemas.table import Type

if TYPE_CHECKING:
    from schemas.derived.handover import Mapped
    from schemas.table import Column

THOUSANDTHS = 1000
CENTS = -2
WRITTEN = (Type.TEXT,)  # words people read: may be put in quotation marks
CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, 0x85, 0x2028, 0x2029])


class Unsafe(Exception):
    """A name or a code that a spreadsheet would take for a formula, and that must not be changed."""


def format_value(value: Any, column: Column) -> str:
    """Return the value as both systems read it; empty for none."""
    if value is None or value != value:  # noqa: PLR0124 - NaN and NaT
        return ""
    write = FORMS.get(column.spec.type)
    return write(value) if write else str(value).translate(CONTROL).strip()


def _short(value: Decimal) -> Decimal:
    bare = value.normalize()
    return bare if int(bare.as_tuple().exponent) <= 0 else bare.quantize(Decimal(1))


def _priced(value: Decimal) -> Decimal:
    """Two digits behind the point, more only where the price has them."""
    bare = _short(value)
    return bare if int(bare.as_tuple().exponent) < CENTS else bare.quantize(Decimal("0.01"))


FORMS: dict[Type, Callable[[Any], str]] = {
    Type.MONEY: lambda value: str(yuan(int(value))),
    Type.QTY: lambda value: f"{_short(Decimal(int(value)) / THOUSANDTHS):f}",
    Type.PRICE: lambda value: f"{_priced(Decimal(value)):f}",
    Type.RATE: lambda value: f"{_short(Decimal(value)):f}",
    Type.INTEGER: lambda value: str(int(value)),
    Type.BOOL: lambda value: str(int(value)),
    Type.DAY: lambda value: f"{value:%Y-%m-%d}",
    Type.MOMENT: lambda value: f"{value:%Y-%m-%d %H:%M:%S}",
}


def in_target_words(text: str, column: Column, mapped: Mapped, lang: str) -> str:
    """Return a text in the words of the target, safe to open in a spreadsheet. Raises Unsafe."""
    spoken = _word(column.spec.choices, text) if column.spec.choices and lang == "zh" else text
    for written in (text, spoken):
        if written in mapped.translation:
            return mapped.translation[written]
    return safe_text(spoken, column.spec.type, lang)


def safe_text(text: str, type_: Type, lang: str) -> str:
    """Return a text that no spreadsheet runs. Raises Unsafe for names and codes.

    Words are put in quotation marks, telephone numbers get 00 for +.
    """
    if type_ in FORMS or not begins_like_a_formula(text):
        return text
    if type_ is Type.PHONE and text.startswith("+"):
        return "00" + text[1:]
    if type_ in WRITTEN:
        return phrase("handover.quoted", lang, value=text)
    raise Unsafe(text)


@cache
def _word(group: str, key: str) -> str:
    """What a choice is called in cells: its first spelling."""
    return next((spelling for spelling, value in spellings.group(group).items() if value == key), key)
