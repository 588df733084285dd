"""Which parser reads a column, and how what it reads is stored."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.reading.values.amounts import parse_integer, parse_money, parse_price, parse_qty
from pipeline.reading.values.cells import PLACEHOLDERS, Parsed, is_blank, known, unknown
from pipeline.reading.values.choices import parse_bool, parse_choice, vocabulary
from pipeline.reading.values.date_text import RANGE
from pipeline.reading.values.dates import ENDLESS, parse_day, parse_moment
from pipeline.reading.values.order_lists import parse_order_list
from pipeline.reading.values.order_numbers import parse_complaint_no, parse_order_no
from pipeline.reading.values.rates import parse_discount, parse_rate
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
from schemas.table import Type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.reading.values.date_context import DateContext
    from schemas.table import Spec

    Parser = Callable[[object], Parsed]
    DateParser = Callable[[object, DateContext], Parsed]

PLAIN: dict[Type, Parser] = {
    Type.TEXT: parse_text,
    Type.RAW: parse_raw,
    Type.NAME: parse_name,
    Type.CODE: parse_code,
    Type.MODEL: parse_model,
    Type.ORDER_NO: parse_order_no,
    Type.COMPLAINT_NO: parse_complaint_no,
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
    plain = PLAIN[spec.type]
    return partial(_without_label, parse=plain, rule=spec.labelled) if spec.labelled else plain


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
