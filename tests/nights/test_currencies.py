"""A night over books in several currencies: every paper says one currency a sum, and reads as it always did."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import nights
from tests.support.night_world import HAICHUAN, ORDERS, QINGMU, Row, Table, order, world

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.slow

MORNING, NEXT = datetime(2026, 6, 2, 2), datetime(2026, 6, 3, 2)
DAY = date(2026, 4, 1)
SOLD = [
    ("A-1", HAICHUAN, 10, None),
    ("A-2", HAICHUAN, 20, "USD"),
    ("A-3", QINGMU, 30, "欧元"),
    ("A-4", QINGMU, 40, "RMB"),
]
CAME = [
    ("A-1", HAICHUAN, 400, None),
    ("A-2", HAICHUAN, 500, "USD"),
    ("A-3", QINGMU, 100, "USD"),
    (None, QINGMU, 7, "EUR"),
]


def books() -> dict[str, dict[str, Table]]:
    lines: list[Row] = [order(no, who, qty, day=DAY, 币种=code) for no, who, qty, code in SOLD]
    left: list[Row] = [
        {
            "订单编号": no,
            "发货时间": DAY,
            "发货数量": qty,
            "承运商": "顺丰",
            "物流单号": f"SF100000000001{no[-1]}",
            "签收时间": DAY,
        }
        for no, _, qty, _ in SOLD
    ]
    money: list[Row] = [
        {
            "收款日期": date(2026, 5, 4),
            "付款方": who,
            "订单编号": no,
            "收款金额": yuan,
            "货币": code,
            "收款方式": "银行转账",
        }
        for no, who, yuan, code in CAME
    ]
    headings = [*world()[ORDERS]["销售订单"].headings, "币种"]
    return {
        "订单": {"销售订单": Table(headings, lines)},
        "发货": {"发货": Table([*left[0]], left)},
        "收款": {"收款": Table([*money[0]], money)},
    }


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = nights.workspace(tmp_path)
    for name, sheets in books().items():
        nights.save(made.inbox / f"{name}.xlsx", sheets)
    return made


def owed(folder: Path) -> dict[str, Any]:
    rows = nights.rows(folder, "receivables", "open")
    return {row["order_no"]: (row["currency"], row["received_fen"], row["open_fen"]) for row in rows}


def test_every_sum_of_a_night_is_of_one_currency(workspace: Workspace) -> None:
    folder = nights.run(workspace, MORNING).folder
    assert owed(folder) == {
        "A-1": ("CNY", 400, 600),
        "A-2": ("USD", 500, 1500),
        "A-3": ("EUR", 0, 3000),  # dollars pay no euros
        "A-4": ("CNY", 0, 4000),
    }
    control = nights.manifest(folder)["control"]
    assert [control[f"open_fen{code}"] for code in ("", " EUR", " USD")] == [460_000, 300_000, 150_000]
    assert [control[f"receipts_fen{code}"] for code in ("", " EUR", " USD")] == [40_000, 700, 60_000]
    assert all(fen == 0 for name, fen in control.items() if name.startswith("difference_fen"))
    found = {row["rule"] for row in nights.findings(folder)}
    assert "RCV-016" in found
    assert not found & {"CELL-006", "X-028", "X-029"}


def test_what_is_typed_beside_an_item_of_another_currency_is_kept_and_a_second_night_tells_the_same(
    workspace: Workspace,
) -> None:
    first = nights.run(workspace, MORNING).folder
    path = nights.paper(workspace.latest, "receivables")
    nights.type_into(path, "应收明细", "A-2#1", "备注*", "已寄对账单")
    assert owed(nights.run(workspace, NEXT).folder) == owed(first)
    said = [row for row in nights.rows(workspace.latest, "receivables", "open") if row["order_no"] == "A-2"]
    assert "已寄对账单" in said[0].values()
