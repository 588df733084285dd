"""A heading that may be that of order numbers is believed only when one of ours stands below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.books import Book
from tests.support.trait_cells import read

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.books import Cell

WAYBILLS: tuple[Cell, ...] = ("712345678900", "712345678901", "712345678902", "712345678903")


def courier(path: Path, heading: str, numbers: tuple[Cell, ...], *further: str) -> Book:
    book = Book(path).row("运单号码", heading, "快递公司", "发货日期", *further)
    for at, number in enumerate(numbers):
        book.row(f"SF12345678901{at:02d}", number, "顺丰", "2024.5.6", *(f"202405-00{at + 1}" for _ in further))
    return book


def test_waybill_numbers_below_a_heading_of_ours_are_one_finding(tmp_path: Path) -> None:
    got = read(courier(tmp_path / "a.xlsx", "订单号", WAYBILLS).save())
    assert [(each.rule, each.row, each.letter, each.column) for each in got.findings] == [
        ("FILE-031", 1, "B", "订单号"),
        ("FILE-021", 1, "", "shipments.order_no"),
    ]
    assert (got.refused, dict(got.findings[0].params)) == ("FILE-031", {"value": WAYBILLS[0]})


def test_the_column_that_holds_order_numbers_is_taken(tmp_path: Path) -> None:
    got = read(courier(tmp_path / "a.xlsx", "订单号", WAYBILLS, "销售单号").save())
    (table,) = got.sheets
    assert [each.rule for each in got.findings] == ["FILE-031"]
    assert table.table.column("order_no").to_pylist() == ["202405-001", "202405-002", "202405-003", "202405-004"]
    assert not table.findings


@pytest.mark.parametrize(
    ("heading", "numbers", "told"),
    [
        ("订单编号", WAYBILLS, 4),  # so we call it: whoever fills it in is told row by row
        ("订单号", WAYBILLS[:2], 2),  # too few to say what the column holds
        ("订单号", (*WAYBILLS, "202405-001"), 4),
        ("订单号", (*WAYBILLS, "2405-001"), 5),  # one with a suggestion is one of ours
    ],
)
def test_column_that_may_be_ours_is_told_row_by_row(
    tmp_path: Path, heading: str, numbers: tuple[Cell, ...], told: int
) -> None:
    got = read(courier(tmp_path / "a.xlsx", heading, numbers).save())
    assert not got.findings
    assert [each.rule for each in got.sheets[0].findings] == ["ORD-029"] * told


def test_orders_with_numbers_of_another_kind_are_told_one_by_one(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("订单号", "客户名称", "产品名称", "数量", "单价")
    for number in WAYBILLS:
        book.row(number, "甲公司", "水泵", 1, 5)
    (table,) = read(book.save()).sheets
    assert [each.rule for each in table.findings] == ["ORD-029"] * 4
