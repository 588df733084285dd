"""Raw columns become typed ones; every cell that breaks a rule is named.

A column is read by its distinct values: a thousand rows of one customer are read once. Only
dates that depend on their row (no year, or a strange one) are read again beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.reading.layout.parsers import arrow_array, date_parser, parser, stored
from pipeline.reading.results import CellFinding
from pipeline.reading.values.cells import ErrorCell, MeantNumber, Parsed
from pipeline.reading.values.days import NOWHERE, DateContext, bounds
from pipeline.reading.values.text import shown
from schemas.table import Type

if TYPE_CHECKING:
    from pipeline.reading.files.grid import Raw
    from schemas.table import Spec

YEAR_INFERRED = "CELL-010"
SUMS = (Type.MONEY, Type.QTY)
MIDDLE_OF_MONTH = 15


@dataclass
class TypedTable:
    """Typed columns of one sheet, aligned with `numbers` (Excel rows)."""

    numbers: Sequence[int]
    columns: dict[str, pa.Array] = field(default_factory=dict)
    findings: list[CellFinding] = field(default_factory=list)
    unknown: dict[int, list[str]] = field(default_factory=dict)  # position → columns
    totals: dict[str, int] = field(default_factory=dict)
    units: dict[str, list[object]] = field(default_factory=dict)  # written beside quantities

    def put(self, name: str, spec: Spec, raws: Sequence[Raw], parse: Callable[[object], Parsed]) -> list[object]:
        """Read a column by its distinct values and store it; gives its values back."""
        keys = _keys(raws)
        parsed = {key: parse(raw) for key, raw in dict(zip(keys, raws, strict=True)).items()}
        column = _spread(keys, {key: stored(spec.type, each.value) for key, each in parsed.items()})
        ruled = {key for key, each in parsed.items() if each.rule}
        if ruled:
            for at, (raw, key) in enumerate(zip(raws, keys, strict=True)):
                if key in ruled:
                    self.note(at, name, raw, parsed[key])
        if spec.type is Type.QTY:
            units: dict[object, object] = {key: each.value[1] for key, each in parsed.items() if each.value}  # type: ignore[index]
            if any(units.values()):
                self.units[name] = list(map(units.get, keys))
        self.store(name, spec, column)
        return column

    def store(self, name: str, spec: Spec, column: list[object]) -> None:
        """Store a column of values."""
        self.columns[name] = arrow_array(spec.type, column)
        if spec.type in SUMS:
            self.totals[name] = sum(value for value in column if value is not None)  # type: ignore[misc]

    def note(self, at: int, name: str, raw: Raw, parsed: Parsed) -> None:
        """Findings of one cell: its rule, then further notes."""
        if parsed.rule is None:
            return
        row, text, told = self.numbers[at], as_shown(raw), parsed.params
        self.findings.append(CellFinding(row, name, parsed.rule, text, told, parsed.unknown, at))
        self.findings.extend(CellFinding(row, name, rule, text, told, at=at) for rule in parsed.extra)
        if parsed.unknown:
            self.unknown.setdefault(at, []).append(name)


def read_column(typed: TypedTable, name: str, spec: Spec, raws: Sequence[Raw], scale: int = 1) -> list[object]:
    """A column that is no date."""
    return typed.put(name, spec, raws, parser(spec, scale))


@dataclass(frozen=True)
class Anchors:
    """What the dates of each row are measured by: its day, else the month of its number.

    `keys`: (month of the number, day) row by row; few of them differ.
    """

    keys: Sequence[tuple[str | None, object]]
    contexts: Mapping[tuple[str | None, object], DateContext]

    def of(self, at: int) -> DateContext:
        """The context of one row."""
        return self.contexts[self.keys[at]]


def row_keys(numbers: Sequence[object], days: Sequence[object]) -> list[tuple[str | None, object]]:
    """What tells the contexts of rows apart."""
    months = [number[:6] if number else None for number in numbers]  # type: ignore[index]
    return list(zip(months, days, strict=True))


def anchored(context: DateContext, keys: Sequence[tuple[str | None, object]]) -> Anchors:
    """The context of every row, made once for each that differs."""
    return Anchors(keys, {key: _anchored(context, *key) for key in set(keys)})


def read_dates(typed: TypedTable, name: str, spec: Spec, raws: Sequence[Raw], anchors: Anchors) -> list[object]:
    """A column of dates. `anchors`: what the dates of each row are measured by."""
    parse = date_parser(spec)
    contexts = list(anchors.contexts.values())
    plain = replace(contexts[0], order_month=None, order_date=None, window=None) if contexts else NOWHERE
    parsed = {raw: parse(raw, plain) for raw in dict.fromkeys(raws)}
    if _needs_rows(parsed, contexts):
        return _read_beside_rows(typed, name, spec, raws, anchors)
    # True is 1 to a dict, but neither is a date: what one says of them the other says too
    return typed.put(name, spec, raws, lambda raw: parsed[raw])


def as_shown(raw: Raw) -> str:
    """A cell's text as Excel shows it, as far as we know."""
    if isinstance(raw, ErrorCell):
        return raw.text
    if isinstance(raw, MeantNumber):
        return shown(raw.value)
    return raw if isinstance(raw, str) else shown(raw) if isinstance(raw, int | float | date) else ""


def _anchored(context: DateContext, month: str | None, day: object) -> DateContext:
    found = (int(month[:4]), int(month[4:])) if month else None
    own = day.date() if isinstance(day, datetime) else day
    window = own if isinstance(own, date) else date(*found, MIDDLE_OF_MONTH) if found else None
    return replace(context, order_month=found, order_date=own if isinstance(own, date) else None, window=window)


def _read_beside_rows(typed: TypedTable, name: str, spec: Spec, raws: Sequence[Raw], anchors: Anchors) -> list[object]:
    parse = date_parser(spec)
    known: dict[tuple[object, ...], Parsed] = {}
    column: list[object] = []
    for at, raw in enumerate(raws):
        key = (type(raw), raw, anchors.keys[at])
        parsed = known.get(key)
        if parsed is None:
            parsed = known[key] = parse(raw, anchors.of(at))
        column.append(stored(spec.type, parsed.value))
        typed.note(at, name, raw, parsed)
    typed.store(name, spec, column)
    return column


def _needs_rows(parsed: Mapping[object, Parsed], contexts: Sequence[DateContext]) -> bool:
    """Some date has no year, or no day to suggest for it, or lies where it may be out of the window of its row."""
    if any(YEAR_INFERRED in {each.rule, *each.extra} or _lacks_day(each) for each in parsed.values()):
        return True
    days = [each.value for each in parsed.values() if isinstance(each.value, date)]
    windows = [context.window for context in contexts if context.window]
    if not days or not windows:
        return False
    low, high = bounds(max(windows))[0], bounds(min(windows))[1]
    plain = [day.date() if isinstance(day, datetime) else day for day in days]
    return min(plain) < low or max(plain) > high


def _lacks_day(parsed: Parsed) -> bool:
    """No day is known, nor which it may be: the row may tell the year."""
    return parsed.unknown and not dict(parsed.params).get("suggestion")


def _spread(keys: Sequence[object], values: Mapping[object, object]) -> list[object]:
    return list(map(values.__getitem__, keys))


def _keys(raws: Sequence[Raw]) -> Sequence[object]:
    """What tells cells apart: True, 1 and 1.0 are equal in Python, but not in a workbook."""
    kinds = set(map(type, raws))
    if bool in kinds or int in kinds:
        return [(type(raw), raw) for raw in raws]
    return raws
