"""What is wrong with a night as a whole: the calendar, at both its ends."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.core.frames import empty
from pipeline.night.open_findings import outside_calendar
from schemas.derived.cases import Clocks
from schemas.policy.calendar import load_days
from tests.support.order_rows import context, order


@pytest.mark.parametrize(
    ("ordered", "as_of", "told"),
    [
        ("2023-01-01", "2026-03-10", []),
        ("2022-12-31", "2026-03-10", ["CAL-002"]),
        ("2026-11-02", "2026-11-30", []),
        ("2026-11-02", "2026-12-01", ["CAL-001"]),
        ("2022-12-31", "2026-12-01", ["CAL-001", "CAL-002"]),
    ],
)
def test_days_beyond_either_end_of_the_calendar_are_told(ordered: str, as_of: str, told: list[str]) -> None:
    assert load_days().first == pd.Timestamp("2023-01-01").date()
    where = context(as_of, orders=[order(order_date=ordered)])
    where.tables[Clocks.name] = empty(Clocks)  # type: ignore[index]
    assert [each.rule for each in outside_calendar(where)] == told
    over = context(as_of, orders=[order(order_date=ordered, cancelled_on=ordered, cancel_reason="客户取消")])
    over.tables[Clocks.name] = empty(Clocks)  # type: ignore[index]
    assert "CAL-002" not in [each.rule for each in outside_calendar(over)]
