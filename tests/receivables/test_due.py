"""What is owed when, and due when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from schemas.derived.receivables import BUCKETS
from tests.support.money_book import order, owed, records

TUESDAY = "2026-03-10"


@pytest.mark.parametrize(
    ("term", "unrolled", "due"),
    [
        ("货到付款", "2026-03-10", "2026-03-10"),  # Tue
        ("货到7天", "2026-03-17", "2026-03-17"),  # Tue
        ("票到30天", "2026-04-09", "2026-04-09"),  # Thu
        ("月结30天", "2026-04-30", "2026-04-30"),  # Thu
        ("月结60天", "2026-05-30", "2026-06-01"),  # Sat, Mon
        ("月结90天", "2026-06-29", "2026-06-29"),  # Mon
        ("次月结30天", "2026-05-01", "2026-05-06"),  # Labour Day, Wed
        ("次月结30天+15天", "2026-05-16", "2026-05-18"),  # Sat, Mon
        ("次月25日", "2026-04-25", "2026-04-27"),  # Sat, Mon
        ("次月31日", "2026-04-30", "2026-04-30"),  # April has no 31st
        ("质保金5%,一年", "2027-03-10", "2027-03-10"),
        ("对账后15天", "2026-04-15", "2026-04-15"),  # Wed
        ("发货后30天", "2026-04-08", "2026-04-08"),  # Wed, from Mon 03-09
        ("款到发货", "2026-03-09", "2026-03-09"),  # Mon
        ("货到3个工作日", "2026-03-13", "2026-03-13"),  # Fri
    ],
)
def test_due_day_when_signed_on_a_tuesday(term, unrolled, due):
    made = owed([order(pay_term=term, invoiced_on=TUESDAY)]).receivables.iloc[-1]
    assert (f"{made.unrolled_on:%Y-%m-%d}", f"{made.due_on:%Y-%m-%d}") == (unrolled, due)


def test_due_day_stays_when_a_saturday_is_worked():
    made = owed([order(pay_term="货到付款", signed_on="2026-02-28")]).receivables.iloc[0]
    assert f"{made.due_on:%Y-%m-%d}" == "2026-02-28"


@pytest.mark.parametrize(
    ("term", "facts", "bucket"),
    [
        # paid ahead: nothing before shipping, then due at once
        ("款到发货", {"shipped_on": None, "signed_on": None}, None),
        ("款到发货", {"signed_on": None}, "d15"),
        # on delivery: from shipping, not due until signed
        ("货到付款", {"shipped_on": None, "signed_on": None}, None),
        ("货到付款", {"signed_on": None, "eta_on": "2026-03-16"}, "not_due"),
        ("货到付款", {"signed_on": None, "eta_on": "2026-03-15"}, "unknown"),
        ("货到付款", {"signed_on": None, "shipped_on": "2026-03-16"}, "not_due"),
        ("货到付款", {"signed_on": None, "shipped_on": "2026-03-15"}, "unknown"),
        ("货到30天", {"signed_on": None, "shipped_on": "2026-03-15"}, "unknown"),  # listed all the same
        # on invoice and by the month: from signing, fifteen days for the base
        ("月结30天", {"signed_on": None}, None),
        ("月结30天", {}, "not_due"),
        ("票到30天", {"signed_on": "2026-03-16"}, "not_due"),
        ("票到30天", {"signed_on": "2026-03-15"}, "unknown"),
        ("票到30天", {"signed_on": "2026-03-15", "invoiced_on": "2026-03-20"}, "not_due"),
        # a part signed for is owed, the day waits for the whole
        ("月结30天", {"signed_on": None, "first_signed_on": "2026-03-16"}, "not_due"),
        ("月结30天", {"signed_on": None, "first_signed_on": "2026-03-15"}, "unknown"),
        # a term nobody can read: listed as soon as goods moved
        ("见合同", {"signed_on": None}, "unknown"),
        (None, {}, "unknown"),
        (None, {"shipped_on": None, "signed_on": None}, None),
        ("信用证", {"signed_on": "2026-03-15"}, "unknown"),
        # facts of tomorrow are not known today
        ("货到付款", {"signed_on": "2026-04-01", "shipped_on": "2026-03-30"}, "not_due"),
        ("货到付款", {"signed_on": "2026-04-02", "shipped_on": "2026-04-01"}, None),
        # held and cancelled orders owe nothing
        ("货到付款", {"is_held": True}, None),
        ("货到付款", {"cancelled_on": "2026-03-31"}, None),
        ("货到付款", {"cancelled_on": "2026-04-01"}, "d15"),
        ("货到付款", {"amount_fen": None}, None),
    ],
)
def test_bucket_at_the_end_of_march_when(term, facts, bucket):
    made = owed([order(pay_term=term, **facts)]).receivables
    assert made["bucket"].tolist() == ([bucket] if bucket else [])


@pytest.mark.parametrize(
    ("facts", "labels"),
    [
        ({"is_confirmed": False, "conf_at": None, "shipped_on": None, "signed_on": None}, []),
        ({"shipped_on": None, "signed_on": None}, ["deposit"]),
        ({"signed_on": None}, ["deposit", "final"]),
        ({}, ["deposit", "final", "retention"]),
        ({"is_confirmed": False, "conf_at": None, "signed_on": None}, ["deposit", "final"]),
    ],
)
def test_instalments_are_owed_each_by_its_own_base(facts, labels):
    made = owed([order(pay_term="预付30% 到货60% 质保10%", **facts)]).receivables
    assert made["instalment"].tolist() == labels


@pytest.mark.parametrize(
    ("term", "yuan", "fen"),
    [
        ("预付30%+发货前70%", 100, [3000, 7000]),
        ("3:6:1", 0.1, [3, 6, 1]),
        ("3:3:3:1", 33.33, [1000, 1000, 1000, 333]),
        ("预付33.33%，余款货到付款", 100.01, [3333, 6668]),
        ("定金50元，余款货到付款", 80, [5000, 3000]),
        ("定金500元，余款货到付款", 80, [8000]),
        ("月结30天，质保金5%一年", 99.99, [9499, 500]),
        ("预付30%+发货前70%", 999_999_999_999.99, [30_000_000_000_000, 69_999_999_999_999]),  # by millionths > int64
    ],
)
def test_last_instalment_takes_the_rounding(term, yuan, fen):
    assert owed([order(yuan=yuan, pay_term=term)]).receivables["billed_fen"].tolist() == fen


@pytest.mark.parametrize(
    ("age", "bucket"),
    [
        (-1, "not_due"),
        (0, "not_due"),
        (1, "d1"),
        (14, "d1"),
        (15, "d15"),
        (30, "d15"),
        (31, "d31"),
        (60, "d31"),
        (61, "d61"),
        (90, "d61"),
        (91, "d91"),
        (180, "d91"),
        (181, "d181"),
        (365, "d181"),
        (366, "d366"),
    ],
)
def test_bucket_at_every_bound(age, bucket):
    day = date(2026, 3, 10) + timedelta(days=age)
    made = owed([order(pay_term="货到付款", conf_at="2026-03-01")], str(max(day, date(2026, 3, 10))))
    if age < 0:
        made = owed([order(pay_term="货到1天")], "2026-03-10")
    assert records(made.receivables, "overdue_days", "bucket") == [(age, bucket)]
    assert int(made.ageing[f"{bucket}_fen"].iloc[0]) == 1_000_000
    assert int(made.ageing[[f"{b}_fen" for b in BUCKETS]].sum(axis=1).iloc[0]) == 1_000_000


def test_opening_items_are_aged_like_any_other():
    rows = [
        {"customer_name": "甲有限公司", "order_no": "202512-001", "due_on": "2026-02-28", "open_fen": 5_000},
        {
            "customer_name": "甲有限公司",
            "invoice_no": "24442000000123456789",
            "due_on": "2026-03-28",
            "open_fen": 6_000,
        },
        {"customer_name": "乙有限公司", "open_fen": 7_000},
        {"customer_name": "乙有限公司", "due_on": "2026-01-05", "open_fen": 1, "happened_on": "2026-04-01"},
    ]
    made = owed([], opening=rows).receivables
    assert records(made, "order_no", "instalment", "open_fen", "overdue_days", "bucket") == [
        ("OPEN-K4653P", "opening", 7_000, None, "unknown"),
        ("202512-001", "opening", 5_000, 31, "d31"),
        ("24442000000123456789", "opening", 6_000, 1, "d1"),  # Sat, rolled to Mon 03-30
    ]


def test_opening_item_stands_for_its_order():
    rows = [{"customer_name": "甲有限公司", "order_no": "202603-001", "due_on": "2026-03-03", "open_fen": 5_000}]
    made = owed([order(), order("202603-002")], opening=rows)
    assert made.receivables["billed_fen"].tolist() == [5_000, 1_000_000]


def test_opening_item_of_another_customer_than_its_order_is_owed_by_its_own():
    made = owed([order()], opening=[{"customer_name": "乙有限公司", "order_no": "202603-001", "open_fen": 700}])
    shown = made.receivables.groupby("customer_name")["open_fen"].sum().to_dict()
    assert {row.customer_name: row.open_fen for row in made.control.itertuples() if row.open_fen} == shown
    assert shown == {"乙有限公司": 700}


def test_opening_credit_is_money_to_be_allocated():
    made = owed([order()], opening=[{"customer_name": "甲有限公司", "open_fen": -5_000}])
    assert records(made.unapplied, "left_fen", "why") == [(5_000, "no_order")]
    assert made.ageing["unapplied_fen"].tolist() == [-5_000]


@pytest.mark.parametrize(
    ("lang", "facts", "as_of", "text"),
    [
        (
            "zh",
            {"pay_term": "月结60天"},
            "2026-06-15",
            "到期 2026-06-01（月结60天，签收 2026-03-10，05-30 为周六顺延） → 逾期 14 天",
        ),
        (
            "zh",
            {"pay_term": "次月结30天"},
            "2026-05-06",
            "到期 2026-05-06（次月结30天，签收 2026-03-10，05-01 为劳动节顺延） → 今日到期",
        ),
        (
            "en",
            {"pay_term": "月结60天"},
            "2026-06-15",
            "due 2026-06-01 (月结60天, signed for 2026-03-10, 05-30 is Saturday) → 14 days overdue",
        ),
        (
            "zh",
            {"pay_term": "月结"},
            "2026-04-29",
            "到期 2026-04-30（月结，签收 2026-03-10，天数或基准为推定） → 未到期",
        ),
        ("zh", {"pay_term": "见合同"}, "2026-03-31", "付款方式「见合同」认不出，无到期日"),
        ("zh", {"pay_term": None}, "2026-03-31", "没有写付款方式，无到期日"),
        ("zh", {"pay_term": "票到30天"}, "2026-03-25", "票到30天，尚无开票日期 → 未到期"),
        ("zh", {"pay_term": "票到30天"}, "2026-03-26", "票到30天，尚无开票日期 → 无到期日"),
    ],
)
def test_reason_tells_the_facts_when(lang, facts, as_of, text):
    made = owed([order(**facts)], as_of, lang=lang)
    assert made.receivables["reason"].iloc[0] == text


def test_frames_are_empty_but_whole_when_nothing_is_known():
    made = owed([])
    assert [len(frame) for frame in vars(made).values()] == [0] * 7
