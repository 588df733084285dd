"""What of a file holds data and was not read makes the night one in which somebody must act, by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.progress import ALL_USED, STAFF_MUST_ACT, Outcome
from pipeline.night.counts import read_in_part
from pipeline.night.file_findings import unread_in_file
from pipeline.publishing.report_duties import MOST_FILES, unread
from schemas.derived.finding import Finding, Place


def finding(rule: str, sheet: str = "表", **params: str) -> Finding:
    return Finding(rule, "sources", "a.xlsx", place=Place("a.xlsx", sheet, 1), params=params)


@pytest.mark.parametrize(
    ("found", "unread_rules"),
    [
        (finding("FILE-018"), []),  # notes: there is no data
        (finding("FILE-035"), []),
        (finding("FILE-041", "", count="7"), ["FILE-041"]),
        (finding("FILE-040", "订单", count="3"), ["FILE-040"]),  # below a table that was read
        (finding("FILE-005"), ["FILE-005"]),
        (finding("FILE-021"), ["FILE-021"]),
        (finding("FILE-021", "订单"), []),  # a column that a sheet lacks which was read all the same
        (finding("FILE-019"), ["FILE-019"]),
        (finding("FILE-019", "订单"), []),
    ],
    ids=lambda given: f"{given.rule} {given.place.sheet}" if isinstance(given, Finding) else "",
)
def test_what_was_not_read_of_a_file(found: Finding, unread_rules: list[str]) -> None:
    told = unread_in_file([found], ["订单"])
    assert [each["rule"] for each in told] == unread_rules
    assert [each["rows"] for each in told] == [int(found.params.get("count", 0)) for _ in unread_rules]


def test_one_finding_on_several_sheets_names_each_of_them_that_was_not_read() -> None:
    rows = json.dumps([["订单", 3], ["甲", 4], ["乙", 5]])
    told = unread_in_file([finding("FILE-019", "订单", sheets=rows), finding("FILE-040", sheets=rows)], ["订单"])
    assert [(each["rule"], each["sheet"], each["rows"]) for each in told] == [
        *(("FILE-019", sheet, count) for sheet, count in (("甲", 4), ("乙", 5))),
        *(("FILE-040", sheet, count) for sheet, count in (("订单", 3), ("甲", 4), ("乙", 5))),
    ]


def outcome(**changed: Any) -> Outcome:
    counts = {
        "left_out": [],
        "unread": [],
        "files": {"refused": 0, "waiting": 0},
        "rows": {"held": 0},
        "findings": {"hold": 0, "refuse": 0},
    }
    return Outcome(Path("outbox"), is_new=True, blocked=(), counts=counts | changed)


def test_a_night_with_a_file_read_in_part_asks_somebody_to_act() -> None:
    assert outcome().exit_code == ALL_USED
    sources: list[dict[str, Any]] = [
        {"name": "a.xlsx", "unread": [{"rule": "FILE-041"}]},
        {"name": "b.xlsx", "unread": []},
    ]
    assert read_in_part(sources) == ["a.xlsx"]
    assert outcome(unread=read_in_part(sources)).exit_code == STAFF_MUST_ACT


@pytest.mark.parametrize(("count", "is_cut"), [(1, False), (MOST_FILES, False), (MOST_FILES + 1, True)])
def test_the_first_page_names_them_in_one_line(count: int, is_cut: bool) -> None:
    (line,) = unread([f"{n}.xlsx" for n in range(count)], "zh")
    assert f"有 {count} 份文件" in line["text"]
    assert ("…" in line["text"], "0.xlsx" in line["text"]) == (is_cut, True)
    assert unread([], "zh") == []
