"""A night with force majeure: planners find whom to serve first, in either language."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.support import nights
from tests.support.night_world import CUSTOMERS, HAICHUAN, ORDERS, PRICES, QINGMU, RECEIPTS, order, world

pytestmark = pytest.mark.slow

PAID, WAITS = "202604-001", "202605-080"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_planners_find_whom_to_serve_first(lang: str, tmp_path: Path) -> None:
    made, workspace = world(), nights.workspace(tmp_path, lang)
    [table] = made[ORDERS].values()
    table.headings.extend(["暂停原因", "暂停日期"])
    stop = {"暂停原因": "不可抗力", "暂停日期": date(2026, 5, 29)}
    paid, waits = (order(PAID, QINGMU, 10, day=date(2026, 4, 1)), order(WAITS, HAICHUAN, 3, day=date(2026, 3, 30)))
    table.rows[:] = [waits | stop, paid | stop]
    nights.put_in_inbox(workspace, made, only=[ORDERS, CUSTOMERS, PRICES, RECEIPTS])
    done = nights.run(workspace)
    found = nights.rows(done.folder, "tracking", "priority", lang)
    assert [(row["rank"], row["order_no"], row["paid_share"]) for row in found] == [(1, PAID, 1), (2, WAITS, 0)]
    assert {row["product"] for row in found} == {"控制器 X100"}
