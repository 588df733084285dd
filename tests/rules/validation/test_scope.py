"""One number of two customers: asked about once a sheet, and two records where the managers say so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from schemas.policy.number_forms import DeclaredForm, Scope
from schemas.policy.policy import shipped
from tests.support import nights
from tests.support.books import Book
from tests.support.nights import TUESDAY, WEDNESDAY
from tests.support.quiet_nights import quiet, rules

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace
    from schemas.policy.policy import Policy

pytestmark = pytest.mark.slow
ORDER = ("订单编号", "客户名称", "下单日期", "产品名称", "型号", "数量", "单价", "金额")
PAID = ("收款编号", "收款日期", "付款方", "收款金额", "订单编号")


def line(customer: str, day: str = "2026-05-20", qty: int = 1) -> tuple[object, ...]:
    return ("PO-1", customer, day, "水泵", "X1", qty, 100, 100 * qty)


def desk(root: Path, *orders: tuple[object, ...]) -> Workspace:
    made = nights.workspace(root)
    Book(made.inbox / "订单.xlsx", "订单").row(*ORDER).rows(*orders).save()
    return made


def declared(scope: Scope) -> Policy:
    return replace(shipped(), forms={"orders": DeclaredForm("orders", "", scope)})


def test_it_is_asked_once_a_sheet_and_both_wait(tmp_path: Path) -> None:
    judged = quiet(desk(tmp_path, line("甲公司"), line("乙公司")))
    assert [found[:2] for found in rules(judged, "ORD-058")] == [("ORD-058", "订单.xlsx")]
    assert len(rules(judged, "ORD-033")) == 2


def test_two_days_of_one_customer_are_no_question_of_scope(tmp_path: Path) -> None:
    judged = quiet(desk(tmp_path, line("甲公司"), line("甲公司", "2026-05-21", 2)))
    assert (len(rules(judged, "ORD-033")), rules(judged, "ORD-058")) == (2, [])


def test_by_customer_both_count_and_are_found_with_their_customers(tmp_path: Path) -> None:
    workspace, policy = desk(tmp_path, line("甲公司"), line("乙公司", qty=2)), declared("customer")
    paid = [("R1", "2026-05-30", "乙公司", 50, "PO-1"), ("R2", "2026-05-30", "甲公司", 30, "po-1")]
    Book(workspace.inbox / "收款.xlsx", "收款").row(*PAID).rows(*paid).save()
    judged = quiet(workspace, TUESDAY, policy)
    assert not rules(judged, "ORD-033", "ORD-057", "ORD-058", "RCV-002")
    orders = judged.tables["standing"].set_index("customer_name")
    assert orders["amount_fen"].to_dict() == {"甲公司": 10_000, "乙公司": 20_000}
    assert orders["received_fen"].to_dict() == {"甲公司": 3_000, "乙公司": 5_000}
    assert sorted(orders["order_no"].str.len()) == [4, 9]  # only the later one is told apart
    Book(workspace.inbox / "更正.xlsx", "订单").row(*ORDER).rows(line("甲公司", qty=3)).save()
    Book(workspace.inbox / "跟踪.xlsx", "执行跟踪").row("订单编号", "执行阶段", "责任人", "计划完成时间").rows(
        ("PO-1", "物流发货", "王芳", "2026-06-20")
    ).save()
    again = quiet(workspace, WEDNESDAY, policy)
    changed = again.tables["standing"].set_index("customer_name")["amount_fen"]
    assert changed.to_dict() == {"甲公司": 30_000, "乙公司": 20_000}
    assert len(rules(again, "ORD-057")) == 1  # whose order is tracked nobody can tell


def test_by_year_the_number_begins_anew(tmp_path: Path) -> None:
    workspace = desk(tmp_path, line("甲公司", "2025-05-20"), line("甲公司", "2026-05-20"))
    judged = quiet(workspace, TUESDAY, declared("year"))
    assert not rules(judged, "ORD-033")
    assert len(judged.tables["standing"]) == 2
