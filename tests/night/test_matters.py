"""One owner and one day for a matter: those of its limit, or of the heir of who left."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.core.frames import empty
from pipeline.night.matters import all_matters
from schemas.derived.cases import Clocks
from schemas.derived.receivables import Dunning
from schemas.derived.todo import Obligations
from schemas.incoming.staff import Staff
from schemas.policy.policy import shipped
from tests.support.paper_frames import framed

TODAY, DUE = pd.Timestamp(2026, 6, 2), pd.Timestamp(2026, 6, 3, 18)
CONFIRM = {"timer": "confirm", "about": "o1", "owner": "王芳", "dept": "sales", "due_at": DUE}
LEFT = {"person": "王芳", "dept": "销售部", "left_on": TODAY, "src_held": False}


def said(staff: Any = (), **rows: Any) -> dict[Any, Any]:
    tables = {table.name: empty(table) for table in (Obligations, Clocks, Dunning, Staff)}
    tables["clocks"] = tables["clocks"].assign(src_key=pd.Series(dtype="str"))
    given = {"obligations": Obligations, "clocks": Clocks, "dunning": Dunning}
    tables |= {name: framed(given[name], list(rows[name])) for name in rows}
    if staff:
        tables[Staff.name] = framed(Staff, list(staff))
    return all_matters(tables, shipped(), TODAY)


def test_every_rule_of_a_limit_has_its_owner_and_its_day() -> None:
    assert said(obligations=[CONFIRM]) == {("CNF-003", "o1"): ("王芳", pd.Timestamp(2026, 6, 3))}


@pytest.mark.parametrize(("successor", "owner"), [("李明", "李明"), (None, "sales")])
def test_the_work_of_who_left_goes_to_the_successor_or_the_department(successor: str | None, owner: str) -> None:
    made = said(staff=[LEFT | {"successor": successor}], obligations=[CONFIRM])
    assert [name for name, _ in made.values()] == [owner]


def test_what_waits_or_has_no_day_is_nobodys_matter() -> None:
    rung = {"order_no": "o1", "instalment_no": 1, "owner": "finance", "remind_on": TODAY}
    assert ("DUN-001", "o1#1") in said(dunning=[rung | {"is_waiting": False}])
    assert said(dunning=[rung | {"is_waiting": True}]) == {}
    assert said(obligations=[CONFIRM | {"due_at": None}]) == {}
