"""How late open items are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.rules.helpers import some
from schemas.derived.receivables import Receivables

if TYPE_CHECKING:
    import pandas as pd


def open_days(rows: pd.DataFrame) -> pd.Series[int]:
    """Days overdue of open items, missing for paid ones."""
    return rows[Receivables.overdue_days].where(some(rows[Receivables.open_fen]))
