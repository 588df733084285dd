"""The company's printed forms, and what is left of them in a cell of a list."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from pipeline.ledger import ReceivedFile
from pipeline.reading.layout.parsers import date_parser, parser
from pipeline.reading.values.date_context import DateContext
from pipeline.reading.workers.child import read_file
from pipeline.rules.validation import sift as check
from schemas.incoming.customers import Qualifications
from schemas.incoming.tracking import Tracking
from schemas.policy import rules
from tests.support.books import Book

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.rules.validation.sifted import ValidatedFile
    from schemas.derived.finding import Finding

DAY = date(2026, 3, 2)
TABLE_1 = [
    ("销售订单审批表",),
    ("订单编号", "202603-001", "下单日期", DAY),
    ("客户名称", "甲公司", "联系人*", "张三"),
    ("联系电话", "13800138000", "产品名称", "水泵"),
    ("规格型号", "X200", "数量", 10),
    ("单价(元)", 100, "金额(元)", 1000),
    ("交货日期", date(2026, 4, 3), "期望交期", date(2026, 4, 1)),
    ("收货地址", "北京市海淀区中关村1号", "付款方式", "月结30天"),
    ("销售负责人*", "李四", "审核人*", "王五"),
    ("审批意见", "同意", "填表日期", DAY),
    ("备注", "加急"),
]


def sift(path: Path) -> ValidatedFile:
    read = read_file(path.name, path, path.parent)
    assert read.refused is None, read.findings
    (made,) = check.validate(
        [(ReceivedFile("t", path.name, "0" * 64, 1, "", 1, id=1), read)], check.Known(), rules.load()
    )
    return made.packed()


def sifted(path: Path) -> list[Finding]:
    return sift(path).findings


def facts(path: Path) -> dict[str, Any]:
    """What the one row of a workbook says."""
    (row,) = (orjson.loads(each) for batch in sift(path).batches for each in batch.facts)
    return dict(row)


def form(path: Path, *without: str) -> Path:
    """The printed form without some of its fields."""
    book = Book(path, "审批表")
    for row in TABLE_1:
        pairs = [row[n : n + 2] for n in range(0, len(row), 2)]
        book.row(*(cell for pair in pairs if pair[0] not in without for cell in pair))
    book.save()
    return path


@pytest.mark.parametrize(
    ("without", "said"),
    [
        ((), []),
        (("审核人*",), ["orders.reviewer"]),
        (("审批意见", "填表日期"), ["orders.approval", "orders.form_date"]),
        (("期望交期",), []),  # the form has no such field
    ],
)
def test_printed_form_has_its_fields(tmp_path: Path, without: tuple[str, ...], said: list[str]) -> None:
    found = [each for each in sifted(form(tmp_path / "表1.xlsx", *without)) if each.rule == "ORD-039"]
    assert [each.params["column_words"] for each in found] == said
    assert not any(each.is_holding for each in found)


def test_a_form_that_lacks_a_field_is_read_all_the_same(tmp_path: Path) -> None:
    row = facts(form(tmp_path / "表1.xlsx", "审核人*"))
    said = {"order_no": "202603-001", "customer_name": "甲公司", "contact": "张三", "phone": "13800138000"}
    said |= {"product_name": "水泵", "model": "X200", "qty": 10_000, "unit_price": "100", "amount_fen": 100_000}
    said |= {"promised_date": "2026-04-03T00:00:00", "address": "北京市海淀区中关村1号", "pay_term": "月结30天"}
    said |= {"sales_owner": "李四", "approval": "agree", "form_date": "2026-03-02T00:00:00", "remark": "加急"}
    assert {name: row.get(name) for name in (*said, "reviewer")} == said | {"reviewer": None}


@pytest.mark.parametrize(
    ("rows", "remark", "is_urgent"),
    [
        ([("备注", "加急")], "加急", None),
        ([("备注", "急单"), ("审核人*", "王五")], "急单", None),
        ([("紧急订单", "加急")], None, True),
        ([("紧急订单", "不加急")], None, False),
        ([("加急", "是")], None, True),  # a label itself
        ([("备注", "加急"), ("常规", "是")], "常规", True),  # labels above their values
        ([("备注", None, "加急", "是")], None, True),
    ],
)
def test_word_that_is_label_and_answer_alike(
    tmp_path: Path, rows: list[tuple[str | None, ...]], remark: str | None, is_urgent: bool | None
) -> None:
    book = Book(tmp_path / "表1.xlsx", "审批表").rows(*TABLE_1[:-1], *rows)
    row = facts(book.save())
    assert (row.get("remark"), row.get("is_urgent")) == (remark, is_urgent)


def test_list_is_no_form(tmp_path: Path) -> None:
    book = Book(tmp_path / "清单.xlsx", "清单")
    book.row("订单编号", "下单日期", "客户名称", "产品名称", "数量", "单价").row(
        "202603-001", DAY, "甲", "泵", 1, 2
    ).save()
    assert not [each for each in sifted(tmp_path / "清单.xlsx") if each.rule == "ORD-039"]


@pytest.mark.parametrize(
    ("heading", "written", "rule"),
    [("期望交期", "尽快", "ORD-015"), ("期望交期", "4月底", "ORD-015"), ("交货日期", "尽快", "CELL-012")],
)
def test_vague_wish_is_a_matter_of_its_own(tmp_path: Path, heading: str, written: str, rule: str) -> None:
    book = Book(tmp_path / "清单.xlsx", "清单")
    book.row("订单编号", "下单日期", "客户名称", "产品名称", "数量", "单价", heading)
    book.row("202603-001", DAY, "甲", "泵", 1, 2, written).save()
    (found,) = (each for each in sifted(tmp_path / "清单.xlsx") if each.rule in {"ORD-015", "CELL-012"})
    assert (found.rule, found.raw, found.place.cell) == (rule, written, "G2")


@pytest.mark.parametrize(
    ("cell", "value", "is_noted"),
    [
        ("SF1234567890123", "SF1234567890123", False),
        ("物流单号:SF1234567890123", "SF1234567890123", True),
        ("物流单号：SF1234567890123", "SF1234567890123", True),
        ("物流单号:_________", None, True),
        ("物流单号：", None, True),
        ("_________", None, True),
        ("……", None, True),
        ("_", "_", False),
        ("-", None, False),
        ("--", None, False),
        ("", None, False),
        (None, None, False),
        (1234567890123.0, "1234567890123", False),
    ],
)
def test_label_and_line_are_no_number(cell: object, value: str | None, *, is_noted: bool) -> None:
    found = parser(Tracking.tracking_no.spec)(cell)
    assert (found.value, found.rule) == (value, "TRK-026" if is_noted else None)


def test_trouble_behind_a_label_is_told_first() -> None:
    found = parser(Tracking.signer.spec)("签收人:张三13800138000")
    assert found.rule == "CELL-037"


@pytest.mark.parametrize(
    ("cell", "day", "rule"),
    [
        ("2030-01-01", date(2030, 1, 1), None),
        ("2020.01.01-2030.01.01", date(2030, 1, 1), None),
        ("2020年1月1日至2030年1月1日", date(2030, 1, 1), None),
        ("2020/1/1~2030/1/1", date(2030, 1, 1), None),
        ("至2030年1月1日", date(2030, 1, 1), None),
        ("有效期至：2030-01-01", date(2030, 1, 1), None),
        ("长期", None, None),
        ("2020-01-01至长期", None, None),
        ("待定", None, "CELL-012"),
    ],
)
def test_paper_lasts_to_the_end_of_its_span(cell: str, day: date | None, rule: str | None) -> None:
    found = date_parser(Qualifications.valid_to.spec)(cell, DateContext(want="deadline"))
    assert (found.value, found.rule) == (day, rule)


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        (243120000000123, None),  # fifteen digits are all there
        (2431200000001234, "INV-008"),
        (24312000000012345678, "INV-008"),
        ("24312000000012345678", None),
    ],
)
def test_an_invoice_number_of_more_digits_than_excel_keeps_is_finances(
    tmp_path: Path, number: object, rule: str | None
) -> None:
    book = Book(tmp_path / "发票.xlsx", "发票登记").row("发票号码", "开票日期", "购方名称", "价税合计", "订单编号")
    book.row(number, DAY, "甲公司", 1130, "202603-001").save()
    found = {each.rule for each in sifted(tmp_path / "发票.xlsx")}
    assert found & {"INV-008", "CELL-005"} == ({rule} if rule else set())
