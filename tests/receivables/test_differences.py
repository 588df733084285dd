"""What is let pass: a fen always, a bank charge that is stated or usual; anything else stays open and ages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.money_book import order, owed, receipt, records

A, B = "202603-001", "202603-002"
DAY = "2026-03-20"


@pytest.mark.parametrize(
    ("lacking", "facts", "closed"),
    [
        (1, {}, True),
        (2, {}, False),
        (450, {}, True),
        (500, {}, True),
        (501, {}, False),
        (337, {}, False),  # a sum that no bank takes
        (337, {"remark": "银行扣手续费"}, True),
        (337, {"purpose": "货款（扣手续费后）"}, True),
        (337, {"remark": "无手续费"}, False),
        (501, {"remark": "银行扣手续费"}, False),
        (450, {"is_full_arrival": True}, False),
        (1, {"is_full_arrival": True}, True),
        (450, {"method": "cash"}, False),
        (450, {"method": "bank_draft"}, False),
        (450, {"method": "wire"}, True),
    ],
)
def test_a_small_difference_closes_an_item_or_does_not(lacking, facts, closed):
    made = owed([order()], receipts=[receipt(DAY, (1_000_000 - lacking) / 100, **facts)])
    expected = (lacking, 0) if closed else (0, lacking)
    assert records(made.receivables, "closed_fen", "open_fen") == [expected]
    assert records(made.control, "closed_fen", "open_fen", "difference_fen") == [(*expected, 0)]
    assert made.dunning.empty is closed
    assert made.payments["closed_by"].notna().tolist() == [closed]


@pytest.mark.parametrize(
    ("came", "open_fen"),
    [
        ([], 1_000_000),  # nothing came: a small sum that nobody paid is no difference
        ([receipt(DAY, 10_000), receipt("2026-03-21", -4.5)], 450),  # paid back
        ([receipt(DAY, 10_000), receipt("2026-03-21", -0.01)], 0),
        ([receipt(DAY, 9_991), receipt("2026-03-21", 4.5)], 0),  # the last money lacks it
        ([receipt(DAY, 9_995.5), receipt("2026-03-21", 4.5)], 0),  # and it came after all
        ([receipt("2026-04-01", 9_995.5)], 1_000_000),  # dated after the night
    ],
)
def test_a_charge_is_looked_for_in_the_last_money_only(came, open_fen):
    assert owed([order()], receipts=came).receivables["open_fen"].tolist() == [open_fen]


@pytest.mark.parametrize(
    ("yuan", "names", "open_fen"),
    [
        (9_995.5, f"{A}=999550", 0),  # all of it is spent, and a charge is missing
        (10_595.5, f"{A}=999550", 450),  # what is missing did arrive
        (9_995.51, f"{A}=999550", 450),
        (10_599.99, f"{A}=999999", 0),  # a fen is a fen
    ],
)
def test_no_bank_took_a_charge_from_money_of_which_some_is_left(yuan, names, open_fen):
    made = owed([order(A)], receipts=[receipt(DAY, yuan, names)])
    assert made.receivables["open_fen"].tolist() == [open_fen]


def test_an_order_that_lacks_only_a_charge_is_settled_before_it_is_owed():
    waiting = order(shipped_on=None, signed_on=None, pay_term="款到发货")
    made = owed([waiting], receipts=[receipt(DAY, 9_995)])
    assert records(made.payments, "worth_fen", "ahead_fen", "closed_fen") == [(1_000_000, 999_500, 500)]


def test_the_charge_of_a_deposit_is_let_pass_while_the_rest_is_open():
    made = owed([order(pay_term="预付30%+发货前70%")], receipts=[receipt(DAY, 2_995.5)])
    assert records(made.receivables, "closed_fen", "open_fen") == [(450, 0), (0, 700_000)]


@pytest.mark.parametrize(
    ("arrived", "charge", "received", "left"),
    [
        (9_965, 35, 1_000_000, 0),  # the bank kept it
        (10_000, 35, 1_000_000, 0),  # ours to bear: nobody's money
        (9_990, 35, 1_000_000, 0),  # as far as it is lacking
        (9_900, 35, 993_500, 0),
        (10_050, 35, 1_000_000, 5_000),
        (9_965, -35, 996_500, 0),
    ],
)
def test_a_charge_in_its_column_counts_as_far_as_the_order_lacks_it(arrived, charge, received, left):
    made = owed([order()], receipts=[receipt(DAY, arrived, charge_fen=charge * 100)])
    assert made.receivables["received_fen"].tolist() == [received]
    assert made.unapplied["left_fen"].sum() == left


def test_money_without_an_order_waits_as_it_came():
    made = owed([order()], receipts=[receipt(DAY, 965, None, charge_fen=3_500)])
    assert made.unapplied["left_fen"].tolist() == [96_500]


@pytest.mark.parametrize(
    ("yuan", "names", "why", "over"),
    [
        (600, f"{A}=40000", "rest", 0),  # the order still owes
        (10_200, f"{A}=1000000", "over", 0),  # it does not: beyond what it is worth
        (10_200, A, "over", 20_000),
        (700, f"{A}=40000;{B}=10000", "rest", 0),
        (600, f"{A}=40000;202601-999", "unknown_order", 0),
    ],
)
def test_money_beyond_the_sums_written_is_no_overpayment_while_the_order_owes(yuan, names, why, over):
    made = owed([order(A), order(B)], receipts=[receipt(DAY, yuan, names)])
    assert records(made.unapplied, "why", "over_fen") == [(why, over)]


def test_only_what_an_order_is_not_worth_is_over():
    deposit = order(pay_term="预付30%+发货前70%", shipped_on=None, signed_on=None)
    made = owed([deposit], receipts=[receipt(DAY, 9_000), receipt("2026-03-21", 3_000)])
    assert records(made.unapplied, "left_fen", "over_fen", "why") == [
        (600_000, 0, "prepaid"),
        (300_000, 200_000, "over"),
    ]


@pytest.mark.parametrize(
    ("facts", "waits"),
    [
        ({"order_nos": None}, "receipt"),
        ({"purpose": "滞纳金"}, None),  # not for the goods
        ({"order_nos": "202512-001"}, "receipt"),
    ],
)
def test_money_for_a_late_fee_holds_no_reminder_back(facts, waits):
    made = owed([order()], receipts=[receipt(DAY, 10_000, **facts)])
    assert made.dunning["waits_for"].astype("object").where(made.dunning["waits_for"].notna(), None).tolist() == [waits]


def test_a_late_fee_does_not_run_on_what_was_let_pass():
    customers = [{"customer_name": "甲有限公司", "late_fee_rate": Decimal("0.0005")}]
    ends = [
        owed([order()], day, receipts=[receipt("2026-03-10", 9_995.5)], customers=customers).receivables["fee_fen"]
        for day in ("2026-03-31", "2026-12-31")
    ]
    assert [fee.tolist() for fee in ends] == [[0], [0]]


def test_an_order_with_an_opening_item_is_worth_what_is_open():
    opening = [{"customer_name": "甲有限公司", "order_no": A, "open_fen": 400_000}]
    made = owed([order()], opening=opening, receipts=[receipt(DAY, 4_100)])
    assert records(made.payments, "worth_fen", "ahead_fen") == [(400_000, 0)]
    assert records(made.unapplied, "left_fen", "why") == [(10_000, "over")]


def test_a_late_fee_that_names_an_order_in_another_currency_says_nothing_of_its_money():
    fee = receipt(DAY, 100, order_nos=A, purpose="滞纳金", currency="USD")
    paid = receipt(DAY, 100, order_nos=A, currency="USD")
    waits = [owed([order(A)], receipts=[each]).dunning["waits_for"].notna().tolist() for each in (fee, paid)]
    assert waits[0] == owed([order(A)]).dunning["waits_for"].notna().tolist()


FEES = ("滞纳金", "逾期违约金", "违约金（逾期）", "迟延利息", "逾期付款利息", "滯納金", "Late fee", "penalty interest")
GOODS = (
    *(
        "货款",
        "货款及违约金",
        "尾款（含滞纳金）",
        "免滞纳金",
        "不收违约金",
        "滞纳金另付",
        "late fee waived",
        "无违约金",
    ),
    *("", None, "定金"),
)


@pytest.mark.parametrize("place", ["purpose", "remark"])
@pytest.mark.parametrize(
    ("said", "open_fen"), [*((fee, 1_000_000) for fee in FEES), *((each, 900_000) for each in GOODS)]
)
def test_money_for_a_late_fee_pays_no_goods_in_whatever_words(said, open_fen, place):
    made = owed([order(A)], receipts=[receipt(DAY, 1_000, order_nos=A, **{place: said})])
    assert made.receivables["open_fen"].tolist() == [open_fen]
