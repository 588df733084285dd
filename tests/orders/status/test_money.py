"""What was paid on an order is said once: 01 takes what 03 says, however the money named the order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from pipeline.orders import facts as books
from pipeline.orders import status
from pipeline.receivables import derive
from tests.support.order_rows import calendar, order, policy, tables

A, B = "202603-001", "202603-002"
AS_OF = datetime(2026, 3, 20, 20)
YUAN = 100
SIGNED = [{"order_no": number, "stage": "sign", "actual_at": pd.Timestamp("2026-03-09")} for number in (A, B)]
INVOICE_NO = "26442000000000000001"
INVOICES = [{"invoice_no": INVOICE_NO, "order_nos": A, "gross_fen": 1_000_000, "issued_on": pd.Timestamp("2026-03-10")}]
CREDIT = {"sign": "red", "remark": "退货", "order_nos": A, "issued_on": pd.Timestamp("2026-03-16")}

Rows = list[dict[str, Any]]


def receipt(yuan: float, order_nos: str | None = None, **facts: Any) -> dict[str, Any]:
    """Money of the one customer, on Thursday 2026-03-12 where nothing else is written."""
    usual = {"payer": "深圳市甲科技有限公司", "received_on": pd.Timestamp("2026-03-12")}
    return usual | {"amount_fen": round(yuan * YUAN), "order_nos": order_nos} | facts


def both(receipts: Rows, *, is_signed: bool = True, red: Rows | None = None) -> tuple[Any, Any]:
    """Two orders of 10,000 each: where they stand by 01, and what is owed on them by 03."""
    rows = tables(
        orders=[order(A), order(B)],
        receipts=receipts,
        invoices=INVOICES + (red or []),
        tracking=SIGNED if is_signed else [],
    )
    measure: dict[str, Any] = {"policy": policy(), "calendar": calendar(), "as_of": AS_OF, "lang": "zh"}
    orders, stages = books.build(rows, as_of=AS_OF, calendar=calendar())
    owed = derive(orders, rows, **measure)
    money = {"receivables": owed.receivables, "unapplied": owed.unapplied, "payments": owed.payments}
    stands = status.derive(orders, stages, rows | money, **measure)
    return stands.set_index("order_no"), owed.receivables.set_index("order_no")


@pytest.mark.parametrize(
    ("receipts", "paid"),
    [
        pytest.param([receipt(4_000, A)], [4_000, 0], id="by-its-number"),
        pytest.param([receipt(4_000, None, remark=f"付{A}货款")], [4_000, 0], id="in-the-remark"),
        pytest.param([receipt(4_000, None, remark=f"发票{INVOICE_NO}")], [4_000, 0], id="by-the-number-of-its-invoice"),
        pytest.param([receipt(4_000)], [0, 0], id="by-its-customer-only"),
        pytest.param([receipt(12_000, f"{A};{B}")], [10_000, 2_000], id="two-orders"),
        pytest.param([receipt(12_000, f"{A}=300000;{B}=900000")], [3_000, 9_000], id="two-orders-with-their-sums"),
        pytest.param([receipt(12_000, None, remark=f"{A}、{B}")], [10_000, 2_000], id="two-orders-in-the-remark"),
        pytest.param([receipt(5_000, A), receipt(-2_000, A)], [3_000, 0], id="some-of-it-paid-back"),
        pytest.param([receipt(4_000, A, purpose="late_fee")], [0, 0], id="for-a-late-fee"),
        pytest.param([receipt(4_000, A, received_on=pd.Timestamp("2026-03-21"))], [0, 0], id="not-come-yet"),
        pytest.param([receipt(4_000, A, received_on=None)], [0, 0], id="on-no-day"),
        pytest.param([receipt(4_000, A, src_held=True)], [0, 0], id="held"),
        pytest.param(
            [receipt(3_985, A, charge_fen=1_500, is_full_arrival=False)], [4_000, 0], id="less-what-the-bank-kept"
        ),
    ],
)
def test_01_and_03_give_one_answer_to_what_was_paid(receipts: Rows, paid: list[int]) -> None:
    stands, items = both(receipts)
    expected = [yuan * YUAN for yuan in paid]
    assert stands.loc[[A, B], "received_fen"].tolist() == expected
    assert items.loc[[A, B], "received_fen"].tolist() == expected


@pytest.mark.parametrize("named", [{"order_nos": A}, {"remark": f"付{A}货款"}])
def test_money_that_came_before_it_is_owed_is_known_to_01_alone(named: dict[str, str]) -> None:
    stands, items = both([receipt(10_000, **named)], is_signed=False)
    assert items.empty
    assert stands.loc[A, ["received_fen", "payment_state"]].tolist() == [1_000_000, "paid"]
    assert stands.loc[A, "paid_on"] == pd.Timestamp("2026-03-12")


@pytest.mark.parametrize(
    ("receipts", "state"),
    [
        ([receipt(-300, A, purpose="退款")], "not_due"),  # paid back more than came: the order is owed as before
        ([receipt(10_000, A), receipt(-10_000, A)], "not_due"),
        ([receipt(10_000, A), receipt(-300, A)], "part_not_due"),
        ([receipt(9_999.99, A)], "paid"),
        ([receipt(9_999.98, A)], "part_not_due"),
        ([receipt(9_995, A)], "paid"),
        ([receipt(9_994.99, A)], "part_not_due"),
        ([receipt(10_000.01, A)], "paid"),
        ([receipt(10_000.02, A)], "overpaid"),
    ],
)
def test_01_says_of_the_money_what_03_has_open(receipts: Rows, state: str) -> None:
    stands, items = both(receipts)
    assert stands.loc[A, "payment_state"] == state
    assert (items.loc[A, "open_fen"] > 0) == (state not in {"paid", "overpaid"})


@pytest.mark.parametrize(
    ("receipts", "fen", "is_open"),
    [
        ([receipt(10_000, A)], -200_000, False),  # goods come back after they were paid
        ([receipt(10_000, A), receipt(-2_000, A, received_on=pd.Timestamp("2026-03-18"))], -200_000, False),
        ([receipt(8_000, A)], -200_000, False),
        ([receipt(7_994, A)], -200_000, True),
        ([receipt(7_000, A)], -200_000, True),
    ],
)
def test_an_order_is_paid_in_01_as_soon_as_03_has_nothing_open(receipts: Rows, fen: int, *, is_open: bool) -> None:
    stands, items = both(receipts, red=[CREDIT | {"gross_fen": fen, "invoice_no": "26442000000000000002"}])
    assert bool(items.loc[A, "open_fen"] > 0) is is_open
    assert bool(stands.loc[A, "is_paid"]) is not is_open


def test_money_that_comes_after_an_order_is_paid_moves_the_day_it_was_paid_and_money_paid_back_does_not() -> None:
    days = [pd.Timestamp(day) for day in ("2026-03-10", "2026-03-12", "2026-03-16")]
    sums = [(9_000, days[0]), (1_500, days[1]), (-500, days[2])]
    stands, _ = both([receipt(yuan, A, received_on=day) for yuan, day in sums])
    assert stands.loc[A, "paid_on"] == days[1]
