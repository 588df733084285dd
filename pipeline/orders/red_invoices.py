"""Red invoices: which they are, and whether their remark says that less is owed or only that an invoice was wrong."""

from __future__ import annotations

import re
from functools import cache

import pandas as pd

from pipeline.core.groups import answers, is_sure
from pipeline.core.text import simplified
from schemas.incoming.invoices import Invoices
from schemas.language.words import load

LESS, CORRECTED, DENIED = "credit.reason", "credit.corrected", "word.denied"


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


def says(texts: pd.Series[str], key: str) -> pd.Series[bool]:
    """Return which texts have the word of a key, or another spelling of it, in them and do not deny it."""
    word, denied = _spelt(key), re.compile(f"(?:{_spelt(DENIED)})(?:{_spelt(key)})", re.IGNORECASE)
    said = re.compile(word, re.IGNORECASE)
    return answers(texts, lambda text: bool(said.search(denied.sub("", simplified(text)))))


def _corrects(rows: pd.DataFrame) -> pd.Series[bool]:
    return says(rows[Invoices.remark], CORRECTED)


@cache
def _spelt(key: str) -> str:
    word = load()[key]
    return "|".join(re.escape(text) for text in sorted((word.zh, word.en, *word.other), key=len, reverse=True))
