"""What the list of exceptions says of a row's fate tonight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.order_workspace import orders, workspace_with
from tests.support.quiet_nights import quiet

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def test_nothing_found_in_a_held_row_says_that_it_counted(tmp_path: Path) -> None:
    rows = orders(2)
    rows[0] |= {"数量": "若干", "联系电话": "1380013800"}
    rows[1] |= {"联系电话": "1380013800"}
    listed = quiet(workspace_with(tmp_path, rows)).tables["findings"]
    found = listed[listed["heading"].isin(["数量", "联系电话"])]
    assert sorted(zip(found["src_row"], found["severity"], found["tonight"], strict=True)) == [
        (2, "flag", "held"),
        (2, "hold", "held"),
        (3, "flag", "counted"),
    ]
