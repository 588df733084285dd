"""Money, prices, quantities, rates and discounts, by trait."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pipeline.reading.values.amounts import (
    parse_discount,
    parse_integer,
    parse_money,
    parse_price,
    parse_qty,
    parse_rate,
)
from pipeline.reading.values.cells import NO_VALUE, ErrorCell

MONEY = [
    ("number", 1200.0, 120000, None),
    ("csv", "1200.50", 120050, None),
    ("V1-full-width", "１２００", 120000, None),
    ("V20-yen", "¥1,200.00", 120000, None),
    ("V20-wide-yen", "￥1200", 120000, None),
    ("V20-rmb", "RMB 1200", 120000, None),
    ("V20-yuan", "3,500元", 350000, None),
    ("V20-whole", "3500元整", 350000, None),
    ("V20-wan", "1.2万", 1200000, "CELL-001"),
    ("V20-wan-yuan", "1.2万元", 1200000, "CELL-001"),
    ("V20-thousand", "12千", 1200000, "CELL-001"),
    ("V20-capital", "叁仟伍佰元整", 350000, None),
    ("V20-capital-cents", "壹万贰仟元叁角伍分", 1200035, None),
    ("V20-numerals", "三千五百元", 350000, None),
    ("V21-wide-comma", "1，200.00", 120000, None),
    ("V21-space", "1 200.00", 120000, None),
    ("V22-minus", "-500", -50000, None),
    ("V22-brackets", "(500.00)", -50000, None),
    ("V22-wide-brackets", "（500）", -50000, None),
    ("V22-triangle", "▲500", -50000, None),
    ("V22-behind", "500-", -50000, None),
    ("V22-with-sign", "-¥500", -50000, None),
    ("V23-dash", "-", None, None),
    ("V23-em-dash", "—", None, None),
    ("V23-zero", "0", 0, None),
    ("V23-space", " ", None, None),
    ("V23-slash", "/", None, None),
    ("V23-none", "无", None, None),
    ("V24-noise", 19.99 * 3, 5997, None),
    ("V24-tenth", 0.30000000000000004, 30, None),
    ("V24-half-up", 2.675, 268, None),
    ("V24-half-up-text", "2.675", 268, None),
]

NO_MONEY = [
    ("V20-per-piece", "1200/台", "CELL-024", "1200"),
    ("V19-unit", "100台", "CELL-024", "100"),
    ("V21-continental", "1.200,00", "CELL-022", ""),
    ("V21-short-group", "1,2", "CELL-022", ""),
    ("V21-long-group", "1,2000", "CELL-022", ""),
    ("V26-percent", "50%", "CELL-024", "50"),
    ("V28-usd", "100 USD", "CELL-006", ""),
    ("V28-dollar", "$100", "CELL-006", ""),
    ("V28-zh", "100美元", "CELL-006", ""),
    ("V29-range", "90-100", "CELL-023", ""),
    ("V29-about", "约100", "CELL-023", ""),
    ("V29-more", ">100", "CELL-023", ""),
    ("V31-no-value", NO_VALUE, "CELL-007", ""),
    ("V32-error", ErrorCell("#DIV/0!"), "CELL-008", ""),
    ("words", "abc", "CELL-022", ""),
    ("truth", True, "CELL-022", ""),
    ("date", date(1903, 4, 9), "CELL-022", "1195"),
    ("too-much", "99999999999999999999", "CELL-022", ""),
    ("more-than-there-is", 1_000_000_000_000.01, "CELL-022", ""),
    ("far-below", "-1000001百万", "CELL-022", ""),
    ("not-even-a-number", 1e300, "CELL-022", ""),
    ("nan", float("nan"), "CELL-022", ""),
]


@pytest.mark.parametrize(("raw", "fen", "rule"), [pytest.param(*case, id=name) for name, *case in MONEY])
def test_money_when_it_can_be_read(raw: object, fen: int | None, rule: str | None) -> None:
    parsed = parse_money(raw)
    assert (parsed.value, parsed.rule, parsed.unknown) == (fen, rule, False)


@pytest.mark.parametrize(("raw", "rule", "hint"), [pytest.param(*case, id=name) for name, *case in NO_MONEY])
def test_money_is_unknown_when_it_cannot_be_trusted(raw: object, rule: str, hint: str) -> None:
    parsed = parse_money(raw)
    assert (parsed.value, parsed.rule, parsed.unknown) == (None, rule, True)
    assert dict(parsed.params).get("suggestion", "") == hint


@pytest.mark.parametrize(
    ("raw", "fen", "rule"),
    [(1.2, 1200000, None), ("1.2", 1200000, None), ("1.2万", 1200000, None), ("12000元", 1200000, "CELL-001")],
    ids=["V27-number", "V27-text", "V27-said-twice", "V27-cell-wins"],
)
def test_money_under_a_heading_in_wan(raw: object, fen: int, rule: str | None) -> None:
    parsed = parse_money(raw, scale=10_000)
    assert (parsed.value, parsed.rule) == (fen, rule)


@pytest.mark.parametrize(
    ("raw", "price"),
    [
        pytest.param(33.333333, "33.333333", id="V25-stored"),
        pytest.param(0.30000000000000004, "0.3", id="V24-noise"),
        pytest.param("1200/台", "1200", id="V20-per-piece"),
        pytest.param("1200元/台", "1200", id="V20-yuan-per-piece"),
        pytest.param("￥12.5", "12.5", id="V20-sign"),
    ],
)
def test_price_when_it_can_be_read(raw: object, price: str) -> None:
    assert parse_price(raw).value == Decimal(price)


def test_price_in_words_is_vague() -> None:
    assert parse_price("面议").rule == "CELL-023"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        pytest.param(100.0, (100_000, None), id="number"),
        pytest.param(1.5, (1_500, None), id="fraction"),
        pytest.param("100台", (100_000, "台"), id="V19-unit"),
        pytest.param("100 台", (100_000, "台"), id="V19-space"),
        pytest.param("100(台)", (100_000, "台"), id="V19-brackets"),
        pytest.param("100台/套", (100_000, "台/套"), id="V19-two-units"),
        pytest.param("5吨", (5_000, "吨"), id="V19-ton"),
        pytest.param("2千克", (2_000, "千克"), id="unit-before-scale"),
        pytest.param("1.2万台", (12_000_000, "台"), id="V20-wan"),
        pytest.param("二十台", (20_000, "台"), id="numerals"),
        pytest.param("0", (0, None), id="V23-zero"),
    ],
)
def test_qty_when_it_can_be_read(raw: object, value: tuple[int, str | None]) -> None:
    assert parse_qty(raw).value == value


@pytest.mark.parametrize(
    ("raw", "rule", "hint"),
    [
        pytest.param("12箱×10", "CELL-024", "120", id="V19-product"),
        pytest.param("10+2(赠)", "CELL-025", "12", id="V19-gift"),
        pytest.param("10送2", "CELL-025", "12", id="V19-gift-word"),
        pytest.param("10+2", "CELL-024", "12", id="V19-sum"),
        pytest.param("5坨", "CELL-024", "5", id="R008-unit-unknown"),
        pytest.param("100元", "CELL-024", "", id="money"),
        pytest.param("若干", "CELL-023", "", id="R008-some"),
        pytest.param("一批", "CELL-023", "", id="R008-a-batch"),
        pytest.param("100台左右", "CELL-023", "", id="R008-about"),
        pytest.param("90-100", "CELL-023", "", id="V29-range"),
    ],
)
def test_qty_is_unknown_when_it_cannot_be_trusted(raw: str, rule: str, hint: str) -> None:
    parsed = parse_qty(raw)
    assert (parsed.value, parsed.rule, parsed.unknown) == (None, rule, True)
    assert dict(parsed.params).get("suggestion", "") == hint


def test_largest_sums_and_quantities_are_read_and_no_larger_ones() -> None:
    assert parse_money(1e12).value == parse_money("1000000000000").value == 10**14
    assert parse_price(1e12).value == 10**12
    assert parse_price("1000000000001").rule == parse_price(1e15).rule == "CELL-022"
    assert parse_qty(1e9).value == parse_qty("10亿").value == (10**12, None)
    assert parse_qty(1e9 + 1).rule == parse_qty("1000000001").rule == "CELL-022"


def test_gift_is_named() -> None:
    assert dict(parse_qty("10+2(赠)").params)["gift"] == "2"


@pytest.mark.parametrize(
    ("raw", "value"),
    [(30.0, 30), ("30天", 30), ("30个工作日", 30), ("第2批", 2), ("15", 15), ("-", None), (1.5, None), ("abc", None)],
)
def test_integer_when_read(raw: object, value: int | None) -> None:
    assert parse_integer(raw).value == value


@pytest.mark.parametrize(
    ("raw", "rate"),
    [
        (13.0, "0.13"),
        ("13%", "0.13"),
        (0.13, "0.13"),
        ("13", "0.13"),
        ("1", "0.01"),
        ("0", "0"),
        ("免税", "0"),
        ("0.05%/天", "0.0005"),
        ("每日万分之五", "0.0005"),
        ("3‰", "0.003"),
    ],
)
def test_rate_when_it_can_be_read(raw: object, rate: str) -> None:
    assert parse_rate(raw).value == Decimal(rate)


@pytest.mark.parametrize(("raw", "rule"), [("130%", "CELL-022"), ("-5", "CELL-022"), ("约13%", "CELL-023")])
def test_rate_is_unknown_when_it_cannot_be_one(raw: str, rule: str) -> None:
    assert (parse_rate(raw).unknown, parse_rate(raw).rule) == (True, rule)


@pytest.mark.parametrize(
    ("raw", "tag", "number"),
    [
        pytest.param("9折", "factor", "0.9", id="a-nine"),
        pytest.param("九折", "factor", "0.9", id="a-nine-word"),
        pytest.param("95折", "factor", "0.95", id="V26-ninety-five"),
        pytest.param("九五折", "factor", "0.95", id="V26-nine-five"),
        pytest.param("9.5折", "factor", "0.95", id="V26-nine-point-five"),
        pytest.param(0.9, "factor", "0.9", id="a-fraction"),
        pytest.param("90%", "factor", "0.9", id="a-per-cent"),
        pytest.param("10%", "reduction", "0.1", id="a-ten-per-cent"),
        pytest.param("10%off", "reduction", "0.1", id="a-off"),
        pytest.param("优惠10%", "reduction", "0.1", id="a-word"),
        pytest.param("8%", "reduction", "0.08", id="V26-eight-per-cent"),
        pytest.param("不打折", "reduction", "0", id="none"),
        pytest.param(0.0, "reduction", "0", id="zero"),
        pytest.param(0.1, "ambiguous", "0.1", id="a-ambiguous"),
        pytest.param(0.08, "ambiguous", "0.08", id="V26-formatted"),
        pytest.param("8", "ambiguous", "8", id="V26-bare"),
        pytest.param("50%", "ambiguous", "0.5", id="half"),
    ],
)
def test_discount_when_read(raw: object, tag: str, number: str) -> None:
    assert parse_discount(raw).value == (tag, Decimal(number))


@pytest.mark.parametrize(("raw", "rule"), [("8-9折", "CELL-023"), ("优惠100元", "CELL-024"), ("abc", "CELL-022")])
def test_discount_is_unknown_when_it_is_none(raw: str, rule: str) -> None:
    assert (parse_discount(raw).unknown, parse_discount(raw).rule) == (True, rule)
