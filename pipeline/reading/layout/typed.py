"""Raw columns become typed ones; every cell that breaks a rule is named.

A column is read by its distinct values: a thousand rows of one customer are read once. Columns of dates have a reader
of their own, `date_columns`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import pyarrow as pa

from pipeline.reading.files.grid import Raw
from pipeline.reading.layout.table import SUMS
from pipeline.reading.results import CellFinding
from pipeline.reading.values.amounts import (
    parse_discount,
    parse_integer,
    parse_money,
    parse_price,
    parse_qty,
    parse_rate,
)
from pipeline.reading.values.cells import (
    PLACEHOLDERS,
    ErrorCell,
    ForeignCell,
    KeptSum,
    MeantNumber,
    Parsed,
    is_blank,
    known,
    unknown,
)
from pipeline.reading.values.choices import parse_bool, parse_choice, vocabulary
from pipeline.reading.values.date_context import NOWHERE, DateContext
from pipeline.reading.values.date_text import RANGE
from pipeline.reading.values.dates import ENDLESS, parse_day, parse_moment
from pipeline.reading.values.figures import NUMBER_BAD
from pipeline.reading.values.numbers import parse_number, parse_paper_no
from pipeline.reading.values.order_lists import parse_order_list
from pipeline.reading.values.text import (
    format_raw,
    parse_code,
    parse_model,
    parse_name,
    parse_phone,
    parse_raw,
    parse_text,
)
from schemas.language import spellings
from schemas.table import Spec, Type

Parser = Callable[[object], Parsed]
DateParser = Callable[[object, DateContext], Parsed]

PLAIN: dict[Type, Parser] = {
    Type.TEXT: parse_text,
    Type.RAW: parse_raw,
    Type.NAME: parse_name,
    Type.CODE: parse_code,
    Type.MODEL: parse_model,
    Type.ORDER_NO: parse_number,
    Type.COMPLAINT_NO: parse_number,
    Type.PAPER_NO: parse_paper_no,
    Type.ORDER_LIST: parse_order_list,
    Type.QTY: parse_qty,
    Type.RATE: parse_rate,
    Type.DISCOUNT: parse_discount,
    Type.INTEGER: parse_integer,
    Type.BOOL: parse_bool,
    Type.PHONE: parse_phone,
}
SCALED: dict[Type, Callable[..., Parsed]] = {Type.MONEY: parse_money, Type.PRICE: parse_price}
DATES: dict[Type, DateParser] = {Type.DAY: parse_day, Type.MOMENT: parse_moment}
CHANGED = (Type.QTY, Type.DISCOUNT, Type.PRICE, Type.RATE)  # stored otherwise than read
ARROW = {
    Type.MOMENT: pa.timestamp("us"),
    Type.MONEY: pa.int64(),
    Type.QTY: pa.int64(),
    Type.INTEGER: pa.int64(),
    Type.BOOL: pa.bool_(),
}
UNTIL = tuple(spellings.group("date.until"))
DIGIT = re.compile(r"\d")
LABEL = re.compile(r"\s*[^\d:\uff1a]{2,10}[:\uff1a](.*)", re.DOTALL)
LINE = PLACEHOLDERS - {"-"}  # a dash alone is how people write nothing


def parser(spec: Spec, scale: int = 1) -> Parser:
    """Return the parser of a column that is no date. `scale`: yuan per unit of a money column."""
    if spec.type in SCALED:
        return partial(SCALED[spec.type], scale=scale)
    if spec.type is Type.CHOICE:
        return partial(parse_choice, vocabulary=vocabulary(spec.choices), otherwise=spec.form)
    plain = PLAIN[spec.type] if spec.most is None else partial(_within, parse=PLAIN[spec.type], most=spec.most)
    return partial(_without_label, parse=plain, rule=spec.labelled) if spec.labelled else plain


def _within(raw: object, *, parse: Parser, most: int) -> Parsed:
    """Read a number that is no more than it can be; no day can be told from a slip of the hand."""
    found = parse(raw)
    too_much = isinstance(found.value, int) and abs(found.value) > most
    return unknown(NUMBER_BAD, value=format_raw(raw)) if too_much else found


def _without_label(raw: object, *, parse: Parser, rule: str) -> Parsed:
    """Read what was filled in where the cell still holds the label of a printed form, or its line to write on."""
    if type(raw) is not str:
        return parse(raw)
    labelled = LABEL.fullmatch(raw)
    entry = labelled[1].strip() if labelled else raw.strip()
    if not labelled and (len(entry) == 1 or not entry or not LINE.issuperset(entry)):
        return parse(raw)
    found = parse(entry)
    return found if found.rule else Parsed(found.value, rule, params=(("value", format_raw(raw)),))


def date_parser(spec: Spec) -> DateParser:
    """Return the parser of a column of days or moments."""
    if spec.is_end:
        return partial(_parse_last, rule=spec.form) if spec.form else parse_end
    return DATES[spec.type]


def value_alone(spec: Spec, raw: Raw) -> object:
    """Return what a cell says by itself, with nothing known of its sheet; None where it says nothing."""
    if spec.type in DATES:
        return date_parser(spec)(raw, NOWHERE).value
    return parser(spec)(raw).value


def parse_end(raw: object, context: DateContext) -> Parsed:
    """Read the day to which something lasts: what stands behind the last word for a span, a span's end."""
    if type(raw) is str:
        ends = (raw.rpartition(mark)[2].strip(" :\uff1a") for mark in UNTIL if mark in raw)
        raw = next((end for end in ends if DIGIT.search(end) or end in ENDLESS), raw)
    found = parse_day(raw, context)
    return known(found.value) if found.rule == RANGE and found.value is not None else found


def _parse_last(raw: object, context: DateContext, *, rule: str) -> Parsed:
    """Read as `parse_end`, where a day is asked for: that it lasts for ever is no day, and not nothing either."""
    found = parse_end(raw, context)
    text = format_raw(raw) if raw is not None else ""
    return unknown(rule, value=text) if found.value is None and not found.rule and not is_blank(text) else found


def stored(type_: Type, value: object) -> object:
    """Return a parsed value as it lies in an Arrow column; None stays None."""
    if value is None or type_ not in CHANGED:
        return value
    if type_ is Type.QTY:
        return value[0]  # type: ignore[index]
    if type_ is Type.DISCOUNT:
        return f"{value[0]}={value[1]:f}"  # type: ignore[index]
    return f"{value:f}"


def arrow_array(type_: Type, values: Sequence[object]) -> pa.Array:
    """Return stored values as an Arrow column. Decimals travel as text, so that no digit is lost."""
    if type_ is Type.DAY:
        return pa.array(values, pa.date32()).cast(pa.timestamp("us"))
    return pa.array(values, ARROW.get(type_, pa.string()))


@dataclass
class TypedTable:
    """Typed columns of one sheet, aligned with `numbers` (Excel rows)."""

    numbers: Sequence[int]
    columns: dict[str, pa.Array] = field(default_factory=dict)
    findings: list[CellFinding] = field(default_factory=list)
    unknown: dict[int, list[str]] = field(default_factory=dict)  # position → columns
    totals: dict[str, int] = field(default_factory=dict)
    units: dict[str, list[object]] = field(default_factory=dict)  # written beside quantities
    currencies: Sequence[str | None] = ()  # of each row, where any keeps another than yuan
    written: dict[str, list[object]] = field(default_factory=dict)  # sums as they stand, where they were changed

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
            self._total(name, spec, column)

    def _total(self, name: str, spec: Spec, column: Sequence[object]) -> None:
        """Add a column up; money of another currency apart, below its code."""
        codes = self.currencies if self.currencies and spec.type is Type.MONEY else [None] * len(column)
        self.totals = {key: total for key, total in self.totals.items() if key.partition(" ")[0] != name}
        self.totals[name] = 0
        for value, code in zip(column, codes, strict=True):
            key = f"{name} {code}" if code else name
            self.totals[key] = self.totals.get(key, 0) + (value or 0)  # type: ignore[operator]

    def note(self, at: int, name: str, raw: Raw, parsed: Parsed) -> None:
        """Add the findings of one cell: its rule, then further notes."""
        if parsed.rule is None:
            return
        row, text, given = self.numbers[at], as_shown(raw), parsed.params
        self.findings.append(CellFinding(row, name, parsed.rule, text, given, parsed.unknown, at))
        self.findings.extend(CellFinding(row, name, rule, text, given, at=at) for rule in parsed.extra)
        if parsed.unknown:
            self.unknown.setdefault(at, []).append(name)


def as_shown(raw: Raw) -> str:
    """Return a cell's text as Excel shows it, as far as we know."""
    if isinstance(raw, ErrorCell):
        return raw.text
    if isinstance(raw, ForeignCell | MeantNumber):
        return as_shown(raw.value)
    if isinstance(raw, KeptSum):
        return raw.shown
    return raw if isinstance(raw, str) else format_raw(raw) if isinstance(raw, int | float | date) else ""


def _keys(raws: Sequence[Raw]) -> Sequence[object]:
    """Return what tells cells apart: True, 1 and 1.0 are equal in Python, but not in a workbook."""
    kinds = set(map(type, raws))
    if bool in kinds or int in kinds:
        return [(type(raw), raw) for raw in raws]
    return raws
