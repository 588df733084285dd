"""Reminders, deposits and long terms: the last that passes, the first that breaks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.rules.context import RuleContext
from schemas.incoming.reminders import Reminders
from tests.support.order_rows import context, found, frame, order, owed

NO = "202603-001"
KEY = "深圳市甲科技"
SAID = {"person": "张三", "counterpart": "李四", "content": "已提醒", "channel": "phone"}


def item(**facts: Any) -> dict[str, Any]:
    """An open item of 5,000 yuan due on Monday 2026-03-09; its reminder is due on Friday 2026-03-06."""
    usual = {"order_no": NO, "customer_key": KEY, "due_on": "2026-03-09", "open_fen": 500_000, "disputed_fen": 0}
    return usual | {"overdue_days": -4} | facts


def spoke(day: str, **facts: Any) -> dict[str, Any]:
    return {"order_no": NO, "contacted_at": day, "src_held": False} | SAID | facts


def asked(rule: str, as_of: str, *reminders: dict[str, Any], **facts: Any) -> list[Any]:
    log = reminders or [spoke("2026-01-05", order_no="202601-001")]
    return found(rule, context(as_of, owed(item(**facts)), orders=[order()], reminders=list(log)))


@pytest.mark.parametrize(
    ("as_of", "days", "due", "missed"),
    [
        ("2026-03-02 20:00", -7, False, False),
        ("2026-03-03 02:00", -6, True, False),
        ("2026-03-06 20:00", -3, True, False),
        ("2026-03-07 02:00", -2, False, True),
        ("2026-03-23 20:00", 14, False, True),
        ("2026-03-24 20:00", 15, False, False),  # collection has begun
        ("2026-03-25 20:00", 16, False, False),
    ],
)
def test_reminder_three_days_before(as_of: str, days: int, *, due: bool, missed: bool) -> None:
    assert bool(asked("REM-001", as_of, overdue_days=days)) is due
    assert bool(asked("REM-002", as_of, overdue_days=days)) is missed


@pytest.mark.parametrize(
    ("due_on", "last"),
    [("2026-10-08", "2026-09-30"), ("2026-02-24", "2026-02-14"), ("2026-10-12", "2026-10-09")],
)
def test_reminder_before_a_holiday(due_on: str, last: str) -> None:
    assert asked("REM-001", f"{last} 20:00", due_on=due_on)
    assert not asked("REM-001", f"{last} 23:59", spoke(f"{last} 09:00"), due_on=due_on)
    assert not asked("REM-002", f"{last} 20:00", due_on=due_on)


def test_reminder_names_day_and_sum() -> None:
    (hit,) = asked("REM-001", "2026-03-06")
    assert (hit.params["due"], hit.params["amount"]) == ("2026-03-09", "5,000.00")


@pytest.mark.parametrize(
    ("contact", "is_missed"),
    [
        ({"contacted_at": "2026-02-22"}, False),  # fifteen days before the due day
        ({"contacted_at": "2026-02-21 23:00"}, True),
        ({"contacted_at": "2026-03-08"}, True),  # after the night
        ({"contacted_at": "2026-03-05", "order_no": "202603-009"}, True),
        ({"contacted_at": "2026-03-05", "order_no": None, "customer_name": "深圳市甲科技有限公司"}, False),
        ({"contacted_at": "2026-03-05", "order_no": None, "customer_name": "别家"}, True),
        ({"contacted_at": "2026-03-05", "src_held": True}, True),
    ],
)
def test_contact_about_the_item(contact: dict[str, Any], *, is_missed: bool) -> None:
    assert bool(asked("REM-002", "2026-03-07 02:00", spoke("2026-03-05", **contact))) is is_missed


@pytest.mark.parametrize("facts", [{"open_fen": 0}, {"disputed_fen": 500_000}, {"due_on": None}])
def test_nobody_is_reminded_of(facts: dict[str, Any]) -> None:
    assert not asked("REM-001", "2026-03-06", **facts)
    assert not asked("REM-002", "2026-03-07", **facts)


def test_an_item_that_is_late_for_nobody_knows_how_long_is_not_asked_about() -> None:
    assert not asked("REM-002", "2026-03-07 02:00", overdue_days=None)


def test_missed_reminders_are_silent_before_any_was_registered() -> None:
    assert not found("REM-002", context("2026-03-07", owed(item()), orders=[order()]))


@pytest.mark.parametrize(
    ("channels", "as_of", "days", "is_broken"),
    [
        (["phone"], "2026-03-07 02:00", -2, True),
        (["email"], "2026-03-07 02:00", -2, True),
        (["phone", "email"], "2026-03-07 02:00", -2, False),
        (["wechat"], "2026-03-07 02:00", -2, False),
        (["phone", "wechat"], "2026-03-07 02:00", -2, True),
        (["phone"], "2026-03-06 20:00", -3, False),
        (["phone"], "2026-03-09 20:00", 0, True),
        (["phone"], "2026-03-10 20:00", 1, False),
    ],
)
def test_reminder_by_telephone_and_mail(channels: list[str], as_of: str, days: int, *, is_broken: bool) -> None:
    log = [spoke("2026-03-05", channel=channel) for channel in channels]
    assert bool(asked("REM-003", as_of, *log, overdue_days=days)) is is_broken


@pytest.mark.parametrize(
    ("facts", "other"),
    [
        ({}, []),
        ({"person": None}, ["经办人"]),
        ({"person": None, "channel": None}, ["沟通渠道、经办人"]),
        ({"counterpart": None}, ["对方联系人"]),
        ({"counterpart": None, "reminder_kind": "letter1"}, []),
        ({"counterpart": None, "channel": "post"}, []),
        ({"person": None, "src_held": True}, ["经办人"]),
        ({"person": None, "src_sheet": "无此列"}, []),
        ({"src_unknown": "person", "person": None}, []),
    ],
)
def test_record_of_a_contact_is_complete(facts: dict[str, Any], other: list[str]) -> None:
    where = context(reminders=[spoke("2026-03-05", **facts)])
    assert [each.params["other"] for each in found("REM-005", where)] == other


@pytest.mark.parametrize(
    ("day", "fen", "is_broken"),
    [("2026-03-06 18:00", 1_000_000, False), ("2026-03-07 08:00", 1_000_000, True), ("2026-03-07", 500_000, False)],
)
def test_reminder_after_the_money_came(day: str, fen: int, *, is_broken: bool) -> None:
    paid = [{"order_nos": NO, "amount_fen": fen, "received_on": "2026-03-06", "payer": "甲"}]
    for is_held in (False, True):
        where = context(orders=[order()], receipts=paid, reminders=[spoke(day, src_held=is_held)])
        assert bool(found("REM-007", where)) is is_broken


@pytest.mark.parametrize(
    ("contact", "disputed", "is_broken"),
    [
        ({"reminder_kind": "letter1"}, 500_000, True),
        ({"reminder_kind": "letter1"}, 499_999, False),
        ({"reminder_kind": "letter1", "contacted_at": "2026-03-03"}, 500_000, False),  # before the complaint
        ({"reminder_kind": "overdue"}, 500_000, False),
        ({"reminder_kind": "lawyer", "order_no": "202603-009"}, 500_000, False),
    ],
)
def test_no_letter_for_a_disputed_sum(contact: dict[str, Any], disputed: int, *, is_broken: bool) -> None:
    case = {"order_no": NO, "complained_at": "2026-03-04", "disputed_fen": disputed}
    log = [spoke("2026-03-05", **contact)]
    where = context("2026-03-10", owed(item(disputed_fen=disputed)), orders=[order()], complaints=[case], reminders=log)
    assert bool(found("DUN-002", where)) is is_broken


@pytest.mark.parametrize("disputed", [0, None])
def test_a_complaint_about_no_sum_disputes_nothing(disputed: int | None) -> None:
    first = {"order_no": NO, "complained_at": "2026-03-01", "disputed_fen": disputed}
    later = {"order_no": NO, "complained_at": "2026-03-06", "disputed_fen": 500_000}
    log = [spoke("2026-03-05", reminder_kind="letter1")]
    rows = {"orders": [order()], "complaints": [first, later], "reminders": log}
    assert not found("DUN-002", context("2026-03-10", owed(item(disputed_fen=500_000)), **rows))


@pytest.mark.parametrize("facts", [{"open_fen": 0, "disputed_fen": 0}, {"open_fen": None}, {"disputed_fen": None}])
def test_a_letter_about_what_is_paid_or_undisputed_is_right(facts: dict[str, Any]) -> None:
    case = {"order_no": NO, "complained_at": "2026-03-04", "disputed_fen": 500_000}
    rows = {"orders": [order()], "complaints": [case], "reminders": [spoke("2026-03-05", reminder_kind="letter1")]}
    assert not found("DUN-002", context("2026-03-10", owed(item(**{"disputed_fen": 500_000} | facts)), **rows))


def headed(where: RuleContext, heading: str) -> RuleContext:
    return replace(where, headings={("甲.xlsx", "表"): {"deposit": ("A", heading)}})


@pytest.mark.parametrize(
    ("heading", "facts", "is_broken"),
    [
        ("定金", {"deposit": "10%"}, False),
        ("定金", {"deposit": "20%"}, False),
        ("定金", {"deposit": "1"}, True),  # all of it
        ("定金", {"deposit": "1.5"}, False),  # yuan
        ("定金", {"deposit": "20.5%"}, True),
        ("定金比例", {"deposit": "0.3"}, True),
        ("定金金额", {"deposit": "2000"}, False),
        ("定金金额", {"deposit": "2,000.01元"}, True),
        ("预付款", {"deposit": "30%"}, False),
        ("订金", {"deposit": "30%"}, False),
        ("预付款", {"deposit": "定金30%"}, True),
        ("定金", {"deposit": "面议"}, False),
        ("定金", {"deposit": "2000", "amount_fen": 0, "unit_price": 0}, False),  # of nothing there is no share
        ("", {"pay_term": "定金30%，发货前付70%"}, True),
        ("", {"pay_term": "定金20%，发货前付80%"}, False),
        ("", {"pay_term": "预付30%，发货前付70%"}, False),
        ("定金", {"deposit": "30%", "cancelled_on": "2026-03-03"}, False),
        ("定金", {"deposit": "30%", "src_held": True}, True),  # it waits for another cell, and is mended in one go
    ],
)
def test_deposit_under_penalty_is_a_fifth_at_most(heading: str, facts: dict[str, Any], *, is_broken: bool) -> None:
    where = headed(context(orders=[order(**facts)]), heading)
    assert bool(found("DUE-007", where)) is is_broken


@pytest.mark.parametrize(
    ("size", "term", "is_broken"),
    [
        ("大型", "货到30天", False),
        ("大型", "货到60天", False),
        ("大型", "货到61天", True),
        ("大型企业", "月结90天", True),
        ("中型", "月结90天", False),
        (None, "月结90天", False),
    ],
)
def test_large_buyers_pay_within_sixty_days(size: str | None, term: str, *, is_broken: bool) -> None:
    file = [{"customer_name": "深圳市甲科技有限公司", "size": size}]
    where = context(orders=[order(pay_term=term), order("202603-002", pay_term=term)], customers=file)
    assert [each.subject for each in found("DUE-008", where)] == [NO] * is_broken


def test_public_bodies_count_as_large() -> None:
    file = [{"customer_name": "深圳市甲科技有限公司", "customer_type": "机关事业"}]
    assert found("DUE-008", context(orders=[order(pay_term="月结90天")], customers=file))
    assert not found("DUE-008", context(orders=[order(pay_term="月结90天")]))


def test_no_contact_at_all_is_asked_without_trouble() -> None:
    where = context("2026-03-07", owed(item()), orders=[order()])
    empty = replace(where, tables={**where.tables, "reminders": frame(Reminders, [])})
    assert not found("REM-003", empty)
