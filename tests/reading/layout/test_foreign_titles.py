"""A table that only its title, its sheet or its file calls one of purchases or of payables is left out by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pipeline.reading.layout.heading_names import fold_heading, own_names, put_together_names
from pipeline.reading.workers.child import read_file
from schemas.incoming.foreign import buyers, foreign_tables, foreign_titles
from schemas.incoming.kinds import KINDS
from schemas.language.headings import parts
from schemas.language.words import load
from tests.support.books import Book

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.reading import FileRead

FOREIGN = "FILE-040"
OPENING = (("单位名称", "期初余额", "到期日"), ("某化工", 70000, "2025-07-01"))
OWED = (("客户名称", "期初余额", "到期日"), ("甲地精工", 1000, "2025-07-01"))
ORDERS = (
    ("订单编号", "单位名称", "下单日期", "产品名称", "数量", "单价"),
    ("A-1", "某钢材", "2025-07-01", "钢板", 10, 4),
)
PARTY = ORDERS[0].index("单位名称")
WHERE = ("title", "sheet", "file")
THEIRS = [
    "应付账款",
    "其他应付款",
    "应付账款期初余额",
    "2026年5月应付款明细",
    "【二、应付账款】",
    "應付帳款",
    "采购订单",
    "采购订单明细表",
    "采购",
    "2026年采购",
    "采购台账2026-04",
    "杭州夜航智造有限公司采购订单",
    "某销售有限公司采购合同",
    "供应商",
    "供应商往来对账单",
    "Accounts Payable",
    "Purchase Orders 2026",
    "Supplier List",
]
OURS = [
    "应收账款",
    "应收应付",
    "应收、应付往来余额",
    "销售采购合同台账",
    "客户采购订单",
    "某采购中心订单明细",
    "华东采购有限公司",
    "某某集团采购",
    "采购部下达",
    "采购单位订单明细",
    "供应商平台导出",
    "采购订单编号请填在第一列",
    "客户：某采购",
    "采购订单号见合同，没有的由业务员补齐，补齐之前不要提交，提交之后不要再改动任何一行里面的任何数字",
    "明细",
    "Repurchase",
]


def read(book: Book) -> FileRead:
    path = book.save()
    return read_file(path.name, path, path.parent)


def called(folder: Path, text: str, where: str, rows: tuple[tuple[object, ...], ...]) -> FileRead:
    """Read rows that are called so at one of the places where a title stands."""
    name = {where: text}
    book = Book(folder / f"{name.get('file', '1')}.xlsx", name.get("sheet", "Sheet1")[:31])
    return read((book.row(text) if where == "title" else book).rows(*rows))


def named(got: FileRead) -> list[str]:
    return [each.raw for each in got.findings if each.rule == FOREIGN]


@pytest.mark.parametrize("rows", [OPENING, ORDERS], ids=["opening", "orders"])
@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("text", THEIRS)
def test_a_table_that_is_called_one_of_purchases_is_left_out_by_its_title(
    tmp_path: Path, text: str, where: str, rows: tuple[tuple[object, ...], ...]
) -> None:
    got = called(tmp_path, text, where, rows)
    assert (got.refused, got.sheets, named(got)) == (FOREIGN, (), [text])
    params = dict(got.findings[0].params)
    assert params["count"] == "1"
    ((_, said),) = json.loads(params["other_phrases"])
    assert said["name"] == text


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("text", OURS)
def test_a_table_whose_title_speaks_of_our_side_or_of_nobody_is_read_as_before(
    tmp_path: Path, text: str, where: str
) -> None:
    if where == "sheet" and (len(text) > 31 or "：" in text):
        text = text[:15].replace("：", "")
    got = called(tmp_path, text, where, ORDERS)
    assert ([each.kind for each in got.sheets], named(got)) == (["orders"], [])


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("text", ["采购订单", "应付账款"])
@pytest.mark.parametrize("party", ["客户名称", "需方", "甲方", "买方", "采购单位", "需方名称", "买受人", "Buyer"])
def test_a_column_that_says_who_buys_makes_it_ours_whatever_it_is_called(
    tmp_path: Path, party: str, text: str, where: str
) -> None:
    head = tuple(party if heading == "单位名称" else heading for heading in ORDERS[0])
    got = called(tmp_path, text, where, (head, *ORDERS[1:]))
    assert ([each.kind for each in got.sheets], named(got)) == (["orders"], [])


@pytest.mark.parametrize("line", [("客户：某采购中心",), ("客户名称：", "某采购中心"), ("需方：某采购中心",)])
def test_a_line_that_says_who_buys_makes_it_ours_whatever_it_is_called(tmp_path: Path, line: tuple[str, ...]) -> None:
    rows = [tuple(cell for at, cell in enumerate(row) if at != PARTY) for row in ORDERS]
    got = read(Book(tmp_path / "采购订单.xlsx", "采购订单").row("采购订单").row(*line).rows(*rows))
    assert ([each.kind for each in got.sheets], named(got)) == (["orders"], [])


@pytest.mark.parametrize("blanks", [0, 1, 3])
@pytest.mark.parametrize(
    "titles", [("一、应收账款", "二、应付账款"), ("【应收账款】", "【应付账款】"), ("应收", "应付")]
)
@pytest.mark.parametrize("ours_first", [True, False])
def test_of_tables_below_each_other_each_goes_by_the_title_next_above_it(
    tmp_path: Path, ours_first: bool, titles: tuple[str, str], blanks: int
) -> None:
    first, second = (OWED, OPENING) if ours_first else (OPENING, OWED)
    above, between = titles if ours_first else titles[::-1]
    book = Book(tmp_path / "往来.xlsx", "应收应付").row(above).rows(*first).blank(blanks)
    got = read(book.row(between).rows(*second))
    assert [(each.kind, each.rows_read) for each in got.sheets] == [("opening", 1)]
    assert got.sheets[0].table.column("customer_name").to_pylist() == ["甲地精工"]
    assert named(got) == ([between] if ours_first else [])


@pytest.mark.parametrize("blanks", [0, 1, 3])
@pytest.mark.parametrize("ours_first", [True, False])
def test_of_tables_with_the_same_headings_each_goes_by_the_title_next_above_it(
    tmp_path: Path, ours_first: bool, blanks: int
) -> None:
    above, between = ("【销售订单】", "【采购订单】") if ours_first else ("【采购订单】", "【销售订单】")
    other = (ORDERS[0], ("B-1", "某客户", "2025-07-01", "泵", 10, 4))
    first, second = (other, ORDERS) if ours_first else (ORDERS, other)
    book = Book(tmp_path / "往来.xlsx", "订单").row(above).rows(*first).blank(blanks).row(between).rows(*second)
    got = read(book)
    assert [each.table.column("order_no").to_pylist() for each in got.sheets] == [["B-1"]]
    assert named(got) == ["【采购订单】"]


def test_rows_below_a_title_without_headings_of_their_own_go_by_it(tmp_path: Path) -> None:
    book = Book(tmp_path / "往来.xlsx", "往来").rows(OWED[0], ("【应收账款】",), OWED[1], ("【应付账款】",), OPENING[1])
    got = read(book)
    assert [each.table.column("customer_name").to_pylist() for each in got.sheets] == [["甲地精工"]]
    assert (named(got), [dict(each.params)["count"] for each in got.findings]) == (["【应付账款】"], ["1"])


@pytest.mark.parametrize("title", ["【华东采购中心】", "一、应收应付", "【采购部】", "【二月】"])
def test_rows_below_another_title_are_rows_as_before(tmp_path: Path, title: str) -> None:
    book = Book(tmp_path / "往来.xlsx", "往来").rows(*OWED, (title,), ("乙地精工", 500, "2025-07-01"))
    got = read(book)
    assert [each.rows_read for each in got.sheets] == [2]
    assert named(got) == []


def test_each_sheet_goes_by_its_own_name_before_that_of_the_file(tmp_path: Path) -> None:
    book = Book(tmp_path / "采购订单.xlsx", "销售订单").rows(*ORDERS).sheet("采购明细").rows(*ORDERS)
    got = read(book.sheet("Sheet3").rows(*ORDERS))
    assert [each.sheet for each in got.sheets] == ["销售订单"]
    assert named(got) == ["采购明细", "采购订单"]


HEADS = (("订单编号", "单位名称", "下单日期"), *((f"S{n}", "甲", f"2025-07-0{n}") for n in (1, 2)))
LINES = (("订单编号", "产品名称", "数量", "单价"), *((f"S{n}", "泵", n, 100) for n in (1, 2)))


@pytest.mark.parametrize(("sheets", "file"), [(("采购订单", "明细"), "1"), (("主表", "明细"), "采购订单")])
@pytest.mark.parametrize("party", ["单位名称", "客户名称"])
def test_heads_that_are_not_ours_are_heads_of_nothing(
    tmp_path: Path, party: str, sheets: tuple[str, str], file: str
) -> None:
    heads = (tuple(party if each == "单位名称" else each for each in HEADS[0]), *HEADS[1:])
    got = read(Book(tmp_path / f"{file}.xlsx", sheets[0]).rows(*heads).sheet(sheets[1]).rows(*LINES))
    customers = [
        name
        for each in got.sheets
        if "customer_name" in each.table.column_names
        for name in each.table.column("customer_name").to_pylist()
    ]
    assert customers == (["甲", "甲"] if party == "客户名称" else [])


@pytest.mark.parametrize(("kind", "title"), [("customers", "供应商名录"), ("prices", "采购价格表")])
def test_a_list_of_suppliers_or_of_what_they_ask_is_none_of_ours(tmp_path: Path, kind: str, title: str) -> None:
    rows: dict[str, tuple[tuple[object, ...], ...]] = {
        "customers": (("单位名称", "信用额度", "账期"), ("某化工", 5000, "月结30天")),
        "prices": (("产品编码", "产品名称", "标准价", "生效日期"), ("A1", "泵", 10, "2026-01-01")),
    }
    assert [each.kind for each in called(tmp_path, "明细", "title", rows[kind]).sheets] == [kind]
    assert named(called(tmp_path, title, "title", rows[kind])) == [title]


@pytest.mark.parametrize("party", [("供方", "需方"), ("乙方", "甲方"), ("供应商", "买受人"), ("供方名称", "需方名称")])
def test_a_ledger_of_contracts_that_names_both_sides_is_ours(tmp_path: Path, party: tuple[str, str]) -> None:
    head = ("合同编号", *party, "签订日期", "产品名称", "数量", "单价")
    rows = [(f"HT-{n}", "杭州夜航", "杭州青木", "2026-03-02", "泵", n, 500) for n in (1, 2)]
    got = read(Book(tmp_path / "合同台账.xlsx", "合同台账").rows(head, *rows))
    assert ([each.kind for each in got.sheets], named(got)) == (["orders"], [])
    assert got.sheets[0].table.column("customer_name").to_pylist() == ["杭州青木", "杭州青木"]


@pytest.mark.parametrize("party", [("供方", "需方"), ("乙方", "甲方"), ("供应商", "买受人")])
@pytest.mark.parametrize(
    ("pairs", "is_ours"),
    [
        ([("夜航", "青木"), ("夜航", "安宁")], True),
        ([("夜航", "青木"), ("夜航", "青木")], True),
        ([("夜航", "青木"), ("夜航二厂", "安宁")], True),
        ([("宝顺", "夜航"), ("标准件", "夜航")], False),
        ([("宝顺", "夜航"), ("标准件", None), ("标准件", "夜航")], False),
        ([("宝顺", "夜航")], True),
        ([("宝顺", "夜航"), (None, "夜航")], True),
    ],
)
def test_who_buys_from_several_is_us(
    tmp_path: Path, pairs: list[tuple[str, str]], party: tuple[str, str], *, is_ours: bool
) -> None:
    head = ("合同编号", *party, "签订日期", "产品名称", "数量", "单价")
    rows = [(f"HT-{n}", *pair, "2026-03-02", "泵", 1, 500) for n, pair in enumerate(pairs)]
    got = read(Book(tmp_path / "合同台账.xlsx", "合同台账").rows(head, *rows))
    assert ([each.kind for each in got.sheets], named(got)) == ((["orders"], []) if is_ours else ([], [party[0]]))


@pytest.mark.parametrize("party", ["客户名称", "客户", "Customer"])
def test_a_customer_for_whom_several_deliver_is_none_of_us(tmp_path: Path, party: str) -> None:
    head = ("合同编号", "供应商", party, "签订日期", "产品名称", "数量", "单价")
    rows = [(f"HT-{n}", name, "青木", "2026-03-02", "泵", 1, 500) for n, name in enumerate(("宝顺", "标准件"))]
    got = read(Book(tmp_path / "订单.xlsx", "订单").rows(head, *rows))
    assert ([each.kind for each in got.sheets], named(got)) == (["orders"], [])


def test_every_name_of_the_customer_of_an_order_says_who_buys_but_what_may_be_anybodys() -> None:
    word = load()["orders.customer_name"]
    names = {*own_names("orders", "customer_name"), *map(fold_heading, word.other)}
    names |= put_together_names("orders.customer_name")
    known, anybody = set(map(fold_heading, buyers())), set(map(fold_heading, parts()["anybody"]))
    assert names - known <= anybody
    assert not known & anybody


def test_what_titles_say_is_said_of_tables_and_kinds_there_are() -> None:
    tables = {each.table for each in foreign_tables()}
    assert all(each.table in tables and each.kinds and each.kinds <= set(KINDS) for each in foreign_titles())
