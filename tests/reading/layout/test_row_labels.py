"""A text alone in its row is the title of the rows below it, or the beginning of one: told by how it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.reading.layout.row_labels import is_section
from pipeline.reading.workers.child import read_file
from tests.support.books import Book

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.reading import FileRead

TITLES = (
    "【一季度】",
    "[华东区]",
    "〔内销〕",
    "《出口部分》",
    "一、华东区",
    "十二、其他",
    "（二）内贸",
    "第一部分 出口",
    "—— 内销 ——",
    "2026年3月",
    "3月份",
    "三、貿易部",
)
NAMES = (
    "华东区",
    "甲公司",
    "SO-009",
    "一诺科技",
    "二十一世纪公司",
    "3M中国",
    "2026",
    "13800138000",
    "第一机床厂",
    "轴承",
)
HEADINGS = ("序号", "客户名称", "订单编号", "下单日期", "产品名称", "数量", "单价", "金额")
NO, CUSTOMER, ORDER, PRODUCT = 0, 1, 2, 4
LINES = ((1, "甲公司", "S-1", "2026-05-03", "轴承", 2, 5, 10), (2, "乙公司", "S-2", "2026-05-04", "阀门", 3, 5, 15))


def read(tmp_path: Path, text: str, place: int, merged: str = "", first: int = 0) -> FileRead:
    """Read a list of two rows with a text alone in a row above each; the first `first` columns are left out."""
    alone = [text if at == place else None for at in range(len(HEADINGS))]
    book = Book(tmp_path / "a.xlsx").row(*HEADINGS[first:])
    for line in LINES:
        book.row(*alone[first:]).row(*line[first:])
    if merged:
        book.merge(merged, text)
    path = book.save()
    return read_file(path.name, path, path.parent)


def test_titles_are_told_from_names() -> None:
    assert [text for text in TITLES if not is_section(text)] == []
    assert [text for text in NAMES if is_section(text)] == []


@pytest.mark.parametrize("text", TITLES)
@pytest.mark.parametrize("place", [NO, CUSTOMER, ORDER, PRODUCT])
def test_a_title_between_rows_is_no_row_wherever_it_stands(tmp_path: Path, text: str, place: int) -> None:
    found = read(tmp_path, text, place)
    assert [row for row, why in found.sheets[0].ignored if why == "ignored.outside"] == [2, 4]
    assert (found.sheets[0].rows_read, found.sheets[0].findings, found.findings) == (2, [], [])


@pytest.mark.parametrize("text", ["华东区", "甲公司"])
def test_a_text_merged_over_the_table_is_a_title_whatever_it_says(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text, NO, merged="A2:H2")
    assert (2, "ignored.outside") in found.sheets[0].ignored
    assert read(tmp_path, text, CUSTOMER, merged="B2:C2").sheets[0].rows_read == 4  # not over the table


@pytest.mark.parametrize("place", [NO, ORDER])
def test_words_where_a_number_belongs_are_no_number(tmp_path: Path, place: int) -> None:
    found = read(tmp_path, "华东区", place)
    assert (found.sheets[0].rows_read, found.sheets[0].findings, found.findings) == (2, [], [])


def test_a_name_or_a_number_alone_is_told_of(tmp_path: Path) -> None:
    assert read(tmp_path, "丙公司", CUSTOMER).sheets[0].rows_read == 4  # somebody began to type
    assert [finding.rule for finding in read(tmp_path, "S-9", ORDER).findings] == ["CELL-042"]
