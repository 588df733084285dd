"""Where complaints stand: every state of the ladder, and what closing needs."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
import pytest

from schemas.derived.cases import Cases
from schemas.language.words import load
from schemas.policy import states as state_table
from tests.support.complaint_rows import tracked

REGISTERED: dict[str, Any] = {"complained_at": "Mon 03-02 09:00", "registered_at": "Mon 03-02 09:30"}
ASSIGNED = REGISTERED | {"assigned_at": "Mon 03-02 10:00"}
ACCEPTED = ASSIGNED | {"accepted_at": "Mon 03-02 11:00"}
FOUND = ACCEPTED | {"investigated_at": "Tue 03-03 10:00", "cause": "密封圈老化", "cause_class": "supplier"}
PROPOSED = FOUND | {"solution": "换新泵", "proposed_at": "Tue 03-03 15:00"}
APPROVED = PROPOSED | {"approver": "赵总", "approval": "agree", "approved_at": "Tue 03-03 16:00"}
AGREED = APPROVED | {"customer_decision": "accept", "agreed_at": "Tue 03-03 17:00"}
DONE = AGREED | {"executed_at": "Thu 03-05 10:00"}
VISITED = DONE | {"visited_at": "Fri 03-06 10:00", "satisfaction": "5"}
CLOSED = VISITED | {"closed_at": "Fri 03-06 15:00"}
NOT_VALID = ACCEPTED | {"validity": "invalid", "approval": "agree", "approved_at": "Tue 03-03 16:00"}
TRY = {"complaint_no": "202603-T001"}


def state(facts: dict[str, Any], as_of: str = "Tue 03-10 02:00", visits: list[dict[str, Any]] | None = None) -> str:
    cases = tracked(as_of, facts, visits=[TRY | each for each in visits or []]).cases
    return str(cases["state"].iloc[0])


LADDER: list[tuple[dict[str, Any], str]] = [
    (REGISTERED, "to_handle"),
    ({"complained_at": "Mon 03-02 09:00"}, "to_handle"),
    (ASSIGNED, "to_accept"),
    (ACCEPTED, "investigating"),
    (FOUND, "investigating"),
    (ACCEPTED | {"pause_from": "Tue 03-03 09:00"}, "await_facts"),
    (ACCEPTED | {"pause_from": "Tue 03-03 09:00", "pause_to": "Mon 03-09 09:00"}, "investigating"),
    # the pause ends only later today
    (ACCEPTED | {"pause_from": "Tue 03-03 09:00", "pause_to": "Tue 03-10 09:00"}, "await_facts"),
    (PROPOSED | {"pause_from": "Tue 03-03 09:00"}, "to_approve"),
    (PROPOSED, "to_approve"),
    (PROPOSED | {"approval": "refuse", "approved_at": "Tue 03-03 16:00"}, "solution_returned"),
    (PROPOSED | {"approval": "return"}, "solution_returned"),
    # refused before this solution was made: it waits for its own approval
    (PROPOSED | {"approval": "refuse", "approved_at": "Tue 03-03 14:59"}, "to_approve"),
    (APPROVED, "await_customer"),
    (APPROVED | {"approval": "conditional"}, "await_customer"),
    (APPROVED | {"approval": None}, "await_customer"),
    (APPROVED | {"customer_decision": "refuse"}, "negotiating"),
    (APPROVED | {"customer_decision": "negotiating"}, "negotiating"),
    (AGREED, "executing"),
    (AGREED | {"customer_decision": None}, "executing"),
    (AGREED | {"agreed_at": None}, "executing"),
    (DONE, "to_visit"),
    # a visit before the work was done is no return visit
    (DONE | {"visited_at": "Wed 03-04 10:00", "satisfaction": "5"}, "to_visit"),
    # nor is one without a score the last word
    (DONE | {"visited_at": "Fri 03-06 10:00"}, "to_visit"),
    (VISITED, "to_close"),
    (VISITED | {"satisfaction": "4"}, "to_close"),
    (VISITED | {"satisfaction": "3"}, "to_close"),
    (VISITED | {"satisfaction": "2"}, "redo"),
    (NOT_VALID, "to_close"),
    (NOT_VALID | {"closed_at": "Wed 03-04 10:00"}, "closed"),
    (NOT_VALID | {"approval": "refuse", "closed_at": "Wed 03-04 10:00"}, "close_unmet"),
    (CLOSED, "closed"),
    (CLOSED | {"satisfaction": "3"}, "close_unmet"),
    (CLOSED | {"satisfaction": "3", "close_reason": "主管同意"}, "closed"),
    (CLOSED | {"visited_at": None, "satisfaction": None}, "close_unmet"),
    (CLOSED | {"owner": None}, "close_unmet"),
    (CLOSED | {"customer_decision": None, "agreed_at": None}, "close_unmet"),
    (CLOSED | {"cause": None}, "closed"),
    (CLOSED | {"cause": None, "cause_class": None}, "close_unmet"),
    # two words for one thing: who is not satisfied is heard again, closed or not
    (CLOSED | {"satisfaction": "2"}, "redo"),
    (CLOSED | {"archive_ref": "A-17"}, "archived"),
    (CLOSED | {"archive_ref": "A-17", "owner": None}, "close_unmet"),
    (DONE | {"archive_ref": "A-17"}, "to_visit"),
    (CLOSED | {"withdrawn_on": "Sat 03-07"}, "withdrawn"),
]


@cache
def ladder() -> list[str]:
    """All of them in one night; they are different complaints."""
    return list(tracked("Tue 03-10 02:00", *(facts for facts, _ in LADDER)).cases["state"])


@pytest.mark.parametrize("n", range(len(LADDER)), ids=lambda n: f"{n}-{LADDER[n][1]}")
def test_state_is_the_first_that_holds(n: int) -> None:
    assert ladder()[n] == LADDER[n][1]


def test_what_lies_after_the_night_has_not_happened() -> None:
    assert state(CLOSED, "Mon 03-02 09:45") == "to_handle"
    assert state(CLOSED, "Tue 03-03 16:59") == "await_customer"
    assert state(CLOSED, "Fri 03-06 14:59") == "to_close"
    assert state(CLOSED, "Fri 03-06 15:00") == "closed"


BAD = VISITED | {"satisfaction": "1"}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (BAD | {"proposed_at": "Fri 03-06 09:59"}, "redo"),
        # a newer solution begins the round again; the older approval was for another one
        (BAD | {"proposed_at": "Fri 03-06 11:00", "solution": "退货"}, "to_approve"),
        (BAD | {"proposed_at": "Sat 03-07", "approved_at": "Sat 03-07"}, "await_customer"),
        (BAD | {"proposed_at": "Sat 03-07", "approved_at": "Sat 03-07", "agreed_at": "Mon 03-09"}, "executing"),
    ],
)
def test_a_bad_visit_asks_for_a_newer_solution(facts: dict[str, Any], expected: str) -> None:
    assert state(facts) == expected


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        (
            [{"visited_at": "Fri 03-06", "satisfaction": "2"}, {"visited_at": "Mon 03-09", "satisfaction": "5"}],
            "closed",
        ),
        ([{"visited_at": "Mon 03-09", "satisfaction": "2"}, {"visited_at": "Fri 03-06", "satisfaction": "5"}], "redo"),
        ([{"visited_at": "Mon 03-09", "satisfaction": "5", "is_redo": True}], "redo"),
        # three visits in vain, written down, are enough; two are not
        ([{"visited_at": "Fri 03-06"}, {"visited_at": "Sat 03-07"}, {"visited_at": "Mon 03-09"}], "closed"),
        ([{"visited_at": "Fri 03-06"}, {"visited_at": "Mon 03-09"}], "close_unmet"),
        # in the order of their numbers on one day
        (
            [
                {"visited_at": "Mon 03-09", "visit_no": 2, "satisfaction": "4"},
                {"visited_at": "Mon 03-09", "visit_no": 1, "satisfaction": "1"},
            ],
            "closed",
        ),
        ([{"visited_at": "Tue 03-10 09:00", "satisfaction": "5"}], "close_unmet"),
        ([{"satisfaction": "5"}], "close_unmet"),
        ([{"visited_at": "Mon 03-09", "satisfaction": "5", "src_held": True}], "close_unmet"),
        ([{"complaint_no": "202603-T002", "visited_at": "Mon 03-09", "satisfaction": "5"}], "close_unmet"),
    ],
)
def test_the_last_visit_decides(visits: list[dict[str, Any]], expected: str) -> None:
    facts = DONE | {"closed_at": "Mon 03-09 15:00"}
    assert state(facts, visits=visits) == expected


def test_a_visit_written_in_both_places_counts_once() -> None:
    once = DONE | {"visited_at": "Fri 03-06 10:00"}
    tried = [{"visited_at": "Fri 03-06"}, {"visited_at": "Sat 03-07"}]
    assert tracked("Tue 03-10 02:00", once, visits=[TRY | each for each in tried]).cases["attempts"].iloc[0] == 2


def test_every_state_can_be_said_and_has_a_next_step() -> None:
    filed, withdrawn = CLOSED | {"archive_ref": "1"}, {"withdrawn_on": "Sat 03-07"}
    made = tracked("Tue 03-10 02:00", REGISTERED, CLOSED, filed, withdrawn).cases
    assert list(made["next_step"].isna()) == [False, False, True, True]
    steps = {key.removeprefix("step.c_") for key in load() if key.startswith("step.c_")}
    reasons = {key for key in state_table.load()["complaint"] if f"why_c.{key}" in load()}
    assert steps | {"withdrawn", "archived"} == reasons == set(state_table.load()["complaint"])


def test_nothing_received_makes_empty_tables() -> None:
    made = tracked("Tue 03-10 02:00")
    assert made.cases.empty
    assert made.clocks.empty
    assert [c for c in Cases.columns if c not in made.cases] == []


def test_order_of_rows_does_not_matter() -> None:
    given = [{"complaint_no": f"202603-T00{n}", **facts} for n, facts in enumerate((CLOSED, BAD, DONE, REGISTERED), 1)]
    one, other = tracked("Tue 03-10 02:00", *given), tracked("Tue 03-10 02:00", *reversed(given))
    pd.testing.assert_frame_equal(one.cases, other.cases)
    pd.testing.assert_frame_equal(one.clocks, other.clocks)
