"""People of a cell, and who does the work of those who left."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.orders.people import handed_over, names_of, taken_over


@pytest.mark.parametrize(
    ("cell", "names"),
    [("张 三", ["张三"]), ("张三/李四", ["张三", "李四"]), ("张三13800138000", ["张三"]), ("138-0013", []), ("", [])],
)
def test_a_cell_names_people(cell: str, names: list[str]) -> None:
    assert names_of(cell) == names


@pytest.mark.parametrize(
    ("cell", "now"),
    [
        ("王芳", "王芳"),  # who is still there stays as written
        ("王芳 / 李四", "王芳 / 李四"),
        ("张 三", "李强"),
        ("张三/王芳", "李强/王芳"),
        ("张三、李强", "李强"),  # the heir was there already
        ("赵六", ""),
        ("赵六/O'Neil", "O'Neil"),
    ],
)
def test_who_left_is_replaced_and_nobody_else(cell: str, now: str) -> None:
    assert taken_over(cell, {"张三": "李强", "赵六": ""}) == now


def test_the_department_has_what_nobody_took_over() -> None:
    owners = pd.Series(["张三", "赵六", "王芳", None], dtype="str")
    made = handed_over(owners, "sales", {"张三": "李强", "赵六": ""})
    assert [*made.fillna("")] == ["李强", "sales", "王芳", ""]
    assert handed_over(owners, None, {"赵六": ""}).isna().tolist() == [False, True, False, True]
