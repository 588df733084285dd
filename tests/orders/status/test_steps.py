from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from schemas.language.words import load
from tests.support.order_rows import context, order, owed

NO = "202603-001"
CONFIRMED = {"approval": "agree", "conf_sent_at": "2026-03-02", "conf_at": "2026-03-03", "conf_method": "email"}
SIGNED = [{"order_no": NO, "stage": "sign", "actual_at": "2026-03-09", "owner": "王五"}]
PAID = {"order_no": NO, "instalment_no": 1, "billed_fen": 1_000_000, "received_fen": 1_000_000, "open_fen": 0}


def stage(name: str, day: str | None = None, **facts: Any) -> dict[str, Any]:
    return {"order_no": NO, "stage": name, "actual_at": day} | facts


READY = [
    stage("prepare", "2026-03-04"),
    stage("check", "2026-03-05"),
    stage("ship", planned_at="2026-03-11", owner="赵六"),
]


def stand(lang: str = "zh", receivables: pd.DataFrame | None = None, **rows: Any) -> Any:
    where = context(receivables=receivables, lang=lang, **{"orders": [order()]} | rows)
    return where["standing"].iloc[0].to_dict()


@pytest.mark.parametrize(
    ("facts", "tracking", "step", "owner", "by"),
    [
        ({"phone": None}, [], "supplement", "张三", "2026-03-03"),
        ({"phone": None, "received_at": "2026-03-05 17:00"}, [], "supplement", "张三", "2026-03-06"),
        ({"reviewer": "钱七"}, [], "approve", "钱七", "2026-03-10"),
        ({}, [], "approve", "approver", "2026-03-10"),
        ({"approval": "agree", "approved_on": "2026-03-09"}, [], "send_letter", "张三", "2026-03-10"),
        ({"conf_sent_at": "2026-03-09"}, [], "await_confirm", "张三", "2026-03-11"),
        (CONFIRMED, [], "plan", "张三", "2026-03-04"),
        (CONFIRMED, READY, "ship", "赵六", "2026-03-11"),
        (CONFIRMED | {"pay_term": "款到发货"}, READY, "await_payment", "张三", "2026-03-11"),
        (CONFIRMED, [stage("prepare", planned_at="2026-03-12")], "prepare", "production", "2026-03-12"),
        ({"sales_owner": None, "phone": None}, [], "supplement", "sales", "2026-03-03"),
        ({"src_held": True}, [], "mend_row", "sales_admin", "2026-03-10"),
    ],
)
def test_next_step_has_an_owner_and_a_day(
    facts: dict[str, Any], tracking: list[dict[str, Any]], step: str, owner: str, by: str
) -> None:
    row = stand(orders=[order(**facts)], tracking=tracking)
    assert (row["next_step"], row["owner"], row["next_on"]) == (step, owner, pd.Timestamp(by))


@pytest.mark.parametrize(
    ("facts", "rows", "step", "dept"),
    [
        ({}, {}, "collect", "sales"),
        ({}, {"receivables": owed(PAID)}, "record_end", "finance"),
        (
            {},
            {"receipts": [{"order_nos": NO, "amount_fen": 1_000_000, "received_on": "2026-03-09"}]},
            "issue_invoice",
            "finance",
        ),
        (
            {"invoice_kind": "none"},
            {"receivables": owed(PAID), "complaints": [{"order_no": NO}]},
            "solve_complaint",
            "service",
        ),
    ],
)
def test_signed_order_goes_on_with_what_is_left(
    facts: dict[str, Any], rows: dict[str, Any], step: str, dept: str
) -> None:
    invoiced = NO if step == "record_end" else "202603-009"
    rows = rows | {"invoices": [{"invoice_no": "1", "order_nos": invoiced, "gross_fen": 1, "issued_on": "2026-03-09"}]}
    row = stand(orders=[order(**CONFIRMED | facts)], tracking=SIGNED, **rows)
    assert (row["state"], row["next_step"], row["next_dept"]) == ("signed", step, dept)


def test_finished_order_needs_nobody() -> None:
    row = stand(orders=[order(**CONFIRMED, invoice_kind="none")], tracking=SIGNED, receivables=owed(PAID))
    assert row["state"] == "completed"
    assert pd.isna(row["next_step"])
    assert pd.isna(row["next_on"])
    assert pd.isna(row["reason"])


def test_cancelled_order_needs_finance_while_money_is_there() -> None:
    orders = [order(cancelled_on="2026-03-09")]
    assert pd.isna(stand(orders=orders)["next_step"])
    money = [{"order_nos": NO, "amount_fen": 1, "received_on": "2026-03-05"}]
    row = stand(orders=orders, receipts=money)
    assert (row["next_step"], row["owner"]) == ("settle_cancelled", "finance")


@pytest.mark.parametrize(
    ("term", "received", "status", "release"),
    [
        ("款到发货", 0, None, "await_payment"),
        ("款到发货", 999_499, None, "await_payment"),
        ("款到发货", 999_500, None, None),
        ("30%定金，余款发货前付清", 300_000, None, "await_payment"),
        ("货到30天", 0, None, None),
        ("货到30天", 0, "frozen", "credit_hold"),
        ("款到发货", 1_000_000, "frozen", None),
    ],
)
def test_goods_wait_for_money_or_credit(term: str, received: int, status: str | None, release: str | None) -> None:
    row = stand(
        orders=[order(**CONFIRMED, pay_term=term)],
        tracking=READY,
        receipts=[{"order_nos": NO, "amount_fen": received, "received_on": "2026-03-05"}],
        customers=[{"customer_name": "深圳市甲科技有限公司", "status": status}],
    )
    assert (row["state"], None if pd.isna(row["release"]) else row["release"]) == ("to_ship", release)


def test_deposit_not_paid_keeps_goods_back() -> None:
    item = {"order_no": NO, "instalment_no": 1, "instalment": "deposit", "open_fen": 300_000}
    row = stand(orders=[order(**CONFIRMED)], tracking=READY, receivables=owed(item))
    assert row["release"] == "await_payment"


@pytest.mark.parametrize(
    ("prepare", "sign", "projected"),
    [
        ({"planned_at": "2026-03-04", "actual_at": "2026-03-04"}, "2026-03-12", "2026-03-12"),
        ({"planned_at": "2026-03-04", "actual_at": "2026-03-05"}, "2026-03-12", "2026-03-13"),
        ({"planned_at": "2026-03-04", "actual_at": "2026-03-06"}, "2026-03-12", "2026-03-16"),
        ({"planned_at": "2026-03-04", "actual_at": "2026-03-03"}, "2026-03-12", "2026-03-12"),
        ({"planned_at": "2026-03-06"}, "2026-03-12", "2026-03-16"),
        ({"planned_at": "2026-03-11", "forecast_at": "2026-03-12"}, "2026-03-12", "2026-03-13"),
    ],
)
def test_what_is_late_pushes_signing(prepare: dict[str, Any], sign: str, projected: str) -> None:
    tracking = [stage("prepare") | prepare, stage("sign", planned_at=sign)]
    assert stand(orders=[order(**CONFIRMED)], tracking=tracking)["projected_on"] == pd.Timestamp(projected)


def test_worst_stage_is_named_with_its_reason() -> None:
    tracking = [
        stage("prepare", "2026-03-09", planned_at="2026-03-05", reason="缺料"),
        stage("check", planned_at="2026-03-09"),
    ]
    row = stand(orders=[order(**CONFIRMED)], tracking=tracking)
    assert (row["delay_wd"], row["delay_stage"], row["delay_reason"]) == (2, "prepare", "缺料")
    assert (row["stage"], row["check_planned_at"]) == ("check", pd.Timestamp("2026-03-09"))


@pytest.mark.parametrize(
    ("lang", "facts", "reason"),
    [
        ("zh", {"phone": None, "address": None}, "缺少：联系电话、收货地址"),
        ("en", {"phone": None, "address": None}, "missing: Phone, Ship to"),
        ("zh", {"conf_sent_at": "2026-03-09"}, "确认函 2026-03-09 发出，应在 2026-03-11 前书面确认（CNF-003）"),
        ("zh", {"approval": "return"}, "审批意见：退回"),
        (
            "zh",
            {"conf_sent_at": "2026-03-09", "promised_date": "2026-03-06"},
            "确认函 2026-03-09 发出，应在 2026-03-11 前书面确认（CNF-003）；交期 2026-03-06，已迟 2 个工作日",
        ),
    ],
)
def test_reason_is_told_from_the_facts(lang: str, facts: dict[str, Any], reason: str) -> None:
    assert stand(lang, orders=[order(**facts)])["reason"] == reason


def test_reason_tells_delay_and_money_beside_the_state() -> None:
    tracking = [stage("prepare", planned_at="2026-03-05")]
    late = owed({"order_no": NO, "instalment_no": 1, "open_fen": 300_000, "overdue_days": 4})
    told = stand(orders=[order(**CONFIRMED)], tracking=tracking, receivables=late)["reason"]
    assert "生产/采购备货计划 2026-03-05，延迟 3 个工作日" in told
    assert "货款逾期 4 天，未收 3,000.00 元" in told


def test_step_words_are_in_the_word_table() -> None:
    from schemas.policy import states

    assert all(f"step.{state.step}" in load() for state in states.load()["order"].values() if state.step)
