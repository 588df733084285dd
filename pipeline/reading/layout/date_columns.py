"""Columns of dates: read by their distinct values, and beside their rows where the row has to say what is meant.

A date without a year takes it from its row. 03/04/2026 is read as the other dates of its column have to be read: where
one of them can only be day, month, year, all are, and that is told once; where none says so, each is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from pipeline.reading.files.grid import Raw
from pipeline.reading.layout.typed import TypedTable, as_shown, date_parser, stored
from pipeline.reading.results import CellFinding, params
from pipeline.reading.values.cells import Parsed
from pipeline.reading.values.date_context import NOWHERE, DateContext, bounds
from pipeline.reading.values.date_text import AMBIGUOUS, Order, order_of_dates
from schemas.table import Spec

YEAR_INFERRED, ORDER_OF_COLUMN = "CELL-010", "CELL-046"
MIDDLE_OF_MONTH = 15  # what a number tells of its day is right by half a month
OWN_FORM = re.compile(r"20\d{2}(?:0[1-9]|1[0-2])-T?\d{3,}")  # only numbers of this form say a month
RowKey = tuple[str | None, object]  # month of the row's number, and its day


@dataclass(frozen=True)
class Anchors:
    """What the dates of each row are measured by: its day, else the month of its number.

    `keys`: (month of the number, day) row by row; few of them differ.
    """

    keys: Sequence[RowKey]
    contexts: Mapping[RowKey, DateContext]


def anchored(context: DateContext, numbers: Sequence[object], days: Sequence[object]) -> Anchors:
    """Return the context of every row by its number and day, made once for each that differs."""
    months = [number[:6] if isinstance(number, str) and OWN_FORM.fullmatch(number) else None for number in numbers]
    keys = list(zip(months, days, strict=True))
    return Anchors(keys, {key: _anchored(context, *key) for key in set(keys)})


def read_dates(typed: TypedTable, name: str, spec: Spec, raws: Sequence[Raw], anchors: Anchors) -> list[object]:
    """Read a column of dates and store it; return its values."""
    parse = date_parser(spec)
    contexts = list(anchors.contexts.values())
    plain = replace(contexts[0], order_month=None, order_date=None, window=None) if contexts else NOWHERE
    parsed = {raw: parse(raw, plain) for raw in dict.fromkeys(raws)}
    if order := _order_of_column(typed, name, raws, parsed):
        ordered = {key: replace(context, order=order) for key, context in anchors.contexts.items()}
        plain, anchors = replace(plain, order=order), Anchors(anchors.keys, ordered)
        contexts = list(ordered.values())
        parsed = {raw: parse(raw, plain) for raw in parsed}
    if _needs_rows(parsed, contexts):
        return _read_beside_rows(typed, name, spec, raws, anchors)
    # True is 1 to a dict, but neither is a date: what one says of them the other says too
    return typed.put(name, spec, raws, lambda raw: parsed[raw])


def _anchored(context: DateContext, month: str | None, day: object) -> DateContext:
    found = (int(month[:4]), int(month[4:])) if month else None
    own = day.date() if isinstance(day, datetime) else day if isinstance(day, date) else None
    window = own or (date(*found, MIDDLE_OF_MONTH) if found else None)
    return replace(context, order_month=found, order_date=own, window=window)


def _read_beside_rows(typed: TypedTable, name: str, spec: Spec, raws: Sequence[Raw], anchors: Anchors) -> list[object]:
    parse = date_parser(spec)
    known: dict[tuple[object, ...], Parsed] = {}
    column: list[object] = []
    for at, (raw, row_key) in enumerate(zip(raws, anchors.keys, strict=True)):
        key = (type(raw), raw, row_key)
        parsed = known.get(key)
        if parsed is None:
            parsed = known[key] = parse(raw, anchors.contexts[row_key])
        column.append(stored(spec.type, parsed.value))
        typed.note(at, name, raw, parsed)
    typed.store(name, spec, column)
    return column


def _needs_rows(parsed: Mapping[object, Parsed], contexts: Sequence[DateContext]) -> bool:
    """Some date has no year, or no day to suggest for it, or lies where it may be out of the window of its row."""
    if any(YEAR_INFERRED in {cell.rule, *cell.extra} or _lacks_day(cell) for cell in parsed.values()):
        return True
    days = [cell.value for cell in parsed.values() if isinstance(cell.value, date)]
    windows = [context.window for context in contexts if context.window]
    if not days or not windows:
        return False
    low, high = bounds(max(windows))[0], bounds(min(windows))[1]
    plain = [day.date() if isinstance(day, datetime) else day for day in days]
    return min(plain) < low or max(plain) > high


def _lacks_day(parsed: Parsed) -> bool:
    """No day is known, nor which it may be: the row may tell the year."""
    return parsed.unknown and not dict(parsed.params).get("suggestion")


def _order_of_column(typed: TypedTable, name: str, raws: Sequence[Raw], parsed: Mapping[Raw, Parsed]) -> Order:
    """Return what comes first in the ambiguous dates of a column, as its others prove, and tell it at the first."""
    unclear = {raw for raw, cell in parsed.items() if AMBIGUOUS in {cell.rule, *cell.extra} and type(raw) is str}
    order, proof = order_of_dates([raw for raw in parsed if type(raw) is str]) if unclear else ("", "")
    if order:
        at = next(at for at, raw in enumerate(raws) if raw in unclear)
        given = params(value=as_shown(raws[at]), other=proof, name_words=f"reading.{order}_first")
        typed.findings.append(CellFinding(typed.numbers[at], name, ORDER_OF_COLUMN, as_shown(raws[at]), given, at=at))
    return order
