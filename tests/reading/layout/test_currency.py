"""Money of another currency is never read as yuan, wherever the sheet says which it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from pipeline.excel.names import column_letter
from pipeline.reading.layout.currency import find_currencies
from schemas.incoming import examples
from schemas.incoming.kinds import KINDS
from schemas.language.words import translate
from schemas.table import PROVENANCE, Type
from tests.support.books import Book, rewrite
from tests.support.trait_cells import read

if TYPE_CHECKING:
    from pathlib import Path

MONEY = (Type.MONEY, Type.PRICE)
UNSUPPORTED = "CELL-006"


class Written(NamedTuple):
    """A list of one kind: what stands above it, its name, its headings and its one row."""

    above: str
    name: str
    headings: list[str]
    row: list[object]


def example(kind: str) -> tuple[list[str], list[object], list[int]]:
    """Headings, a row, and the positions of the money."""
    table, known = KINDS[kind], examples.load()
    fields = [str(each) for each in table.columns if each not in PROVENANCE and (kind, str(each)) in known]
    fields = [field for field in fields if field != "currency"]
    at = [n for n, field in enumerate(fields) if table.spec(field).type in MONEY]
    row: list[object] = [known[kind, field]["zh"] for field in fields]
    for n in at:
        row[n] = 100.0
    return [translate(f"{kind}.{field}", "zh") for field in fields], row, at


PAID = [kind for kind in KINDS if example(kind)[2]]


def in_column(kind: str, said: str) -> Written:
    heads, row, _ = example(kind)
    return Written("", "表", [*heads, "币种"], [*row, said])


def in_heading(kind: str, said: str) -> Written:
    heads, row, at = example(kind)
    return Written("", "表", [f"{head}({said})" if n in at else head for n, head in enumerate(heads)], row)


def in_cell(kind: str, said: str) -> Written:
    heads, row, at = example(kind)
    return Written("", "表", heads, [f"{said} 100" if n in at else cell for n, cell in enumerate(row)])


def above(kind: str, said: str) -> Written:
    return Written(f"币种：{said}", "表", *example(kind)[:2])


def in_name(kind: str, said: str) -> Written:
    return Written("", f"明细 {said}", *example(kind)[:2])


KEPT = [kind for kind in PAID if "currency" in KINDS[kind].columns and kind != "prices"]
REFUSED = [kind for kind in PAID if kind not in KEPT]
PLACES = (in_column, in_heading, in_cell, above, in_name)


def one_row(path: Path, kind: str, written: Written) -> tuple[dict[str, str], dict[str, object]]:
    """Return column → currency it was refused for, and the row that was read."""
    book = Book(path).sheet(written.name)
    if written.above:
        book.row(written.above)
    (table,) = read(book.row(*written.headings).row(*written.row).save()).sheets
    assert table.kind == kind
    refused = {found.column: dict(found.params)["value"] for found in table.findings if found.rule == UNSUPPORTED}
    (row,) = table.table.to_pylist()
    return refused, row


def rules_and_values(path: Path, kind: str, written: Written) -> tuple[dict[str, str], dict[str, object]]:
    """Return column → currency it was refused for, and column of money → value."""
    refused, row = one_row(path, kind, written)
    return refused, {name: row[name] for name in filled(kind)}


def filled(kind: str) -> set[str]:
    """The columns of money of an example."""
    return {str(c) for c in KINDS[kind].columns if c.spec.type in MONEY and (kind, str(c)) in examples.load()}


@pytest.mark.parametrize("kind", KEPT)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("said", "code"), [("USD", "USD"), ("欧元", "EUR"), ("HK$", "HKD"), ("CNY", None)])
def test_row_keeps_its_money_with_its_currency(
    tmp_path: Path, kind: str, place: object, said: str, code: str | None
) -> None:
    written = place(kind, said)  # type: ignore[operator]
    refused, row = one_row(tmp_path / "a.xlsx", kind, written)
    _, yuan = one_row(tmp_path / "b.xlsx", kind, in_column(kind, "CNY"))
    assert not refused
    assert row.get("currency") == code
    assert {name: row[name] for name in filled(kind)} == {name: yuan[name] for name in filled(kind)}


@pytest.mark.parametrize("kind", KEPT)
def test_row_that_speaks_of_two_currencies_keeps_neither(tmp_path: Path, kind: str) -> None:
    heads, row, at = example(kind)
    heads = [f"{head}(USD)" if n in at else head for n, head in enumerate(heads)]
    refused, read_row = one_row(tmp_path / "a.xlsx", kind, Written("", "表", [*heads, "币种"], [*row, "CNY"]))
    assert set(refused) == filled(kind)
    assert read_row.get("currency") is None
    assert {read_row[name] for name in filled(kind)} == {None}


def test_sums_of_a_sheet_are_told_by_currency(tmp_path: Path) -> None:
    heads, row, _ = example("receipts")
    book = Book(tmp_path / "a.xlsx").row(*heads, "币种")
    for said in ("USD", None, "USD", "EUR"):
        book.row(*row, said)
    (table,) = read(book.save()).sheets
    assert table.totals["amount_fen"] == 10_000
    assert (table.totals["amount_fen USD"], table.totals["amount_fen EUR"]) == (20_000, 10_000)


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("said", "code"), [("USD", "USD"), ("欧元", "EUR"), ("HK$", "HKD")])
def test_money_of_another_currency_is_refused_where_a_kind_keeps_none(
    tmp_path: Path, kind: str, place: object, said: str, code: str
) -> None:
    refused, values = rules_and_values(tmp_path / "a.xlsx", kind, place(kind, said))  # type: ignore[operator]
    assert values
    assert set(values.values()) == {None}
    assert refused == dict.fromkeys(values, code)


@pytest.mark.parametrize("kind", PAID)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("said", ["CNY", "RMB", "人民币", "¥"])
def test_yuan_are_yuan_however_they_are_called(tmp_path: Path, kind: str, place: object, said: str) -> None:
    refused, values = rules_and_values(tmp_path / "a.xlsx", kind, place(kind, said))  # type: ignore[operator]
    assert not refused
    assert None not in values.values()


def test_a_row_says_its_own_and_a_blank_one_what_the_table_says(tmp_path: Path) -> None:
    heads, row, _ = example("receipts")
    book = Book(tmp_path / "a.xlsx").row("币种：USD").row(*heads, "货币")
    for said in ("CNY", "EUR", None, "金币"):
        book.row(*row, said)
    (table,) = read(book.save()).sheets
    assert [value is not None for value in table.table.column("amount_fen").to_pylist()] == [True, True, True, False]
    assert table.table.column("currency").to_pylist() == [None, "EUR", "USD", None]
    shown = [dict(found.params)["value"] for found in table.findings if found.rule == UNSUPPORTED]
    assert set(shown) == {"金币"}
    assert not [found for found in table.findings if found.rule == "FILE-035"]


def test_heading_of_a_sum_in_dollars_says_it_of_prices_that_have_no_other(tmp_path: Path) -> None:
    heads, row, _ = example("orders")
    heads = ["美元金额" if head == translate("orders.amount_fen", "zh") else head for head in heads]
    (table,) = read(Book(tmp_path / "a.xlsx").row(*heads).row(*row).save()).sheets
    assert table.table.column("currency").to_pylist() == ["USD"]
    assert table.table.column("unit_price").null_count == 0


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("2026年订单（USD）", {"USD"}),
        ("美元金额", {"USD"}),
        ("单位：万美元", {"USD"}),
        ("金额/欧元", {"EUR"}),
        ("金额(元)", {"CNY"}),
        ("人民币/美元对照", {"CNY", "USD"}),
        ("单价(元/块)", {"CNY"}),
        ("欧洲客户订单", set()),
        ("CAD图纸订单", set()),
        ("Europe orders", set()),
        ("汇率 USD 7.1", set()),
        ("三单元201", set()),
    ],
)
def test_words_that_only_look_like_a_currency_say_nothing(text: str, codes: set[str]) -> None:
    assert find_currencies(text) == codes


@pytest.mark.parametrize("kind", PAID)
@pytest.mark.parametrize(
    ("format_code", "code"),
    [
        ("[$$-409]#,##0.00", "USD"),
        ("[$\u20ac-2] #,##0.00", "EUR"),
        ('"US$"#,##0.00', "USD"),
        ("[$HKD] #,##0.00", "HKD"),
        ("[$\u00a5-804]#,##0.00", ""),
        ("[$-804]#,##0.00", ""),
        ('#,##0.00"\u5143"', ""),
        ("#,##0.00", ""),
    ],
)
@pytest.mark.parametrize("is_exact", [False, True])
def test_number_format_says_the_currency_of_its_cell(
    tmp_path: Path, kind: str, format_code: str, code: str, *, is_exact: bool
) -> None:
    heads, row, at = example(kind)
    book = Book(tmp_path / "a.xlsx").row(*heads).row(*row)
    for n in at:
        book.formatted(f"{column_letter(n)}2", 100, format_code)
    path = book.save()
    if is_exact:  # spelt so that calamine is not shown it
        odd = b"<sheetData ><!-- t='e' -->"
        rewrite(path, "xl/worksheets/sheet1.xml", lambda part: part.replace(b"<sheetData>", odd))
    (table,) = read(path).sheets
    refused = {found.column: dict(found.params)["value"] for found in table.findings if found.rule == UNSUPPORTED}
    money = {name for name in table.columns if KINDS[kind].spec(name).type in MONEY}
    if kind in KEPT:
        assert not refused
        assert table.table.to_pylist()[0].get("currency") == (code or None)
    else:
        assert refused == (dict.fromkeys(money, code) if code else {})


@pytest.mark.parametrize(
    ("kind", "above", "code"),
    [
        ("orders", ("收款账户：中国银行 USD 账号 7412",), None),
        ("invoices", ("开户行：招商银行", "美元"), None),
        ("receipts", ("中国银行美元账户收款明细",), "USD"),
        ("orders", ("币种：USD",), "USD"),
        ("receipts", ("单位：美元",), "USD"),
        ("prices", ("单位：美元",), None),  # asked about at every price
    ],
)
def test_an_account_to_be_paid_into_says_nothing_and_what_a_title_says_is_told_once(
    tmp_path: Path, kind: str, above: tuple[str, ...], code: str | None
) -> None:
    heads, row, _ = example(kind)
    got = read(Book(tmp_path / "a.xlsx").row(*above).row(*heads).row(*row).row(*row).save())
    assert [row.get("currency") for row in got.sheets[0].table.to_pylist()] == [code, code]
    told = [dict(found.params)["value"] for found in got.findings if found.rule == "FILE-045"]
    assert told == ([code] if code else [])


def test_nothing_is_told_of_a_title_where_every_sum_says_its_own(tmp_path: Path) -> None:
    heads, row, _ = example("receipts")
    book = Book(tmp_path / "a.xlsx").row("币种：USD").row(*heads, "货币").row(*row, "EUR").row(*row, "CNY")
    assert [found for found in read(book.save()).findings if found.rule == "FILE-045"] == []


@pytest.mark.parametrize(("totals", "expected"), [((300, 500), []), ((300, 501), ["FILE-001"]), ((800,), ["FILE-001"])])
def test_totals_of_several_currencies_are_compared_each_with_its_own(
    tmp_path: Path, totals: tuple[int, ...], expected: list[str]
) -> None:
    book = Book(tmp_path / "a.xlsx").row("订单编号", "下单日期", "客户名称", "产品名称", "数量", "单价", "金额", "币种")
    for n, (code, amount) in enumerate([("USD", 100), ("CNY", 500), ("USD", 200)]):
        book.row(f"SO-{n}", "2026-05-06", "甲公司", "泵", 1, amount, amount, code)
    for amount in totals:
        book.row("合计", None, None, None, None, None, amount, None)
    got = read(book.save())
    assert [sheet.rows_read for sheet in got.sheets] == [3]
    assert [found.rule for found in got.findings if found.rule == "FILE-001"] == expected
