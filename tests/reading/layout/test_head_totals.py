"""Totals of heads: what lines come to goes before them, and what differs is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.reading.layout.test_head_sheets import DAY, HEADS, LINES, column, read, rules

if TYPE_CHECKING:
    from pathlib import Path

    from tests.reading.layout.test_head_sheets import Rows

DIFFERS = "CELL-049"


def amounts(path: Path, total: object, sold: Rows, *more: str, heading: str = "总额") -> tuple[list[object], bool]:
    main: Rows = [(*HEADS, heading), ("S1", "甲", DAY, total)]
    got = read(path, ("主表", main), ("明细", [(*LINES, *more), *(("S1", *line) for line in sold)]))
    return column(got, "amount_fen"), DIFFERS in rules(got)


@pytest.mark.parametrize(
    ("total", "own", "differs"),
    [
        (50, [1000, 4000], False),
        (50.01, [1000, 4001], False),  # what was not rounded
        (50.02, [1000, 4002], False),
        (50.03, [1000, 4000], True),
        (49.98, [1000, 3998], False),
        (49.97, [1000, 4000], True),
        (None, [1000, 4000], False),
    ],
)
def test_lines_without_sums_come_to_the_total_that_their_prices_make(
    tmp_path: Path, total: float | None, own: list[int], differs: bool
) -> None:
    assert amounts(tmp_path, total, [("泵", 1, 10), ("阀", 2, 20)]) == (own, differs)


def test_line_without_a_price_comes_to_what_is_left_of_the_total(tmp_path: Path) -> None:
    assert amounts(tmp_path, 50, [("泵", 1, 10), ("运费", 1, None)]) == ([1000, 4000], False)
    assert amounts(tmp_path, 10, [("泵", 1, 10), ("运费", 1, None)]) == ([1000, None], True)
    assert amounts(tmp_path, 50, [("泵", 1, None), ("阀", 1, None)]) == ([5000, None], False)


@pytest.mark.parametrize(
    ("total", "differs"), [(50, False), (50.02, False), (50.03, True), (49.97, True), ("看合同", True), (None, False)]
)
def test_sums_of_the_lines_count_and_another_total_is_told(tmp_path: Path, total: object, differs: bool) -> None:
    sold: Rows = [("泵", 1, 10, 10), ("阀", 2, 20, 40)]
    assert amounts(tmp_path, total, sold, "金额") == ([1000, 4000], differs)


def test_total_of_lines_whose_sums_are_blank_stands_beside_the_first(tmp_path: Path) -> None:
    assert amounts(tmp_path, 50, [("泵", 1, None, None), ("阀", 2, None, None)], "金额") == ([5000, None], False)


@pytest.mark.parametrize(
    ("price", "total", "own", "differs"),
    [
        ("单价", 56.5, [1130, 4520], False),  # the rates make the total: prices are before tax
        ("单价", 50, [1000, 4000], False),
        ("单价", 60, [1000, 4000], True),  # nothing shows that they are
        ("含税单价", 56.5, [1000, 4000], True),  # the heading says that they are not
        ("未税单价", 56.5, [1130, 4520], False),
    ],
)
def test_total_with_tax_shows_that_prices_are_before_it(
    tmp_path: Path, price: str, total: float, own: list[int], differs: bool
) -> None:
    main: Rows = [(*HEADS, "价税合计"), ("S1", "甲", DAY, total)]
    sold: Rows = [("订单编号", "产品名称", "数量", price, "税率"), ("S1", "泵", 1, 10, 0.13), ("S1", "阀", 2, 20, 0.13)]
    got = read(tmp_path, ("主表", main), ("明细", sold))
    assert column(got, "amount_fen") == own
    assert (DIFFERS in rules(got)) == differs


def test_sums_before_tax_of_lines_agree_with_a_total_before_tax(tmp_path: Path) -> None:
    sold: Rows = [("泵", 1, 10, 10, 0.13), ("阀", 2, 20, 40, 0.13)]
    for total, differs in ((50, False), (56.5, False), (60, True)):
        assert amounts(tmp_path, total, sold, "未税金额", "税率")[1] == differs
    assert not amounts(tmp_path, 47, [("泵", 1, 10, 10)], "金额", heading="未税总额")[1]  # cannot be compared
