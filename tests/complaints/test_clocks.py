"""Running limits: when they begin, pause and end, and which one leads."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from schemas.language.words import load as words
from schemas.policy.timers import COMPLAINT_SEVERITIES, COMPLAINTS, load, parse_limit
from tests.support.complaint_rows import at, tracked

if TYPE_CHECKING:
    from pipeline.complaints import TrackedComplaints

CAME: dict[str, Any] = {"complained_at": "Tue 03-10 09:00", "registered_at": "Tue 03-10 09:00"}
LATER = "Thu 12-31 02:00"


def since(**facts: str) -> dict[str, Any]:
    return {"complained_at": "Thu 01-01", "registered_at": "Thu 01-01", **facts}


# step, facts, severity, deadline
DEADLINES: list[tuple[str, dict[str, Any], str, str]] = [
    ("register", CAME, "normal", "Tue 03-10 14:00"),
    ("register", CAME, "serious", "Tue 03-10 11:00"),
    ("register", CAME, "major", "Tue 03-10 10:00"),
    ("assign", CAME, "normal", "Tue 03-10 11:00"),
    ("assign", CAME, "serious", "Tue 03-10 10:00"),
    ("assign", CAME, "major", "Tue 03-10 09:30"),
    # the vectors of the handbook
    ("accept", since(assigned_at="Fri 02-13 17:30"), "normal", "Sat 02-14 10:30"),
    ("accept", since(assigned_at="Wed 09-30 16:30"), "major", "Thu 10-08 09:30"),
    ("accept", since(assigned_at="Tue 03-10 11:30"), "serious", "Tue 03-10 14:30"),
    ("accept", since(assigned_at="Sat 02-14 17:00"), "normal", "Tue 02-24 10:00"),
    ("accept", since(assigned_at="Mon 02-16 10:00"), "normal", "Tue 02-24 11:00"),
    ("accept", since(assigned_at="Tue 03-10 20:00"), "normal", "Wed 03-11 11:00"),
    # a day without a time ends late, in favour of who has to do it
    ("accept", since(assigned_at="Tue 03-10"), "normal", "Wed 03-11 11:00"),
    ("reply", {"complained_at": "Tue 03-10 15:00"}, "normal", "Wed 03-11 15:00"),
    ("reply", {"complained_at": "Tue 03-10 15:00"}, "serious", "Wed 03-11 03:00"),
    ("reply", {"complained_at": "Tue 03-10 15:00"}, "major", "Tue 03-10 17:00"),
    ("ask", {"registered_at": "Wed 09-30 10:00", "remedy": None}, "normal", "Thu 10-08 23:59"),
    ("ask", {"registered_at": "Wed 09-30 10:00", "remedy": None}, "major", "Wed 09-30 12:00"),
    ("investigate", since(accepted_at="Thu 02-12 10:00"), "normal", "Sat 02-14 23:59"),
    ("investigate", since(accepted_at="Thu 02-12 10:00"), "serious", "Fri 02-13 23:59"),
    ("investigate", since(accepted_at="Thu 02-12 10:00"), "major", "Fri 02-13 10:00"),
    ("propose", since(accepted_at="Tue 09-29 10:00"), "normal", "Fri 10-09 23:59"),
    ("propose", since(accepted_at="Tue 09-29 10:00"), "serious", "Thu 10-08 23:59"),
    ("propose", since(accepted_at="Tue 09-29 10:00"), "major", "Wed 09-30 10:00"),
    ("approve", since(proposed_at="Fri 05-08 10:00"), "normal", "Sat 05-09 23:59"),
    ("approve", since(proposed_at="Fri 05-08 10:00"), "major", "Fri 05-08 15:00"),
    ("execute", since(agreed_at="Fri 02-13 10:00"), "normal", "Fri 02-27 23:59"),
    ("execute", since(agreed_at="Fri 02-13 10:00"), "major", "Wed 02-25 23:59"),
    # the planned day counts before the limit
    ("execute", since(agreed_at="Fri 02-13 10:00", due_at="Tue 03-03"), "normal", "Tue 03-03 23:59"),
    ("execute", since(agreed_at="Fri 02-13 10:00", due_at="Sat 02-14 12:00"), "normal", "Sat 02-14 12:00"),
    ("tell", since(executed_at="Tue 03-10 10:00"), "major", "Wed 03-11 10:00"),
    ("visit", since(executed_at="Wed 09-30 10:00"), "normal", "Sat 10-10 23:59"),
    ("visit", since(executed_at="Wed 09-30 10:00"), "major", "Thu 10-08 23:59"),
    ("visit2", since(executed_at="Mon 03-09", visited_at="Tue 03-10 10:00"), "normal", "Thu 04-09 23:59"),
    ("visit2", since(executed_at="Mon 03-09", visited_at="Tue 03-10 10:00"), "major", "Wed 03-25 23:59"),
    ("close", since(visited_at="Tue 03-10 10:00", satisfaction="4"), "normal", "Wed 03-11 23:59"),
    ("archive", since(closed_at="Tue 03-10 10:00"), "major", "Fri 03-13 23:59"),
    ("whole", {"complained_at": "Thu 02-12 10:00"}, "normal", "Sat 02-28 23:59"),
    ("whole", {"complained_at": "Thu 02-12 10:00"}, "major", "Thu 02-26 23:59"),
]


@cache
def all_of_them() -> TrackedComplaints:
    return tracked(LATER, *(facts | {"severity": severity} for _, facts, severity, _ in DEADLINES))


@pytest.mark.parametrize("n", range(len(DEADLINES)), ids=lambda n: f"{DEADLINES[n][0]}-{DEADLINES[n][3]}")
def test_deadline_is_the_one_of_the_table(n: int) -> None:
    step, _, severity, expected = DEADLINES[n]
    clocks = all_of_them().clocks
    own = clocks[(clocks["complaint_no"] == f"202603-T{n + 1:03d}") & (clocks["step"] == step)]
    assert own["severity"].tolist() == [severity]
    assert own["due_at"].iloc[0].floor("min") == at(expected)


def clock(step: str, as_of: str, facts: dict[str, Any]) -> pd.Series[Any] | None:
    clocks = tracked(as_of, facts).clocks
    own = clocks[clocks["step"] == step]
    assert len(own) < 2
    return own.iloc[0] if len(own) else None


def state(step: str, as_of: str, **facts: Any) -> str | None:
    found = clock(step, as_of, CAME | facts)
    return None if found is None else str(found["clock_state"])


@pytest.mark.parametrize(
    ("as_of", "accepted", "expected"),
    [
        ("Tue 03-10 14:30", None, "running"),
        ("Tue 03-10 14:31", None, "overdue"),
        ("Wed 03-11 02:00", "Tue 03-10 14:30", "met"),
        ("Wed 03-11 02:00", "Tue 03-10 14:31", "late"),
        # the time of day is not known: late only if that is certain
        ("Thu 03-12 02:00", "Tue 03-10", "met"),
        ("Thu 03-12 02:00", "Wed 03-11", "late"),
        # not yet accepted when the night looked
        ("Tue 03-10 14:30", "Tue 03-10 14:31", "running"),
    ],
)
def test_accepting_takes_two_business_hours(as_of: str, accepted: str | None, expected: str) -> None:
    assert state("accept", as_of, assigned_at="Tue 03-10 11:30", accepted_at=accepted) == expected


def test_a_day_limit_ends_with_its_day() -> None:
    facts = {"accepted_at": "Tue 03-10 10:00"}
    assert state("propose", "Fri 03-13 23:59", **facts) == "running"
    assert state("propose", "Sat 03-14 00:00", **facts) == "overdue"


@pytest.mark.parametrize(
    ("pause_from", "pause_to", "as_of", "expected", "due"),
    [
        # three working days are cut out of the middle
        ("Tue 03-10 12:00", "Fri 03-13 09:00", "Mon 03-16 02:00", "running", "Wed 03-18 23:59"),
        ("Tue 03-10 12:00", None, "Mon 03-16 02:00", "paused", None),
        # it had run out before anybody paused
        ("Mon 03-16 09:00", None, "Tue 03-17 02:00", "overdue", "Fri 03-13 23:59"),
        # a weekend costs no working days
        ("Fri 03-13 18:00", "Mon 03-16 08:00", "Mon 03-16 09:00", "running", "Mon 03-16 23:59"),
    ],
)
def test_waiting_for_the_customer_stops_the_solution(
    pause_from: str, pause_to: str | None, as_of: str, expected: str, due: str | None
) -> None:
    facts = CAME | {"accepted_at": "Tue 03-10 10:00", "pause_from": pause_from, "pause_to": pause_to}
    found = clock("propose", as_of, facts)
    assert found is not None
    assert found["clock_state"] == expected
    if due is None:
        assert pd.isna(found["due_at"])
    else:
        assert found["due_at"].floor("min") == at(due)


def test_a_pause_nobody_ended_was_over_when_the_step_was_done() -> None:
    facts = {"accepted_at": "Tue 03-10 10:00", "pause_from": "Tue 03-10 12:00", "proposed_at": "Fri 03-20 10:00"}
    assert state("propose", "Mon 03-23 02:00", **facts) == "met"


def test_the_accept_clock_pauses_and_the_reply_clock_does_not() -> None:
    facts = {"assigned_at": "Tue 03-10 11:30", "pause_from": "Tue 03-10 11:45"}
    assert state("accept", "Fri 03-13 02:00", **facts) == "paused"
    assert state("reply", "Fri 03-13 02:00", **facts) == "overdue"


@pytest.mark.parametrize(
    ("step", "facts", "expected"),
    [
        # nobody entered when it was assigned, but it was accepted in time, or too late to tell
        ("assign", {"accepted_at": "Tue 03-10 11:00"}, "met"),
        ("assign", {"accepted_at": "Tue 03-10 11:01"}, "late"),
        ("reply", {"customer_contacted_at": "Wed 03-11 09:00"}, "met"),
        ("propose", {"accepted_at": "Tue 03-10 10:00", "agreed_at": "Fri 03-13 10:00"}, "met"),
        ("tell", {"executed_at": "Tue 03-10 10:00", "visited_at": "Wed 03-11 10:00"}, "met"),
        ("tell", {"executed_at": "Tue 03-10 10:00", "visited_at": "Wed 03-11 10:01"}, "late"),
    ],
)
def test_a_later_fact_proves_a_step_done(step: str, facts: dict[str, Any], expected: str) -> None:
    assert state(step, "Mon 03-16 02:00", **facts) == expected


def test_a_step_not_begun_has_no_clock() -> None:
    assert set(tracked("Tue 03-10 10:00", CAME).clocks["step"]) == {"register", "assign", "reply", "whole"}
    assert state("ask", "Tue 03-10 10:00", contact=None) == "running"
    assert state("visit2", LATER, visited_at="Thu 03-12", complaint_type="logistics") is None
    assert state("visit2", LATER, visited_at="Thu 03-12", complaint_type="logistics", severity="major") == "overdue"


def test_steps_stop_when_a_complaint_is_over() -> None:
    withdrawn = {"withdrawn_on": "Wed 03-11", "assigned_at": "Tue 03-10 11:30"}
    # the first reply was not due yet, accepting it was
    assert state("reply", LATER, **withdrawn) is None
    assert state("accept", LATER, **withdrawn) == "late"
    assert state("whole", LATER, **withdrawn) is None


CLOSED = {
    "assigned_at": "Tue 03-10 10:00",
    "accepted_at": "Tue 03-10 10:30",
    "investigated_at": "Tue 03-10 11:00",
    "cause": "错发",
    "cause_class": "people",
    "solution": "补发",
    "proposed_at": "Tue 03-10 11:00",
    "approval": "agree",
    "approved_at": "Tue 03-10 11:30",
    "customer_decision": "accept",
    "agreed_at": "Tue 03-10 14:00",
    "executed_at": "Wed 03-11 10:00",
    "told_at": "Wed 03-11 11:00",
    "visited_at": "Thu 03-12 10:00",
    "satisfaction": "5",
    "closed_at": "Thu 03-12 11:00",
    "first_reply_at": "Tue 03-10 09:30",
}


def test_filing_and_the_second_visit_go_on_after_closing() -> None:
    assert state("archive", "Tue 03-17 23:59", **CLOSED) == "running"
    assert state("archive", "Wed 03-18 00:00", **CLOSED) == "overdue"
    assert state("archive", "Wed 03-18 00:00", **CLOSED, archive_ref="A-1") == "met"
    assert state("visit2", "Sat 04-11 23:59", **CLOSED, archive_ref="A-1") == "running"
    assert state("visit2", "Sun 04-12 00:00", **CLOSED, archive_ref="A-1") == "overdue"
    assert state("whole", LATER, **CLOSED) == "met"


def test_a_bad_visit_begins_investigation_and_solution_again() -> None:
    bad = CAME | CLOSED | {"satisfaction": "2"}
    found = clock("propose", "Fri 03-13 02:00", bad)
    assert found is not None
    assert found["started_at"] == at("Thu 03-12 10:00")
    assert found["due_at"].floor("min") == at("Tue 03-17 23:59")
    assert clock("execute", "Fri 03-13 02:00", bad) is None
    # how soon it was accepted does not change by that
    assert state("accept", "Fri 03-13 02:00", **CLOSED | {"satisfaction": "2"}) == "met"


def case(as_of: str, next_night: str = "", **facts: Any) -> pd.Series[Any]:
    return tracked(as_of, CAME | facts, next_night=next_night).cases.iloc[0]


def test_the_earliest_deadline_leads() -> None:
    found = case("Tue 03-10 10:00", assigned_at="Tue 03-10 09:30")
    assert (found["step"], found["step_due_at"]) == ("accept", at("Tue 03-10 11:30"))
    assert not found["is_overdue"]
    found = case("Tue 03-10 11:31", assigned_at="Tue 03-10 09:30")
    assert found["is_overdue"]
    found = case("Tue 03-10 11:00", assigned_at="Tue 03-10 09:30", accepted_at="Tue 03-10 10:00")
    assert (found["step"], found["step_due_at"]) == ("reply", at("Wed 03-11 09:00"))
    over = case(LATER, **CLOSED, archive_ref="A-1", complaint_type="logistics")
    assert pd.isna(over["step"])
    assert not over["is_overdue"]
    assert not over["is_open"]


@pytest.mark.parametrize(
    ("next_night", "expected"),
    [("", False), ("Wed 03-11 09:00", False), ("Wed 03-11 09:01", True)],
)
def test_what_breaks_before_the_next_night_is_seen_coming(next_night: str, expected: bool) -> None:
    facts = {"assigned_at": "Tue 03-10 09:30", "accepted_at": "Tue 03-10 10:00", "pause_from": "Tue 03-10 10:00"}
    assert case("Wed 03-11 02:00", next_night, **facts)["breaks_before_next"] == expected


def test_what_is_overdue_already_does_not_break_again() -> None:
    found = case("Wed 03-11 12:00", "Thu 03-12 02:00", assigned_at="Tue 03-10 09:30", accepted_at="Tue 03-10 10:00")
    assert found["is_overdue"]
    assert not found["breaks_before_next"]


def test_reason_is_made_of_the_facts() -> None:
    found = case("Wed 03-11 02:00", assigned_at="Tue 03-10 11:30", severity=None)
    assert found["reason"] == (
        "2026-03-10 11:30 已分派，尚未接收；接收任务：2026-03-10 11:30 起 2个工作小时，截止 2026-03-10 14:30，已超时；"
        "等级按事实推定"
    )


def test_owner_is_a_person_only_where_the_step_is_theirs() -> None:
    clocks = tracked("Wed 03-11 02:00", CAME | {"assigned_at": "Tue 03-10 11:30", "approver": "赵总"}).clocks
    owners = dict(zip(clocks["step"], clocks["owner"], strict=True))
    assert owners == {"register": "service", "assign": "service", "accept": "李工", "reply": "service", "whole": "李工"}
    nobody = tracked("Wed 03-11 02:00", CAME | {"assigned_at": "Tue 03-10 11:30", "owner": None}).clocks
    assert nobody.loc[nobody["step"] == "accept", "owner"].tolist() == ["quality"]


def test_the_table_is_complete() -> None:
    clocks = [timer for timer in load() if timer.about == COMPLAINTS]
    assert len(clocks) == 15
    assert [clock.key for clock in clocks if clock.basis == "policy"] == ["accept"]
    assert all(set(clock.limits) == set(COMPLAINT_SEVERITIES) for clock in clocks)
    roles = {clock.escalates_to for clock in clocks if clock.escalates_to}
    assert [role for role in roles if f"role.{role}" not in words()] == []


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [("2 BH", "2", "BH"), ("0.5 bh", "0.5", "BH"), (" 30 CD ", "30", "CD"), ("0 WD", "0", "WD")],
)
def test_limits_are_read_as_they_are_said(text: str, amount: str, unit: str) -> None:
    made = parse_limit(text)
    assert (made.amount, made.unit) == (Decimal(amount), unit)


@pytest.mark.parametrize("text", ["2", "2 days", "two BH", "0 BH", "-1 WD", "1.5 WD", ""])
def test_limits_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"'.*'"):
        parse_limit(text)
