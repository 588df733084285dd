"""What staff typed that cannot be used is told: a day that is none, a remark whose record is gone."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from shutil import copy
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.ledger import open_ledger, take_back
from schemas.language.words import translate
from schemas.policy.questions import answer_word
from tests.support import nights
from tests.support.books import Book
from tests.support.night_world import ORDERS, Table
from tests.support.nights import THURSDAY, WEDNESDAY
from tests.support.order_workspace import SHEET, orders, workspace_with

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.slow

OPEN, ORDERS_TAB, FINDINGS_TAB = (translate(key, "zh") for key in ("tab.open", "tab.orders", "tab.findings"))
REMARK, COMMENT, PROMISED = (translate(f"head.{key}", "zh") for key in ("remark_staff", "comment", "promised_on"))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return nights.after_first_night(tmp_path)


def told(folder: Path, rule: str) -> list[tuple[Any, ...]]:
    rows = [row for row in nights.findings(folder) if row["rule"] == rule]
    return [(row["src_sheet"], row["subject"], row["heading"], row["raw"]) for row in rows]


@pytest.mark.parametrize(("value", "is_told"), [("2026-06-12", False), ("6月12日", False), ("下周五", True)])
def test_a_day_that_is_none_is_asked_about(workspace: Workspace, value: str, is_told: bool) -> None:
    nights.type_into(nights.paper(workspace.latest, "receivables"), OPEN, "202604-002#1", PROMISED, value)
    folder = nights.run(workspace, WEDNESDAY).folder
    assert told(folder, "X-014") == ([(OPEN, "202604-002#1", PROMISED, value)] if is_told else [])
    nights.type_into(nights.paper(workspace.latest, "receivables"), OPEN, "202604-002#1", PROMISED, "2026-06-12")
    assert told(nights.run(workspace, THURSDAY).folder, "X-014") == []


def test_a_remark_whose_record_is_gone_is_told_of(workspace: Workspace) -> None:
    nights.type_into(nights.paper(workspace.latest, "tracking"), ORDERS_TAB, "202605-003", REMARK, "催一下")
    assert told(nights.run(workspace, WEDNESDAY).folder, "X-015") == []
    with open_ledger(workspace.ledger_url) as book:
        take_back(book, ORDERS)
    folder = nights.run(workspace, THURSDAY).folder
    assert told(folder, "X-015") == [(translate("tab.unclaimed", "zh"), "202605-003", REMARK, "催一下")]


def test_a_comment_on_a_finding_that_was_mended_is_no_loss(workspace: Workspace) -> None:
    one = nights.findings(nights.day_folder(workspace))[0]
    nights.type_into(nights.paper(workspace.latest, "findings"), FINDINGS_TAB, one["finding_id"], COMMENT, "已处理")
    nights.run(workspace, WEDNESDAY)
    with open_ledger(workspace.ledger_url) as book:
        take_back(book, one["src_file"])
    assert told(nights.run(workspace, THURSDAY).folder, "X-015") == []


def test_what_was_typed_goes_with_a_row_whose_number_is_mended(tmp_path: Path) -> None:
    rows = deepcopy(orders(4))
    rows[0]["联系电话"], rows[1]["数量"] = None, "若干"
    workspace = workspace_with(tmp_path, rows)
    folder = nights.run(workspace).folder
    ids = {row["rule"]: row["finding_id"] for row in nights.findings(folder) if row["rule"] in ("ORD-004", "CELL-023")}
    nights.type_into(nights.paper(workspace.latest, "tracking"), ORDERS_TAB, rows[0]["订单编号"], REMARK, "催一下")
    paper = nights.paper(workspace.latest, "findings")
    nights.type_into(paper, FINDINGS_TAB, ids["CELL-023"], translate("head.correction", "zh"), 7)
    headings = ("异常编号", "豁免原因", "批准人", "有效期至")
    waived = (ids["ORD-004"], "客户自提", "李强", date(2026, 6, 9))
    Book(workspace.inbox / "豁免.xlsx", "豁免").row(*headings).rows(waived).save()
    folder = nights.run(workspace, WEDNESDAY).folder
    assert {row["rule"] for row in nights.findings(folder)}.isdisjoint(ids)

    for row, number in zip(rows, ("XS-0001", "XS-0002"), strict=False):
        row["订单编号"] = number
    nights.save(workspace.inbox / ORDERS, {SHEET: Table([*rows[0]], rows)})
    folder = nights.run(workspace, THURSDAY).folder

    listed = {row["number_shown"]: row for row in nights.rows(folder, "tracking", "orders")}
    assert len(listed) == len(rows)
    assert listed["XS-0001"]["staff_remark"] == "催一下"
    assert listed["XS-0002"]["ordered_qty"] == 7
    assert {row["rule"] for row in nights.findings(folder)}.isdisjoint({*ids, "X-015", "X-016"})
    assert nights.rows(folder, "findings", "orphans") == []


def test_an_answer_in_a_dropped_list_of_exceptions_counts_like_one_in_the_latest(workspace: Workspace) -> None:
    heads = {f: translate(f"opening.{f}", "zh") for f in ("customer_name", "order_no", "due_on", "open_fen")}
    old = ("杭州云栖科技有限公司", "202605-003", date(2026, 6, 30), 1_111)
    nights.save(
        workspace.inbox / "期初.xlsx", {"期初": Table([*heads.values()], [dict(zip(heads.values(), old, strict=True))])}
    )
    folder = nights.run(workspace, WEDNESDAY).folder
    (question,) = nights.rows(folder, "findings", "questions")
    dropped = workspace.inbox / "已答.xlsx"
    copy(nights.paper(workspace.latest, "findings"), dropped)
    word = answer_word("two_debts", "zh")
    nights.type_into(
        dropped, translate("tab.questions", "zh"), question["finding_id"], translate("head.answer", "zh"), word
    )
    (answered,) = nights.rows(nights.run(workspace, THURSDAY).folder, "findings", "questions")
    assert (answered["state"], answered["staff_answer"]) == (translate("question.answered", "zh"), word)
