"""What a later version is compared with when the story of an order is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.ledger import Version
from pipeline.night.explain import Story
from pipeline.night.explain.describe import lines

NIGHT, BACK = "2026-06-02T02:00:00", "撤.xlsx"
HELD, UNDONE = {"is_held": True}, {"file": BACK}
LAST = Version("orders", "k", "单.xlsx", "单", 2, NIGHT, True, False, {"order_no": "202605-001", "contact": "丙"})


def before(contact: str, facts: dict[str, Any]) -> Version:
    return replace(LAST, is_head=False, facts=LAST.facts | {"contact": contact}, **facts)


@pytest.mark.parametrize(
    ("first", "second", "was"),
    [
        ({}, {}, "乙"),
        ({}, HELD, "甲"),
        ({}, UNDONE, "甲"),
        (HELD, {}, "乙"),
        (UNDONE, {}, "乙"),
        (HELD, HELD, "乙"),  # none counted
    ],
)
def test_a_version_is_compared_with_the_last_that_counted(
    first: dict[str, Any], second: dict[str, Any], was: str
) -> None:
    versions = [before("甲", first), before("乙", second), LAST]
    *_, change = lines(Story("202605-001", versions, frozenset({(BACK, NIGHT)})), "zh")
    assert change.split() == ["联系人:", was, "→", "丙"]
