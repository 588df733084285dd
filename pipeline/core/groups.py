"""Columns by group: the first that is known, the last, the sum, without a loop over groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

Codes = np.ndarray[Any, np.dtype[np.int64]]
NEVER = np.iinfo("int64").min
EVER = np.iinfo("int64").max


def codes_of(keys: pd.Series[str], index: pd.Index) -> Codes:
    """Return the position of every key in the index, -1 where it is not there."""
    return np.asarray(index.get_indexer(pd.Index(keys)), dtype="int64")


def found_by(keys: pd.Series[str], known: pd.Series[str] | pd.Index, values: pd.Series[Any]) -> pd.Series[Any]:
    """Return for each key the value that stands beside it where it is known, in its dtype; missing for other keys."""
    at = pd.Index(known).get_indexer(pd.Index(keys))
    return pd.Series(values.array.take(at, allow_fill=True), index=keys.index)


def first_known(codes: Codes, values: pd.Series[Any], size: int) -> pd.Series[Any]:
    """Return per group the first value that is not missing."""
    at = np.full(size, -1)
    known = np.flatnonzero(values.notna().to_numpy())[::-1]
    # Of several assignments to one place the last stays: walked backwards, the first row.
    at[codes[known]] = known
    return pd.Series(values.array.take(at, allow_fill=True))


def total(codes: Codes, values: pd.Series[int], size: int) -> pd.Series[int]:
    """Return per group the sum of what is known; missing where nothing is."""
    known = values.notna().to_numpy()
    sums = np.zeros(size, dtype="int64")
    np.add.at(sums, codes[known], values[known].to_numpy(dtype="int64"))
    seen = np.zeros(size, dtype=bool)
    seen[codes[known]] = True
    return pd.Series(sums, dtype="Int64").where(pd.Series(seen))


def count(codes: Codes, mask: np.ndarray[Any, Any], size: int) -> np.ndarray[Any, Any]:
    """Return per group how many rows of the mask."""
    return np.bincount(codes[mask], minlength=size)


def latest(codes: Codes, values: pd.Series[pd.Timestamp], size: int) -> pd.Series[pd.Timestamp]:
    """Return per group the last moment; missing where none is known."""
    return _edge(codes, values, np.full(size, NEVER), np.maximum)


def earliest(codes: Codes, values: pd.Series[pd.Timestamp], size: int) -> pd.Series[pd.Timestamp]:
    """Return per group the first moment; missing where none is known."""
    return _edge(codes, values, np.full(size, EVER), np.minimum)


def _edge(
    codes: Codes, values: pd.Series[pd.Timestamp], found: np.ndarray[Any, Any], ufunc: np.ufunc
) -> pd.Series[pd.Timestamp]:
    known = values.notna().to_numpy()
    ufunc.at(found, codes[known], values[known].to_numpy(dtype="datetime64[us]").view("int64"))
    made = found.view("datetime64[us]").copy()
    made[(found == NEVER) | (found == EVER)] = np.datetime64("NaT")
    return pd.Series(made)


def joined(codes: Codes, texts: pd.Series[str], size: int) -> pd.Series[str]:
    """Return per group every different text, in order, comma between them."""
    rows = pd.DataFrame({"code": codes, "text": texts.to_numpy()}).dropna().drop_duplicates()
    alone = ~rows["code"].duplicated(keep=False)
    made = np.full(size, None, dtype=object)
    made[rows.loc[alone, "code"].to_numpy()] = rows.loc[alone, "text"].to_numpy()
    together = rows[~alone].groupby("code")["text"].agg(", ".join)
    made[together.index.to_numpy(dtype="int64")] = together.to_numpy()
    return pd.Series(made, dtype="str")


def is_sure(mask: pd.Series[Any]) -> pd.Series[bool]:
    """Return answers with no for those that are missing."""
    return mask.fillna(value=False).astype(bool)


def answers(values: pd.Series[Any], question: Callable[[Any], bool], *, blank: bool = False) -> pd.Series[bool]:
    """Ask a question about every value, each different one once; `blank` is the answer for missing ones."""
    codes, known = pd.factorize(values)
    # A missing value has code -1 and so takes the last answer.
    made = np.array([*(bool(question(value)) for value in known), blank])
    return pd.Series(made[codes], index=values.index)


def worded(values: pd.Series[Any], word: Callable[[Any], str], blank: str = "") -> pd.Series[str]:
    """Return every value in words, each different one worded once."""
    codes, known = pd.factorize(values)
    made = np.array([*(word(value) for value in known), blank], dtype=object)
    return pd.Series(made[codes], index=values.index, dtype="str")
