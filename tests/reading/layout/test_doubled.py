"""Two columns of one field: one column where they never say two things, and a question where they do."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import orjson
import pytest

from tests.reading.layout.test_rows import FIRST, HEADINGS, SECOND, column, read, sheet
from tests.support.books import Book

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.reading import FileRead
    from tests.support.books import Cell

DAY = date(2026, 3, 12)
INVOICES = ("发票代码", "购方名称", "开票日期", "金额", "税额", "价税合计")
INVOICE = ("3300201130", "甲公司", DAY, 100, 13, 113)
PAYERS = ("收款编号", "付款方", "收款日期", "订单编号")
PAYER = ("SK1", "甲公司", DAY, "A1")
RECEIPTS, RECEIPT = (*PAYERS, "收款金额"), (*PAYER, 100)
SHIPMENTS = ("发货单号", "订单编号", "发货数量", "发货时间", "送货单号")
SHIPMENT = ("FH1", "A1", 5, DAY, "SH1")
OLD, NEW = "12345678", "26332000000010000001"
PARENTS: dict[str, tuple[tuple[str, ...], tuple[Cell, ...]]] = {
    "orders": (HEADINGS, FIRST),
    "invoices": (INVOICES, INVOICE),
    "receipts": (RECEIPTS, RECEIPT),
    "money": (PAYERS, PAYER),
    "shipments": (SHIPMENTS, SHIPMENT),
}
DOUBLED = [  # kind, field, its headings
    ("invoices", "invoice_no", ("发票号码", "数电票号码")),
    ("invoices", "invoice_no", ("数电发票号码", "发票号码")),
    ("receipts", "remark", ("备注", "附言")),
    ("receipts", "remark", ("备注", "备注")),
    ("orders", "remark", ("备注", "备注说明")),
    ("shipments", "signed_at", ("签收时间", "回单日期")),
    ("shipments", "tracking_no", ("物流单号", "快递单号")),
]


def _read(tmp_path: Path, kind: str, headings: tuple[str, ...], *entries: tuple[Cell, ...]) -> FileRead:
    own, values = PARENTS[kind]
    rows = [(f"{values[0]}{n}", *values[1:], *row) for n, row in enumerate(entries)]
    got = read(Book(tmp_path / "a.xlsx").row(*own, *headings).rows(*rows).save())
    assert [each.kind for each in got.sheets] == ["receipts" if kind == "money" else kind]
    return got


def _told(got: FileRead) -> list[str]:
    return [finding.rule for finding in got.findings if finding.rule in {"FILE-022", "FILE-023"}]


def _entries(field: str) -> tuple[Cell, Cell, list[object]]:
    if field == "signed_at":
        return DAY, date(2026, 3, 14), [datetime(2026, 3, 12), datetime(2026, 3, 14)]
    return OLD, NEW, [OLD, NEW]


@pytest.mark.parametrize(("kind", "field", "headings"), DOUBLED)
@pytest.mark.parametrize("empty", [None, "-", "/"])
def test_a_field_is_taken_from_whichever_column_is_filled(
    tmp_path: Path, kind: str, field: str, headings: tuple[str, ...], empty: Cell
) -> None:
    one, two, values = _entries(field)
    got = _read(tmp_path, kind, headings, (one, empty), (empty, two))
    assert (column(got.sheets[0], field), _told(got)) == (values, [])


@pytest.mark.parametrize(("kind", "field", "headings"), DOUBLED)
def test_two_columns_that_say_the_same_are_silent(
    tmp_path: Path, kind: str, field: str, headings: tuple[str, ...]
) -> None:
    one, two, values = _entries(field)
    got = _read(tmp_path, kind, headings, (one, one), (None, two))
    assert (column(got.sheets[0], field), _told(got)) == (values, [])


@pytest.mark.parametrize(("kind", "field", "headings"), DOUBLED)
def test_where_a_row_says_two_things_one_column_is_read_and_the_other_asked_about(
    tmp_path: Path, kind: str, field: str, headings: tuple[str, ...]
) -> None:
    one, two, values = _entries(field)
    got = _read(tmp_path, kind, headings, (one, one), (one, two), (None, two), (two, None))
    own = column(got.sheets[0], field)
    assert own in ([values[0], values[0], None, values[1]], [values[0], values[1], values[1], None])
    assert _told(got) == ["FILE-022" if headings[0] == headings[1] else "FILE-023"]


def test_a_whole_column_left_empty_is_no_question(tmp_path: Path) -> None:
    got = _read(tmp_path, "invoices", ("发票号码", "数电发票号码"), (None, NEW), (None, NEW[:-1] + "2"))
    assert (column(got.sheets[0], "invoice_no"), _told(got)) == ([NEW, NEW[:-1] + "2"], [])


def test_one_day_written_in_two_ways_is_one_day(tmp_path: Path) -> None:
    got = _read(tmp_path, "shipments", ("签收时间", "回单日期"), (DAY, "2026/3/12"), (None, "2026/3/14"))
    assert column(got.sheets[0], "signed_at") == [datetime(2026, 3, 12), datetime(2026, 3, 14)]
    assert _told(got) == []


def test_a_taken_cell_is_known_by_its_own_place(tmp_path: Path) -> None:
    got = _read(tmp_path, "invoices", ("发票号码", "数电票号码"), (OLD, None), (None, NEW)).sheets[0]
    places = [orjson.loads(text) for text in column(got, "src_cells")]  # type: ignore[arg-type]
    assert places == [{"invoice_no": ["G2", "发票号码"]}, {"invoice_no": ["H3", "数电票号码"]}]
    assert got.columns["invoice_no"] == ("", "发票号码")
    assert got.columns["tax_fen"] == ("E", "税额")


def test_columns_that_nothing_was_taken_from_keep_their_letter(tmp_path: Path) -> None:
    got = _read(tmp_path, "invoices", ("发票号码", "数电票号码"), (OLD, None), (NEW, None)).sheets[0]
    assert got.columns["invoice_no"] == ("G", "发票号码")
    assert "src_cells" not in got.table.column_names


def test_a_note_on_a_taken_cell_is_of_its_field(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row(*INVOICES, "发票号码", "数电票号码")
    book.row(*INVOICE, OLD, None).row(*INVOICE, None, NEW)
    for cell, words in (("H3", "新票"), ("B2", "老客户"), ("G3", "无")):
        book._now.write_comment(cell, words)
    got = sheet(book.save())
    assert sorted((f.row, f.column) for f in got.findings if f.rule == "CELL-043") == [
        (2, "buyer"),
        (3, ""),
        (3, "invoice_no"),
    ]


MONEY = [
    (("收款金额", "回款金额"), [10000, 20000], []),  # each as good a name as the other
    (("收款金额", "收款金额(万元)"), [10000, None], ["FILE-022"]),  # in what they count is not the same
    (("收款金额", "回款金额(美元)"), [10000, None], ["FILE-023"]),
]


@pytest.mark.parametrize(("headings", "fen", "told"), MONEY)
def test_sums_are_one_where_they_count_in_one_unit(
    tmp_path: Path, headings: tuple[str, str], fen: list[int | None], told: list[str]
) -> None:
    got = _read(tmp_path, "money", headings, (100, None), (None, 200))
    assert (column(got.sheets[0], "amount_fen"), _told(got)) == (fen, told)


@pytest.mark.parametrize(("totals", "found"), [((100, 200), []), ((300, None), []), ((100, 250), ["FILE-001"])])
def test_totals_of_two_columns_are_one_total(tmp_path: Path, totals: tuple[Cell, Cell], found: list[str]) -> None:
    book = Book(tmp_path / "a.xlsx").row(*PAYERS, "收款金额", "回款金额")
    book.row(*PAYER, 100, None).row("SK2", *PAYER[1:], None, 200).row("合计", None, None, None, *totals)
    assert [finding.rule for finding in read(book.save()).findings] == found


def test_numbers_of_orders_in_two_columns_make_no_lines_of_the_order_above(tmp_path: Path) -> None:
    rows = [(*FIRST, None), (None, *SECOND[1:], "202405-002"), (None, *SECOND[1:], "202405-003")]
    got = sheet(Book(tmp_path / "a.xlsx").row(*HEADINGS, "销售订单号").rows(*rows).save())
    assert column(got, "order_no") == ["202405-001", "202405-002", "202405-003"]
    assert [finding.rule for finding in got.findings] == []


def test_the_time_of_a_day_that_was_left_out_is_no_day(tmp_path: Path) -> None:
    got = _read(tmp_path, "shipments", ("签收时间", "签收日期"), (0.5, DAY), (0.5, None))
    assert column(got.sheets[0], "signed_at")[0] == datetime(2026, 3, 12, 12)
    got = _read(tmp_path, "shipments", ("签收日期", "回单日期"), (DAY, 0.5), (None, 0.5))
    assert (column(got.sheets[0], "signed_at")[1], _told(got)) == (None, ["FILE-023"])
