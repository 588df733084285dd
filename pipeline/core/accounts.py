"""Accounts: what one customer owes in one currency.

Sums of money are made per account, never per customer: so nothing is added across currencies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.core.groups import worded
from pipeline.core.money import format_money
from schemas.table import HOME

if TYPE_CHECKING:
    import pandas as pd

PARTED = "\t"  # no name of a customer holds it


def currencies(rows: pd.DataFrame) -> pd.Series[str]:
    """Return the currency of each row of incoming money."""
    return rows["currency"].fillna(HOME).astype("str")


def account_keys(customers: pd.Series[str], codes: pd.Series[str]) -> pd.Series[str]:
    """Return what names the account of each row: the customer alone for money of the books, else with its currency."""
    apart = customers + PARTED + codes.set_axis(customers.index)
    return customers.where((codes == HOME).to_numpy(dtype="bool"), apart).astype("str")


def in_words(fen: pd.Series[int], codes: pd.Series[str], blank: str) -> pd.Series[str]:
    """Return sums as people read them, those of another currency with its code; `blank` where one is missing."""
    texts = worded(fen, format_money, blank)
    is_other = ((codes != HOME) & fen.notna()).to_numpy(dtype="bool")
    return texts.mask(is_other, codes.set_axis(texts.index) + " " + texts) if is_other.any() else texts
