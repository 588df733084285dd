"""How long a product takes, as people write it."""

from __future__ import annotations

import math

import pytest

from pipeline.orders.lead_times import taken
from pipeline.reading.layout.typed import parser
from schemas.incoming.prices import LeadTimes, Transit


@pytest.mark.parametrize(("written", "days"), [("7天", (0, 7)), ("3-5个工作日", (5, 0)), ("2周", (10, 0))])
def test_time_when_written(written: str, days: tuple[float, int]) -> None:
    assert taken(written) == days


@pytest.mark.parametrize("written", ["9" * 59, "9" * 32_767, "99999周", "无", "约" * 5_000 + "7天"])
def test_time_is_unknown_when_nothing_can_take_that_long(written: str) -> None:
    worked, passed = taken(written)
    assert math.isnan(worked)
    assert passed == 0


@pytest.mark.parametrize("column", [LeadTimes.check_days, LeadTimes.pick_days, Transit.transit_days])
def test_days_beyond_ten_years_are_not_read(column: str) -> None:
    parse = parser((Transit if column == Transit.transit_days else LeadTimes).spec(column))
    assert parse(3_650.0).value == 3_650
    assert [parse(raw).rule for raw in (3_651.0, -3_651.0, 1e18, "99999天")] == ["CELL-022"] * 4
