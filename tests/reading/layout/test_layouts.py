"""Every layout people use gives the same rows, and every cell knows where it stands."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.reading.layout.wide import stage_field
from tests.support.books import Book
from tests.support.trait_cells import TABLE_1, facts, only, read

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.reading import SheetRead
    from tests.support.books import Cell


DAY = date(2024, 5, 3)
FACTS = {
    "order_no": "202405-001",
    "order_date": datetime(2024, 5, 3),
    "customer_name": "甲公司",
    "contact": "张三",
    "product_name": "水泵",
    "model": "X200",
    "qty": 10_000,
    "unit_price": "100",
    "amount_fen": 100_000,
    "promised_date": datetime(2024, 6, 3),
    "address": "北京市海淀区1号",
    "pay_term": "月结30天",
    "reviewer": "李四",
}


def cells(table: SheetRead, row: int = 0) -> dict[str, str]:
    """Field → the cell it was read from."""
    told = json.loads(table.table.column("src_cells")[row].as_py())
    return {name: cell for name, (cell, _) in told.items()}


def test_form_with_labels_beside_values_is_one_row(tmp_path: Path) -> None:
    got = only(Book(tmp_path / "a.xlsx", "审批表").rows(*TABLE_1).merge("A1:D1", "某某公司销售订单审批表").save())
    assert (got.kind, got.rows_read, got.findings) == ("orders", 1, [])
    assert facts(got) == [FACTS]
    assert got.table.column("src_row").to_pylist() == [2]
    assert {name: cells(got)[name] for name in ("order_no", "customer_name", "amount_fen", "pay_term")} == {
        "order_no": "B2",
        "customer_name": "B3",
        "amount_fen": "B6",
        "pay_term": "D7",
    }


def test_form_finding_stands_at_its_own_cell(tmp_path: Path) -> None:
    rows = [*TABLE_1[:4], ("数量", "约100", "单价(元)", 100), *TABLE_1[5:]]
    got = only(Book(tmp_path / "a.xlsx").rows(*rows).save())
    assert [(finding.column, finding.rule, cells(got)[finding.column]) for finding in got.findings] == [
        ("qty", "CELL-023", "B5")
    ]


def test_form_with_labels_above_values_is_the_same_row(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("销售订单")
    for left, right in zip(TABLE_1[1:7:2], TABLE_1[2:8:2], strict=True):
        book.row(left[0], left[2], right[0], right[2]).row(left[1], left[3], right[1], right[3])
    got = only(book.save())
    assert facts(got) == [{name: value for name, value in FACTS.items() if name != "reviewer"}]
    assert cells(got)["model"] == "D5" if "model" in cells(got) else True


def test_several_forms_below_each_other_are_several_rows(tmp_path: Path) -> None:
    second = [("订单编号", "202405-002", "下单日期", DAY), *TABLE_1[2:]]
    got = only(Book(tmp_path / "a.xlsx").rows(*TABLE_1).blank(2).rows(TABLE_1[0], *second).save())
    assert facts(got) == [FACTS, FACTS | {"order_no": "202405-002"}]
    assert got.table.column("src_row").to_pylist() == [2, 12]
    assert cells(got, 1)["qty"] == "B15"


def test_forms_beside_each_other_are_several_rows(tmp_path: Path) -> None:
    second = [("订单编号", "202405-002", "下单日期", DAY), *TABLE_1[2:]]
    book = Book(tmp_path / "a.xlsx")
    for left, right in zip(TABLE_1[1:], second, strict=True):
        book.row(*left, None, *right)
    got = read(book.save())
    assert [row for table in got.sheets for row in facts(table)] == [FACTS, FACTS | {"order_no": "202405-002"}]
    assert cells(got.sheets[1])["customer_name"] == "G2"


def test_one_form_on_every_sheet(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx")
    for name in ("张三", "李四"):
        book.sheet(name).rows(*TABLE_1)
    got = read(book.save())
    assert [(table.sheet, facts(table)) for table in got.sheets] == [("张三", [FACTS]), ("李四", [FACTS])]


def test_label_and_value_in_one_cell(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("订单编号:202405-001  下单日期:2024.5.3", None, "客户名称：甲公司")
    book.row("产品名称：水泵", None, "规格型号: X200; 数量：10台").row("单价：100元", None, "联系人：＿＿＿＿")
    got = only(book.row("物流：", "________").save())
    assert facts(got) == [
        {name: FACTS[name] for name in ("order_no", "order_date", "customer_name", "product_name", "model", "qty")}
        | {"unit_price": "100", "uom": "台"}
    ]
    assert cells(got)["order_date"] == "A1"


def test_boxes_say_what_is_ticked(tmp_path: Path) -> None:
    ticked = [*TABLE_1[:6], ("付款方式", "□款到发货 ☑月结30天", "接收渠道", "☐电话 ☐邮件"), ("紧急订单", "√")]
    (row,) = facts(only(Book(tmp_path / "a.xlsx").rows(*ticked).save()))
    assert (row["pay_term"], row.get("channel"), row["is_urgent"]) == ("月结30天", None, True)


def test_blank_form_gives_nothing(tmp_path: Path) -> None:
    blank = [tuple(cell if n % 2 == 0 else None for n, cell in enumerate(row)) for row in TABLE_1]
    underlined = [tuple(cell if n % 2 == 0 else "______" for n, cell in enumerate(row)) for row in TABLE_1]
    for rows in (blank, underlined):
        got = read(Book(tmp_path / "a.xlsx").rows(*rows).save())
        assert got.sheets == ()
        assert [finding.rule for finding in got.findings] == ["FILE-020"]


def test_blank_form_beside_a_filled_one_is_left_out(tmp_path: Path) -> None:
    blank = [(row[0], None, *(row[2:3])) for row in TABLE_1[1:]]
    assert facts(only(Book(tmp_path / "a.xlsx").rows(*TABLE_1).blank().rows(*blank).save())) == [FACTS]


def test_page_that_tells_how_to_fill_a_form_is_no_form(tmp_path: Path) -> None:
    guide = [
        ("订单编号", "必填，格式为年月加序号"),
        ("下单日期", "收到订单的日期"),
        ("客户名称", "与档案一致"),
        ("产品名称", "全称"),
        ("数量", "整数"),
        ("单价", "含税"),
    ]
    got = read(Book(tmp_path / "a.xlsx", "填写说明").rows(*guide).save())
    assert got.sheets == ()


def test_stages_under_the_number_of_their_order(tmp_path: Path) -> None:
    head = ("执行阶段", "责任人*", "计划完成时间", "实际完成时间", "备注（如延迟原因）")
    book = Book(tmp_path / "a.xlsx")
    for number in ("202405-001", "202405-002"):
        book.row("订单执行跟踪表").row("订单编号：", number, "客户名称：", "甲公司").row(*head)
        book.row("生产/采购备货", "王五", date(2024, 5, 10), date(2024, 5, 9)).row(
            "仓库质检", "赵六", date(2024, 5, 12)
        )
        book.row("物流发货", "钱七", date(2024, 5, 13), None, "物流单号：SF1234567890123")
        book.row("客户签收", "孙八", date(2024, 5, 15), None, "签收人：________").row("填表日期：2024.5.3").blank()
    got = read(book.save())
    rows = [row for table in got.sheets for row in facts(table)]
    assert [(row["order_no"], row["stage"]) for row in rows] == [
        (number, stage) for number in ("202405-001", "202405-002") for stage in ("prepare", "check", "ship", "sign")
    ]
    assert rows[0]["actual_at"] == datetime(2024, 5, 9)
    assert [row.get("tracking_no") for row in rows[:4]] == [None, None, "SF1234567890123", None]
    assert cells(got.sheets[1]) == {"order_no": "B11"}
    assert cells(got.sheets[0], 2)["tracking_no"] == "E6"


def test_lines_under_the_head_of_their_order(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("购销合同").row("订单编号：202405-001", None, None, "下单日期：", "2024.5.3")
    book.row("客户名称：", "甲公司").row("序号", "产品名称", "规格型号", "数量", "单价", "金额")
    book.row(1, "水泵", "X200", 10, 100, 1000).row(2, "阀门", "F1", 5, 200, 1000).row(
        "合计", None, None, 15, None, 2000
    )
    got = only(book.row("付款方式：", "月结30天", None, "收货地址：", "北京").row("审核人：", "李四").save())
    assert [row["model"] for row in facts(got)] == ["X200", "F1"]
    for row in facts(got):
        assert {name: row[name] for name in ("order_no", "order_date", "customer_name", "pay_term", "reviewer")} == {
            name: FACTS[name] for name in ("order_no", "order_date", "customer_name", "pay_term", "reviewer")
        }
    assert (got.rows_read, got.totals["amount_fen"], cells(got)["address"]) == (2, 200_000, "E8")


def test_unit_of_money_above_a_form_counts(tmp_path: Path) -> None:
    form = [tuple("金额" if cell == "金额（元）" else cell for cell in row) for row in TABLE_1]
    form = [tuple("单价" if cell == "单价(元)" else cell for cell in row) for row in form]
    (row,) = facts(only(Book(tmp_path / "a.xlsx").row(None, None, None, "单位：万元").rows(*form).save()))
    assert (row["amount_fen"], row["unit_price"]) == (1_000_000_000, "1000000")
    (row,) = facts(only(Book(tmp_path / "b.xlsx").row(None, None, None, "单位：万元").rows(*TABLE_1).save()))
    assert (row["amount_fen"], row["unit_price"]) == (FACTS["amount_fen"], "100")  # what the label says is nearer


# Wide


def test_wide_table_is_one_row_a_stage(tmp_path: Path) -> None:
    head = (
        "订单编号",
        "客户名称",
        "备货计划",
        "备货实际",
        "质检计划",
        "发货计划",
        "发货日期",
        "物流单号",
        "签收实际",
        "责任人",
    )
    book = Book(tmp_path / "a.xlsx").row("跟踪表").row(*head)
    book.row("202405-001", "甲", DAY, DAY, date(2024, 5, 6), None, date(2024, 5, 8), "SF1", None, "王五")
    got = only(book.row("202405-002", "乙", DAY).save())
    assert [(row["order_no"], row["stage"]) for row in facts(got)] == [
        ("202405-001", "prepare"),
        ("202405-001", "check"),
        ("202405-001", "ship"),
        ("202405-002", "prepare"),
    ]
    ship = facts(got)[2]
    assert (ship["actual_at"], ship["tracking_no"], ship["owner"]) == (datetime(2024, 5, 8), "SF1", "王五")
    assert cells(got, 2) == {
        "order_no": "A3", "planned_at": "F3", "actual_at": "G3", "tracking_no": "H3", "owner": "J3",
    }  # fmt: skip
    assert got.table.column("src_row").to_pylist() == [3, 3, 3, 4]


def test_wide_finding_stands_at_its_own_cell(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("订单编号", "备货计划", "质检计划", "发货计划")
    got = only(book.row("202405-001", DAY, "5月初", date(2024, 13 - 1, 1)).save())
    assert [(finding.rule, cells(got, finding.at)[finding.column]) for finding in got.findings] == [("CELL-012", "C2")]


def test_wide_heading_over_two_rows(tmp_path: Path) -> None:
    book = (
        Book(tmp_path / "a.xlsx").row("订单编号", "备货", None, "质检", None).row(None, "计划", "实际", "计划", "实际")
    )
    book.merge("A1:A2", "订单编号").merge("B1:C1", "备货").merge("D1:E1", "质检")
    got = only(book.row("202405-001", DAY, DAY, date(2024, 5, 6)).save())
    assert [(row["stage"], row["planned_at"]) for row in facts(got)] == [
        ("prepare", datetime(2024, 5, 3)),
        ("check", datetime(2024, 5, 6)),
    ]


def test_orders_with_stages_beside_them_are_both(tmp_path: Path) -> None:
    head = (
        "订单编号",
        "下单日期",
        "客户名称",
        "产品名称",
        "数量",
        "单价",
        "金额",
        "交货日期",
        "备货计划",
        "备货实际",
        "发货计划",
    )
    row = ("202405-001", DAY, "甲公司", "水泵", 10, 100, 1000, date(2024, 6, 3), DAY, None, date(2024, 5, 20))
    got = read(Book(tmp_path / "a.xlsx").row(*head).row(*row).save())
    assert [(table.kind, table.rows_read) for table in got.sheets] == [("orders", 1), ("tracking", 2)]
    assert got.findings == []


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("备货计划", ("prepare", "planned_at")),
        ("生产/采购备货计划完成时间", ("prepare", "planned_at")),
        ("计划发货日期", ("ship", "planned_at")),
        ("实际签收时间", ("sign", "actual_at")),
        ("质检/实际", ("check", "actual_at")),
        ("预计发货时间", ("ship", "forecast_at")),
        ("发货日期", ("ship", "actual_at")),
        ("备货责任人", ("prepare", "owner")),
        ("shippingplanned", ("ship", "planned_at")),
        ("交货日期", None),
        ("物流单号", None),
        ("发货方式", None),
        ("质检结果", None),
    ],
)
def test_heading_names_stage_and_field(heading: str, field: tuple[str, str] | None) -> None:
    assert stage_field(heading) == field


# Several tables


def test_tables_beside_each_other_are_both_read(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("订单", None, None, None, None, None, "收款")
    book.row("订单编号", "客户名称", "产品名称", "数量", "单价", None, "收款日期", "付款方", "收款金额")
    book.row("202405-001", "甲", "泵", 1, 10, None, DAY, "甲", 5).row("202405-002", "乙", "泵", 1, 10)
    got = read(book.row(None, None, None, None, None, None, DAY, "乙", 6).save())
    assert [(table.kind, table.rows_read) for table in got.sheets] == [("orders", 2), ("receipts", 2)]
    assert got.sheets[1].columns["amount_fen"] == ("I", "收款金额")
    assert got.sheets[1].table.column("src_row").to_pylist() == [3, 5]
    assert got.findings == []


def test_tables_below_each_other_keep_title_and_unit(tmp_path: Path) -> None:
    book = (
        Book(tmp_path / "a.xlsx")
        .row("订单编号", "客户名称", "产品名称", "数量", "单价")
        .row("202405-001", "甲", "泵", 1, 10)
    )
    book.blank().row("2024年5月收款").row("单位：万元").row("收款日期", "付款方", "收款金额").row(DAY, "甲", 5)
    got = read(book.save())
    assert [(table.kind, table.heading_row) for table in got.sheets] == [("orders", 1), ("receipts", 6)]
    assert got.sheets[1].totals == {"amount_fen": 5_000_000}
    assert got.sheets[0].rows_read == 1


def test_month_and_person_sheets_are_all_read(tmp_path: Path) -> None:
    book = Book(tmp_path / "2024年订单.xlsx")
    for name in ("5月", "张三"):
        book.sheet(name).row("订单编号", "下单日期", "客户名称", "产品名称", "数量", "单价")
        book.row("202405-001", "5月3日", "甲", "泵", 1, 10)
    got = read(book.save())
    assert [table.sheet for table in got.sheets] == ["5月", "张三"]
    for table in got.sheets:
        assert table.table.column("order_date").to_pylist() == [datetime(2024, 5, 3)]


@pytest.mark.parametrize("merged", [True, False])
def test_two_row_heading_is_read_with_or_without_merges(tmp_path: Path, merged: bool) -> None:
    book = Book(tmp_path / "a.xlsx").row("订单编号", "客户", None, "货物", None, None, "数量", "单价")
    book.row(None, "名称", "电话", "名称", "型号", "单位", None, None)
    if merged:
        for area, text in (("A1:A2", "订单编号"), ("B1:C1", "客户"), ("D1:F1", "货物"), ("G1:G2", "数量")):
            book.merge(area, text)
    got = only(book.row("202405-001", "甲公司", "13800138000", "水泵", "X200", "台", 10, 100).save())
    names = ("order_no", "customer_name", "product_name", "model", "uom", "qty", "unit_price")
    assert {name: facts(got)[0].get(name) for name in names} == {
        "order_no": "202405-001",
        "customer_name": "甲公司",
        "product_name": "水泵",
        "model": "X200",
        "uom": "台",
        "qty": 10_000,
        "unit_price": "100",
    }


WORDS: tuple[Cell, ...] = ("普通", "加急", "到付", "保价")  # what is no number of whatever form


def courier(path: Path, heading: str, numbers: tuple[Cell, ...], *further: str) -> Book:
    book = Book(path).row("运单号码", heading, "快递公司", "发货日期", *further)
    for at, number in enumerate(numbers):
        book.row(f"SF12345678901{at:02d}", number, "顺丰", "2024.5.6", *(f"202405-00{at + 1}" for _ in further))
    return book


def test_words_below_a_heading_of_ours_are_one_finding(tmp_path: Path) -> None:
    got = read(courier(tmp_path / "a.xlsx", "订单号", WORDS).save())
    assert [(finding.rule, finding.row, finding.letter, finding.column) for finding in got.findings] == [
        ("FILE-031", 1, "B", "订单号"),
        ("FILE-021", 1, "", "shipments.order_no"),
    ]
    assert (got.refused, dict(got.findings[0].params)) == ("FILE-031", {"value": WORDS[0]})


def test_the_column_that_holds_order_numbers_is_taken(tmp_path: Path) -> None:
    got = read(courier(tmp_path / "a.xlsx", "订单号", WORDS, "销售单号").save())
    (table,) = got.sheets
    assert [finding.rule for finding in got.findings] == ["FILE-031"]
    assert table.table.column("order_no").to_pylist() == ["202405-001", "202405-002", "202405-003", "202405-004"]
    assert not table.findings


@pytest.mark.parametrize(
    ("heading", "numbers"),
    [
        ("订单编号", WORDS),  # so we call it: what stands there is a number
        ("订单号", WORDS[:2]),  # too few to say what the column holds
        ("订单号", (*WORDS, "SO-1")),
        ("订单号", ("712345678900", "712345678901", "712345678902", "712345678903")),
    ],
)
def test_column_that_may_be_ours_is_taken_as_written(tmp_path: Path, heading: str, numbers: tuple[Cell, ...]) -> None:
    got = read(courier(tmp_path / "a.xlsx", heading, numbers).save())
    assert not got.findings
    assert got.sheets[0].table.column("order_no").to_pylist() == list(numbers)


def test_orders_with_numbers_of_another_system_are_read_as_written(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("订单号", "客户名称", "产品名称", "数量", "单价")
    numbers = ("712345678900", "XSDD20260301", "PO 1/2", "沪字18号")
    for number in numbers:
        book.row(number, "甲公司", "水泵", 1, 5)
    (table,) = read(book.save()).sheets
    assert table.table.column("order_no").to_pylist() == list(numbers)
    assert not table.findings
