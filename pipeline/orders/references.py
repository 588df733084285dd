"""Orders that an invoice or a receipt names: ``202405-001=1000000 202405-002``."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.orders.tables import References

EQUALS = "="
LISTED = r"[ =]"  # several numbers, or one with its sum


def named(order_nos: pd.Series[str]) -> pd.DataFrame:
    """Return the orders that documents name.

    Shape: document x order named (`References`). `row` is a position; `fen` is missing when not said.
    """
    known = order_nos.astype("str").reset_index(drop=True).dropna()
    # nearly every paper names one order and no sum: only the others are taken apart
    is_list = known.str.contains(LISTED, regex=True).to_numpy(dtype=bool)
    alone = known[~is_list]
    parts = [(row, *part.partition(EQUALS)) for row, text in known[is_list].items() for part in text.split()]
    listed = pd.DataFrame(
        {
            "row": np.array([row for row, *_ in parts], dtype="int64"),
            "order_no": pd.array([order for _, order, *_ in parts], dtype="str"),
            "fen": pd.array([int(fen) if fen else None for *_, fen in parts], dtype="Int64"),
        }
    )
    one = pd.DataFrame({"row": alone.index.to_numpy("int64"), "order_no": alone.array}).assign(
        fen=pd.array([None] * len(alone), dtype="Int64")
    )
    return pd.concat([one, listed]).sort_values("row", kind="stable", ignore_index=True)


def shares(order_nos: pd.Series[str], sums: pd.Series[int], index: pd.Index, worth: pd.Series[int]) -> pd.DataFrame:
    """Return how much of each document's sum is for which order.

    Shape: document x known order (`References`); `code` is the position in the index.

    Where amounts are not said, what is left of the sum is split in proportion to what
    the orders are worth; the last one takes the rounding. Orders we do not know keep
    their share.
    """
    parts = named(order_nos)
    parts[References.code] = (
        index.get_indexer(pd.Index(parts[References.order_no])) if len(parts) else np.zeros(0, dtype="int64")
    )
    said = parts[References.fen].groupby(parts[References.row]).transform("sum")
    whole = pd.Series(sums.array.take(parts[References.row].to_numpy()), index=parts.index, dtype="Int64")
    silent = parts[References.fen].isna()
    left = (whole - said).where(silent)
    parts[References.fen] = parts[References.fen].fillna(_split(parts, left, silent, worth))
    known = parts[(parts[References.code] >= 0) & parts[References.fen].notna()]
    return known[["row", "code", "fen"]].reset_index(drop=True)


def _split(parts: pd.DataFrame, left: pd.Series[int], silent: pd.Series[bool], worth: pd.Series[int]) -> pd.Series[int]:
    worths = worth.to_numpy(dtype="float64", na_value=0.0)
    value = pd.Series(worths[parts[References.code]] if len(worths) else 0.0, index=parts.index)
    weight = value.where(silent & (parts[References.code] >= 0) & (value > 0), 1.0).where(silent, 0.0)
    total = weight.groupby(parts[References.row]).transform("sum")
    before = weight.groupby(parts[References.row]).cumsum() - weight
    amount = left.astype("Float64").fillna(0.0)
    upto = ((before + weight) / total.where(total > 0, 1.0) * amount).round()
    since = (before / total.where(total > 0, 1.0) * amount).round()
    return (upto - since).astype("Int64").where(left.notna())
