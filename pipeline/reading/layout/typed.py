"""Raw columns become typed ones; every cell that breaks a rule is named.

A column is read by its distinct values: a thousand rows of one customer are read once. Only dates that depend on their
row (no year, or a strange one) are read again beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from pipeline.reading.layout.parsers import arrow_array, date_parser, stored
from pipeline.reading.layout.table import SUMS
from pipeline.reading.results import CellFinding
from pipeline.reading.values.cells import ErrorCell, MeantNumber, Parsed
from pipeline.reading.values.date_context import NOWHERE, DateContext, bounds
from pipeline.reading.values.text import format_raw
from schemas.table import Type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa

    from pipeline.reading.files.grid import Raw
    from schemas.table import Spec

YEAR_INFERRED = "CELL-010"
MIDDLE_OF_MONTH = 15  # what a number tells of its day is right by half a month
RowKey = tuple[str | None, object]  # month of the row's number, and its day


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
        """Read a column by its distinct values and store it; return its values."""
        keys = _keys(raws)
        parsed = {key: parse(raw) for key, raw in dict(zip(keys, raws, strict=True)).items()}
        values = {key: stored(spec.type, cell.value) for key, cell in parsed.items()}
        column = list(map(values.__getitem__, keys))
        ruled = {key for key, cell in parsed.items() if cell.rule}
        if ruled:
            for at, (raw, key) in enumerate(zip(raws, keys, strict=True)):
                if key in ruled:
                    self.note(at, name, raw, parsed[key])
        if spec.type is Type.QTY:
            units: dict[object, object] = {key: cell.value[1] for key, cell in parsed.items() if cell.value}  # type: ignore[index]
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
        """Add the findings of one cell: its rule, then further notes."""
        if parsed.rule is None:
            return
        row, text, given = self.numbers[at], as_shown(raw), parsed.params
        self.findings.append(CellFinding(row, name, parsed.rule, text, given, parsed.unknown, at))
        self.findings.extend(CellFinding(row, name, rule, text, given, at=at) for rule in parsed.extra)
        if parsed.unknown:
            self.unknown.setdefault(at, []).append(name)


@dataclass(frozen=True)
class Anchors:
    """What the dates of each row are measured by: its day, else the month of its number.

    `keys`: (month of the number, day) row by row; few of them differ.
    """

    keys: Sequence[RowKey]
    contexts: Mapping[RowKey, DateContext]


def anchored(context: DateContext, numbers: Sequence[object], days: Sequence[object]) -> Anchors:
    """Return the context of every row by its number and day, made once for each that differs."""
    months = [number[:6] if number else None for number in numbers]  # type: ignore[index]
    keys = list(zip(months, days, strict=True))
    return Anchors(keys, {key: _anchored(context, *key) for key in set(keys)})


def read_dates(typed: TypedTable, name: str, spec: Spec, raws: Sequence[Raw], anchors: Anchors) -> list[object]:
    """Read a column of dates and store it; return its values."""
    parse = date_parser(spec)
    contexts = list(anchors.contexts.values())
    plain = replace(contexts[0], order_month=None, order_date=None, window=None) if contexts else NOWHERE
    parsed = {raw: parse(raw, plain) for raw in dict.fromkeys(raws)}
    if _needs_rows(parsed, contexts):
        return _read_beside_rows(typed, name, spec, raws, anchors)
    # True is 1 to a dict, but neither is a date: what one says of them the other says too
    return typed.put(name, spec, raws, lambda raw: parsed[raw])


def as_shown(raw: Raw) -> str:
    """Return a cell's text as Excel shows it, as far as we know."""
    if isinstance(raw, ErrorCell):
        return raw.text
    if isinstance(raw, MeantNumber):
        return format_raw(raw.value)
    return raw if isinstance(raw, str) else format_raw(raw) if isinstance(raw, int | float | date) else ""


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


def _keys(raws: Sequence[Raw]) -> Sequence[object]:
    """Return what tells cells apart: True, 1 and 1.0 are equal in Python, but not in a workbook."""
    kinds = set(map(type, raws))
    if bool in kinds or int in kinds:
        return [(type(raw), raw) for raw in raws]
    return raws
