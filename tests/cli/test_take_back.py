"""Taking back, seen from the command line: what is named, what is asked, what waits."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from tests.support import nights
from tests.support.night_world import BAD, ORDERS, world

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.slow


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return nights.after_first_night(tmp_path)


def command(workspace: Workspace, *words: object) -> subprocess.CompletedProcess[str]:
    done = nights.cli(*words, "-w", workspace.root)
    assert "Traceback" not in done.stderr
    return done


def hashes(workspace: Workspace, name: str) -> list[str]:
    query = f"SELECT sha256 FROM drops WHERE name = '{name}' ORDER BY id"
    return [sha256[:12] for (sha256,) in nights.ledger(workspace, query)]


def test_undo_names_what_it_takes_and_the_nights_it_touches(workspace: Workspace) -> None:
    nights.run(workspace, nights.WEDNESDAY)
    for word in ("undo", "redo"):
        done = command(workspace, word, BAD)
        assert done.returncode == 0, done.stderr
        for said in (BAD, *hashes(workspace, BAD), "5 行", "2026-06-02 02:00", "2026-06-03 02:00"):
            assert said in done.stdout, said


def test_of_several_workbooks_of_one_name_it_asks_which(workspace: Workspace) -> None:
    sheets = world()
    sheets[ORDERS]["销售订单"].row("202605-003").update({"数量": 9, "金额": 900})
    del sheets[ORDERS]["销售订单"].rows[:2]  # they count as the first workbook has them
    nights.save(workspace.inbox / ORDERS, sheets[ORDERS])
    nights.run(workspace, nights.WEDNESDAY)
    done = command(workspace, "undo", ORDERS)
    assert done.returncode == 2, done.stdout
    for said in (*hashes(workspace, ORDERS), "2026-06-02 02:00", "2026-06-03 02:00"):
        assert said in done.stderr, said
    newest = hashes(workspace, ORDERS)[-1]
    assert newest in command(workspace, "undo", newest).stdout
    assert newest in command(workspace, "redo", ORDERS).stdout  # only one was taken back


@pytest.mark.parametrize(("seconds", "code"), [(2, 0), (30, 75)])
def test_it_waits_for_a_night_that_ends_soon(workspace: Workspace, seconds: int, code: int) -> None:
    lock = FileLock(workspace.lock, thread_local=False)
    lock.acquire()
    timer = threading.Timer(seconds, lock.release)
    timer.start()
    assert command(workspace, "undo", BAD).returncode == code
    timer.cancel()
    lock.release(force=True)


def test_a_night_ahead_is_told_and_taken_back(workspace: Workspace) -> None:
    nights.save(workspace.inbox / "x" / ORDERS, {})
    ahead = nights.cli("run", "--as-of", "2099-06-03", "-w", workspace.root)
    assert ahead.returncode in (0, 10), ahead.stderr
    today = command(workspace, "run")
    assert today.returncode == 78
    assert "nightdesk withdraw 2099-06-03" in today.stderr
    assert command(workspace, "withdraw", "2026-06-02").returncode == 2
    done = command(workspace, "withdraw", "2099-06-03")
    assert done.returncode == 0, done.stderr
    assert f"x/{ORDERS}" in done.stdout
    assert (workspace.inbox / "x" / ORDERS).exists()
    assert command(workspace, "withdraw", "2099-06-03").returncode == 2
    assert "2099-06-03 00:00 已撤回" in command(workspace, "history").stdout
    assert command(workspace, "doctor").returncode == 0
    assert command(workspace, "run").returncode in (0, 10)


def test_a_moment_to_come_must_be_meant(workspace: Workspace) -> None:
    before = nights.snapshot(workspace.outbox)
    done = command(workspace, "run", "--as-of=2099-06-03T02:00")
    assert done.returncode == 2, done.stdout
    assert "--ahead" in done.stderr
    assert nights.snapshot(workspace.outbox) == before


@pytest.mark.parametrize(
    "words", [("history",), ("explain", "202605-001"), ("undo", BAD), ("run", "--dry-run"), ("run",)]
)
def test_nothing_is_said_from_a_ledger_that_is_gone(workspace: Workspace, words: tuple[str, ...]) -> None:
    (workspace.root / "ledger.db").write_bytes(b"")
    before = nights.snapshot(workspace.outbox)
    done = command(workspace, *words)
    assert done.returncode == 78, done.stdout
    assert "--new-ledger" in done.stderr
    assert (workspace.root / "ledger.db").read_bytes() == b""
    assert nights.snapshot(workspace.outbox) == before
