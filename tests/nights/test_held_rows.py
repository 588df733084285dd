"""Held rows: the row that is wrong waits and no other, and all that is wrong in it is said on the first night."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import nights
from tests.support.books import Book
from tests.support.night_world import world
from tests.support.nights import THURSDAY, TUESDAY, WEDNESDAY
from tests.support.quiet_nights import quiet, rules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.core.workspace import Workspace
    from pipeline.night.derive_and_judge import Judged

pytestmark = pytest.mark.slow

NAME = "坏.xlsx"
# a row of each kind that can be held, wrong in everything but the cells that hold it
WRONG: Mapping[str, Mapping[str, Any]] = {
    "orders": {
        "订单编号": "202605-031",
        "下单日期": date(2026, 5, 26),
        "客户名称": "无名公司",
        "联系人": None,
        "联系电话": "12345",
        "产品名称": "齿轮泵",
        "型号": "待定",
        "数量": 10,
        "单位": "台",
        "单价": 100,
        "折扣": "9折",
        "金额": 900,
        "期望交期": date(2026, 6, 29),
        "承诺交期": date(2026, 7, 1),
        "收货地址": "老地方",
        "付款方式": "随便付",
        "定金": "50%",
        "销售负责人": "李四",
        "审核人": "李四",
        "审批意见": "同意",
        "审批日期": None,
        "确认函发送时间": date(2026, 5, 27),
        "客户确认时间": date(2026, 5, 28),
        "客户确认方式": "电话",
        "取消原因": "不要了",
    },
    "receipts": {
        "收款编号": "R9",
        "收款日期": date(2027, 1, 1),
        "付款方": None,
        "收款金额": 0,
        "订单编号": "202611-999",
        "承兑到期日": date(2029, 1, 1),
    },
    "invoices": {
        "发票号码": "99442000000000000004",
        "开票日期": date(2027, 5, 20),
        "购方名称": "无名",
        "购方税号": None,
        "价税合计": 70,
        "不含税金额": 50,
        "税率": "13%",
        "税额": 20,
        "订单编号": None,
        "发票种类": "专用发票",
    },
    "shipments": {
        "发货单号": "D1",
        "订单编号": "202605-001",
        "物流公司": "顺丰",
        "物流单号": "1",
        "发货时间": date(2026, 5, 30),
        "签收时间": date(2026, 5, 29),
        "签收人": None,
        "发货数量": 5,
        "签收数量": 9,
    },
    "tracking": {
        "订单编号": "202605-002",
        "执行阶段": "物流发货",
        "计划完成时间": None,
        "责任部门": None,
        "责任人": None,
        "实际完成时间": date(2027, 5, 20),
        "物流单号": None,
    },
    "customers": {"客户编码": "C77", "客户名称": "新客户公司", "付款条件": "随便付", "信用额度": 100, "税号": "123"},
}
# kind, heading of a cell, what holds the row there, and what cannot be judged without it
HELD: list[tuple[str, str, Any, str, set[str]]] = [
    ("orders", "单价", None, "ORD-049", {"X-001"}),
    ("orders", "数量", "若干", "CELL-023", set()),
    ("orders", "数量", None, "ORD-011", set()),
    ("orders", "金额", "#N/A", "CELL-008", set()),
    ("orders", "客户名称", None, "ORD-002", {"ORD-037"}),
    ("receipts", "收款日期", None, "RCV-005", {"RCV-009", "RCV-013"}),
    ("receipts", "收款金额", None, "RCV-006", {"RCV-008"}),
    ("invoices", "开票日期", None, "INV-010", {"INV-012", "INV-016"}),
    ("invoices", "价税合计", "面议", "CELL-023", set()),
    ("customers", "客户名称", None, "CUS-006", set()),
]


def drop(desk: Workspace, row: Mapping[str, Any], name: str = NAME) -> None:
    Book(desk.inbox / name, "表").rows(tuple(row), tuple(row.values())).save()


def told(judged: Judged) -> set[tuple[str, str]]:
    """Rule and column of everything found in the row."""
    return {(each.rule, each.column) for each in judged.findings if each.place.file == NAME and each.place.row}


@pytest.mark.parametrize(("kind", "heading", "bad", "rule", "unjudged"), HELD)
def test_all_that_is_wrong_in_a_held_row_is_said_on_the_first_night(
    tmp_path: Path, kind: str, heading: str, bad: object, rule: str, unjudged: set[str]
) -> None:
    desk = nights.workspace(tmp_path / "desk")
    nights.put_in_inbox(desk, world())
    drop(desk, {**WRONG[kind], heading: bad})
    first = told(quiet(desk, TUESDAY))
    assert rule in {found for found, _ in first}
    assert len(first) > 1
    assert told(quiet(desk, WEDNESDAY)) == first
    drop(desk, WRONG[kind])
    second = told(quiet(desk, THURSDAY))
    fresh = {found for found, _ in second - first}
    assert fresh <= unjudged
    assert {found for found, _ in first - second} == {rule}


@pytest.mark.parametrize("unread", ["若干", None])
def test_the_row_that_is_wrong_waits_whatever_other_files_hold(tmp_path: Path, unread: str | None) -> None:
    desk = nights.workspace(tmp_path / "desk")
    clean = {**WRONG["orders"], "折扣": None, "金额": 1000}
    drop(desk, {**clean, "订单编号": "202605-041", "数量": unread}, "1-销售一部.xlsx")
    heads = tuple(clean)
    lines = [{**clean, "订单编号": f"202605-{n:03d}", "数量": qty} for n, qty in ((42, 10), (43, -3))]
    Book(desk.inbox / "2-销售二部.xlsx", "表").rows(heads, *(tuple(each.values()) for each in lines)).save()
    judged = quiet(desk)
    letter = chr(ord("A") + heads.index("数量"))
    assert rules(judged, "ORD-012") == [("ORD-012", "2-销售二部.xlsx", f"{letter}3", "-3")]
    counted = judged.tables["standing"].set_index("order_no")["ordered_qty"].fillna(0)
    assert [int(counted[f"202605-{n:03d}"]) for n in (41, 42, 43)] == [0, 10_000, 0]
