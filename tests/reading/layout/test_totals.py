"""Totals and subtotals of any name, in any place, with a word for it or without: none is a line, and no line is one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.reading.layout.row_labels import row_label
from pipeline.reading.workers.child import read_file
from tests.support.books import Book, rewrite

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.reading import FileRead
    from tests.support.books import Cell

Row = tuple["Cell", ...]
HEADINGS = ("订单编号", "下单日期", "客户名称", "产品名称", "型号", "数量", "单位", "单价", "金额", "备注")
NUMBER, DAY, CUSTOMER, PRODUCT, QTY, UNIT, PRICE, AMOUNT, REMARK = 0, 1, 2, 3, 5, 6, 7, 8, 9
CUSTOMERS = ("苏州安宁电子有限公司", "甲公司", "Acme Ltd")
LABELS = (
    "小计",
    "合计",
    "{} 小计",
    "{}小计",
    "{} 汇总",
    "{}（合计）",
    "合计：{}",
    "本页合计",
    "累计",
    "Total",
    "{} Total",
    "总 计",
    "",
)
MISMATCH, BY_SUMS = "FILE-001", "FILE-043"


def read(path: Path) -> FileRead:
    return read_file(path.name, path, path.parent)


def line(n: int, customer: str, qty: int, price: int, product: str = "轴承") -> Row:
    number = f"202405-{n:03d}"
    return (number, date(2024, 5, 6), customer, product, "A1", qty, "件", price, qty * price, None)


def total(rows: list[Row], label: str, at: int, *, texts: bool = False) -> Row:
    made: list[Cell] = [None] * len(HEADINGS)
    qty, amount = (sum(int(str(row[place])) for row in rows) for place in (QTY, AMOUNT))
    made[QTY], made[AMOUNT] = (str(qty), f"{amount:,}.00") if texts else (qty, amount)
    if label:
        made[at] = label
    return tuple(made)


@st.composite
def groups(draw: st.DrawFn) -> list[tuple[list[Row], Row]]:
    """Draw groups of lines, each with the total that stands below it."""
    found, n = [], 0
    texts = draw(st.booleans())
    label = draw(st.sampled_from(LABELS))
    at = draw(st.sampled_from((NUMBER, CUSTOMER, PRODUCT, REMARK)))
    for customer in draw(st.lists(st.sampled_from(CUSTOMERS), min_size=1, max_size=4)):
        rows = []
        for _ in range(draw(st.integers(2, 4))):
            n += 1
            rows.append(line(n, customer, draw(st.integers(1, 60)), draw(st.integers(1, 900))))
        found.append((rows, total(rows, label.format(customer), at, texts=texts)))
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=groups(), whole=st.sampled_from(("总计", "合计", "", None)), repeated=st.booleans())
def test_book_with_totals_says_what_it_says_without(
    tmp_path: Path, found: list[tuple[list[Row], Row]], whole: str | None, repeated: bool
) -> None:
    lines = [row for rows, _ in found for row in rows]
    plain = Book(tmp_path / "plain.xlsx").row(*HEADINGS).rows(*lines)
    book = Book(tmp_path / "totals.xlsx").row(*HEADINGS)
    for rows, below in found:
        book.rows(*rows, below)
        if repeated:
            book.row(*HEADINGS)  # the next page begins
    if whole is not None:
        book.row(*total(lines, whole, NUMBER))
    want, got = read(plain.save()).sheets[0], read(book.save())
    assert got.sheets[0].table.drop(["src_row"]).equals(want.table.drop(["src_row"]))
    assert got.sheets[0].totals == want.totals
    assert not [finding for finding in got.findings if finding.rule == MISMATCH]
    unsaid = [row for *_, row in found if not any(isinstance(cell, str) and row_label(cell) for cell in row)]
    assert any(finding.rule == BY_SUMS for finding in got.findings) >= bool(unsaid)


A, B, C = line(1, "甲公司", 10, 100), line(2, "甲公司", 20, 100), line(3, "乙公司", 5, 100)
OWN = {NUMBER: "202405-009", DAY: date(2024, 5, 9), PRODUCT: "套装", PRICE: 100}


@pytest.mark.parametrize(("place", "value"), OWN.items())
def test_row_with_a_field_of_a_line_is_a_line_whatever_it_adds_up(tmp_path: Path, place: int, value: Cell) -> None:
    same = (*(value if at == place else cell for at, cell in enumerate(total([A, B], "", 0))),)
    got = read(Book(tmp_path / "a.xlsx").row(*HEADINGS).rows(A, B, same).save())
    assert (got.sheets[0].rows_read, [finding.rule for finding in got.findings]) == (3, [])


@pytest.mark.parametrize(
    ("rows", "is_total"),
    [
        ([A, B, total([A, B], "", 0)], True),
        ([A, total([A], "", 0)], False),  # one row is equal to another by chance
        ([A, B, total([A, B, C], "", 0)], False),  # its sums are not those of the rows above
        ([A, B, total([A, B], "", 0), C, total([C], "", 0)], True),  # there are totals: one row of a group is enough
        ([A, B, total([A, B], "甲公司", CUSTOMER)], True),  # an order has a number, a day or goods, not only a customer
        ([C, A, B, total([A, B], "", 0)], True),
    ],
)
def test_row_without_a_word_is_a_total_by_its_sums_and_told(tmp_path: Path, rows: list[Row], is_total: bool) -> None:
    got = read(Book(tmp_path / "a.xlsx").row(*HEADINGS).rows(*rows).save())
    bare = [n for n, row in enumerate(rows, 2) if row[NUMBER] is None] if is_total else []
    told = [dict(finding.params)["name"] for finding in got.findings if finding.rule == BY_SUMS]
    assert told == ([", ".join(map(str, bare))] if bare else [])
    assert got.sheets[0].rows_read == len(rows) - len(bare)
    assert [row for row, reason in got.sheets[0].ignored if reason == "ignored.total"] == bare


@pytest.mark.parametrize(
    ("label", "at", "rows_read"),
    [
        ("数据 汇总", PRODUCT, 3),  # a product called so, until its sums are those of the rows above
        ("苏州安宁电子有限公司 汇总", CUSTOMER, 2),
        ("202405-001 汇总", NUMBER, 2),
        ("汇总机电有限公司", CUSTOMER, 3),
        ("Total Energies", CUSTOMER, 3),
    ],
)
def test_word_for_a_group_is_a_total_where_nobody_calls_a_line_so(
    tmp_path: Path, label: str, at: int, rows_read: int
) -> None:
    other = total([A, B, C], label, at)  # no sums of rows above it
    got = read(Book(tmp_path / "a.xlsx").row(*HEADINGS).rows(A, B, other).save())
    assert got.sheets[0].rows_read == rows_read
    assert (MISMATCH in {finding.rule for finding in got.findings}) == (rows_read != 3)  # never in silence


def test_customer_who_owes_what_two_others_owe_is_no_total(tmp_path: Path) -> None:
    book = Book(tmp_path / "期初应收.xlsx").row("客户名称", "订单编号", "期初应收金额", "到期日")
    rows = (("甲公司", "A-1", 100), ("乙公司", "A-2", 200), ("丙公司", None, 300))
    got = read(book.rows(*rows).save())
    assert (got.sheets[0].kind, got.sheets[0].rows_read) == ("opening", 3)


def test_subtotal_within_the_merged_cells_of_its_order_is_no_line(tmp_path: Path) -> None:
    second = (None, None, None, "阀门", "B1", 5, "件", 200, 1000, None)
    below = total([A, second], "小计", PRODUCT)
    book = Book(tmp_path / "a.xlsx").row(*HEADINGS).rows(A, second, below).row(*C)
    for letter, value in zip("ABC", A, strict=False):
        book.merge(f"{letter}2:{letter}4", value)
    got = read(book.save()).sheets[0]
    assert got.table.column("order_no").to_pylist() == ["202405-001", "202405-001", "202405-003"]
    assert got.totals["amount_fen"] == 250_000


def test_figures_in_columns_of_others_are_no_sign_of_a_line_and_words_are(tmp_path: Path) -> None:
    headings = ("客户名称", "订单编号", "期初应收金额", "备用列")
    rows = (("甲公司", "A-1", 100, 5), ("乙公司", "A-2", 200, 6))
    for last, rows_read in (
        ((None, None, 300, 11), 2),
        ((None, None, 300, "11,00%"), 2),
        ((None, None, 300, "待查"), 3),
    ):
        got = read(Book(tmp_path / "期初应收.xlsx").row(*headings).rows(*rows, last).save())
        assert (got.sheets[0].kind, got.sheets[0].rows_read) == ("opening", rows_read)


def test_totals_of_several_levels_agree_with_what_they_stand_for(tmp_path: Path) -> None:
    """Of a page, of a customer and of all: each is compared with the rows since any total before it."""
    book = (
        Book(tmp_path / "a.xlsx").row(*HEADINGS).rows(A, B, total([A, B], "本页小计", 0), C, total([C], "本页小计", 0))
    )
    got = read(book.rows(total([A, B, C], "乙公司 汇总", CUSTOMER), total([A, B, C], "总计", 0)).save())
    assert (got.findings, got.sheets[0].rows_read) == ([], 3)


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize(
    ("formula", "is_total"),
    [
        ("SUM(I2:I3)", True),
        ("SUM($I$2:$I$3)", True),
        ("sum(I2,I3)", True),
        ("SUBTOTAL(9,I2:I3)", True),
        ("SUBTOTAL(109,I2:I3)", True),
        ("SUM(F4:H4)", False),  # of its own row
        ("F4*H4", False),
        ("SUM(H2:H3)", False),  # of another column
        ("SUM(I2:I3)+5", False),
        ("SUMIF(I2:I3,1)", False),
    ],
)
def test_a_formula_that_adds_up_its_own_column_makes_a_row_a_total(
    tmp_path: Path, formula: str, is_total: bool, exact: bool
) -> None:
    customer = (None, None, "丙公司", None, None, None, None, None, None, "注意")
    book = Book(tmp_path / "a.xlsx").row(*HEADINGS).rows(A, B, customer).formula("I4", f"={formula}", 777)
    path = book.save()
    if exact:  # a spelling that makes the slow reader read it
        rewrite(path, "xl/worksheets/sheet1.xml", lambda part: part.replace(b"<sheetData>", b"<!-- --><sheetData >", 1))
    sheet = read(path).sheets[0]
    assert (sheet.rows_read, [row for row, why in sheet.ignored if why == "ignored.total"]) == (
        (2, [4]) if is_total else (3, [])
    )


@pytest.mark.parametrize(("place", "value"), OWN.items())
def test_a_line_with_such_a_formula_stays_a_line(tmp_path: Path, place: int, value: Cell) -> None:
    same = tuple(value if at == place else None for at in range(len(HEADINGS)))
    book = Book(tmp_path / "a.xlsx").row(*HEADINGS).rows(A, B, same).formula("I4", "=SUM(I2:I3)", 3000)
    assert read(book.save()).sheets[0].rows_read == 3


@pytest.mark.parametrize(
    ("headings", "first", "row", "column"),
    [
        (("日期", "付款方", "收款金额"), (date(2024, 5, 6), "甲公司", 500), (None, "丙公司"), "C"),
        (("客户名称", "期初余额"), ("甲公司", 500), ("丙公司",), "B"),
    ],
)
def test_a_name_beside_such_a_formula_is_a_row_where_a_row_needs_no_more(
    tmp_path: Path, headings: Row, first: Row, row: Row, column: str
) -> None:
    book = Book(tmp_path / "a.xlsx").row(*headings).rows(first, first, row)
    sheet = read(book.formula(f"{column}4", f"=SUM({column}2:{column}3)", 1000).save()).sheets[0]
    assert (sheet.rows_read, sheet.ignored) == (3, [])
