"""Pay terms as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.orders.pay_terms import parse_term

ABSURD = (
    "质保金5%,99999年",
    "预付99999999999999999999元，余款月结",
    "预付9999999亿元，余款月结",
    "9" * 190,
    "月结" * 20_000,
)


@pytest.mark.parametrize(
    ("text", "code", "base", "kind"),
    [
        ("款到发货", "PREPAY", "S", "prepay"),
        ("先款后货", "PREPAY", "S", "prepay"),
        ("全款预付", "PREPAY", "S", "prepay"),
        ("预付款", "PREPAY", "S", "prepay"),
        ("100%预付", "PREPAY", "S", "prepay"),
        ("现款现货", "PREPAY", "S", "prepay"),
        ("T/T in advance", "PREPAY", "S", "prepay"),
        ("货到付款", "COD", "D", "net"),
        ("货到现结", "COD", "D", "net"),
        ("现结", "COD", "D", "net"),
        ("货到7天", "NET_D(7)", "D", "net"),
        ("签收后30天", "NET_D(30)", "D", "net"),
        ("收货后30日内", "NET_D(30)", "D", "net"),
        ("货到三十天", "NET_D(30)", "D", "net"),
        ("货到一周内付款", "NET_D(7)", "D", "net"),
        ("收货后两个月", "NET_D(60)", "D", "net"),
        ("货到半个月", "NET_D(15)", "D", "net"),
        ("货到7个工作日内", "NET_D(7WD)", "D", "net_wd"),
        ("票到30天", "NET_I(30)", "I", "net"),
        ("开票后一个月内", "NET_I(30)", "I", "net"),
        ("见票30天", "NET_I(30)", "I", "net"),
        ("发票日起60天", "NET_I(60)", "I", "net"),
        ("货到票到30天", "NET_I(30)", "I", "net"),
        ("先票后款", "NET_I(0)", "I", "net"),
        ("Net 30", "NET_I(30)", "I", "net"),
        ("月结30天", "EOM(30)", "D", "eom"),
        ("月结 30 天", "EOM(30)", "D", "eom"),
        ("月結30天", "EOM(30)", "D", "eom"),
        ("月结六十天", "EOM(60)", "D", "eom"),
        ("月结九十", "EOM(90)", "D", "eom"),
        ("月结2个月", "EOM(60)", "D", "eom"),
        ("月结60天（承兑）", "EOM(60)", "D", "eom"),
        ("开票后月结30天", "EOM_I(30)", "I", "eom"),
        ("次月结30天", "NEXT(30)", "D", "next"),
        ("次月结30天+15天", "NEXT(30)+15", "D", "next"),
        ("次月25日付款", "DAY(25)", "D", "day"),
        ("次月二十五号", "DAY(25)", "D", "day"),
        ("每月10日", "DAY(10)", "D", "day"),
        ("次月底付款", "DAY(31)", "D", "day"),
        ("验收合格后30天", "NET_A(30)", "A", "net"),
        ("对账后15天", "NET_T(15)", "T", "net"),
        ("发货后30天", "NET_S(30)", "S", "net"),
        ("信用证", "LC", "D", "never"),
    ],
)
def test_term_when_written_plainly(text, code, base, kind):
    term = parse_term(text)
    assert (term.code, term.parts[0].base, term.parts[0].kind) == (code, base, kind)
    assert not term.days_assumed
    assert not term.unknown


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("月结", "EOM(30)"),
        ("账期60天", "NET_D(60)"),
        ("赊销60天", "NET_D(60)"),
        ("30天", "NET_D(30)"),
        ("次月付款", "DAY(31)"),
        ("月结30天/60天", "EOM(30)"),
        ("银行承兑90天", "DRAFT"),
    ],
)
def test_term_is_marked_when_something_was_assumed(text, code):
    term = parse_term(text)
    assert (term.code, term.days_assumed, term.unknown) == (code, True, False)


@pytest.mark.parametrize("text", ["", "电汇", "现金", "定金", "见合同", "120%预付", "30%,80%", "按约定", *ABSURD])
def test_term_is_unknown_when_it_cannot_be_read(text):
    assert parse_term(text).unknown


@pytest.mark.parametrize("text", ["背靠背", "甲方付款后付"])
def test_term_is_restricted_when_it_hangs_on_somebody_elses_payment(text):
    assert parse_term(text).is_restricted
    assert parse_term(text).unknown


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("预付30%+发货前70%", "deposit O 0.3, final S 0.7"),
        ("30%定金+70%尾款", "deposit O 0.3, final D 0.7"),
        ("预付30%发货前付清", "deposit O 0.3, final S 0.7"),
        ("30%预付70%货到30天", "deposit O 0.3, final D 0.7"),
        ("预付30%，余款月结30天", "deposit O 0.3, final D 0.7"),
        ("30%预付，货到付款", "deposit O 0.3, final D 0.7"),
        ("预付三成，余款货到付清", "deposit O 0.3, final D 0.7"),
        ("预付 30 %，提货前付 70 %", "deposit O 0.3, final S 0.7"),
        ("3:7", "deposit O 0.3, final D 0.7"),
        ("3:6:1", "deposit O 0.3, final D 0.6, retention D 0.1"),
        ("3：3：3：1", "deposit O 0.3, progress S 0.3, final D 0.3, retention D 0.1"),
        ("预付30% 到货60% 质保10%", "deposit O 0.3, final D 0.6, retention D 0.1"),
        ("预付30%,到货30%,验收30%,质保10%", "deposit O 0.3, progress D 0.3, final A 0.3, retention D 0.1"),
        ("签合同付30%，发货前付60%，质保金10%，两年", "deposit O 0.3, final S 0.6, retention D 0.1"),
        ("月结30天，质保金5%一年", "final D 0.95, retention D 0.05"),
        ("质保金5%,一年", "final D 0.95, retention D 0.05"),
        ("定金5,000元，余款货到付款", "deposit O 500000, final D None"),
        ("定金1万元，余款票到30天", "deposit O 1000000, final I None"),
        ("30% deposit, 70% before shipment", "deposit O 0.3, final S 0.7"),
        ("30% deposit upon order, balance on delivery", "deposit O 0.3, final D 0.7"),
    ],
)
def test_term_is_split_when_it_has_shares(text, parts):
    found = [
        f"{part.label} {part.base} {part.portion if part.amount_fen is None else part.amount_fen}"
        for part in parse_term(text).parts
    ]
    assert ", ".join(found) == parts


def test_retention_runs_two_years_when_two_years_are_written():
    assert parse_term("签合同付30%，发货前付60%，质保金10%，两年").parts[-1].months == 24


def test_deposit_is_due_later_when_days_are_written():
    assert parse_term("合同签订后7天预付30%，余款货到付款").parts[0].days == 7


@given(st.text(alphabet="预付定金尾款货到票月结次质保发前验收30%5:16天个+，, 元万年余半百分之", max_size=24))
def test_shares_never_exceed_the_whole_whatever_is_written(text):
    shares = [part.portion for part in parse_term(text).parts if part.portion is not None]
    assert sum(shares, Decimal(0)) <= 1
