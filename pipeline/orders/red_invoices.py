"""Red invoices: which they are, and whether their remark says that less is owed or only that an invoice was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.core.groups import is_sure
from pipeline.core.remarks import says
from schemas.incoming.invoices import Invoices

if TYPE_CHECKING:
    import pandas as pd

LESS, CORRECTED = "credit.reason", "credit.corrected"


def is_red(rows: pd.DataFrame) -> pd.Series[bool]:
    """Return which invoices take back: by their colour, or by a sum below zero."""
    red: pd.Series[bool] = is_sure(rows[Invoices.sign] == "red") | is_sure(rows[Invoices.gross_fen] < 0)
    return red


def lowers_debt(rows: pd.DataFrame) -> pd.Series[bool]:
    """Return which red invoices say that goods came back or an allowance was given, and nothing of a mistake.

    One that only corrects another changes nothing of what is owed; of one that says both nobody knows.
    """
    lowers: pd.Series[bool] = is_red(rows) & says(rows[Invoices.remark], LESS) & ~_corrects(rows)
    return lowers


def is_unexplained(rows: pd.DataFrame) -> pd.Series[bool]:
    """Return which red invoices do not say why, or say both that less is owed and that an invoice was wrong."""
    unsaid: pd.Series[bool] = is_red(rows) & (says(rows[Invoices.remark], LESS) == _corrects(rows))
    return unsaid


def _corrects(rows: pd.DataFrame) -> pd.Series[bool]:
    return says(rows[Invoices.remark], CORRECTED)
