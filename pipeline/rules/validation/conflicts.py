"""Lines of one night under one number: several lines of an order, a copy, or two orders.

Same number, customer and day but other products are lines of one order; lines alike in
every cell are copies; another customer or day is a conflict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.orders.customers import customer_key
from pipeline.rules.helpers import once
from schemas.incoming.orders import Orders
from schemas.table import PROVENANCE

if TYPE_CHECKING:
    from schemas.table import Column

NO = str(Orders.order_no)
OWN = [str(column) for column in Orders.columns if column not in PROVENANCE]


def duplicates(orders: pd.DataFrame) -> tuple[pd.Series[bool], pd.Series[bool], pd.Series[bool]]:
    """Masks over order lines with `src_` columns: copies, conflicts, differing headers.

    ORD-032: all copies but the first, as the sheets stand. ORD-033: every line whose
    number has two customers or days. ORD-042: the first line of an order whose header
    differs from the lines above it.
    """
    conflict = _copied_number(orders)
    return _copies(orders), conflict, _header(orders) & ~conflict


def _copies(orders: pd.DataFrame) -> pd.Series[bool]:
    suspects = orders[orders[NO].notna() & orders.duplicated([NO, *_PRODUCT], keep=False)]
    placed = suspects.sort_values(["src_file", "src_sheet", "src_row"], kind="stable")
    texts = placed[OWN].astype("str")
    copied = texts.duplicated()
    return pd.Series(orders.index.isin(copied[copied].index), index=orders.index)


_PRODUCT = [str(Orders.product_name), str(Orders.model), str(Orders.spec_text)]


def _copied_number(orders: pd.DataFrame) -> pd.Series[bool]:
    customer = _differs(orders, customer_key(orders[Orders.customer_name]), [NO])
    return customer | _differs(orders, orders[Orders.order_date].dt.normalize(), [NO])


def _header(orders: pd.DataFrame) -> pd.Series[bool]:
    """Within one sheet: two exports of one order in one night are another matter."""
    again = orders[orders.duplicated([NO], keep=False) & orders[NO].notna()]
    place = [NO, "src_file", "src_sheet"]
    broken = pd.Series(data=False, index=again.index)
    for column in _headers():
        first = again.groupby(place, dropna=False)[str(column)].transform("first")
        broken |= again[column].notna() & (again[column] != first)
    said = once(again, broken)
    return pd.Series(orders.index.isin(said[said].index), index=orders.index)


def _headers() -> list[Column]:
    decided = {NO, str(Orders.customer_name), str(Orders.order_date)}
    return [column for column in Orders.columns if column.spec.header and column not in decided]


def _differs(orders: pd.DataFrame, values: pd.Series, by: list[str]) -> pd.Series[bool]:
    """Groups in which the column holds two different values."""
    again = orders.duplicated(by, keep=False) & orders[NO].notna()
    found = pd.Series(data=False, index=orders.index)
    if again.any():
        groups = [orders.loc[again, name] for name in by]
        found[again] = values[again].groupby(groups).transform("nunique") > 1
    return found
