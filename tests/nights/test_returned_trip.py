"""The way back and in again: what a sender gets, and what comes of it once mended."""

from __future__ import annotations

import zipfile
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from pipeline.feedback.returned_copies import origin_of
from pipeline.ledger import open_ledger, put_back, take_back
from tests.support import nights
from tests.support.night_world import (
    BAD,
    COMPLAINTS,
    CUSTOMERS,
    ORDER_HEADINGS,
    ORDERS,
    PRICES,
    Table,
    world,
)
from tests.support.nights import THURSDAY, WEDNESDAY, run
from tests.support.order_workspace import SHEET, dirty, facts, findings_of, orders, workspace_with

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace
    from tests.support.night_world import Row

pytestmark = pytest.mark.slow

LIST = "退回说明"


def copy_of(workspace: Workspace, name: str = ORDERS) -> Path:
    return workspace.latest / "退回" / name


def listed(path: Path) -> list[dict[str, Any]]:
    rows = nights.tabs(path)[LIST]
    return [dict(zip(rows[3], row, strict=False)) for row in rows[4:]]


def mend(path: Path, target: Path, clean: list[Row]) -> None:
    """Type what should stand there into the marked cells, as somebody with Excel would, and drop the workbook."""
    book = openpyxl.load_workbook(path)
    for line in listed(path):
        if line["单元格"]:
            cell = book[line["工作表"]][line["单元格"]]
            heading = ORDER_HEADINGS[cell.column - 1]
            cell.value = clean[cell.row - 2].get(heading)
    book.save(target)


@pytest.mark.parametrize("seed", range(4))
def test_a_copy_mended_in_its_marked_cells_ends_every_finding(tmp_path: Path, seed: int) -> None:
    rng = Random(seed)  # noqa: S311 - defects, not secrets
    clean = orders(12)
    plain = workspace_with(tmp_path / "plain", clean)
    workspace = workspace_with(tmp_path / "dirty", dirty(rng, clean, rng.randint(1, 9)))
    run(plain)
    run(workspace)
    assert listed(copy_of(workspace))
    mend(copy_of(workspace), workspace.inbox / "改好了.xlsx", clean)

    second = run(workspace, WEDNESDAY)

    assert facts(workspace) == facts(plain)
    assert findings_of(second) == findings_of(run(plain, WEDNESDAY))
    assert second.counts["findings"]["mended"] >= 1
    assert not (workspace.latest / "退回").exists()


def test_a_copy_mended_in_part_goes_back_again_with_only_the_rest(tmp_path: Path) -> None:
    clean = orders(4)
    rows = deepcopy(clean)
    rows[0]["数量"], rows[1]["联系电话"], rows[2]["客户名称"] = "若干", None, None
    workspace = workspace_with(tmp_path, rows)
    run(workspace)
    half = deepcopy(clean)
    half[1]["联系电话"] = None
    mend(copy_of(workspace), workspace.inbox / ORDERS, half)
    run(workspace, WEDNESDAY)

    again = copy_of(workspace)
    book = openpyxl.load_workbook(again)
    assert book.sheetnames == [SHEET, LIST]
    assert [line["单元格"] for line in listed(again)] == ["G3"]
    filled = {c.coordinate for row in book[SHEET] for c in row if c.fill.fill_type == "solid"}
    noted = {c.coordinate for row in book[SHEET] for c in row if c.comment}
    assert filled == noted == {"G3"}

    mend(again, workspace.inbox / ORDERS, clean)
    run(workspace, THURSDAY)
    assert not again.exists()
    assert {row["qty"] for row in facts(workspace).values() if "qty" in row} == {3000, 4000, 5000, 6000}


def test_a_copy_that_comes_back_untouched_changes_nothing(tmp_path: Path) -> None:
    rows = orders(2)
    rows[0]["数量"] = "若干"
    workspace = workspace_with(tmp_path, rows)
    run(workspace)
    before = facts(workspace)
    (workspace.inbox / "没改.xlsx").write_bytes(copy_of(workspace).read_bytes())
    done = run(workspace, WEDNESDAY)
    assert facts(workspace) == before
    assert [each["state"] for each in done.counts["sources"]] == ["known"]
    assert done.counts["findings"]["mended"] == 0


def test_what_a_newer_workbook_says_outweighs_the_copy(tmp_path: Path) -> None:
    clean = orders(3)
    rows = deepcopy(clean)
    rows[0]["联系电话"] = None
    rows[1]["数量"] = "若干"
    workspace = workspace_with(tmp_path, rows)
    run(workspace)
    back = copy_of(workspace).read_bytes()
    newer = deepcopy(clean[0]) | {"联系电话": "13900000000"}
    nights.put_in_inbox(workspace, {"补.xlsx": {SHEET: Table(ORDER_HEADINGS, [newer])}})
    run(workspace, WEDNESDAY)
    (tmp_path / "back.xlsx").write_bytes(back)
    mend(tmp_path / "back.xlsx", workspace.inbox / ORDERS, clean)

    done = run(workspace, THURSDAY)

    said = {row["order_no"]: row for row in facts(workspace).values() if "qty" in row}
    assert said["202605-010"]["phone"] == "13900000000"
    assert said["202605-011"]["qty"] == 4000
    outdated = [row for row in nights.findings(done.folder) if row["rule"] == "X-016"]
    assert [(row["src_file"], row["src_row"], row["subject"]) for row in outdated] == [(ORDERS, 2, "202605-010")]


def test_undo_of_a_copy_brings_the_original_and_its_findings_back(tmp_path: Path) -> None:
    clean = orders(2)
    rows = deepcopy(clean)
    rows[0]["订单编号"] = "2.02605E+08"
    workspace = workspace_with(tmp_path, rows)
    first = run(workspace)
    before = facts(workspace)
    mend(copy_of(workspace), workspace.inbox / "改.xlsx", clean)
    run(workspace, WEDNESDAY)
    after = facts(workspace)
    assert after != before
    with open_ledger(workspace.ledger_url) as book:
        take_back(book, "改.xlsx")
    assert facts(workspace) == before
    assert findings_of(run(workspace, THURSDAY)) == findings_of(first)
    with open_ledger(workspace.ledger_url) as book:
        put_back(book, "改.xlsx")
    assert facts(workspace) == after


def test_only_workbooks_with_something_to_mend_go_back(tmp_path: Path) -> None:
    workspace = nights.workspace(tmp_path)
    nights.put_in_inbox(workspace, world())
    folder = run(workspace).folder
    names = {path.relative_to(folder / "退回").as_posix() for path in (folder / "退回").rglob("*") if path.is_file()}
    assert BAD in names
    assert not names & {CUSTOMERS, PRICES, ORDERS}
    cells = {line["单元格"] for line in listed(folder / "退回" / COMPLAINTS)}
    assert cells == {"A2"}


def test_the_copy_says_what_it_was_made_from(tmp_path: Path) -> None:
    rows = orders(1)
    rows[0]["联系人"] = None
    workspace = workspace_with(tmp_path, rows)
    run(workspace)
    origin = origin_of(copy_of(workspace))
    assert origin
    assert origin.sheet == LIST
    assert [sha for (sha,) in nights.ledger(workspace, f"SELECT sha256 FROM drops WHERE name = '{ORDERS}'")] == [
        origin.sha256
    ]


def test_in_english_the_copy_speaks_english(tmp_path: Path) -> None:
    rows = orders(1)
    rows[0]["联系人"] = None
    workspace = nights.workspace(tmp_path, "en")
    nights.put_in_inbox(workspace, {ORDERS: {SHEET: Table(ORDER_HEADINGS, rows)}})
    folder = run(workspace).folder
    book = openpyxl.load_workbook(folder / "returned" / ORDERS)
    assert book.sheetnames == [SHEET, "To mend"]
    note = book[SHEET]["F2"].comment
    assert note
    assert "To mend:" in note.text


@pytest.mark.parametrize("suffix", [".csv"])
def test_a_format_that_cannot_be_marked_comes_back_as_the_same_rows(tmp_path: Path, suffix: str) -> None:
    rows = orders(3)
    rows[1]["数量"] = "若干"
    workspace = workspace_with(tmp_path, orders(0))
    (workspace.inbox / ORDERS).unlink()
    nights.csv(workspace.inbox / f"导出{suffix}", Table(ORDER_HEADINGS, rows), "gb18030")
    run(workspace)
    made = copy_of(workspace, "导出.xlsx")
    cells = CalamineWorkbook.from_path(str(made)).get_sheet_by_name("导出").to_python()
    assert cells[0] == ORDER_HEADINGS
    assert cells[2][11] == "若干"
    book = openpyxl.load_workbook(made)
    assert book["导出"]["L3"].comment
    book["导出"]["L3"].value = "4"
    book.save(workspace.inbox / "改.xlsx")
    done = run(workspace, WEDNESDAY)
    assert {row["qty"] for row in facts(workspace).values() if "qty" in row} == {3000, 4000, 5000}
    assert not [row for row in nights.findings(done.folder) if row["rule"].startswith("CELL")]


def test_a_copy_somebody_mends_where_it_lies_is_not_written_over(tmp_path: Path) -> None:
    rows = orders(2)
    rows[0]["数量"] = "若干"
    rows[1]["联系人"] = None
    workspace = workspace_with(tmp_path, rows)
    run(workspace)
    lying = copy_of(workspace)
    with zipfile.ZipFile(lying, "a") as package:
        package.comment = b"typed into"
    typed = lying.read_bytes()
    done = run(workspace, WEDNESDAY)
    assert lying.read_bytes() == typed
    assert done.blocked == (f"退回/{ORDERS}",)
