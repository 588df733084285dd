"""Who must do what: money that somebody must find a place for, records that are in no system yet."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.frames import empty
from pipeline.todo import _entries, _unapplied
from schemas.findings import Findings
from schemas.receivables import Unapplied

TODAY = pd.Timestamp(2026, 6, 2)


@pytest.mark.parametrize(
    ("why", "left", "is_due"),
    [
        ("no_order", 1, True),
        ("over", 5_000, True),
        ("refund", -5_000, True),
        ("unknown_payer", 5_000, True),
        ("prepaid", 5_000, False),
        ("no_order", 0, False),
    ],
)
def test_money_is_a_duty_until_it_has_a_place_or_waits_for_its_own_order(why: str, left: int, *, is_due: bool) -> None:
    row = {"receipt_key": "k", "receipt_no": "R1", "payer": "甲公司", "left_fen": left, "why": why, "suggestion": ""}
    rows = pd.DataFrame([row]).reindex(columns=empty(Unapplied).columns)
    assert [each["subject"] for each in _unapplied(rows, TODAY, "zh")] == ["R1"] * is_due


@pytest.mark.parametrize(
    ("rule", "is_due"), [("ORD-036", True), ("CMP-019", True), ("DLV-005", True), ("ORD-004", False)]
)
def test_what_must_be_entered_in_a_system_is_a_duty(rule: str, *, is_due: bool) -> None:
    row = {"finding_id": "F1", "rule": rule, "dept": "sales_admin", "subject": "202603-001", "due_on": TODAY}
    rows = pd.DataFrame([row]).reindex(columns=empty(Findings).columns)
    made = [(each["subject"], each["owner"], each["rule"]) for each in _entries(rows, "zh")]
    assert made == [("202603-001", "sales_admin", rule)] * is_due
