"""Heads on one sheet and lines on another: which sheets belong together, and what becomes of each row."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from pipeline.reading.workers.child import read_file
from tests.support.books import Book

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.reading import FileRead

DAY = date(2026, 5, 6)
HEADS = ("订单编号", "客户名称", "下单日期")
LINES = ("订单编号", "产品名称", "数量", "单价")
JOINED, WITHOUT_LINES, MISSING, NO_HEAD = "FILE-046", "FILE-047", "FILE-021", "CELL-048"
Rows = list[tuple[object, ...]]


def read(path: Path, *sheets: tuple[str, Sequence[tuple[object, ...]]]) -> FileRead:
    book = Book(path / "a.xlsx")
    for name, rows in sheets:
        book.sheet(name).rows(*rows)
    return read_file("a.xlsx", book.save(), path)


def rules(file: FileRead) -> list[str]:
    cells = [cell.rule for sheet in file.sheets for cell in sheet.findings]
    return [*(finding.rule for finding in file.findings), *cells]


def column(file: FileRead, name: str) -> list[object]:
    return [
        value
        for sheet in file.sheets
        for value in (
            sheet.table.column(name).to_pylist() if name in sheet.table.column_names else [None] * sheet.table.num_rows
        )
    ]


def heads(*numbers: str) -> tuple[str, Rows]:
    return "主表", [HEADS, *((number, f"{number}公司", DAY) for number in numbers)]


def lines(*numbers: str | None) -> tuple[str, Rows]:
    return "明细", [LINES, *((number, f"产品{n}", n, 10) for n, number in enumerate(numbers, 1))]


def test_lines_take_what_their_heads_say_and_heads_are_no_rows(tmp_path: Path) -> None:
    for sheets in ((heads("S1", "S2"), lines("S1", "S1", "S2")), (lines("S1", "S1", "S2"), heads("S1", "S2"))):
        got = read(tmp_path, *sheets)
        assert [sheet.sheet for sheet in got.sheets] == ["明细"]
        assert column(got, "customer_name") == ["S1公司", "S1公司", "S2公司"]
        assert rules(got) == [JOINED]


def test_continued_lines_and_numbers_in_another_case_find_their_head(tmp_path: Path) -> None:
    got = read(tmp_path, heads("s1", "S2"), lines("S1", None, "S2"))
    assert column(got, "customer_name") == ["s1公司", "s1公司", "S2公司"]


def test_heads_without_lines_are_named_and_do_not_count(tmp_path: Path) -> None:
    got = read(tmp_path, heads("S1", "S2", "S3"), lines("S1", "S2"))
    assert column(got, "order_no") == ["S1", "S2"]
    told = [finding for finding in got.findings if finding.rule == WITHOUT_LINES]
    assert [(each.sheet, each.row, each.raw) for each in told] == [("主表", 4, "S3")]


def test_heads_that_stand_alone_count_where_they_have_no_lines(tmp_path: Path) -> None:
    ledger = [
        (*HEADS, "订单金额", "已收金额"),
        ("S1", "甲", DAY, 30, 10),
        ("S2", "乙", DAY, 7, 7),
        ("合计", None, None, 37, 17),
    ]
    got = read(tmp_path, ("台账", ledger), lines("S1", "S1"))
    assert column(got, "order_no") == ["S2", "S1", "S1"]
    assert column(got, "paid_fen") == [700, 1000, None]
    assert list(got.sheets[0].ignored) == [(2, "ignored.head"), (4, "ignored.total")]
    assert rules(got) == [WITHOUT_LINES, JOINED]


def test_line_without_a_head_is_told_once_and_what_the_head_says_is_not_known(tmp_path: Path) -> None:
    got = read(tmp_path, heads("S1", "S2"), lines("S1", "S2", "S9", "S9"))
    assert rules(got) == [JOINED, NO_HEAD]
    found = next(cell for cell in got.sheets[0].findings if cell.rule == NO_HEAD)
    assert (found.row, found.raw, found.also) == (4, "S9", ("customer_name", "order_date"))
    assert rules(read(tmp_path, heads("S1", "S2"), lines("S1", "S2"))) == [JOINED]


def test_two_heads_of_one_number_are_one_where_they_say_the_same(tmp_path: Path) -> None:
    twice = ("主表", [HEADS, ("S1", "甲", DAY), ("S2", "乙", DAY)])
    equal = ("补录", [HEADS, ("S1", "甲", DAY), ("S3", "丙", DAY)])
    other = ("补录", [HEADS, ("S1", "丁", DAY), ("S3", "丙", DAY)])
    assert rules(read(tmp_path, twice, equal, lines("S1", "S2", "S3"))) == [JOINED]
    got = read(tmp_path, twice, other, lines("S1", "S2", "S3"))
    assert rules(got) == [JOINED, NO_HEAD]
    assert column(got, "customer_name") == [None, "乙", "丙"]


@pytest.mark.parametrize(
    ("sheet", "why"),
    [
        ([HEADS, ("T1", "甲", DAY), ("T2", "乙", DAY)], "no number of both"),
        (
            [HEADS, *((f"T{n}", "甲", DAY) for n in range(3)), ("S1", "甲", DAY)],
            "fewer than half of the numbers of both",
        ),
        ([(*HEADS[:2], "应付日期", "期次"), *(("S1", "甲", DAY, n) for n in (1, 2))], "several rows a number"),
        (
            [("订单编号", "执行阶段", "计划完成", "实际完成"), ("S1", "发货", DAY, DAY), ("S2", "发货", DAY, DAY)],
            "of another kind",
        ),
        ([("订单编号", "备注", "业务员"), ("S1", "x", "王芳"), ("S2", "y", "王芳")], "says no customer"),
    ],
)
def test_other_sheets_with_numbers_are_no_heads(tmp_path: Path, sheet: Rows, why: str) -> None:
    got = read(tmp_path, ("另一张", sheet), lines("S1", "S2", "S4", "S5"))
    assert JOINED not in rules(got), why
    assert [
        table.num_rows for table in (each.table for each in got.sheets) if "product_name" in table.column_names
    ] == [4]


def test_hidden_heads_are_not_joined(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").sheet("明细").rows(*lines("S1")[1])
    book.sheet("主表", hidden=True).rows(*heads("S1")[1])
    got = read_file("a.xlsx", book.save(), tmp_path)
    assert column(got, "customer_name") == [None]
    assert JOINED not in rules(got)


def test_complete_lines_are_left_alone_by_a_list_that_could_not_stand_alone(tmp_path: Path) -> None:
    whole = ("明细", [(*LINES, "客户名称", "下单日期"), ("S1", "泵", 1, 10, "甲", DAY)])
    applied = ("开票申请", [(*HEADS, "金额"), ("S1", "甲", DAY, 10)])
    assert JOINED not in rules(read(tmp_path, applied, whole))


def test_what_stands_below_the_heads_is_read_all_the_same(tmp_path: Path) -> None:
    name, rows = heads("S1")
    more = [(), ("收款编号", "收款日期", "付款方", "收款金额"), ("R1", DAY, "甲", 5)]
    got = read(tmp_path, (name, [*rows, *more]), lines("S1"))
    assert {sheet.kind: sheet.table.num_rows for sheet in got.sheets} == {"receipts": 1, "orders": 1}


def test_delivery_notes_and_their_lines_are_joined_by_the_number_of_the_note(tmp_path: Path) -> None:
    notes = [("送货单号", "订单编号", "发货日期", "承运商", "物流单号"), ("D1", "S1", DAY, "顺丰", "SF123456789012")]
    sent = [("送货单号", "产品名称", "数量"), ("D1", "泵", 1), ("D1", "阀", 2)]
    got = read(tmp_path, ("送货单", notes), ("送货明细", sent))
    assert [sheet.kind for sheet in got.sheets] == ["shipments"]
    assert column(got, "order_no") == ["S1", "S1"]
    assert column(got, "qty") == [1000, 2000]
