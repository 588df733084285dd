"""A paper that is void counts for nothing, wherever its row says so, and is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.reading.layout.test_rows import read
from tests.support.books import Book

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.books import Cell

INVOICES = ("发票号码", "开票日期", "购方名称", "不含税金额", "税额", "价税合计")
RECEIPTS = ("收款日期", "付款方", "收款金额", "收款编号")
SHIPMENTS = ("发货日期", "订单编号", "送货单号", "发货数量")
PAPERS: dict[str, tuple[tuple[str, ...], tuple[Cell, ...]]] = {
    "invoices": (INVOICES, ("26442000000118830412", "2026/4/3", "甲公司", 100, 13, 113)),
    "receipts": (RECEIPTS, ("2026/4/3", "甲公司", 113, "SK1")),
    "shipments": (SHIPMENTS, ("2026/4/3", "A1", "SH1", 5)),
}


def kept(tmp_path: Path, kind: str, column: str, *states: Cell) -> tuple[int, list[str]]:
    """Return how many rows of a book with these states were read, and the counts of void ones that were told."""
    headings, values = PAPERS[kind]
    book = Book(tmp_path / "a.xlsx").row(*headings, column).rows(*((*values, state) for state in states))
    file = read(book.save())
    (only,) = file.sheets
    assert only.kind == kind
    return only.rows_read, [dict(found.params)["count"] for found in file.findings if found.rule == "FILE-049"]


@pytest.mark.parametrize("kind", PAPERS)
@pytest.mark.parametrize("word", ["作废", "已作废", " 作废 ", "VOID"])
def test_a_void_paper_is_left_out_and_told(tmp_path: Path, kind: str, word: str) -> None:
    assert kept(tmp_path, kind, "单据状态", "正常", word, "正常") == (2, ["1"])


@pytest.mark.parametrize("kind", PAPERS)
def test_a_column_that_asks_for_it_is_answered_with_yes(tmp_path: Path, kind: str) -> None:
    assert kept(tmp_path, kind, "是否作废", "否", "是", "") == (2, ["1"])


@pytest.mark.parametrize("kind", PAPERS)
@pytest.mark.parametrize("word", ["正常", "未作废", "作废重开的新票", "是", ""])
def test_what_is_not_void_is_read(tmp_path: Path, kind: str, word: str) -> None:
    assert kept(tmp_path, kind, "单据状态", "正常", word) == (2, [])
