"""Headings that hold a known name and something beside it are read by the name; what may mean more is not."""

from __future__ import annotations

import pytest

from pipeline.reading.files.grid import Grid
from pipeline.reading.layout.heading_names import fold_heading
from pipeline.reading.layout.headings import find_heading
from pipeline.reading.layout.loose_names import loose_name, with_loose_names


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Order No. 訂單編號", "订单编号"),
        ("Date 日期", "日期"),
        ("客户 Customer", "客户"),
        ("Qty 數量", "数量"),
        ("Amount 金額 (HK$)", "金额"),
        ("数量pcs", "数量"),
        ("重量kg", "重量"),
        ("采购单位（医院）", "采购单位"),
        ("备注（内部）", "备注"),
    ],
)
def test_a_known_name_with_another_language_a_unit_or_an_aside_is_that_name(heading: str, name: str) -> None:
    assert loose_name(heading) == fold_heading(name)


@pytest.mark.parametrize(
    "heading",
    [
        "BOM数量",  # letters that are no name of the same field say which quantity
        "VIP价格",
        "Date 数量",  # two fields
        "数量（已发）",  # a bracket may change what a figure counts
        "金额（已收）",
        "订单号（旧）",
        "交期（实际）",
        "数量abc",
        "采购pcs",
        "",
    ],
)
def test_what_may_mean_something_else_stays_unknown(heading: str) -> None:
    assert not loose_name(heading)


def test_a_column_that_is_called_just_that_leaves_the_other_unknown() -> None:
    row = {0: "数量", 1: "数量pcs", 2: "客户（终端）", 3: "客户（开票）", 4: "备注（内部）"}
    names = with_loose_names(row, {0: "数量", 1: "", 2: "", 3: "", 4: ""})
    assert names == {0: "数量", 1: "", 2: "", 3: "", 4: "备注"}


def test_a_book_in_two_languages_is_read_as_in_one() -> None:
    row = ["Order No. 訂單編號", "Date 日期", "Customer 客戶", "Item 貨品", "Qty 數量", "Price 單價", "Amount 金額"]
    fit = find_heading(Grid("x", [1, 2], [[*row], ["A1", "x", "x", "x", 1, 1, 1]])).fit
    assert fit is not None
    assert (fit.kind, fit.columns["qty"], fit.columns["amount_fen"]) == ("orders", [4], [6])
