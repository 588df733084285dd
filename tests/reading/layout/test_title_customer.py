"""A list of one customer: a labelled line above it names whom it is of, and nothing else does."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from pipeline.reading.workers.child import read_file
from tests.support.books import Book

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.reading import FileRead
    from tests.support.books import Cell

HEADINGS = ("订单编号", "下单日期", "产品名称", "数量", "单价")
TITLED = "FILE-044"


def read(path: Path, *above: tuple[Cell, ...], headings: tuple[str, ...] = HEADINGS) -> FileRead:
    rows = [(f"SO-{n}", date(2026, 5, n), "泵", n, 100, "丙公司") for n in (1, 2)]
    book = Book(path).rows(*above).row(*headings).rows(*(row[: len(headings)] for row in rows))
    return read_file(path.name, book.save(), path.parent)


def customers(file: FileRead) -> list[object]:
    table = file.sheets[0].table
    found: list[object] = table.column("customer_name").to_pylist() if "customer_name" in table.column_names else []
    return found


@pytest.mark.parametrize(
    ("above", "name"),
    [
        (("客户：甲公司",), "甲公司"),
        (("客户名称：", "甲公司"), "甲公司"),
        (("购货单位:苏州安宁电子有限公司 联系人：张伟", None, "日期：2026-05-31"), "苏州安宁电子有限公司"),
        (("Customer: Acme Ltd",), "Acme Ltd"),
        (("公司名称：我方有限公司",), None),  # it may be whose sheet it is
        (("单位：元",), None),
        (("甲公司5月订单",), None),
        (("客户：",), None),
        (("客户：甲公司联系人：张伟",), None),  # nobody can part them
        (("客户：甲公司", "客户：乙公司"), None),  # of whom?
    ],
)
def test_customer_of_a_list_stands_by_a_label_above_it_and_is_told_once(
    tmp_path: Path, above: tuple[Cell, ...], name: str | None
) -> None:
    got = read(tmp_path / "a.xlsx", above)
    assert customers(got) == ([name] * 2 if name else [])
    told = [dict(finding.params)["name"] for finding in got.findings if finding.rule == TITLED]
    assert told == ([name] if name else [])
    assert ("customer_name" in got.sheets[0].columns) == bool(name)


def test_column_of_customers_goes_before_the_line_above(tmp_path: Path) -> None:
    got = read(tmp_path / "a.xlsx", ("客户：甲公司",), headings=(*HEADINGS, "客户名称"))
    assert customers(got) == ["丙公司"] * 2
    assert TITLED not in {finding.rule for finding in got.findings}


def test_rows_are_of_the_customer_last_named_above_them(tmp_path: Path) -> None:
    first, second = (("SO-1", date(2026, 5, 1), "泵", 1, 100), ("SO-2", date(2026, 5, 2), "阀", 1, 100))
    book = Book(tmp_path / "a.xlsx").row("客户：甲公司").row(*HEADINGS).row(*first)
    book.row("客户：乙公司").row(*HEADINGS).row(*second)
    book.sheet("丙").row("客户：丙公司").row(*HEADINGS).row(*first)
    got = read_file("a.xlsx", book.save(), tmp_path)
    named = [name for sheet in got.sheets for name in sheet.table.column("customer_name").to_pylist()]
    assert named == ["甲公司", "乙公司", "丙公司"]
    assert [dict(found.params)["name"] for found in got.findings if found.rule == TITLED] == [
        "甲公司, 乙公司",
        "丙公司",
    ]
