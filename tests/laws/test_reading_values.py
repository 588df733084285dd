"""What holds for every cell: nothing raises, values have their type, and reading stays light."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.orders.known_numbers import KnownNumbers
from pipeline.reading.values.amounts import (
    parse_discount,
    parse_integer,
    parse_money,
    parse_price,
    parse_qty,
    parse_rate,
)
from pipeline.reading.values.cells import Parsed, is_ditto
from pipeline.reading.values.choices import parse_bool, parse_choice, vocabulary
from pipeline.reading.values.date_context import DateContext
from pipeline.reading.values.dates import parse_clock, parse_day, parse_moment
from pipeline.reading.values.numbers import parse_number, parse_paper_no
from pipeline.reading.values.order_lists import parse_order_list
from pipeline.reading.values.text import parse_code, parse_model, parse_name, parse_phone, parse_text
from schemas.language import spellings

if TYPE_CHECKING:
    from collections.abc import Callable

PARSERS: dict[Callable[[object], Parsed], type | tuple[type, ...]] = {
    parse_text: str,
    parse_name: str,
    parse_code: str,
    parse_model: str,
    parse_number: str,
    parse_paper_no: str,
    parse_order_list: str,
    parse_day: date,
    parse_moment: datetime,
    parse_money: int,
    parse_price: Decimal,
    parse_qty: tuple,
    parse_rate: Decimal,
    parse_discount: tuple,
    parse_integer: int,
    parse_phone: str,
    parse_bool: bool,
}

WORDS = [spelling for group in spellings.load().values() for spelling in group]
PIECES = st.one_of(st.sampled_from(WORDS), st.text("0123456789.,-/:()~% 年月日\n", max_size=8), st.text(max_size=4))
TEXTS = st.lists(PIECES, max_size=6).map("".join) | st.text()
CELLS = st.one_of(
    TEXTS, st.floats(), st.integers(), st.booleans(), st.dates(), st.datetimes(), st.times(), st.timedeltas(), st.none()
)
CONTEXTS = st.builds(
    DateContext,
    sheet_month=st.none() | st.tuples(st.integers(1, 9999), st.integers(1, 12)),
    order_date=st.none() | st.dates(),
    window=st.none() | st.dates(),
    want=st.sampled_from(["deadline", "event"]),
    epoch_1904=st.booleans(),
)


@given(raw=CELLS)
@example(raw="²")
@example(raw="٣")
@example(raw="9" * 5000)
@example(raw="\ud800")
def test_no_cell_ever_raises(raw: object) -> None:
    for parse, made in PARSERS.items():
        parsed = parse(raw)
        assert parsed.value is None or isinstance(parsed.value, made), parse.__name__
        assert not (parsed.unknown and (parsed.value is not None or parsed.rule is None)), parse.__name__
        assert all(isinstance(each, str) for pair in parsed.params for each in pair)


@given(raw=CELLS, context=CONTEXTS)
def test_no_date_ever_raises(raw: object, context: DateContext) -> None:
    parse_day(raw, context)
    parse_clock(raw)


@given(text=TEXTS)
def test_no_word_ever_raises(text: str) -> None:
    for name in ("choice.channel", "choice.approval"):
        parse_choice(text, vocabulary(name))
    KnownNumbers({text: "", "202405-001": ""}).inside(text)
    KnownNumbers({"202405-001": ""}).means(text)
    is_ditto(text)


@given(
    day=st.dates(date(1990, 1, 1), date(2099, 12, 30)),
    style=st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"]),
)
def test_day_is_read_back_as_written(day: date, style: str) -> None:
    assert parse_day(day.strftime(style)).value == day


@given(fen=st.integers(-(10**13), 10**13))
def test_money_is_read_back_as_written(fen: int) -> None:
    text = f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
    assert parse_money(text).value == fen
    assert parse_money(f"￥{text}").value == fen


@pytest.mark.parametrize(
    "raw", ["1" + " " * 30_000 + "2", "NO" + " " * 30_000 + "x", "9" * 30_000, "(" * 30_000, "一" * 30_000]
)
@pytest.mark.timeout(5)
def test_long_text_is_cheap(raw: str) -> None:
    for parse in PARSERS:
        parse(raw)


def test_the_reading_child_starts_without_frames() -> None:
    heavy = "{'pandas', 'pandera', 'sqlalchemy', 'xlsxwriter'} & set(sys.modules)"
    subprocess.run(
        [sys.executable, "-c", f"import sys, pipeline.reading.workers.child; assert not {heavy}"], check=True
    )
