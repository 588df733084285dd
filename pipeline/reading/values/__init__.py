"""One cell becomes a typed value or a finding. Pure functions; nothing here opens a file but the spellings.

Every parser takes a raw cell (what python-calamine gives, or ERROR(text), NO_VALUE, PICTURE)
and returns `Parsed`. No pandas: this runs in the parsing child process.
"""

from __future__ import annotations

from pipeline.reading.values.amounts import parse_integer, parse_money, parse_price, parse_qty
from pipeline.reading.values.cells import ERROR, NO_VALUE, PICTURE, Parsed, is_blank, is_ditto
from pipeline.reading.values.choices import parse_bool, parse_choice, vocabulary
from pipeline.reading.values.dates import parse_clock, parse_day, parse_moment
from pipeline.reading.values.days import DateContext
from pipeline.reading.values.numbers import parse_complaint_no, parse_order_no
from pipeline.reading.values.order_lists import parse_order_list
from pipeline.reading.values.phones import parse_phone
from pipeline.reading.values.rates import parse_discount, parse_rate, pay_factors
from pipeline.reading.values.scan import find_order_numbers
from pipeline.reading.values.text import parse_code, parse_model, parse_name, parse_text, shown

__all__ = [
    "ERROR",
    "NO_VALUE",
    "PICTURE",
    "DateContext",
    "Parsed",
    "find_order_numbers",
    "is_blank",
    "is_ditto",
    "parse_bool",
    "parse_choice",
    "parse_clock",
    "parse_code",
    "parse_complaint_no",
    "parse_day",
    "parse_discount",
    "parse_integer",
    "parse_model",
    "parse_moment",
    "parse_money",
    "parse_name",
    "parse_order_list",
    "parse_order_no",
    "parse_phone",
    "parse_price",
    "parse_qty",
    "parse_rate",
    "parse_text",
    "pay_factors",
    "shown",
    "vocabulary",
]
