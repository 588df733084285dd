"""Typed values as people write them: yuan, units, per cent, days, numbers of orders with their sums."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import pandas as pd

from pipeline.core.money import format_money
from pipeline.core.numbers import split_list
from schemas.language import spellings
from schemas.table import Type

TENTHS = Decimal(10)


def is_known(value: object) -> bool:
    """Return whether a cell of a frame holds anything: not None, NaN or NaT."""
    return value is not None and not pd.isna(value)  # type: ignore[call-overload]


def is_day(moments: pd.Series[pd.Timestamp]) -> pd.Series[bool]:
    """Return where only the day is known: a midnight stands for a day without an hour."""
    return moments == moments.dt.normalize()


def format_value(value: object, type_: Type = Type.TEXT, choices: str = "") -> str:
    """Return a value as staff would write it: yuan, units, per cent, days without a midnight, never an exponent.

    Decimals may come as their text, as the ledger keeps them.
    """
    if not is_known(value):
        return ""
    if isinstance(value, pd.Timestamp):
        midnight = value == value.normalize()
        return value.strftime("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M")
    if type_ in _SHOWN:
        return _SHOWN[type_](value)
    if choices:
        return format_choice(str(value), choices)
    return f"{Decimal(str(value)):f}" if isinstance(value, float | Decimal) else str(value)


@cache
def format_choice(key: str, choices: str) -> str:
    """Return a key of a vocabulary as people write it first; one it does not have as it is."""
    return next((spelling for spelling, meant in spellings.group(choices).items() if meant == key), key)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _percent(share: object) -> str:
    return f"{_plain(Decimal(str(share)).scaleb(2))}%"


def _discount(written: object) -> str:
    """Tenths paid with their mark, per cent taken off, or the number nobody could read."""
    kind, _, number = str(written).rpartition("=")
    if kind == "factor":
        return _plain(Decimal(number) * TENTHS) + next(iter(spellings.group("discount.mark")))
    return _percent(number) if kind == "reduction" else number


def _orders(listed: object) -> str:
    """Numbers with the yuan that stand beside them."""
    pairs = split_list(str(listed))
    return "; ".join(number if fen is None else f"{number}: {format_money(fen)}" for number, fen in pairs)


_SHOWN: dict[Type, Callable[[Any], str]] = {
    Type.MONEY: lambda fen: format_money(int(fen)),
    Type.QTY: lambda thousandths: _plain(Decimal(int(thousandths)).scaleb(-3)),
    Type.RATE: _percent,
    Type.DISCOUNT: _discount,
    Type.ORDER_LIST: _orders,
}
