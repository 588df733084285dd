"""People named in cells, held against the staff list once one was sent in: unknown, gone, or gone on approval."""

from __future__ import annotations

import pandas as pd

from pipeline.core.groups import answers, is_sure, worded
from pipeline.orders.people import counted_staff, heirs, left_on, names_of
from pipeline.rules.context import RuleContext
from pipeline.rules.helpers import days, goes_on, nobody, once, once_a_night, today
from pipeline.rules.registry import Predicate, RuleResult, rule
from schemas.incoming.complaints import Complaints
from schemas.incoming.orders import Orders
from schemas.incoming.staff import Staff
from schemas.incoming.tracking import Tracking

WORKING = ((Orders.name, Orders.sales_owner), (Tracking.name, Tracking.owner), (Complaints.name, Complaints.owner))
APPROVING = (
    (Orders.name, Orders.reviewer, Orders.approved_on),
    (Complaints.name, Complaints.approver, Complaints.approved_at),
)


@once_a_night
def _known(context: RuleContext) -> frozenset[str]:
    return frozenset(counted_staff(context[Staff.name]).index)


@once_a_night
def _left(context: RuleContext) -> dict[str, pd.Timestamp]:
    return left_on(context[Staff.name])


def _unknown(column: str) -> Predicate:
    def asked(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
        """Find the first row that names somebody who is in no staff list; silent until one was sent in."""
        known = _known(context)
        strange = answers(rows[column], lambda text: any(name not in known for name in names_of(text)))
        return strange & bool(known) & ~rows[column].where(strange).duplicated()

    return asked


def _gone(table: str, column: str) -> Predicate:
    def asked(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
        """Find unfinished work that somebody has who left."""
        left, heir = _left(context), heirs(context[Staff.name], today(context))
        mask = answers(rows[column], lambda text: any(name in heir for name in names_of(text)))
        mask &= _is_open(rows, table, context)
        if table == Orders.name:
            mask = once(rows, mask)
        first = rows[column].map(lambda text: next((n for n in names_of(text) if n in heir), ""), na_action="ignore")
        other = worded(first, lambda name: heir.get(name, ""))
        return RuleResult(mask, {"due": days(pd.to_datetime(first.map(left))), "other": other.replace("", "–")})

    return asked


def _is_open(rows: pd.DataFrame, table: str, context: RuleContext) -> pd.Series[bool]:
    if table == Complaints.name:
        return rows[Complaints.closed_at].isna() & rows[Complaints.withdrawn_on].isna()
    undone = rows[Tracking.actual_at].isna() if table == Tracking.name else ~nobody(rows)
    return undone & goes_on(rows, context)


def _approved_after(column: str, at: str) -> Predicate:
    def asked(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
        """Find what somebody approved who had left by then."""
        left = _left(context)
        ends = pd.to_datetime(worded(rows[column], lambda text: _end(text, left)), errors="coerce")
        return RuleResult(is_sure(rows[at].dt.normalize() > ends), {"due": days(ends)})

    return asked


def _end(text: str, left: dict[str, pd.Timestamp]) -> str:
    return str(max((left[name] for name in names_of(text) if name in left), default=""))


for _table, _column in (*WORKING, *((table, column) for table, column, _ in APPROVING)):
    rule("X-030", _column, table=_table)(_unknown(_column))
for _table, _column in WORKING:
    rule("X-031", _column, table=_table)(_gone(_table, _column))
for _table, _column, _at in APPROVING:
    rule("X-032", _column, table=_table)(_approved_after(_column, _at))
