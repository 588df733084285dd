"""What staff typed beside an open item: no reminders until a day and why, and the day the customer promised."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.reading.values.date_context import DateContext
from pipeline.reading.values.dates import parse_day
from pipeline.receivables.context import NAT
from schemas.derived.receivables import Receivables

if TYPE_CHECKING:
    from pipeline.receivables.context import AgeingContext, Days

TABLE = "typed_receivables"
FIELDS = ("staff_stop_until", "staff_stop_reason", "staff_promised_on")


def typed(items: pd.DataFrame, context: AgeingContext) -> pd.DataFrame:
    """Return `stop_until`, `stop_reason`, `is_stopped`, `typed_promise` of every item; days count through to their end.

    A reason alone, or a day that cannot be read, stops until somebody clears it: a letter
    too late can still be sent, one too early cannot be called back.
    """
    numbers = zip(items[Receivables.order_no], items[Receivables.instalment_no], strict=True)
    said = context.tables.get(TABLE, pd.DataFrame(columns=list(FIELDS)))
    rows = said.reindex([f"{order}#{number}" for order, number in numbers], columns=FIELDS).astype("str").fillna("")
    until, reason = rows["staff_stop_until"], rows["staff_stop_reason"]
    day = _days(until, context)
    is_stopped = np.where(np.isnat(day), ((until != "") | (reason != "")).to_numpy(), day >= context.today)
    return pd.DataFrame(
        {
            "stop_until": day.astype("datetime64[us]"),
            "stop_reason": reason.to_numpy(),
            "is_stopped": is_stopped.astype("bool"),
            "typed_promise": _days(rows["staff_promised_on"], context).astype("datetime64[us]"),
        },
        index=items.index,
    )


def _days(texts: pd.Series[str], context: AgeingContext) -> Days:
    dates = DateContext(window=context.as_of.date(), want="deadline")

    @cache
    def day(text: str) -> np.datetime64:
        found = parse_day(text, dates).value
        return np.datetime64(found, "D") if isinstance(found, date) else NAT

    return np.array([day(text) if text else NAT for text in texts], dtype="datetime64[D]")
