"""What a customer owes with each order: money counts once, and only money that may pay it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from pipeline.orders import facts as books
from pipeline.orders import status
from pipeline.orders.credit import credit_by_order
from pipeline.receivables import derive
from tests.support.order_rows import calendar, order, policy, tables

A, B = "202603-001", "202603-002"
AS_OF = datetime(2026, 3, 20, 20)
PAYER = "深圳市甲科技有限公司"
CONFIRMED = {"approval": "agree", "conf_sent_at": "2026-03-03", "conf_at": "2026-03-03", "conf_method": "email"}
AHEAD, CREDIT = "款到发货", "货到30天"


def asked(orders: list[dict[str, Any]], *, floor_fen: int = 0, grace_days: int = 30, **rows: Any) -> pd.DataFrame:
    """What every order asks of its customer's credit, worked out from what came in."""
    incoming = tables(orders=[order(**CONFIRMED | each) for each in orders], **rows)
    facts, stages = books.build(incoming, as_of=AS_OF, calendar=calendar())
    measure: dict[str, Any] = {"policy": policy(), "calendar": calendar(), "as_of": AS_OF, "lang": "zh"}
    owed = derive(facts, incoming, **measure)
    frames = {name: getattr(owed, name) for name in ("receivables", "unapplied", "payments")}
    stands = status.derive(facts, stages, incoming | frames, **measure)
    return credit_by_order(facts, stands, incoming | frames, grace_days=grace_days, floor_fen=floor_fen)


def exposures(orders: list[dict[str, Any]], **rows: Any) -> list[int]:
    return [int(fen) for fen in asked(orders, **rows)["exposure_fen"]]


def came(yuan: float, names: str | None = None, **facts: Any) -> dict[str, Any]:
    usual = {"payer": PAYER, "received_on": pd.Timestamp("2026-03-12"), "amount_fen": round(yuan * 100)}
    return usual | {"order_nos": names} | facts


ONE: list[dict[str, Any]] = [{"order_no": A, "pay_term": CREDIT}]
TWO = [{"order_no": A, "pay_term": CREDIT}, {"order_no": B, "pay_term": AHEAD}]


@pytest.mark.parametrize(
    ("orders", "receipts", "owes"),
    [
        (ONE, [], [1_000_000]),
        (ONE, [came(4_000, A)], [600_000]),  # paid ahead counts once
        (ONE, [came(10_000, A)], [0]),
        (ONE, [came(12_000, A)], [-200_000]),  # what is too much is the customer's
        (ONE, [came(4_000)], [600_000]),  # and so is what names no order
        (ONE, [came(4_000, A, purpose="滞纳金")], [1_000_000]),
        (ONE, [came(4_000, A, received_on=pd.Timestamp("2026-03-21"))], [1_000_000]),
        (ONE, [came(9_995, A)], [0]),  # the bank's charge is let pass
        (TWO, [came(10_000, B)], [1_000_000, 1_000_000]),  # meant for the other order alone
        (TWO, [came(11_000, B)], [900_000, 900_000]),
    ],
)
def test_money_lowers_what_a_customer_owes_once(orders: Any, receipts: Any, owes: list[int]) -> None:
    assert exposures(orders, receipts=receipts) == owes


def test_an_order_with_an_opening_item_is_one_debt() -> None:
    opening = [{"customer_name": PAYER, "order_no": A, "open_fen": 400_000}]
    assert exposures(ONE, opening=opening) == [400_000]


def test_money_of_a_cancelled_order_is_the_customers() -> None:
    gone = [*ONE, {"order_no": B, "pay_term": CREDIT, "cancelled_on": pd.Timestamp("2026-03-10")}]
    assert exposures(gone, receipts=[came(3_000, B)])[0] == 700_000


@pytest.mark.parametrize(
    ("facts", "stale"),
    [
        ({}, True),
        ({"open_fen": 5_000}, False),
        ({"open_fen": 5_001}, True),
        ({"currency": "USD"}, True),
        ({"currency": "USD", "open_fen": 1}, True),  # the floor is in yuan
        ({"customer_name": "别人"}, False),
    ],
)
def test_who_owes_too_long_in_any_currency_gets_nothing_on_credit_in_any(facts: dict[str, Any], stale: bool) -> None:
    item = {"customer_name": PAYER, "open_fen": 100_000, "due_on": pd.Timestamp("2026-01-05")}
    made = asked(TWO, floor_fen=5_000, opening=[item | facts])
    assert made["is_stale"].tolist() == [stale, stale]


def test_who_owes_too_long_is_known_on_the_day_after_the_grace() -> None:
    item = {"customer_name": PAYER, "open_fen": 100_000, "due_on": pd.Timestamp("2026-01-05")}  # 74 days
    stale = [asked(ONE, grace_days=days, opening=[item])["is_stale"].tolist() for days in (74, 73)]
    assert stale == [[False], [True]]
