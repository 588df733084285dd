"""What every part of the ageing needs to know of the night."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.core.worktime import Calendar
    from schemas.policy.policy import Policy

Days = np.ndarray[Any, np.dtype[np.datetime64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]
NAT = np.datetime64("NaT", "D")
USUAL = {
    "tolerance_fen": Decimal(1),
    "charge_tolerance_fen": Decimal(500),
    "charge_step_fen": Decimal(50),
    "letter_floor_fen": Decimal(10_000),
    "unsigned_days": Decimal(15),
    "base_days": Decimal(15),
    "fee_grace_days": Decimal(0),
}


@dataclass(frozen=True)
class AgeingContext:
    """`as_of` is local wall time; facts of a later day do not exist yet."""

    tables: Mapping[str, pd.DataFrame]
    policy: Policy
    calendar: Calendar
    as_of: datetime
    lang: str

    @property
    def today(self) -> np.datetime64:
        """Return the day of `as_of`."""
        return np.datetime64(self.as_of.date())

    def value(self, key: str) -> int:
        """Return a figure of the policy in fen or days, the shipped one when the policy has none."""
        return int(self.policy.values.get(key, USUAL[key]))

    def heads(self, name: str) -> pd.DataFrame:
        """Return rows of an incoming table that count."""
        rows = self.tables[name]
        return rows[~flags(rows["src_held"])] if len(rows) else rows

    def happened(self, moments: pd.Series) -> Days:
        """Return days of facts, missing where they lie after `as_of`."""
        days = as_days(moments)
        return np.where(days > self.today, NAT, days)


def as_days(moments: pd.Series) -> Days:
    """Return moments as days."""
    return moments.to_numpy(dtype="datetime64[us]").astype("datetime64[D]")


def ints(column: pd.Series) -> Ints:
    """Return nullable integers, zero where missing."""
    return column.to_numpy(dtype="int64", na_value=0)


def flags(column: pd.Series) -> Bools:
    """Return nullable booleans, false where missing."""
    return column.to_numpy(dtype="bool", na_value=False)


def either(days: Days, others: Days) -> Days:
    """Return the day, or the other where it is missing."""
    return np.where(np.isnat(days), others, days)
