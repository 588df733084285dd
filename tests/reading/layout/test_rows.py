"""From workbook to table: which rows are data, what they hold, and where they stand."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.reading.workers.child import read_file
from tests.support.books import Book, rewrite

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.reading import FileRead, SheetRead
    from tests.support.books import Cell

HEADINGS = ("订单编号", "下单日期", "客户名称", "产品名称", "数量", "单价", "金额")
FIRST = ("202405-001", date(2024, 5, 3), "甲公司", "水泵", 10, 100, 1000)
SECOND = ("202405-002", date(2024, 5, 6), "乙公司", "阀门", 5, 200, 1000)
LINE = (None, None, None, "阀门", 5, 200, 1000)


def read(path: Path, name: str = "") -> FileRead:
    return read_file(name or path.name, path, path.parent)


def sheet(path: Path) -> SheetRead:
    file = read(path)
    assert file.refused is None, file.findings
    (only,) = file.sheets
    return only


def column(table: SheetRead, name: str) -> list[object]:
    values: list[object] = table.table.column(name).to_pylist()
    return values


def rules(read_: SheetRead) -> list[tuple[int, str, str]]:
    return [(finding.row, finding.column, finding.rule) for finding in read_.findings]


def orders(tmp_path: Path, *rows: tuple[Cell, ...]) -> Book:
    return Book(tmp_path / "a.xlsx").row(*HEADINGS).rows(*rows)


def test_typed_row_has_its_units_and_its_place(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx", "七月").blank().row(None, "甲公司2024年5月订单").row(None, *HEADINGS)
    got = sheet(book.row(None, *FIRST).save())
    assert (got.kind, got.sheet, got.heading_row, got.rows_read) == ("orders", "七月", 3, 1)
    assert got.table.to_pylist() == [
        {
            "order_no": "202405-001",
            "order_date": datetime(2024, 5, 3),  # a Friday
            "customer_name": "甲公司",
            "product_name": "水泵",
            "qty": 10_000,
            "unit_price": "100",
            "amount_fen": 100_000,
            "src_row": 4,
            "src_hidden": False,
            "src_unknown": "",
        }
    ]
    assert got.columns["order_no"] == ("B", "订单编号")
    assert got.columns["amount_fen"] == ("H", "金额")
    assert got.totals == {"qty": 10_000, "amount_fen": 100_000}
    assert got.findings == []


def test_rows_that_are_no_data_are_left_out_with_their_reason(tmp_path: Path) -> None:
    book = orders(tmp_path, ("例:202405-001", None, "示例公司", "水泵", 1, 1, 1), FIRST)
    book.row(*HEADINGS).row(*SECOND).blank(3).row("合 计", None, None, None, 15, None, 2000)
    book.row("202405-003").row(None, None, None, None, None, None, None, "表外的话")
    book.row("注：以上价格含税").row("审核：", None, "制表：李四")
    got = read(book.save())
    assert column(got.sheets[0], "src_row") == [3, 5]
    assert got.sheets[0].ignored == [
        (2, "ignored.sample"),
        (4, "ignored.heading"),
        (9, "ignored.total"),
        (10, "ignored.only_number"),
        (11, "ignored.outside"),
        (12, "ignored.note"),
        (13, "ignored.note"),
    ]
    assert [(finding.rule, finding.row) for finding in got.findings] == [("FILE-026", 2), ("CELL-042", 10)]


@pytest.mark.parametrize(
    ("total", "found"),
    [
        ((None, "合计", None, None, 15, None, 2000), []),
        (("小计", None, None, None, 15, None, 2000.01), []),
        (("总计：", None, None, None, 15, None, 2000.02), ["金额"]),
        (("总计", None, None, None, 14, None, 1999), ["数量", "金额"]),
        (("合计", None, None, None, None, None, None), []),
    ],
)
def test_total_row_is_compared_with_all_rows(tmp_path: Path, total: tuple[Cell, ...], found: list[str]) -> None:
    got = read(orders(tmp_path, FIRST, SECOND, total).save())
    assert [finding.column for finding in got.findings if finding.rule == "FILE-001"] == found
    assert got.sheets[0].rows_read == 2


def test_subtotal_stands_for_the_rows_since_the_last_one(tmp_path: Path) -> None:
    subtotal = (None, None, "甲公司小计", None, 10, None, 1000)
    rest = (None, None, "乙公司小计", None, 5, None, 1000)
    whole = (None, None, "合计", None, 15, None, 2000)
    assert read(orders(tmp_path, FIRST, subtotal, SECOND, rest, whole).save()).findings == []


def test_held_row_counts_in_the_total(tmp_path: Path) -> None:
    unreadable = ("2.02405E+08", None, "乙公司", "阀门", 5, 200, 1000)
    got = read(orders(tmp_path, FIRST, unreadable, ("合计", None, None, None, 15, None, 2000)).save())
    assert got.findings == []
    assert rules(got.sheets[0]) == [(3, "order_no", "CELL-041")]
    assert column(got.sheets[0], "src_unknown") == ["", "order_no"]


@pytest.mark.parametrize("foot", ["第1页 共3页", "共 3 页 第 1 页", "第 2 页/共 3 页", "Page 2 of 3", "- 2 -"])
@pytest.mark.parametrize("at", [0, 3, 7])
def test_page_that_ends_between_the_rows_is_no_line_and_not_asked_about(tmp_path: Path, foot: str, at: int) -> None:
    line = tuple(foot if n == at else None for n in range(8))
    got = read(orders(tmp_path, FIRST, line, HEADINGS, SECOND).save())
    assert (column(got.sheets[0], "src_row"), got.findings) == ([2, 5], [])


@pytest.mark.parametrize("product", ["第3批货", "共2件", "第1页 彩色印刷品的打样与装订服务费用", "-40-80型"])
def test_product_named_like_a_page_stays_a_row(tmp_path: Path, product: str) -> None:
    assert sheet(orders(tmp_path, FIRST, (None, None, None, product, 5, 200, 1000)).save()).rows_read == 2


@pytest.mark.parametrize("product", ["共2件", "第1页 彩色印刷品的打样与装订服务费用", "-40-80型"])
def test_product_alone_named_like_a_page_stays_a_row(tmp_path: Path, product: str) -> None:
    assert sheet(orders(tmp_path, FIRST, (None, None, None, product)).save()).rows_read == 2


def test_product_named_like_a_total_stays_a_row(tmp_path: Path) -> None:
    assert sheet(orders(tmp_path, FIRST, (None, None, None, "累计流量计", 5, 200, 1000)).save()).rows_read == 2


def test_lines_of_an_order_get_its_header_but_no_sums(tmp_path: Path) -> None:
    got = sheet(orders(tmp_path, FIRST, LINE, (*LINE[:4], 5, 200, None)).save())
    assert column(got, "order_no") == ["202405-001"] * 3
    assert column(got, "customer_name") == ["甲公司"] * 3
    assert column(got, "amount_fen") == [100_000, 100_000, None]
    assert rules(got) == [(3, "order_no", "CELL-002")]  # told once, with how many
    assert [dict(each.params)["count"] for each in got.findings] == ["2"]


@pytest.mark.parametrize(
    ("second", "numbers"),
    [
        ((None, date(2024, 5, 6), "甲公司", "阀门", 5, 200, 1000), ["202405-001", None]),  # a day and a customer: new
        ((None, None, "乙公司", "阀门", 5, 200, 1000), ["202405-001", None]),
        ((None, None, "甲公司", "阀门", 5, 200, 1000), ["202405-001", "202405-001"]),
        ((None, None, None, None, 5, 200, 1000), ["202405-001", None]),  # no product, so no line
        ((None, None, None, "阀门", None, 200, 1000), ["202405-001", None]),  # no quantity
        (("202405-002", None, None, "阀门", 5, 200, 1000), ["202405-001", "202405-002"]),
    ],
)
def test_blank_number_is_a_line_only_without_customer_and_day(
    tmp_path: Path, second: tuple[Cell, ...], numbers: list[str | None]
) -> None:
    got = sheet(orders(tmp_path, FIRST, second).save())
    assert column(got, "order_no") == numbers
    if numbers[1] == "202405-002":
        assert column(got, "customer_name") == ["甲公司", None]


def test_equal_number_gets_the_header_too(tmp_path: Path) -> None:
    got = sheet(orders(tmp_path, FIRST, ("202405-001", None, None, "阀门", 5, 200, 1000)).save())
    assert column(got, "customer_name") == ["甲公司", "甲公司"]
    assert rules(got) == [(3, "order_date", "CELL-002")]


def test_merged_number_is_filled_inside_its_range_only_and_merged_money_is_counted_once(tmp_path: Path) -> None:
    book = orders(tmp_path, FIRST, ("", None, None, "阀门", 5, 200), (None, date(2024, 5, 7), "丙", "管件", 1, 1, 1))
    got = sheet(book.merge("A2:A3", "202405-001").merge("G2:G3", 2000).save())
    assert column(got, "order_no") == ["202405-001", "202405-001", None]
    assert column(got, "amount_fen") == [100_000, 100_000, 100]


def test_headings_over_two_rows_are_read_from_the_lower_one(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row(*HEADINGS, "收货信息").row(*[""] * 7, "联系人", "联系电话")
    book.merge("H1:I1", "收货信息")
    for at, heading in enumerate(HEADINGS):
        book.merge(f"{chr(65 + at)}1:{chr(65 + at)}2", heading)
    got = sheet(book.row(*FIRST, "张三", "13800138000").save())
    assert got.heading_row == 2
    assert column(got, "phone") == ["13800138000"]
    assert column(got, "order_no") == ["202405-001"]


def test_as_above_is_the_value_of_the_row_above(tmp_path: Path) -> None:
    same = ("202405-002", "〃", "同上", "阀门", 5, 200, 1000)
    got = sheet(orders(tmp_path, FIRST, same, ("202405-003", "〃", "同上", "阀门", 5, 200, 1000)).save())
    assert column(got, "customer_name") == ["甲公司"] * 3
    assert sorted(rules(got)) == [(row, name, "CELL-033") for row in (3, 4) for name in ("customer_name", "order_date")]


def test_hidden_rows_are_read_and_named(tmp_path: Path) -> None:
    got = sheet(orders(tmp_path, FIRST, SECOND).hide_row(3).save())
    assert column(got, "src_hidden") == [False, True]
    assert rules(got) == [(3, "", "CELL-003")]


def test_hidden_sheet_is_named_when_it_would_have_been_read(tmp_path: Path) -> None:
    book = orders(tmp_path, FIRST).sheet("旧", hidden=True).row(*HEADINGS).row(*SECOND)
    got = read(book.sheet("下拉", hidden=True).row("电话").save())
    assert [(finding.rule, finding.sheet) for finding in got.findings] == [("FILE-005", "旧")]
    assert len(got.sheets) == 1


def test_error_cell_and_formula_without_value_are_unknown_not_blank(tmp_path: Path) -> None:
    got = sheet(
        orders(tmp_path, FIRST, SECOND).error("G2", "#REF!").formula("E3", "=1+4").formula("G3", "=1+4", 5).save()
    )
    assert rules(got) == [(3, "qty", "CELL-007"), (2, "amount_fen", "CELL-008")]
    assert [finding.raw for finding in got.findings] == ["", "#REF!"]
    assert column(got, "src_unknown") == ["amount_fen", "qty"]
    assert column(got, "amount_fen") == [None, 500]


@pytest.mark.parametrize("text", [b"#SPILL!", b"#GETTING_DATA", b"Err:504"])
def test_error_with_a_rare_name_costs_its_cell_only(tmp_path: Path, text: bytes) -> None:
    path = orders(tmp_path, FIRST, SECOND).error("G2", "#REF!").save()
    rewrite(path, "xl/worksheets/", lambda part: part.replace(b"#REF!", text))
    got = sheet(path)
    assert [(finding.row, finding.rule, finding.raw) for finding in got.findings] == [(2, "CELL-008", text.decode())]
    assert got.rows_read == 2


def test_formula_that_gave_nothing_is_a_blank(tmp_path: Path) -> None:
    assert sheet(orders(tmp_path, FIRST).formula("G2", '=""', "").save()).findings == []


def test_long_number_keeps_its_digits_in_the_finding(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("发票号码", "开票日期", "价税合计").row(1, date(2024, 5, 3), 1)
    long = b'<c r="A2"><v>24312000000012345678</v>'
    path = rewrite(book.save(), "xl/worksheets/", lambda part: part.replace(b'<c r="A2"><v>1</v>', long))
    got = sheet(path)
    assert [(finding.column, finding.rule, finding.raw) for finding in got.findings] == [
        ("invoice_no", "CELL-005", "24312000000012345678")
    ]


def test_day_shown_by_its_weekday_is_a_day(tmp_path: Path) -> None:
    got = sheet(orders(tmp_path, FIRST).formatted("B2", 45415, "[$-804]aaaa").save())
    assert column(got, "order_date") == [datetime(2024, 5, 3)]
    assert got.findings == []


def test_sheet_without_addresses_is_counted(tmp_path: Path) -> None:
    def bare(part: bytes) -> bytes:
        import re

        return re.sub(rb'(<(?:row|c)) r="\w+"', rb"\1", part)

    path = rewrite(orders(tmp_path, FIRST, SECOND).error("G2", "#REF!").save(), "xl/worksheets/", bare)
    assert rules(sheet(path)) == [(2, "amount_fen", "CELL-008")]


def test_sheet_with_prefixes_and_single_quotes_is_scanned_too(tmp_path: Path) -> None:
    def other_spelling(part: bytes) -> bytes:
        import re

        part = re.sub(rb"<(/?)(worksheet|sheetData|row|c|v|f)\b", rb"<\1x:\2", part)
        return part.replace(b"xmlns=", b"xmlns:x=").replace(b'r="G2" t="e"', b"r='G2' t='e'")

    path = rewrite(orders(tmp_path, FIRST, SECOND).error("G2", "#REF!").save(), "xl/worksheets/", other_spelling)
    assert rules(sheet(path)) == [(2, "amount_fen", "CELL-008")]


def test_headings_twice_or_none_at_all_are_named(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row(*HEADINGS, "备注", "备注", "客户", "总价", None)
    got = read(book.row(*FIRST, "急", "晚点发", "甲公司", 999, "多出来的").save())
    assert [(finding.rule, finding.column, finding.letter) for finding in got.findings] == [
        ("FILE-023", "总价", "K"),
        ("FILE-022", "备注", "I"),
        ("FILE-006", "L", "L"),
    ]
    assert column(got.sheets[0], "remark") == ["急"]
    assert column(got.sheets[0], "amount_fen") == [100_000]


def test_own_heading_goes_before_an_alias_further_left(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("小计", *HEADINGS).row(7, *FIRST)
    assert column(sheet(book.save()), "amount_fen") == [100_000]


@pytest.mark.parametrize(
    ("heading", "above"), [("金额(万元)", ""), ("金额", "单位：万元"), ("金额", "制表:李四 日期:5.31 单位:万元")]
)
def test_unit_of_heading_or_sheet_scales_money(tmp_path: Path, heading: str, above: str) -> None:
    book = Book(tmp_path / "a.xlsx").row(above or None).row(*HEADINGS[:-1], heading).row(*FIRST[:-1], 0.1)
    got = read(book.save())
    assert column(got.sheets[0], "amount_fen") == [100_000]
    assert column(got.sheets[0], "unit_price") == ["100"]
    assert [finding.rule for finding in got.findings] == ["CELL-001"]


def test_unit_beside_the_quantity_becomes_the_unit_column(tmp_path: Path) -> None:
    got = sheet(orders(tmp_path, (*FIRST[:4], "10台", 100, 1000), SECOND).save())
    assert column(got, "uom") == ["台", None]
    assert column(got, "qty") == [10_000, 5_000]


def test_date_without_year_is_read_beside_its_row(tmp_path: Path) -> None:
    rows = [(*FIRST[:1], "5月3日", *FIRST[2:]), ("202412-001", "1月3日", *SECOND[2:])]
    book = Book(tmp_path / "a.xlsx").row(*HEADINGS, "期望交期").row(*rows[0], "6月1日").row(*rows[1], "2月1日")
    got = sheet(book.save())
    assert column(got, "order_date") == [datetime(2024, 5, 3), datetime(2025, 1, 3)]
    assert column(got, "requested_date") == [datetime(2024, 6, 1), datetime(2025, 2, 1)]
    assert {finding.rule for finding in got.findings} == {"CELL-010"}


def test_year_far_from_the_order_is_unknown(tmp_path: Path) -> None:
    book = (
        Book(tmp_path / "a.xlsx")
        .row(*HEADINGS, "期望交期")
        .row(*FIRST, date(2042, 5, 20))
        .row(*SECOND, date(2024, 5, 20))
    )
    got = sheet(book.save())
    assert rules(got) == [(2, "requested_date", "CELL-019")]
    assert column(got, "requested_date") == [None, datetime(2024, 5, 20)]


def test_true_one_and_one_point_zero_are_kept_apart(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row(*HEADINGS, "备注").row(*FIRST, True).row(*SECOND, 1)
    assert column(sheet(book.save()), "remark") == ["TRUE", "1"]


def test_other_table_further_down_is_read_and_not_mixed_in(tmp_path: Path) -> None:
    book = orders(tmp_path, FIRST).blank(2).row("收款日期", "付款方", "收款金额").row(date(2024, 5, 9), "甲公司", 1000)
    got = read(book.save())
    assert [(table.kind, table.heading_row) for table in got.sheets] == [("orders", 1), ("receipts", 5)]
    assert got.sheets[0].ignored == []
    assert got.findings == []


def test_sheet_of_two_kinds_is_read_as_the_wider_one(tmp_path: Path) -> None:
    got = read(Book(tmp_path / "a.xlsx").row(*HEADINGS, "物流单号").row(*FIRST, "SF123").save())
    assert [table.kind for table in got.sheets] == ["orders"]
    assert [finding.rule for finding in got.findings] == ["FILE-019", "FILE-035"]


def test_columns_that_are_not_used_are_told_once_with_how_many_rows_they_fill(tmp_path: Path) -> None:
    rows = [(*FIRST, "甲", None, None), (*FIRST, "乙", "丙", None)]
    got = read(Book(tmp_path / "a.xlsx").row(*HEADINGS, "仓位代号", "司机心情", "空列").rows(*rows).save())
    assert [(each.rule, dict(each.params)["other"]) for each in got.findings if each.rule == "FILE-035"] == [
        ("FILE-035", "仓位代号 (2), 司机心情 (1)")
    ]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([("姓名", "部门"), ("张三", "销售")], [("FILE-018", "")]),
        ([()], [("FILE-012", "")]),
        ([("订单编号", "客户名称", "产品名称", "单价", "金额"), FIRST], [("FILE-021", "orders.qty")]),
        ([HEADINGS], None),
    ],
)
def test_file_without_a_sheet_we_know_is_refused(
    tmp_path: Path, rows: list[tuple[Cell, ...]], found: list[tuple[str, str]] | None
) -> None:
    got = read(Book(tmp_path / "a.xlsx").rows(*rows).save())
    if found is None:
        assert (got.refused, got.sheets[0].rows_read) == (None, 0)
        assert [finding.rule for finding in got.findings] == ["FILE-020"]
    else:
        assert got.refused == found[0][0]
        assert [(finding.rule, finding.column) for finding in got.findings] == found


@pytest.mark.parametrize(
    "rows",
    [
        [("工单号", "回单内容", "问题是否解决"), ("G1", "已处理", "是")],
        [("甲", "乙", "丙")],
        [("只有一句话",)],
        [(1, 2, 3), (4, 5, 6)],
    ],
)
@pytest.mark.parametrize("empty_sheets", [0, 2])
def test_empty_is_only_what_holds_nothing(tmp_path: Path, rows: list[tuple[Cell, ...]], empty_sheets: int) -> None:
    """A full book that is called empty sends whoever dropped it looking in the wrong place."""
    full, bare = Book(tmp_path / "a.xlsx").rows(*rows), Book(tmp_path / "b.xlsx").row()
    for book in (full, bare):
        for number in range(empty_sheets):
            book.sheet(f"空{number}")
    got = read(full.save())
    assert (got.refused, [each.rule for each in got.findings]) == ("FILE-018", ["FILE-018"])
    assert read(bare.save()).refused == "FILE-012"


def test_sheet_we_do_not_know_beside_one_we_do_is_a_note(tmp_path: Path) -> None:
    got = read(orders(tmp_path, FIRST).sheet("说明").row("填写说明").sheet("空").save())
    assert got.refused is None
    assert [(finding.rule, finding.sheet) for finding in got.findings] == [("FILE-018", "说明")]


@pytest.mark.parametrize("extension", ["xls", "xlsb", "dat"])
def test_workbook_under_a_wrong_name_is_read_by_its_content(tmp_path: Path, extension: str) -> None:
    path = orders(tmp_path, FIRST).save().rename(tmp_path / f"a.{extension}")
    assert [table.rows_read for table in read(path).sheets] == [1]


@pytest.mark.parametrize(("count", "refused"), [(1, None), (600, "FILE-016")])
def test_cell_in_the_farthest_corner_costs_nothing_and_a_sheet_full_of_them_is_refused(
    tmp_path: Path, count: int, refused: str | None
) -> None:
    path = orders(tmp_path, FIRST).save()
    last = range(1_048_577 - count, 1_048_577)
    far = b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in last)
    rewrite(path, "xl/worksheets/", lambda part: part.replace(b"</sheetData>", far + b"</sheetData>"))
    got = read(path)
    assert (got.refused, [table.rows_read for table in got.sheets]) == (refused, [] if refused else [1])


def test_row_number_that_wraps_round_is_refused(tmp_path: Path) -> None:
    path = orders(tmp_path, FIRST).save()
    rewrite(path, "xl/worksheets/", lambda part: part.replace(b'r="2"', b'r="4294967298"'))
    assert read(path).refused == "FILE-002"


def test_formats_down_to_the_last_row_cost_nothing(tmp_path: Path) -> None:
    path = orders(tmp_path, FIRST).save()
    styled = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (n, n) for n in range(3, 60_000))
    last = b'<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    rewrite(path, "xl/worksheets/", lambda part: part.replace(b"</sheetData>", styled + last + b"</sheetData>"))
    assert sheet(path).ignored == []


def test_receipts_without_orders_are_rows(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("收款日期", "付款方", "收款金额", "付款方式", "订单编号")
    book.row(date(2024, 5, 9), "甲公司", 1000, "电汇", "202405-001、002").row(
        date(2024, 5, 9), "乙公司", -3000, "电汇", None
    )
    got = read(book.row("合计", None, -2000).save())
    assert got.findings == []
    assert column(got.sheets[0], "order_nos") == ["202405-001;002", None]
    assert column(got.sheets[0], "amount_fen") == [100_000, -300_000]


SAID = "客户反映：轴承异响，要求退货"
COMPLAINTS = ("投诉编号", "投诉人", "联系方式", "订单编号", "投诉内容", "备注")
WHOLE = ("202405-T001", "张三", "13800000000", "202405-001", "漏油", "常规")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([(None, None, None, None, SAID), WHOLE], 2),
        ([WHOLE, (None, None, None, None, SAID)], 2),
        ([WHOLE, (None, None, None, None, "客户意见：轴承异响", "备注：急")], 2),
        ([(None, "客户：李四", None, None, None, None), WHOLE], 2),
        ([(None, None, None, None, "客户反映：", "异响"), WHOLE], 2),
        ([WHOLE, ("跟单：李四", None, None, None, "仓库：王五")], 1),
        ([WHOLE, (None, None, None, None, None, "客户签字：李四")], 1),
        ([(None, None, "收货人签字：", "李四", "签字日期：5.3"), WHOLE], 1),
    ],
)
def test_complaint_that_is_one_labelled_sentence_is_no_foot(
    tmp_path: Path, rows: list[tuple[Cell, ...]], told: int
) -> None:
    got = sheet(Book(tmp_path / "a.xlsx").row(*COMPLAINTS).rows(*rows).save())
    assert (got.kind, got.rows_read, len(got.ignored)) == ("complaints", told, len(rows) - told)
