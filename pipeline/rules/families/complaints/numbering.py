"""Complaint numbers: of the right month, and without holes. Their form and their doubles are judged as they come in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.rules.registry import RuleResult, rule
from schemas.incoming.complaints import Complaints

if TYPE_CHECKING:
    from pipeline.rules.context import RuleContext

FORM = re.compile(r"(\d{6})-T(\d{3,})")


def _parts(rows: pd.DataFrame) -> pd.DataFrame:
    """Month and serial of every well-formed number."""
    found = rows[Complaints.complaint_no].str.extract(FORM)
    return pd.DataFrame({"month": found[0], "serial": pd.to_numeric(found[1])}).dropna()


@rule("CMP-017", Complaints.complaint_no)
def number_is_of_another_month(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The month in the number is not that of the complaint."""
    came = rows[Complaints.complained_at].fillna(rows[Complaints.registered_at])
    month = _parts(rows)["month"].reindex(rows.index)
    # a day in the future is wrong itself, and says nothing about the number
    has_come = came <= pd.Timestamp(context.as_of)
    return month.notna() & has_come & month.ne(came.dt.strftime("%Y%m"))


@rule("CMP-018", Complaints.complaint_no)
def numbers_before_are_missing(rows: pd.DataFrame) -> RuleResult:
    """The first number after a hole in its month."""
    parts = _parts(rows).drop_duplicates().sort_values(["month", "serial"])
    before = parts.groupby("month")["serial"].shift().fillna(0)
    holed = parts.index[parts["serial"] - before > 1]
    mask = pd.Series(rows.index.isin(holed), index=rows.index)
    return RuleResult(mask, {"key": rows[Complaints.complaint_no].fillna("")})
