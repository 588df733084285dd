"""What a raw cell can be, and what reading one gives.

A raw cell is what python-calamine hands over (str, float, bool, date, datetime, time,
timedelta, "") or one of the sentinels here, for what calamine hides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, NamedTuple, Self

from pipeline.core.text import clean_cell, narrow, simplified
from pipeline.reading.results import Params
from schemas.language import spellings

CURRENCY_UNSUPPORTED: Final = "CELL-006"
CELL_ERROR: Final = "CELL-008"
NO_CACHED_VALUE: Final = "CELL-007"
PICTURE_CELL: Final = "CELL-034"

EMPTY = frozenset(spellings.group("empty.mark"))
LONGEST_EMPTY = max(map(len, EMPTY))
EXPORTED = frozenset(spellings.group("empty.export"))
PLACEHOLDERS = frozenset(spellings.group("placeholder"))
DAY_MARKS = {mark: part for mark, part in spellings.group("date.mark").items() if part in {"Y", "M", "D", "H", "N"}}
UNFILLED = re.compile(r"(?:20\d?)?Y?MD(?:HN?)?")
LONGEST_UNFILLED = 60  # of a printed line for a day
DITTOS = frozenset(spellings.group("ditto.mark"))
PICTURE_STARTS = tuple(spellings.group("picture.formula"))
ERROR_TEXT = re.compile(r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!|BLOCKED!|####*)", re.IGNORECASE)


class Parsed(NamedTuple):
    """One cell read: a typed value, blank (None) or unknown (None, and rules stay silent on it)."""

    value: object | None
    rule: str | None = None  # the rule this cell breaks, None when all is well
    unknown: bool = False  # it holds something that cannot be trusted
    params: Params = ()  # for the message: (("suggestion", "202405-001"),)
    extra: tuple[str, ...] = ()  # further rules of notes on the same cell


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A cell that shows an error such as #REF!."""

    text: str = "#N/A"


@dataclass(frozen=True, slots=True)
class MeantNumber:
    """A number of ours that Excel took for a subtraction: the formula's text, and what it gave."""

    text: str
    value: object


@dataclass(frozen=True, slots=True)
class ForeignCell:
    """A sum that its table says is not in yuan: the currency, and the cell as it stands."""

    currency: str
    value: object


class KeptSum(str):
    """A sum in words of a row that keeps its currency: a figure as of yuan, and the cell as it stands."""

    __slots__ = ("shown",)
    shown: str

    def __new__(cls, figure: str, shown: str) -> Self:
        """Return the figure, with what stands in the cell."""
        made = super().__new__(cls, figure)
        made.shown = shown
        return made


class HiddenCell(Enum):
    """What stands in a cell that calamine gives as a blank."""

    NO_VALUE = auto()  # a formula that was never calculated: unknown, never blank
    PICTURE = auto()  # proof that something was filed, not what


NO_VALUE: Final = HiddenCell.NO_VALUE
PICTURE: Final = HiddenCell.PICTURE
BLANK: Final = Parsed(None)


def known(value: object) -> Parsed:
    """Return a value with nothing to say about it."""
    return Parsed(value)


def noted(value: object, /, *rules: str, **params: str) -> Parsed:
    """Return a value that stands, with the rules it breaks; the first one leads. No rules, no note."""
    if not rules:
        return known(value)
    return Parsed(value, rules[0], params=tuple(params.items()), extra=rules[1:])


def unknown(rule: str, /, **params: str) -> Parsed:
    """Return a cell that cannot be trusted; empty params are left out."""
    return Parsed(None, rule, unknown=True, params=tuple((k, v) for k, v in params.items() if v))


def refused(raw: object) -> Parsed | None:
    """Return what every parser makes of error cells, formulas without value and pictures; None for the rest."""
    if isinstance(raw, ErrorCell):
        return unknown(CELL_ERROR, value=raw.text)
    if isinstance(raw, ForeignCell):
        return unknown(CURRENCY_UNSUPPORTED, value=raw.currency)
    if raw is NO_VALUE:
        return unknown(NO_CACHED_VALUE)
    if raw is PICTURE or (isinstance(raw, str) and _holds_picture(raw)):
        return Parsed(None, PICTURE_CELL)
    if isinstance(raw, str) and raw[:1] == "#" and ERROR_TEXT.fullmatch(raw.strip()):
        return unknown(CELL_ERROR, value=raw.strip())
    return None


def never_calculated(formula: str) -> object:
    """Return what stands in a cell whose formula gave nothing yet. `formula`: without the sign it begins with."""
    return PICTURE if ("=" + formula).startswith(PICTURE_STARTS) else NO_VALUE


def is_blank(text: str, *, exported: bool = True) -> bool:
    """Return whether a text is an empty cell, or a mark that means one. `exported`: NULL and the like mean one too."""
    bare = text.strip()
    if not bare or says_empty(bare) or (exported and bare.casefold() in EXPORTED):
        return True
    if len(bare) > 1 and bare[0] in PLACEHOLDERS and PLACEHOLDERS.issuperset(bare.replace(" ", "")):
        return True
    return bare[-1] in DAY_MARKS and len(bare) <= LONGEST_UNFILLED and _is_unfilled(bare)


def says_empty(text: str) -> bool:
    """Return whether a text is a mark or a word for an empty cell."""
    return text in EMPTY or (len(text) <= LONGEST_EMPTY and not text.isascii() and simplified(text) in EMPTY)


def _is_unfilled(text: str) -> bool:
    """The printed line for a day that nobody wrote on: its year, month and day with nothing between."""
    left = "".join(DAY_MARKS.get(sign, sign) for sign in text if sign not in PLACEHOLDERS and not sign.isspace())
    return UNFILLED.fullmatch(left) is not None


def is_ditto(raw: object) -> bool:
    """Return whether a cell says "as above" (same column, previous row)."""
    return isinstance(raw, str) and (raw.strip() in DITTOS or narrow(clean_cell(raw)).casefold() in DITTOS)


def _holds_picture(raw: str) -> bool:
    return "DISPIMG(" in raw and raw.strip().startswith(PICTURE_STARTS)
