"""Corrective actions: the last that passes and the first that breaks."""

from __future__ import annotations

from typing import Any

import pytest

import pipeline.rules.families.complaints  # noqa: F401 - joins its predicates to their rules
from pipeline.rules.registry import CHECKS, evaluate
from schemas.policy.rules import load
from tests.support.complaint_rows import context

NO = "202603-T001"
KNOWN: dict[str, Any] = {
    "complained_at": "Mon 03-02 09:00",
    "investigated_at": "Tue 03-03 14:00",
    "cause": "密封圈老化",
    "validity": "valid",
}
ACTION = {"complaint_no": NO, "measure": "换供应商", "owner": "李工", "due_on": "Tue 03-10"}


def breaks(rule: str, as_of: str, *given: dict[str, Any], **kinds: list[dict[str, Any]]) -> bool:
    return any(evaluate(CHECKS[rule], load()[rule], context(as_of, *given, **kinds)))


@pytest.mark.parametrize(
    ("as_of", "facts", "is_broken"),
    [
        ("Wed 03-04 09:00", {}, False),
        ("Tue 03-10 23:59", {}, False),  # five working days after the third of March
        ("Wed 03-11 00:00", {}, True),
        ("Wed 03-11 00:00", {"validity": "partly"}, True),
        ("Wed 03-11 00:00", {"validity": "invalid"}, False),
        ("Wed 03-11 00:00", {"cause": None}, False),
        ("Wed 03-11 00:00", {"investigated_at": None}, False),
        ("Wed 03-11 00:00", {"complaint_type": "logistics"}, False),
        ("Wed 03-11 00:00", {"complaint_type": "logistics", "severity": "major"}, True),
    ],
)
def test_a_known_cause_gets_an_action(as_of: str, facts: dict[str, Any], *, is_broken: bool) -> None:
    assert breaks("CAP-001", as_of, KNOWN | facts) is is_broken
    assert not breaks("CAP-001", as_of, KNOWN | facts, capa=[ACTION])


def test_the_cause_that_nothing_is_done_against_is_shown_as_written() -> None:
    (found,) = evaluate(CHECKS["CAP-001"], load()["CAP-001"], context("Wed 03-11 09:00", KNOWN))
    assert (found.column, found.raw) == ("cause", "密封圈老化")


def test_an_action_against_nobody_or_without_a_day_is_none() -> None:
    for blank in ("owner", "due_on"):
        assert breaks("CAP-001", "Wed 03-11 09:00", KNOWN, capa=[ACTION | {blank: None}])


def test_a_repeated_complaint_gets_an_action_whatever_its_type() -> None:
    for severity in ("normal", "major"):
        again = KNOWN | {"complaint_type": "logistics", "severity": severity}
        later = again | {"complained_at": "Mon 03-09 09:00"}
        found = list(evaluate(CHECKS["CAP-001"], load()["CAP-001"], context("Wed 03-11 09:00", again, later)))
        assert "202603-T002" in {each.subject for each in found}


@pytest.mark.parametrize(
    ("as_of", "facts", "is_broken"),
    [
        ("Mon 03-09 09:00", {}, False),
        ("Tue 03-10 23:59", {}, False),
        ("Wed 03-11 00:00", {}, True),
        ("Wed 03-11 00:00", {"done_on": "Wed 03-11"}, False),
        ("Wed 03-11 00:00", {"done_on": "Mon 03-09"}, False),
        ("Wed 03-11 09:00", {"done_on": "Thu 03-12"}, True),  # not done yet
        ("Wed 03-11 00:00", {"due_on": None}, False),
    ],
)
def test_an_action_is_done_by_its_day(as_of: str, facts: dict[str, Any], *, is_broken: bool) -> None:
    assert breaks("CAP-002", as_of, KNOWN, capa=[ACTION | facts]) is is_broken


@pytest.mark.parametrize(
    ("as_of", "facts", "is_broken"),
    [
        ("Mon 03-09 09:00", {}, False),
        ("Tue 03-10 23:59", {}, False),  # to be verified by its day
        ("Wed 03-11 09:00", {"done_on": "Thu 03-12"}, False),  # not done yet
        ("Wed 03-11 00:00", {}, True),
        ("Wed 03-11 00:00", {"done_on": "Wed 03-11"}, True),
        ("Wed 03-11 00:00", {"verified_on": "Tue 03-10"}, False),
        ("Wed 03-11 00:00", {"verification": "有效"}, False),
        ("Wed 03-11 00:00", {"done_on": None}, False),
        ("Mon 03-09 00:00", {"due_on": None}, True),
    ],
)
def test_an_action_done_is_verified(as_of: str, facts: dict[str, Any], *, is_broken: bool) -> None:
    assert breaks("CAP-003", as_of, KNOWN, capa=[ACTION | {"done_on": "Fri 03-06"} | facts]) is is_broken
