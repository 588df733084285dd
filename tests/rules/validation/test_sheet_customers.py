"""One file with a sheet for each customer: a sheet that is called as one who is known is of that customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from pipeline.ledger import ReceivedFile
from pipeline.reading.workers.child import read_file
from pipeline.rules.validation import validate
from schemas.policy import rules
from tests.support.books import Book

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.rules.validation.validated_file import ValidatedFile

HEADINGS = ("订单编号", "下单日期", "产品名称", "数量", "单价")
ROW = ("S1", "2026-05-06", "泵", 1, 10)
KEPT = {"customers": [("C01", "杭州青木机械有限公司"), ("0005", "五公司")], "orders": [("C02", "苏州安宁电子有限公司")]}
BY_SHEET, NO_CUSTOMER, NO_COLUMN = "FILE-048", "ORD-002", "FILE-021"


def kept(kind: str, *columns: str) -> Iterable[tuple[str, ...]]:
    at = {"customer_code": 0, "customer_name": 1}
    return [tuple(row[at[name]] for name in columns) for row in KEPT.get(kind, []) if set(columns) <= at.keys()]


def validated(folder: Path, book: Book, codes: Any = kept) -> ValidatedFile:
    read = read_file("来件.xlsx", book.save(), folder)
    received = ReceivedFile("t", "来件.xlsx", "0" * 64, 1, "", 1, id=1)
    (made,) = validate.validate_files([(received, read)], validate.Known(codes=codes), rules.load())
    return made.packed()


def customers(made: ValidatedFile) -> list[object]:
    return [orjson.loads(text).get("customer_name") for batch in made.batches for text in batch.facts]


@pytest.mark.parametrize(
    ("sheet", "name"),
    [
        ("杭州青木机械有限公司", "杭州青木机械有限公司"),
        (" 苏州安宁电子有限公司", "苏州安宁电子有限公司"),  # an order has said it
        ("C01", "杭州青木机械有限公司"),
        ("c02", "苏州安宁电子有限公司"),
        ("青木", None),  # never by likeness
        ("Sheet1", None),
        ("5", None),
        ("05", None),  # a month
        ("5月", None),
        ("杭州青木机械有限公司(2)", None),
    ],
)
def test_sheet_called_as_a_customer_who_is_known_is_of_that_customer(
    tmp_path: Path, sheet: str, name: str | None
) -> None:
    made = validated(tmp_path, Book(tmp_path / "来件.xlsx").sheet(sheet).rows(HEADINGS, ROW, ("S2", *ROW[1:])))
    assert customers(made) == [name] * 2
    told = [(each.place.sheet, each.params["name"]) for each in made.findings if each.rule == BY_SHEET]
    assert told == ([(sheet, name)] if name else [])
    assert any(batch.held[0] for batch in made.batches) != bool(name)


def test_what_the_sheet_says_itself_goes_before_its_name(tmp_path: Path) -> None:
    book = (
        Book(tmp_path / "来件.xlsx")
        .sheet("C01")
        .rows((*HEADINGS, "客户名称"), (*ROW, "丙公司"), ("S2", *ROW[1:], None))
    )
    book.sheet("C02").rows(("客户：丁公司",), HEADINGS, ("S3", *ROW[1:]))
    book.sheet("苏州安宁电子有限公司").rows((*HEADINGS, "客户编码"), ("S4", *ROW[1:], "C01"))
    made = validated(tmp_path, book)
    assert BY_SHEET not in {each.rule for each in made.findings}
    assert customers(made) == ["丙公司", None, "丁公司", "杭州青木机械有限公司"]


def test_customer_file_of_the_same_night_makes_its_customers_known(tmp_path: Path) -> None:
    book = (
        Book(tmp_path / "来件.xlsx")
        .sheet("客户")
        .rows(("客户编码", "客户名称", "付款条件", "电话"), ("K9", "新客户公司", "月结30天", "1"))
    )
    book.sheet("新客户公司").rows(HEADINGS, ROW).sheet("K9").rows(HEADINGS, ("S2", *ROW[1:])).sheet("别家").rows(
        HEADINGS, ("S3", *ROW[1:])
    )
    made = validated(tmp_path, book, lambda *_: ())
    orders = [orjson.loads(text).get("customer_name") for b in made.batches if b.kind == "orders" for text in b.facts]
    assert orders == ["新客户公司", "新客户公司", None]
    assert [each.place.sheet for each in made.findings if each.rule == BY_SHEET] == ["新客户公司", "K9"]
    assert [each.place.sheet for each in made.findings if each.rule == NO_COLUMN and each.is_holding] == ["别家"]
