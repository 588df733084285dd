"""A finding stands on the row that is wrong, and keeps its name: other rows, other files and other cells move none."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.ledger import ReceivedFile
from pipeline.reading.layout.heading_names import aliases, fold_heading
from pipeline.reading.workers.child import read_file
from pipeline.rules.validation.validate import Known, validate_files
from schemas.incoming.kinds import KINDS
from schemas.policy import rules
from tests.support.books import Book
from tests.support.pace import sweep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from schemas.derived.finding import Finding

Row = tuple[Any, ...]
Sheet = tuple[Row, list[Row]]  # headings, rows

DAY = "2026-03-02"
# rows of every kind whose rows can be held: the second is wrong in a cell that has a bound, a form or must be filled
SHEETS: Mapping[str, Sheet] = {
    "orders": (
        (
            "订单编号",
            "下单日期",
            "客户名称",
            "联系人",
            "产品名称",
            "数量",
            "单位",
            "单价",
            "金额",
            "期望交期",
            "付款方式",
        ),
        [
            ("202603-001", DAY, "甲公司", "张三", "水泵", 2, "台", 100, 200, "2026-03-20", "货到付款"),
            ("202603-002", DAY, "乙公司", None, "水泵", -3, "台", 100, None, "2026-03-20", "货到付款"),
            ("202603-003", DAY, "丙公司", "张三", "水泵", 1.5, "台", 100, 150, "2026-03-20", None),
        ],
    ),
    "receipts": (
        ("收款编号", "收款日期", "付款方", "收款金额", "订单编号"),
        [
            ("R1", DAY, "甲公司", 100, "202603-001"),
            ("R2", None, "乙公司", 200, "202603-002"),
            ("R3", DAY, None, None, "202603-003"),
        ],
    ),
    "invoices": (
        ("发票号码", "开票日期", "购方名称", "价税合计", "订单编号"),
        [
            ("26442000000000000001", DAY, "甲公司", 100, "202603-001"),
            ("26442000000000000002", None, "乙公司", 200, "202603-002"),
            ("26442000000000000003", DAY, "丙公司", None, "202603-003"),
        ],
    ),
    "shipments": (
        ("订单编号", "物流单号", "发货时间", "发货数量"),
        [
            ("202603-001", "SF1", DAY, 2),
            (None, "SF2", DAY, 3),
            ("202603-003", "SF3", "尽快", 4),
        ],
    ),
    "customers": (
        ("客户编码", "客户名称", "付款条件", "信用额度"),
        [("C1", "甲公司", "货到付款", 1000), ("C2", None, "货到付款", 2000), ("C3", "丙公司", "月结30天", "很多")],
    ),
}
HEADED = {kind: {head: aliases(kind)[fold_heading(head)] for head in heads} for kind, (heads, _) in SHEETS.items()}
DIRT = st.sampled_from((None, "若干", "#N/A", "？", "2026-02-30", "-", 0, -1))
CELLS = st.sampled_from(
    [(kind, n, row) for kind, (heads, _) in SHEETS.items() for n in range(len(heads)) for row in range(3)]
)
FIRST, SECOND = "1.xlsx", "2.xlsx"


def found(*files: Sheet) -> list[Finding]:
    """What is found in workbooks of one sheet each that came on one night."""
    reads = []
    with TemporaryDirectory() as folder:
        for n, (heads, rows) in enumerate(files, start=1):
            path = Book(Path(folder) / f"{n}.xlsx").rows(heads, *rows).save()
            read = read_file(path.name, path, Path(folder))
            assert not read.refused, read.findings
            reads.append((ReceivedFile("t", path.name, "0" * 64, 1, "", 1, id=n), read))
    return [each for made in validate_files(reads, Known(), rules.load()) for each in made.findings]


def told(
    findings: Iterable[Finding], file: str, *, besides: int = 0, at: int = 0, moved: int = 0
) -> set[tuple[str, str, str, int]]:
    """Name, rule, column and row of what is found in the rows of a file, or in one of them."""
    return {
        (each.id, each.rule, each.column, each.place.row - moved)
        for each in findings
        if each.place.file == file and each.place.row not in {0, besides} and at in {0, each.place.row}
    }


def put(row: Sequence[Any], column: int, value: object) -> Row:
    return (*row[:column], value, *row[column + 1 :])


def dirty(kind: str, row: int, column: int, value: object) -> Sheet:
    heads, rows = SHEETS[kind]
    return heads, [put(cells, column, value) if n == row else cells for n, cells in enumerate(rows)]


@cache
def others(kind: str) -> Sheet:
    """The same rows under other numbers, as another department would send them."""
    heads, rows = SHEETS[kind]
    named = [head.endswith(("编号", "号码", "单号", "编码")) for head in heads]
    made = [
        tuple(f"{str(c)[:-2]}9{str(c)[-1]}" if is_no and c else c for is_no, c in zip(named, r, strict=True))
        for r in rows
    ]
    return heads, made


@cache
def usual(kind: str) -> list[Finding]:
    """What is found in both files as they are."""
    return found(SHEETS[kind], others(kind))


@pytest.mark.parametrize("kind", SHEETS)
def test_rows_are_wrong_as_they_are_meant_to_be(kind: str) -> None:
    assert {row for *_, row in told(usual(kind), FIRST)} == {3, 4}
    assert {row for *_, row in told(usual(kind), SECOND)} == {3, 4}


@sweep(40)
@given(cell=CELLS, dirt=DIRT)
@example(cell=("orders", 5, 0), dirt="若干")
@example(cell=("orders", 5, 0), dirt=None)
def test_a_cell_changes_no_finding_of_another_row_or_file(cell: tuple[str, int, int], dirt: object) -> None:
    kind, column, row = cell
    seen = found(dirty(kind, row, column, dirt), others(kind))
    for file, besides in ((FIRST, row + 2), (SECOND, 0)):
        assert told(seen, file, besides=besides) == told(usual(kind), file, besides=besides)


@sweep(20)
@given(cell=CELLS, row=st.integers(0, 2))
def test_rows_that_are_put_in_or_taken_out_above_rename_no_finding(cell: tuple[str, int, int], row: int) -> None:
    kind, _, above = cell
    heads, rows = SHEETS[kind]
    more = [*rows[:above], others(kind)[1][row], *rows[above:]]
    less = [each for n, each in enumerate(rows) if n != above]
    for n in range(3):
        at = n + 2
        now = at + (n >= above)
        assert told(found((heads, more)), FIRST, at=now, moved=now - at) == told(usual(kind), FIRST, at=at)
        if n != above:
            now = at - (n > above)
            assert told(found((heads, less)), FIRST, at=now, moved=now - at) == told(usual(kind), FIRST, at=at)


@sweep(20)
@given(cell=CELLS, dirt=DIRT)
def test_a_finding_keeps_its_name_when_another_cell_of_its_row_is_mended(
    cell: tuple[str, int, int], dirt: object
) -> None:
    kind, column, row = cell
    field = HEADED[kind][SHEETS[kind][0][column]]
    if field in {name for names in KINDS[kind].identity for name in names}:
        return  # a row under another number is another row
    before, after = found(dirty(kind, row, column, dirt)), usual(kind)
    names: list[dict[tuple[str, str], str]] = [
        {
            (each.rule, each.column): each.id
            for each in made
            if not each.key.startswith("~")  # nothing names the row but what it says
            and (each.place.file, each.place.row) == (FIRST, row + 2)
        }
        for made in (before, after)
    ]
    both = names[0].keys() & names[1].keys()  # half a machine is none without its unit
    assert {what: names[0][what] for what in both} == {what: names[1][what] for what in both}
