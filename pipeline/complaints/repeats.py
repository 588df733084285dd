"""Complaints that come again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.complaints.tables import CaseFacts
from schemas.incoming.complaints import Complaints

if TYPE_CHECKING:
    from collections.abc import Iterator

FOREVER = pd.Timestamp(9999, 12, 31).as_unit("us")


def find_repeats(rows: pd.DataFrame, *, within: pd.Timedelta) -> dict[str, pd.Series]:
    """Return complaints that repeat another one.

    `is_repeat`: the same customer and type within the window. `repeats_no`: the number of an earlier complaint about
    the same order, customer and type that was still open when this one came.

    `rows` carry `customer_key`, `complaint_type` and `ended_at`; withdrawn complaints count for nothing.
    """
    known = rows[rows[Complaints.withdrawn_on].isna() & rows[Complaints.complained_at].notna()]
    known = known[known[Complaints.complaint_type].notna()]
    known = known.sort_values([Complaints.complained_at, Complaints.complaint_no], kind="stable")
    links = dict(_links(known[known[Complaints.order_no].notna()]))
    linked = pd.Series(links, index=rows.index, dtype="str")
    named = known[known[CaseFacts.customer_key].notna()]
    days = named[Complaints.complained_at].dt.normalize()
    before = days.groupby([named[CaseFacts.customer_key], named[Complaints.complaint_type]]).shift()
    is_near = (days - before <= within).reindex(rows.index, fill_value=False)
    return {"is_repeat": (is_near | linked.notna()).astype("boolean"), "repeats_no": linked}


def _links(rows: pd.DataFrame) -> Iterator[tuple[int, str]]:
    """(row, number of the one that stays open longest) in the order they came."""
    open_until: dict[tuple[str, str, str], tuple[pd.Timestamp, str]] = {}
    columns = [Complaints.order_no, "customer_key", Complaints.complaint_type]
    ends = rows[CaseFacts.ended_at].fillna(FOREVER)
    for index, key, at, end, number in zip(
        rows.index,
        rows[columns].itertuples(index=False, name=None),
        rows[Complaints.complained_at],
        ends,
        rows[Complaints.complaint_no],
        strict=True,
    ):
        before = open_until.get(key)
        if before and before[0] > at:
            yield index, before[1]
        if not before or end > before[0]:
            open_until[key] = (end, number)
