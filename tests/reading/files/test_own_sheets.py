"""Which sheets are ours, and which only look like it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pipeline.reading.files.grid import Grid, even_out
from pipeline.reading.files.own_sheets import Baseline, own_sheet, read_baseline, settled_by, use_exports
from reports import WORKBOOKS
from schemas.language.words import translate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.shape import Sheet

LISTS = [(book.key, sheet) for book in WORKBOOKS.values() for sheet in book.lists]
EXPORT = ["ID", "Customer", "Date", "Item Code (Items)"]


def grid(*rows: list[Any]) -> Grid:
    cells = [list(row) for row in rows]
    even_out(cells)
    return Grid("表", list(range(1, len(cells) + 1)), cells)


def headings(sheet: Sheet, lang: str) -> list[str]:
    own = [translate(column.word, lang) for column in sheet.columns]
    return [*own, translate("head.key", lang)] if sheet.key_fields else own


@pytest.fixture(autouse=True)
def _exports() -> Iterator[None]:
    use_exports([EXPORT])
    yield
    use_exports([])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("book", "sheet"), LISTS, ids=lambda each: getattr(each, "key", each))
def test_title_and_headings_together_make_a_list_ours(book: str, sheet: Sheet, lang: str) -> None:
    own, title = headings(sheet, lang), translate(sheet.title, lang)
    for above in ([title], [f"{title} · 张三"]):
        found = own_sheet(grid(above, [""], own, ["x"]))
        assert found
        assert (found.workbook, found.part) == (book, sheet.key)
    hinted = own_sheet(grid(["", translate(sheet.hint, lang)], own, ["x"]))
    assert hinted
    assert hinted.workbook == book
    assert own_sheet(grid([title], ["订单编号", "客户名称", "数量", "单价"], ["1", "2", "3", "4"])) is None


@pytest.mark.parametrize(("book", "sheet"), LISTS, ids=lambda each: getattr(each, "key", each))
def test_a_list_of_somebody_else_with_our_headings_is_none(book: str, sheet: Sheet) -> None:
    own = [translate(column.word, "zh") for column in sheet.columns]
    assert own_sheet(grid(["某某公司台账"], own, ["x"])) is None
    among = own_sheet(grid(["某某公司台账"], own, ["x"]), is_among_ours=True)
    assert among
    assert among.workbook == book


@pytest.mark.parametrize(("sheet"), [sheet for _, sheet in LISTS if sheet.key_fields], ids=lambda sheet: sheet.key)
def test_all_headings_with_our_row_key_need_no_title(sheet: Sheet) -> None:
    assert own_sheet(grid(headings(sheet, "zh"), ["x"]))
    assert own_sheet(grid(headings(sheet, "zh")[len(sheet.columns) // 2 :], ["x"])) is None


def test_a_file_for_another_system_is_known_by_its_whole_first_row() -> None:
    assert own_sheet(grid(EXPORT, ["", "甲", "2026-06-02", "P1"]))
    assert own_sheet(grid([*EXPORT, "Qty"], ["", "甲", "2026-06-02", "P1", "3"])) is None
    assert own_sheet(grid(["某某公司"], EXPORT)) is None


def test_without_baseline_cells_are_unsure_and_beside_one_they_are_compared() -> None:
    sheet = next(sheet for book, sheet in LISTS if book == "tracking" and sheet.staff)
    own = headings(sheet, "zh")
    at, remark = own.index(translate(sheet.staff[0].word, "zh")), translate(sheet.staff[0].word, "zh")

    def row(key: str, text: str) -> list[str]:
        return [*([""] * at), text, *([""] * (len(own) - at - 2)), key]

    found = own_sheet(grid([translate(sheet.title, "zh")], own, row("a", "新"), row("b", ""), row("c", "原")))
    assert found
    assert settled_by(None, found).unsure == (("a", remark, "新"), ("c", remark, "原"))
    told = read_baseline(
        grid(
            ["run_id", "sheet", "key", "heading", "value"],
            ["R1", "", "", "workbook", "tracking"],
            ["R1", "表", "b", remark, "旧"],
            ["R1", "表", "c", remark, "原"],
        )
    )
    settled = settled_by(told, found)
    assert (settled.run_id, settled.changed) == ("R1", (("a", remark, "新"), ("b", remark, "")))
    assert settled.kept == (("c", remark, "原"),)
    assert settled_by(Baseline("receivables", "R1"), found).unsure  # a sheet put into another paper
