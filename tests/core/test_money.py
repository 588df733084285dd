"""Money to the fen, and amounts in capital numerals."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.money import MOST_FEN, MOST_PRODUCT, fen, format_money, spoken, times, unspoken, yuan

amounts = st.integers(-MOST_FEN, MOST_FEN)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0), (35, 3500), ("35", 3500), (Decimal("35.1"), 3510), (1.005, 101), ("1.004999", 100),
        ("1.005", 101), (-1.005, -101), ("-0.004", 0), (0.1 + 0.2, 30), ("1,234.50", 123450),
        ("-1,234,567", -123456700), (" 8 ", 800), (np.int64(3), 300), (np.float64(2.675), 268),
        (Decimal("1e3"), 100000), (MOST_FEN // 100, MOST_FEN // 100 * 100),
        ("92233720368547758.07", MOST_FEN),
    ],
)  # fmt: skip
def test_fen_half_up(value: Decimal | float | str, expected: int) -> None:
    found = fen(value)
    assert found == expected
    assert type(found) is int


@pytest.mark.parametrize(
    "value",
    [
        "",
        "abc",
        "1,23",
        "12,34.5",
        "1.2.3",
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        "1e999999",
        "92233720368547758.08",
    ],
)
def test_fen_when_it_is_no_sum_of_money(value: float | str) -> None:
    with pytest.raises(ValueError, match=r"not a sum|more than"):
        fen(value)


def test_times_gives_no_more_than_fits_beside_a_cell() -> None:
    assert times(Decimal(10**12), Decimal(10**9)) == MOST_PRODUCT
    assert times(Decimal(10**12), Decimal(-(10**9))) == -MOST_PRODUCT


@pytest.mark.parametrize(
    ("price", "qty", "factor", "expected"),
    [
        ("0.005", "1", "1", 1),
        ("0.0049", "1", "1", 0),
        ("0.333", "3", "1", 100),  # 0.999, and not three times 0.33
        ("12.5", "-2", "0.9", -2250),
        ("100", "1", "0.00410958904109589", 41),
        ("1234567.8901", "98765.432", "0.123456789", 1505341109747),
    ],
)
def test_times_rounds_once(price: str, qty: str, factor: str, expected: int) -> None:
    found = times(Decimal(price), Decimal(qty), Decimal(factor))
    assert abs(Decimal(found) / 100 - Decimal(price) * Decimal(qty) * Decimal(factor)) <= Decimal("0.005")
    assert found == expected


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (123450, "1,234.50"),
        (-99, "-0.99"),
        (-123456789, "-1,234,567.89"),
        (100000, "1,000.00"),
    ],
)
def test_format_money_with_thousands(amount: int, text: str) -> None:
    assert format_money(amount) == text


SPOKEN = [
    (0, "零元整"), (5, "伍分"), (50, "伍角"), (55, "伍角伍分"), (350000, "叁仟伍佰元整"), (1000, "壹拾元整"),
    (140950, "壹仟肆佰零玖元伍角"), (600714, "陆仟零柒元壹角肆分"), (32504, "叁佰贰拾伍元零肆分"),
    (1640902, "壹万陆仟肆佰零玖元零贰分"), (10700053, "壹拾万柒仟元伍角叁分"), (100000100, "壹佰万零壹元整"),
    (10000000100, "壹亿零壹元整"), (10000100000, "壹亿零壹仟元整"), (1000000000000, "壹佰亿元整"), (-100, "负壹元整"),
    (100000000000000, "壹万亿元整"), (10**18, "壹亿亿元整"),
]  # fmt: skip


@pytest.mark.parametrize(("amount", "text"), SPOKEN)
def test_spoken_as_banks_write_it(amount: int, text: str) -> None:
    assert spoken(amount) == text
    assert unspoken(text) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("人民币:叁仟伍佰圆正", 350000), ("人民币：叁仟 伍佰 元 整", 350000), ("壹拾万零柒仟元伍角叁分", 10700053),
        ("壹仟陆佰捌拾元零叁角贰分", 168032), ("三千五百元", 350000), ("拾伍元整", 1500), ("一百一十元", 11000),
        ("壹佰零元整", 10000), ("伍元零角叁分", 503), ("伍元整", 500), ("零元伍角整", 50), ("负壹元整", -100),
        ("人民币负壹元整", -100), ("两万元", 2000000),
    ],
)  # fmt: skip
def test_unspoken_as_people_vary_it(text: str, amount: int) -> None:
    assert unspoken(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "", "元", "整", "元整", "叁仟伍佰", "3500元", "伍叁元", "壹零零元", "壹零元", "一百五元", "壹佰伍元",
        "伍角叁元", "亿元", "万元", "壹佰佰元", "伍元伍元", "叁拾零角", "壹元整伍角", "金额壹元",
        "百元" + "亿" * 90 + "元", "壹" + "亿" * 40 + "元",
    ],
)  # fmt: skip
def test_unspoken_when_it_is_not_one_amount(text: str) -> None:
    assert unspoken(text) is None


@given(amounts)
def test_spoken_comes_back(amount: int) -> None:
    assert unspoken(spoken(amount)) == amount


@given(amounts)
def test_yuan_and_format_come_back(amount: int) -> None:
    assert fen(yuan(amount)) == fen(format_money(amount)) == amount
    assert yuan(amount).as_tuple().exponent == -2


@given(st.text(alphabet="零壹贰玖拾佰仟万亿元角分整负", max_size=14))
def test_unspoken_never_reads_one_text_as_what_would_be_written_otherwise(text: str) -> None:
    found = unspoken(text)
    assert found is None or unspoken(spoken(found)) == found
