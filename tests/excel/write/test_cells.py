from __future__ import annotations

import pytest

from pipeline.excel.write.cells import LONGEST, cell_text, is_link
from pipeline.excel.write.formats import Unwritten, sure
from pipeline.excel.write.list_rows import _numbers


def test_error_code_of_the_writer_is_an_error():
    sure(0, "here")
    with pytest.raises(Unwritten):
        sure(-2, "here")


@pytest.mark.parametrize("text", ["长" * 40_000, "\U0001f600" * 20_000, "a" + "\U0001f600" * 20_000])
def test_a_text_is_cut_where_excel_would_break(text: str) -> None:
    shown = str(cell_text(text))
    assert text.startswith(shown)
    assert LONGEST - 1 <= len(shown.encode("utf-16-le")) // 2 <= LONGEST


@pytest.mark.parametrize("figure", [float("nan"), float("inf"), -float("inf")])
def test_a_figure_that_is_none_is_never_written(figure: float) -> None:
    with pytest.raises(Unwritten):
        _numbers([1.0, None, figure], {"": "<c"}, None)


PATH = "函件/订单确认函_202605-003_甲.docx"


@pytest.mark.parametrize(
    ("path", "text", "can"),
    [
        (PATH, "发出确认函", True),
        ("函件/一#号.docx", "发出确认函", False),
        ("函件/5%20折.docx", "发出确认函", False),
        ("函" * 255, "发" * 255, True),
        ("函" * 256, "发", False),
        ("函", "发" * 256, False),
        ("函", "发" * 253 + '"', True),  # a quote counts twice
        ("函", "发" * 254 + '"', False),
        ("函", "两\n行", False),
    ],
)
def test_only_what_a_formula_can_hold_becomes_a_link(path: str, text: str, *, can: bool) -> None:
    assert is_link(path, text) is can
