from __future__ import annotations

import pytest

from pipeline.excel.names import column_letter, column_of, free_name, sheet_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王敏", "王敏"),
        ("a/b:c*d?[e]\\", "a_b_c_d__e__"),
        ("'quoted'", "quoted"),
        ("History", "History_"),
        ("", "_"),
        ("字" * 40, "字" * 31),
        ("😀" * 16, "😀" * 15),
    ],
)
def test_tab_name_is_one_excel_accepts(text, name):
    assert sheet_name(text) == name


def test_tab_names_alike_are_numbered():
    assert free_name("Li", ["li", "LI (2)"]) == "Li (3)"
    assert len(free_name("字" * 31, ["字" * 31])) == 31


@pytest.mark.parametrize(("col", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_letter_of_a_column(col, name):
    assert column_letter(col) == name


@pytest.mark.parametrize("column", [0, 25, 26, 51, 52, 701, 702, 16_383])
def test_a_column_is_found_again_by_its_letters(column: int) -> None:
    assert column_of(column_letter(column)) == column
