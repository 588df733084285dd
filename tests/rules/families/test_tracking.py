from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.order_rows import all_found, breaks, context, found, order

NO = "202603-001"
CONFIRMED = {
    "approval": "agree",
    "approved_on": "2026-01-05",
    "conf_sent_at": "2026-01-05",
    "conf_at": "2026-01-06",
    "conf_method": "email",
    "archive_ref": "QR-1; DD-1",
}


def confirmed(**facts: Any) -> dict[str, Any]:
    return order(**CONFIRMED | facts)


def stage(name: str | None = "prepare", **facts: Any) -> dict[str, Any]:
    return {"order_no": NO, "stage": name, "owner": "王五", "dept": None} | facts


def late(rule: str, as_of: str, *tracking: dict[str, Any], **facts: Any) -> bool:
    return breaks(rule, as_of, orders=[confirmed(**facts)], tracking=list(tracking))


@pytest.mark.parametrize(
    ("confirmed_on", "as_of", "is_broken"),
    [
        ("2026-02-13", "2026-02-13 20:00", False),  # Friday; due on the make-up Saturday
        ("2026-02-13", "2026-02-14 20:00", False),
        ("2026-02-13", "2026-02-15 20:00", True),
        ("2026-02-13", "2026-02-24 20:00", True),
    ],
)
def test_order_is_handed_on_within_a_working_day(confirmed_on: str, as_of: str, *, is_broken: bool) -> None:
    row = confirmed(conf_sent_at="2026-02-12", conf_at=confirmed_on)
    assert breaks("TRK-001", as_of, orders=[row]) is is_broken
    assert not breaks("TRK-001", as_of, orders=[row], tracking=[stage(dept="生产部门")])


@pytest.mark.parametrize(
    ("supply", "dept", "is_broken"),
    [
        ("make", "生产部门", False),
        ("make", "采购部", True),
        ("buy", "采购", False),
        ("buy", "生产部门", True),
        ("stock", "生产部门", False),
        ("buy", "仓储部门", False),
        (None, "生产部门", False),
        (None, None, True),
    ],
)
def test_department_follows_supply(supply: str | None, dept: str | None, *, is_broken: bool) -> None:
    assert late("TRK-002", "2026-03-10", stage(dept=dept), supply_type=supply) is is_broken


@pytest.mark.parametrize(
    ("plans", "stages"),
    [
        (["2026-03-10", "2026-03-10", "2026-03-11"], []),
        (["2026-03-10 15:00", "2026-03-10", "2026-03-11"], []),
        (["2026-03-10", "2026-03-09", "2026-03-11"], ["check"]),
        (["2026-03-20", "2026-03-10", "2026-03-11"], ["check"]),
        ([None, "2026-03-10", "2026-03-09"], ["ship"]),
        (["2026-03-10", None, "2026-03-09"], ["ship"]),
    ],
)
def test_plans_follow_the_stages(plans: list[str | None], stages: list[str]) -> None:
    rows = [stage(name, planned_at=day) for name, day in zip(("prepare", "check", "ship"), plans, strict=True)]
    where = context("2026-03-02", orders=[confirmed()], tracking=rows)
    assert [rows[each.place.row - 2]["stage"] for each in found("TRK-005", where)] == stages
    done = [row | {"actual_at": row["planned_at"], "planned_at": None} for row in rows]
    where = context("2026-03-31", orders=[confirmed()], tracking=done)
    assert [rows[each.place.row - 2]["stage"] for each in found("TRK-024", where)] == stages


@pytest.mark.parametrize(
    "other",
    [
        {"order_no": "202603-002", "stage": "check"},  # another order
        {"order_no": NO, "stage": "check", "batch": 2},
        {"order_no": NO, "stage": None},  # no stage we know: before and after nothing
        {"order_no": None, "stage": "check"},
    ],
)
def test_plans_are_compared_within_one_order_and_batch(other: dict[str, Any]) -> None:
    later, earlier = {"planned_at": "2026-03-20"}, {"planned_at": "2026-03-10"}
    first, second = (other, {"stage": "sign"}) if other["stage"] is None else ({"batch": 1}, other)
    orders = [confirmed(), confirmed(order_no="202603-002")]
    rows = [stage(**first | later), stage(**second | earlier)]
    assert not breaks("TRK-005", "2026-03-02", orders=orders, tracking=rows)


@pytest.mark.parametrize(("planned", "is_broken"), [("2026-03-18 17:00", False), ("2026-03-19", True)])
def test_last_plan_keeps_the_promise(planned: str, *, is_broken: bool) -> None:
    rows = [stage("ship", planned_at="2026-03-20"), stage("sign", planned_at=planned)]
    assert late("TRK-006", "2026-03-10", *rows, promised_date="2026-03-18") is is_broken


def test_plan_without_a_stage_is_not_the_last_one() -> None:
    rows = [stage("sign", planned_at="2026-03-18"), stage(None, planned_at="2026-03-19")]
    assert not late("TRK-006", "2026-03-10", *rows, promised_date="2026-03-18")


@pytest.mark.parametrize(
    ("facts", "done", "is_broken"),
    [
        ({"conf_at": "2026-03-09", "conf_sent_at": "2026-03-03"}, "2026-03-09", False),
        ({"conf_at": "2026-03-09", "conf_sent_at": "2026-03-03"}, "2026-03-08", True),
        ({"conf_method": "phone"}, "2026-03-09", True),
        ({"conf_method": "phone"}, "2026-01-05", True),  # by telephone, and before even that
        ({"conf_method": "phone"}, "2026-03-11", False),  # tomorrow: another rule says so
        ({"conf_at": None}, None, False),
    ],
)
def test_nothing_begins_before_confirmation(facts: dict[str, Any], done: str | None, *, is_broken: bool) -> None:
    rows = [stage("check", actual_at=done), stage(actual_at=done)]
    hits = found("TRK-007", context("2026-03-10 20:00", orders=[confirmed(**facts)], tracking=rows))
    assert [each.place.row for each in hits] == ([3] if is_broken else [])


@pytest.mark.parametrize(
    ("facts", "left", "rows"),
    [
        ({}, ["2026-03-09"], []),
        ({}, ["2026-03-08 23:00"], [2]),
        ({}, ["2026-03-10", "2026-03-08", "2026-03-07"], [3]),  # said once
        ({"conf_method": "phone"}, ["2026-03-09"], [2]),
        ({"conf_at": None}, ["2026-03-09"], [2]),
        ({"conf_at": None}, ["2026-03-11"], []),  # tomorrow
        ({"conf_at": None}, [None], []),
    ],
)
def test_nothing_is_sent_before_confirmation(facts: dict[str, Any], left: list[str | None], rows: list[int]) -> None:
    own = confirmed(**{"conf_sent_at": "2026-03-03", "conf_at": "2026-03-09"} | facts)
    sent = [{"order_no": NO, "shipped_at": day, "qty": 30_000} for day in left]
    where = context("2026-03-10 20:00", orders=[own], shipments=sent)
    assert [(each.kind, each.place.row) for each in found("TRK-007", where)] == [("shipments", row) for row in rows]
    early = context("2026-03-10 20:00", orders=[own], shipments=sent, tracking=[stage(actual_at="2026-03-05")])
    assert [each.kind for each in found("TRK-007", early)] == ["tracking"]  # the stage that began it says so
    unknown = [row | {"order_no": "202603-009"} for row in sent]
    assert not breaks("TRK-007", "2026-03-10 20:00", orders=[own], shipments=unknown)


def test_what_is_done_on_an_unknown_order_is_not_early() -> None:
    assert not late("TRK-007", "2026-03-10 20:00", stage(order_no="202603-009", actual_at="2026-01-01"))


@pytest.mark.parametrize(
    ("updated", "as_of", "broken"),
    [
        ("2026-02-13", "2026-02-14 20:00", None),  # one working day: the make-up Saturday
        ("2026-02-13", "2026-02-24 20:00", "TRK-008"),  # two
        ("2026-02-13", "2026-02-25 20:00", "TRK-008"),  # three
        ("2026-02-13", "2026-02-26 20:00", "TRK-029"),  # four
        (None, "2026-02-26 20:00", None),
    ],
)
def test_progress_goes_stale_after_a_working_day_and_more_so_after_three(
    updated: str | None, as_of: str, broken: str | None
) -> None:
    found = [rule for rule in ("TRK-008", "TRK-029") if late(rule, as_of, stage(updated_at=updated))]
    assert found == [broken] * bool(broken)


def test_stale_progress_is_told_of_when_nobody_asks_how_long() -> None:
    own = [confirmed()]
    where = context("2026-02-26 20:00", orders=own, tracking=[stage(updated_at="2026-02-13")])
    assert not found("TRK-008", where)
    rules = {**where.policy.rules, "TRK-029": replace(where.policy.rules["TRK-029"], status="off")}
    assert found("TRK-008", replace(where, policy=replace(where.policy, rules=rules)))


@pytest.mark.parametrize(
    "rows",
    [
        [stage(actual_at="2026-02-13"), stage("check", updated_at="2026-02-24")],  # done: nothing to tell any more
        [stage(updated_at="2026-02-24"), stage("check")],  # not there yet
        [stage("sign", actual_at="2026-02-24"), stage("check")],  # signed for: it does not matter any more
    ],
)
def test_progress_is_asked_only_of_the_stage_an_order_is_in(rows: list[dict[str, Any]]) -> None:
    old = [{"updated_at": "2026-02-02"} | row for row in rows]
    assert not late("TRK-008", "2026-02-24 20:00", *old)
    assert not late("TRK-029", "2026-02-26 20:00", *old)


@pytest.mark.parametrize(
    ("planned", "as_of", "is_broken"),
    [
        ("2026-02-13", "2026-02-25 20:00", False),
        ("2026-02-13", "2026-02-26 20:00", True),
        ("2026-09-30", "2026-10-10 20:00", False),  # make-up Saturday
        ("2026-09-30", "2026-10-11 20:00", False),  # Sunday
        ("2026-09-30", "2026-10-12 20:00", True),
    ],
)
def test_delay_of_more_than_three_working_days_needs_a_solution(planned: str, as_of: str, *, is_broken: bool) -> None:
    assert late("TRK-012", as_of, stage(planned_at=planned)) is is_broken


@pytest.mark.parametrize(
    ("facts", "is_broken"),
    [
        ({"solution": "改用备用供应商的芯片", "new_date": "2026-03-20"}, False),
        ({"solution": "改用备用供应商芯片", "new_date": "2026-03-20"}, True),  # nine letters
        ({"solution": "改用备用供应商的芯片"}, True),
        ({"solution": "改用备用供应商的芯片", "forecast_at": "2026-03-20"}, False),
        ({"solution": "改用备用供应商的芯片，加急", "forecast_at": "2026-03-20", "new_date": "2026-03-20"}, False),
        ({"solution": "尽快", "new_date": "2026-03-20"}, True),
    ],
)
def test_solution_is_concrete_with_a_day(facts: dict[str, Any], *, is_broken: bool) -> None:
    assert late("TRK-012", "2026-03-10 20:00", stage(planned_at="2026-02-13", **facts)) is is_broken


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ({"planned_at": "2026-03-10"}, []),
        ({"planned_at": "2026-03-09"}, ["TRK-009", "TRK-010", "TRK-023"]),
        ({"planned_at": "2026-03-09", "informed_at": "2026-03-09", "reason": "缺料"}, ["TRK-009"]),
        ({"planned_at": "2026-03-09", "informed_at": "2026-03-10", "reason": "缺料"}, ["TRK-009", "TRK-011"]),
        (
            {"planned_at": "2026-03-10", "forecast_at": "2026-03-12", "informed_at": "2026-03-11", "reason": "缺料"},
            ["TRK-009", "TRK-011", "X-007"],
        ),
        ({"planned_at": "2026-03-05", "actual_at": "2026-03-05"}, []),
        ({"actual_at": "2026-03-05"}, []),
        (
            {"planned_at": "2026-03-05", "actual_at": "2026-03-06", "reason": "缺料", "informed_at": "2026-03-05"},
            ["TRK-009"],
        ),
        ({"planned_at": "2026-03-09", "src_unknown": "informed_at reason"}, ["TRK-009"]),
    ],
)
def test_delay_asks_what_was_done_about_it(facts: dict[str, Any], rules: list[str]) -> None:
    row = stage(dept="生产部门", **facts)
    begun = confirmed(approved_on="2026-03-02", conf_sent_at="2026-03-02", conf_at="2026-03-03")
    assert all_found(context("2026-03-10 20:00", orders=[begun], tracking=[row])) == rules


def test_delay_is_said_where_it_arose() -> None:
    rows = [
        stage(planned_at="2026-03-05"),
        stage("check", planned_at="2026-03-05"),
        stage("ship", planned_at="2026-03-06"),
        stage("sign", planned_at="2026-03-12"),
    ]
    (hit,) = found("TRK-009", context("2026-03-10 20:00", orders=[confirmed()], tracking=rows))
    assert (hit.place.row, hit.params["days"]) == (2, "3")


def test_nothing_is_late_on_a_signed_or_cancelled_order() -> None:
    signed = [stage(planned_at="2026-03-05"), stage("sign", actual_at="2026-03-09")]
    assert not late("TRK-009", "2026-03-10 20:00", *signed)
    assert not late("TRK-009", "2026-03-10 20:00", signed[0], cancelled_on="2026-03-09")


@pytest.mark.parametrize(
    ("done", "is_broken"),
    [("2026-03-10", False), ("2026-03-10 20:00", False), ("2026-03-10 20:01", True), ("2026-03-11", True)],
)
def test_nothing_is_done_in_the_future(done: str, *, is_broken: bool) -> None:
    assert late("TRK-025", "2026-03-10 20:00", stage(actual_at=done)) is is_broken
