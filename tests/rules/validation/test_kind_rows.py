"""What every sheet must say, cell by cell: the rule that is broken, whether its row waits, and what is kept of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from pipeline.ledger import ReceivedFile
from pipeline.reading.workers.child import read_file
from pipeline.rules.validation import validate
from schemas.incoming import examples
from schemas.incoming.kinds import KINDS
from schemas.language import spellings
from schemas.language.words import translate
from schemas.policy import rules
from tests.support.books import Book

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.rules.validation.validated_file import ValidatedFile
    from schemas.derived.finding import Finding
    from tests.support.books import Cell

Rows = list[tuple["Cell", ...]]
NEEDED = [(kind, column) for kind, table in KINDS.items() for column in table.columns if column.spec.blank]


def validated(folder: Path, *files: Rows) -> list[ValidatedFile]:
    """One workbook of each, headings first, taken in one night."""
    reads = []
    for n, rows in enumerate(files, start=1):
        book = Book(folder / f"来件{n}.xlsx")
        book.sheet("表").rows(*rows)
        book.save()
        read = read_file(book.path.name, book.path, folder)
        assert read.refused is None, read.findings
        reads.append((ReceivedFile("t", book.path.name, f"{n:064}", 1, "", 1, id=n), read))
    return [each.packed() for each in validate.validate_files(reads, validate.Known(), rules.load())]


def facts(made: ValidatedFile) -> list[dict[str, Any]]:
    return [orjson.loads(each) for batch in made.batches for each in batch.facts]


def held(made: ValidatedFile) -> list[bool]:
    return [each for batch in made.batches for each in batch.held]


def example(kind: str) -> dict[str, Cell]:
    """The row that the blank workbook of the kind shows."""
    row: dict[str, Cell] = {}
    for column in KINDS[kind].columns:
        cell = examples.load().get((kind, str(column)), {}).get("zh")
        if cell == examples.FIRST:
            cell = next(iter(spellings.group(column.spec.choices)))
        if cell is not None:
            row[str(column)] = cell
    return row


def sheet(kind: str, **changed: Cell) -> Rows:
    row = example(kind) | changed
    return [tuple(translate(f"{kind}.{column}", "zh") for column in row), tuple(row.values())]


@pytest.mark.parametrize(("kind", "column"), NEEDED, ids=str)
def test_blank_cell_is_asked_for_and_waits_where_money_or_identity_hangs_on_it(
    tmp_path: Path, kind: str, column: Any
) -> None:
    whole, blank = (validated(tmp_path, sheet(kind, **cells))[0] for cells in ({}, {str(column): None}))

    def asked(made: ValidatedFile) -> list[Finding]:
        return [each for each in made.findings if (each.rule, each.column) == (column.spec.blank, column)]

    assert asked(whole) == []
    (found,) = asked(blank)
    assert (found.place.row, found.heading) == (2, translate(f"{kind}.{column}", "zh"))
    assert (found.is_holding, held(blank)) == (column.spec.holds, [column.spec.holds])
    assert not any(held(whole))


ORDER = (
    ("订单编号", "202603-001"),
    ("下单日期", date(2026, 3, 2)),
    ("接收渠道", "邮件"),
    ("客户名称", "甲公司"),
    ("联系人", "李四"),
    ("联系电话", "13800138000"),
    ("产品名称", "水泵"),
    ("型号", "X200"),
    ("规格", "220V"),
    ("数量", 2),
    ("单位", "台"),
    ("单价(元)", 100),
    ("金额(元)", 200),
    ("期望交期", date(2026, 3, 20)),
    ("收货地址", "广东省深圳市南山区科技路1号"),
    ("付款方式", "货到30天"),
    ("销售负责人", "张三"),
)


def order(**cells: Cell) -> tuple[Cell, ...]:
    return tuple(cells.get(head, cell) for head, cell in ORDER)


def orders(*rows: tuple[Cell, ...]) -> Rows:
    return [tuple(head for head, _ in ORDER), *rows]


KEPT = {
    "接收渠道": "channel",
    "联系电话": "phone",
    "数量": "qty",
    "期望交期": "requested_date",
    "下单日期": "order_date",
    "订单编号": "order_no",
    "规格": "spec_text",
}


@pytest.mark.parametrize(
    ("heading", "cell", "said", "kept"),
    [
        ("接收渠道", "电话", "", "phone"),
        ("接收渠道", "ERP系统", "", "erp"),
        ("接收渠道", "官网表单", "", "web"),
        ("接收渠道", "微信", "ORD-001", "other"),
        ("接收渠道", "展会", "ORD-001", "other"),
        ("联系电话", "1380013800", "ORD-005", "1380013800"),
        ("联系电话", "13800138000", "", "13800138000"),
        ("联系电话", "12800138000", "ORD-005", "12800138000"),
        ("联系电话", "0755-12345678", "", "075512345678"),
        ("联系电话", "0755-1234567-801", "", "07551234567-801"),
        ("联系电话", "0755-123456", "ORD-005", "0755-123456"),
        ("联系电话", "400-800-1234", "", "4008001234"),
        ("联系电话", "8008201234", "", "8008201234"),
        ("数量", "100台", "", 100_000),
        ("数量", "若干", "CELL-023 held", None),
        ("数量", "约100", "CELL-023 held", None),
        ("数量", 1, "", 1_000),
        ("数量", 0, "ORD-012 held", 0),
        ("数量", -3, "ORD-012 held", -3_000),
        ("数量", "1.5台", "ORD-012 held", 1_500),
        ("期望交期", "尽快", "ORD-015", None),
        ("期望交期", "5月底", "ORD-015 2026-05-31", None),
        ("期望交期", "5月31日", "CELL-010", "2026-05-31T00:00:00"),
        ("下单日期", date(2062, 5, 3), "CELL-019 2026-05-03 held", None),
        ("下单日期", "2062-05-03", "CELL-019 2026-05-03 held", None),
        ("订单编号", 202603001, "", "202603001"),
        ("订单编号", "202613-001", "", "202613-001"),
        ("订单编号", "2.02603E+08", "CELL-041 held", None),
        ("规格", "标准", "", "标准"),
        ("规格", "/", "", None),
    ],
)
def test_cell_of_an_order_as_staff_write_it(tmp_path: Path, heading: str, cell: Cell, said: str, kept: object) -> None:
    (made,) = validated(tmp_path, orders(order(**{heading: cell})))
    told = [(each.rule, each.params.get("suggestion", ""), "held" * each.is_holding) for each in made.findings]
    assert [" ".join(filter(None, each)) for each in told] == ([said] if said else [])
    assert facts(made)[0].get(KEPT[heading]) == kept
    assert held(made) == [said.endswith("held")]


def test_day_of_a_vague_wish_is_suggested_whatever_stands_beside_it(tmp_path: Path) -> None:
    rows = [order(期望交期="5月底"), order(订单编号="202603-002", 型号="X300", 期望交期=date(2026, 4, 1))]
    (made,) = validated(tmp_path, orders(*rows))
    assert [each.params["suggestion"] for each in made.findings if each.rule == "ORD-015"] == ["2026-05-31"]


def test_lines_of_one_number_are_one_order_of_several_lines(tmp_path: Path) -> None:
    lines = [
        order(数量=10, **{"金额(元)": 1000}),
        order(订单编号=None, 下单日期=None, 客户名称=None, 型号="B1", 数量=5, **{"单价(元)": 200, "金额(元)": 1000}),
    ]
    sums: dict[str, Any] = {"订单编号": "合计", "金额(元)": 2000}
    total = tuple(sums.get(head) for head, _ in ORDER)
    (made,) = validated(tmp_path, orders(*lines, total))
    assert [(each["order_no"], each["amount_fen"]) for each in facts(made)] == [("202603-001", 100_000)] * 2
    assert [each.place.row for each in made.findings if each.rule == "CELL-002"] == [3]


@pytest.mark.parametrize(
    ("second", "rule", "rows", "waits"),
    [
        ({}, "ORD-032", [3], [False]),
        ({"数量": 3, "金额(元)": 300, "规格": "380V"}, "", [], [False, False]),
        ({"型号": "X210", "客户名称": "乙公司"}, "ORD-033", [2, 3], [True, True]),
        ({"型号": "X210", "下单日期": date(2026, 3, 3)}, "ORD-033", [2, 3], [True, True]),
        ({"型号": "X210", "收货地址": "上海市浦东新区世纪大道1号"}, "ORD-042", [3], [False, False]),
        ({"型号": "X210", "联系人": None}, "", [], [False, False]),
        ({"订单编号": "202603-002"}, "", [], [False, False]),
    ],
)
def test_two_rows_under_one_number(
    tmp_path: Path, second: dict[str, Cell], rule: str, rows: list[int], waits: list[bool]
) -> None:
    (made,) = validated(tmp_path, orders(order(), order(**second)))
    mine = [each for each in made.findings if each.rule in {"ORD-032", "ORD-033", "ORD-042", "X-010"}]
    assert [(each.rule, each.place.row) for each in mine] == [(rule, row) for row in rows]
    assert held(made) == waits
    assert all(each.params["other"] for each in mine)


@pytest.mark.parametrize(
    ("second", "rule"),
    [
        ({}, "ORD-032"),  # the same row, exported twice
        ({"数量": 3, "金额(元)": 300}, "X-010"),
        ({"联系人": "王五"}, "X-010"),
        ({"客户名称": "乙公司"}, "ORD-033"),
        ({"型号": "X210"}, ""),  # another line
        ({"订单编号": "202603-002"}, ""),
    ],
)
def test_one_order_in_two_workbooks_of_a_night(tmp_path: Path, second: dict[str, Cell], rule: str) -> None:
    made = validated(tmp_path, orders(order()), orders(order(**second)))
    told = [each for one in made for each in one.findings if each.rule in {"ORD-032", "ORD-033", "X-010"}]
    assert {each.rule for each in told} == ({rule} if rule else set())
    both = rule in {"X-010", "ORD-033"}
    assert sorted(str(each.place.file) for each in told) == (["来件1.xlsx"] * both + ["来件2.xlsx"]) * bool(rule)
    assert [each for one in made for each in held(one)] == [both] * (1 if rule == "ORD-032" else 2)
