"""What the row of an order says of goods and money: facts of their own, below papers that tell more."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.orders import facts as books
from tests.support.order_rows import calendar, cases, order, tables

AS_OF = pd.Timestamp("2026-03-10 20:00")
NO = "202603-001"
LEFT = pd.Timestamp("2026-03-05")
OLD = pd.Timestamp("2020-01-06")


def built(**rows: Any) -> dict[Any, Any]:
    given = tables(**rows)
    given |= {"cases": cases(given, AS_OF)}
    facts: dict[Any, Any] = books.build(given, as_of=AS_OF, calendar=calendar())[0].iloc[0].to_dict()
    return facts


def level(*lines: dict[str, Any], column: str = "paid_level_fen") -> object:
    made = built(orders=[order(model=f"X{n}", **line) for n, line in enumerate(lines)])[column]
    return None if pd.isna(made) else made


def test_day_in_the_row_is_a_shipment_of_its_line() -> None:
    row = built(orders=[order(went_on=LEFT)])
    assert (row["is_all_shipped"], row["shipped_on"], row["shipped_qty"]) == (True, LEFT, row["ordered_qty"])
    assert not row["is_all_signed"]
    assert not built(orders=[order(went_on=LEFT), order(model="X300")])["is_all_shipped"]
    assert not built(orders=[order(went_on=pd.Timestamp("2026-03-11"))])["is_all_shipped"]


def test_state_in_the_row_says_that_what_left_was_signed_for() -> None:
    assert built(orders=[order(went_on=LEFT, typed_state="已签收")])["signed_on"] == LEFT
    assert built(orders=[order(went_on=LEFT, typed_state="已完成")])["is_all_signed"]
    assert not built(orders=[order(went_on=LEFT, typed_state="已取消")])["is_all_signed"]
    assert not built(orders=[order(typed_state="已签收")])["is_all_signed"]


def test_day_of_signing_in_the_row_is_that_of_its_line() -> None:
    signed = pd.Timestamp("2026-03-08")
    row = built(orders=[order(went_on=LEFT, signed_on=signed)])
    assert (row["shipped_on"], row["signed_on"], row["is_all_signed"]) == (LEFT, signed, True)
    alone = built(orders=[order(signed_on=signed)])
    assert (alone["shipped_on"], alone["signed_on"]) == (signed, signed)  # it left by that day
    assert built(orders=[order(went_on=LEFT, signed_on=signed, typed_state="已签收")])["signed_on"] == signed
    assert not built(orders=[order(went_on=LEFT, signed_on=AS_OF + pd.Timedelta(1, "D"))])["is_all_signed"]
    assert not built(orders=[order(signed_on=signed), order(model="X300")])["is_all_signed"]
    part = {"order_no": NO, "qty": 1000, "shipped_at": pd.Timestamp("2026-03-04")}
    assert not built(orders=[order(signed_on=signed, qty=5000)], shipments=[part])["is_all_signed"]


def test_papers_that_tell_of_the_goods_count_before_the_row() -> None:
    part = {"order_no": NO, "qty": 1000, "shipped_at": pd.Timestamp("2026-03-04")}
    row = built(orders=[order(went_on=LEFT, qty=5000)], shipments=[part])
    assert (row["shipped_qty"], row["is_all_shipped"]) == (1000, False)
    stage = {"order_no": NO, "stage": "ship"}
    assert not built(orders=[order(went_on=LEFT)], tracking=[stage])["is_all_shipped"]


def test_order_without_a_quantity_is_one_sum_and_shows_none() -> None:
    row = built(orders=[order(qty=None, unit_price=None, went_on=LEFT)])
    assert row["amount_fen"] == 1_000_000
    assert row["is_all_shipped"]
    assert all(pd.isna(row[name]) for name in ("ordered_qty", "shipped_qty"))


def test_level_of_an_order_is_what_its_lines_come_to() -> None:
    assert level({"paid_fen": 400_000}) == 400_000
    assert level({"unpaid_fen": 400_000}) == 600_000
    assert level({}) is None
    assert level({"paid_fen": 400_000}, {"paid_fen": 100_000}) == 500_000
    # the sum of the whole order, on each of its lines
    assert level({"paid_fen": 1_500_000}, {"paid_fen": 1_500_000}) == 1_500_000
    assert level({"paid_fen": 1_500_000}, {}) == 1_500_000
    assert level({"billed_fen": 700_000}, column="invoiced_fen") == 700_000


def test_word_that_an_order_is_paid_or_invoiced_is_a_level_below_the_sums_in_its_row() -> None:
    assert level({"paid_state": "paid"}) == 1_000_000
    assert level({"paid_state": "paid"}, {"paid_state": "unpaid"}) == 1_000_000
    assert level({"paid_state": "part"}) is None
    assert level({"paid_state": "paid", "paid_fen": 400_000}) == 400_000
    assert level({"paid_state": "paid", "unpaid_fen": 400_000}) == 600_000
    assert level({"typed_state": "已结清"}) == level({"typed_state": "已結清"}) == 1_000_000
    assert level({"typed_state": "已结清", "paid_state": "unpaid"}) is None
    assert level({"typed_state": "是"}) is None
    assert level({"paid_state": "paid", "cancelled_on": LEFT}) is None  # nothing is open, and nothing came
    assert level({"paid_state": "paid", "typed_state": "已取消"}) is None
    assert level({"paid_state": "paid", "paid_fen": 5, "cancelled_on": LEFT}) == 5
    dollars = {"billed_state": "billed", "currency": "USD"}
    assert level(dollars, {"billed_state": "billed"}, column="billed_level_fen") is None
    assert level({"typed_state": "未结清"}) is None
    assert level({"billed_state": "billed"}, column="invoiced_fen") == 1_000_000
    assert level({"billed_state": "billed", "billed_fen": 1}, column="invoiced_fen") == 1
    assert level({"billed_state": "unbilled"}, column="invoiced_fen") == 0


def test_invoiced_level_never_adds_to_invoices() -> None:
    paper = {"invoice_no": "1", "issued_on": LEFT, "gross_fen": 800_000, "order_nos": NO}
    assert built(orders=[order(billed_fen=700_000)], invoices=[paper])["invoiced_fen"] == 800_000
    assert built(orders=[order(billed_fen=900_000)], invoices=[paper])["invoiced_fen"] == 900_000


@pytest.mark.parametrize(
    ("line", "is_finished"),
    [
        ({"order_date": OLD, "typed_state": "已完成"}, True),
        ({"order_date": OLD, "typed_state": "已完成", "paid_fen": 999_999}, False),
        ({"order_date": OLD, "went_on": OLD, "paid_fen": 1_000_000}, True),
        ({"order_date": OLD, "went_on": OLD}, False),
        ({"order_date": OLD, "paid_fen": 1_000_000}, False),
        ({"went_on": LEFT, "paid_fen": 1_000_000}, False),
        ({"went_on": LEFT, "paid_fen": 1_000_000, "typed_state": "已完成"}, True),
        ({"typed_state": "已完成"}, False),
    ],
)
def test_finished_is_what_was_delivered_and_paid_by_its_row(line: dict[str, Any], is_finished: bool) -> None:
    assert built(orders=[order(**line)])["is_finished"] == is_finished
