"""Numbers joined under another spelling are noted at their cells; those that may mean several are asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.orders.references import join
from schemas.derived.joins import Joins
from tests.support import nights
from tests.support.books import Book
from tests.support.order_rows import context, found
from tests.support.order_rows import order as order_row
from tests.support.quiet_nights import quiet, rules

if TYPE_CHECKING:
    from pathlib import Path

ORDER = ("订单编号", "客户名称", "下单日期", "产品名称", "型号", "数量", "单价", "金额", "合同编号")
ABOUT = ("ORD-056", "ORD-057", "X-006", "RCV-002")


def line(number: str, customer: str = "甲公司", contract: str | None = None) -> tuple[object, ...]:
    return (number, customer, "2026-05-20", "水泵", f"X{number}", 1, 100, 100, contract)


@pytest.mark.parametrize(
    ("number", "others", "noted", "asked"),
    [
        ("SO-001", [], False, False),
        ("so-001", [], False, False),  # letters are the same letters
        ("SO-1", [], True, False),
        ("SO-1", ["SO-01"], False, True),  # either may be meant
        ("SO-001", ["SO-01"], False, False),
        ("XX-9", [], False, False),  # unknown: X-006 tells
    ],
)
def test_a_number_in_another_spelling_is_noted_and_one_that_may_mean_several_is_asked_about(
    number: str, others: list[str], *, noted: bool, asked: bool
) -> None:
    orders = [order_row(each, src_seq=at) for at, each in enumerate(["SO-001", *others])]
    where = context(orders=orders, tracking=[{"order_no": number, "stage": "物流发货", "src_seq": 9}])
    where.tables[Joins.name] = join(where.tables)[1]  # type: ignore[index]
    assert [bool(found(rule, where)) for rule in ABOUT[:2]] == [noted, asked]


@pytest.mark.slow
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
