"""One dirty cell in an otherwise clean sheet, dropped as a workbook and read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipeline.reading.workers.child import read_file
from tests.support.books import Book, rewrite

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.reading import FileRead, SheetRead
    from tests.support.books import Cell

DAY = date(2024, 5, 3)
TABLE_1 = [
    ("某某公司销售订单审批表",),
    ("订单编号", "202405-001", "下单日期", DAY),
    ("客户名称", "甲公司", "联系人*", "张三"),
    ("产品名称", "水泵", "规格型号", "X200"),
    ("数量", 10, "单价(元)", 100),
    ("金额（元）", 1000, "交货日期", date(2024, 6, 3)),
    ("收货地址：", "北京市海淀区1号", "付款方式：", "月结30天"),
    ("审核人：", "李四", "日期：", None),
]
CLEAN: dict[str, dict[str, Cell]] = {
    "orders": {
        "订单编号": "202405-001",
        "下单日期": DAY,
        "客户名称": "甲公司",
        "客户编码": "00123",
        "联系人": "张三",
        "联系电话": "13800138000",
        "产品名称": "水泵",
        "型号": "X200",
        "数量": 10,
        "单价": 100,
        "折扣": None,
        "金额": 1000,
        "期望交期": date(2024, 6, 3),
        "紧急订单": "否",
        "收货地址": "北京",
        "接收渠道": "电话",
        "备注": "常规",
    },
    "receipts": {"收款日期": DAY, "付款方": "甲公司", "收款金额": 1000, "订单编号": "202405-001", "收款方式": "电汇"},
    "tracking": {
        "订单编号": "202405-001",
        "执行阶段": "物流发货",
        "责任人": "张三",
        "计划完成时间": DAY,
        "实际完成时间": DAY,
        "物流单号": "SF1234567890123",
        "备注": None,
    },
    "shipments": {
        "发货单号": "DN1",
        "订单编号": "202405-001",
        "发货数量": 10,
        "发货时间": DAY,
        "物流单号": "SF1234567890123",
        "附件": None,
    },
    "customers": {
        "客户名称": "甲公司",
        "统一社会信用代码": "91350211M000100Y43",
        "付款条件": "月结30天",
        "信用额度": 1000,
        "客户状态": "正常",
    },
}


@dataclass(frozen=True)
class Seen:
    """A cell as read: its value, and the rules it breaks."""

    value: object
    rules: tuple[str, ...] = ()


def read(path: Path) -> FileRead:
    """A file as the child process reads it."""
    return read_file(path.name, path, path.parent)


def only(path: Path) -> SheetRead:
    """The one table of a file."""
    got = read(path)
    assert got.refused is None, got.findings
    (table,) = got.sheets
    return table


def sheet(path: Path, kind: str, *rows: dict[str, Cell], headings: dict[str, str] | None = None) -> Book:
    """A list of one kind; every row is clean but for what is given. `headings`: written otherwise."""
    usual = CLEAN[kind]
    book = Book(path).row(*((headings or {}).get(each, each) for each in usual))
    for row in rows or ({},):
        book.row(*(usual | row).values())
    return book


def cell(tmp_path: Path, kind: str, heading: str, raw: Cell) -> Seen:
    """One dirty cell under a heading."""
    return seen(only(sheet(tmp_path / "a.xlsx", kind, {heading: raw}).save()), heading)


def seen(table: SheetRead, heading: str, row: int = 0) -> Seen:
    """What was read under a heading."""
    field = next(name for name, (_, text) in table.columns.items() if text == heading)
    rules = tuple(each.rule for each in table.findings if each.column == field and each.at == row)
    return Seen(table.table.column(field)[row].as_py(), rules)


def swap(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """Put other bytes into a part of a package, which must hold the old ones."""

    def change(content: bytes) -> bytes:
        assert old in content, f"{old!r} is not in {part}"
        return content.replace(old, new, 1)

    return rewrite(path, part, change)


def facts(table: SheetRead) -> list[dict[str, object]]:
    """Rows without their provenance and blanks."""
    return [
        {name: value for name, value in row.items() if not name.startswith("src_") and value is not None}
        for row in table.table.to_pylist()
    ]
