"""First promise and moves on whole nights: what a correction or a mended copy changes, and where people read it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from pipeline.ledger import open_ledger, promised_days, take_back
from tests.support import night_world, nights
from tests.support.night_world import ORDER_HEADINGS, ORDERS, QINGMU, TRACKING, TRACKING_HEADINGS, Table
from tests.support.nights import THURSDAY, TUESDAY, WEDNESDAY
from tests.support.quiet_nights import answer, quiet

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace
    from pipeline.night.derive_and_judge import Judged

pytestmark = pytest.mark.slow

NO, SHEET, LIST, MOVED = "202605-010", "销售订单", "异常.xlsx", "改期.xlsx"
A, B, C = date(2026, 7, 20), date(2026, 7, 24), date(2026, 7, 29)  # Monday, Friday, Wednesday


def put_in_inbox(workspace: Workspace, name: str, promised: date, **cells: Any) -> None:
    own = {"期望交期": date(2026, 8, 31), "交货日期": promised} | cells
    row = night_world.order(NO, QINGMU, 3, day=date(2026, 5, 26)) | own
    nights.put_in_inbox(workspace, {name: {SHEET: Table(ORDER_HEADINGS, [row])}})


def told(judged: Judged) -> tuple[date, date, int]:
    """First promise, the one that holds, moves."""
    [row] = judged.tables["standing"].to_dict("records")
    return row["first_promised_on"].date(), row["due_on"].date(), row["promise_moves"]


def test_a_day_that_was_corrected_was_never_promised(tmp_path: Path) -> None:
    workspace = nights.workspace(tmp_path)
    late = date(2026, 9, 15)  # later than wished, and not confirmed: a finding at the cell
    put_in_inbox(workspace, ORDERS, late, 客户确认时间=None, 客户确认方式=None, 归档编号=None)
    first = quiet(workspace)
    found = next(each for each in first.findings if each.rule == "ORD-043")
    answer(workspace.inbox / LIST, (found.id, found.raw, A))
    assert told(first) == (late, late, 0)
    assert told(quiet(workspace, WEDNESDAY)) == (A, A, 0)
    with open_ledger(workspace.ledger_url) as book:
        take_back(book, LIST)
    assert told(quiet(workspace, THURSDAY)) == (late, late, 0)


def test_a_move_keeps_its_night_when_another_cell_is_corrected_later(tmp_path: Path) -> None:
    workspace = nights.workspace(tmp_path)
    put_in_inbox(workspace, ORDERS, A)
    quiet(workspace)
    late = date(2026, 9, 15)
    put_in_inbox(workspace, MOVED, late, 客户确认时间=None, 客户确认方式=None, 归档编号=None, 联系电话="123")
    second = quiet(workspace, WEDNESDAY)
    by_rule = {each.rule: each for each in second.findings if each.place.file == MOVED}
    day, other = by_rule["ORD-043"], next(each for each in second.findings if each.raw == "123")
    answer(workspace.inbox / LIST, (day.id, day.raw, B))
    third = quiet(workspace, THURSDAY)
    assert told(third) == (A, B, 1)
    answer(workspace.inbox / f"2{LIST}", (other.id, other.raw, "13812345678"))
    quiet(workspace, THURSDAY + timedelta(days=1))
    with open_ledger(workspace.ledger_url) as book:
        said = promised_days(book)
    assert said["promised_on"].dt.date.tolist() == [A, B]
    assert said["said_at"].tolist() == [TUESDAY, THURSDAY]


def test_a_copy_that_came_back_mended_moved_nothing_and_a_later_workbook_did(tmp_path: Path) -> None:
    workspace = nights.workspace(tmp_path)
    put_in_inbox(workspace, ORDERS, A, 联系电话=None)
    copy = nights.run(workspace).folder / "退回" / ORDERS
    book = openpyxl.load_workbook(copy)
    columns: dict[Any, Any] = {cell.value: cell.column for cell in book[SHEET][1]}
    book[SHEET].cell(2, columns["联系电话"]).value = "13812345678"
    book[SHEET].cell(2, columns["交货日期"]).value = B
    book.save(workspace.inbox / ORDERS)
    assert told(quiet(workspace, WEDNESDAY)) == (B, B, 0)
    put_in_inbox(workspace, MOVED, C)
    assert told(quiet(workspace, THURSDAY)) == (B, C, 1)


SAID = {
    "zh": f"首次承诺 {A}，2026-07-28 由 王芳 从 {A} 改为 {B}（第 1 次，{MOVED}）",
    "en": f"first promised {A}, moved on 2026-07-28 by 王芳 from {A} to {B} (change 1, {MOVED})",
}
PAST = {"zh": "；比首次承诺迟 6 个工作日", "en": "; 6 working days past the first promise"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_01_and_explain_show_both_promises_and_who_moved_one(tmp_path: Path, lang: str) -> None:
    workspace = nights.workspace(tmp_path / "desk", lang)
    late = [row | {"计划完成时间": date(2026, 7, 22)} for row in night_world.stages(NO, 3)[:1]]
    nights.put_in_inbox(workspace, {TRACKING: {"执行跟踪": Table(TRACKING_HEADINGS, late)}})
    put_in_inbox(workspace, ORDERS, A)
    nights.run(workspace, TUESDAY)
    put_in_inbox(workspace, MOVED, B)
    moment = TUESDAY.replace(month=7, day=28, hour=20)  # Tuesday
    folder = nights.run(workspace, moment).folder
    [row] = nights.rows(folder, "tracking", "orders", lang)
    shown = [row[name] for name in ("first_promised_on", "due_on", "promise_moves", "past_first_wd")]
    assert shown == [A, B, 1, 6]
    [delay] = nights.rows(folder, "tracking", "late", lang)
    shown = [delay[name] for name in ("first_promised_on", "due_on", "past_due_wd", "past_first_wd", "delay_wd")]
    assert shown == [A, B, 2, 6, 4]
    [basis] = nights.rows(folder, "tracking", "basis", lang)
    assert SAID[lang] + PAST[lang] in row["reason"] == basis["reason"]
    assert SAID[lang] in nights.cli("explain", NO, "--workspace", workspace.root).stdout
    before = nights.snapshot(folder)
    assert nights.snapshot(nights.run(workspace, moment).folder) == before


def test_days_left_are_not_shown_as_a_delay(tmp_path: Path) -> None:
    workspace = nights.workspace(tmp_path / "desk")
    put_in_inbox(workspace, ORDERS, A)
    [row] = nights.rows(nights.run(workspace).folder, "tracking", "orders")
    assert (row["first_promised_on"], row["promise_moves"], row["past_first_wd"]) == (A, 0, 0)
