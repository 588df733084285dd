"""When two rows are the same row: business keys, by the identity each table declares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2s

import pandas as pd

from schemas.table import PROVENANCE, Counted, Source

ORDINAL = re.compile(r"#\d+$")  # at the end of a key: one of several rows that are alike in what names them


def keys(table: type[Source], rows: pd.DataFrame) -> pd.Series[str]:
    """Return the business key of every row; a row without one is named by its content.

    `rows` need their ``src_file`` for ordinals. Keys of one kind never collide with
    fingerprints, which begin with ``~``.
    """
    made = pd.Series([""] * len(rows), index=rows.index, dtype="str")
    for columns in table.identity:
        chosen = (made == "") & rows[columns[0]].notna()
        if chosen.any():
            made[chosen] = _joined(rows[chosen], columns)
    nameless = made == ""
    if nameless.any():
        made[nameless] = fingerprints(rows[nameless])
    return made


def _joined(rows: pd.DataFrame, columns: Sequence[str]) -> pd.Series[str]:
    joined = _text(rows[columns[0]])
    for column in columns[1:]:
        joined = joined + "|" + _text(rows[column])
    if isinstance(columns, Counted):
        ordinal = joined.groupby([rows["src_file"], joined]).cumcount()
        again = ordinal > 0
        joined = joined.mask(again, joined + "#" + (ordinal + 1).astype("str"))
    return joined


def _text(values: pd.Series) -> pd.Series[str]:
    if pd.api.types.is_datetime64_any_dtype(values):
        written: pd.Series[str] = values.dt.strftime("%Y-%m-%dT%H:%M").astype("str").fillna("")
        return written
    return values.astype("str").fillna("").replace("<NA>", "").str.casefold()


def fingerprints(rows: pd.DataFrame) -> pd.Series[str]:
    """Return ``~`` and a hash of what each row says, not of where it stands."""
    own = [c for c in rows.columns if c not in {str(p) for p in PROVENANCE}]
    hashes = []
    for row in rows[own].itertuples(index=False):
        parts = [f"{n}={v}" for n, v in zip(own, row, strict=True) if not pd.isna(v)]
        hashes.append(f"~{blake2s(chr(31).join(parts).encode(), digest_size=12).hexdigest()}")
    made = pd.Series(hashes, index=rows.index, dtype="str")
    ordinal = made.groupby([rows["src_file"], made]).cumcount()
    return made.where(ordinal == 0, made + "#" + (ordinal + 1).astype("str"))
