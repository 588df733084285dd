"""The folders: are they there, may a night read and write them."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.cli.doctor.chart import Chart
from pipeline.core.workspace import Workspace

WRITE = os.R_OK | os.W_OK | os.X_OK


def examine(chart: Chart, workspace: Workspace) -> None:
    """Lines about inbox, outbox, archive and state."""
    with chart.looking("inbox"):
        _inbox(chart, workspace)
    for check, folder in (
        ("outbox", workspace.outbox),
        ("archive_folder", workspace.archive),
        ("state", workspace.state),
    ):
        with chart.looking(check):
            _made(chart, check, folder)


def _inbox(chart: Chart, workspace: Workspace) -> None:
    """A claim is a rename, so everything below the inbox must lie on one file system."""
    told = {"where": str(workspace.inbox)}
    below = [path for path in sorted(workspace.inbox.iterdir()) if path.is_dir() and not path.is_symlink()]
    if not os.access(workspace.inbox, WRITE):
        chart.mend_disk("inbox", "no_rights", "give_rights", **told)
        return
    own = workspace.inbox.stat().st_dev
    other = [path.name for path in below if path.stat().st_dev != own]
    closed = [path.name for path in below if not os.access(path, WRITE)]
    if other:
        chart.mend("inbox", "other_disk", "one_disk", name=other[0], **told)
    elif closed:
        chart.mend_disk("inbox", "no_rights_below", "give_rights", name=closed[0], **told)
    else:
        chart.good("inbox", "folder", path=str(workspace.inbox))


def _made(chart: Chart, check: str, folder: Path) -> None:
    """A folder that the night makes when it is not there."""
    told = {"where": str(folder)}
    nearest = standing(folder)
    if not nearest.is_dir():
        chart.mend_disk(check, "no_folder", "make_folder", name=str(nearest))
    elif not os.access(nearest, WRITE):
        chart.mend_disk(check, "no_rights", "give_rights", **told)
    elif nearest != folder:
        chart.good(check, "folder_to_come", path=str(folder))
    else:
        chart.good(check, "folder", path=str(folder))


def standing(path: Path) -> Path:
    """The path itself, or the nearest above it that is there."""
    return next((place for place in (path, *path.parents) if place.exists()), path)
