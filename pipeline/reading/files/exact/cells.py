"""What stands in one cell, from what is written of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from pipeline.reading.files.exact.texts import unspelled
from pipeline.reading.files.formats import LONG, NUMBER_TEXT, Form, shown_as
from pipeline.reading.files.grid import BLANK
from pipeline.reading.values.cells import ErrorCell, never_calculated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.reading.files.grid import Raw

TRUTHS = {"1": True, "true": True, "0": False, "false": False}
MOMENTS: tuple[Callable[[str], object], ...] = (date.fromisoformat, datetime.fromisoformat, time.fromisoformat)
LONGEST_INDEX = 10  # digits
UNREADABLE_CELL = ErrorCell()


@dataclass(slots=True)
class Written:
    """A cell as written. None: there is no such element."""

    row: int
    column: int  # from 0
    kind: str
    style: int  # -1 for none
    value: str | None = None
    formula: str | None = None
    inline: str | None = None

    @property
    def is_filled(self) -> bool:
        """It says more than how it looks."""
        return self.kind == "e" or (self.value, self.formula, self.inline) != (None, None, None)


def value_of(cell: Written, form: Form, strings: Callable[[], Sequence[str]], *, is_1904: bool) -> Raw:
    """The raw cell. What cannot be read is an error of this cell, and of no other."""
    text = cell.value or ""
    if cell.kind == "e":
        return ErrorCell(text.strip()) if text.strip() else UNREADABLE_CELL
    if cell.inline is not None:
        return cell.inline
    if not text.strip() and cell.kind != "str":
        return BLANK if cell.formula is None else never_calculated(cell.formula)
    if cell.kind == "n":
        return _number(text, form, is_1904=is_1904)
    return _shared(text, strings()) if cell.kind == "s" else OTHERS.get(cell.kind, str)(text)


def _shared(text: str, strings: Sequence[str]) -> Raw:
    at = int(text) if text.isdecimal() and len(text) < LONGEST_INDEX else -1
    return strings[at] if 0 <= at < len(strings) else UNREADABLE_CELL


def _moment(text: str) -> Raw:
    for read in MOMENTS:
        with suppress(ValueError):
            # a moment with its zone is read as the text it is: whose clock was it?
            return text if text.endswith("Z") else read(text)
    return text


def _number(text: str, form: Form, *, is_1904: bool) -> Raw:
    if long := LONG.fullmatch(text):
        return int(long[1])
    return shown_as(float(text), form, is_1904=is_1904) if NUMBER_TEXT.fullmatch(text) else text


def _truth(text: str) -> Raw:
    return TRUTHS.get(text, UNREADABLE_CELL)


OTHERS: dict[str, Callable[[str], Raw]] = {"str": unspelled, "b": _truth, "d": _moment}
