"""Where a correction belongs and when it counts, on nights without papers."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.ledger import open_ledger, put_back, take_back
from tests.support import nights
from tests.support.night_world import ORDER_HEADINGS, ORDERS, Table
from tests.support.nights import THURSDAY, TUESDAY, WEDNESDAY
from tests.support.order_workspace import SHEET, facts, orders, workspace_with
from tests.support.quiet_nights import answer, quiet, rules

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.slow

LIST = "异常.xlsx"
FRIDAY = THURSDAY.replace(day=5)
ABOUT = ("X-017", "X-018", "X-019", "X-020", "CELL-044")


def spoilt(root: Path, heading: str = "数量", value: Any = "若干", *more: dict[str, Any]) -> tuple[Workspace, str]:
    """A workspace after its first night, with one bad cell in its first order; and the number of that finding."""
    rows = orders(2 + len(more))
    for row, dirt in zip(rows[2:], more, strict=True):
        row.update(dirt)
    rows[0][heading] = value
    workspace = workspace_with(root, rows)
    return workspace, finding_at(quiet(workspace), heading, 2)


def finding_at(judged: Any, heading: str, row: int) -> str:
    return next(str(f.id) for f in judged.findings if (f.heading, f.place.row) == (heading, row))


def quantities(workspace: Workspace) -> list[int]:
    return sorted(row["qty"] for row in facts(workspace).values() if "qty" in row and not row["held"])


def again(workspace: Workspace, name: str = "补.xlsx", **cells: Any) -> None:
    """The first order once more, in a workbook of its own."""
    nights.put_in_inbox(workspace, {name: {SHEET: Table(ORDER_HEADINGS, [orders(1)[0] | cells])}})


def test_a_correction_counts_until_its_list_is_taken_back(tmp_path: Path) -> None:
    workspace, finding = spoilt(tmp_path)
    before, source = facts(workspace), (next(workspace.taken.rglob(f"*__{ORDERS}"))).read_bytes()
    answer(workspace.inbox / LIST, (finding, "若干", 3))
    quiet(workspace, WEDNESDAY)
    assert quantities(workspace) == [3000, 4000]
    (workspace.inbox / ORDERS).write_bytes(source)
    quiet(workspace, THURSDAY)
    assert quantities(workspace) == [3000, 4000]
    with open_ledger(workspace.ledger_url) as book:
        take_back(book, LIST)
    assert facts(workspace) == before
    assert finding in {each.id for each in quiet(workspace, FRIDAY).findings}
    with open_ledger(workspace.ledger_url) as book:
        put_back(book, LIST)
    assert quantities(workspace) == [3000, 4000]
    assert finding not in {each.id for each in quiet(workspace, FRIDAY.replace(day=6)).findings}


def test_the_workbook_taken_back_takes_its_corrections_along(tmp_path: Path) -> None:
    workspace, finding = spoilt(tmp_path)
    answer(workspace.inbox / LIST, (finding, "若干", 3))
    quiet(workspace, WEDNESDAY)
    with open_ledger(workspace.ledger_url) as book:
        take_back(book, ORDERS)
    assert quantities(workspace) == []
    with open_ledger(workspace.ledger_url) as book:
        put_back(book, ORDERS)
    assert quantities(workspace) == [3000, 4000]


@pytest.mark.parametrize(
    ("cell", "qty", "told"),
    [("若干", 3000, []), ("未定", None, ["X-017"]), (3, 3000, []), (9, 9000, ["X-017"])],
)
@pytest.mark.parametrize("is_same_night", [True, False])
def test_a_correction_counts_while_the_source_says_what_it_said(
    tmp_path: Path, cell: Any, qty: int | None, told: list[str], is_same_night: bool
) -> None:
    """The row comes again: with the raw value as it was, another bad one, the right one, another good one."""
    workspace, finding = spoilt(tmp_path)
    answer(workspace.inbox / LIST, (finding, "若干", 3))
    if not is_same_night:
        quiet(workspace, WEDNESDAY)
    again(workspace, 数量=cell, 备注="又发一次")
    judged = quiet(workspace, THURSDAY)
    assert quantities(workspace) == sorted(each for each in (qty, 4000) if each)
    assert rules(judged, *ABOUT) == [(rule, LIST, "C2", "3") for rule in told]


def test_a_correction_written_against_another_value_is_not_used(tmp_path: Path) -> None:
    workspace, finding = spoilt(tmp_path)
    answer(workspace.inbox / LIST, (finding, "不清楚", 3))
    assert rules(quiet(workspace, WEDNESDAY), *ABOUT) == [("X-017", LIST, "C2", "3")]
    assert quantities(workspace) == [4000]


def test_two_corrections_of_one_cell_that_differ_are_both_left(tmp_path: Path) -> None:
    workspace, finding = spoilt(tmp_path)
    answer(workspace.inbox / "甲.xlsx", (finding, "若干", 3))
    answer(workspace.inbox / "乙.xlsx", (finding, "若干", 5))
    judged = quiet(workspace, WEDNESDAY)
    assert quantities(workspace) == [4000]
    assert rules(judged, *ABOUT) == [("X-020", "乙.xlsx", "C2", "5"), ("X-020", "甲.xlsx", "C2", "3")]
    answer(workspace.inbox / "丙.xlsx", (finding, "若干", 3))
    assert rules(quiet(workspace, THURSDAY), *ABOUT) == []
    assert quantities(workspace) == [3000, 4000]


def test_of_several_nights_the_newest_correction_counts(tmp_path: Path) -> None:
    workspace, finding = spoilt(tmp_path)
    answer(workspace.inbox / "甲.xlsx", (finding, "若干", -3))
    judged = quiet(workspace, WEDNESDAY)
    still = next(each for each in judged.findings if (each.heading, each.place.cell) == ("数量", "L2"))
    answer(workspace.inbox / "乙.xlsx", (still.id, still.raw, 3))
    quiet(workspace, THURSDAY)
    assert quantities(workspace) == [3000, 4000]
    with open_ledger(workspace.ledger_url) as book:
        take_back(book, "乙.xlsx")
    assert quantities(workspace) == [4000]


@pytest.mark.parametrize(
    ("heading", "value", "typed", "told"),
    [
        ("数量", "若干", "abc", ["CELL-044"]),
        ("数量", "若干", "3", []),
        ("下单日期", "2026-13-45", "2026-05-26", []),
        ("下单日期", "2026-13-45", "2026-13-46", ["CELL-044"]),
        ("订单编号", "2.02605E+08", "202605-010", []),
        ("联系电话", None, "13812345678", []),
        # what a text column would take for an error or for a mark of Excel's own
        ("数量", "#N/A", "3", []),
        ("数量", '="若干"', "3", []),
        ("数量", "若\u200b干", "3", []),
    ],
)
def test_a_correction_is_read_as_its_cell_is(
    tmp_path: Path, heading: str, value: Any, typed: str, told: list[str]
) -> None:
    workspace, finding = spoilt(tmp_path, heading, value)
    answer(workspace.inbox / LIST, (finding, value, typed))
    judged = quiet(workspace, WEDNESDAY)
    assert rules(judged, *ABOUT) == [(rule, LIST, "C2", typed) for rule in told]
    assert (finding in {each.id for each in judged.findings}) == bool(told)


def test_a_correction_of_nothing_is_told_gently_and_once(tmp_path: Path) -> None:
    workspace, finding = spoilt(tmp_path)
    answer(workspace.inbox / "甲.xlsx", (finding, "若干", 3))
    quiet(workspace, WEDNESDAY)
    answer(workspace.inbox / "乙.xlsx", (finding, "若干", 4), ("ABCDEFGHIJ", "若干", 4))
    assert rules(quiet(workspace, THURSDAY), *ABOUT) == [
        ("X-018", "乙.xlsx", "C2", "4"),
        ("X-018", "乙.xlsx", "C3", "4"),
    ]
    assert quantities(workspace) == [3000, 4000]
    assert rules(quiet(workspace, FRIDAY), *ABOUT) == []


def test_a_finding_about_no_cell_cannot_be_corrected(tmp_path: Path) -> None:
    workspace, _ = spoilt(tmp_path, "联系电话", None)
    whole = next(f for f in quiet(workspace, WEDNESDAY).findings if not f.place.letter and f.kind != "calendar")
    answer(workspace.inbox / LIST, (whole.id, whole.raw, "3"))
    assert rules(quiet(workspace, THURSDAY), *ABOUT) == [("X-019", LIST, "C2", "3")]


def test_rows_at_odds_with_each_other_are_both_judged_again(tmp_path: Path) -> None:
    """A number given twice holds both rows, in two workbooks; corrected in one, both count."""
    workspace = workspace_with(tmp_path, orders(1))
    other = orders(2)[1] | {"订单编号": "202605-010"}
    nights.put_in_inbox(workspace, {"另.xlsx": {SHEET: Table(ORDER_HEADINGS, [other])}})
    judged = quiet(workspace, TUESDAY)
    assert quantities(workspace) == []
    twice = next(f for f in judged.findings if f.rule == "ORD-033" and f.place.file == "另.xlsx")
    answer(workspace.inbox / LIST, (twice.id, twice.raw, "202605-011"))
    judged = quiet(workspace, WEDNESDAY)
    assert quantities(workspace) == [3000, 4000]
    assert rules(judged, "ORD-033", *ABOUT) == []


def test_a_number_given_stays_when_its_row_is_corrected(tmp_path: Path) -> None:
    rows = orders(1)
    rows[0] |= {"订单编号": None, "联系电话": None, "归档编号": None}
    workspace = workspace_with(tmp_path, rows)
    judged = quiet(workspace)
    given = {row["order_no"] for row in facts(workspace).values() if "qty" in row}
    answer(workspace.inbox / LIST, (finding_at(judged, "联系电话", 2), None, "13812345678"))
    quiet(workspace, WEDNESDAY)
    assert {(row["order_no"], row["phone"]) for row in facts(workspace).values() if "qty" in row} == {
        (number, "13812345678") for number in given
    }
    assert len(given) == 1


def test_a_returned_copy_with_the_old_value_keeps_the_correction(tmp_path: Path) -> None:
    """The correction is typed against the source; the workbook comes again by another name, and one line more."""
    workspace, finding = spoilt(tmp_path)
    answer(workspace.inbox / LIST, (finding, "若干", 3))
    quiet(workspace, WEDNESDAY)
    rows = deepcopy(orders(3))
    rows[0]["数量"] = "若干"
    nights.put_in_inbox(workspace, {"新.xlsx": {SHEET: Table(list(reversed(ORDER_HEADINGS)), list(reversed(rows)))}})
    judged = quiet(workspace, THURSDAY)
    assert quantities(workspace) == [3000, 4000, 5000]
    assert rules(judged, *ABOUT, "CELL-023") == []
