"""A night killed at any system call that changes something can simply be run again.

The night runs in a process forked from one that has everything imported; strace attaches to
it and sends SIGKILL as it enters the n-th call of a kind, so that the call itself is not made.
A run that takes a share of the long suites tries one call in PARTS; the others try them all
(about twenty minutes on two cores). Only the night's own process is traced: a reader that dies
is no killed night, it is FILE-017.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import multiprocessing as mp
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.core.workspace import open_workspace
from schemas.language.words import translate
from tests.support import nights
from tests.support.night_world import CUSTOMERS, HAICHUAN, ORDERS, Table, order, world
from tests.support.shares import share

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerProcess

pytestmark = [pytest.mark.kill, pytest.mark.slow, pytest.mark.own_share, pytest.mark.timeout(0)]
if sys.platform != "linux" or shutil.which("strace") is None:
    pytest.skip("strace is needed to kill a night at a system call", allow_module_level=True)

CHANGING = (
    "rename renameat renameat2 unlink unlinkat mkdir mkdirat rmdir link linkat "
    "write pwrite64 ftruncate fsync fdatasync copy_file_range sendfile"
).split()
PARTS = 18
PATIENCE = 300  # seconds; a night here takes two, on a busy machine far longer
EXPLAINED = ("attempts", "token")  # columns of drops that tell of the kill itself
PRELOADED = [
    "tests.nights.test_kill",
    "pipeline.cli.nightly",
    "pandera.pandas",
    "xlsxwriter",
    "sqlalchemy.dialects.sqlite",
]
NIGHT = nights.WEDNESDAY


# --- one night in a process of its own ----------------------------------------------------


def _night(root: str, gate: Connection) -> None:
    """Wait until strace is there, then run the night."""
    ctypes.CDLL(None).prctl(0x59616D61, -1, 0, 0, 0)  # PR_SET_PTRACER: any process may attach
    gate.send(os.getpid())
    gate.recv()
    nights.run(open_workspace(Path(root)), NIGHT)


def forked(root: Path, *options: str) -> int:
    """Run the night under strace with these options (without it when there are none); its exit code."""
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    ours, theirs = context.Pipe()
    process: ForkServerProcess = context.Process(target=_night, args=(str(root), theirs))
    process.start()
    tracer = _attached(int(ours.recv()), options) if options else None
    ours.send("go")
    process.join(PATIENCE)
    assert process.exitcode is not None, "the night hangs"
    if tracer:
        tracer.wait(10)
        if tracer.stderr:
            tracer.stderr.close()
    ours.close()
    return process.exitcode


def _attached(pid: int, options: tuple[str, ...]) -> subprocess.Popen[str]:
    tracer = subprocess.Popen(["strace", "-p", str(pid), *options], stderr=subprocess.PIPE, text=True)
    assert tracer.stderr
    told = tracer.stderr.readline()
    if "attached" not in told:
        pytest.skip(f"strace may not attach here: {told.strip()}")
    return tracer


# --- the workspace that is killed --------------------------------------------------------------


def prepared(root: Path) -> Path:
    """A workspace after one night, with a small second inbox and something typed.

    Two of its files contradict each other, one row has no number, one file waits, one is last
    night's saved again with a row that another file repeats: what a half posted night could get wrong.
    """
    workspace = nights.workspace(root)
    table = world()[ORDERS]["销售订单"]
    table.rows = [table.row("202604-002"), table.row("202605-003")]
    nights.save(workspace.inbox / ORDERS, {"销售订单": table})
    nights.put_in_inbox(workspace, world(), only=[CUSTOMERS])
    nights.run(workspace)
    nights.type_into(
        nights.paper(workspace.latest, "tracking"), translate("tab.orders", "zh"), "202605-003", "备注*", "客户催过"
    )
    friday = nights.TUESDAY.replace(day=1).date().replace(month=5, day=22)
    first = order("202605-031", HAICHUAN, 3, day=friday)
    rows: list[list[dict[str, Any]]] = [
        [
            first,
            order(None, HAICHUAN, 2, day=friday),
            order("202605-032", HAICHUAN, 2, day=friday, 数量="若干"),
            table.row("202604-002"),
        ],
        [{**first, "客户名称": "温州大业阀门有限公司"}, order("202605-032", HAICHUAN, 2, day=friday)],
    ]
    for name, found in zip(("甲.xlsx", "乙.xlsx"), rows, strict=True):
        nights.save(workspace.inbox / name, {"补": Table(table.headings, found)})
    again = nights.save(workspace.inbox / "丁.xlsx", {"销售订单": table})
    nights.rewritten(again, "saved again")
    broken = nights.save(workspace.inbox / "半截.xlsx", {"补": Table(table.headings, [first])})
    broken.write_bytes(broken.read_bytes()[:-200])
    os.utime(broken, (nights.SAVED_AT, nights.SAVED_AT))
    return root


@dataclass(frozen=True)
class Outcome:
    """All that must be the same whatever happened on the way."""

    outbox: dict[str, str]
    ledger: dict[str, list[tuple[Any, ...]]]
    archive: set[str]
    inbox: dict[str, str]
    taken: Counter[str]

    def unlike(self, other: Outcome) -> list[str]:
        names = [name for name in self.outbox | other.outbox if self.outbox.get(name) != other.outbox.get(name)]
        tables = [name for name in self.ledger if self.ledger[name] != other.ledger[name]]
        rest = [name for name in ("archive", "inbox", "taken") if getattr(self, name) != getattr(other, name)]
        return names + tables + rest


def outcome(root: Path) -> Outcome:
    workspace = open_workspace(root)
    inbox = nights.snapshot(workspace.inbox)
    return Outcome(
        outbox=nights.snapshot(workspace.outbox),
        ledger={
            name: _table(workspace, name)
            for name in "nights drops facts heads releases flaws lives entries numbers waits".split()
        },
        archive=set(nights.snapshot(workspace.archive)),
        inbox={name: sha for name, sha in inbox.items() if not name.startswith("_taken/")},
        taken=Counter(name.partition("__")[2] for name in inbox if name.startswith("_taken/")),
    )


def _table(workspace: Any, name: str) -> list[tuple[Any, ...]]:
    columns = [row[1] for row in nights.ledger(workspace, f"PRAGMA table_info({name})") if row[1] not in EXPLAINED]
    return sorted(nights.ledger(workspace, f"SELECT {', '.join(columns)} FROM {name}"), key=str)


# --- where to kill ------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """The n-th call of one kind; `what` is the call as strace wrote it."""

    call: str
    number: int
    what: str

    @property
    def option(self) -> str:
        return f"inject={self.call}:signal=SIGKILL:when={self.number}"


def points(root: Path, log: Path) -> list[Point]:
    """Every call of a whole night that changes something on the workspace, in order.

    Pipes to readers and the scratch files of the writers are left out: nobody reads them again.
    """
    assert forked(root, "-y", "-o", str(log), "-e", f"trace={','.join(CHANGING)}") == 0
    counted: Counter[str] = Counter()
    found = []
    for line in log.read_text(errors="replace").splitlines():
        match = re.match(r"(\w+)\(", line)
        if match:
            counted[match[1]] += 1
            found.append(Point(match[1], counted[match[1]], line))
    return [point for point in found if str(root) in point.what]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(tmp_path_factory.mktemp("kill") / "start")


@pytest.fixture(scope="module")
def never_killed(start: Path) -> Outcome:
    root = start.with_name("never")
    shutil.copytree(start, root)
    assert forked(root) == 0
    return outcome(root)


@pytest.fixture(scope="module")
def enumerated(start: Path) -> list[Point]:
    root = start.with_name("counted")
    shutil.copytree(start, root)
    return points(root, start.with_name("calls"))


def test_a_night_run_twice_is_the_reference(start: Path, never_killed: Outcome, tmp_path: Path) -> None:
    shutil.copytree(start, tmp_path / "again")
    assert forked(tmp_path / "again") == 0
    assert outcome(tmp_path / "again").unlike(never_killed) == []


def killed(start: Path, point: Point) -> tuple[Outcome | str, bool]:
    """What a second run made of the night killed at this point, and whether it was killed at all."""
    root = start.with_name(f"{point.call}{point.number}")
    shutil.copytree(start, root)
    code = forked(root, "-o", "/dev/null", "-e", f"trace={point.call}", "-e", point.option)
    assert code in (0, -9), f"{point.what[:200]} ended with {code}"
    again = forked(root)
    made = f"the second run ended with {again}" if again else outcome(root)
    shutil.rmtree(root)
    return made, code == -9


def _told(made: Outcome | str, never_killed: Outcome) -> str | list[str]:
    return made if isinstance(made, str) else made.unlike(never_killed)


def test_a_killed_night_run_again_is_the_night_never_killed(
    start: Path, never_killed: Outcome, enumerated: list[Point], capsys: pytest.CaptureFixture[str]
) -> None:
    tried = share("kill", enumerated, PARTS)
    with ThreadPoolExecutor(max_workers=2) as pool:
        ended = list(pool.map(lambda point: killed(start, point), tried))
    count = sum(was_killed for _, was_killed in ended)
    with capsys.disabled():
        sys.stdout.write(f"\nkilled at {count} of {len(enumerated)} calls\n")
    wrong = [
        f"{point.call} {point.number}: {_told(made, never_killed)}\n    {point.what[:200]}"
        for point, (made, _) in zip(tried, ended, strict=True)
        if made != never_killed
    ]
    assert not wrong, f"{len(wrong)} of {len(tried)}:\n" + "\n".join(wrong)
    assert count >= 0.95 * len(tried)


def test_what_a_night_leaves_is_what_was_dropped(start: Path, never_killed: Outcome) -> None:
    dropped = {n: s for n, s in nights.snapshot(start / "inbox").items() if not n.startswith("_taken/")}
    assert never_killed.inbox == {"半截.xlsx": dropped["半截.xlsx"]}
    kept = {name.rpartition("/")[2].partition(".")[0] for name in never_killed.archive}
    assert {sha for name, sha in dropped.items() if name != "半截.xlsx"} <= kept
    manifest = json.loads((start.with_name("never") / "outbox" / "2026-06-03" / "manifest.json").read_bytes())
    assert manifest["control"]["difference_fen"] == 0
    assert hashlib.sha256(b"").hexdigest() not in kept
