"""Numbers joined under another spelling are noted at their cells; those that may mean several are asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import nights
from tests.support.books import Book
from tests.support.quiet_nights import quiet, rules

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
ORDER = ("订单编号", "客户名称", "下单日期", "产品名称", "型号", "数量", "单价", "金额", "合同编号")
ABOUT = ("ORD-056", "ORD-057", "X-006", "RCV-002")


def line(number: str, customer: str = "甲公司", contract: str | None = None) -> tuple[object, ...]:
    return (number, customer, "2026-05-20", "水泵", f"X{number}", 1, 100, 100, contract)


def test_references_are_joined_noted_or_asked_about(tmp_path: Path) -> None:
    desk = nights.workspace(tmp_path)
    orders = [line("SO-001", contract="HT-1"), line("7-1"), line("07-1"), line("PO/8", contract="HT-1")]
    Book(desk.inbox / "订单.xlsx", "订单").row(*ORDER).rows(*orders).save()
    rows = [(number, "物流发货", "王芳", "2026-06-20") for number in ("so-001", "SO-1", "7-01", "XX-9", "SO-001补")]
    Book(desk.inbox / "跟踪.xlsx", "执行跟踪").row("订单编号", "执行阶段", "责任人", "计划完成时间").rows(*rows).save()
    paid = [("R1", "2026-05-30", "甲公司", 10, "HT-1"), ("R2", "2026-05-30", "甲公司", 10, "SO-001 PO/8")]
    paid += [("R3", "2026-05-30", "甲公司", 10, "SO-001/9"), ("R4", "2026-05-30", "甲公司", 10, "PO8")]
    Book(desk.inbox / "收款.xlsx", "收款").row("收款编号", "收款日期", "付款方", "收款金额", "订单编号").rows(
        *paid
    ).save()
    judged = quiet(desk)
    assert rules(judged, *ABOUT) == [
        ("ORD-056", "收款.xlsx", "E5", "PO8"),
        ("ORD-056", "跟踪.xlsx", "A3", "SO-1"),
        ("ORD-056", "跟踪.xlsx", "A6", "SO-001补"),
        ("ORD-057", "跟踪.xlsx", "A4", "7-01"),
        ("RCV-002", "收款.xlsx", "E4", "SO-001/9"),
        ("X-006", "跟踪.xlsx", "A5", "XX-9"),
    ]
