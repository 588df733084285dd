from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.support.order_rows import breaks, context, found, order

NO = "202603-001"
APPROVED = {"approval": "agree", "approved_on": "2026-03-02", "reviewer": "钱七"}
SENT = APPROVED | {"conf_sent_at": "2026-03-03"}
CONFIRMED = SENT | {"conf_at": "2026-03-04", "conf_method": "email", "archive_ref": "QR-1; DD-1"}
EARLY = {"order_date": "2026-01-05"}


def says(rule: str, as_of: Any = "2026-03-10 20:00", *, rows: Any = None, **facts: Any) -> bool:
    return breaks(rule, as_of, orders=[order(**EARLY | facts)], **rows or {})


@pytest.mark.parametrize(
    ("approved_on", "as_of", "is_late"),
    [
        ("2026-09-18", "2026-09-18 20:00", False),  # Friday; due on the make-up Sunday
        ("2026-09-18", "2026-09-20 23:59", False),
        ("2026-09-18", "2026-09-21 00:00", True),
        ("2026-02-13", "2026-02-14 20:00", False),
        ("2026-02-13", "2026-02-15 20:00", True),
    ],
)
def test_letter_is_due_a_working_day_after_approval(approved_on: str, as_of: str, *, is_late: bool) -> None:
    facts = APPROVED | {"approved_on": approved_on}
    assert says("CNF-001", as_of, **facts) is is_late
    assert says("CNF-011", as_of, **facts) is not is_late


@pytest.mark.parametrize("as_of", ["2026-09-18 20:00", "2026-09-21 00:00"])
@pytest.mark.parametrize("rule", ["CNF-001", "CNF-011"])
def test_no_letter_is_due_that_was_sent_or_waits(rule: str, as_of: str) -> None:
    facts = APPROVED | {"approved_on": "2026-09-18"}
    assert not says(rule, as_of, **facts | {"conf_sent_at": "2026-09-18"})
    assert not says(rule, as_of, **facts | {"approval": "return"})
    assert not says(rule, as_of, **facts | {"phone": None})  # the letter waits for what is missing
    assert not says(rule, as_of, **facts | {"src_held": True})  # and with the row


@pytest.mark.parametrize(
    ("facts", "is_broken"),
    [
        (SENT, False),
        (SENT | {"conf_channel": "system"}, False),
        (SENT | {"conf_channel": "other"}, True),
        (CONFIRMED | {"conf_channel": "other"}, False),
        (SENT | {"conf_channel": "other", "cancelled_on": "2026-03-05"}, False),
    ],
)
def test_letter_goes_by_mail_or_a_system_until_it_is_confirmed(facts: dict[str, Any], *, is_broken: bool) -> None:
    assert says("CNF-013", **facts) is is_broken


@pytest.mark.parametrize(
    ("lacking", "word"),
    [
        ({"requested_date": None}, "交货日期"),
        ({"pay_term": None}, "付款方式"),
        ({"address": None}, "收货地址"),
        ({"product_name": None, "model": None}, "产品名称"),
        ({"address": None, "pay_term": None}, "付款方式、收货地址"),
        ({"phone": None}, ""),  # asked for, but no part of the letter
        ({"address": None, "delivery_mode": "pickup"}, ""),
        ({"product_name": None}, ""),
        ({"requested_date": None, "promised_date": "2026-03-20"}, ""),
        ({}, ""),
    ],
)
def test_letter_needs_its_eight_facts(lacking: dict[str, Any], word: str) -> None:
    where = context(orders=[order(**EARLY | APPROVED | lacking), order(**EARLY | APPROVED | lacking)])
    told = [each.params["other"] for each in found("CNF-002", where)]
    assert told == ([word] if word else [])
    assert not breaks("CNF-002", orders=[order(**EARLY | lacking)])  # nobody approved it yet


@pytest.mark.parametrize(
    ("sent", "as_of", "is_late"),
    [
        ("2026-02-12", "2026-02-12 20:00", False),
        ("2026-02-12", "2026-02-14 23:59", False),
        ("2026-02-12", "2026-02-15 00:00", True),
        ("2026-09-30", "2026-10-09 20:00", False),
        ("2026-09-30", "2026-10-10 20:00", True),
        ("2026-04-30", "2026-05-07 20:00", False),
        ("2026-04-30", "2026-05-08 20:00", True),
    ],
)
def test_confirmation_is_due_two_working_days_after_the_letter(sent: str, as_of: str, *, is_late: bool) -> None:
    facts = SENT | {"conf_sent_at": sent}
    assert says("CNF-003", as_of, **facts) is is_late
    assert says("CNF-003", as_of, **facts | {"conf_at": sent, "conf_method": "phone"}) is is_late
    assert not says("CNF-003", as_of, **facts | {"conf_at": sent, "conf_method": "esign"})
    assert not says("CNF-003", as_of, **facts | {"hold_reason": "customer"})
    assert not says("CNF-003", as_of, **facts | {"cancelled_on": sent})


@pytest.mark.parametrize(
    ("method", "is_broken"),
    [("email", False), ("stamped", False), ("esign", False), ("phone", True), ("wechat", True), ("other", True)],
)
def test_only_writing_confirms(method: str, *, is_broken: bool) -> None:
    assert says("CNF-004", **SENT | {"conf_at": "2026-03-04", "conf_method": method}) is is_broken


def test_a_confirmation_that_does_not_say_how_is_asked_about() -> None:
    assert says("CNF-004", **SENT | {"conf_at": "2026-03-04"})
    assert not says("CNF-004", **SENT | {"conf_at": "2026-03-04", "src_unknown": "conf_method"})
    assert not says("CNF-004", **SENT)
    assert not says("CNF-004", **SENT | {"conf_at": "2026-03-11", "conf_method": "phone"})  # tomorrow


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"conf_qty": 100_000}, None),
        ({"conf_qty": 99_999}, "数量 登记 100，确认 99.999"),
        ({"conf_price": Decimal("100.00")}, None),
        ({"conf_price": Decimal("100.01")}, "单价 登记 100，确认 100.01"),
        ({"conf_amount_fen": 1_000_000}, None),
        ({"conf_amount_fen": 1_000_001}, "金额 登记 10,000.00，确认 10,000.01"),
        ({"conf_due_on": "2026-03-20"}, None),
        ({"conf_due_on": "2026-03-21"}, "交货日期 登记 2026-03-20，确认 2026-03-21"),
        ({"conf_due_on": "2026-03-21", "promised_date": "2026-03-21"}, None),
    ],
)
def test_what_was_confirmed_is_what_is_registered(facts: dict[str, Any], told: str | None) -> None:
    hits = found("CNF-005", context(orders=[order(**EARLY | CONFIRMED | facts)]))
    assert [each.params["other"] for each in hits] == ([told] if told else [])
    assert [each.column for each in hits] == ([next(iter(facts))] if told else [])


@pytest.mark.parametrize(("facts", "rows"), [({"conf_due_on": "2026-03-21"}, [2]), ({"conf_qty": 99_999}, [2, 3])])
def test_a_day_is_confirmed_once_and_a_figure_on_every_line(facts: dict[str, Any], rows: list[int]) -> None:
    own = EARLY | CONFIRMED | facts
    hits = found("CNF-005", context(orders=[order(**own), order(**own, model="X300")]))
    assert [each.place.row for each in hits] == rows


def test_a_confirmed_amount_may_be_that_of_the_whole_order() -> None:
    both = EARLY | CONFIRMED | {"conf_amount_fen": 2_000_000}
    assert not breaks("CNF-005", orders=[order(**both), order(**both, model="X300")])
    assert breaks("CNF-005", orders=[order(**both)])


@pytest.mark.parametrize(
    ("filed", "is_broken"),
    [
        ("QR-1; DD-1", False),
        ("确认函1；订单1", False),
        ("确认函 QR-1", True),
        ("确认函 QR-1;", True),
        ("订单 DD-1", True),
        ("确认函及订单 档-1", False),
        ("档-1", False),  # one file holds both
        ("确认函 QR-1；QR-2", False),  # two papers, whatever they are called
        ("确认函 QR-1；确认函 QR-2", True),
        ("确认函 QR-1；订单扫描件", True),
        ("有扫描件", True),
        ("已扫描", True),
        ("确认函及订单已扫描归档", True),
        ("已扫描 2026-03-05", False),  # filed under a day
        ("有扫描件：扫描/海川.pdf", False),
        (None, True),
    ],
)
def test_both_papers_are_filed_a_working_day_after_confirmation(filed: str | None, *, is_broken: bool) -> None:
    facts = CONFIRMED | {"archive_ref": filed}
    assert not says("CNF-006", "2026-03-04 20:00", **facts)
    assert not says("CNF-006", "2026-03-05 20:00", **facts)
    assert says("CNF-006", "2026-03-06 20:00", **facts) is is_broken


def test_rules_on_columns_a_sheet_does_not_have_are_silent() -> None:
    for rule, facts in (("CNF-006", {"archive_ref": None}), ("CNF-007", {"approved_on": None})):
        where = context(orders=[order(**EARLY | CONFIRMED | facts)])
        assert found(rule, where)
        next(iter(where.headings.values())).pop(next(iter(facts)))  # type: ignore[attr-defined]
        assert not found(rule, where)


@pytest.mark.parametrize(
    ("facts", "column"),
    [
        (SENT, ""),
        (SENT | {"approval": None}, "approval"),
        (SENT | {"approved_on": None}, "approved_on"),
        ({"approval": None}, ""),  # nothing was sent yet: it is just to be approved
        ({"approval": "agree", "approved_on": None}, "approved_on"),
        (SENT | {"approval": None, "src_unknown": "approval"}, ""),
    ],
)
def test_approval_stands_with_its_day_before_the_letter(facts: dict[str, Any], column: str) -> None:
    hits = found("CNF-007", context(orders=[order(**EARLY | facts)]))
    assert [each.column for each in hits] == ([column] if column else [])


@pytest.mark.parametrize(
    ("owner", "reviewer", "is_broken"),
    [
        ("张三", "李四", False),
        ("张三", "张 三", True),
        ("张三", "张三", True),
        ("张三", None, False),
        (None, None, False),
    ],
)
def test_nobody_approves_his_own_order(owner: str | None, reviewer: str | None, *, is_broken: bool) -> None:
    assert says("CNF-008", **APPROVED | {"sales_owner": owner, "reviewer": reviewer}) is is_broken


@pytest.mark.parametrize(
    ("approval", "sent", "is_broken"),
    [
        ("refuse", "2026-03-03", True),
        ("return", "2026-03-03", True),
        ("conditional", "2026-03-03", False),
        ("agree", "2026-03-03", False),
        ("refuse", None, False),
        ("refuse", "2026-03-11", False),  # tomorrow
    ],
)
def test_a_refused_order_gets_no_letter(approval: str, sent: str | None, *, is_broken: bool) -> None:
    assert says("CNF-009", **APPROVED | {"approval": approval, "conf_sent_at": sent}) is is_broken


@pytest.mark.parametrize(
    ("changed", "is_broken"),
    [("2026-03-04", False), ("2026-03-04 00:01", True), ("2026-03-10", True), ("2026-03-11", False), (None, False)],
)
def test_a_change_written_down_after_confirmation_makes_it_stale(changed: str | None, *, is_broken: bool) -> None:
    facts = CONFIRMED | {"changed_at": changed}
    assert says("CNF-010", **facts) is is_broken
    assert not says("CNF-010", **facts | {"conf_at": "2026-03-10"})


@pytest.mark.parametrize(
    ("before", "is_stale"),
    [
        ({"qty": 99_000}, True),
        ({"requested_date": "2026-03-18"}, True),
        ({"qty": 99_000, "conf_at": "2026-03-03"}, False),  # confirmed again since
        ({"qty": 99_000, "conf_at": None}, False),  # was not confirmed before
        ({"qty": 99_000, "conf_method": "phone"}, False),
        ({"phone": "13900139000"}, False),
        ({}, False),  # changed and changed back
    ],
)
def test_a_change_seen_after_confirmation_makes_it_stale(before: dict[str, Any], *, is_stale: bool) -> None:
    own = order(**EARLY | CONFIRMED, src_key="k")
    then = own | {"changed_on": "2026-03-06"} | before
    where = context(orders=[own], earlier=[then])
    assert bool(found("CNF-010", where)) is is_stale
    assert where["standing"]["state"].iat[0] == ("reconfirm" if is_stale else "to_plan")
    assert not breaks("CNF-010", "2026-03-05 20:00", orders=[own], earlier=[then])


def test_a_stale_order_is_to_be_confirmed_again_within_two_working_days() -> None:
    own = order(**EARLY | CONFIRMED, src_key="k")
    where = context(orders=[own], earlier=[own | {"qty": 1_000, "changed_on": "2026-03-06"}])
    row = where["standing"].iloc[0]
    assert (row["next_step"], f"{row['next_on']:%m-%d}") == ("reconfirm", "03-10")
