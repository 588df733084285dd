"""A receipt or an invoice merged over the orders it is for is one paper; rows that say more are rows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from pipeline.reading.workers.child import read_file
from tests.support.books import Book

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.reading import SheetRead
    from tests.support.books import Cell

HEADS = {
    "receipts": ("收款编号", "收款日期", "付款方", "收款金额", "订单编号", "备注"),
    "invoices": ("发票号码", "开票日期", "购买方", "价税合计", "订单编号", "备注"),
}
NUMBER = {"receipts": "SK-1", "invoices": "25442000000012345678"}
OWN, ORDERS, REMARK = "ABCD", 4, 5


def read(path: Path, kind: str, orders: list[str], *, merged: str = OWN, remarks: tuple[Cell, ...] = ()) -> SheetRead:
    """One paper over several rows, with a paper of its own below."""
    cells: tuple[Cell, ...] = (NUMBER[kind], date(2026, 5, 6), "甲公司", 3000)
    book, last = Book(path).row(*HEADS[kind]), 1 + len(orders)
    for n, order in enumerate(orders):
        book.row(*(cells if n == 0 else (None,) * 4), order, remarks[n] if remarks else None)
    for letter in merged:
        book.merge(f"{letter}2:{letter}{last}", cells[OWN.index(letter)])
    book.row(NUMBER[kind][:-1] + "9", date(2026, 5, 7), "乙公司", 500, "SO-9", None)
    (sheet,) = read_file(path.name, book.save(), path.parent).sheets
    return sheet


@pytest.mark.parametrize("kind", HEADS)
@pytest.mark.parametrize("orders", [["SO-1", "SO-2"], ["SO-1", "SO-2", "SO-3"], ["SO-1=1000", "SO-2=2000"]])
def test_a_paper_merged_over_its_orders_is_one_row_that_names_them_all(
    tmp_path: Path, kind: str, orders: list[str]
) -> None:
    got = read(tmp_path / "a.xlsx", kind, orders)
    named = [text.replace("=1000", "=100000").replace("=2000", "=200000") for text in orders]
    assert got.table.column("order_nos").to_pylist() == [";".join(named), "SO-9"]
    assert [row for row, why in got.ignored if why == "ignored.same_paper"] == [*range(3, 2 + len(orders))]
    assert got.rows_read == 2


@pytest.mark.parametrize("kind", HEADS)
@pytest.mark.parametrize(
    ("orders", "merged", "remarks"),
    [
        (["SO-1", "SO-1"], OWN, ()),  # nothing to join
        (["SO-1", "SO-2"], "ABC", ()),  # the sum is not merged: one row lacks its own
        (["SO-1", "SO-2"], OWN, (None, "只付一半")),  # says more
    ],
)
def test_rows_that_are_no_paper_over_several_orders_stay_rows(
    tmp_path: Path, kind: str, orders: list[str], merged: str, remarks: tuple[Cell, ...]
) -> None:
    assert read(tmp_path / "a.xlsx", kind, orders, merged=merged, remarks=remarks).rows_read == 3
