"""A command that is told to end leaves nothing half done and nobody behind."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.core.workspace import open_workspace
from pipeline.ledger import health
from tests.support import nights
from tests.support.night_world import world
from tests.support.places import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.core.workspace import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")]
NIGHT = "2026-06-03T02:00"
PATIENCE = 60
TRIES = 3
MOMENTS: dict[str, Callable[[Workspace, int], object]] = {
    "begun": lambda workspace, _: (workspace.state / "log" / f"{NIGHT[:10]}.jsonl").exists(),
    "reading": lambda _, pid: children(pid),
    "writing": lambda workspace, _: [*workspace.outbox.glob(".staging-*/*.xlsx")],
}


def children(pid: int) -> list[int]:
    found = [path.read_text(encoding="ascii").split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [int(child) for some in found for child in some]


def is_living(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def told_to_end(workspace: Workspace, spare: Path, moment: str) -> tuple[int, str, list[int]]:
    """Tell a night to end at a moment; one that was over before it was caught is begun anew from what it began with.

    Returns how it ended, what it said, and its children at that moment.
    """
    command = [sys.executable, "-m", "pipeline.cli", "run", "--ahead", "--as-of", NIGHT, "-w", str(workspace.root)]
    for _ in range(TRIES):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        until, seen = time.monotonic() + PATIENCE, False
        while not seen and time.monotonic() < until and process.poll() is None:
            seen = bool(MOMENTS[moment](workspace, process.pid))
        young = children(process.pid)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=PATIENCE)
        if process.returncode not in (0, 10):
            break
        shutil.rmtree(workspace.root)
        shutil.copytree(spare, workspace.root)
    return process.returncode, said, young


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_night_told_to_end_is_gone_whole_and_the_next_goes_on(tmp_path: Path, moment: str) -> None:
    workspace = nights.after_first_night(tmp_path)
    nights.put_in_inbox(workspace, world(), only=["收款.xlsx", "订单.xlsx"])
    for name in ("收款.xlsx", "订单.xlsx"):
        nights.rewritten(workspace.inbox / name, "again")
    shutil.copytree(workspace.root, tmp_path / "straight")
    code, said, young = told_to_end(workspace, tmp_path / "straight", moment)
    assert code == 143, said  # 128 + 15
    assert "Traceback" not in said
    assert [pid for pid in young if is_living(pid)] == []
    with health.looked_into(workspace.ledger_url) as ledger:
        assert health.damage(ledger, thorough=True) == ""
        assert health.broken_laws(ledger) == {}
    for root in (workspace.root, tmp_path / "straight"):
        assert nights.cli("run", "--as-of", NIGHT, "-w", root).returncode in (0, 10)
    straight = open_workspace(tmp_path / "straight")
    assert nights.snapshot(workspace.outbox) == nights.snapshot(straight.outbox)
