"""The 107 traits of real workbooks, one case each and more where one cannot show it.

F of files, L of layout, V of values, D of dates, numbered as in the handbook. Most cases are
one dirty cell in a clean sheet, dropped as a workbook and read.
"""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from python_calamine import CalamineWorkbook

from pipeline.core.workspace import open_workspace
from pipeline.ledger import begin, known_bytes, open_ledger
from pipeline.night import inbox
from pipeline.night.inbox.look import Seen as File
from pipeline.night.inbox.look import settled
from pipeline.reading.files.guard import inspect
from tests.support import old_excel
from tests.support.books import Book, rewrite
from tests.support.trait_cells import CLEAN, DAY, TABLE_1, Seen, cell, only, read, seen, sheet, swap
from tests.support.trait_cells import facts as rows_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.books import Cell

Case = tuple[str, str, str, "Cell", object, tuple[str, ...]]
MAY_3 = datetime(2024, 5, 3)
ROW = tuple(CLEAN["orders"].values())
HEADINGS = tuple(CLEAN["orders"])
RULES: dict[str, list[Callable[[Path], None]]] = {}


def trait(*names: str) -> Callable[[Callable[[Path], None]], Callable[[Path], None]]:
    """Say which traits a case shows."""

    def keep(case: Callable[[Path], None]) -> Callable[[Path], None]:
        for name in names:
            RULES.setdefault(name, []).append(case)
        return case

    return keep


def found(path: Path) -> list[tuple[str, int]]:
    """Rules broken by a file and its sheets, with the row to look at."""
    return [(each.rule, each.row) for each in read(path).findings]


def rules(path: Path) -> list[tuple[int, str]]:
    """Rules broken by cells and rows of the one table."""
    return sorted((each.row, each.rule) for each in only(path).findings)


# Cells: id, kind of sheet, heading, what was typed, what is read, the rules it breaks

CELLS: list[Case] = [
    ("L17", "orders", "折扣", "—", None, ()),
    ("L25", "orders", "接收渠道", "来电", "phone", ()),
    ("V1", "orders", "订单编号", "２０２４０５－００１", "202405-001", ()),
    ("V1", "orders", "型号", "Ⅱ型①", "Ⅱ型①", ()),
    ("V2", "orders", "订单编号", "202405—001", "202405-001", ()),
    ("V2", "orders", "订单编号", "202405−001", "202405-001", ()),
    ("V3", "orders", "联系人", "张\u200b三\u00a0_x000D_", "张三", ()),
    ("V4", "orders", "订单编号", "'202405-001", "202405-001", ()),
    ("V5", "orders", "客户名称", "甲公司  ", "甲公司", ()),
    ("V6", "orders", "订单编号", 202405001, "202405001", ()),
    ("V6", "orders", "订单编号", "2.02405E+08", None, ("CELL-041",)),
    ("V8", "orders", "订单编号", date(2024, 5, 1), None, ("ORD-045",)),
    ("V10", "orders", "订单编号", "2O2405-00l", "2O2405-00l", ()),
    ("V11", "orders", "订单编号", "202405-001、002", None, ("CELL-038",)),
    ("V11", "receipts", "订单编号", "202405-001~003", "202405-001~003", ()),
    ("V12", "orders", "订单编号", "202405-001补", "202405-001补", ()),
    ("V13", "orders", "联系电话", 13800138000.0, "13800138000", ()),
    ("V13", "orders", "联系电话", "+86 138-0013-8000", "13800138000", ()),
    ("V13", "orders", "联系电话", "0755-12345678转801", "075512345678-801", ()),
    ("V13", "orders", "联系电话", "13800138000/13900139000", "13800138000", ()),
    ("V13", "orders", "联系电话", "1.38001E+10", None, ("CELL-026",)),
    ("V14", "orders", "联系电话", 7551234567, "7551234567", ("CELL-027",)),
    ("V14", "orders", "客户编码", "00123", "00123", ()),
    ("V15", "customers", "统一社会信用代码", 913502110001000143, None, ("CELL-005",)),
    ("V16", "orders", "型号", "3E10", "3E10", ()),
    ("V16", "orders", "型号", 1e5, "100000", ("CELL-029",)),
    ("V17", "orders", "型号", 500.0, "500", ()),
    ("V17", "orders", "型号", date(2024, 3, 12), None, ("CELL-030",)),
    ("V18", "orders", "型号", "NA", "NA", ()),
    ("V18", "orders", "客户名称", "NULL", "NULL", ()),
    ("V18", "orders", "备注", "#N/A", None, ("CELL-008",)),
    ("V19", "orders", "数量", "100 台", 100_000, ()),
    ("V19", "orders", "数量", "12箱×10", None, ("CELL-024",)),
    ("V19", "orders", "数量", "10+2(赠)", None, ("CELL-025",)),
    ("V20", "orders", "金额", "￥1,200.00", 120_000, ()),
    ("V20", "orders", "金额", "1.2万", 1_200_000, ("CELL-001",)),
    ("V20", "orders", "金额", "叁仟伍佰元整", 350_000, ()),
    ("V20", "orders", "单价", "1200/台", "1200", ()),
    ("V21", "orders", "金额", "1，200.00", 120_000, ()),
    ("V21", "orders", "金额", "1 200.00", 120_000, ()),
    ("V21", "orders", "金额", "1.200,00", None, ("CELL-022",)),
    ("V21", "orders", "金额", "1,2", None, ("CELL-022",)),
    *(("V22", "receipts", "收款金额", text, -50_000, ()) for text in ("-500", "(500.00)", "（500）", "▲500", "500-")),
    ("V23", "orders", "金额", "-", None, ()),
    ("V23", "orders", "金额", 0, 0, ()),
    ("V24", "orders", "金额", 59.97000000000001, 5_997, ()),
    ("V24", "orders", "金额", 2.675, 268, ()),
    ("V25", "orders", "单价", 33.333333, "33.333333", ()),
    ("V25", "orders", "金额", 33.333333, 3_333, ()),
    ("V26", "orders", "折扣", "九五折", "factor=0.95", ()),
    ("V26", "orders", "折扣", "9.5折", "factor=0.95", ()),
    ("V26", "orders", "折扣", "8%", "reduction=0.08", ()),
    ("V26", "orders", "折扣", 0.1, "ambiguous=0.1", ()),
    ("V28", "orders", "金额", "USD 100", 10_000, ()),  # in its own currency
    *(("V29", "orders", "数量", text, None, ("CELL-023",)) for text in ("90-100", "约100", ">100")),
    *(("V30", "orders", "紧急订单", raw, True, ()) for raw in ("是", "√", "✓", "Y", 1.0, True, "☑", "有")),
    ("V30", "orders", "紧急订单", "也许", None, ("CELL-032",)),
    ("V33", "shipments", "附件", '=DISPIMG("ID_1",1)', "有图片", ("CELL-034",)),
    ("V34", "orders", "订单编号", "202405-\n001", "202405-001", ()),
    ("V34", "orders", "型号", "X200\nX210", None, ("CELL-036",)),
    ("V35", "orders", "联系人", "张三13800138000", "张三", ("CELL-037",)),
    ("V35", "orders", "联系人", "张 三", "张三", ()),
    ("V36", "tracking", "备注", "完成80%", "完成80%", ()),
    ("V36", "tracking", "实际完成时间", "OK", None, ("CELL-021",)),
    ("V37", "tracking", "物流单号", "客户自提", "客户自提", ()),
    ("V38", "orders", "客户名称", "甲公司(深圳)", "甲公司(深圳)", ()),
    ("V39", "orders", "下单日期", date(2023, 5, 3), None, ("CELL-019",)),
    ("V40", "orders", "备注", '=HYPERLINK("x")', '=HYPERLINK("x")', ()),
    ("D1", "orders", "下单日期", DAY, MAY_3, ()),
    ("D1", "tracking", "实际完成时间", datetime(2024, 5, 3, 9, 30), datetime(2024, 5, 3, 9, 30), ()),
    ("D3", "orders", "下单日期", 45415, MAY_3, ("CELL-009",)),
    *(("D4", "orders", "下单日期", text, MAY_3, ()) for text in ("2024.5.3", "2024/5/3", "2024-5-3", "2024、5、3")),
    *(("D4", "orders", "下单日期", text, MAY_3, ()) for text in ("2024。5。3", "2024．5．3")),
    ("D5", "orders", "下单日期", "20240503", MAY_3, ()),
    ("D5", "orders", "下单日期", 20240503, MAY_3, ()),
    *(("D6", "orders", "下单日期", t, MAY_3, ()) for t in ("2024年5月3日", "2024年5月3号", "二〇二四年五月三日")),
    *(("D7", "orders", "下单日期", t, MAY_3, ("CELL-010",)) for t in ("5月3日", "5.3", "5/3", "5-3", "05.03")),
    *(("D8", "orders", "下单日期", text, MAY_3, ()) for text in ("24.5.3", "24/5/3", "24-05-03")),
    *(("D9", "orders", "期望交期", text, None, ("CELL-014",)) for text in ("2024.5", "2024年5月", "5月")),
    ("D10", "tracking", "实际完成时间", "2024.5.3 9:30", datetime(2024, 5, 3, 9, 30), ()),
    ("D10", "tracking", "实际完成时间", "2024/5/3 下午2:15", datetime(2024, 5, 3, 14, 15), ()),
    ("D10", "tracking", "实际完成时间", "5月3日14点", datetime(2024, 5, 3, 14), ("CELL-010",)),
    ("D11", "orders", "期望交期", "2024.5.3-5.6", datetime(2024, 5, 6), ("CELL-013",)),
    ("D11", "orders", "下单日期", "2024.5.3~2024.5.6", None, ("CELL-013",)),
    *(("D12", "orders", "下单日期", t, None, ("CELL-011",)) for t in ("2024-02-30", "2024-13-01", "2024-4-31")),
    *(
        ("D13", "orders", "期望交期", t, None, ("CELL-012",))
        for t in ("5月初", "月底", "下周", "尽快", "ASAP", "收到款后3天")
    ),
    ("D14", "orders", "下单日期", "2024/5/3(周五)", MAY_3, ()),
    ("D14", "orders", "下单日期", "2024.5.3(星期四)", MAY_3, ("CELL-020",)),
    ("D15", "orders", "下单日期", "03/05/2024", None, ("CELL-015",)),
    ("D15", "orders", "下单日期", "13/05/2024", datetime(2024, 5, 13), ()),
    ("D15", "orders", "下单日期", "3-May-24", MAY_3, ()),
    ("D16", "orders", "下单日期", time(9, 30), None, ("CELL-016",)),
    ("D17", "orders", "期望交期", "5.3发50台,5.6发50台", None, ("CELL-017",)),
    *(("D18", "orders", "期望交期", raw, None, ("CELL-018",)) for raw in ("1900-01-00", "0000-00-00", 0.0)),
    *(("D19", "orders", "期望交期", t, None, ("CELL-019",)) for t in ("2042-05-03", "2004-05-03", "2204-05-03")),
    ("D20", "orders", "下单日期", "2024 - 05 - 03", MAY_3, ()),
]


@pytest.mark.parametrize(
    ("kind", "heading", "raw", "value", "broken"),
    [pytest.param(*case, id=f"{name}-{at}") for at, (name, *case) in enumerate(CELLS)],
)
def test_trait_of_a_cell(
    tmp_path: Path, kind: str, heading: str, raw: Cell, value: object, broken: tuple[str, ...]
) -> None:
    assert cell(tmp_path, kind, heading, raw) == Seen(value, broken)


# Files


@trait("F1")
def _lock_and_temp_files_are_told_from_workbooks(tmp_path: Path) -> None:
    names = ("~$订单.xlsx", ".~订单.xlsx", "订单.xlsx.tmp", ".DS_Store", "Thumbs.db")
    assert all(File(name, tmp_path / name, 1, 1, 1).is_temporary for name in names)
    assert not File("订单.xlsx", tmp_path / "订单.xlsx", 1, 1, 1).is_temporary


@trait("F2")
def _file_that_grows_is_not_settled(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    before, after = File("a.xlsx", path, 10, 1, 1), File("a.xlsx", path, 11, 2, 1)
    assert settled([before], [after]) == {path: False}
    assert settled([before], [before]) == {path: True}
    whole = sheet(path, "orders").save().read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert read(path).refused == "FILE-010"


@trait("F3", "F20")
def _same_bytes_under_another_name_or_on_another_night_are_known(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "nightdesk.toml").write_text("settle_seconds = 0", encoding="utf-8")
    workspace = open_workspace(tmp_path)
    first = sheet(workspace.inbox / "订单.xlsx", "orders").save()
    (workspace.inbox / "订单 - 副本.xlsx").write_bytes(first.read_bytes())
    sheet(workspace.inbox / "订单_最终版2.xlsx", "orders", {"数量": 11}).save()
    book = open_ledger(workspace.ledger_url)
    received_files = [
        received for received, _ in inbox.claim(workspace, book, begin(book, datetime(2024, 6, 4, 2))).received_files
    ]
    known = {received.name: known_bytes(book, received) is not None for received in received_files}
    book.dispose()
    assert len([name for name, is_known in known.items() if is_known]) == 1
    assert known["订单_最终版2.xlsx"] is False


@trait("F4")
def _real_xls_is_read_with_its_errors_and_hidden_rows(tmp_path: Path) -> None:
    head = ("订单编号", "客户名称", "产品名称", "数量", "单价")
    rows = [head, ("202405-001", "甲", "泵", 10.0, "#REF!"), ("202405-002", "乙", "阀", 5.0, 2.5)]
    path = old_excel.xls(tmp_path / "a.xls", rows, hidden=[3])
    assert rules(path) == [(2, "CELL-008"), (3, "CELL-003")]
    assert only(path).totals == {"qty": 15_000}


@trait("F5")
def _web_page_and_text_under_the_name_of_a_workbook_are_read(tmp_path: Path) -> None:
    head, row = list(CLEAN["receipts"]), ("2024-05-03", "甲公司", "1000", "202405-001", "电汇")
    lines = "".join(f"<tr>{''.join(f'<td>{each}</td>' for each in line)}</tr>" for line in (head, row))
    for content in (
        f"<html><table>{lines}</table></html>".encode("gbk"),
        "\t".join(head).encode() + b"\n" + "\t".join(row).encode(),
    ):
        (tmp_path / "a.xls").write_bytes(content)
        assert only(tmp_path / "a.xls").totals == {"amount_fen": 100_000}


@trait("F6")
def _password_is_seen_and_said(tmp_path: Path) -> None:
    stream = "EncryptedPackage".encode("utf-16-le") + b"\x00\x00"
    path = tmp_path / "a.xlsx"
    path.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504) + stream.ljust(128, b"\x00"))
    assert read(path).refused == "FILE-003"


@trait("F7")
def _macros_and_other_suites_are_read_other_files_refused(tmp_path: Path) -> None:
    rows = [("收款日期", "收款金额"), ("2024-05-03", 5.0)]
    assert only(old_excel.xls(tmp_path / "a.et", rows)).totals == {"amount_fen": 500}
    assert only(old_excel.ods(tmp_path / "a.ods", rows)).totals == {"amount_fen": 500}
    macro = sheet(tmp_path / "a.xlsx", "receipts").save().rename(tmp_path / "a.xlsm")
    assert only(macro).totals == {"amount_fen": 100_000}
    for name, content in (("a.pdf", b"%PDF-1.7"), ("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00")):
        (tmp_path / name).write_bytes(content)
        assert inspect(tmp_path / name).rule == "FILE-004"


@trait("F8", "F9")
def _csv_of_an_old_system_is_read_without_its_protections(tmp_path: Path) -> None:
    text = '订单编号,客户名称,产品名称,数量,单价,联系电话\n="202405-001",甲公司,泵,1,"1,200.00",\t13800138000\n'
    for codec in ("gb18030", "gbk", "utf-8-sig"):
        (tmp_path / "a.csv").write_bytes(text.encode(codec))
        (row,) = rows_of(only(tmp_path / "a.csv"))
        assert (row["order_no"], row["phone"], row["unit_price"]) == ("202405-001", "13800138000", "1200.00")


@trait("F10")
def _broken_styles_cost_the_formats_not_the_values(tmp_path: Path) -> None:
    path = rewrite(sheet(tmp_path / "a.xlsx", "orders").save(), "xl/styles.xml", lambda part: part[: len(part) // 2])
    assert found(path) == [("FILE-014", 0)]
    assert rows_of(only(path))[0]["order_date"] == MAY_3
    odd = swap(sheet(path, "orders").save(), "xl/styles.xml", b"<fill>", b"<fill/><fill>")
    assert found(odd) == []


@trait("F11")
def _wrong_dimension_is_not_believed(tmp_path: Path) -> None:
    for wrong in (b'ref="A1"', b'ref="A1:XFD1048576"'):
        path = sheet(tmp_path / "a.xlsx", "orders", {}, {"订单编号": "202405-002"}).save()
        assert only(swap(path, "xl/worksheets/", b'ref="A1:Q3"', wrong)).rows_read == 2


@trait("F12")
def _bloated_range_is_no_rows(tmp_path: Path) -> None:
    book = sheet(tmp_path / "a.xlsx", "orders")
    form = book._book.add_format({"bold": True})
    for row in (50, 5_000, 1_048_575):
        book._now.write_blank(row, 3, None, form)
    assert only(book.save()).rows_read == 1


@trait("F13")
def _sheets_by_month_and_person_are_read_and_give_the_year(tmp_path: Path) -> None:
    book = Book(tmp_path / "销售2024年.xlsx")
    for name in ("5月", "张三"):
        book.sheet(name).row("下单日期", "客户名称", "产品名称", "数量", "单价").row("5月3日", "甲", "泵", 1, 2)
    got = read(book.save())
    assert [each.sheet for each in got.sheets] == ["5月", "张三"]
    assert got.sheets[0].table.column("order_date").to_pylist() == [MAY_3]


@trait("F14")
def _helper_sheets_are_named_and_left_out(tmp_path: Path) -> None:
    book = sheet(tmp_path / "a.xlsx", "orders").sheet("填写说明").row("订单编号按年月加序号填写")
    book.sheet("下拉").rows(("电话",), ("邮件",)).sheet("Sheet2")
    assert [(each.rule, each.sheet) for each in read(book.save()).findings] == [
        ("FILE-018", "填写说明"),
        ("FILE-018", "下拉"),
    ]


@trait("F15")
def _hidden_sheet_is_skipped_and_named(tmp_path: Path) -> None:
    book = sheet(tmp_path / "a.xlsx", "orders").sheet("旧", hidden=True).row(*HEADINGS).row(*ROW)
    assert [(each.rule, each.sheet) for each in read(book.save()).findings] == [("FILE-005", "旧")]


@trait("F16")
def _linked_cell_counts_by_what_it_showed(tmp_path: Path) -> None:
    book = sheet(tmp_path / "a.xlsx", "orders").formula("J2", "=[价格表.xlsx]Sheet1!A1", 100)
    path = book.error("L2", "#REF!").save()
    assert seen(only(path), "单价").value == "100"
    assert seen(only(path), "金额") == Seen(None, ("CELL-008",))


@trait("F17")
def _old_mac_epoch_is_honoured(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", "orders", {"下单日期": "43953"}).save()
    swap(path, "xl/workbook.xml", b"<workbookPr ", b'<workbookPr date1904="1" ')
    assert seen(only(path), "下单日期").value == MAY_3


@trait("F18")
def _tables_below_and_beside_each_other_are_all_read(tmp_path: Path) -> None:
    below = sheet(tmp_path / "a.xlsx", "orders").blank(2).row("收款日期", "付款方", "收款金额").row(DAY, "甲", 5)
    assert [each.kind for each in read(below.save()).sheets] == ["orders", "receipts"]
    beside = (
        Book(tmp_path / "b.xlsx").row(*HEADINGS, None, "收款日期", "付款方", "收款金额").row(*ROW, None, DAY, "甲", 5)
    )
    assert [each.kind for each in read(beside.save()).sheets] == ["orders", "receipts"]


@trait("F19")
def _name_of_the_file_changes_nothing_that_is_read(tmp_path: Path) -> None:
    one = only(sheet(tmp_path / "a.xlsx", "orders").save())
    two = only(sheet(tmp_path / "销售部-202405订单(最终版).xlsx", "orders").save())
    assert one.table.equals(two.table)


# Layout


@trait("L1", "L2")
def _title_and_subtitle_are_no_rows_and_say_the_unit(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("甲公司2024年5月销售订单表").row("制表人:李四 日期:2024.5.31 单位:万元")
    got = only(book.merge("A1:Q1", "甲公司2024年5月销售订单表").row(*HEADINGS).row(*ROW).save())
    assert (got.heading_row, got.rows_read, got.totals["amount_fen"]) == (3, 1, 100_000 * 10_000)


@trait("L3")
def _heading_over_two_rows(tmp_path: Path) -> None:
    book = (
        Book(tmp_path / "a.xlsx").row("订单编号", "备货", None, "发货", None).row(None, "计划", "实际", "计划", "实际")
    )
    got = only(book.row("202405-001", DAY, DAY, DAY, None).save())
    assert [row["stage"] for row in rows_of(got)] == ["prepare", "ship"]


@trait("L4")
def _noise_in_headings_is_not_seen(tmp_path: Path) -> None:
    noisy = {"订单编号": "*订单\n编号：", "客户名称": " 客 户 名 称 ", "数量": "数量(台)", "单价": "单价（元/台）"}
    assert (
        seen(only(sheet(tmp_path / "a.xlsx", "orders", headings=noisy).save()), "*订单\n编号：").value == "202405-001"
    )


@trait("L4")
def _heading_nearly_right_is_asked_about_never_guessed(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", "orders", headings={"客户编码": "客户编吗"}).save()
    found = read(path).findings
    assert [(each.rule, each.column, dict(each.params)["suggestion_words"], each.letter) for each in found] == [
        ("FILE-024", "客户编吗", "orders.customer_code", "D")
    ]
    assert "customer_code" not in only(path).columns


@trait("L5")
def _first_of_two_equal_headings_counts(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row(*HEADINGS, "备注").row(*ROW, "另一句")
    path = book.save()
    assert found(path) == [("FILE-022", 1)]
    assert rows_of(only(path))[0]["remark"] == "常规"


@trait("L6")
def _values_under_no_heading_are_named(tmp_path: Path) -> None:
    assert found(Book(tmp_path / "a.xlsx").row(*HEADINGS, None).row(*ROW, "何物").save()) == [("FILE-006", 0)]


@trait("L7")
def _repeated_heading_is_no_row(tmp_path: Path) -> None:
    got = only(Book(tmp_path / "a.xlsx").row(*HEADINGS).row(*ROW).row(*HEADINGS).row(*ROW).save())
    assert (got.rows_read, list(got.ignored)) == (2, [(3, "ignored.heading")])


@trait("L8", "L9")
def _printed_form_is_a_row(tmp_path: Path) -> None:
    (row,) = rows_of(only(Book(tmp_path / "a.xlsx").rows(*TABLE_1).row("客户PO:PO-77", None, "合同号:______").save()))
    assert (row["order_no"], row["amount_fen"], row["customer_po"]) == ("202405-001", 100_000, "PO-77")
    assert "contract_no" not in row


@trait("L10")
def _stages_under_the_number_of_their_order(tmp_path: Path) -> None:
    book = (
        Book(tmp_path / "a.xlsx")
        .row("订单编号", "202405-001")
        .row("执行阶段", "责任人", "计划完成时间", "实际完成时间")
    )
    for stage in ("生产/采购备货", "仓库质检", "物流发货", "客户签收"):
        book.row(stage, "张三", DAY)
    assert [(r["order_no"], r["stage"]) for r in rows_of(only(book.save()))] == [
        ("202405-001", stage) for stage in ("prepare", "check", "ship", "sign")
    ]


@trait("L11")
def _stages_as_columns_become_rows(tmp_path: Path) -> None:
    book = (
        Book(tmp_path / "a.xlsx").row("订单编号", "备货计划", "备货实际", "质检计划").row("202405-001", DAY, DAY, DAY)
    )
    assert [row["stage"] for row in rows_of(only(book.save()))] == ["prepare", "check"]


@trait("L12")
def _total_rows_are_compared_not_counted(tmp_path: Path) -> None:
    total = ("合 计", *[None] * 7, 11, None, None, 1000, *[None] * 5)
    path = Book(tmp_path / "a.xlsx").row(*HEADINGS).row(*ROW).row(*total).save()
    assert only(path).rows_read == 1
    assert [(each.rule, each.column) for each in read(path).findings] == [("FILE-001", "数量")]


@trait("L12")
def _total_that_the_sheet_states_in_words_is_compared(tmp_path: Path) -> None:
    for text, expected in (("共 2 单，合计金额：1,000.00元", [("FILE-027", 3)]), ("共1单，合计金额1000元", [])):
        assert found(sheet(tmp_path / "a.xlsx", "orders").row(f"注：{text}").save()) == expected


@trait("L13")
def _notes_and_signatures_are_no_rows_and_say_whether_tax_is_in(tmp_path: Path) -> None:
    book = (
        sheet(tmp_path / "a.xlsx", "orders").row("注：以上价格不含税").row("审核：", None, "制表：李四", None, "日期：")
    )
    got = only(book.save())
    assert (got.rows_read, rows_of(got)[0]["is_tax_included"]) == (1, False)


@trait("L14")
def _blank_rows_end_nothing(tmp_path: Path) -> None:
    assert only(Book(tmp_path / "a.xlsx").row(*HEADINGS).row(*ROW).blank(3).row(*ROW).save()).rows_read == 2


@trait("L15")
def _merged_number_is_filled_inside_its_range(tmp_path: Path) -> None:
    line = ("", None, None, *ROW[3:])
    book = Book(tmp_path / "a.xlsx").row(*HEADINGS).row(*ROW).row(*line).row(None, DAY, "乙公司", *ROW[3:])
    got = only(book.merge("A2:A3", "202405-001").save())
    assert got.table.column("order_no").to_pylist() == ["202405-001", "202405-001", None]


@trait("L16")
def _blank_header_of_a_further_line_is_filled_and_told(tmp_path: Path) -> None:
    line = (None, None, None, None, None, None, "阀门", "F1", 5, 200, None, 1000)
    path = Book(tmp_path / "a.xlsx").row(*HEADINGS).row(*ROW).row(*line).save()
    assert only(path).table.column("customer_name").to_pylist() == ["甲公司", "甲公司"]
    assert rules(path) == [(3, "CELL-002")]


@trait("L17")
def _ditto_is_the_row_above(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{}, {"订单编号": "202405-002", "客户名称": "同上", "收货地址": "〃"}]
    path = sheet(tmp_path / "a.xlsx", "orders", *rows).save()
    assert only(path).table.column("customer_name").to_pylist() == ["甲公司", "甲公司"]
    assert rules(path) == [(3, "CELL-033"), (3, "CELL-033")]


@trait("L18")
def _value_merged_over_columns_counts_once(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row(*HEADINGS, "附1", "附2").row(*ROW, None, None).merge("Q2:S2", "三列的话")
    assert rows_of(only(book.save()))[0]["remark"] == "三列的话"


@trait("L19")
def _hidden_rows_are_read_and_told(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", "orders", {}, {"订单编号": "202405-002"}).hide_row(3).save()
    assert (only(path).rows_read, rules(path)) == (2, [(3, "CELL-003")])


@trait("L20", "L21")
def _hidden_columns_panes_filters_and_tables_change_nothing(tmp_path: Path) -> None:
    book = sheet(tmp_path / "a.xlsx", "orders")
    book._now.set_column(3, 4, None, None, {"hidden": True, "level": 1})
    book._now.freeze_panes(1, 1)
    book._now.add_table("A1:Q2", {"columns": [{"header": each} for each in HEADINGS], "style": None})
    got = only(book.save())
    assert rows_of(got)[0]["customer_code"] == "00123"
    assert got.findings == []


@trait("L22")
def _struck_out_row_is_asked_about_and_counts(tmp_path: Path) -> None:
    book = sheet(tmp_path / "a.xlsx", "orders", {}, {"订单编号": "202405-002"})
    struck = book._book.add_format({"font_strikeout": True})
    for column, text in enumerate(ROW):
        if isinstance(text, str):
            book._now.write_string(2, column, "202405-002" if column == 0 else text, struck)
    path = book.save()
    assert (only(path).rows_read, rules(path)) == (2, [(3, "CELL-004")])


@trait("L23")
def _colour_is_no_data(tmp_path: Path) -> None:
    book = sheet(tmp_path / "a.xlsx", "orders")
    book._now.set_row(1, None, book._book.add_format({"bg_color": "yellow", "font_color": "red"}))
    assert only(book.save()).findings == []


@trait("L24")
def _note_on_a_cell_is_passed_on_but_not_ours(tmp_path: Path) -> None:
    book = sheet(tmp_path / "a.xlsx", "orders")
    book._now.write_comment("M2", "客户说\n延到下周", {"author": "李四"})
    book._now.write_comment("A1", "表头的批注")
    book._now.write_comment("C2", "nightdesk:\n请核对")
    (each,) = only(book.save()).findings
    assert (each.rule, each.column, dict(each.params)["value"]) == ("CELL-043", "requested_date", "客户说 延到下周")


@trait("L26")
def _sample_row_is_left_out_and_told(tmp_path: Path) -> None:
    sample = ("例:202405-001", DAY, "示例公司", *ROW[3:])
    path = Book(tmp_path / "a.xlsx").row(*HEADINGS).row(*sample).row(*ROW).save()
    assert (only(path).rows_read, found(path)) == (1, [("FILE-026", 2)])


@trait("L27")
def _text_boxes_and_pictures_are_not_read(tmp_path: Path) -> None:
    book = sheet(tmp_path / "a.xlsx", "orders")
    book._now.insert_textbox("A5", "已收款 9,999 元")
    got = only(book.save())
    assert (got.rows_read, got.findings) == (1, [])


# Values that need more than one cell


@trait("V7")
def _number_that_was_calculated_is_found_with_its_formula(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", "orders").formula("A2", "=202405-001", 202404).save()
    (each,) = only(path).findings
    assert (each.rule, each.raw, dict(each.params)["suggestion"]) == ("ORD-044", "202404", "202405-001")


@trait("V9")
def _rows_with_only_a_dragged_number_are_no_orders(tmp_path: Path) -> None:
    book = sheet(tmp_path / "a.xlsx", "orders").rows(*[(f"202405-{n:03d}",) for n in range(2, 9)])
    path = book.save()
    assert (only(path).rows_read, found(path)) == (1, [("CELL-042", 3)])


@trait("V14")
def _zeros_of_a_code_are_kept(tmp_path: Path) -> None:
    assert cell(tmp_path, "orders", "客户编码", "00123").value == "00123"


@trait("V27")
def _unit_of_money_in_the_heading_counts(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", "orders", {"金额": 0.1}, headings={"金额": "金额(万元)"}).save()
    assert only(path).totals["amount_fen"] == 100_000
    assert found(path) == [("CELL-001", 0)]


@trait("V31")
def _formula_never_calculated_is_unknown_not_blank(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", "orders").formula("L2", "=I2*J2").save()
    assert seen(only(path), "金额") == Seen(None, ("CELL-007",))


@trait("V32")
def _error_value_is_unknown_and_named(tmp_path: Path) -> None:
    for text in ("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?"):
        path = sheet(tmp_path / "a.xlsx", "orders").error("L2", text).save()
        assert seen(only(path), "金额") == Seen(None, ("CELL-008",))


@trait("V37")
def _carrier_before_its_number_moves_to_its_column(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("订单编号", "物流公司", "物流单号", "发货时间")
    got = only(book.row("202405-001", None, "顺丰SF1234567890123", DAY).row("202405-002", None, "自提", DAY).save())
    assert got.table.column("tracking_no").to_pylist() == ["SF1234567890123", "自提"]
    assert got.table.column("carrier").to_pylist() == ["顺丰", None]


# Dates that need more than one cell


@trait("D2")
def _formats_of_chinese_excel_and_weekdays_are_days(tmp_path: Path) -> None:
    for code in ("[$-804]aaaa", 'm"月"d"日"', "[DBNum1]yyyy年m月d日", "e.m.d"):
        path = sheet(tmp_path / "a.xlsx", "orders").formatted("B2", 45415, code).save()
        assert seen(only(path), "下单日期") == Seen(MAY_3), code
    path = sheet(tmp_path / "a.xlsx", "orders").save()
    for number in (27, 31, 36, 50, 57, 58):  # no code stands beside these: Chinese Excel knows them
        part = sheet(path, "orders").save()
        swap(part, "xl/styles.xml", b'numFmtId="164" fontId', b'numFmtId="%d" fontId' % number)
        assert seen(only(part), "下单日期") == Seen(MAY_3), number


@trait("D7")
def _year_comes_from_the_sheet_then_the_number(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx", "2023年12月").row("下单日期", "客户名称", "产品名称", "数量", "单价")
    assert rows_of(only(book.row("12.3", "甲", "泵", 1, 2).save()))[0]["order_date"] == datetime(2023, 12, 3)


@trait("D16")
def _clock_joins_the_day_beside_it(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("投诉编号", "投诉日期", "投诉时间", "投诉人", "投诉内容")
    book.row("202405-T001", DAY, time(9, 30), "张三", "坏了，不能用").row(
        "202405-T002", "2024.5.3", "14：05", "李四", "坏了，不能用"
    )
    path = book.save()
    got = only(path)
    assert got.table.column("complained_at").to_pylist() == [datetime(2024, 5, 3, 9, 30), datetime(2024, 5, 3, 14, 5)]
    assert (got.findings, found(path)) == ([], [])


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{name}-{case.__name__}") for name, cases in RULES.items() for case in cases]
)
def test_trait(tmp_path: Path, case: Callable[[Path], None]) -> None:
    case(tmp_path)


def test_every_trait_has_a_case() -> None:
    handbook = {
        f"{letter}{n}" for letter, last in (("F", 20), ("L", 27), ("V", 40), ("D", 20)) for n in range(1, last + 1)
    }
    assert len(handbook) == 107
    assert {name for name, *_ in CELLS} | set(RULES) == handbook


def test_readers_say_the_same_of_a_workbook_of_traits(tmp_path: Path) -> None:
    """What calamine alone would say: errors and formulas without value are blanks to it, never to us."""
    path = sheet(tmp_path / "a.xlsx", "orders").error("L2", "#REF!").formula("I2", "=1+1").save()
    bare = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1]
    assert (bare[8], bare[11]) == ("", "")
    assert {"qty", "amount_fen"} == set(only(path).table.column("src_unknown")[0].as_py().split())
