from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from tests.support.order_rows import breaks, context, found, order

A, B, C = "202603-001", "202603-002", "202603-003"
CONFIRMED = {"conf_sent_at": "2026-02-26", "conf_at": "2026-02-27", "conf_method": "email"}
STOPPED = {"hold_reason": "force_majeure", "hold_on": "2026-03-02"}  # Monday


def stopped(number: str = A, **facts: Any) -> dict[str, Any]:
    return order(number, order_date="2026-03-01", **STOPPED | facts)


@pytest.mark.parametrize(
    ("as_of", "facts", "is_broken"),
    [
        ("2026-03-01 20:00", {}, False),  # announced for tomorrow
        ("2026-03-02 20:00", {}, False),
        ("2026-03-03 02:00", {}, True),
        ("2026-03-03 02:00", {"emergency_plan": "YA-2026-03"}, False),
        ("2026-03-03 02:00", {"hold_reason": "customer"}, False),
        ("2026-03-02 02:00", {"hold_on": None, **CONFIRMED}, True),  # at the latest since it was confirmed
        ("2026-03-02 02:00", {"hold_on": None}, True),
    ],
)
def test_force_majeure_has_a_plan_the_same_day(as_of: str, facts: dict[str, Any], *, is_broken: bool) -> None:
    assert breaks("TRK-017", as_of, orders=[stopped(**facts)]) is is_broken


@pytest.mark.parametrize(
    ("as_of", "facts", "is_broken"),
    [
        ("2026-03-03 20:00", {}, False),
        ("2026-03-05 20:00", {}, False),
        ("2026-03-06 02:00", {}, True),
        ("2026-03-06 02:00", {"hold_result": "交期改为4月20日，客户同意"}, False),
        ("2026-03-06 02:00", {"cancelled_on": "2026-03-04"}, False),
    ],
)
def test_result_is_agreed_within_three_working_days(as_of: str, facts: dict[str, Any], *, is_broken: bool) -> None:
    assert breaks("TRK-019", as_of, orders=[stopped(**facts)]) is is_broken


def test_nothing_is_ranked_when_no_line_names_a_product() -> None:
    unnamed: dict[str, Any] = {"model": None, "product_code": None}
    sent = [{"order_no": B, "shipped_at": "2026-03-03", "qty": 100_000}]
    where = context(orders=[stopped(**unnamed), order(B, **unnamed)], receipts=[paid(A, 1_000_000)], shipments=sent)
    assert not found("TRK-018", where)
    assert not breaks("TRK-018", "2026-03-03 02:00", orders=[stopped(**unnamed)])


def paid(number: str, fen: int) -> dict[str, Any]:
    return {"order_nos": number, "amount_fen": fen, "received_on": "2026-03-01", "payer": "深圳市甲科技有限公司"}


@pytest.mark.parametrize(
    ("receipts", "shipped", "facts", "others"),
    [
        ([paid(A, 1_000_000)], "2026-03-03", {}, [A]),
        ([paid(A, 1_000_000)], "2026-03-02", {}, [A]),
        ([paid(A, 1_000_000)], "2026-03-01", {}, []),  # before the stop
        ([], "2026-03-03", {}, []),  # nobody paid
        ([paid(B, -100)], "2026-03-03", {}, []),
        ([paid(A, 500_000), paid(B, 600_000)], "2026-03-03", {}, []),
        ([paid(A, 600_000), paid(B, 500_000)], "2026-03-03", {}, [A]),
        ([paid(A, 500_000), paid(B, 500_000)], "2026-03-03", {}, []),
        ([paid(A, 1_000_000)], "2026-03-03", {"model": "Y1"}, []),  # another product
        ([paid(A, 1_000_000)], "2026-03-03", {"model": "ｘ200"}, [A]),
    ],
)
def test_who_paid_is_served_first(
    receipts: list[dict[str, Any]], shipped: str, facts: dict[str, Any], others: list[str]
) -> None:
    sent = [{"order_no": B, "shipped_at": shipped, "qty": 100_000}]
    where = context(orders=[stopped(), order(B, **facts)], receipts=receipts, shipments=sent)
    hits = found("TRK-018", where)
    assert [(each.subject, each.params["other"]) for each in hits] == [(B, other) for other in others]


def turns(*orders: dict[str, Any], receipts: list[dict[str, Any]], **rows: Any) -> list[tuple[Any, ...]]:
    ranked = context(orders=list(orders), receipts=receipts, **rows)["priority"]
    shown = ranked[["rank", "order_no", "paid_share", "first_no"]].astype("object")
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in shown.itertuples(index=False)]


def test_those_who_wait_are_ranked_by_what_they_paid_then_by_age() -> None:
    c, d = "202603-003", "202603-004"
    waiting = [stopped(B), stopped(A), stopped(c) | {"order_date": pd.Timestamp("2026-02-28")}, order(d, **CONFIRMED)]
    receipts = [paid(B, 1_000_000), paid(d, 300_000)]
    assert turns(*waiting, receipts=receipts) == [
        (1, B, 1, None),
        (2, d, Decimal("0.3"), None),  # not stopped, but wants the same
        (3, c, 0, None),  # the earlier order
        (4, A, 0, None),
    ]


def test_who_was_served_before_stands_below_without_a_turn() -> None:
    sent = [{"order_no": B, "shipped_at": "2026-03-03", "qty": 100_000}]
    found_ = turns(stopped(), order(B, **CONFIRMED), receipts=[paid(A, 1_000_000)], shipments=sent)
    assert found_ == [(1, A, 1, None), (None, B, 0, A)]


@pytest.mark.parametrize(
    "other",
    [
        order(B),  # not confirmed
        order(B, **CONFIRMED, model="Y1"),  # another product
        order(B, **CONFIRMED, cancelled_on="2026-03-04"),
        order(B, **CONFIRMED, src_held=True),
    ],
)
def test_who_does_not_compete_has_no_turn(other: dict[str, Any]) -> None:
    assert turns(stopped(), other, receipts=[]) == [(1, A, 0, None)]


def test_nobody_is_ranked_without_force_majeure() -> None:
    assert turns(order(A, **CONFIRMED), order(B, hold_reason="customer"), receipts=[paid(A, 1)]) == []
    assert turns(receipts=[]) == []


@pytest.mark.parametrize(
    ("waiting", "first"),
    [
        ([(A, "2026-03-01", 300_000), (C, "2026-03-01", 600_000)], C),  # who paid most
        ([(A, "2026-03-01", 600_000), (C, "2026-03-01", 300_000)], A),
        ([(A, "2026-03-01", 600_000), (C, "2026-02-27", 600_000)], C),  # who ordered first
        ([(C, "2026-02-27", 600_000), (A, "2026-02-27", 600_000)], A),
    ],
)
def test_first_in_line_is_who_paid_most_then_who_ordered_first(waiting: list[tuple[str, str, int]], first: str) -> None:
    orders = [stopped(number) | {"order_date": pd.Timestamp(day)} for number, day, _ in waiting]
    sent = [{"order_no": B, "shipped_at": "2026-03-03", "qty": 100_000}]
    where = context(
        orders=[*orders, order(B)], receipts=[paid(number, fen) for number, _, fen in waiting], shipments=sent
    )
    assert [each.params["other"] for each in found("TRK-018", where)] == [first]


@pytest.mark.parametrize(
    "waiting",
    [
        order(A),  # not stopped
        stopped(amount_fen=None, unit_price=None),  # worth we do not know what
        stopped(amount_fen=0),
    ],
)
def test_nobody_is_passed_over_who_does_not_wait_or_whose_share_is_unknown(waiting: dict[str, Any]) -> None:
    sent = [{"order_no": B, "shipped_at": "2026-03-03", "qty": 100_000}]
    assert not found("TRK-018", context(orders=[waiting, order(B)], receipts=[paid(A, 500_000)], shipments=sent))


def test_who_was_sent_a_part_does_not_wait() -> None:
    sent = [{"order_no": each, "shipped_at": "2026-03-03", "qty": 50_000} for each in (A, B)]
    assert not found("TRK-018", context(orders=[stopped(), order(B)], receipts=[paid(A, 500_000)], shipments=sent))


@pytest.mark.parametrize(
    ("as_of", "facts", "fen", "is_broken"),
    [
        ("2026-03-10 20:00", {}, 500_000, False),
        ("2026-03-12 02:00", {}, -500_000, False),  # more given back than taken
        ("2026-03-11 20:00", {}, 500_000, False),  # cancelled on Wednesday 2026-03-04
        ("2026-03-12 02:00", {}, 500_000, True),
        ("2026-03-12 02:00", {}, 0, False),
        ("2026-03-12 02:00", {"cancel_settlement": "按合同不退定金"}, 500_000, False),
    ],
)
def test_money_of_a_cancelled_order_is_dealt_with(
    as_of: str, facts: dict[str, Any], fen: int, *, is_broken: bool
) -> None:
    where = context(as_of, orders=[order(cancelled_on="2026-03-04", **facts)], receipts=[paid(A, fen)] if fen else [])
    assert [each.params["amount"] for each in found("TRK-020", where)] == ["5,000.00"] * is_broken


def test_even_one_fen_of_a_cancelled_order_is_money() -> None:
    assert breaks("TRK-020", "2026-03-12", orders=[order(cancelled_on="2026-03-04")], receipts=[paid(A, 1)])


def test_money_paid_back_is_dealt_with() -> None:
    both = [paid(A, 500_000), paid(A, -500_000) | {"received_on": "2026-03-05"}]
    assert not breaks("TRK-020", "2026-03-12", orders=[order(cancelled_on="2026-03-04")], receipts=both)


@pytest.mark.parametrize(
    ("facts", "is_broken"),
    [
        ({}, True),
        ({"actual_at": "2026-03-03"}, False),
        ({"reason": "订单取消，已停止生产"}, False),
        ({"solution": "Called off"}, False),
        ({"reason": "等料"}, True),
    ],
)
def test_stages_of_a_cancelled_order_are_closed(facts: dict[str, Any], *, is_broken: bool) -> None:
    row = {"order_no": A, "stage": "prepare", "planned_at": "2026-03-10"} | facts
    assert breaks("TRK-021", orders=[order(cancelled_on="2026-03-04")], tracking=[row]) is is_broken
    assert not breaks("TRK-021", orders=[order()], tracking=[row])
