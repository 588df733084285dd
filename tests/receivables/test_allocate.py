"""Money received against money owed."""

from __future__ import annotations

import pytest

from tests.support.money_book import order, owed, receipt, records

A, B, C = "202603-001", "202603-002", "202603-003"


def test_partial_payments_leave_the_rest_open():
    made = owed([order()], receipts=[receipt("2026-03-20", 3000), receipt("2026-03-21", 2000)])
    assert records(made.receivables, "received_fen", "open_fen") == [(500_000, 500_000)]
    assert made.allocations["applied_fen"].tolist() == [300_000, 200_000]
    assert made.unapplied.empty


def test_deposit_waits_as_an_advance_until_the_order_is_confirmed():
    waiting = order(pay_term="预付30%+发货前70%", is_confirmed=False, conf_at=None, shipped_on=None, signed_on=None)
    made = owed([waiting], receipts=[receipt("2026-03-01", 3000)])
    assert made.receivables.empty
    assert records(made.unapplied, "left_fen", "why") == [(300_000, "prepaid")]

    confirmed = waiting | {"is_confirmed": True, "conf_at": "2026-03-05"}
    made = owed([confirmed], receipts=[receipt("2026-03-01", 3000)])
    assert records(made.receivables, "instalment", "open_fen") == [("deposit", 0)]
    assert made.unapplied.empty


def test_money_without_an_order_says_who_entered_it():
    made = owed([order(A, 100)], receipts=[receipt("2026-03-20", 50, None, handler_name="吴敏")])
    assert records(made.unapplied, "handler_name", "left_fen") == [("吴敏", 5_000)]


def test_one_payment_over_two_orders_fills_them_in_the_order_listed():
    orders = [order(A, 10_000), order(B, 8_000)]
    made = owed(orders, receipts=[receipt("2026-03-20", 15_000, f"{A};{B}")])
    assert made.receivables["open_fen"].tolist() == [0, 300_000]
    made = owed(orders, receipts=[receipt("2026-03-20", 15_000, f"{B};{A}")])
    assert made.receivables["open_fen"].tolist() == [300_000, 0]


def test_amounts_said_come_before_the_order_listed():
    orders = [order(A, 10_000), order(B, 8_000)]
    made = owed(orders, receipts=[receipt("2026-03-20", 15_000, f"{A};{B}=700000")])
    assert made.receivables["received_fen"].tolist() == [800_000, 700_000]
    assert made.allocations["basis"].tolist() == ["named", "explicit"]


def test_amounts_said_never_exceed_the_receipt():
    orders = [order(A, 10_000), order(B, 8_000)]
    made = owed(orders, receipts=[receipt("2026-03-20", 100, f"{A}=8000;{B}=7000")])
    assert made.allocations["applied_fen"].tolist() == [8_000, 2_000]


def test_orders_without_amounts_see_what_earlier_money_paid():
    orders = [order(A, 100), order(B, 100), order(C, 100)]
    came = [
        receipt("2026-03-20", 60, A),
        receipt("2026-03-21", 100, f"{A};{B}"),
        receipt("2026-03-22", 100, f"{B};{C}"),
        receipt("2026-03-23", 40, C),
    ]
    made = owed(orders, receipts=came)
    assert records(made.allocations, "order_no", "applied_fen") == [
        (A, 6_000),
        (A, 4_000),
        (B, 6_000),
        (B, 4_000),
        (C, 6_000),
        (C, 4_000),
    ]
    assert made.unapplied.empty


def test_what_is_owed_is_filled_before_what_will_be():
    orders = [order(A, 100, pay_term="预付30%+发货前70%", shipped_on=None, signed_on=None), order(B, 80)]
    made = owed(orders, receipts=[receipt("2026-03-20", 110, f"{A};{B}")])
    assert made.receivables["open_fen"].tolist() == [0, 0]
    assert made.unapplied.empty


@pytest.mark.parametrize(
    ("yuan", "left", "why"), [(10_000, [], []), (10_000.01, [1], ["over"]), (10_050, [5_000], ["over"])]
)
def test_overpayment_stays_to_be_allocated(yuan, left, why):
    made = owed([order()], receipts=[receipt("2026-03-20", yuan)])
    assert made.unapplied["left_fen"].tolist() == left
    assert made.unapplied["why"].tolist() == why
    assert made.receivables["open_fen"].tolist() == [0]


def test_refund_raises_the_balance_again():
    made = owed([order()], receipts=[receipt("2026-03-20", 10_000), receipt("2026-03-25", -3_000)])
    assert made.receivables["open_fen"].tolist() == [300_000]
    assert made.allocations["applied_fen"].tolist() == [1_000_000, -300_000]


def test_refund_of_an_overpayment_leaves_the_order_paid():
    made = owed([order()], receipts=[receipt("2026-03-20", 10_050), receipt("2026-03-25", -50)])
    assert made.receivables["open_fen"].tolist() == [0]
    assert records(made.unapplied, "left_fen", "why") == [(5_000, "over"), (-5_000, "refund")]
    assert made.ageing.empty


def test_refund_reopens_the_newest_instalment_first():
    split = order(pay_term="预付30%+发货前70%")
    made = owed([split], receipts=[receipt("2026-03-20", 10_000), receipt("2026-03-25", -8_000)])
    assert made.receivables["open_fen"].tolist() == [100_000, 700_000]


def test_oldest_instalment_is_paid_first():
    made = owed([order(pay_term="预付30%+发货前70%")], receipts=[receipt("2026-03-20", 5_000)])
    assert made.receivables["open_fen"].tolist() == [0, 500_000]
    assert made.allocations["instalment_no"].tolist() == [1, 2]


def test_credit_for_returned_goods_has_its_own_column():
    red = {"invoice_no": "24442000000000000002", "sign": "red", "issued_on": "2026-03-20", "gross_fen": -100_000}
    made = owed([order()], invoices=[red | {"order_nos": A, "remark": "销货退回"}])
    assert records(made.receivables, "received_fen", "credited_fen", "open_fen") == [(0, 100_000, 900_000)]
    assert made.control["credited_fen"].tolist() == [100_000]
    assert made.allocations.empty


LESS = ("退货", "销货退回", "折让500", "返利", "质量扣款", "不是开票的问题，是折扣", "sales return")
AGAIN = ("开票有误", "发票退回重开", "客户退票，重新开具", "折扣行开错，红冲重开", "抬头错误")
DENIED = ("非退货", "没有折让", "不是退货", "no return", "not a rebate")


@pytest.mark.parametrize(
    ("remark", "open_fen"),
    [
        *((remark, 900_000) for remark in LESS),
        *((remark, 1_000_000) for remark in (*AGAIN, *DENIED, "", None, "红冲")),
        *((f"{less}；{again}", 1_000_000) for less in LESS[:2] for again in AGAIN),  # nobody knows which
        *((f"{denied}，{again}", 1_000_000) for denied in DENIED for again in AGAIN[:2]),
    ],
)
def test_a_red_invoice_lowers_what_is_owed_only_where_its_remark_says_so(remark, open_fen):
    red = {"invoice_no": "24442000000000000002", "sign": "red", "issued_on": "2026-03-20", "gross_fen": -100_000}
    made = owed([order()], invoices=[red | {"order_nos": A, "remark": remark}])
    assert made.receivables["open_fen"].tolist() == [open_fen]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"order_nos": "202601-999"}, "unknown_order"),
        ({"order_nos": None}, "no_order"),
        ({"order_nos": None, "payer": "丙有限公司"}, "unknown_payer"),
        ({"order_nos": None, "payer": None}, "unknown_payer"),
        ({"order_nos": None, "payer": "丙有限公司", "customer_name": "甲有限公司"}, "no_order"),
        ({"purpose": "滞纳金"}, "fee"),
    ],
)
def test_money_without_an_item_is_never_lost(facts, why):
    made = owed([order()], receipts=[receipt("2026-03-20", 500, **{"order_nos": A} | facts)])
    assert records(made.unapplied, "left_fen", "why") == [(50_000, why)]
    assert made.receivables["open_fen"].tolist() == [1_000_000]
    assert made.ageing["unapplied_fen"].sum() == -50_000


@pytest.mark.parametrize(
    "remark", ["付202603-001货款", "货款 202603-001", "发票24442000000123456789货款", "订单202603001"]
)
def test_order_is_found_in_the_remark_when_its_column_is_blank(remark):
    blue = {"invoice_no": "24442000000123456789", "issued_on": "2026-03-12", "gross_fen": 1_000_000, "order_nos": A}
    made = owed([order()], invoices=[blue], receipts=[receipt("2026-03-20", 500, None, remark=remark)])
    assert records(made.allocations, "applied_fen", "basis") == [(50_000, "remark")]


def test_remark_is_not_read_when_an_order_stands_in_its_column():
    made = owed([order(A), order(B)], receipts=[receipt("2026-03-20", 500, A, remark=f"付{B}")])
    assert made.allocations["order_no"].tolist() == [A]


def test_charge_is_added_back_when_money_did_not_arrive_in_full():
    came = receipt("2026-03-20", 9_985, charge_fen=1_500, is_full_arrival=False)
    assert owed([order()], receipts=[came]).receivables["open_fen"].tolist() == [0]


@pytest.mark.parametrize(("day", "open_fen"), [("2026-03-31", 0), ("2026-04-01", 1_000_000)])
def test_money_counts_from_its_day_on(day, open_fen):
    assert owed([order()], receipts=[receipt(day, 10_000)]).receivables["open_fen"].tolist() == [open_fen]


def test_held_receipt_does_not_count():
    made = owed([order()], receipts=[receipt("2026-03-20", 10_000, src_held=True)])
    assert made.control["receipts_fen"].tolist() == [0]


def test_third_party_money_belongs_to_the_customer_of_the_order():
    made = owed([order()], receipts=[receipt("2026-03-20", 11_000, payer="丙有限公司")])
    assert records(made.control, "customer_key", "receipts_fen", "unapplied_fen") == [("甲", 1_100_000, 100_000)]


def test_money_over_two_customers_moves_to_each():
    orders = [order(A, 100), order(B, 100, customer_name="乙有限公司")]
    made = owed(orders, receipts=[receipt("2026-03-20", 150, f"{A};{B}")])
    assert records(made.control, "customer_key", "receipts_fen", "open_fen", "difference_fen") == [
        ("乙", 5_000, 5_000, 0),
        ("甲", 10_000, 0, 0),
    ]


@pytest.mark.parametrize(
    ("yuan", "text"),
    [
        (100, "与 202603-001 未收 100.00 一致"),
        (500, "等于 202603-002 200.00、202603-003 300.00 未收之和"),
        (250, "按到期先后：202603-001 100.00、202603-002 200.00"),
        (9_000, "按到期先后：202603-001 100.00、202603-002 200.00、202603-003 300.00"),
    ],
)
def test_suggestion_for_money_without_an_order(yuan, text):
    orders = [order(A, 100), order(B, 200), order(C, 300)]
    made = owed(orders, receipts=[receipt("2026-03-20", yuan, None)])
    assert made.unapplied["suggestion"].tolist() == [text]
    assert made.receivables["received_fen"].sum() == 0


def test_suggestion_is_oldest_first_when_two_items_or_subsets_fit():
    orders = [order(A, 100), order(B, 100), order(C, 200)]
    for yuan in (100, 200.00, 300):
        made = owed(orders, receipts=[receipt("2026-03-20", yuan, None)])
        is_exact = made.unapplied["suggestion"].iloc[0].startswith("与 202603-003")
        assert is_exact == (yuan == 200)
        assert not made.unapplied["suggestion"].iloc[0].startswith("等于")


def test_suggestion_names_similar_customers_when_the_payer_is_unknown():
    came = receipt("2026-03-20", 100, None, payer="夜航电子")
    made = owed([], receipts=[came], customers=[{"customer_name": "杭州夜航智造有限公司"}])
    assert made.unapplied["suggestion"].tolist() == ["相近客户：杭州夜航智造有限公司"]


def test_paid_tells_all_money_that_names_an_order():
    waiting = order(shipped_on=None, signed_on=None, pay_term="款到发货")
    made = owed([waiting], receipts=[receipt("2026-03-01", 3000), receipt("2026-03-09", 7000)])
    assert records(made.payments, "order_no", "received_fen", "has_refund") == [(A, 1_000_000, False)]
    assert f"{made.payments['last_on'].iloc[0]:%Y-%m-%d}" == "2026-03-09"


def test_reason_tells_what_was_received_and_how_it_was_found():
    made = owed([order()], receipts=[receipt("2026-03-20", 3000, None, remark=f"付{A}")])
    assert made.receivables["reason"].iloc[0] == (
        "到期 2026-03-10（货到付款，签收 2026-03-10） → 逾期 21 天；已收 3,000.00（2026-03-20，备注含 202603-001）"
    )
