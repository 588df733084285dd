"""`doctor`: everything a night needs is looked at, nothing is changed, and a line says what to put right.

A workspace goes in, lines with their remedies come out. The exit code is that of a night that would run now, as far
as that can be known before: 0, or 78 for settings and folders, 74 for disk and ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from pipeline.cli import console
from pipeline.cli.doctor.chart import BAD, MARKS, Chart, Diagnosis
from pipeline.cli.doctor.machine import examine_disks, examine_machine
from pipeline.cli.doctor.records import examine_records
from pipeline.cli.doctor.workspace import examine_folders, examine_outputs, examine_policy
from pipeline.cli.locale import language_here, now
from pipeline.core.errors import NightError
from pipeline.core.phrases import phrase
from pipeline.core.workspace import SETTINGS, Workspace, open_workspace
from schemas.language.words import translate

__all__ = ["MARKS", "Diagnosis", "examine", "examine_and_print", "exit_code"]


def examine(
    root: Path, lang: str, clock: Callable[[Workspace], datetime], *, spoken: str, thorough: bool = False
) -> list[Diagnosis]:
    """Return everything looked at, in the order in which it should be put right.

    `spoken`: the language where no settings say one. `thorough` reads every archived byte.
    """
    chart = Chart(lang or spoken)
    examine_machine(chart)
    workspace = _settings(chart, root, lang)
    if workspace:
        now = clock(workspace)
        examine_folders(chart, workspace)
        examine_disks(chart, workspace)
        examine_policy(chart, workspace, now)
        examine_records(chart, workspace, now, thorough=thorough)
        examine_outputs(chart, workspace)
    return chart.lines


def exit_code(lines: Sequence[Diagnosis]) -> int:
    """Return the code of a night that would run now: settings decide before disks, as in a night."""
    codes = [line.exit_code for line in lines if line.mark == BAD]
    return max(codes, default=0)


def _settings(chart: Chart, root: Path, lang: str) -> Workspace | None:
    """Return the workspace; None when it cannot be opened, and then nothing more can be looked at."""
    try:
        workspace = open_workspace(root, lang or None)
    except NightError as error:
        chart.error("settings", error)
        chart.advise("rest", "rest", "settings_first")
        return None
    chart.lang = workspace.lang
    chart.good("settings", "settings" if (workspace.root / SETTINGS).exists() else "no_settings", name=SETTINGS)
    return workspace


def examine_and_print(root: Path, lang: str, *, thorough: bool, as_json: bool) -> int:
    """Print what was found; gives the exit code of a night that would run now."""
    spoken = language_here()
    lines = examine(root, lang, now, spoken=spoken, thorough=thorough)
    code = exit_code(lines)
    if as_json:
        console.as_json({"exit_code": code, "checks": [asdict(line) for line in lines]})
        return code
    for line in lines:
        mark, what = translate(f"mark.{line.mark}", spoken), translate(f"doctor.check.{line.check}", spoken)
        console.line(f"{mark} {what}{translate('mark.colon', spoken)}{line.what}")
        if line.do:
            console.line(f"  {translate('say.do', spoken)}{translate('mark.colon', spoken)}{line.do}")
    found = Counter(line.mark for line in lines)
    console.line(phrase("say.doctor", spoken, **{mark: str(found[mark]) for mark in MARKS}))
    return code
