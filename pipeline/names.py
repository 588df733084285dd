"""One key per customer, however the name is written."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def customer_keys(names: pd.Series[str]) -> pd.Series[str]:
    """Names without width, case and spaces; missing stays missing."""
    known = {name: _key(name) for name in names.dropna().unique()}
    return names.map(known).astype("str")


def _key(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
