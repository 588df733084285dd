"""Which rows judgments about money look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.receivables import Receivables

if TYPE_CHECKING:
    import pandas as pd


def counted(rows: pd.DataFrame) -> pd.Series[bool]:
    """Rows that are not held: what is wrong with those is told already."""
    return ~rows["src_held"].fillna(value=False).astype(bool)


def open_days(rows: pd.DataFrame) -> pd.Series[int]:
    """Days overdue of open items, missing for paid ones."""
    return rows[Receivables.overdue_days].where(rows[Receivables.open_fen] > 0)
