"""The doctor: looks at everything a night needs, changes nothing, says what to mend.

Its exit code is that of a night that would run now, as far as that can be known before: 0, or
78 for settings and folders, 74 for disk and ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from pipeline.cli.doctor import disks, machine, memory, papers, places, policy
from pipeline.cli.doctor.chart import BAD, MARKS, Chart, Line
from pipeline.core.errors import NightError
from pipeline.core.workspace import SETTINGS, Workspace, open_workspace

__all__ = ["MARKS", "Line", "examine", "exit_code"]


def examine(
    root: Path, lang: str, clock: Callable[[Workspace], datetime], *, spoken: str, thorough: bool = False
) -> list[Line]:
    """Everything looked at, in the order in which it should be mended.

    `spoken`: the language where no settings say one. `thorough` reads every archived byte.
    """
    chart = Chart(lang or spoken)
    machine.examine(chart)
    workspace = _settings(chart, root, lang)
    if workspace:
        now = clock(workspace)
        places.examine(chart, workspace)
        disks.examine(chart, workspace)
        policy.examine(chart, workspace, now)
        memory.examine(chart, workspace, now, thorough=thorough)
        papers.examine(chart, workspace)
    return chart.lines


def exit_code(lines: Sequence[Line]) -> int:
    """The first of them that stops a night decides, settings before disks, as in a night."""
    codes = [line.exit_code for line in lines if line.mark == BAD]
    return max(codes, default=0)


def _settings(chart: Chart, root: Path, lang: str) -> Workspace | None:
    """The workspace; None when it cannot be opened, and then nothing more can be looked at."""
    try:
        workspace = open_workspace(root, lang or None)
    except NightError as error:
        chart.error("settings", error)
        chart.advise("rest", "rest", "settings_first")
        return None
    chart.lang = workspace.lang
    chart.good("settings", "settings" if (workspace.root / SETTINGS).exists() else "no_settings", name=SETTINGS)
    return workspace
