"""Whoever left has nothing to do in any workbook, and all of them name the same heir."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from pipeline.night.matters import HANDED
from schemas.policy.states import ENDED
from tests.support import nights
from tests.support.books import Book
from tests.support.night_world import world
from tests.support.quiet_nights import quiet

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.night.derive_and_judge import Judged

pytestmark = pytest.mark.slow

HEIR = "接手的人"
HANDS = ("owner", "sales_owner", "stage_owner")  # columns that name who has a matter
SHOWN = (*HANDED, "findings", "todo")
GOING = {
    "standing": lambda rows: ~rows["state"].isin(ENDED),
    "stages": lambda rows: rows["actual_at"].isna(),
    "receivables": lambda rows: rows["open_fen"] != 0,
    "cases": lambda rows: rows["is_open"],
    "clocks": lambda rows: rows["stopped_at"].isna(),
}


def named(judged: Judged, people: set[str]) -> dict[str, set[str]]:
    """Who of these has anything unfinished, by table and column."""
    found = {}
    for name in SHOWN:
        rows = judged.tables.get(name)
        if rows is not None and len(rows):
            rows = rows[GOING[name](rows).fillna(value=False)] if name in GOING else rows
            for column in HANDS:
                if column in rows and (here := people & set(rows[column].dropna())):
                    found[f"{name}.{column}"] = here
    return found


@pytest.mark.parametrize("successor", [HEIR, None])
def test_no_workbook_gives_anything_to_who_left(tmp_path: Path, successor: str | None) -> None:
    before = nights.workspace(tmp_path / "before")
    nights.put_in_inbox(before, world())
    rows = quiet(before).tables
    names = {name for table in ("standing", "cases", "dunning") for name in rows[table]["owner"].dropna()}
    people = {name for name in names | set(rows["standing"]["sales_owner"].dropna()) if not name.isascii()}
    assert len(people) > 1

    desk = nights.workspace(tmp_path / "desk")
    nights.put_in_inbox(desk, world())
    heads = ("姓名", "部门", "岗位", "离职日期", "接手人")
    gone = [(name, "销售部", "业务员", date(2026, 5, 1), successor) for name in sorted(people)]
    Book(desk.inbox / "员工名单.xlsx", "员工名单").rows(heads, *gone, (HEIR, "总经办", "助理", None, None)).save()
    judged = quiet(desk)
    assert "X-031" in {finding.rule for finding in judged.findings}
    assert named(judged, people) == {}
    assert bool(named(judged, {HEIR})) == bool(successor)
