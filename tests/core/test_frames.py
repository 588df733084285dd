from __future__ import annotations

import pandas as pd
import pytest

from pipeline.core.frames import conform, dtype, empty, shared
from schemas.table import Table, Type, column


class Boxes(Table, name="boxes"):
    number = column(Type.CODE)
    weight = column(Type.QTY)
    sealed_on = column(Type.DAY)


class Labels(Table, name="labels"):
    colour = column()
    weight = column(Type.QTY)
    number = column(Type.CODE)


ROWS = pd.DataFrame({"weight": [1, None], "other": [1, 2], "number": ["1", None], "sealed_on": [None, None]}, [7, 9])


def test_frame_has_the_columns_of_its_table_in_their_order_and_dtype() -> None:
    made = conform(ROWS, Boxes)
    assert [(name, str(kind)) for name, kind in made.dtypes.items()] == [
        (str(each), dtype(each.spec.type)) for each in Boxes.columns
    ]
    assert list(made.index) == [0, 1]
    assert list(conform(ROWS.iloc[:0], Boxes).dtypes) == list(empty(Boxes).dtypes)


@pytest.mark.parametrize("rows", [ROWS, ROWS.iloc[:0]])
def test_declared_column_that_nobody_made_is_no_blank_one(rows: pd.DataFrame) -> None:
    with pytest.raises(KeyError, match="sealed_on"):
        conform(rows.drop(columns="sealed_on"), Boxes)
    with pytest.raises(KeyError, match="sealed_on"):
        conform(rows.drop(columns="sealed_on"), Boxes, blank=["weight"])


def test_column_is_blank_only_where_the_caller_says_so_and_nobody_made_it() -> None:
    made = conform(ROWS.drop(columns="sealed_on"), Boxes, blank=["sealed_on", "weight"])
    assert made["sealed_on"].isna().all()
    assert str(made["sealed_on"].dtype) == "datetime64[us]"
    assert made["weight"].tolist() == [1, pd.NA]


def test_rows_carry_what_both_tables_declare() -> None:
    assert shared(Boxes, Labels) == ["weight", "number"]
    assert shared(Labels, Boxes) == ["number", "weight"]
