"""What ageing hands back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Owed:
    """Frames of schemas/derived/receivables.py, and `paid`: order_no, received_fen, last_on.

    `paid` counts all money that names an order, whether it owes anything yet or not.
    """

    receivables: pd.DataFrame
    unapplied: pd.DataFrame
    allocations: pd.DataFrame
    ageing: pd.DataFrame
    dunning: pd.DataFrame
    control: pd.DataFrame
    paid: pd.DataFrame
