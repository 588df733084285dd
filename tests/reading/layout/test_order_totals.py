"""A total written once for the lines of an order is the order's: merged, beside the first line, or beside each."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.reading.workers.child import read_file
from tests.support.books import Book

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.reading import SheetRead
    from tests.support.books import Cell

HEADINGS = ("订单编号", "下单日期", "客户名称", "产品名称", "数量", "单价", "订单金额", "确认数量", "确认金额")
TOTALS = "GHI"
DIFFERS = "CELL-045"


def written(path: Path, orders: list[list[tuple[int, int]]], totals: list[Cell], how: str) -> SheetRead:
    """Write orders of (quantity, price) lines, each with its total as people put it; read them."""
    book, row = Book(path).row(*HEADINGS), 1
    for n, (lines, total) in enumerate(zip(orders, totals, strict=True), 1):
        head = (f"SO-{n}", date(2024, 5, 6), "甲公司")
        confirmed = (sum(qty for qty, _ in lines), total) if how == "merged" else (None, None)
        for at, (qty, price) in enumerate(lines):
            is_here = how == "repeated" or at == (len(lines) - 1 if how == "last" else 0)
            own = (total if is_here else None, *(confirmed if at == 0 else (None, None)))
            book.row(*(head if at == 0 or how == "repeated" else (None, None, None)), f"产品{at}", qty, price, *own)
        top, bottom, row = row + 1, row + len(lines), row + len(lines)
        if how == "merged" and bottom > top:
            for letter, value in zip("ABC" + TOTALS, (*head, total, *confirmed), strict=True):
                book.merge(f"{letter}{top}:{letter}{bottom}", value)
    file = read_file(path.name, book.save(), path.parent)
    assert file.refused is None, file.findings
    (only,) = file.sheets
    return only


def values(sheet: SheetRead, name: str) -> list[object]:
    found: list[object] = sheet.table.column(name).to_pylist()
    return found


LINE = st.tuples(st.integers(1, 60), st.integers(1, 900))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    orders=st.lists(st.lists(LINE, min_size=1, max_size=4), min_size=1, max_size=4),
    how=st.sampled_from(("merged", "first", "last", "repeated")),
)
def test_each_line_has_its_own_amount_however_the_total_is_written(
    tmp_path: Path, orders: list[list[tuple[int, int]]], how: str
) -> None:
    totals: list[Cell] = [sum(qty * price for qty, price in lines) for lines in orders]
    got = written(tmp_path / "a.xlsx", orders, totals, how)
    own = [qty * price * 100 for lines in orders for qty, price in lines]
    assert values(got, "amount_fen") == own
    assert values(got, "order_no") == [f"SO-{n}" for n, lines in enumerate(orders, 1) for _ in lines]
    assert got.totals["amount_fen"] == sum(own)
    assert DIFFERS not in {finding.rule for finding in got.findings}
    if how == "merged":
        assert values(got, "conf_amount_fen") == own
        assert values(got, "conf_qty") == values(got, "qty")


@pytest.mark.parametrize(
    ("total", "told", "amounts"),
    [
        (2500, None, [100_000, 100_000, 50_000]),
        (2500.03, None, [100_003, 100_000, 50_000]),  # what was not rounded
        (2500.04, "2,500.04", [100_004, 100_000, 50_000]),
        (2400, "2,400.00", [90_000, 100_000, 50_000]),  # the order comes to what is written of it
        (1500, None, [150_000, None, None]),  # nobody can say whose amount that is: asked about, line by line
    ],
)
def test_merged_total_that_differs_from_its_lines_is_told(
    tmp_path: Path, total: float, told: str | None, amounts: list[int | None]
) -> None:
    got = written(tmp_path / "a.xlsx", [[(10, 100), (5, 200), (1, 500)]], [total], "merged")
    assert values(got, "amount_fen") == amounts
    found = [finding for finding in got.findings if finding.rule == DIFFERS]
    assert [dict(finding.params)["value"] for finding in found] == ([told] if told else [])
    assert all((finding.row, dict(finding.params)["other"]) == (2, "2,500.00") for finding in found)


@pytest.mark.parametrize("how", ["first", "repeated"])
def test_amount_that_is_no_total_of_the_lines_stays_as_it_is_written(tmp_path: Path, how: str) -> None:
    got = written(tmp_path / "a.xlsx", [[(10, 100), (5, 200)]], [1500], how)
    assert values(got, "amount_fen") == ([150_000, None] if how == "first" else [150_000, 150_000])


@pytest.mark.parametrize("how", ["first", "last", "repeated"])
@pytest.mark.parametrize(
    ("total", "amounts"),
    [
        (2400, [100_000, 140_000]),  # a discount of the whole order: nearer to the sum than to a line
        (2510, [100_000, 151_000]),
        (2001, [100_000, 100_100]),
        (2000, None),  # as near to the second line
        (1600, None),
        (6000, None),
    ],
)
def test_total_that_is_nearer_to_the_sum_than_to_a_line_is_the_orders_and_told(
    tmp_path: Path, how: str, total: int, amounts: list[int] | None
) -> None:
    got = written(tmp_path / "a.xlsx", [[(10, 100), (10, 150)]], [total], how)
    stays = [total * 100 if how == "repeated" or (at == 1) == (how == "last") else None for at in range(2)]
    assert sorted(values(got, "amount_fen"), key=str) == sorted(amounts or stays, key=str)
    assert [found.rule for found in got.findings if found.rule == DIFFERS] == ([DIFFERS] if amounts else [])


def test_merged_total_over_lines_without_a_price_is_nobodys_amount(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row(*HEADINGS[:7]).row("SO-1", date(2024, 5, 6), "甲公司", "泵", 1, 100, 500)
    book.row(None, None, None, "阀", 2).merge("G2:G3", 500)
    file = read_file("a.xlsx", book.save(), tmp_path)
    assert values(file.sheets[0], "amount_fen") == [50_000, None]


def test_discount_of_a_line_counts_in_what_it_comes_to(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row(*HEADINGS[:7], "折扣", "优惠金额")
    book.row("SO-1", date(2024, 5, 6), "甲公司", "泵", 1, 100, 180, "9折").row(
        None, None, None, "阀", 1, 100, None, None, 10
    )
    file = read_file("a.xlsx", book.merge("G2:G3", 180).save(), tmp_path)
    assert values(file.sheets[0], "amount_fen") == [9_000, 9_000]
