"""Who must do what by when: every obligation once, soon, today or overdue."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from pipeline.core.frames import empty, records
from pipeline.night import todo
from pipeline.night.todo.lines import records_to_enter, stray_money
from pipeline.night.todo.words import word_of
from pipeline.rules import obligations
from schemas.derived.cases import Cases, Clocks
from schemas.derived.findings import Findings
from schemas.derived.receivables import Dunning, Unapplied
from tests.support import order_rows

TODAY = pd.Timestamp(2026, 6, 2)


@pytest.mark.parametrize(
    ("why", "left", "is_due"),
    [
        ("no_order", 1, True),
        ("over", 5_000, True),
        ("refund", -5_000, True),
        ("unknown_payer", 5_000, True),
        ("unknown_order", 5_000, True),
        ("rest", 5_000, True),
        ("credit", 5_000, True),
        ("prepaid", 5_000, False),
        ("fee", 5_000, False),
        ("no_order", 0, False),
    ],
)
def test_money_is_a_duty_until_it_has_a_place_or_waits_for_its_own_order(why: str, left: int, *, is_due: bool) -> None:
    row = {"receipt_key": "k", "receipt_no": "R1", "payer": "甲公司", "left_fen": left, "why": why, "suggestion": ""}
    rows = pd.DataFrame([row]).reindex(columns=empty(Unapplied).columns)
    assert [each["subject"] for each in stray_money(rows, TODAY, "zh")] == ["R1"] * is_due


@pytest.mark.parametrize(("rule", "is_due"), [("CMP-019", True), ("ORD-036", False)])
def test_what_must_be_entered_in_a_system_is_a_duty(rule: str, *, is_due: bool) -> None:
    row = {
        "finding_id": "F1",
        "rule": rule,
        "dept": "sales_admin",
        "owner": word_of("dept.sales_admin", "zh"),
        "subject": "202603-001",
        "due_on": TODAY,
    }
    rows = pd.DataFrame([row]).reindex(columns=empty(Findings).columns)
    made = [(each["subject"], each["owner"], each["rule"]) for each in records_to_enter(rows, "zh")]
    assert made == [("202603-001", "sales_admin", rule)] * is_due


NO = "202606-001"
THIS_NIGHT = "2026-06-02 02:00"  # Tuesday
NOBODY_TYPED = pd.DataFrame(columns=["staff_done"], dtype="str")


def lines(typed: pd.DataFrame = NOBODY_TYPED, near: int = 3, **rows: Any) -> list[dict[str, Any]]:
    """What is to be done this night about these rows."""
    where = order_rows.context(THIS_NIGHT, **rows)
    nothing = {table.name: empty(table) for table in (Unapplied, Dunning, Cases, Clocks, Findings)}
    for table in (Cases.name, Clocks.name):
        nothing[table]["src_key"] = pd.Series(dtype="str")
    made = {name: where[name] for name in ("book", "stages", "departures", "signings")}
    made["standing"] = where["standing"].assign(letter=None)
    where = replace(where, tables={**where.tables, **made, **nothing})
    tables = {**where.tables, todo.TYPED: typed, "obligations": obligations.open_obligations(where)}
    policy = replace(where.policy, values={**where.policy.values, "todo_near_wd": Decimal(near)})
    listed = todo.due(tables, policy=policy, calendar=where.calendar, as_of=where.as_of, lang="zh")
    return records(listed)


def order(**facts: Any) -> dict[str, Any]:
    return order_rows.order(NO, **{"order_date": "2026-05-20", "erp_entered": None} | facts)


def about(task: str, made: list[dict[str, Any]]) -> dict[str, Any] | None:
    return next((line for line in made if line["task"] == task), None)


def confirmed(day: str) -> dict[str, Any]:
    """Agreed and confirmed in writing on a day, and handed on, so that filing and entering are what is left."""
    return order(approval="agree", conf_sent_at=day, conf_at=day, conf_method="email", supplement_at=day)


@pytest.mark.parametrize(
    ("sent", "near", "timing"),
    [
        ("2026-05-28", 3, "overdue"),  # Thursday: until Monday 06-01
        ("2026-05-29", 3, "today"),
        ("2026-06-01", 3, "soon"),
        ("2026-06-01", 1, "soon"),  # 06-03 is one working day ahead
        ("2026-06-01", 0, None),
    ],
)
def test_what_is_due_within_the_days_the_managers_say_is_to_be_done(sent: str, near: int, timing: str | None) -> None:
    line = about("step.await_confirm", made := lines(near=near, orders=[order(conf_sent_at=sent)]))
    line = line or about("step.chase_confirm", made)
    assert (line and (line["timing"], line["is_overdue"], line["owner"])) == (
        timing and (timing, timing == "overdue", "张三")
    )


def test_a_step_has_one_line_with_the_rule_of_its_timer() -> None:
    made = lines(orders=[order(conf_sent_at="2026-05-28")])
    assert [line["rule"] for line in made if "confirm" in line["task"]] == ["CNF-003"]


def test_every_obligation_beside_the_next_step_has_its_own_line() -> None:
    made = lines(orders=[confirmed("2026-06-01")])
    found = {line["task"]: (line["owner"], line["timing"], line["due_on"], line["rule"]) for line in made}
    day = pd.Timestamp(2026, 6, 2)
    assert found["timer.erp"] == ("sales_admin", "today", day, "ORD-036")
    assert found["timer.papers"] == ("sales_admin", "today", day, "CNF-006")
    assert found["step.plan"][:3] == ("张三", "today", day)
    assert "timer.plan" not in found
    (reason,) = [line["reason"] for line in made if line["task"] == "timer.erp"]
    assert reason == "2026-06-01 起 1 个工作日内，期限 2026-06-02"


@pytest.mark.parametrize(("left", "is_overdue"), [("2026-06-01 02:00", False), ("2026-06-01 01:59", True)])
def test_hours_are_overdue_to_the_minute(left: str, *, is_overdue: bool) -> None:
    row = {"order_no": NO, "shipped_at": left, "qty": 100_000, "tracking_no": "SF1234567890123"}
    line = about("timer.feedback", lines(orders=[order()], shipments=[row]))
    assert line is not None
    assert (line["is_overdue"], line["rule"]) == (is_overdue, "SHP-003" if is_overdue else "SHP-011")


def test_what_was_called_done_stays_marked_until_a_fact_shows_it() -> None:
    typed = pd.DataFrame({"staff_done": ["已完成"]}, index=[f"timer.erp#{NO}"])
    line = about("timer.erp", lines(typed, orders=[confirmed("2026-06-01")]))
    assert line is not None
    assert line["timing"] == "unproven"
    done = confirmed("2026-06-01") | {"erp_entered": "是"}
    assert about("timer.erp", lines(typed, orders=[done])) is None


@pytest.mark.parametrize(
    ("why", "left", "rule"),
    [
        ("no_order", 100, "RCV-011"),
        ("no_order", -100, "RCV-012"),
        ("unknown_payer", 100, "RCV-011"),
        ("unknown_order", 100, "RCV-002"),
        ("over", 100, "RCV-003"),
        ("refund", -100, "RCV-012"),
    ],
)
def test_money_names_the_rule_of_its_reason(why: str, left: int, rule: str) -> None:
    row = {"receipt_key": "k", "receipt_no": "R1", "payer": "甲公司", "left_fen": left, "why": why, "suggestion": ""}
    rows = pd.DataFrame([row]).reindex(columns=empty(Unapplied).columns)
    assert [each["rule"] for each in stray_money(rows, TODAY, "zh")] == [rule]
