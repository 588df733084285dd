"""A rule that is off holds nothing, and whatever is held is held by a rule that is on and says so."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pipeline.ledger import ReceivedFile
from pipeline.reading.workers.child import read_file
from pipeline.rules.findings import in_force
from pipeline.rules.validation.validate import Known, validate_files
from schemas.derived.finding import Finding, Place
from schemas.policy import rules
from schemas.policy.number_forms import DeclaredForm
from tests.support.books import Book
from tests.support.pace import for_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.reading import FileRead
    from pipeline.rules.validation.validated_file import ValidatedFile
    from schemas.policy.rules import Rule

RULES = rules.load()
HEADS = ("订单编号", "下单日期", "客户名称", "产品名称", "数量", "单位", "单价", "金额", "期望交期")
LINE = ("202603-001", "2026-03-02", "甲公司", "水泵", 2, "台", 100, 200, "2026-03-20")


def line(n: int, **cells: Any) -> tuple[Any, ...]:
    named = dict(zip(HEADS, LINE, strict=True)) | {"订单编号": f"202603-{n:03d}"} | cells
    return tuple(named[head] for head in HEADS)


INVOICE = ("发票号码", "开票日期", "购方名称", "价税合计", "订单编号")
# one wrong thing a row: whatever holds a row, at least once
BROKEN: Mapping[str, tuple[tuple[Any, ...], ...]] = {
    "订单": (
        HEADS,
        line(22, 订单编号=None, 下单日期=None),
        line(1, 订单编号="SO20260105001"),
        line(2, 订单编号="202603-T02"),
        line(3, 订单编号="2026O3-003"),
        line(4, 订单编号="202603-004、202603-104"),
        line(5, 订单编号="2.02603E+11"),
        line(6, 下单日期=None),
        line(7, 下单日期="2026-02-30"),
        line(8, 下单日期="上月底"),
        line(9, 下单日期="2026-03"),
        line(10, 客户名称=None),
        line(11, 数量=None),
        line(12, 数量=-3, 金额=-300),
        line(13, 数量=1.5, 金额=150),
        line(14, 数量="若干"),
        line(15, 数量="10+2"),
        line(16, 数量="10送2"),
        line(17, 单价="贵"),
        line(18, 单价=None),
        line(19, 金额=None),
        line(20, 单价="100元", 金额="USD 200"),
        line(21, 金额="#N/A"),
        line(23),
        line(23, 客户名称="乙公司"),
        line(24),
    ),
    "缺列": (tuple(head for head in HEADS if head != "客户名称"), *[line(n)[:2] + line(n)[3:] for n in (31, 32)]),
    "收款": (
        ("收款编号", "收款日期", "付款方", "收款金额", "订单编号", "款项性质"),
        ("R1", None, "甲公司", 100, "202603-024"),
        ("R2", "2026-03-02", "甲公司", None, "202603-024"),
        ("R3", "2026-03-02", "甲公司", 100, "202603-024"),
        ("R3", "2026-03-02", "甲公司", 300, "202603-024"),
        ("R4", "2026-03-02", "甲公司", 50, "202603-024", "退款"),
    ),
    "发票": (
        INVOICE,
        (None, "2026-03-02", "甲公司", 100, "202603-024"),
        ("26442000000000000002", None, "甲公司", 100, "202603-024"),
        ("26442000000000000003", "2026-03-02", "甲公司", None, "202603-024"),
        ("26442000000000000004", "2026-03-02", "甲公司", 100, "202603-024"),
        ("26442000000000000004", "2026-03-02", "甲公司", 300, "202603-024"),
        (26442000000000000005, "2026-03-02", "甲公司", 100, "202603-024"),
    ),
    "发货": (("订单编号", "物流单号", "发货时间"), (None, "SF1", "2026-03-05"), ("202603-024", "SF2", "2026-03-05")),
    "跟踪": (
        ("订单编号", "执行阶段", "计划完成时间"),
        (None, "发货", "2026-03-05"),
        ("202603-024", "发货", "2026-03-05"),
    ),
    "客户": (
        ("客户编码", "客户名称", "付款条件", "信用额度"),
        ("C1", None, "货到付款", 1000),
        ("C2", "甲公司", "货到付款", 1000),
        ("C2", "甲公司", "货到付款", 2000),
    ),
    "投诉": (
        ("投诉编号", "投诉时间", "投诉内容"),
        ("没有号", "2026-03-05", "坏了"),
        ("202603-T001", "2026-03-05", "坏了"),
    ),
    "措施": (("投诉编号", "处理措施", "计划完成时间"), ("不是号", "换货", "2026-03-05")),
}
HELD_BY = {
    *("CELL-006", "CELL-008", "CELL-011", "CELL-012", "CELL-014", "CELL-022", "CELL-023", "CELL-024", "CELL-025"),
    *("CELL-038", "CELL-041", "CUS-006", "INV-008", "INV-009", "INV-010", "INV-011", "INV-017"),
    *("ORD-002", "ORD-011", "ORD-012", "ORD-028", "ORD-033", "ORD-048", "ORD-049", "ORD-050"),
    *("RCV-005", "RCV-006", "RCV-017", "SHP-009", "TRK-027", "X-010"),
}


@cache
def read() -> FileRead:
    with for_all(), TemporaryDirectory() as folder:
        book = Book(Path(folder) / "来件.xlsx")
        for tab, rows in BROKEN.items():
            book.sheet(tab).rows(*rows)
        return read_file("来件.xlsx", book.save(), Path(folder))


def validated(table: Mapping[str, Rule], forms: Mapping[str, DeclaredForm] | None = None) -> ValidatedFile:
    (made,) = validate_files(
        [(ReceivedFile("t", "来件.xlsx", "0" * 64, 1, "", 1, id=1), read())], Known(), table, forms
    )
    return made


@cache
def usual() -> ValidatedFile:
    with for_all():
        return validated(RULES)


def without(*off: str) -> dict[str, Rule]:
    return {id_: replace(rule, status="off") if id_ in off else rule for id_, rule in RULES.items()}


def held(made: ValidatedFile) -> set[tuple[str, int]]:
    """Sheet and row of everything that is held."""
    frames = [rows.gathered.frame.iloc[rows.places][rows.gathered.held[rows.places]] for rows in made.rows]
    return {at for frame in frames for at in zip(frame["src_sheet"], frame["src_row"].astype(int), strict=True)}


def holding(found: Iterable[Finding]) -> set[tuple[str, int]]:
    """Sheet and row of what holds; row 0 for a whole sheet."""
    return {(each.place.sheet, each.place.row) for each in found if each.is_holding}


def untold(made: ValidatedFile, table: Mapping[str, Rule]) -> set[tuple[str, int]]:
    """Rows that wait and nothing that is on says why."""
    told = holding(in_force(made.findings, table))
    return {(sheet, row) for sheet, row in held(made) if not {(sheet, row), (sheet, 0)} & told}


def test_everything_that_holds_is_among_the_broken_rows() -> None:
    assert {each.rule for each in usual().findings if each.is_holding} - {"FILE-021"} == HELD_BY
    hold = {rule.id for rule in RULES.values() if rule.severity == "hold" and rule.is_live}
    assert hold <= HELD_BY
    assert untold(usual(), RULES) == set()


@pytest.mark.parametrize("rule", [*sorted(HELD_BY), "FILE-021"])
def test_a_rule_that_is_off_holds_nothing_and_nothing_is_held_unsaid(rule: str) -> None:
    table = without(rule)
    made = validated(table)
    assert untold(made, table) == set()
    assert not [each for each in made.findings if each.rule == rule and each.is_holding]


def test_all_that_may_be_off_at_once_leaves_nothing_held_unsaid() -> None:
    table = without(*(id_ for id_, rule in RULES.items() if rule.may_be_off))
    made = validated(table)
    assert untold(made, table) == set()
    assert {each.rule for each in in_force(made.findings, table) if each.is_holding} <= rules.SOUND


def test_a_number_of_another_form_counts_as_it_is_written_and_is_told_only_where_a_form_is_declared() -> None:
    declared = {"orders": DeclaredForm("orders", "YYYYMM-NNN")}
    for forms, told in ((None, set()), (declared, {"ORD-029"})):
        made = validated(RULES, forms)
        orders = next(rows.gathered for rows in made.rows if rows.gathered.table.name == "orders")
        counted = orders.frame["order_no"].eq("SO20260105001").to_numpy()
        assert counted.any()
        assert not np.any(orders.held & counted)
        assert {each.rule for each in made.findings} & {"ORD-029"} == told


def test_what_cannot_be_read_counts_as_blank_and_is_asked_for_as_one() -> None:
    made = validated(without("CELL-023"))
    told = {(each.rule, each.place.row) for each in made.findings if each.is_holding and each.place.sheet == "订单"}
    row = 2 + [cells[HEADS.index("数量")] for cells in BROKEN["订单"][1:]].index("若干")
    assert ("ORD-011", row) in told


def test_a_refused_file_is_told_of_whatever_refused_it() -> None:
    kept_out = Finding("FILE-021", "sources", "甲.xlsx", place=Place("甲.xlsx"), is_refusing=True)
    (told,) = in_force([kept_out], without("FILE-021"))
    assert (told.rule, told.is_refusing, told.place) == ("FILE-041", True, kept_out.place)
    assert list(in_force([replace(kept_out, is_refusing=False)], without("FILE-021"))) == []


def test_what_refuses_a_file_cannot_be_off() -> None:
    assert all(not rule.may_be_off for rule in RULES.values() if rule.severity == "refuse")
    assert RULES.keys() >= rules.SOUND
