"""One owner and one day for a matter: those of its limit, or of the heir of who left."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.core.frames import empty
from pipeline.night.matters import all_matters, with_heirs
from schemas.derived.cases import Cases, Clocks
from schemas.derived.priority import Priority
from schemas.derived.receivables import Dunning, Receivables
from schemas.derived.status import OrderStatus, Stages
from schemas.derived.todo import Obligations
from schemas.incoming.staff import Staff
from schemas.policy.policy import shipped
from tests.support.paper_frames import framed

TODAY, DUE = pd.Timestamp(2026, 6, 2), pd.Timestamp(2026, 6, 3, 18)
CONFIRM = {"timer": "confirm", "about": "o1", "owner": "王芳", "dept": "sales", "due_at": DUE}
TABLES = (OrderStatus, Stages, Priority, Receivables, Dunning, Cases, Clocks, Obligations)
GIVEN: dict[str, Any] = {table.name: table for table in TABLES}
LEFT = {"person": "王芳", "dept": "销售部", "left_on": TODAY, "src_held": False}


def tables_of(staff: Any = (), **rows: Any) -> dict[str, Any]:
    made = {table.name: empty(table) for table in (*GIVEN.values(), Staff)}
    made |= {name: framed(GIVEN[name], list(rows[name])) for name in rows}
    return made | ({Staff.name: framed(Staff, list(staff))} if staff else {})


def said(staff: Any = (), **rows: Any) -> dict[Any, Any]:
    made = tables_of(staff, **rows)
    return all_matters(made | with_heirs(made, TODAY), shipped())


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


def test_step_whose_limit_could_not_start_has_the_day_of_the_next_step_in_every_paper() -> None:
    """An order approved on no day that is known: 06 has it on its next day, and so has 02."""
    undated = CONFIRM | {"due_at": None, "order_no": "o1"}
    order = {"order_no": "o1", "state": "to_confirm", "next_on": TODAY}
    assert said(obligations=[undated], standing=[order]) == {("CNF-003", "o1"): ("王芳", TODAY)}
    assert said(obligations=[undated], standing=[order | {"order_no": "o2"}]) == {}


GOING = {"order_no": "o1", "state": "to_ship", "next_step": "ship", "next_dept": "sales"}
ENDED = {"order_no": "o1", "state": "completed"}
ITEM = {"order_no": "o1", "instalment_no": 1, "sales_owner": "王芳"}
CASE = {"src_key": "c", "dept": "production", "is_open": True, "owner": "王芳"}
CLOCK = {"src_key": "c", "step": "cause", "owner": "王芳"}


@pytest.mark.parametrize(
    ("table", "column", "rows", "alone"),
    [
        ("standing", "owner", {"standing": GOING | {"owner": "王芳"}}, "sales"),
        ("standing", "sales_owner", {"standing": GOING | {"sales_owner": "王芳"}}, None),
        ("standing", "stage_owner", {"standing": GOING | {"stage_owner": "王芳"}}, None),
        ("stages", "owner", {"standing": GOING, "stages": {"order_no": "o1", "owner": "王芳"}}, None),
        ("priority", "sales_owner", {"standing": GOING, "priority": {"order_no": "o1", "sales_owner": "王芳"}}, None),
        ("receivables", "sales_owner", {"receivables": ITEM | {"open_fen": 1}}, None),
        ("dunning", "owner", {"dunning": ITEM | {"owner": "王芳"}}, "sales"),
        ("dunning", "sales_owner", {"dunning": ITEM}, None),
        ("cases", "owner", {"cases": CASE}, "production"),
        ("clocks", "owner", {"cases": CASE, "clocks": CLOCK}, "production"),
        ("clocks", "owner", {"clocks": CLOCK}, "service"),
        ("obligations", "owner", {"obligations": CONFIRM}, "sales"),
    ],
)
def test_every_workbook_gives_what_is_unfinished_to_who_has_it_now(
    table: str, column: str, rows: dict[str, Any], alone: str | None
) -> None:
    for successor, owner in (("李明", "李明"), (None, alone)):
        made = tables_of([LEFT | {"successor": successor}], **{name: [row] for name, row in rows.items()})
        [shown] = with_heirs(made, TODAY)[table][column]
        assert (shown if isinstance(shown, str) else None) == owner


@pytest.mark.parametrize(
    ("table", "column", "rows"),
    [
        ("standing", "sales_owner", {"standing": ENDED | {"sales_owner": "王芳"}}),
        ("stages", "owner", {"standing": GOING, "stages": {"order_no": "o1", "owner": "王芳", "actual_at": DUE}}),
        ("receivables", "sales_owner", {"receivables": ITEM | {"open_fen": 0}}),
        ("cases", "owner", {"cases": CASE | {"is_open": False}}),
        ("clocks", "owner", {"cases": CASE, "clocks": CLOCK | {"stopped_at": DUE}}),
    ],
)
def test_what_is_finished_stays_with_who_finished_it(table: str, column: str, rows: dict[str, Any]) -> None:
    made = tables_of([LEFT | {"successor": "李明"}], **{name: [row] for name, row in rows.items()})
    assert list(with_heirs(made, TODAY)[table][column]) == ["王芳"]


def test_an_order_that_is_still_owed_is_unfinished() -> None:
    made = tables_of(
        [LEFT | {"successor": "李明"}],
        standing=[ENDED | {"sales_owner": "王芳"}],
        receivables=[ITEM | {"open_fen": 1}],
    )
    assert [*with_heirs(made, TODAY)["standing"]["sales_owner"]] == ["李明"]
