"""The papers of the newest night, where staff look for them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.cli.doctor.chart import Chart
from pipeline.publishing.publish import MANIFEST

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace


def examine(chart: Chart, workspace: Workspace) -> None:
    """Lines about the folder of unchanging names, and about one left in the other language."""
    with chart.looking("papers"):
        _latest(chart, workspace)
    with chart.looking("other_language"):
        _others(chart, workspace)


def _latest(chart: Chart, workspace: Workspace) -> None:
    manifest = workspace.latest / MANIFEST
    if not manifest.exists():
        chart.good("papers", "papers_to_come", path=str(workspace.latest))
        return
    told = json.loads(manifest.read_text(encoding="utf-8"))
    gone = sorted(name for name in told["files"] if not (workspace.latest / name).exists())
    if gone:
        chart.advise(
            "papers", "papers_gone", "run_again", where=str(workspace.latest), name=gone[0], count=str(len(gone))
        )
    else:
        chart.good("papers", "papers", path=str(workspace.latest), as_of=told["as_of"].replace("T", " ")[:16])


def _others(chart: Chart, workspace: Workspace) -> None:
    left = [path for folder in workspace.latest_elsewhere for path in sorted(folder.rglob("*")) if path.is_file()]
    if left:
        told = {"where": str(left[0].parent), "name": left[0].name, "count": str(len(left))}
        chart.advise("other_language", "other_language", "take_over", **told)
