"""From sheets as read to rows as kept: amounts that follow, pieces, numbers given, counts, places, printed forms."""

from __future__ import annotations

import json
from datetime import date
from itertools import compress
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from pipeline.ledger import ReceivedFile
from pipeline.reading.layout.typed import date_parser, parser
from pipeline.reading.values.date_context import DateContext
from pipeline.reading.workers.child import read_file
from pipeline.rules.validation import validate
from schemas.incoming.customers import Qualifications
from schemas.incoming.kinds import KINDS
from schemas.incoming.tracking import Tracking
from schemas.policy import rules
from tests.support.books import Book

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.rules.validation.validated_file import ValidatedFile
    from schemas.derived.finding import Finding
    from tests.support.books import Cell

DAY = "2026-03-02"
HEADS = (
    *("订单编号", "下单日期", "接收时间", "客户名称", "产品名称", "型号", "数量", "单位", "单价", "折扣", "金额"),
    *("期望交期", "是否含税", "税率"),
)
LINE = ("202603-001", DAY, None, "甲公司", "水泵", "X1", 2, "台", 100, None, 200, "2026-03-20", None, None)
COMPLAINT = ("投诉编号", "登记时间", "投诉时间", "投诉人", "投诉内容")


def line(**cells: Cell) -> tuple[Cell, ...]:
    return tuple(cells.get(head, cell) for head, cell in zip(HEADS, LINE, strict=True))


def lacking(finding: Finding, effect: str) -> list[str]:
    """What a finding on columns that are lacking says of those with this effect on the rows."""
    said = dict(json.loads(finding.params["other_phrases"]))
    return [*filter(None, said.get(effect, {}).get("columns_words", "").split(","))]


def sheet(*lines: tuple[Cell, ...], without: tuple[str, ...] = ()) -> list[tuple[Cell, ...]]:
    """Rows of order lines under all headings but these."""
    kept = [head not in without for head in HEADS]
    return [tuple(compress(cells, kept)) for cells in (HEADS, *lines)]


def validated(folder: Path, *sheets: list[tuple[Cell, ...]], known: validate.Known | None = None) -> ValidatedFile:
    """One workbook of these sheets, headings first."""
    book = Book(folder / "来件.xlsx")
    for n, rows in enumerate(sheets, start=1):
        book.sheet(f"表{n}").rows(*rows)
    book.save()
    read = read_file(book.path.name, book.path, folder)
    assert read.refused is None, read.findings
    (made,) = validate.validate_files(
        [(ReceivedFile("t", book.path.name, "0" * 64, 1, "", 1, id=1), read)], known or validate.Known(), RULES
    )
    return made.packed()


RULES = rules.load()
NO_AMOUNT = ("金额",)


def facts(made: ValidatedFile, name: str) -> list[Any]:
    return [orjson.loads(each).get(name) for batch in made.batches for each in batch.facts]


def told(made: ValidatedFile, rule: str) -> list[str]:
    return [str(each.place) for each in made.findings if each.rule == rule]


# Amounts


@pytest.mark.parametrize(
    ("cells", "fen"),
    [
        ({"数量": 3, "单价": 9.99}, 2997),
        ({"数量": 3, "单价": 9.99, "折扣": "9折"}, 2697),
        ({"数量": 1.5, "单位": "米", "单价": 10, "折扣": "减10%"}, 1350),
        ({"数量": None}, None),
        ({"单价": None}, None),
    ],
)
def test_amount_follows_where_the_sheet_has_no_such_column(tmp_path: Path, cells: dict[str, Cell], fen: int) -> None:
    made = validated(tmp_path, sheet(line(**cells), without=NO_AMOUNT))
    assert facts(made, "amount_fen") == [fen]
    assert [held for batch in made.batches for held in batch.held] == [fen is None]


@pytest.mark.parametrize(
    ("cells", "fen"),
    [
        ({"是否含税": "否", "税率": 0.13}, 2260),
        ({"是否含税": "否", "税率": 0.13, "折扣": "9折"}, 2034),
        ({"是否含税": "是", "税率": 0.13}, 2000),
        ({"是否含税": "否"}, None),
    ],
)
def test_amount_that_follows_from_a_price_before_tax_holds_the_tax(
    tmp_path: Path, cells: dict[str, Cell], fen: int | None
) -> None:
    made = validated(tmp_path, sheet(line(数量=2, 单价=10, **cells), without=NO_AMOUNT))
    assert facts(made, "amount_fen") == [fen]
    assert [held for batch in made.batches for held in batch.held] == [fen is None]
    assert told(made, "CELL-047") == ([] if fen else ["来件.xlsx › 表1 › I2"])


@pytest.mark.parametrize(
    ("purpose", "yuan", "held"),
    [
        ("退款", 500, True),
        ("客户退还多付款", 0.01, True),
        ("退款", -500, False),
        ("退款", 0, False),
        ("货款", 500, False),
        ("无退款", 500, False),
        (None, 500, False),
    ],
)
def test_refund_above_zero_waits(tmp_path: Path, purpose: str | None, yuan: float, held: bool) -> None:
    heads = ("收款编号", "收款日期", "付款方", "收款金额", "款项性质", "订单编号")
    made = validated(tmp_path, [heads, ("SK-1", date(2026, 5, 6), "甲公司", yuan, purpose, "202605-001")])
    assert told(made, "RCV-017") == (["来件.xlsx › 表1 › D2"] if held else [])
    assert [each for batch in made.batches for each in batch.held] == [held]


def test_row_waits_whose_price_by_quantity_is_more_money_than_there_is(tmp_path: Path) -> None:
    made = validated(tmp_path, sheet(line(数量=1e9, 单价=1e12), without=NO_AMOUNT))
    assert facts(made, "amount_fen") == [None]
    assert told(made, "CELL-022") == ["来件.xlsx › 表1 › I2"]
    assert [held for batch in made.batches for held in batch.held] == [True]


def test_amount_is_asked_for_where_its_cell_is_empty(tmp_path: Path) -> None:
    without = sheet(line(订单编号="202603-002"), without=NO_AMOUNT)
    made = validated(tmp_path, sheet(line(金额=None), line(订单编号="202603-003")), without)
    assert facts(made, "amount_fen") == [None, 20_000, 20_000]
    assert [held for batch in made.batches for held in batch.held] == [True, False, False]


@pytest.mark.parametrize("absent", [("单价", "金额"), ("客户名称",)])
def test_rows_wait_when_their_sheet_lacks_what_follows_from_nothing(tmp_path: Path, absent: tuple[str, ...]) -> None:
    made = validated(tmp_path, sheet(line(), without=absent))
    assert [held for batch in made.batches for held in batch.held] == [True]


@pytest.mark.parametrize("absent", [("客户名称",), ("下单日期",), ("客户名称", "下单日期")])
def test_all_lines_wait_of_an_order_that_waits_for_a_column(tmp_path: Path, absent: tuple[str, ...]) -> None:
    lines = [line(), line(型号="X2"), line(型号="X3"), line(订单编号="202603-002")]
    made = validated(tmp_path, sheet(*lines, without=absent))
    assert [held for batch in made.batches for held in batch.held] == [True] * len(lines)


@pytest.mark.parametrize(("amount", "is_held"), [(200, False), (None, True)])
def test_sum_is_enough_where_a_book_has_neither_quantity_nor_price(
    tmp_path: Path, amount: Cell, *, is_held: bool
) -> None:
    made = validated(tmp_path, sheet(line(金额=amount), without=("数量", "单位", "单价")))
    assert [held for batch in made.batches for held in batch.held] == [is_held]
    (absent,) = [each for each in made.findings if each.rule == "FILE-021"]
    assert absent.is_holding == is_held
    assert {"orders.qty", "orders.unit_price"} <= {*lacking(absent, "absent.held" if is_held else "absent.counted")}


PRINTED = (
    *(
        "订单编号",
        "客户名称",
        "联系人*",
        "联系电话",
        "产品名称",
        "规格型号",
        "单价(元)",
        "数量",
        "金额(元)",
        "交货日期",
    ),
    *("付款方式", "收货地址", "销售负责人*", "审核人*", "审批意见", "备注(如特殊需求、折扣说明)", "填表日期"),
)
ENTRIES = (
    *("202603-001", "甲机械有限公司", "王芳", "13800138000", "变频器", "X200 220V", 100, 10, 1000, "2026-03-30"),
    *("月结30天", "深圳市南山区科技路1号", "李明", "张伟", "同意", "无", DAY),
)


@pytest.mark.parametrize(
    "rows",
    [
        [PRINTED, ENTRIES],
        [("销售订单审批表",), PRINTED, ENTRIES],
        [("销售订单审批表",), *zip(PRINTED, ENTRIES, strict=True)],
    ],
)
def test_approval_form_as_it_is_printed_enters_the_book(tmp_path: Path, rows: list[tuple[Cell, ...]]) -> None:
    made = validated(tmp_path, rows)
    assert [held for batch in made.batches for held in batch.held] == [False]
    assert facts(made, "order_date") == facts(made, "form_date")
    assert facts(made, "requested_date") == facts(made, "promised_date")
    assert "".join(facts(made, "order_date")[0]).startswith(DAY)
    assert [each.rule for each in made.findings] == []


def test_day_of_writing_stands_in_only_where_no_other_is_asked_for(tmp_path: Path) -> None:
    made = validated(tmp_path, [(*PRINTED, "下单日期"), (*ENTRIES, None)])
    assert [held for batch in made.batches for held in batch.held] == [True]
    made = validated(tmp_path, [PRINTED, (*ENTRIES[:-1], None)])
    assert [held for batch in made.batches for held in batch.held] == [True]
    assert [each.rule for each in made.findings if each.is_holding] == ["ORD-048"]


@pytest.mark.parametrize(
    ("qty", "unit", "raw"),
    [
        (2, "台", None),
        (1.5, "台", "1.5台"),
        (0.001, "件", "0.001件"),
        (1.5, "米", None),
        (1.5, None, None),
        (None, "台", None),
    ],
)
def test_half_a_machine_cannot_be_ordered(tmp_path: Path, qty: float | None, unit: str | None, raw: str | None) -> None:
    made = validated(tmp_path, sheet(line(数量=qty, 单位=unit)))
    found = [each for each in made.findings if each.rule == "ORD-012"]
    assert [(each.raw, each.place.cell, each.is_holding) for each in found] == ([(raw, "G2", True)] if raw else [])


# Numbers


@pytest.mark.parametrize(
    ("cells", "number"),
    [
        ({}, "202603-001"),
        ({"接收时间": "2026-04-02"}, "202604-001"),  # the day it came, before the day on it
        ({"客户名称": None}, None),
        ({"下单日期": None, "接收时间": "2026-03-02"}, None),
    ],
)
def test_order_without_a_number_is_given_one(tmp_path: Path, cells: dict[str, Cell], number: str | None) -> None:
    made = validated(tmp_path, sheet(line(**{"订单编号": None} | cells)))
    assert facts(made, "order_no") == [number]
    assert told(made, "ORD-054") == (["来件.xlsx › 表1 › A2"] if number else [])
    assert told(made, "ORD-028") == ([] if number else ["来件.xlsx › 表1 › A2"])
    assert [held for batch in made.batches for held in batch.held] == [number is None]
    assert list(made.assigned.values()) == [number] * (number is not None)


def test_numbers_given_are_free_and_the_same_when_dropped_again(tmp_path: Path) -> None:
    new = [line(订单编号=None, 客户名称=name) for name in ("甲", "乙", "丙")]
    first = validated(tmp_path, sheet(line(), *new), known=validate.Known(used=lambda _: frozenset({"202603-004"})))
    given = facts(first, "order_no")
    assert given[0] == "202603-001"
    assert sorted(given[1:]) == ["202603-005", "202603-006", "202603-007"]
    suggested = [each.params["suggestion"] for each in first.findings if each.rule == "ORD-054"]
    assert sorted(suggested) == sorted(given[1:])
    more = line(订单编号=None, 客户名称="丁")
    again = validated(tmp_path, sheet(*new, more), known=validate.Known(remembered=first.assigned))
    assert facts(again, "order_no") == [*given[1:], "202603-008"]
    assert list(again.assigned.values()) == ["202603-008"]


@pytest.mark.parametrize(
    ("registered", "complained", "number"),
    [
        ("2026-03-10", "2026-02-27", "202602-T001"),  # when it was made, else when it was written down
        ("2026-03-10", None, "202603-T001"),
        (None, None, None),
    ],
)
def test_complaint_waits_for_no_number(
    tmp_path: Path, registered: str | None, complained: str | None, number: str | None
) -> None:
    made = validated(tmp_path, [COMPLAINT, (None, registered, complained, "王女士", "漏水")])
    assert facts(made, "complaint_no") == [number]
    assert told(made, "CMP-066") == ([] if number else ["来件.xlsx › 表1 › A2"])
    assert [held for batch in made.batches for held in batch.held] == [False]


def test_number_nobody_can_read_is_not_replaced(tmp_path: Path) -> None:
    made = validated(tmp_path, sheet(line(订单编号="#REF!")))
    assert facts(made, "order_no") == [None]
    assert not made.assigned
    assert not told(made, "ORD-028")


# Places and counts


def test_every_row_knows_its_sheet(tmp_path: Path) -> None:
    first = sheet(line(), line(订单编号="202603-002"))
    second = sheet(line(订单编号="202603-003"), line(订单编号="202603-004", 单价="面议"), line(), line())
    made = validated(tmp_path, first, second)
    (found,) = (each for each in made.findings if each.column == "unit_price" and each.raw == "面议")
    assert (str(found.place), found.is_holding) == ("来件.xlsx › 表2 › I3", True)
    assert (found.heading, found.subject, found.customer) == ("单价", "202603-004", "甲公司")
    since = {"changed": 0, "unchanged": 0}
    assert made.counts == {
        ("orders", "表1", 1): {"accepted": 2, "held": 0, "copies": 0, "new": 2, **since},
        ("orders", "表2", 1): {"accepted": 1, "held": 1, "copies": 2, "new": 2, **since},
    }


# Keys


# --- what holds a row, and what is said once ----------------------------------------------


@pytest.mark.parametrize(
    ("cells", "is_held"),
    [({"数量": "若干"}, True), ({"数量": "２"}, False), ({"期望交期": "昨天"}, False), ({"单价": "面议"}, True)],
)
def test_a_cell_that_cannot_be_read_holds_its_row_where_money_or_identity_stands(
    tmp_path: Path, cells: dict[str, Cell], *, is_held: bool
) -> None:
    made = validated(tmp_path, sheet(line(), line(订单编号="202603-002", **cells)))
    assert [bool(held) for batch in made.batches for held in batch.held] == [False, is_held]


@pytest.mark.parametrize(("head", "rule", "rows"), [("期望交期", "ORD-013", [2]), ("数量", "ORD-011", [2, 3])])
def test_what_a_header_lacks_is_said_on_the_first_line_of_its_order(
    tmp_path: Path, head: str, rule: str, rows: list[int]
) -> None:
    lines = [line(**{head: None}), line(**{head: None, "型号": "X2"}), line(订单编号="202603-002")]
    made = validated(tmp_path, sheet(*lines))
    assert [each.place.row for each in made.findings if each.rule == rule] == rows


def test_every_complaint_says_what_it_lacks(tmp_path: Path) -> None:
    rows = [(f"202603-T00{n}", DAY, DAY, None, "漏水") for n in (1, 2)]
    made = validated(tmp_path, [COMPLAINT, *rows])
    rule = KINDS["complaints"].spec("complainant").blank
    assert [each.place.row for each in made.findings if each.rule == rule] == [2, 3]


# --- names of rows ------------------------------------------------------------------------


# --- what is known of a workbook as a whole -----------------------------------------------


def test_a_workbook_is_told_by_what_its_rows_say_and_where(tmp_path: Path) -> None:
    own = validated(tmp_path, sheet(line())).content
    assert own == validated(tmp_path, sheet(line())).content != ""
    assert own != validated(tmp_path, sheet(line(数量=3, 金额=300))).content
    assert own != validated(tmp_path, [("说明",)], sheet(line())).content  # on another sheet
    assert validated(tmp_path, sheet(("合计", *[None] * 9, 200, None))).content == ""


def test_a_heading_that_lacks_is_told_once_for_its_sheet(tmp_path: Path) -> None:
    made = validated(tmp_path, sheet(line(), line(订单编号="202603-002"), without=("期望交期",)))
    (told,) = [each for each in made.findings if each.rule == "FILE-021"]
    assert (told.place.sheet, told.place.row, told.is_holding) == ("表1", 0, False)
    assert "orders.requested_date" in lacking(told, "absent.counted")


def test_a_heading_that_several_sheets_lack_is_told_once_unless_it_holds_their_rows(tmp_path: Path) -> None:
    sheets = [sheet(line(订单编号=f"202603-00{n}"), without=("期望交期", "客户名称")) for n in (1, 2, 3)]
    told = [each for each in validated(tmp_path, *sheets).findings if each.rule == "FILE-021"]
    assert [each.place.sheet for each in told] == ["表1", "表2", "表3"]
    assert all(lacking(each, "absent.held") == ["orders.customer_name"] for each in told)
    assert all("orders.requested_date" in lacking(each, "absent.counted") for each in told)
    sheets = [sheet(line(订单编号=f"202603-00{n}"), without=("期望交期",)) for n in (1, 2, 3)]
    (once,) = [each for each in validated(tmp_path, *sheets).findings if each.rule == "FILE-021"]
    assert once.params["sheet"].count(",") == 2


# The printed form, and what is left of it in a cell of a list

FORM_DAY = date(2026, 3, 2)
TABLE_1 = [
    ("销售订单审批表",),
    ("订单编号", "202603-001", "下单日期", FORM_DAY),
    ("客户名称", "甲公司", "联系人*", "张三"),
    ("联系电话", "13800138000", "产品名称", "水泵"),
    ("规格型号", "X200", "数量", 10),
    ("单价(元)", 100, "金额(元)", 1000),
    ("交货日期", date(2026, 4, 3), "期望交期", date(2026, 4, 1)),
    ("收货地址", "北京市海淀区中关村1号", "付款方式", "月结30天"),
    ("销售负责人*", "李四", "审核人*", "王五"),
    ("审批意见", "同意", "填表日期", FORM_DAY),
    ("备注", "加急"),
]


def validated_form(path: Path) -> ValidatedFile:
    read = read_file(path.name, path, path.parent)
    assert read.refused is None, read.findings
    (made,) = validate.validate_files(
        [(ReceivedFile("t", path.name, "0" * 64, 1, "", 1, id=1), read)], validate.Known(), rules.load()
    )
    return made.packed()


def form_findings(path: Path) -> list[Finding]:
    return validated_form(path).findings


def form_facts(path: Path) -> dict[str, Any]:
    """What the one row of a workbook says."""
    (row,) = (orjson.loads(each) for batch in validated_form(path).batches for each in batch.facts)
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
        (("审批意见", "填表日期"), ["orders.approval,orders.form_date"]),
        (("期望交期",), []),  # the form has no such field
    ],
)
def test_printed_form_has_its_fields(tmp_path: Path, without: tuple[str, ...], said: list[str]) -> None:
    found = [each for each in form_findings(form(tmp_path / "表1.xlsx", *without)) if each.rule == "ORD-039"]
    assert [each.params["column_words"] for each in found] == said
    assert not any(each.is_holding for each in found)


def test_a_form_that_lacks_a_field_is_read_all_the_same(tmp_path: Path) -> None:
    row = form_facts(form(tmp_path / "表1.xlsx", "审核人*"))
    said: dict[str, Any] = {"order_no": "202603-001", "customer_name": "甲公司"}
    said |= {"contact": "张三", "phone": "13800138000"}
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
    row = form_facts(book.save())
    assert (row.get("remark"), row.get("is_urgent")) == (remark, is_urgent)


def test_list_is_no_form(tmp_path: Path) -> None:
    book = Book(tmp_path / "清单.xlsx", "清单")
    book.row("订单编号", "下单日期", "客户名称", "产品名称", "数量", "单价").row(
        "202603-001", FORM_DAY, "甲", "泵", 1, 2
    ).save()
    assert not [each for each in form_findings(tmp_path / "清单.xlsx") if each.rule == "ORD-039"]


@pytest.mark.parametrize(
    ("heading", "written", "rule"),
    [("期望交期", "尽快", "ORD-015"), ("期望交期", "4月底", "ORD-015"), ("交货日期", "尽快", "CELL-012")],
)
def test_vague_wish_is_a_matter_of_its_own(tmp_path: Path, heading: str, written: str, rule: str) -> None:
    book = Book(tmp_path / "清单.xlsx", "清单")
    book.row("订单编号", "下单日期", "客户名称", "产品名称", "数量", "单价", heading)
    book.row("202603-001", FORM_DAY, "甲", "泵", 1, 2, written).save()
    (found,) = (each for each in form_findings(tmp_path / "清单.xlsx") if each.rule in {"ORD-015", "CELL-012"})
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
    book.row(number, FORM_DAY, "甲公司", 1130, "202603-001").save()
    found = {each.rule for each in form_findings(tmp_path / "发票.xlsx")}
    assert found & {"INV-008", "CELL-005"} == ({rule} if rule else set())


def test_findings_about_what_a_head_says_stand_at_its_own_cell_on_its_own_sheet(tmp_path: Path) -> None:
    heads: list[tuple[Cell, ...]] = [
        ("订单编号", "客户名称", "下单日期", "付款方式"),
        ("S1", None, DAY, "月结30天"),
        ("S2", "乙公司", DAY, "月结30天"),
    ]
    lines: list[tuple[Cell, ...]] = [
        ("订单编号", "产品名称", "数量", "单价"),
        ("S1", "泵", 1, 10),
        ("S1", "阀", 2, 10),
        ("S2", "泵", 1, 10),
        ("S9", "泵", 1, 10),
    ]
    made = validated(tmp_path, heads, lines)
    assert told(made, "ORD-002") == ["来件.xlsx › 表1 › B2"]  # once, and not for the order without a head
    assert told(made, "CELL-048") == ["来件.xlsx › 表2 › A5"]
    assert [held for batch in made.batches for held in batch.held] == [True, False, False, True]
