"""A sum before tax counts with its tax, wherever the table says it; without a rate it does not count at all."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pipeline.reading.layout.heading_names import aliases, fold_heading, heading_scale
from pipeline.reading.layout.tax_lines import Line, counted_sums
from pipeline.reading.layout.tax_words import find_rate, says_tax, tax_column
from pipeline.reading.layout.taxes import NO_RATE
from tests.support.books import Book
from tests.support.trait_cells import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FEN = Decimal("0.01")
ORDER = ("订单编号", "下单日期", "客户名称", "产品名称", "数量")
RATES = [Decimal(rate) / 100 for rate in (1, 3, 6, 9, 13)]


def half_up(value: Decimal) -> Decimal:
    return value.quantize(FEN, ROUND_HALF_UP)


class Sale(NamedTuple):
    """One line as it was agreed: yuan before tax."""

    qty: int
    price: Decimal
    rate: Decimal

    @property
    def net(self) -> Decimal:
        return half_up(self.price * self.qty)

    @property
    def gross(self) -> Decimal:
        return half_up(self.net * (1 + self.rate))

    @property
    def gross_price(self) -> Decimal:
        return self.price * (1 + self.rate)


def sales(count: int, seed: int) -> list[Sale]:
    chance = random.Random(seed)  # noqa: S311 - lines of a test, the same each time
    return [
        Sale(chance.randint(1, 400), Decimal(chance.randint(100, 900_000)) / 100, chance.choice(RATES))
        for _ in range(count)
    ]


Written = dict[str, object]
FORMS: dict[str, Callable[[Sale], Written]] = {
    "answered": lambda s: {"单价": s.price, "金额": s.net, "是否含税": "否", "税率": s.rate},
    "answered with rate": lambda s: {"单价": s.price, "金额": s.net, "是否含税": f"不含税{s.rate * 100:g}%"},
    "answered, sum with tax": lambda s: {"单价": s.price, "金额": s.gross, "是否含税": "否", "税率": s.rate},
    "headed": lambda s: {"不含税单价": s.price, "不含税金额": s.net, "税率": s.rate},
    "headed, in brackets": lambda s: {"单价(未税)": s.price, "金额（元，未税）": s.net, "增值税率": s.rate},
    "headed, with its tax": lambda s: {"未税单价(元)": s.price, "未税金额(元)": s.net, "税额": s.gross - s.net},
    "price headed, sum plain": lambda s: {"未税单价": s.price, "金额": s.net, "税率": s.rate},
    "price headed, sum with tax": lambda s: {"未税单价": s.price, "价税合计": s.gross, "税率": s.rate},
    "price headed, sum plain with tax": lambda s: {"未税单价": s.price, "总价": s.gross},
    "three columns": lambda s: {"单价": s.price, "金额(不含税)": s.net, "税额": s.gross - s.net, "价税合计": s.gross},
    "as on invoices": lambda s: {"单价": s.price, "金额": s.net, "税额": s.gross - s.net, "价税合计": s.gross},
    "sum and tax": lambda s: {"单价": s.price, "金额": s.net, "税额": s.gross - s.net, "税率": s.rate},
    "two columns": lambda s: {"未税金额": s.net, "含税金额": s.gross, "单价": s.price},
    "without price": lambda s: {"未税金额": s.net, "税率": s.rate},
    "cells": lambda s: {"单价": f"{s.price}不含税", "金额": f"{s.net}（不含税）", "税率": s.rate},
    "English": lambda s: {"Price (excl. tax)": s.price, "Amount (excl. tax)": s.net, "Tax rate": s.rate},
    "with tax": lambda s: {"含税单价": s.gross_price, "含税金额": s.gross, "税率": s.rate},
    "with tax, plain": lambda s: {"单价": s.gross_price, "金额": s.gross},
    "with tax, answered": lambda s: {"单价": s.gross_price, "金额": s.gross, "是否含税": "含税", "税率": s.rate},
    "with tax, its tax beside it": lambda s: {"单价": s.gross_price, "金额": s.gross, "税额": s.gross - s.net},
}


def cell(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value


def table_of(path: Path, rows: list[Written], above: str = "") -> Any:
    book = Book(path)
    if above:
        book.row(above)
    book.row(*ORDER, *rows[0])
    for n, row in enumerate(rows, 1):
        book.row(f"202605-{n:03}", "2026-05-04", "甲公司", "控制器", 1, *map(cell, row.values()))
    (table,) = read(book.save()).sheets
    assert table.kind == "orders"
    return table


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", range(3))
def test_a_book_before_tax_and_the_same_with_tax_come_to_the_same(tmp_path: Path, form: str, seed: int) -> None:
    made = sales(40, seed)
    book = Book(tmp_path / "a.xlsx").row(*ORDER, *FORMS[form](made[0]))
    for n, sale in enumerate(made, 1):
        book.row(f"202605-{n:03}", "2026-05-04", "甲公司", "控制器", sale.qty, *map(cell, FORMS[form](sale).values()))
    (table,) = read(book.save()).sheets
    assert table.table.column("amount_fen").to_pylist() == [int(sale.gross * 100) for sale in made]
    assert not [found for found in table.findings if found.rule != "CELL-043"]
    flags = table.table.column("is_tax_included").to_pylist() if "is_tax_included" in table.table.column_names else []
    assert all(flag is not False for flag in flags) if form.startswith("with tax") else set(flags) <= {False, None}
    if form != "without price" and not form.startswith("with tax"):
        assert set(flags) == {False}
        rates = [Decimal(rate) for rate in table.table.column("tax_rate").to_pylist()]
        assert rates == [sale.rate for sale in made]


@pytest.mark.parametrize(
    ("heads", "above"),
    [
        (("未税单价", "未税金额"), ""),
        (("单价", "金额(不含税)"), ""),
        (("未税单价", "金额"), ""),
        (("单价", "金额"), "以上价格不含税"),
        (("单价", "金额"), "是否含税：否"),
    ],
)
def test_a_sum_before_tax_without_a_rate_does_not_count_and_is_told(
    tmp_path: Path, heads: tuple[str, str], above: str
) -> None:
    table = table_of(tmp_path / "a.xlsx", [dict(zip(heads, (1000, 1000), strict=True))], above)
    assert table.table.column("amount_fen").to_pylist() == [None]
    assert table.table.column("src_unknown").to_pylist() == ["amount_fen"]
    assert [(found.rule, found.column, found.raw) for found in table.findings] == [(NO_RATE, "amount_fen", "1000")]
    # a rate, wherever it stands, is all that was missing
    known: list[tuple[Written, str]] = [({"税率": 0.13}, above), ({}, f"{above or '单价不含税'}，税率13%")]
    for extra, line in known:
        table = table_of(tmp_path / "b.xlsx", [dict(zip(heads, (1000, 1000), strict=True)) | extra], line)
        assert (table.table.column("amount_fen").to_pylist(), table.findings) == ([113_000], [])


@pytest.mark.parametrize("written", ["1130含税", "含税1130", "1130（含税）", "1130元（含税）"])
def test_a_cell_that_says_it_holds_the_tax_counts_under_whatever_heading(tmp_path: Path, written: str) -> None:
    table = table_of(tmp_path / "a.xlsx", [{"未税单价": 1000, "未税金额": written}])
    assert (table.table.column("amount_fen").to_pylist(), table.findings) == ([113_000], [])


def test_nothing_free_of_charge_waits_for_a_rate(tmp_path: Path) -> None:
    table = table_of(tmp_path / "a.xlsx", [{"未税单价": 0, "未税金额": 0}])
    assert (table.table.column("amount_fen").to_pylist(), table.findings) == ([0], [])


def test_a_sum_confirmed_before_tax_is_compared_with_its_tax(tmp_path: Path) -> None:
    rows: list[Written] = [
        {"未税单价": 1000, "未税金额": 1000, "税率": 0.13, "客户确认金额": agreed} for agreed in (1000, 1130, 900)
    ]
    table = table_of(tmp_path / "a.xlsx", rows)
    assert table.table.column("conf_amount_fen").to_pylist() == [113_000, 113_000, 101_700]


def test_printed_totals_are_compared_with_the_column_they_stand_under(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row(*ORDER, "未税单价", "未税金额", "税率")
    book.row("202605-001", "2026-05-04", "甲公司", "控制器", 2, 500, 1000, 0.13)
    book.row("202605-002", "2026-05-04", "甲公司", "控制器", 1, 500, 500, 0.13)
    file = read(book.row("合计", None, None, None, 3, None, 1500).row("合计金额：1500元").save())
    assert file.findings == []
    assert file.sheets[0].totals["amount_fen"] == 169_500


@pytest.mark.parametrize(
    ("heads", "row", "gross"),
    [
        (("不含税金额", "税额"), (1000, 130), 113_000),
        (("不含税金额", "税率"), (1000, "13%"), 113_000),
        (("金额", "税额"), (1000, 60), 106_000),
        (("金额", "税率"), (1000, 0.06), 106_000),
        (("金额",), (1130,), 113_000),
        (("开票金额（含税）", "税率"), (1130, 0.13), 113_000),
        (("金额", "税额", "合计"), (1000, 130, 1130), 113_000),
        (("不含税金额", "税额", "价税合计"), (1000, 130, 1131), 113_100),  # wrong, and for a rule to say
    ],
)
def test_invoices_come_to_their_sum_with_tax(
    tmp_path: Path, heads: tuple[str, ...], row: tuple[object, ...], gross: int
) -> None:
    book = Book(tmp_path / "a.xlsx").row("发票号码", "开票日期", "购方名称", *heads)
    (table,) = read(book.row("26332000000010000001", "2026-05-04", "甲公司", *row).save()).sheets
    assert (table.kind, table.table.column("gross_fen").to_pylist()) == ("invoices", [gross])
    assert not table.findings


@pytest.mark.parametrize("kind", ["receipts", "opening"])
@pytest.mark.parametrize(("rate", "fen"), [(None, None), (0.13, 113_000)])
def test_money_received_or_owed_before_tax_is_never_taken_for_all_of_it(
    tmp_path: Path, kind: str, rate: float | None, fen: int | None
) -> None:
    heads = {
        "receipts": ("收款日期", "付款方", "收款金额(不含税)"),
        "opening": ("业务日期", "客户名称", "未税期初余额"),
    }
    row = {"receipts": ("2026-05-04", "甲公司", 1000), "opening": ("2026-05-04", "甲公司", 1000)}[kind]
    book = Book(tmp_path / "a.xlsx").row(*heads[kind], "税率").row(*row, rate)
    (table,) = read(book.save()).sheets
    (name,) = {"receipts": ["amount_fen"], "opening": ["open_fen"]}[kind]
    assert (table.kind, table.table.column(name).to_pylist()) == (kind, [fen])
    assert [found.rule for found in table.findings] == ([] if rate else [NO_RATE])


@pytest.mark.parametrize(("head", "flag"), [("目录价(不含税)", False), ("含税目录价", True), ("目录价", None)])
def test_a_price_list_says_in_its_heading_what_its_prices_hold(tmp_path: Path, head: str, flag: object) -> None:
    (table,) = read(Book(tmp_path / "a.xlsx").row("型号", "产品名称", head).row("X1", "控制器", 100).save()).sheets
    found = table.table.column("is_tax_included").to_pylist() if "is_tax_included" in table.table.column_names else None
    assert (table.kind, found) == ("prices", [flag] if flag is not None else None)


@pytest.mark.parametrize(
    ("heading", "name", "field"),
    [
        ("不含税单价(元)", "单价(不含税)", "unit_price"),
        ("单价(元/米，含税)", "单价(含税)", "unit_price"),
        ("含13%税单价", "单价(含税)", "unit_price"),
        ("税前总价", "总价(不含税)", "amount_fen"),
        ("价税合计（元）", "价税合计", "amount_fen"),
        ("是否含税", "是否(含税)", "is_tax_included"),
        ("含税/未税", "含税/未税", "is_tax_included"),
        ("含税", "含税", "is_tax_included"),
    ],
)
def test_a_heading_is_known_with_what_it_says_of_tax(heading: str, name: str, field: str) -> None:
    assert (fold_heading(heading), aliases("orders")[fold_heading(heading)]) == (name, field)


@pytest.mark.parametrize(
    ("text", "said", "rate", "column"),
    [
        ("税额(13%)", None, "0.13", "amount"),
        ("增值税额（元）", None, None, "amount"),
        ("税率", None, None, "rate"),
        ("税号", None, None, ""),
        ("含13%税", True, "0.13", ""),
        ("以上价格均不含税，开票另加 6% 税点", False, "0.06", ""),
        ("含税，3%或13%", True, None, ""),
        ("折扣 10%", None, None, ""),
    ],
)
def test_words_about_tax(text: str, said: object, rate: str | None, column: str) -> None:
    assert (says_tax(text), find_rate(text), tax_column(text)) == (said, Decimal(rate) if rate else None, column)


def test_unit_of_money_is_seen_beside_what_a_heading_says_of_tax() -> None:
    assert [heading_scale(text) for text in ("金额(万元，含税)", "不含税金额（千元）", "含税金额")] == [
        10_000,
        1_000,
        0,
    ]


@pytest.mark.parametrize(
    ("amount", "gross", "rate"),
    [
        (113_000, 113_000, "0.13"),
        (113_190, 113_190, "0.13"),  # prices are rounded
        (113_210, None, None),
        (106_000, 106_000, "0.06"),
        (100_000, None, None),
        (120_000, None, None),
    ],
)
def test_without_a_rate_only_one_that_there_is_makes_a_sum_one_with_tax(
    amount: int, gross: int | None, rate: str | None
) -> None:
    said: dict[str, Any] = {"is_gross": None, "is_price_gross": False, "given": None}
    line = Line(amount, **said, rate=None, tax=None, beside=None, base=(100_000,))
    assert line.settle() == gross
    assert line.rate == (Decimal(rate) if rate else None)


def test_price_by_quantity_is_counted_in_every_way_a_discount_may_be_read() -> None:
    assert counted_sums("10", 2_000, "reduction=0.1", 100) == (2_000, 1_900, 200, 100, 1_800, 1_700)
    assert counted_sums(None, 2_000, None, None) == counted_sums("10", None, None, None) == ()
