"""Printed papers as offices keep them: no line of them may be lost, none may be made up."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from schemas.language.words import load
from tests.support.books import Book
from tests.support.trait_cells import only, read

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.books import Cell

NOTE = [
    ("送 货 单",),
    ("送货单号：SH20260521-01", None, None, "日期：2026年5月21日"),
    ("收货单位：深圳市蓝海电子有限公司", None, None, "订单编号：202605-011"),
    ("序号", "品名", "规格型号", "单位", "数量", "备注"),
    (1, "伺服电机", "SM-200", "台", 10, None),
    (2, "驱动器", "SD-10", "台", 8, None),
    ("合计", None, None, None, 18),
]
STAGES = [
    ("表2 订单执行跟踪表",),
    ("订单编号：", "202605-011", "客户名称：", "甲公司"),
    ("执行阶段", "责任部门", "责任人*", "计划完成时间", "实际完成时间", "备注（延迟原因）"),
    ("生产/采购备货", "生产部", "周生产", "2026.5.15", "2026.5.16", None),
    ("仓库质检", "仓储部", "吴质检", "2026.5.18", "2026.5.18", "合格"),
]
MONTH = ("订单编号", "客户名称", "下单日期", "产品名称", "型号", "数量", "单价", "金额")


def test_every_line_of_a_delivery_note_is_read(tmp_path: Path) -> None:
    """Number and order stand above the lines: two clauses of a shipment that its heading does not have."""
    got = only(Book(tmp_path / "a.xlsx").rows(*NOTE).row("收货人签字：张三", None, None, "签收日期：2026.5.22").save())
    rows = got.table.to_pylist()
    assert [(row["product"], row["qty"], row["order_no"]) for row in rows] == [
        ("伺服电机", 10_000, "202605-011"),
        ("驱动器", 8_000, "202605-011"),
    ]
    assert ({row["delivery_note_no"] for row in rows}, got.rows_read) == ({"SH20260521-01"}, 2)


def test_foot_of_a_table_under_a_head_is_no_row(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").rows(*STAGES).row("延迟说明：无").row("跟踪人：李四", None, "更新日期：2026.5.25")
    got = only(book.save())
    rows = got.table.to_pylist()
    assert [row["stage"] for row in rows] == ["prepare", "check"]
    assert [str(row["updated_at"])[:10] for row in rows] == ["2026-05-25"] * 2
    assert not got.findings


def test_line_of_labels_between_the_rows_ends_no_table(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").rows(*STAGES[:-1]).row("提示：等料").rows(STAGES[-1])
    got = only(book.save())
    assert [row["stage"] for row in got.table.to_pylist()] == ["prepare", "check"]
    assert list(got.ignored) == [(5, "ignored.note")]


SIGNED = ("签收人：张三", None, None, "签收日期：2026.5.22")
MORE = [(3, "电缆", "DL-5", "米", 100, None), (4, "签字笔", "CT", "盒", 7, None)]


@pytest.mark.parametrize(
    "foot",
    [
        [SIGNED],
        [("签收人", None, "签收日期", None)],  # the line below must not answer these labels
        [("签收人", "运费", "件数"), ("张三", 50, 3)],
        [SIGNED, ("公司地址", "深圳")],
    ],
)
def test_lines_below_the_signatures_are_lines(tmp_path: Path, foot: list[tuple[Cell, ...]]) -> None:
    got = only(Book(tmp_path / "a.xlsx").rows(*NOTE).rows(*foot).rows(*MORE).save())
    rows = got.table.to_pylist()
    assert [(row["product"], row["qty"]) for row in rows[2:]] == [("电缆", 100_000), ("签字笔", 7_000)]
    assert {row["order_no"] for row in rows} == {"202605-011"}
    assert [at for at, _ in got.ignored] == [7, *([9] if "公司地址" in foot[-1] else [])]


def test_what_stands_below_the_signatures_and_is_no_line_is_told(tmp_path: Path) -> None:
    """A row whose count cannot be read is named; one or two words are counted, and so are approvers."""
    odd = (3, "电缆", "DL-5", "米", "若干待定", None)
    book = Book(tmp_path / "a.xlsx").rows(*NOTE).row(*SIGNED).row(*odd).row("公司地址", "深圳").row(*odd)
    book.row("部门", "意见", "签字", "备注").row("销售部", "同意", "李四").row("财务部", "同意", "王五", "好")
    got = read(book.save())
    told = [(finding.rule, finding.row, dict(finding.params)["name"]) for finding in got.findings]
    assert told == [("FILE-029", 9, "9、11")]
    assert (got.sheets[0].rows_read, list(got.sheets[0].ignored)[1:]) == (
        2,
        [(10, "ignored.outside"), (13, "ignored.note"), (14, "ignored.note")],
    )


@pytest.mark.parametrize(
    ("foot", "is_row"),
    [
        (("跟单：李四", None, "仓库：王五", None, "送达：5.22"), False),
        (("跟单：", "李四", None, "到货日：", date(2026, 5, 22)), False),
        (("订单编号：202605-009", None, None, "产品：水泵", "型号：X"), True),  # a row of ours, oddly written
        (("运费：", None, None, None, None, None, None, 50), True),  # money is never a note
        (("运费：", None, None, None, None, None, None, "金额：50元"), True),
    ],
)
def test_foot_of_a_list_is_told_from_a_row(tmp_path: Path, foot: tuple[Cell, ...], *, is_row: bool) -> None:
    row = ("202605-001", "甲公司", date(2026, 5, 3), "水泵", "X200", 10, 100, 1000)
    got = only(Book(tmp_path / "a.xlsx").row(*MONTH).row(*row).row(*foot).save())
    assert (got.rows_read, [why for _, why in got.ignored]) == ((2, []) if is_row else (1, ["ignored.note"]))


def test_list_whose_heading_lacks_a_column_is_never_read_as_one_form(tmp_path: Path) -> None:
    """A form keeps one value a label: of a list it would take the first row and drop the rest unsaid."""
    book = Book(tmp_path / "a.xlsx").row("编号", "何时", "客户", "投诉内容", "类型", "责任部门", "电话")
    for serial in range(1, 4):
        book.row(f"202605-T00{serial}", date(2026, 5, serial), "甲公司", "收到的货有划痕", "质量", "质检部", None)
    got = read(book.blank().row("202605-T004", date(2026, 5, 9), None, None, "质量").save())
    assert (got.refused, list(got.sheets)) == ("FILE-021", [])


def test_list_without_a_number_is_never_read_as_one_form(tmp_path: Path) -> None:
    """Receipts have no number that is always there."""
    book = Book(tmp_path / "a.xlsx").row("日期", "订单编号", "谁", "收款金额", "款项性质", "方式", "余额")
    for serial in range(1, 4):
        book.row(date(2026, 5, serial), "A1", "甲", 2000, "微信", "定金", 5)
    got = read(book.save())
    assert all(sheet.rows_read != 1 for sheet in got.sheets)


@pytest.mark.parametrize("gap", [0, 1])
def test_lines_below_a_heading_that_makes_no_table_are_never_read_as_one_form(tmp_path: Path, gap: int) -> None:
    lines = [("序号", "品名", "规格型号", "单位", "件"), (1, "电机", "S", "台", 5), (2, "驱动器", "D", "台", 6)]
    book = Book(tmp_path / "a.xlsx").rows(*NOTE[1:3], *lines[:2]).blank(gap).row(*lines[2])
    assert read(book.row("收货人签字：张三", None, None, "签收日期：2026.5.22").save()).refused == "FILE-018"


def test_form_that_several_people_approve_is_a_form(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("订单编号", "202605-001", "下单日期", date(2026, 5, 3)).rows(*FORM)
    book.row("部门", "审核人", "审批意见", "审批日期").row("销售部", "李四", "同意", date(2026, 5, 4))
    got = only(
        book.row("财务部", "王五", "同意", date(2026, 5, 5)).row("总经理", "赵六", "同意", date(2026, 5, 6)).save()
    )
    (row,) = got.table.to_pylist()
    assert (row["order_no"], row["qty"], row["reviewer"]) == ("202605-001", 10_000, "李四")


FORM = [
    ("客户名称", "甲公司", "联系人", "张三"),
    ("产品名称", "水泵", "型号", "X200"),
    ("数量", 10, "单价", 100),
    ("金额", 1000, "期望交期", date(2026, 6, 3)),
]


def test_form_with_a_row_below_other_labels_is_never_read_as_one_form(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("订单编号", "202605-001", "下单日期", date(2026, 5, 3)).row("产品名称", "数量")
    book.row("水泵", 5).row("单价", 10, "期望交期", date(2026, 6, 3)).row("客户名称", "甲公司", "收货地址", "北京")
    assert read(book.row("阀", 7).save()).refused == "FILE-018"


def test_form_without_the_label_of_its_number_flows_into_no_other(tmp_path: Path) -> None:
    """What it says is another order's: nothing of it is used, and staff are told where it begins."""
    book = Book(tmp_path / "a.xlsx")
    for number in ("202605-001", "202605-002"):
        book.row("订单编号", number, "下单日期", date(2026, 5, 3)).rows(*FORM).blank()
    book.row("客户名称", "乙公司", "下单日期", date(2026, 5, 9)).row("产品名称", "阀", "型号", "F1")
    got = read(book.row("数量", 77, "单价", 5).row("金额", 385, "备注", "急").save())
    rows = got.sheets[0].table.to_pylist()
    assert [(row["order_no"], row["customer_name"], row["qty"]) for row in rows] == [
        ("202605-001", "甲公司", 10_000),
        ("202605-002", "甲公司", 10_000),
    ]
    assert all(row.get("remark") is None for row in rows)
    (finding,) = got.findings
    told = (finding.rule, finding.row, finding.letter, finding.column, finding.raw, dict(finding.params)["count"])
    assert told == ("FILE-030", 13, "B", "客户名称", "乙公司", "8")


@pytest.mark.parametrize(("again", "told"), [(20, [("FILE-030", 6, "20")]), (10, []), (None, [])])
def test_entry_that_stands_again_on_a_form_is_told(tmp_path: Path, again: Cell, told: list[object]) -> None:
    book = Book(tmp_path / "a.xlsx").row("订单编号", "202605-001", "下单日期", date(2026, 5, 3)).rows(*FORM)
    got = read(book.row("数量", again).save())
    assert got.sheets[0].table.column("qty").to_pylist() == [10_000]
    assert [(finding.rule, finding.row, finding.raw) for finding in got.findings] == told


UNDATED = [("订单编号", "202605-001", "付款方式", "月结30天"), *FORM]


@pytest.mark.parametrize(
    ("rows", "is_dated"),
    [
        ([("部门", "意见", "签字", "日期"), ("销售部", "同意", "李四", date(2026, 5, 4))], False),
        ([("审批意见", "同意", "日期", date(2026, 5, 4))], False),
        ([("审批意见：同意  日期：2026.5.4",)], False),
        ([("客户签字：", "李四"), ("日期：", date(2026, 5, 4))], False),
        ([("日期", date(2026, 5, 4), "审核人", "李四")], True),
        ([("日期", date(2026, 5, 4))], True),
        ([("审核人", "李四", "下单日期", date(2026, 5, 4))], True),
        ([("规格", "签字笔", "日期", date(2026, 5, 4))], True),
        ([("备注", "盖章后发货", "日期", date(2026, 5, 4))], True),
        ([("备注：盖章后发货", None, "日期", date(2026, 5, 4))], True),
        ([("备注：盖章后发货  日期：2026.5.4",)], True),
        ([(None, None, "签字笔"), ("备注", "无", "日期", date(2026, 5, 4))], True),
        ([("签 字（盖章）：李四", None, "日期", date(2026, 5, 4))], False),
        ([("销售部经理意见", "同意", "日期", date(2026, 5, 4))], False),
        ([("客户签字____ 日期：2026.5.4",)], False),
        ([("Approved by", "Li", "日期", date(2026, 5, 4))], False),
    ],
)
def test_day_of_an_approval_is_not_the_day_of_the_order(
    tmp_path: Path, rows: list[tuple[Cell, ...]], *, is_dated: bool
) -> None:
    (row,) = only(Book(tmp_path / "a.xlsx").rows(*UNDATED).rows(*rows).save()).table.to_pylist()
    assert (row.get("order_date") is not None) == is_dated


def test_merged_word_on_the_left_makes_a_block_of_approvals(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").rows(*UNDATED).row("审批", "销售部", "李四", None).row(None, "日期", "2026.5.4")
    (row,) = only(book.merge("A6:A7", "审批").save()).table.to_pylist()
    assert row.get("order_date") is None


def test_label_typed_where_its_value_belongs_cuts_no_sheet(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("订单编号", "202605-001", "下单日期", date(2026, 5, 3)).rows(*FORM).blank()
    got = only(book.row("订单编号", "订单编号", "下单日期", date(2026, 5, 4)).rows(*FORM).save())
    assert [(row["order_no"], row["qty"]) for row in got.table.to_pylist()] == [("202605-001", 10_000), (None, 10_000)]


def test_form_without_a_quantity_beside_a_whole_one_kills_no_reader(tmp_path: Path) -> None:
    whole = [("订单编号", "202605-001", "下单日期", date(2026, 5, 3)), *FORM]
    book = Book(tmp_path / "a.xlsx")
    for left, right in zip(whole, whole, strict=True):
        book.row(*("件", *left[1:]) if left[0] == "数量" else left, None, *right)
    got = read(book.save())
    assert [table.table.column_names.count("qty") for table in got.sheets] == [0, 1]


def test_list_turned_on_its_side_is_never_read_as_one_form(tmp_path: Path) -> None:
    labels = ("订单编号", "客户名称", "产品名称", "型号", "数量", "单价", "金额", "期望交期")
    first = ("202605-001", "甲公司", "水泵", "X200", 1, 5, 5, date(2026, 6, 1))
    second = ("202605-002", "乙公司", "阀", "F1", 2, 5, 10, date(2026, 6, 2))
    one = only(Book(tmp_path / "a.xlsx").rows(*zip(labels, first, ("按年月编", *labels[1:]), strict=True)).save())
    assert one.table.column("order_no").to_pylist() == ["202605-001"]  # a hint beside the value is no order
    got = read(Book(tmp_path / "b.xlsx").rows(*zip(labels, first, second, strict=True)).save())
    assert (got.refused, list(got.sheets)) == ("FILE-018", [])


def test_heading_may_stand_before_or_behind_what_is_over_it(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("订单", None, "产品", None, "数量", "金额", "交期", None)
    book.row("编号", "客户", "名称", "型号", None, None, "期望", "承诺").merge("A1:B1", "订单").merge("G1:H1", "交期")
    day = date(2026, 6, 1), date(2026, 6, 2)
    (row,) = only(book.row("202605-001", "甲公司", "水泵", "X200", 1, 5, *day).save()).table.to_pylist()
    assert [str(row[name])[:10] for name in ("requested_date", "promised_date")] == ["2026-06-01", "2026-06-02"]


@pytest.mark.parametrize(
    "line", ["____年____月____日", "    年   月   日", "20__年__月__日", "年 月 日 时 分", "＿＿年＿＿月＿＿日"]
)
def test_printed_line_for_a_day_is_blank(tmp_path: Path, line: str) -> None:
    form = [
        ("订单编号", "202605-001", "下单日期", date(2026, 5, 3)),
        ("客户名称", "甲公司", "联系人", "张三"),
        ("产品名称", "水泵", "型号", "X200"),
        ("数量", 10, "单价", 100),
        ("金额", 1000, "期望交期", line),
    ]
    got = only(Book(tmp_path / "a.xlsx").rows(*form).save())
    assert (got.table.column("requested_date").to_pylist(), list(got.findings)) == ([None], [])


def test_form_with_nothing_but_lines_is_blank(tmp_path: Path) -> None:
    form = [("订单编号", "____", "下单日期", "__年__月__日"), ("客户名称", None, "数量", None), ("产品名称", None)]
    got = read(Book(tmp_path / "a.xlsx").rows(*form, ("单价", None, "交货日期", "    年  月  日")).save())
    assert (got.refused, list(got.sheets)) == ("FILE-020", [])


@pytest.mark.parametrize(
    ("written", "chosen"),
    [
        ("电话□ 邮件☑ ERP系统□ 官网表单□", "email"),  # boxes behind their words
        ("□电话 ☑邮件 □ERP系统 □官网表单", "email"),
        ("电话□邮件√", "email"),
        ("渠道：□电话 ☑邮件", "email"),
    ],
)
def test_box_belongs_to_the_word_it_stands_by(tmp_path: Path, written: str, chosen: str) -> None:
    book = Book(tmp_path / "a.xlsx").row("订单编号", "202605-001", "下单日期", date(2026, 5, 3)).rows(*FORM)
    assert only(book.row("接收渠道", written).save()).table.column("channel").to_pylist() == [chosen]


@pytest.mark.parametrize(
    "total",
    [
        ("5月合计", None, None, None, None, None, 10, None, 1000),  # in a column that is none of ours
        (None, "合计人民币（大写）：壹仟元整", None, None, None, None, 10, None, 1000),
        (None, "合计（大写）壹仟元整", None, None, None, None, None, None, 1000),
        (None, "人民币（大写）：", "壹仟元整", None, None, None, None, None, 1000),
    ],
)
def test_total_in_any_words_is_no_line(tmp_path: Path, total: tuple[Cell, ...]) -> None:
    """Read as a line without a number it would be one more line of the order above, and its money count twice."""
    row = ("202605-001", "甲公司", date(2026, 5, 3), "水泵", "X200", 10, 100, 1000)
    got = only(Book(tmp_path / "a.xlsx").row("月份", *MONTH[:-1], "总价").row("5月", *row).row(*total).save())
    assert (got.rows_read, got.totals["amount_fen"], list(got.ignored)) == (1, 100_000, [(3, "ignored.total")])


# Units of money


def priced(path: Path, above: str, headings: tuple[str, str], price: float, amount: float) -> tuple[str, int, int]:
    """Price and amount as read, and how many columns were converted."""
    book = Book(path).row(above).row(*MONTH[:-2], *headings)
    got = read(book.row("202605-001", "甲公司", date(2026, 5, 3), "水泵", "X200", 10, price, amount).save())
    row = got.sheets[0].table.to_pylist()[0]
    return (
        row["unit_price"],
        row["amount_fen"],
        len([finding for finding in got.findings if finding.rule == "CELL-001"]),
    )


@pytest.mark.parametrize(
    ("above", "headings", "price", "amount", "converted"),
    [
        ("单位：万元", ("单价", "金额"), 0.12, 1.2, 2),
        ("单位：万元", ("单价", "金额"), 1200, 1.2, 1),
        ("单位：万元", ("单价(元)", "金额"), 1200, 1.2, 1),
        ("单位：万元", ("单价", "金额(元)"), 1200, 12000, 0),
        ("5月", ("单价(万元)", "金额(万元)"), 0.12, 1.2, 2),
        ("5月", ("单价(万元/台)", "金额"), 0.12, 12000, 1),
        ("5月", ("单价", "金额(万元)"), 0.12, 1.2, 2),
        ("5月", ("单价", "金额(万元)"), 1200, 1.2, 1),
    ],
)
def test_prices_and_amounts_are_read_in_their_own_units(
    tmp_path: Path, above: str, headings: tuple[str, str], price: float, amount: float, converted: int
) -> None:
    got = priced(tmp_path / "a.xlsx", above, headings, price, amount)
    assert (float(got[0]), *got[1:]) == (1200, 1_200_000, converted)


def test_total_over_a_cell_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    """The cell is told already; that its column does not add up follows from it."""
    row = ("202605-001", "甲公司", date(2026, 5, 3), "水泵", "X200", 10, 100)
    book = Book(tmp_path / "a.xlsx").row(*MONTH).row(*row, 1000).row(*row, "#N/A")
    got = read(book.row("合计", None, None, None, None, 21).row("总计", None, None, None, None, 20, None, 2000).save())
    assert [(finding.rule, finding.column) for finding in got.findings] == [("FILE-001", "数量")]


LABELLED = (
    ("订单编号", "SO-1"),
    ("客户名称", "甲公司"),
    ("下单日期", "2026-05-03"),
    ("产品名称", "轴承"),
    ("数量", 2),
    ("单价", 5),
    ("金额", 10),
)


@pytest.mark.parametrize("item", ["项目", "名称", "序号", "备注", "字段", "Item"])
@pytest.mark.parametrize("content", [load()["reading.value"].zh, "Value", *load()["reading.value"].other[:4]])
def test_the_line_over_labels_and_values_of_a_form_is_no_value(tmp_path: Path, item: str, content: str) -> None:
    plain = only(Book(tmp_path / "a.xlsx").rows(*LABELLED).save()).table.drop(["src_row", "src_cells"])
    got = only(Book(tmp_path / "b.xlsx").row("订单登记表").row(item, content).rows(*LABELLED).save())
    assert (got.table.drop(["src_row", "src_cells"]).to_pylist(), got.findings) == (plain.to_pylist(), [])


WHO = ("备货", "质检", "发货", "签收")


def stage_rows(book: Book) -> list[tuple[str, str, str, str]]:
    rows = only(book.save()).table.to_pylist()
    return [(row["order_no"], row["stage"], str(row["planned_at"])[:10], row["owner"]) for row in rows]


def test_the_tracking_sheet_of_the_procedure_is_read_as_a_list_and_as_a_form(tmp_path: Path) -> None:
    heads = ("订单编号", "执行阶段", "责任人*", "计划完成时间", "实际完成时间", "备注（如延迟原因）")
    lines = [(name, f"张{name}", f"2026-05-{n:02d}", f"2026-05-{n:02d}", None) for n, name in enumerate(WHO, 11)]
    wanted = [
        ("202605-011", stage, f"2026-05-{n:02d}", f"张{name}")
        for n, (stage, name) in enumerate(zip(("prepare", "check", "ship", "sign"), WHO, strict=True), 11)
    ]
    listed = Book(tmp_path / "a.xlsx").row("表2：订单执行跟踪表").row(*heads)
    assert stage_rows(listed.rows(*(("202605-011", *line) for line in lines))) == wanted
    once = Book(tmp_path / "b.xlsx").row("表2：订单执行跟踪表").row(*heads).row("202605-011", *lines[0])
    assert stage_rows(once.rows(*((None, *line) for line in lines[1:])).merge("A3:A6", "202605-011")) == wanted
    form = Book(tmp_path / "c.xlsx").row("表2：订单执行跟踪表").row("订单编号", "202605-011").row(*heads[1:])
    assert stage_rows(form.rows(*lines)) == wanted
