"""Whole nights that hand over: new, changed, taken back, repeated, killed, looked back at."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.core.workspace import open_workspace
from pipeline.ledger import open_ledger, put_back, take_back
from pipeline.publishing import publish
from pipeline.run import run_night
from schemas.language.words import translate
from schemas.policy.policy import Policy, shipped
from tests.support import nights
from tests.support.night_world import BAD, COMPLAINTS, HAICHUAN, ORDERS, QINGMU, World, order, world
from tests.support.nights import THURSDAY, TUESDAY, WEDNESDAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.core.progress import Outcome
    from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.slow

SHEET, OPEN = "销售订单", "202605-002"
DOCUMENTS = {"Sales Order", "sale.order", "Issue", "project.task"}
NEW_ORDERS, CHANGED_ORDERS = "ERPNext_2_Sales Order_新增.csv", "ERPNext_2_Sales Order_更新.csv"


def policy(*targets: str, documents: set[str] | None = None, **more: Any) -> Policy:
    """The shipped policy with the documents of these targets in force."""
    made = shipped()
    wanted = documents or DOCUMENTS
    on = [replace(each, is_on=each.target in targets and each.document in wanted, **more) for each in made.interfaces]
    return replace(made, interfaces=tuple(on))


ERP = policy("ERPNext")


def run(workspace: Workspace, as_of: datetime = TUESDAY, with_: Policy = ERP, only: str = "todo") -> Outcome:
    """A night that writes one workbook, for speed; `only=""` writes all."""
    return run_night(workspace, with_, as_of=as_of, only=only)


def files(done: Outcome | Path, lang: str = "zh") -> dict[str, str]:
    """What was handed over: file name → text."""
    folder = (done if isinstance(done, Path) else done.folder) / translate("folder.interfaces", lang)
    return {path.name: path.read_bytes().decode("utf-8") for path in sorted(folder.glob("*"))}


def listed(done: Outcome) -> list[tuple[str, str]]:
    """State and number of every row of the list."""
    return [(row["状态"], row["编号"]) for row in rows(done, "交接清单.csv")]


def rows(done: Outcome, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(files(done).get(name, "").removeprefix("\ufeff").splitlines()))


def one_open(**more: Any) -> World:
    """The world of clean orders, one of which nobody entered in the ERP yet."""
    sheets = world()
    made = {name: sheets[name] for name in (ORDERS, COMPLAINTS)}
    made[ORDERS][SHEET].row(OPEN).update({"ERP录入": None} | more)
    return made


def again(workspace: Workspace, sheets: World) -> None:
    """Drop the orders once more, as somebody changed them."""
    nights.put_in_inbox(workspace, {"订单-改.xlsx": sheets[ORDERS]})


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = nights.workspace(tmp_path / "desk")
    nights.put_in_inbox(made, one_open())
    return made


def test_files_read_as_reviewed(tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    made = nights.workspace(tmp_path / "desk")
    sheets = world()
    lines = sheets[ORDERS][SHEET]
    for row in lines.rows:
        row["ERP录入"] = None if row["订单编号"] in (OPEN, "202605-001") else "是"
    lines.row(OPEN).update({"单价": 99.5, "金额": 696.5, "规格": "-20℃", "产品编码": None})
    lines.rows.append(order("202605-008", "@青木", 1, day=date(2026, 5, 22), ERP录入=None))  # Friday
    lines.rows.append(order("202605-009", QINGMU, 1, day=date(2026, 5, 22), ERP录入=None, 交货日期=None, 期望交期=None))
    sheets[COMPLAINTS]["投诉登记"].rows[0]["投诉内容"] = '=1+1 三台"控制器"\n通电后无显示'
    nights.put_in_inbox(made, sheets)
    done = run(made, with_=policy("ERPNext", "Odoo", documents=DOCUMENTS | {"Customer", "res.partner"}))
    golden("handover_files", "\n".join(f"=== {name}\n{text}" for name, text in files(done).items()).replace("\r", ""))


def test_nothing_is_handed_over_where_no_interface_is_in_force(workspace: Workspace) -> None:
    done = run(workspace, with_=shipped())
    assert files(done) == {}
    assert done.counts["handed"]["files"] == []
    assert nights.ledger(workspace, "SELECT count(*) FROM handed") == [(0,)]


def test_the_same_night_again_gives_the_same_files(workspace: Workspace) -> None:
    done = run(workspace)
    first = nights.snapshot(done.folder)
    assert not run(workspace).is_new
    assert nights.snapshot(done.folder) == first
    assert listed(done) == [("新增", OPEN), ("新增", "202606-T001")]


def test_what_was_handed_over_is_not_handed_over_again(workspace: Workspace) -> None:
    run(workspace)
    assert [name for name in files(run(workspace, WEDNESDAY)) if name != "交接清单.csv"] == []
    assert [*(workspace.latest / "接口").glob("*.csv")] == [workspace.latest / "接口" / "交接清单.csv"]


def test_an_order_entered_by_people_is_not_handed_over_again_until_it_changes(workspace: Workspace) -> None:
    run(workspace)
    again(workspace, one_open(ERP录入="SAL-ORD-2026-00012"))
    second = run(workspace, WEDNESDAY)
    assert (listed(second), CHANGED_ORDERS in files(second)) == ([("待回填", "202606-T001")], False)

    again(workspace, one_open(ERP录入="SAL-ORD-2026-00012", 交货日期=date(2026, 8, 7)))  # Friday
    third = run(workspace, THURSDAY)
    (row,) = rows(third, CHANGED_ORDERS)
    assert (row["ID"], row["Delivery Date (Items)"]) == ("SAL-ORD-2026-00012", "2026-08-07")
    assert NEW_ORDERS not in files(third)


def test_a_change_before_the_number_came_back_waits_for_it(workspace: Workspace) -> None:
    run(workspace)
    later = {"交货日期": date(2026, 8, 7)}  # Friday
    again(workspace, one_open(**later))
    second = run(workspace, WEDNESDAY)
    assert listed(second)[0] == ("未交接", OPEN)
    again(workspace, one_open(**later, ERP录入="SAL-ORD-2026-00012"))
    assert [row["ID"] for row in rows(run(workspace, THURSDAY), CHANGED_ORDERS)] == ["SAL-ORD-2026-00012"]


@pytest.mark.parametrize("typed", ["是", "SAL-ORD-2026-00012", "2026-05-22"])
def test_what_comes_back_closes_the_timer_and_its_line_of_the_to_do(workspace: Workspace, typed: str) -> None:
    done = run(workspace, only="")
    assert len(_late(done)) == 1
    assert any("ORD-036" in str(row.values()) for row in nights.rows(done.folder, "todo"))
    again(workspace, one_open(ERP录入=typed))
    second = run(workspace, WEDNESDAY, only="")
    assert _late(second) == []
    assert not any("ORD-036" in str(row.values()) for row in nights.rows(second.folder, "todo"))
    assert ("待回填", OPEN) not in listed(second)


def _late(done: Outcome) -> list[dict[str, Any]]:
    return [row for row in nights.findings(done.folder) if row["rule"] == "ORD-036"]


def test_the_timer_runs_out_after_the_next_working_day(tmp_path: Path) -> None:
    for as_of, expected in ((datetime(2026, 3, 13, 20), 0), (datetime(2026, 3, 14, 2), 1)):  # Friday, Saturday
        made = nights.workspace(tmp_path / f"{as_of:%d}")
        sheets = {ORDERS: {SHEET: one_open()[ORDERS][SHEET]}}
        sheets[ORDERS][SHEET].rows[:] = [order("202603-001", HAICHUAN, 1, day=date(2026, 3, 12), ERP录入=None)]
        nights.put_in_inbox(made, sheets)
        done = run(made, as_of, only="findings")
        assert len(_late(done)) == expected
        assert listed(done) == [("新增", "202603-001")]


def test_rows_of_an_undone_workbook_are_taken_back_and_come_again_with_it(workspace: Workspace) -> None:
    run(workspace)
    with open_ledger(workspace.ledger_url) as book:
        take_back(book, ORDERS)
    assert ("撤回", OPEN) in listed(run(workspace, WEDNESDAY))
    with open_ledger(workspace.ledger_url) as book:
        put_back(book, ORDERS)
    assert ("新增", OPEN) in listed(run(workspace, THURSDAY))


def test_a_change_that_is_undone_is_an_update_back(workspace: Workspace) -> None:
    odoo = policy("Odoo")
    run(workspace, with_=odoo)
    again(workspace, one_open(交货日期=date(2026, 8, 7)))  # Friday
    run(workspace, WEDNESDAY, odoo)
    with open_ledger(workspace.ledger_url) as book:
        take_back(book, "订单-改.xlsx")
    (row,) = rows(run(workspace, THURSDAY, odoo), "Odoo_2_sale.order_导入.csv")
    assert (row["id"], row["commitment_date"]) == ("nightdesk.order_202605_002", "2026-07-31")


def test_a_cancelled_order_is_taken_back(workspace: Workspace) -> None:
    run(workspace)
    sheets = one_open()
    sheets[ORDERS][SHEET].headings.append("取消日期")
    sheets[ORDERS][SHEET].row(OPEN)["取消日期"] = date(2026, 6, 2)  # Tuesday
    again(workspace, sheets)
    assert ("撤回", OPEN) in listed(run(workspace, WEDNESDAY))
    assert OPEN not in {number for _, number in listed(run(workspace, THURSDAY))}


def test_a_look_back_hands_over_nothing(workspace: Workspace) -> None:
    run(workspace, WEDNESDAY)
    before = nights.ledger(workspace, "SELECT * FROM handed")
    done = run(workspace, TUESDAY)
    assert (done.is_past, files(done)) == (True, {})
    assert nights.ledger(workspace, "SELECT * FROM handed") == before


def test_a_night_killed_before_it_was_published_hands_over_the_same(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(workspace.root, tmp_path / "never")
    never = open_workspace(tmp_path / "never")
    with monkeypatch.context() as patch:
        patch.setattr(publish, "publish_night", _killed)
        with pytest.raises(KeyboardInterrupt):
            run(workspace, TUESDAY)
    assert files(run(workspace, WEDNESDAY)) == files(run(never, WEDNESDAY))


def test_a_night_killed_after_it_was_published_hands_over_nothing_twice(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.night.outputs.close", _killed)
        with pytest.raises(KeyboardInterrupt):
            run(workspace, TUESDAY)
    assert NEW_ORDERS in files(nights.day_folder(workspace, TUESDAY))
    assert NEW_ORDERS not in files(run(workspace, WEDNESDAY))
    assert NEW_ORDERS not in files(run(workspace, THURSDAY))


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_held_rows_and_orders_that_lack_something_are_listed_with_why(tmp_path: Path) -> None:
    made = nights.workspace(tmp_path / "desk")
    sheets = {BAD: world()[BAD]}
    for row in sheets[BAD]["补录"].rows:
        row["ERP录入"] = None
    sheets[BAD]["补录"].rows[-1] |= {"期望交期": None, "交货日期": None}
    nights.put_in_inbox(made, sheets)
    done = run(made)
    told = {
        row["编号"]: row["说明"]
        for row in csv.DictReader(files(done)["交接清单.csv"].removeprefix("\ufeff").splitlines())
    }
    assert "订单-补.xlsx › 补录 › 2" in told["202605-004"]
    assert "交货日" in told["202605-007"]
    assert NEW_ORDERS not in files(done)


def test_a_file_holds_whole_documents_and_no_more_rows_than_it_may(tmp_path: Path) -> None:
    made = nights.workspace(tmp_path / "desk")
    sheets = one_open()
    for row in sheets[ORDERS][SHEET].rows:
        row["ERP录入"] = None
    nights.put_in_inbox(made, sheets)
    done = run(made, with_=policy("ERPNext", documents={"Sales Order"}, most_rows=2))
    found = {name: len(text.splitlines()) - 1 for name, text in files(done).items() if name.startswith("ERPNext")}
    assert list(found.values()) == [2, 2, 2]
    parents = [row["Customer"] for name in found for row in rows(done, name)]
    assert [bool(parent) for parent in parents] == [True, True, True, False, True, True]


def test_manifest_and_report_name_every_file(workspace: Workspace) -> None:
    done = run(workspace)
    told = nights.manifest(done.folder)
    handed = told["handed"]
    assert {each["file"] for each in handed["files"]} | {handed["list"]} == {f"接口/{name}" for name in files(done)}
    assert all(f"接口/{name}" in told["files"] for name in files(done))
    assert (handed["new"], handed["files"][0]["documents"], handed["files"][0]["rows"]) == (2, 1, 1)
    page = (done.folder / translate("file.report", "zh")).read_text(encoding="utf-8")
    assert all(f'href="接口/{name}"' in page for name in files(done))


def test_an_english_desk_hands_over_under_english_names(tmp_path: Path) -> None:
    made = nights.workspace(tmp_path / "desk", "en")
    nights.put_in_inbox(made, one_open())
    done = run(made)
    assert list(files(done, "en")) == ["ERPNext_2_Sales Order_new.csv", "ERPNext_3_Issue_new.csv", "hand-over list.csv"]


def test_only_the_list_begins_with_a_mark_of_excel(workspace: Workspace) -> None:
    done = run(workspace)
    marked = [name for name, text in files(done).items() if text.startswith("\ufeff")]
    assert marked == ["交接清单.csv"]
