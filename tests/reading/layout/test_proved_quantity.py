"""A column with a name of its trade is the quantity where its figures prove it, and never otherwise."""

from __future__ import annotations

import pytest

from pipeline.reading.files.grid import Grid, Raw
from pipeline.reading.layout.headings import find_heading

HEADINGS = ["订单编号", "下单日期", "客户名称", "产品名称", "颗数", "单价", "金额"]
TEETH = 4


def found(rows: list[list[Raw]], headings: list[str] | None = None) -> list[int] | None:
    """Return where the quantity of a book stands; None where it is no book of orders that can be read."""
    made: list[list[Raw]] = [list[Raw](headings or HEADINGS), *rows]
    fit = find_heading(Grid("x", list(range(1, len(made) + 1)), made)).fit
    return fit.columns.get("qty") if fit else None


def line(count: Raw, price: Raw, amount: Raw, number: str = "A1") -> list[Raw]:
    return [number, "2026/5/4", "甲公司", "牙冠", count, price, amount]


@pytest.mark.parametrize("name", ["颗数", "印数(张)", "面积㎡", "合计", "人次", "件数"])
def test_what_times_the_price_comes_to_the_amount_is_the_quantity_by_any_name(name: str) -> None:
    headings = [*HEADINGS[:TEETH], name, *HEADINGS[TEETH + 1 :]]
    assert found([line(2, 480, 960), line(4, 760, 3040)], headings) == [TEETH]


@pytest.mark.parametrize(
    "rows",
    [
        [line(2, 480, 960)],  # one row may be so by chance
        [line(1, 480, 480), line(1, 760, 760)],  # single pieces prove nothing
        [line(2, 480, 960), line(4, 760, 3040), line(3, 100, 310)],  # one row says otherwise
        [line(2, 480, 961), line(4, 760, 3041)],
        [line("两颗", 480, 960), line("四颗", 760, 3040)],
    ],
)
def test_without_proof_the_quantity_is_missing(rows: list[list[Raw]]) -> None:
    assert found(rows) is None


def test_to_the_fen_is_proof_and_more_is_not() -> None:
    assert found([line(3, "0.335", "1.01"), line(4, 760, "3,040.00")]) == [TEETH]  # off by half a fen
    assert found([line(3, "0.335", "1.02"), line(4, 760, 3040)]) is None


def test_two_columns_that_both_prove_are_asked_about() -> None:
    headings = [*HEADINGS, "张数量甲"]
    assert found([[*line(2, 480, 960), 2], [*line(4, 760, 3040), 4]], headings) is None


def test_a_row_without_a_price_or_a_count_proves_nothing_against_it() -> None:
    assert found([line(2, 480, 960), line("", 300, 300), line(4, 760, 3040), line(6, "", 4000)]) == [TEETH]


def test_a_list_of_others_is_no_book_of_orders_by_its_figures() -> None:
    headings = ["单号", "日期", "供应商", "物料", "颗数", "单价", "金额"]
    assert found([line(2, 480, 960), line(4, 760, 3040)], headings) is None
