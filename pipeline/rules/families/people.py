"""People named in cells, held against the staff list once one was sent in: unknown, gone, or at work after leaving."""

from __future__ import annotations

import pandas as pd

from pipeline.core.groups import answers, is_sure, worded
from pipeline.orders.people import counted_staff, heirs, left_on, names_of
from pipeline.rules.context import RuleContext
from pipeline.rules.helpers import any_of, days, goes_on, is_blank, nobody, once, once_a_night, some, today
from pipeline.rules.registry import Predicate, RuleResult, rule
from schemas.derived.receivables import Receivables
from schemas.incoming.complaints import Actions, Capa, Complaints, Evidence, Visits
from schemas.incoming.corrections import Waivers
from schemas.incoming.customers import Customers, Opening, Qualifications
from schemas.incoming.orders import Orders
from schemas.incoming.receipts import Receipts
from schemas.incoming.reminders import Reminders
from schemas.incoming.shipments import Shipments
from schemas.incoming.staff import Staff
from schemas.incoming.tracking import Tracking

WORKING = (
    (Orders.name, Orders.sales_owner),
    (Orders.name, Orders.reviewer),
    (Tracking.name, Tracking.owner),
    (Complaints.name, Complaints.owner),
    (Complaints.name, Complaints.approver),
    (Actions.name, Actions.owner),
    (Capa.name, Capa.owner),
    (Opening.name, Opening.sales_owner),
)
APPROVING = (
    (Orders.name, Orders.reviewer, Orders.approved_on),
    (Complaints.name, Complaints.approver, Complaints.approved_at),
)
DOING = (
    (Shipments.name, Shipments.shipper, Shipments.shipped_at),
    (Receipts.name, Receipts.handler_name, Receipts.received_on),
    (Reminders.name, Reminders.person, Reminders.contacted_at),
    (Complaints.name, Complaints.registrar, Complaints.registered_at),
    (Complaints.name, Complaints.visitor, Complaints.visited_at),
    (Visits.name, Visits.visitor, Visits.visited_at),
    (Evidence.name, Evidence.obtained_by, Evidence.obtained_at),
    (Qualifications.name, Qualifications.verified_by, Qualifications.verified_on),
)
# Every cell that names one of our own people, those of the work first: somebody unknown is told of at the first.
NAMING = tuple(
    dict.fromkeys(
        [
            *((table, str(column)) for table, column in WORKING),
            *((table, str(column)) for table, column, _ in DOING),
            (Customers.name, str(Customers.sales_owner)),
            (Waivers.name, str(Waivers.approver)),
            (Staff.name, str(Staff.successor)),
        ]
    )
)


@once_a_night
def _left(context: RuleContext) -> dict[str, pd.Timestamp]:
    return left_on(context[Staff.name])


@once_a_night
def _strangers(context: RuleContext) -> dict[tuple[str, str], list[object]]:
    """Return by column the first rows that name somebody who is in no staff list; each of them once a night."""
    seen = set(counted_staff(context[Staff.name]).index)
    found: dict[tuple[str, str], list[object]] = {}
    for table, column in NAMING if seen else ():
        for at, text in context[table][column].dropna().drop_duplicates().items():
            named = set(names_of(text))
            if not named <= seen:
                found.setdefault((table, column), []).append(at)
                seen |= named
    return found


def _unknown(table: str, column: str) -> Predicate:
    def asked(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
        """Find the first row that names somebody who is in no staff list; silent until one was sent in."""
        return any_of(rows, pd.Index(_strangers(context).get((table, column), [])))

    return asked


def _gone(table: str, column: str) -> Predicate:
    def asked(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
        """Find unfinished work that somebody has who left."""
        left, heir = _left(context), heirs(context[Staff.name], today(context))
        mask = answers(rows[column], lambda text: any(name in heir for name in names_of(text)))
        mask &= _is_open(rows, (table, column), context)
        if table == Orders.name:
            mask = once(rows, mask)
        first = rows[column].map(lambda text: next((n for n in names_of(text) if n in heir), ""), na_action="ignore")
        other = worded(first, lambda name: heir.get(name, ""))
        return RuleResult(mask, {"due": days(pd.to_datetime(first.map(left))), "other": other.replace("", "–")})

    return asked


def _is_open(rows: pd.DataFrame, cell: tuple[str, str], context: RuleContext) -> pd.Series[bool]:
    """Whether there is anything left to do for whom the cell names."""
    table, column = cell
    if table in (Orders.name, Tracking.name):
        undone = rows[Tracking.actual_at].isna() if table == Tracking.name else ~nobody(rows)
        if column == Orders.reviewer:
            undone &= is_blank(rows, Orders.approval)
        return undone & goes_on(rows, context)
    if table == Opening.name:
        items = context[Receivables.name]
        owing = items.loc[some(items[Receivables.open_fen]), Receivables.customer_name]
        return some(rows[Opening.open_fen]) & rows[Opening.customer_name].isin(owing)
    if table == Capa.name:
        return rows[Capa.done_on].isna()
    cases = context[Complaints.name]
    over = cases[Complaints.closed_at].notna() | cases[Complaints.withdrawn_on].notna()
    if table == Actions.name:
        ended = cases.loc[over, Complaints.complaint_no].dropna()
        return rows[Actions.done_at].isna() & ~rows[Actions.complaint_no].isin(ended)
    asked = rows[Complaints.proposed_at].notna() & rows[Complaints.approved_at].isna()
    return ~over & (asked | (column != Complaints.approver))


def _after_leaving(column: str, at: str) -> Predicate:
    def asked(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
        """Find what is said to be approved or done by somebody who had left by then."""
        left = _left(context)
        ends = pd.to_datetime(worded(rows[column], lambda text: _end(text, left)), errors="coerce")
        return RuleResult(is_sure(rows[at].dt.normalize() > ends), {"due": days(ends), "other": days(rows[at])})

    return asked


def _end(text: str, left: dict[str, pd.Timestamp]) -> str:
    """The day after which none of them was there; blank while one of them is."""
    days_ = [left.get(name, pd.NaT) for name in names_of(text)]
    return str(max(days_)) if days_ and not any(day is pd.NaT for day in days_) else ""


for _table, _column in NAMING:
    rule("X-030", _column, table=_table)(_unknown(_table, _column))
for _table, _column in WORKING:
    rule("X-031", _column, table=_table)(_gone(_table, str(_column)))
for _table, _column, _at in APPROVING:
    rule("X-032", _column, table=_table)(_after_leaving(_column, _at))
for _table, _column, _at in DOING:
    rule("X-033", _column, table=_table)(_after_leaving(_column, _at))
