"""Who must do what: money that somebody must find a place for."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.frames import empty
from pipeline.todo import _unapplied
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
