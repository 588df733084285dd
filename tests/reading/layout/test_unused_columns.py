"""A column nobody uses is told once, and is only ever suggested for what its entries could be."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from pipeline.reading.layout.sheet_checks import moved_columns
from pipeline.reading.layout.unused_columns import FITTING, LOOKED_AT, could_be
from pipeline.reading.results import FileRead, SheetRead
from pipeline.reading.workers.child import read_file
from schemas.incoming.kinds import KINDS
from schemas.table import PROVENANCE, Type
from tests.support.books import Book

if TYPE_CHECKING:
    from pathlib import Path

NEAR, UNUSED, GONE = "FILE-024", "FILE-035", "FILE-042"
DAYS: list[object] = [datetime(2026, 3, n) for n in range(1, 6)]
SUMS: list[object] = [1200.5, 88.0, 960.0, 13.25, 7.0]
WORDS: list[object] = ["甲公司", "乙公司", "丙公司", "丁公司", "戊公司"]
SUMMED = (Type.MONEY, Type.PRICE, Type.QTY, Type.RATE, Type.INTEGER)
DATED = (Type.DAY, Type.MOMENT)
SPECS = [(kind, column) for kind, table in KINDS.items() for column in table.columns if column not in PROVENANCE]
ORDER = ("订单编号", "客户名称", "产品名称", "数量", "单价", "金额", "下单日期")
LINE = ("202603-001", "甲公司", "水泵", 2, 100, 200, "2026-03-02")


@pytest.mark.parametrize(("kind", "column"), SPECS, ids=str)
def test_days_are_no_sums_sums_no_days_and_words_neither(kind: str, column: object) -> None:
    spec = KINDS[kind].spec(str(column))
    if spec.type in SUMMED:
        assert not could_be(spec, DAYS)
        assert not could_be(spec, WORDS)
    elif spec.type in DATED:
        assert could_be(spec, DAYS)
        assert not could_be(spec, SUMS)
        assert not could_be(spec, WORDS)
    else:
        assert not could_be(spec, DAYS)
    if spec.type in (Type.NAME, Type.TEXT):
        assert could_be(spec, WORDS)
        assert not could_be(spec, SUMS)
    assert not could_be(spec, [])


def test_a_slip_or_two_among_many_is_no_other_column() -> None:
    spec = KINDS["orders"].spec("amount_fen")
    right = round(LOOKED_AT * FITTING)
    sums, words = [float(n) for n in range(1, LOOKED_AT + 1)], [f"字{n}" for n in range(LOOKED_AT)]
    assert could_be(spec, [*sums[:right], *words[right:]])
    assert not could_be(spec, [*sums[: right - 1], *words[right - 1 :]])


def found(path: Path, heading: str, entry: object) -> list[tuple[str, str]]:
    got = read_file(path.name, Book(path).rows((*ORDER, heading), (*LINE, entry)).save(), path.parent)
    given = [(each.rule, dict(each.params)) for each in got.findings]
    return [(rule, said.get("suggestion_words", said.get("other", ""))) for rule, said in given]


@pytest.mark.parametrize(
    ("heading", "entry", "told"),
    [
        ("收货人地址栏", "北京市海淀区1号", (NEAR, "orders.address")),
        ("收货人地址栏", "2026-03-05", (UNUSED, "收货人地址栏 (1)")),
        ("收货人地址栏", 500, (UNUSED, "收货人地址栏 (1)")),
    ],
)
def test_a_field_is_suggested_only_where_the_entries_fit(
    tmp_path: Path, heading: str, entry: object, told: tuple[str, str]
) -> None:
    (only,) = found(tmp_path / "a.xlsx", heading, entry)
    assert only[0] == told[0]
    assert told[1] in only[1]


def sheet(*columns: str, row: int = 1) -> SheetRead:
    places = {name: (letter, name) for name, letter in zip(columns, "ABCDEF", strict=False)}
    return SheetRead("orders", "表", row, places, pa.table({}), 0)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (sheet("order_no", "customer_name", "remark", "line_no"), []),
        (sheet("order_no", "customer_name", "remark"), ["line_no (D)"]),
        (sheet("order_no", "customer_name"), ["remark (C), line_no (D)"]),
        (sheet("order_no", "remark", "line_no"), []),  # asked for anyway, as a column that every sheet must have
        (sheet("order_no", row=0), []),  # forms lack labels one by one
    ],
)
def test_columns_of_last_time_that_are_gone_are_one_note_a_sheet(now: SheetRead, told: list[str]) -> None:
    before = {
        "kind": "orders",
        "sheet": "表",
        "columns": sheet("order_no", "customer_name", "remark", "line_no").columns,
    }
    gone = [each for each in moved_columns(FileRead("a.xlsx", (now,)), [before]) if each.rule == GONE]
    assert [dict(each.params)["other"] for each in gone] == told
