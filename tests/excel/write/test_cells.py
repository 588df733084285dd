from __future__ import annotations

import pandas as pd
import pytest

from pipeline.excel.names import column_letter, column_of, free_name, sheet_name
from pipeline.excel.write.cells import LONGEST, _shown
from pipeline.excel.write.formats import Unwritten, sure
from pipeline.excel.write.list_rows import _numbers
from reports.staff import STAFF, row_key
from tests.support import paper_frames as made


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


def test_error_code_of_the_writer_is_an_error():
    sure(0, "here")
    with pytest.raises(Unwritten):
        sure(-2, "here")


def test_staff_registry_finds_every_heading_and_key():
    frames = made.tables()
    for staff in STAFF:
        assert not staff.keys(frames[staff.table]).duplicated().any()
        for heading, field in staff.fields.items():
            assert heading.endswith("*")
            assert field.startswith("staff_")
        assert staff.tab("zh") in staff.tabs
        assert "汇总" not in staff.tabs or staff.workbook == "todo"
    assert "王敏" in next(s for s in STAFF if s.workbook == "findings").tabs
    assert "王敏" not in next(s for s in STAFF if s.workbook == "receivables").tabs


def test_row_key_is_readable():
    frame = pd.DataFrame({"order_no": ["202405-001"], "instalment_no": pd.array([1], dtype="Int64")})
    assert list(row_key(frame, ("order_no", "instalment_no"))) == ["202405-001#1"]


@pytest.mark.parametrize("column", [0, 25, 26, 51, 52, 701, 702, 16_383])
def test_a_column_is_found_again_by_its_letters(column: int) -> None:
    assert column_of(column_letter(column)) == column


@pytest.mark.parametrize("text", ["长" * 40_000, "\U0001f600" * 20_000, "a" + "\U0001f600" * 20_000])
def test_a_text_is_cut_where_excel_would_break(text: str) -> None:
    shown = str(_shown(text))
    assert text.startswith(shown)
    assert LONGEST - 1 <= len(shown.encode("utf-16-le")) // 2 <= LONGEST


@pytest.mark.parametrize("figure", [float("nan"), float("inf"), -float("inf")])
def test_a_figure_that_is_none_is_never_written(figure: float) -> None:
    with pytest.raises(Unwritten):
        _numbers([1.0, None, figure], {"": "<c"}, None)
