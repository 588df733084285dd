"""Frames of a declared table: dtypes, empty ones, and from Arrow to pandas."""

from __future__ import annotations

from collections.abc import Callable, Collection
from decimal import Decimal
from functools import cache
from typing import Any, cast

import pandas as pd
import pyarrow as pa

from schemas.table import Column, Table, Type

DECIMALS = (Type.PRICE, Type.RATE)
MOMENTS = (Type.DAY, Type.MOMENT)
INTEGERS = (Type.MONEY, Type.QTY, Type.INTEGER)


def arrow_type(type_: Type) -> pa.DataType:
    """Return the Arrow type of a column. Decimals travel as text, so that no digit is lost."""
    if type_ in MOMENTS:
        return pa.timestamp("us")
    if type_ in INTEGERS:
        return pa.int64()
    return pa.bool_() if type_ is Type.BOOL else pa.string()


@cache
def arrow_schema(table: type[Table], *, stored: bool = False) -> pa.Schema:
    """Return the schema of a table's own columns; `stored` has moments as in the ledger."""
    # JSON timestamps are read by Arrow only with second precision.
    return pa.schema(
        [
            (str(c), pa.timestamp("s") if stored and c.spec.type in MOMENTS else arrow_type(c.spec.type))
            for c in table.columns
        ]
    )


def dtype(type_: Type) -> str:
    """Return the pandas dtype of a column."""
    if type_ in MOMENTS:
        return "datetime64[us]"
    if type_ in INTEGERS:
        return "Int64"
    if type_ in DECIMALS:
        return "object"
    return "boolean" if type_ is Type.BOOL else "str"


def of_type(values: pd.Series[Any], type_: Type) -> pd.Series[Any]:
    """Return values in the dtype of a column of that type."""
    kind: Any = dtype(type_)
    return values.astype(kind)


def conform(rows: pd.DataFrame, table: type[Table], blank: Collection[str] = ()) -> pd.DataFrame:
    """Return exactly the table's columns, in their order and dtype, with rows counted from 0.

    `blank`: columns that stay blank where nobody made them. Raises KeyError for any other that is missing.
    """
    left = {str(c): pd.Series([None] * len(rows), index=rows.index) for c in blank if c not in rows}
    made = {str(c): of_type(left[c] if c in left else rows[c], c.spec.type) for c in table.columns}
    return pd.DataFrame(made, index=rows.index).reset_index(drop=True)


def shared(one: type[Table], other: type[Table]) -> list[str]:
    """Return the columns that both tables declare: what rows of the one carry over into rows of the other."""
    return [str(column) for column in other.columns if column in one.columns]


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one dictionary a row, by column name."""
    return cast("list[dict[str, Any]]", rows.to_dict("records"))


def empty(table: type[Table]) -> pd.DataFrame:
    """Return a frame without rows, with every column of the table in its dtype."""
    return pd.DataFrame({str(c): pd.Series(dtype=dtype(c.spec.type)) for c in table.columns})


def framed(table: type[Table], read: pa.Table) -> pd.DataFrame:
    """Return the frame of an Arrow table; columns it lacks are blank."""
    made = {str(column): _series(column, read) for column in table.columns}
    return pd.DataFrame(made, index=pd.RangeIndex(read.num_rows))


def _series(column: Column, read: pa.Table) -> pd.Series:
    type_ = column.spec.type
    if column not in read.column_names:
        return pd.Series([None] * read.num_rows, dtype=dtype(type_))
    values = read.column(str(column))
    if type_ in DECIMALS:
        return pd.Series(_decimals(values), dtype="object")
    if pa.types.is_null(values.type):
        return pd.Series([None] * read.num_rows, dtype=dtype(type_))
    return of_type(values.to_pandas(types_mapper=_mapper(type_)), type_)


def _mapper(type_: Type) -> Callable[[pa.DataType], pd.api.extensions.ExtensionDtype | None]:
    chosen: pd.api.extensions.ExtensionDtype | None = None
    if type_ in INTEGERS:
        chosen = pd.Int64Dtype()
    elif type_ is Type.BOOL:
        chosen = pd.BooleanDtype()
    elif type_ not in MOMENTS:
        chosen = pd.StringDtype("pyarrow", na_value=float("nan"))
    return lambda _: chosen


def _decimals(values: pa.ChunkedArray) -> list[Decimal | None]:
    known: dict[str | None, Decimal | None] = {None: None}
    made = []
    for text in values.to_pylist():
        if text not in known:
            known[text] = Decimal(text)
        made.append(known[text])
    return made
