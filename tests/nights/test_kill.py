"""A night killed, or refused by its disk, at any system call that changes something can simply be run again.

The night runs in a process forked from one that has everything imported; strace attaches to
it and sends SIGKILL as it enters the n-th call of a kind, so that the call itself is not made; or lets it fail.
A run that takes a share of the long suites tries one call in PARTS; the others try them all
(over an hour on two cores). Only the night's own process is traced: a reader that dies
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
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from pipeline.core.errors import NightError
from pipeline.core.workspace import open_workspace
from schemas.language.words import translate
from schemas.policy.questions import answer_word
from tests.support import nights
from tests.support.night_world import CUSTOMERS, HAICHUAN, ORDERS, RECEIPTS, Table, order, world
from tests.support.shares import share

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerProcess

    from pipeline.core.workspace import Workspace

pytestmark = [pytest.mark.kill, pytest.mark.slow, pytest.mark.own_share, pytest.mark.timeout(0)]
if sys.platform != "linux" or shutil.which("strace") is None:
    pytest.skip("strace is needed to kill a night at a system call", allow_module_level=True)

CHANGING = (
    "rename renameat renameat2 unlink unlinkat mkdir mkdirat rmdir link linkat "
    "write pwrite64 ftruncate fsync fdatasync copy_file_range sendfile"
).split()
PARTS = 36
ERRORS = ("ENOSPC", "EIO", "EACCES")
EVERY = 10  # of the calls, for errors
REFUSED = 74
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
MAY = date(2026, 5, 22)


# --- one night in a process of its own ----------------------------------------------------


def _night(root: str, gate: Connection) -> None:
    """Wait until strace is there, then run the night."""
    ctypes.CDLL(None).prctl(0x59616D61, -1, 0, 0, 0)  # PR_SET_PTRACER: any process may attach
    gate.send(os.getpid())
    gate.recv()
    try:
        nights.run(open_workspace(Path(root)), NIGHT)
    except NightError as refused:
        sys.exit(refused.exit_code)


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
    """A workspace after one night, with a small second inbox, and what people typed, dropped and sent back.

    A note is typed in 最新, and an answer beside a question; the list of exceptions is dropped with an explanation and
    a correction in it, a returned copy comes back corrected, another is begun where it lies, a register comes back
    with the order of a receipt filled in and a row gone. Two of the new files contradict each other, one row has
    no number, one file waits, one is last night's saved again with a row that another file repeats: what a half
    posted night could get wrong.
    """
    workspace = nights.workspace(root)
    table = world()[ORDERS]["销售订单"]
    table.rows = [table.row("202604-002"), table.row("202605-003")]
    nights.save(workspace.inbox / ORDERS, {"销售订单": table})
    nights.put_in_inbox(workspace, world(), only=[CUSTOMERS])
    bad = [order(f"202605-04{n}", HAICHUAN, 2, day=MAY, 数量="若干") for n in range(3)]
    for name, row in zip(("更正.xlsx", "退.xlsx", "改.xlsx"), bad, strict=True):
        nights.save(workspace.inbox / name, {"补": Table(table.headings, [row])})
    nights.save(workspace.inbox / "期初.xlsx", {"期初": _opening()})
    register = world()[RECEIPTS]["收款登记"]
    first, second = ({**row, "收款编号": None, "订单编号": None} for row in (register.rows[0], register.rows[1]))
    for number, row in enumerate((first, second), start=1):
        row["收款金额"] = 100 * number
    nights.save(workspace.inbox / "登记.xlsx", {"收款登记": Table(register.headings, [first, second])})
    nights.run(workspace)
    _answered(workspace)
    nights.save(
        workspace.inbox / "登记.xlsx", {"收款登记": Table(register.headings, [{**first, "订单编号": "202605-003"}])}
    )
    nights.type_into(
        nights.paper(workspace.latest, "tracking"), translate("tab.orders", "zh"), "202605-003", "备注*", "客户催过"
    )
    first = order("202605-031", HAICHUAN, 3, day=MAY)
    rows: list[list[dict[str, Any]]] = [
        [
            first,
            order(None, HAICHUAN, 2, day=MAY),
            order("202605-032", HAICHUAN, 2, day=MAY, 数量="若干"),
            table.row("202604-002"),
        ],
        [{**first, "客户名称": "温州大业阀门有限公司"}, order("202605-032", HAICHUAN, 2, day=MAY)],
    ]
    for name, found in zip(("甲.xlsx", "乙.xlsx"), rows, strict=True):
        nights.save(workspace.inbox / name, {"补": Table(table.headings, found)})
    again = nights.save(workspace.inbox / "丁.xlsx", {"销售订单": table})
    nights.rewritten(again, "saved again")
    broken = nights.save(workspace.inbox / "半截.xlsx", {"补": Table(table.headings, [first])})
    broken.write_bytes(broken.read_bytes()[:-200])
    os.utime(broken, (nights.SAVED_AT, nights.SAVED_AT))
    return root


def _opening() -> Table:
    """An item brought forward under the number of an order."""
    row = {"客户名称": HAICHUAN, "订单编号": "202605-003", "到期日": MAY, "期初应收": 500}
    return Table([*row], [row])


def _answered(workspace: Workspace) -> None:
    """What people make of the first night's papers: an answer, a dropped list, a returned copy, one begun."""
    (question,) = nights.rows(workspace.latest, "findings", "questions")
    nights.type_into(
        nights.paper(workspace.latest, "findings"),
        *(translate("tab.questions", "zh"), question["finding_id"], translate("head.answer", "zh")),
        answer_word("two_debts", "zh"),
    )
    listed = nights.paper(workspace.latest, "findings")
    dropped = Path(shutil.copyfile(listed, workspace.inbox / listed.name))
    for found in nights.findings(workspace.latest):
        if found["src_file"] == "更正.xlsx" and found["raw"] == "若干":
            nights.type_into(dropped, translate("tab.findings", "zh"), found["row_key"], "更正值*", "7")
            nights.type_into(dropped, translate("tab.findings", "zh"), found["row_key"], "说明*", "已问过客户")
    returned = workspace.latest / translate("folder.returned", "zh")
    for name, folder in (("退.xlsx", workspace.inbox), ("改.xlsx", returned)):
        shutil.copyfile(returned / name, folder / name) if folder != returned else None
        with warnings.catch_warnings(action="ignore"):
            book = openpyxl.load_workbook(folder / name)
        for cell in (cell for row in book.worksheets[0] for cell in row if cell.value == "若干"):
            cell.value = 5
        book.save(folder / name)


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


def refused(start: Path, point: Point, error: str) -> tuple[int, Outcome]:
    """How the night ended of which the disk refused this call, and what a second run made of it."""
    root = start.with_name(f"{point.call}{point.number}{error}")
    shutil.copytree(start, root)
    option = f"inject={point.call}:error={error}:when={point.number}"
    code = forked(root, "-o", "/dev/null", "-e", f"trace={point.call}", "-e", option)
    assert forked(root) == 0, f"the second run after {error} at {point.what[:200]}"
    made = outcome(root)
    shutil.rmtree(root)
    return code, made


def _counted(made: Outcome) -> tuple[Any, ...]:
    """What must be there whichever run took it in: files, what counts of them, and what people typed."""
    typed = {row[2:7] for row in made.ledger["entries"]}
    return made.archive, made.inbox, made.taken, {row[:2] for row in made.ledger["heads"]}, typed


def test_a_night_that_the_disk_refused_is_made_up_for_by_the_next_run(
    start: Path, never_killed: Outcome, enumerated: list[Point]
) -> None:
    chosen = [(point, ERRORS[n % len(ERRORS)]) for n, point in enumerate(enumerated[::EVERY])]
    tried = share("errors", chosen, PARTS // 6)
    with ThreadPoolExecutor(max_workers=2) as pool:
        ended = list(pool.map(lambda each: refused(start, *each), tried))
    for (point, error), (code, made) in zip(tried, ended, strict=True):
        assert code in (0, REFUSED), f"{error} at {point.what[:200]} ended with {code}"
        assert _counted(made) == _counted(never_killed), f"{error} at {point.what[:200]}"


def test_the_latest_papers_are_the_publication(never_killed: Outcome) -> None:
    latest = {name.partition("/")[2]: sha for name, sha in never_killed.outbox.items() if name.startswith("最新/")}
    day = {name.partition("/")[2]: sha for name, sha in never_killed.outbox.items() if name.startswith("2026-06-03/")}
    begun = {name for name in latest if name not in day or latest[name] != day[name]}
    assert {name for name in begun if "改" not in name} == set()
    assert any("改" in name for name in begun)


def test_what_a_night_leaves_is_what_was_dropped(start: Path, never_killed: Outcome) -> None:
    dropped = {n: s for n, s in nights.snapshot(start / "inbox").items() if not n.startswith("_taken/")}
    assert never_killed.inbox == {"半截.xlsx": dropped["半截.xlsx"]}
    kept = {name.rpartition("/")[2].partition(".")[0] for name in never_killed.archive}
    assert {sha for name, sha in dropped.items() if name != "半截.xlsx"} <= kept
    manifest = json.loads((start.with_name("never") / "outbox" / "2026-06-03" / "manifest.json").read_bytes())
    assert manifest["control"]["difference_fen"] == 0
    assert hashlib.sha256(b"").hexdigest() not in kept
