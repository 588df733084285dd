"""What calamine hides in workbooks that are no xlsx: error cells and hidden rows."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.reading.files.excel import LOOKS, look_ods, open_workbook
from pipeline.reading.values.cells import ErrorCell
from pipeline.reading.workers.child import read_file
from tests.support.old_excel import ods, xls
from tests.support.packed_excel import xlsb
from tests.support.places import CORPUS

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = [("订单编号", "客户名称", "产品名称", "数量", "单价"), ("202405-001", "甲", "泵", 10.0, "#REF!")]
MORE = ("202405-002", "乙", "阀" * 100, 5.0, 2.5), ("202405-003", "丙", "#N/A", 5.0, "#DIV/0!")
WRITERS: dict[str, Callable[..., Path]] = {"xls": xls, "xlsb": xlsb, "ods": ods}


@pytest.mark.parametrize("kind", ["xls", "xlsb"])
def test_error_cells_are_findings_in_every_kind_of_workbook(tmp_path: Path, kind: str) -> None:
    [sheet] = read_file("a", WRITERS[kind](tmp_path / f"a.{kind}", [*ROWS, *MORE]), tmp_path).sheets
    found = [(each.row, each.column, each.raw) for each in sheet.findings if each.rule == "CELL-008"]
    assert sorted(found) == [(2, "unit_price", "#REF!"), (4, "product_name", "#N/A"), (4, "unit_price", "#DIV/0!")]


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("hidden", [[], [3], [2, 4]])
def test_hidden_rows_are_known_in_every_kind_of_workbook(tmp_path: Path, kind: str, hidden: list[int]) -> None:
    path = WRITERS[kind](tmp_path / f"a.{kind}", [*ROWS, *MORE], hidden=hidden)
    [grid] = open_workbook(path, kind, tmp_path)
    assert (grid.hidden_rows, grid.numbers) == (set(hidden), [1, 2, 3, 4])


@pytest.mark.parametrize("is_1904", [True, False])
def test_years_are_counted_as_the_packed_workbook_says(tmp_path: Path, is_1904: bool) -> None:
    [grid] = open_workbook(xlsb(tmp_path / "a.xlsb", ROWS, is_1904=is_1904), "xlsb", tmp_path)
    assert grid.epoch_1904 is is_1904


def test_hidden_rows_that_stand_for_many_are_counted(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", [*ROWS, *MORE], hidden=[2])
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    repeated = b'<table:table-row table:number-rows-repeated="%s"/><table:table-row table:visibility="filter"'
    for count, hidden in ((b"3", {5}), (b"9" * 5000, {3})):
        content = parts["content.xml"].replace(b'<table:table-row table:visibility="collapse"', repeated % count)
        with zipfile.ZipFile(path, "w") as package:
            for name, part in {**parts, "content.xml": content}.items():
                package.writestr(name, part)
        assert look_ods(path.read_bytes()).sheets["表一"].hidden == hidden


@pytest.mark.parametrize("kind", WRITERS)
def test_any_damage_leaves_the_word_to_calamine(tmp_path: Path, kind: str) -> None:
    whole = WRITERS[kind](tmp_path / f"a.{kind}", [*ROWS, *MORE], hidden=[3]).read_bytes()
    chance = random.Random(5)  # noqa: S311 - samples, no secret
    for _ in range(300):
        content = bytearray(whole[: chance.randrange(len(whole))] if chance.random() < 0.3 else whole)
        for _ in range(chance.randrange(1, 20)):
            if content:
                content[chance.randrange(len(content))] = chance.randrange(256)
        assert LOOKS[kind](bytes(content)) is not None


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus does not lie beside the project")
def test_error_cells_of_a_real_packed_workbook_are_found(tmp_path: Path) -> None:
    [path] = CORPUS.glob("*LookupFunctionsTestCaseData*.xlsb")
    cells = [cell for grid in open_workbook(path, "xlsb", tmp_path) for row in grid.rows for cell in row]
    texts = [cell.text for cell in cells if isinstance(cell, ErrorCell)]
    assert len(texts) == 183
    assert set(texts) <= {"#N/A", "#REF!", "#VALUE!", "#NUM!", "#DIV/0!", "#NAME?"}
