"""The end of a complaint: return visits, closing, filing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.rules.families.complaints.asking import is_open, of_case, of_complaint, runs_late, spoken
from pipeline.rules.registry import RuleResult, rule
from schemas.derived.cases import Cases
from schemas.incoming.complaints import Complaints

if TYPE_CHECKING:
    from pipeline.rules.context import RuleContext

TRIES = 3


@rule("CMP-044", Complaints.visited_at)
def visit_runs_late(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """No return visit in time."""
    return runs_late(rows, context, "visit")


@rule("CMP-045", Complaints.satisfaction)
def visit_has_no_score(rows: pd.DataFrame) -> pd.Series[bool]:
    """Visited, and no score was entered."""
    # after three visits in vain nobody is asked again
    asked = rows["attempts"].between(1, TRIES - 1)
    return is_open(rows) & asked & rows[Cases.satisfaction].isna()


@rule("CMP-046", Complaints.visited_at)
def second_visit_runs_late(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """No second return visit in time."""
    return runs_late(rows, context, "visit2")


@rule("CMP-047", Complaints.closed_at)
def closed_though_the_customer_is_not_satisfied(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Closed, though the last visit ended badly and there is no newer solution."""
    return rows[Cases.state].eq("redo") & of_complaint(rows, context, Complaints.closed_at).notna()


@rule("CMP-048", Complaints.closed_at)
def closed_too_early(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Closed, and something that closing needs is missing."""
    return RuleResult(rows[Cases.state].eq("close_unmet"), {"other": spoken(rows["lacking"], Complaints.name, context)})


@rule("CMP-049", Complaints.closed_at)
def closing_runs_late(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """The customer was satisfied, and it is not closed in time."""
    return runs_late(rows, context, "close")


@rule("CMP-050", Complaints.archive_ref)
def filing_runs_late(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Closed, and not filed in time."""
    return runs_late(rows, context, "archive")


@rule("CMP-057", Complaints.closed_at)
def closed_in_the_future(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Closed after the night."""
    return rows[Complaints.closed_at] > pd.Timestamp(context.as_of)


@rule("CMP-058", Complaints.cause_class)
def closed_without_a_class_of_cause(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Closed with a cause, but without its class."""
    # without any cause it may not be closed at all, which is said by the rule on closing
    closed = rows[Complaints.closed_at] <= pd.Timestamp(context.as_of)
    void = of_case(rows, context, "is_void").fillna(value=False).astype(bool)
    return closed & rows[Complaints.cause].notna() & rows[Complaints.cause_class].isna() & ~void
