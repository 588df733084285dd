"""An order with a code and no name is that customer's; only a code that nobody knows waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pipeline.rules.validation import validate
from tests.rules.validation.test_validate import facts, line, sheet, told, validated

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.books import Cell

CODED = "客户编码"


def coded(*rows: tuple[Cell, Cell]) -> list[tuple[Cell, ...]]:
    """Orders of these codes and names."""
    lines = [line(订单编号=f"202603-00{n}", 客户名称=name) for n, (_, name) in enumerate(rows, start=1)]
    head, *made = sheet(*lines)
    return [(*head, CODED), *((*cells, code) for cells, (code, _) in zip(made, rows, strict=True))]


def names(folder: Path, *sheets: list[tuple[Cell, ...]], **kept: Any) -> list[tuple[Any, bool]]:
    """The customer of every order, and whether it waits."""

    def known(kind: str, *columns: str) -> list[tuple[str, str]]:
        return kept.get(kind, []) if len(columns) > 1 else []

    made = validated(folder, *sheets, known=validate.Known(codes=known))
    held = [held for batch in made.batches if batch.kind == "orders" for held in batch.held]
    return list(zip(facts(made, "customer_name"), held, strict=True))


@pytest.mark.parametrize("code", ["K01", "k01 ", "K99"])
def test_the_customer_file_says_whose_code_it_is_and_an_unknown_one_waits(tmp_path: Path, code: str) -> None:
    known = code != "K99"
    made = names(tmp_path, coded((code, None)), customers=[("K01", "华东阀门有限公司")])
    assert made == [("华东阀门有限公司" if known else None, not known)]


def test_orders_with_the_code_and_a_name_say_it_unless_they_contradict_each_other(tmp_path: Path) -> None:
    assert names(tmp_path, coded(("K01", None), ("K01", "甲公司")))[0] == ("甲公司", False)
    assert names(tmp_path, coded(("K01", None)), orders=[("K01", "甲公司"), ("K01", "甲有限公司")])[0][1] is False
    assert names(tmp_path, coded(("K01", None)), orders=[("K01", "甲公司"), ("K01", "乙公司")]) == [(None, True)]
    both = {"orders": [("K01", "甲公司"), ("K01", "乙公司")], "customers": [("K01", "旧名公司"), ("K01", "新名公司")]}
    assert names(tmp_path, coded(("K01", None)), **both) == [("新名公司", False)]


def test_a_name_that_is_written_stays(tmp_path: Path) -> None:
    assert names(tmp_path, coded(("K01", "甲公司")), customers=[("K01", "乙公司")]) == [("甲公司", False)]


def test_it_is_told_once_a_sheet(tmp_path: Path) -> None:
    rows = coded(("K01", None), ("K01", None), ("K02", None))
    kept = [("K01", "甲公司"), ("K02", "乙公司")]
    known = validate.Known(codes=lambda _kind, *columns: kept if len(columns) > 1 else [])
    made = validated(tmp_path, rows, known=known)
    (note,) = [each for each in made.findings if each.rule == "ORD-062"]
    assert (note.params["count"], note.params["other"]) == ("3", "K01 → 甲公司, K02 → 乙公司")
    assert told(made, "ORD-002") == []


def test_a_book_that_has_no_column_of_names_counts_by_its_codes(tmp_path: Path) -> None:
    rows = [row[:3] + row[4:] for row in coded(("K01", None), ("K99", None))]
    made = names(tmp_path, rows, customers=[("K01", "甲公司")])
    assert made == [("甲公司", False), (None, True)]
