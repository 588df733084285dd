"""The steps of a complaint against their deadlines, who takes them, how it ends, what is done against its cause."""

from __future__ import annotations

import pandas as pd

from pipeline.core.groups import is_sure
from pipeline.core.worktime.deadlines import latest
from pipeline.orders.customers import customer_key
from pipeline.rules.context import RuleContext
from pipeline.rules.families.complaints.helpers import (
    is_open,
    listed,
    of_case,
    of_clock,
    of_complaint,
    runs_late,
    spoken,
)
from pipeline.rules.helpers import is_blank, money, today
from pipeline.rules.obligations import obligation
from pipeline.rules.registry import Predicate, RuleResult, rule
from schemas.derived.cases import Cases, Clocks
from schemas.incoming.complaints import Capa, Complaints
from schemas.policy.routing import load
from schemas.policy.states import AGREEING

TRIES = 3
JUSTIFIED = ("valid", "partly")
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
LATE = {  # rule → the step that is not done in time, and its column
    "CMP-022": ("assign", Complaints.assigned_at),  # registered, and not assigned in time
    "CMP-024": ("accept", Complaints.accepted_at),  # assigned, and not accepted in time
    "CMP-028": ("ask", Complaints.customer_contacted_at),  # incomplete, and the customer was not asked in time
    "CMP-031": ("investigate", Complaints.investigated_at),  # not investigated in time
    "CMP-034": ("propose", Complaints.proposed_at),  # no solution in time
    "CMP-036": ("approve", Complaints.approved_at),  # no approval in time
    "CMP-042": (
        "execute",
        Complaints.executed_at,
    ),  # not carried out by the planned day, or by the limit where none is planned
    "CMP-043": ("tell", Complaints.told_at),  # carried out, and the customer does not know in time
    "CMP-044": ("visit", Complaints.visited_at),  # no return visit in time
    "CMP-046": ("visit2", Complaints.visited_at),  # no second return visit in time
    "CMP-049": ("close", Complaints.closed_at),  # the customer was satisfied, and it is not closed in time
    "CMP-050": ("archive", Complaints.archive_ref),  # closed, and not filed in time
}


def _runs_late(step: str) -> Predicate:
    return lambda rows, context: runs_late(rows, context, step)


for _rule, (_step, _column) in LATE.items():
    rule(_rule, _column)(_runs_late(_step))


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


@rule("CMP-032", Complaints.cause)
def cause_is_missing(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Investigated, and cause or class of cause is blank."""
    done = of_complaint(rows, context, Complaints.investigated_at) <= pd.Timestamp(context.as_of)
    found = [of_complaint(rows, context, column).notna() for column in (Complaints.cause, Complaints.cause_class)]
    blank = ~(found[0] & found[1])
    # from closing on it is a condition of closing
    closed = of_complaint(rows, context, Complaints.closed_at).notna()
    return is_open(rows) & done & blank & ~closed & ~of_case(rows, context, "is_void").astype(bool)


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


@rule("CMP-053")
def steps_are_out_of_order(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """A later step is dated before an earlier one, days without a time counting in favour."""
    known = rows[[*dict.fromkeys(column for pair in ORDER for column in pair)]]
    known = known.where(known <= pd.Timestamp(context.as_of))
    found = pd.Series("", index=rows.index, dtype="str")
    for first, then in ORDER:
        found = found.where(~(latest(known[then]) < known[first]), found + f"{then}<{first} ")
    texts = {pairs: _said(pairs, context) for pairs in found.unique()}
    return RuleResult(found.ne(""), {"other": found.map(texts).astype("str")})


def _said(pairs: str, context: RuleContext) -> str:
    return "; ".join(
        " < ".join(listed([column], Complaints.name, context) for column in pair.split("<")) for pair in pairs.split()
    )


@rule("CMP-045", Complaints.satisfaction)
def visit_has_no_score(rows: pd.DataFrame) -> pd.Series[bool]:
    """Visited, and no score was entered."""
    # after three visits in vain nobody is asked again
    asked = rows["attempts"].between(1, TRIES - 1)
    return is_open(rows) & asked & rows[Cases.satisfaction].isna()


@rule("CMP-047", Complaints.closed_at)
def closed_though_the_customer_is_not_satisfied(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Closed, though the last visit ended badly and there is no newer solution."""
    return rows[Cases.state].eq("redo") & of_complaint(rows, context, Complaints.closed_at).notna()


@rule("CMP-048", Complaints.closed_at)
def closed_too_early(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Closed, and something that closing needs is missing."""
    return RuleResult(rows[Cases.state].eq("close_unmet"), {"other": spoken(rows["lacking"], Complaints.name, context)})


@rule("CMP-057", Complaints.closed_at)
def closed_in_the_future(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Closed after the night."""
    return rows[Complaints.closed_at] > pd.Timestamp(context.as_of)


@rule("CMP-058", Complaints.cause_class)
def closed_without_a_class_of_cause(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Closed with a cause, but without its class."""
    # without any cause it may not be closed at all, which is said by the rule on closing
    closed = rows[Complaints.closed_at] <= pd.Timestamp(context.as_of)
    void = is_sure(of_case(rows, context, "is_void"))
    return closed & rows[Complaints.cause].notna() & rows[Complaints.cause_class].isna() & ~void


@obligation("capa", Complaints.cause)
def no_action_against_the_cause(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """A justified complaint about quality, a major or a repeated one, and nothing is planned against its cause."""
    validity = of_complaint(rows, context, Complaints.validity)
    asked = (rows[Cases.complaint_type] == "quality") & validity.isin(JUSTIFIED)
    asked |= (rows[Cases.severity] == "major") | is_sure(rows[Cases.is_repeat])
    known = of_complaint(rows, context, Complaints.cause).notna() & ~is_sure(rows["is_void"])
    capa = context[Capa.name]
    planned = capa.loc[capa[Capa.owner].notna() & capa[Capa.due_on].notna(), str(Capa.complaint_no)]
    return asked & known & ~rows[Cases.complaint_no].isin(planned.dropna())


@rule("CAP-002", Capa.due_on)
def action_is_overdue(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Its day has passed and it is not done."""
    undone = is_blank(rows, Capa.done_on) | (rows[Capa.done_on] > pd.Timestamp(context.as_of))
    return undone & (rows[Capa.due_on] < today(context))


@rule("CAP-003", Capa.verified_on)
def action_is_not_verified(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Done, its day has passed, and nobody says whether it worked."""
    done = rows[Capa.done_on] <= pd.Timestamp(context.as_of)
    unverified = is_blank(rows, Capa.verified_on) & is_blank(rows, Capa.verification)
    return done & unverified & ~(rows[Capa.due_on] >= today(context))
