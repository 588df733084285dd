"""The workspace: folders a night may read and write, the managers' workbook, the calendar, the newest outputs."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.cli.doctor.chart import ADVICE, Chart
from pipeline.core.errors import SettingsError
from pipeline.core.rights import wider
from pipeline.core.workspace import Workspace
from pipeline.publishing.publish import MANIFEST
from pipeline.rules.policy_workbook import policy_of
from schemas.policy.policy import Policy

WRITE = os.R_OK | os.W_OK | os.X_OK


def examine_folders(chart: Chart, workspace: Workspace) -> None:
    """Write lines about inbox, outbox, archive and state."""
    with chart.looking("inbox"):
        _inbox(chart, workspace)
    for check, folder in (
        ("outbox", workspace.outbox),
        ("archive_folder", workspace.archive),
        ("state", workspace.state),
    ):
        with chart.looking(check):
            _made(chart, check, folder)
    with chart.looking("rights"):
        _rights(chart, workspace)


def _rights(chart: Chart, workspace: Workspace) -> None:
    """Look at who may read what nightdesk made; a folder that is shut needs no look at what is in it."""
    paths = " ".join(f'"{path}"' for path in wider(workspace))
    if not paths:
        chart.good("rights", "rights_group" if workspace.group else "rights", group=workspace.group)
    elif workspace.group:
        chart.advise("rights", "rights_wider", "narrow_to_group", paths=paths, group=workspace.group)
    else:
        chart.advise("rights", "rights_wider", "narrow", paths=paths)


def _inbox(chart: Chart, workspace: Workspace) -> None:
    """Look at the inbox: a claim is a rename, so everything below the inbox must lie on one file system."""
    values = {"where": str(workspace.inbox)}
    below = [path for path in sorted(workspace.inbox.iterdir()) if path.is_dir() and not path.is_symlink()]
    if not os.access(workspace.inbox, WRITE):
        chart.fault_of_disk("inbox", "no_rights", "give_rights", **values)
        return
    own = workspace.inbox.stat().st_dev
    other = [path.name for path in below if path.stat().st_dev != own]
    closed = [path.name for path in below if not os.access(path, WRITE)]
    if other:
        chart.fault("inbox", "other_disk", "one_disk", name=other[0], **values)
    elif closed:
        chart.fault_of_disk("inbox", "no_rights_below", "give_rights", name=closed[0], **values)
    else:
        chart.good("inbox", "folder", path=str(workspace.inbox))


def _made(chart: Chart, check: str, folder: Path) -> None:
    """Look at a folder that the night makes when it is not there."""
    values = {"where": str(folder)}
    nearest = nearest_existing(folder)
    if not nearest.is_dir():
        chart.fault_of_disk(check, "no_folder", "make_folder", name=str(nearest))
    elif not os.access(nearest, WRITE):
        chart.fault_of_disk(check, "no_rights", "give_rights", **values)
    elif nearest != folder:
        chart.good(check, "folder_to_come", path=str(folder))
    else:
        chart.good(check, "folder", path=str(folder))


def nearest_existing(path: Path) -> Path:
    """Return the path itself, or the nearest above it that is there."""
    return next((place for place in (path, *path.parents) if place.exists()), path)


def examine_outputs(chart: Chart, workspace: Workspace) -> None:
    """Write lines about the folder of unchanging names, and about one left in the other language."""
    with chart.looking("papers"):
        _latest(chart, workspace)
    with chart.looking("other_language"):
        _others(chart, workspace)


def _latest(chart: Chart, workspace: Workspace) -> None:
    manifest = workspace.latest / MANIFEST
    if not manifest.exists():
        chart.good("papers", "papers_to_come", path=str(workspace.latest))
        return
    values = json.loads(manifest.read_text(encoding="utf-8"))
    gone = sorted(name for name in values["files"] if not (workspace.latest / name).exists())
    if gone:
        chart.advise(
            "papers", "papers_gone", "run_again", where=str(workspace.latest), name=gone[0], count=str(len(gone))
        )
    else:
        chart.good("papers", "papers", path=str(workspace.latest), as_of=values["as_of"].replace("T", " ")[:16])


def _others(chart: Chart, workspace: Workspace) -> None:
    left = [path for folder in workspace.latest_elsewhere for path in sorted(folder.rglob("*")) if path.is_file()]
    if left:
        values = {"where": str(left[0].parent), "name": left[0].name, "count": str(len(left))}
        chart.advise("other_language", "other_language", "take_over", **values)


def examine_policy(chart: Chart, workspace: Workspace, now: datetime) -> None:
    """Write lines about policy and calendar; without the first there is no second."""
    with chart.looking("policy"):
        policy = policy_of(workspace)
        values = {"name": workspace.policy.name, "count": str(sum(rule.is_live for rule in policy.rules.values()))}
        there = [path.name for path in workspace.policies if path.exists()]
        if len(there) > 1:
            chart.advise("policy", "policy_twice", "one_policy", **{**values, "other": there[1]})
        else:
            chart.good("policy", "policy" if there else "policy_shipped", **values)
        for left in policy.left_out:
            wrong = SettingsError(str(left.place), left.wrong, "correct_cell", value=left.value)
            chart.error("policy", wrong, ADVICE)
        with chart.looking("calendar"):
            calendar(chart, policy, now)


def calendar(chart: Chart, policy: Policy, now: datetime) -> None:
    """Look at the calendar: a month before the published days end, next year's holidays are asked for."""
    days = policy.days
    values = {"last": str(days.last), "year": str((days.last + timedelta(days=1)).year)}
    if days.runs_out(now.date()):
        chart.advise("calendar", "calendar_ends", "enter_year", **values)
    else:
        chart.good("calendar", "calendar", **values)
