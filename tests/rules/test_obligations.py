"""One table of obligations: it is complete, its rules are asked by it, and nobody keeps a deadline beside it."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from pipeline.core.frames import empty
from pipeline.core.worktime.deadlines import due_at
from pipeline.rules import obligations
from pipeline.rules.families import CHECKS
from pipeline.rules.obligations import OBLIGATIONS
from schemas.derived.cases import Cases
from schemas.incoming.complaints import Capa, Complaints
from schemas.incoming.kinds import KINDS
from schemas.language.words import load as words
from schemas.policy import ladder, rules, states, timers
from schemas.policy.timers import COMPLAINTS, ROLES, Timer
from tests.support.order_rows import calendar, context, order

TIMERS = {timer.key: timer for timer in timers.load()}
OURS = [timer for timer in TIMERS.values() if timer.about != COMPLAINTS]
# Limits in time that measure something else than what is left to do, and complaint rules that start on no single fact.
OTHERWISE = {
    "ORD-034": "two orders so close that they may be one",
    "CUS-004": "a document that ends soon",
    "CUS-009": "money overdue for so long that credit stops",
    "TRK-012": "how late a stage may be without a solution",
    "TRK-029": "how long progress may be untold before it is more than a note",
    "DUE-006": "how long goods may be unsigned before the due day is unknown",
    "DLV-008": "how long goods of a company that never has any signed for may be gone before it is asked",
    "DUE-008": "a pay term that is too long",
    "CMP-019": "by the end of a working day, that of the next one for what came on a day of rest",
    "CMP-029": "a severity that was guessed is a severity, and starts every other clock",
}

each_timer = pytest.mark.parametrize("timer", TIMERS.values(), ids=TIMERS)


def columns_of(table: str) -> set[str]:
    """Columns that facts may be taken from."""
    if table in KINDS:
        return set(map(str, KINDS[table].columns))
    return set(context(orders=[{"order_no": "202603-001"}])[table].columns)


@each_timer
def test_a_timer_has_words_an_owner_and_known_states(timer: Timer) -> None:
    family = "role" if timer.owner in ROLES else "dept"
    assert {f"clock.{timer.key}", f"{family}.{timer.owner}"} <= set(words())
    assert set(timer.states) <= set(states.load()["order"])


@pytest.mark.parametrize("timer", OURS, ids=lambda timer: timer.key)
def test_what_starts_and_ends_an_obligation_are_facts_we_have(timer: Timer) -> None:
    for fact in (*timer.starts, timer.stop):
        table, _, column = fact.partition(".")
        assert column in columns_of(table), fact


def test_every_obligation_of_an_order_has_one_predicate() -> None:
    assert set(OBLIGATIONS) == {timer.key for timer in OURS}


def test_every_rule_of_a_timer_is_asked_and_is_that_of_no_other() -> None:
    by_row = [*(timer.rules for timer in TIMERS.values()), *(rung.rules for rung in ladder.load())]
    named = [rule for rules in by_row for rule in rules]
    assert sorted(named) == sorted(set(named))
    assert [rule for rule in named if rule not in CHECKS] == []


def test_a_limit_and_its_department_are_written_once() -> None:
    with rules.SHIPPED.open(encoding="utf-8-sig", newline="") as lines:
        written = {row["id"]: row for row in csv.DictReader(lines)}
    for timer in TIMERS.values():
        for rule in timer.rules:
            assert (written[rule]["limit"], written[rule]["unit"]) == ("", ""), rule
            assert timer.owner in {*ROLES, written[rule]["owner"]}, rule
    timed = {id_ for id_, row in written.items() if row["unit"] in timers.UNITS and row["status"] == "live"}
    assert timed == set(OTHERWISE)


@pytest.mark.parametrize(
    ("timer", "start", "last"),
    [
        ("confirm", "2026-02-12 17:00", "2026-02-14 23:59:59"),  # Thursday to a Saturday that is worked
        ("confirm", "2026-09-30", "2026-10-09 23:59:59"),
        ("plan", "2026-02-13", "2026-02-14 23:59:59"),
        ("sign_erp", "2026-04-30", "2026-05-06 23:59:59"),
        ("invoice", "2026-10-03", "2026-10-10 23:59:59"),
        ("settlement", "2026-03-02", "2026-03-05 23:59:59"),
        ("emergency", "2026-03-02 09:00", "2026-03-02 23:59:59"),
        ("arrival", "2026-03-13", "2026-03-14 23:59:59"),
        ("feedback", "2026-03-10 15:00", "2026-03-11 15:00:00"),
        ("feedback", "2026-03-10", "2026-03-11 23:59:59"),  # the hour is not known
        ("progress", "2026-03-12", "2026-03-15 23:59:59"),  # due on Friday, missed on Monday
        ("progress", "2026-02-13", "2026-02-23 23:59:59"),
    ],
)
def test_the_last_moment_of_an_obligation(timer: str, start: str, last: str) -> None:
    begun = pd.Series([pd.Timestamp(start), pd.NaT], dtype="datetime64[us]")
    found = due_at(begun, TIMERS[timer], calendar())
    assert found[0] == pd.Timestamp(last)
    assert pd.isna(found[1])


def test_an_obligation_names_whose_it_is_and_of_several_of_one_order_each() -> None:
    confirmed = {"conf_sent_at": "2026-03-02", "conf_at": "2026-03-03", "conf_method": "email"}
    gone = {"order_no": "202603-001", "shipped_at": "2026-03-05 15:00", "qty": 50_000}
    stage = {"order_no": "202603-001", "stage": "prepare", "owner": "王五", "updated_at": "2026-03-04"}
    rows = {"orders": [order(**confirmed)], "tracking": [stage], "shipments": [gone, gone]}
    where = context("2026-03-10 20:00", **rows)
    where.tables["cases"] = empty(Cases)  # type: ignore[index]
    lines = obligations.open_obligations(where)
    (progress,) = lines[lines["timer"] == "progress"].to_dict("records")
    assert (progress["owner"], progress["customer_name"]) == ("王五", order()["customer_name"])
    numbers = lines[lines["timer"] == "tracking_no"]
    assert len(numbers) == numbers["record"].nunique() == 2
    assert set(numbers["owner"]) == {"logistics"}
    assert set(numbers["subject"]) == {"202603-001"}


def test_complaints_start_and_stop_their_clocks_with_their_own_columns() -> None:
    worked_out = {"first_visit_at", "second_visit_at", "satisfied_at", "archived_at"}
    known = {*map(str, Complaints.columns), *worked_out}
    clocks = [timer for timer in TIMERS.values() if timer.about == COMPLAINTS]
    assert [timer.key for timer in clocks if not {timer.start, timer.stop} <= known] == []
    assert "due_on" in set(map(str, Capa.columns))
