"""The managers' workbook and the calendar."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.cli.doctor.chart import Chart
from pipeline.rules.policy_workbook import policy_of

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace
    from schemas.policy.policy import Policy


def examine(chart: Chart, workspace: Workspace, now: datetime) -> None:
    """Lines about policy and calendar; without the first there is no second."""
    with chart.looking("policy"):
        policy = policy_of(workspace)
        told = {"name": workspace.policy.name, "count": str(sum(rule.is_live for rule in policy.rules.values()))}
        there = [path.name for path in workspace.policies if path.exists()]
        if len(there) > 1:
            chart.advise("policy", "policy_twice", "one_policy", **{**told, "other": there[1]})
        else:
            chart.good("policy", "policy" if there else "policy_shipped", **told)
        with chart.looking("calendar"):
            calendar(chart, policy, now)


def calendar(chart: Chart, policy: Policy, now: datetime) -> None:
    """A month before the published days end, next year's holidays are asked for."""
    days = policy.days
    told = {"last": str(days.last), "year": str((days.last + timedelta(days=1)).year)}
    if days.runs_out(now.date()):
        chart.advise("calendar", "calendar_ends", "enter_year", **told)
    else:
        chart.good("calendar", "calendar", **told)
