from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.core.frames import empty
from pipeline.orders import facts as books
from pipeline.orders import status
from schemas.derived.receivables import Payments, Unapplied
from schemas.derived.status import OrderStatus
from schemas.policy import states
from tests.support.order_rows import calendar, context, order, owed, policy, tables

NO = "202603-001"
CONFIRMED = {"approval": "agree", "conf_sent_at": "2026-03-02", "conf_at": "2026-03-03", "conf_method": "email"}
PAID = owed({"order_no": NO, "instalment_no": 1, "billed_fen": 1_000_000, "received_fen": 1_000_000, "open_fen": 0})
ANOTHER = [{"invoice_no": "9", "order_nos": "202603-009", "gross_fen": 1, "issued_on": "2026-03-09"}]
INVOICED = [{"invoice_no": "1", "order_nos": NO, "gross_fen": 1_000_000, "issued_on": "2026-03-09"}]


def stage(name: str, day: str | None = None, **facts: Any) -> dict[str, Any]:
    return {"order_no": NO, "stage": name, "actual_at": day} | facts


def stand(as_of: str = "2026-03-10 20:00", receivables: pd.DataFrame | None = None, **rows: Any) -> Any:
    """Standing of the one order."""
    where = context(as_of, receivables, **{"orders": [order()]} | rows)
    return where["standing"].iloc[0].to_dict()


DONE = [stage("prepare", "2026-03-04"), stage("check", "2026-03-05", qc_result="ok")]
SHIPPED = [*DONE, stage("ship", "2026-03-06")]
SIGNED = [*SHIPPED, stage("sign", "2026-03-09")]


@pytest.mark.parametrize(
    ("state", "facts", "rows"),
    [
        ("to_supplement", {"phone": None, "approval": "agree"}, {}),
        ("to_approve", {}, {}),
        ("rejected", {"approval": "refuse"}, {}),
        ("rejected", {"approval": "return"}, {}),
        ("to_send", {"approval": "agree"}, {}),
        ("await_confirm", {"approval": "agree", "conf_sent_at": "2026-03-09"}, {}),
        ("await_confirm", {"conf_sent_at": "2026-03-09", "conf_at": "2026-03-10", "conf_method": "phone"}, {}),
        ("to_plan", CONFIRMED, {}),
        ("preparing", CONFIRMED, {"tracking": [stage("prepare")]}),
        ("to_check", CONFIRMED, {"tracking": DONE[:1]}),
        ("to_ship", CONFIRMED, {"tracking": DONE}),
        ("qc_failed", CONFIRMED, {"tracking": [DONE[0], stage("check", "2026-03-05", qc_result="ng")]}),
        ("part_shipped", CONFIRMED, {"tracking": [*DONE, stage("ship", "2026-03-06", qty=40_000)]}),
        ("shipped", CONFIRMED, {"tracking": SHIPPED}),
        ("part_signed", CONFIRMED, {"tracking": [*SHIPPED, stage("sign", "2026-03-09", qty=99_999)]}),
        ("signed", CONFIRMED, {"tracking": SIGNED}),
        ("signed", CONFIRMED, {"tracking": SIGNED, "receivables": PAID}),
        ("completed", CONFIRMED, {"tracking": SIGNED, "receivables": PAID, "invoices": INVOICED}),
        ("completed", CONFIRMED | {"invoice_kind": "none"}, {"tracking": SIGNED, "receivables": PAID}),
        (
            "signed",
            CONFIRMED,
            {"tracking": SIGNED, "receivables": PAID, "invoices": INVOICED, "complaints": [{"order_no": NO}]},
        ),
        ("hold_force_majeure", CONFIRMED | {"hold_reason": "force_majeure"}, {"tracking": SIGNED}),
        ("hold_credit", {"hold_reason": "credit"}, {}),
        ("data_error", {"src_held": True, "hold_reason": "credit"}, {}),
        ("cancelled", {"cancelled_on": "2026-03-10", "src_held": True}, {}),
        ("to_approve", {"cancelled_on": "2026-03-11"}, {}),
    ],
)
def test_order_state_is_the_first_that_holds(state: str, facts: dict[str, Any], rows: dict[str, Any]) -> None:
    assert stand(orders=[order(**facts)], **rows)["state"] == state


@pytest.mark.parametrize(
    ("sent", "as_of", "state"),
    [
        ("2026-02-12", "2026-02-14 23:59", "await_confirm"),  # Thursday; due on the make-up Saturday
        ("2026-02-12", "2026-02-15 00:00", "confirm_overdue"),
        ("2026-09-30", "2026-10-09 20:00", "await_confirm"),
        ("2026-09-30", "2026-10-10 20:00", "confirm_overdue"),
        ("2026-04-30", "2026-05-07 20:00", "await_confirm"),
        ("2026-04-30", "2026-05-08 20:00", "confirm_overdue"),
    ],
)
def test_confirmation_is_overdue_after_two_working_days(sent: str, as_of: str, state: str) -> None:
    row = stand(as_of, orders=[order(order_date=pd.Timestamp("2026-01-05"), conf_sent_at=sent)])
    assert row["state"] == state


@pytest.mark.parametrize(
    ("due", "signed", "state", "days"),
    [
        ("2026-03-13", None, "near", -3),
        ("2026-03-16", None, "normal", -4),
        ("2026-03-10", None, "near", 0),
        ("2026-03-09", None, "late", 1),
        ("2026-03-05", None, "late", 3),
        ("2026-03-04", None, "very_late", 4),
        ("2026-03-09", "2026-03-09", "done", 0),
        ("2026-03-06", "2026-03-09", "done_late", 1),
        ("2026-03-07", "2026-03-08", "done", 0),  # Saturday to Sunday: no working day late
    ],
)
def test_delivery_state_counts_working_days(due: str, signed: str | None, state: str, days: int) -> None:
    tracking = [stage("sign", signed)] if signed else []
    row = stand(orders=[order(promised_date=due, order_date=pd.Timestamp("2026-02-02"))], tracking=tracking)
    assert (row["delivery_state"], row["delivery_wd"]) == (state, days)


@pytest.mark.parametrize(
    ("state", "days", "item"),
    [
        ("not_owed", None, None),
        ("not_due", -1, {"open_fen": 1_000_000, "overdue_days": -1}),
        ("due_today", 0, {"open_fen": 1_000_000, "overdue_days": 0}),
        ("late", 1, {"open_fen": 1_000_000, "overdue_days": 1}),
        ("part_late", 1, {"open_fen": 500_000, "received_fen": 500_000, "overdue_days": 1}),
        ("part_not_due", -1, {"open_fen": 500_000, "received_fen": 500_000, "overdue_days": -1}),
        ("unknown", None, {"open_fen": 1_000_000}),
        ("paid", None, {"open_fen": 0, "received_fen": 1_000_000}),
        ("paid", None, {"open_fen": 0, "closed_fen": 500, "received_fen": 999_500}),
        ("unknown", None, {"open_fen": 1, "received_fen": 999_999}),
    ],
)
def test_payment_state_follows_what_is_owed(state: str, days: int | None, item: dict[str, Any] | None) -> None:
    rows = owed({"order_no": NO, "instalment_no": 1, "billed_fen": 1_000_000} | item) if item else None
    row = stand(receivables=rows)
    counted = row["payment_days"]
    assert (row["payment_state"], None if pd.isna(counted) else counted) == (state, days)


@pytest.mark.parametrize(
    ("paid", "state"),
    [([10_000.01], "paid"), ([10_000.02], "overpaid"), ([3_000, -3_000], "refunded"), ([3_000], "part_not_due")],
)
def test_payment_state_counts_receipts_that_name_the_order(paid: list[float], state: str) -> None:
    rows = [{"order_nos": NO, "amount_fen": round(each * 100), "received_on": "2026-03-05"} for each in paid]
    assert stand(receipts=rows)["payment_state"] == state


@pytest.mark.parametrize(
    ("received", "as_of", "state"),
    [
        ("2026-02-13", "2026-02-25 20:00", "to_issue"),  # Friday + 3 WD = Wednesday 02-25
        ("2026-02-13", "2026-02-26 20:00", "overdue"),
        ("2026-10-03", "2026-10-10 20:00", "to_issue"),  # Saturday + 3 WD = make-up Saturday
        ("2026-10-03", "2026-10-11 20:00", "overdue"),
    ],
)
def test_invoice_is_due_three_working_days_after_payment(received: str, as_of: str, state: str) -> None:
    money = [{"order_nos": NO, "amount_fen": 1_000_000, "received_on": received}]
    assert stand(as_of, receipts=money, invoices=ANOTHER)["invoice_state"] == state


@pytest.mark.parametrize(
    ("invoices", "facts", "state"),
    [
        ([], {}, "not_yet"),  # nothing has left and nothing is paid
        ([], {"invoice_kind": "none"}, "not_needed"),
        ([1_000_000], {}, "issued"),
        ([999_994], {}, "issued"),
        ([999_993], {}, "part"),
        ([1_000_000, -1_000_000], {}, "reversed"),
    ],
)
def test_invoice_state_follows_what_was_invoiced(invoices: list[int], facts: dict[str, Any], state: str) -> None:
    rows = [
        {"invoice_no": str(n), "order_nos": NO, "gross_fen": fen, "issued_on": "2026-03-05"}
        for n, fen in enumerate(invoices)
    ]
    assert stand(orders=[order(**facts)], invoices=[*ANOTHER, *rows])["invoice_state"] == state


@pytest.mark.parametrize(
    ("invoices", "state"),
    [
        (ANOTHER, "to_issue"),
        ([], "untracked"),
        ([*ANOTHER, {"invoice_no": "1", "order_nos": NO, "src_held": True}], "untracked"),
        ([*ANOTHER, {"invoice_no": "1", "order_nos": "202603-002", "src_held": True}], "to_issue"),
        ([*INVOICED, {"invoice_no": "2", "order_nos": NO, "src_held": True}], "issued"),
    ],
)
def test_nobody_is_asked_for_an_invoice_that_may_be_there(invoices: list[dict[str, Any]], state: str) -> None:
    where = stand(receipts=[{"order_nos": NO, "amount_fen": 1_000_000, "received_on": "2026-03-09"}], invoices=invoices)
    assert (where["invoice_state"], pd.isna(where["invoice_from"])) == (state, state != "to_issue")


def test_every_state_of_an_order_is_in_the_table() -> None:
    where = context(orders=[order()])
    row = where["standing"].iloc[0]
    for axis in ("order", "delivery", "payment", "invoice"):
        column = "state" if axis == "order" else f"{axis}_state"
        assert row[column] in states.load()[axis]


def test_standing_has_its_columns_when_nothing_ever_came_in() -> None:
    moment = pd.Timestamp("2026-03-10 20:00")
    order_facts, stages = books.build(tables(), as_of=moment)
    money = {"receivables": owed(), "unapplied": empty(Unapplied), "payments": empty(Payments)}
    made = status.derive(
        order_facts, stages, tables() | money, policy=policy(), calendar=calendar(), as_of=moment, lang="zh"
    )
    assert made.empty
    assert list(made.columns[: len(OrderStatus.columns)]) == [str(c) for c in OrderStatus.columns]
