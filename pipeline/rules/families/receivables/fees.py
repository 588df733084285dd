"""Late fees: no clause, or one that no court would leave alone."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.rules.families.receivables.late import open_days
from pipeline.rules.helpers import any_of, counted, has_seen, nobody
from pipeline.rules.registry import RuleResult, rule
from schemas.derived.receivables import Receivables
from schemas.incoming.customers import Customers

if TYPE_CHECKING:
    from pipeline.rules.context import RuleContext


YEAR_DAYS = 365
PER_CENT = 100


@rule("FEE-001", Receivables.fee_rate)
def contract_has_no_fee(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Of every customer without a rate the oldest item for which letters go out."""
    if not has_seen(context, "customers"):
        return nobody(rows)
    first = next(rung.days_from for rung in context.policy.rungs if rung.key == "dun1")
    late = rows[(open_days(rows) >= first).fillna(value=False) & rows[Receivables.fee_rate].isna()]
    oldest = late.sort_values(str(Receivables.due_on), kind="stable").drop_duplicates(Receivables.customer_key)
    return any_of(rows, oldest.index)


def _yearly(rows: pd.DataFrame) -> pd.Series[float]:
    rates = [None if pd.isna(rate) else float(rate * YEAR_DAYS) for rate in rows[Customers.late_fee_rate]]
    return pd.Series(np.array(rates, dtype="float64"), index=rows.index).where(counted(rows))


def _shown(rows: pd.DataFrame) -> pd.Series[str]:
    """A daily rate as people write it: 0.05%."""
    rates = rows[Customers.late_fee_rate]
    texts = ["" if pd.isna(rate) else f"{(rate * PER_CENT).normalize():f}%" for rate in rates]
    return pd.Series(texts, index=rows.index, dtype="str")


def _high_rate(context: RuleContext) -> float:
    return float(context.policy.values["high_rate"])


def _very_high_rate(context: RuleContext) -> float:
    limit = context.policy.rules["FEE-003"].limit
    return inf if limit is None else float(limit) / PER_CENT


@rule("FEE-002", Customers.late_fee_rate)
def fee_is_high(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """More a year than several times the bank rate; from the higher line on the next rule says so."""
    yearly = _yearly(rows)
    mask = (yearly > _high_rate(context)) & (yearly <= _very_high_rate(context))
    return RuleResult(mask, {"value": _shown(rows)})


@rule("FEE-003", Customers.late_fee_rate)
def fee_is_very_high(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """More a year than the limit."""
    return RuleResult(_yearly(rows) > _very_high_rate(context), {"value": _shown(rows)})
