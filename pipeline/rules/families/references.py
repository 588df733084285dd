"""Numbers by which sheets name the records of others: joined under another spelling, or meaning several."""

from __future__ import annotations

import pandas as pd

from pipeline.core.groups import is_sure
from pipeline.rules.context import RuleContext
from pipeline.rules.registry import Predicate, RuleResult, rule
from schemas.derived.joins import Joins
from schemas.incoming.complaints import Actions, Capa, Complaints, Evidence, Visits
from schemas.incoming.invoices import Invoices
from schemas.incoming.receipts import Receipts
from schemas.incoming.reminders import Reminders
from schemas.incoming.shipments import Shipments
from schemas.incoming.tracking import Tracking
from schemas.table import Source

REFERENCES = {
    Tracking.name: Tracking.order_no,
    Shipments.name: Shipments.order_no,
    Complaints.name: Complaints.order_no,
    Reminders.name: Reminders.order_no,
    Receipts.name: Receipts.order_nos,
    Invoices.name: Invoices.order_nos,
    **{table.name: table.complaint_no for table in (Actions, Visits, Evidence, Capa)},
}


def joined(rows: pd.DataFrame, context: RuleContext, kind: str, *, is_asked: bool) -> RuleResult:
    """Return the rows of a kind whose number was joined under another spelling, or is asked about, and what for."""
    joins = context.tables.get(Joins.name)
    if joins is None or joins.empty:
        return RuleResult(pd.Series(data=False, index=rows.index))
    mine = joins[(joins[Joins.kind] == kind) & (is_sure(joins[Joins.is_asked]) == is_asked)]
    told = mine.groupby(Joins.src_seq)[[str(Joins.written), str(Joins.other)]].agg("; ".join)
    found = told.reindex(rows[Source.src_seq]).set_axis(rows.index)
    texts = {
        "value": found[Joins.written].fillna("").astype("str"),
        "other": found[Joins.other].fillna("").astype("str"),
    }
    return RuleResult(found[Joins.written].notna(), texts, raw=texts["value"])


def is_ambiguous(rows: pd.DataFrame, context: RuleContext, kind: str) -> pd.Series[bool]:
    """Return the rows whose number may mean several records: that is asked, and no further fault of it."""
    return joined(rows, context, kind, is_asked=True).mask


def _asks(kind: str, *, is_asked: bool) -> Predicate:
    def asked(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
        """Find a number that is not that of one record as it stands."""
        return joined(rows, context, kind, is_asked=is_asked)

    return asked


for _kind, _column in REFERENCES.items():
    rule("ORD-056", _column, table=_kind)(_asks(_kind, is_asked=False))
    rule("ORD-057", _column, table=_kind)(_asks(_kind, is_asked=True))
