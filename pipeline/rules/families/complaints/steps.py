"""The steps of a complaint against their clocks, and who takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.core.worktime.deadlines import latest
from pipeline.orders.customers import customer_key
from pipeline.rules.families.complaints.asking import is_open, listed, of_case, of_clock, of_complaint, runs_late
from pipeline.rules.helpers import money
from pipeline.rules.registry import RuleResult, rule
from schemas.derived.cases import Cases, Clocks
from schemas.incoming.complaints import Complaints
from schemas.policy.routing import load
from schemas.policy.states import AGREEING

if TYPE_CHECKING:
    from pipeline.rules.context import RuleContext

# pairs of facts, the one that cannot come later first
ORDER = (
    (Complaints.complained_at, Complaints.registered_at),
    (Complaints.registered_at, Complaints.assigned_at),
    (Complaints.assigned_at, Complaints.accepted_at),
    (Complaints.accepted_at, Complaints.investigated_at),
    (Complaints.accepted_at, Complaints.proposed_at),
    (Complaints.proposed_at, Complaints.approved_at),
    (Complaints.proposed_at, Complaints.agreed_at),
    (Complaints.agreed_at, Complaints.executed_at),
    (Complaints.executed_at, Complaints.told_at),
    (Complaints.executed_at, Complaints.visited_at),
    (Complaints.executed_at, Complaints.closed_at),
)


@rule("CMP-022", Complaints.assigned_at)
def not_assigned(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Registered, and not assigned in time."""
    return runs_late(rows, context, "assign")


@rule("CMP-024", Complaints.accepted_at)
def not_accepted(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Assigned, and not accepted in time."""
    return runs_late(rows, context, "accept")


@rule("CMP-052", Complaints.accepted_at)
def accepted_late(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Accepted, but late; said while the complaint is open."""
    return is_open(rows) & of_clock(rows, context, "accept", Clocks.clock_state).eq("late")


@rule("CMP-027", Complaints.first_reply_at)
def not_answered_in_time(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """No first reply in time, or a late one while the complaint is open."""
    overdue = runs_late(rows, context, "reply")
    late = is_open(rows) & of_clock(rows, context, "reply", Clocks.clock_state).eq("late")
    return RuleResult(overdue.mask | late, overdue.params)


@rule("CMP-028", Complaints.customer_contacted_at)
def not_asked_for_what_is_missing(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Incomplete, and the customer was not asked in time."""
    return runs_late(rows, context, "ask")


@rule("CMP-031", Complaints.investigated_at)
def investigation_runs_late(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Not investigated in time."""
    return runs_late(rows, context, "investigate")


@rule("CMP-032", Complaints.cause)
def cause_is_missing(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Investigated, and cause or class of cause is blank."""
    done = of_complaint(rows, context, Complaints.investigated_at) <= pd.Timestamp(context.as_of)
    found = [of_complaint(rows, context, column).notna() for column in (Complaints.cause, Complaints.cause_class)]
    blank = ~(found[0] & found[1])
    # from closing on it is a condition of closing
    closed = of_complaint(rows, context, Complaints.closed_at).notna()
    return is_open(rows) & done & blank & ~closed & ~of_case(rows, context, "is_void").astype(bool)


@rule("CMP-034", Complaints.proposed_at)
def solution_runs_late(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """No solution in time."""
    return runs_late(rows, context, "propose")


@rule("CMP-036", Complaints.approved_at)
def approval_runs_late(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """No approval in time."""
    return runs_late(rows, context, "approve")


@rule("CMP-037", Complaints.approver)
def approver_may_not_grant_so_much(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """The cost is above what the approver's role may grant; names without a role are left alone."""
    cost = of_complaint(rows, context, Complaints.cost_fen)
    granted = of_complaint(rows, context, Complaints.approver).map(_grants).astype("Int64") * 100
    agreed = of_complaint(rows, context, Complaints.approval).isin(AGREEING)
    return RuleResult(agreed & ((granted >= 0) & (cost > granted)).fillna(value=False), {"amount": money(cost)})


def _grants(approver: object) -> int | None:
    """Yuan the role in the text may grant; None where no role is written, the least where several are."""
    if not isinstance(approver, str):
        return None
    limits = [yuan for role, yuan in load().approves.items() if role in approver]
    return min(limits, default=None, key=lambda yuan: yuan if yuan >= 0 else float("inf"))


@rule("CMP-038", Complaints.approver)
def approved_by_the_handler(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Approver and handler are one person."""
    approver = customer_key(of_complaint(rows, context, Complaints.approver).astype("str"))
    agreed = of_complaint(rows, context, Complaints.approval).isin(AGREEING)
    return agreed & approver.notna() & (approver == customer_key(rows[Cases.owner]))


@rule("CMP-042", Complaints.executed_at)
def execution_runs_late(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Not carried out by the planned day, or by the limit where none is planned."""
    return runs_late(rows, context, "execute")


@rule("CMP-043", Complaints.told_at)
def customer_is_not_told(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Carried out, and the customer does not know in time."""
    return runs_late(rows, context, "tell")


@rule("CMP-053")
def steps_are_out_of_order(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """A later step is dated before an earlier one, days without a time counting in favour."""
    known = rows[[*dict.fromkeys(column for pair in ORDER for column in pair)]]
    known = known.where(known <= pd.Timestamp(context.as_of))
    found = pd.Series("", index=rows.index, dtype="str")
    for first, then in ORDER:
        found = found.where(~(latest(known[then]) < known[first]), found + f"{then}<{first} ")
    said = {each: _said(each, context) for each in found.unique()}
    return RuleResult(found.ne(""), {"other": found.map(said).astype("str")})


def _said(pairs: str, context: RuleContext) -> str:
    return "; ".join(
        " < ".join(listed([column], Complaints.name, context) for column in pair.split("<")) for pair in pairs.split()
    )
