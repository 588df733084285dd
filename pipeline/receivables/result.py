"""What ageing hands back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Owed:
    """Frames of schemas/derived/receivables.py."""

    receivables: pd.DataFrame
    unapplied: pd.DataFrame
    allocations: pd.DataFrame
    payments: pd.DataFrame
    ageing: pd.DataFrame
    dunning: pd.DataFrame
    control: pd.DataFrame
