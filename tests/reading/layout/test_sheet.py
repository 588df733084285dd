"""The list of an account as banks hand it out: receipts are what came in."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from tests.support.books import Book
from tests.support.trait_cells import only, read

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.books import Cell

HEAD = ("交易日期", "交易时间", "借方发生额", "贷方发生额", "余额", "对方户名", "摘要", "交易流水号")
LINES: list[tuple[Cell, ...]] = [
    ("20260509", "10:20:30", 0, 12000, 112000, "甲公司", "货款202605-011", "C0000123"),
    ("20260510", "11:20:30", 500, 0, 111500, "某物流公司", "运费", "C0000124"),
    ("20260511", "09:00:00", None, "8,000.00", 119500, "乙公司", "货款", "C0000125"),
    ("20260512", "09:00:00", 80, None, 119420, "某银行", "手续费", "C0000126"),
]


def test_what_came_in_is_read_and_what_went_out_is_named(tmp_path: Path) -> None:
    got = read(Book(tmp_path / "a.xlsx").row("户名：某某公司", "账号：755").row(*HEAD).rows(*LINES).save())
    (table,) = got.sheets
    rows = [(row["received_on"], row["payer"], row["amount_fen"], row["bank_ref"]) for row in table.table.to_pylist()]
    assert rows == [
        (datetime(2026, 5, 9), "甲公司", 1_200_000, "C0000123"),
        (datetime(2026, 5, 11), "乙公司", 800_000, "C0000125"),
    ]
    assert list(table.ignored) == [(4, "ignored.outgoing"), (6, "ignored.outgoing")]
    assert [(each.rule, dict(each.params)["other"]) for each in got.findings] == [("FILE-035", "余额 (2)")]


@pytest.mark.parametrize(
    ("debit", "credit", "reasons"),
    [
        (0, 0, []),  # a row without any sum is told by its rule
        (None, None, []),
        (5, "#REF!", []),  # so is one whose sum cannot be read
        ("-", 7, []),
        ("5.00", "-", ["ignored.outgoing"]),
    ],
)
def test_only_money_that_went_out_is_left_aside(tmp_path: Path, debit: Cell, credit: Cell, reasons: list[str]) -> None:
    row = ("2026/5/9", None, debit, credit, 1, "甲公司", "货款", "C1")
    got = only(Book(tmp_path / "a.xlsx").row(*HEAD).rows(LINES[0], row).save())
    assert [why for _, why in got.ignored] == reasons


@pytest.mark.parametrize(
    ("heading", "cell", "reasons"),
    [
        ("交易支出金额", 300, ["ignored.outgoing"]),
        ("本次支取", "300.00", ["ignored.outgoing"]),
        ("Withdrawal amount", 300, ["ignored.outgoing"]),
        ("支出说明", "电费", []),
        ("收入/支出", 300, []),  # says which of the two, or holds both
        ("余额", 300, []),
    ],
)
def test_money_that_went_out_is_known_by_a_word_in_its_heading(
    tmp_path: Path, heading: str, cell: Cell, reasons: list[str]
) -> None:
    book = Book(tmp_path / "a.xlsx").row("收款日期", "收款金额", heading, "付款方")
    got = only(book.row("2026/5/8", 100, None, "甲公司").row("2026/5/9", None, cell, "乙公司").save())
    assert [why for _, why in got.ignored] == reasons


def test_time_before_the_day_and_time_alone_are_told_apart(tmp_path: Path) -> None:
    turned = ("交易时间", "交易日期", *HEAD[2:])
    got = only(Book(tmp_path / "a.xlsx").row(*turned).row("10:20", "2026-05-09", *LINES[0][2:]).save())
    assert got.table.column("received_on").to_pylist() == [datetime(2026, 5, 9)]
    whole = (HEAD[1], *HEAD[2:])
    got = only(Book(tmp_path / "b.xlsx").row(*whole).row("2026-05-09 10:20:30", *LINES[0][2:]).save())
    assert got.table.column("received_on").to_pylist() == [datetime(2026, 5, 9)]
