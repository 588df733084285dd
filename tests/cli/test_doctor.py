"""The doctor: one line for everything a night needs, whatever is broken, and nothing is changed."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import namedtuple
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from pipeline.cli import doctor
from pipeline.cli.doctor import machine, records
from pipeline.cli.doctor.chart import Chart
from pipeline.core import files
from pipeline.core.workspace import SETTINGS, Workspace
from schemas.language.words import load, translate
from tests.support import nights
from tests.support.night_world import CUSTOMERS, PRICES, world
from tests.support.places import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EVENING = datetime(2026, 6, 2, 20)  # Tuesday, after the first night
PROGRAM = sys.executable, "-c"
CUT = """
import os, sqlite3, sys
made = sqlite3.connect(sys.argv[1], isolation_level=None)
made.execute("PRAGMA cache_size = 1")
made.execute("BEGIN IMMEDIATE")
made.execute("CREATE TABLE filler AS WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n WHERE i < 5000) "
             "SELECT i, hex(randomblob(200)) AS text FROM n")
made.execute("UPDATE filler SET text = text || 'x'")
os._exit(9)
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return nights.after_first_night(tmp_path)


def told(workspace: Workspace, now: datetime = EVENING, **more: bool) -> dict[str, doctor.Diagnosis]:
    """Lines by what they are about; looking changes nothing, whatever is broken."""
    before = nights.snapshot(workspace.root)
    lines = doctor.examine(workspace.root, "", lambda _: now, spoken="zh", **more)
    assert nights.snapshot(workspace.root) == before
    assert [line for line in lines if bool(line.do) == (line.mark == "good")] == []
    return {line.check: line for line in lines}


def code(lines: dict[str, doctor.Diagnosis]) -> int:
    return doctor.exit_code(list(lines.values()))


def sql(workspace: Workspace, *statements: str) -> None:
    with closing(sqlite3.connect(workspace.root / "ledger.db")) as connection, connection:
        for each in statements:
            connection.execute(each)


def set_to(workspace: Workspace, text: str) -> None:
    (workspace.root / SETTINGS).write_text(text, encoding="utf-8")


def in_the_way(path: Path) -> None:
    """A file where a folder should be."""
    shutil.rmtree(path)
    path.write_text("", encoding="utf-8")


def an_archived(workspace: Workspace) -> Path:
    return min(path for path in workspace.archive.rglob("*") if path.is_file())


# --- a workspace in order ----------------------------------------------------------------------


def test_a_desk_in_order_has_nothing_to_mend(workspace: Workspace) -> None:
    lines = told(workspace)
    assert {line.check for line in lines.values() if line.mark != "good"} <= {"fonts", "packages", "space"}
    assert code(lines) == 0
    assert "2026-06-03 02:00" in lines["nights"].what
    assert len(lines) >= 17


def test_a_new_desk_is_in_order_before_its_first_night(tmp_path: Path) -> None:
    fresh = nights.workspace(tmp_path / "new")
    shutil.rmtree(fresh.outbox)
    lines = told(fresh)
    assert code(lines) == 0
    assert str(fresh.outbox) in lines["outbox"].what
    assert not fresh.outbox.exists()


@pytest.mark.slow
def test_the_doctor_answers_in_either_language_and_for_programs(workspace: Workspace) -> None:
    done = nights.cli("doctor", "--workspace", workspace.root, "--lang", "en", "--all")
    assert translate("doctor.check.inbox", "en") in done.stdout
    assert "  do: " in done.stdout  # nights were missed since
    again = nights.cli("doctor", "--workspace", workspace.root, "--json")
    read = json.loads(again.stdout)
    assert read["exit_code"] == done.returncode == again.returncode == 0
    assert {"check", "mark", "what", "do", "exit_code"} == set(read["checks"][0])


# --- what may be broken -------------------------------------------------------------------

BROKEN: dict[str, tuple[Callable[[Workspace], object], str, int]] = {
    "toml": (lambda workspace: set_to(workspace, "[[["), "settings", 78),
    "a key nobody knows": (lambda workspace: set_to(workspace, "langauge = 'zh'"), "settings", 78),
    "paths that are none": (lambda workspace: set_to(workspace, "paths = 3"), "settings", 78),
    "a number without end": (lambda workspace: set_to(workspace, "parallel = inf"), "settings", 78),
    "settings are a folder": (
        lambda workspace: ((workspace.root / SETTINGS).unlink(), (workspace.root / SETTINGS).mkdir()),
        "settings",
        78,
    ),
    "no inbox": (lambda workspace: shutil.rmtree(workspace.inbox), "settings", 78),
    "the outbox is a file": (lambda workspace: in_the_way(workspace.outbox), "outbox", 74),
    "the archive is a file": (lambda workspace: in_the_way(workspace.archive), "archive_folder", 74),
    "state is a file": (lambda workspace: in_the_way(workspace.state), "state", 74),
    "the policy is no workbook": (lambda workspace: workspace.policy.write_bytes(b"no workbook"), "policy", 78),
    "the ledger is noise": (
        lambda workspace: (workspace.root / "ledger.db").write_bytes(b"noise " * 999),
        "ledger",
        74,
    ),
    "the ledger is a folder": (
        lambda workspace: ((workspace.root / "ledger.db").unlink(), (workspace.root / "ledger.db").mkdir()),
        "ledger",
        74,
    ),
    "half of the ledger": (lambda workspace: os.truncate(workspace.root / "ledger.db", 40_000), "ledger", 74),
    "no folder for the ledger": (lambda workspace: set_to(workspace, 'paths.ledger = "far/ledger.db"'), "ledger", 74),
    "a ledger nobody can open": (
        lambda workspace: set_to(workspace, 'paths.ledger = "oracle://far/away"'),
        "ledger",
        78,
    ),
    "a newer ledger": (lambda workspace: sql(workspace, "UPDATE layout SET number = 99"), "ledger", 78),
    "a ledger that keeps its journal aside": (
        lambda workspace: sql(workspace, "PRAGMA journal_mode = WAL"),
        "ledger",
        74,
    ),
    "an archived file is gone": (lambda workspace: an_archived(workspace).unlink(), "archive", 74),
    "an archived file was written to": (lambda workspace: an_archived(workspace).write_bytes(b"?"), "archive", 74),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_told_with_its_remedy_and_the_code_of_a_night(workspace: Workspace, what: str) -> None:
    breaking, check, expected = BROKEN[what]
    breaking(workspace)
    lines = told(workspace)
    assert lines[check].mark == "bad", lines
    assert lines[check].exit_code == code(lines) == expected


def test_a_cell_of_the_policy_is_named(workspace: Workspace) -> None:
    from pipeline.rules.policy_workbook import write_policy

    write_policy(workspace)
    assert told(workspace)["policy"].mark == "good"
    nights.enter_days(workspace, ("someday", False, ""))  # type: ignore[arg-type]
    line = told(workspace)["policy"]
    assert f"{workspace.policy.name} › " in line.what
    assert line.mark == "advice"  # a night leaves its row out and tells of it


def test_everything_broken_at_once_is_told_all_the_same(workspace: Workspace) -> None:
    workspace.policy.write_bytes(b"?")
    (workspace.root / "ledger.db").write_bytes(b"?" * 5000)
    in_the_way(workspace.outbox)
    in_the_way(workspace.archive)
    lines = told(workspace)
    assert {name for name, line in lines.items() if line.mark == "bad"} >= {"policy", "ledger", "outbox"}
    assert code(lines) == 78


# --- the ledger's laws --------------------------------------------------------------------

LAWS = {
    "head_of_nothing": "UPDATE heads SET key = 'nobody' WHERE seq = 1",
    "head_taken_back": "UPDATE drops SET is_undone = 1",
    "head_not_newest": (
        "INSERT INTO facts SELECT 999999, drop_id, kind, key, is_held, sheet, row, facts FROM facts WHERE seq = 1"
    ),
    "row_forgotten": "DELETE FROM heads WHERE seq = 1",
    "record_twice": "INSERT INTO pairs SELECT seq, NULL, 1, seq, 0, '' FROM heads ORDER BY seq LIMIT 2",
    "night_open": "INSERT INTO nights VALUES (99, '2026-06-02T03:00:00', 1, '{}')",
    "file_unread": "UPDATE drops SET state = 'claimed' WHERE id = (SELECT max(id) FROM drops)",
    "finding_turned": "UPDATE lives SET to_night = from_night",
    "finding_twice": "INSERT INTO lives SELECT finding_id, from_night + 1, NULL, file FROM lives LIMIT 1",
}


@pytest.mark.parametrize("law", LAWS)
def test_a_broken_law_of_the_ledger_is_told(workspace: Workspace, law: str) -> None:
    sql(workspace, LAWS[law], *(["UPDATE nights SET is_closed = 0 WHERE id = 1"] if law == "night_open" else []))
    with_law = [
        line.what
        for line in doctor.examine(workspace.root, "", lambda _: EVENING, spoken="zh")
        if line.check == "ledger" and line.mark == "bad"
    ]
    outline = translate(f"doctor.law.{law}", "zh").partition("{count}")[2]
    assert any(outline in what for what in with_law), with_law


def test_a_row_without_its_night_is_told(workspace: Workspace) -> None:
    sql(workspace, "UPDATE drops SET night_id = 77 WHERE id = 1")
    assert "drops" in told(workspace)["ledger"].what


def test_a_ledger_too_large_to_wait_for_is_looked_through_when_asked(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "LARGE", 1)
    sql(workspace, LAWS["row_forgotten"])
    assert told(workspace)["ledger"].mark == "good"
    assert told(workspace, thorough=True)["ledger"].mark == "bad"


@pytest.mark.slow
def test_a_night_cut_short_in_the_ledger_is_no_harm(workspace: Workspace) -> None:
    done = subprocess.run([*PROGRAM, CUT, str(workspace.root / "ledger.db")], check=False)
    assert done.returncode == 9
    lines = told(workspace)
    assert (lines["ledger"].mark, code(lines)) == ("advice", 0)


# --- archive, nights, papers --------------------------------------------------------------


def test_bytes_that_were_not_sampled_are_read_with_all(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "BYTES", 1)  # only the newest is read
    rotten = min(an for an in workspace.archive.rglob("*.xlsx") if an.stem != _newest(workspace))
    rotten.write_bytes(b"?" * rotten.stat().st_size)
    assert told(workspace)["archive"].mark == "good"
    line = told(workspace, thorough=True)["archive"]
    assert line.mark == "bad"
    assert files.digest(rotten)[:4] not in line.what
    assert rotten.stem[:12] in line.what


@pytest.mark.parametrize("is_there", [True, False])
def test_a_ledger_that_forgot_the_papers_is_told(workspace: Workspace, *, is_there: bool) -> None:
    (workspace.root / "ledger.db").unlink()
    (workspace.root / "ledger.db").touch() if is_there else None
    lines = told(workspace)
    assert (lines["ledger"].mark, code(lines)) == ("bad", 78)
    assert "--new-ledger" in lines["ledger"].do


@pytest.mark.skipif(os.name == "nt", reason="folders hand their rights down there")
def test_rights_of_others_are_told_with_what_takes_them_away(workspace: Workspace) -> None:
    assert told(workspace)["rights"].mark == "good"
    workspace.archive.chmod(0o755)
    line = told(workspace)["rights"]
    assert line.mark == "advice"
    subprocess.run(line.do.partition("chmod")[2].partition("；")[0].join(("chmod", "")), shell=True, check=True)  # noqa: S602
    assert told(workspace)["rights"].mark == "good"


def test_an_old_ledger_is_told(workspace: Workspace) -> None:
    sql(workspace, "UPDATE nights SET as_of = '2026-06-01T02:00:00'")
    lines = told(workspace)
    assert (lines["ledger"].mark, code(lines)) == ("bad", 78)


def _newest(workspace: Workspace) -> str:
    with closing(sqlite3.connect(workspace.root / "ledger.db")) as connection:
        found: str = connection.execute("SELECT sha256 FROM drops ORDER BY id DESC").fetchone()[0]
    return found


@pytest.mark.parametrize(
    ("now", "mark", "word"),
    [
        (datetime(2026, 6, 2, 1, 59), "bad", "clock_back"),
        (datetime(2026, 6, 2, 2), "good", "nights"),
        (datetime(2026, 6, 3, 1, 59), "good", "nights"),
        (datetime(2026, 6, 3, 2, 0), "advice", "nights_missed"),
        (datetime(2026, 6, 10, 12), "advice", "nights_missed"),
    ],
)
def test_missed_nights_and_a_clock_put_back_are_told(workspace: Workspace, now: datetime, mark: str, word: str) -> None:
    line = told(workspace, now)["nights"]
    assert line.mark == mark
    outline = translate(f"doctor.{word}", "zh").partition("，")[0]
    assert outline.split("{")[0] in line.what
    assert line.exit_code == (78 if mark == "bad" else 0)


def test_a_night_not_finished_is_told_unless_it_is_running(workspace: Workspace) -> None:
    sql(workspace, "UPDATE nights SET is_closed = 0")
    assert told(workspace)["nights"].mark == "advice"
    with FileLock(workspace.lock):
        lines = doctor.examine(workspace.root, "", lambda _: EVENING, spoken="zh")
    found = {line.check: line for line in lines}
    assert found["lock"].what == translate("doctor.lock_held", "zh")
    assert "nights" not in found


def test_missing_papers_and_those_of_the_other_language_are_told(workspace: Workspace) -> None:
    (workspace.outbox / "latest").mkdir()
    (workspace.outbox / "latest" / "06_to_do.xlsx").write_bytes(b"")
    nights.paper(workspace.latest, "todo").unlink()
    lines = told(workspace)
    assert (lines["papers"].mark, lines["other_language"].mark) == ("advice", "advice")
    assert code(lines) == 0


@pytest.mark.parametrize(("day", "mark"), [(30, "good"), (1, "advice")])
def test_next_years_calendar_is_asked_for_from_december(workspace: Workspace, day: int, mark: str) -> None:
    line = told(workspace, datetime(2026, 11 if day == 30 else 12, day, 8))["calendar"]
    assert line.mark == mark
    assert ("2027" in line.do) == (mark == "advice")


# --- disks and machine --------------------------------------------------------------------

Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - as shutil gives it


@pytest.mark.parametrize(
    ("free", "mark", "expected"),
    [(0, "bad", 74), (machine.LEAST - 1, "bad", 74), (machine.LEAST, "advice", 0), (machine.SCARCE, "good", 0)],
)
def test_a_full_disk_is_told(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, free: int, mark: str, expected: int
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, free))
    lines = told(workspace)
    assert (lines["space"].mark, code(lines)) == (mark, expected)


def test_what_waits_in_the_inbox_needs_room(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    nights.put_in_inbox(workspace, world(), only=[CUSTOMERS, PRICES])
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, machine.LEAST))
    assert told(workspace)["space"].mark == "bad"


@pytest.mark.parametrize(
    ("kind", "is_share"),
    [("nfs4", True), ("cifs", True), ("fuse.sshfs", True), ("ext4", False), ("fuse.mergerfs", False)],
)
def test_a_ledger_on_a_share_is_told(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, kind: str, is_share: bool
) -> None:
    mounts = workspace.root.parent / "mountinfo"
    place = str(workspace.archive.resolve()).replace(" ", r"\040")
    mounts.write_text(
        f"1 0 8:1 / / rw - ext4 /dev/sda rw\n2 1 0:5 / {place} rw shared:7 - {kind} far:/data rw\n", encoding="utf-8"
    )
    monkeypatch.setattr(machine, "MOUNTS", mounts)
    line = told(workspace)["local"]
    assert (line.mark == "bad") == is_share
    assert line.exit_code == (78 if is_share else 0)


@pytest.mark.parametrize("at", ["inbox", "outbox", "archive", "state"])
def test_a_folder_without_rights_is_told(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    closed = {"archive": "archive_folder"}.get(at, at)
    folder = getattr(workspace, at)
    monkeypatch.setattr(os, "access", lambda path, _: path != folder)
    lines = told(workspace)
    assert (lines[closed].mark, code(lines)) == ("bad", 74)


def test_a_ledger_without_rights_is_told(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, _: path.name != "ledger.db")
    lines = told(workspace)
    assert (lines["ledger"].mark, code(lines)) == ("bad", 74)


def test_a_folder_of_the_inbox_that_is_closed_is_named(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    (workspace.inbox / "华南").mkdir()
    monkeypatch.setattr(os, "access", lambda path, _: path.name != "华南")
    assert "华南" in told(workspace)["inbox"].what


def test_an_inbox_that_cannot_be_listed_stops_no_other_line(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(machine, "survey", refused)
    lines = told(workspace)
    assert (lines["space"].mark, code(lines)) == ("bad", 74)
    assert lines["archive"].mark == "good"


def test_what_nobody_thought_of_is_a_line_and_no_traceback(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "survey", lambda _: 1 / 0)
    lines = told(workspace)
    assert lines["space"].mark == "advice"
    assert "ZeroDivisionError" in lines["space"].what
    assert lines["archive"].mark == "good"


def test_packages_are_held_against_the_lock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def packages(lock: str) -> doctor.Diagnosis:
        (tmp_path / "lock").write_text(lock, encoding="utf-8")
        monkeypatch.setattr(machine, "LOCK", tmp_path / "lock")
        chart = Chart("en")
        machine.examine_machine(chart)
        return next(line for line in chart.lines if line.check == "packages")

    assert packages("").mark == "good"
    other = packages("xlsxwriter==0.0.1 \\\n    --hash=sha256:00\n")
    assert (other.mark, "xlsxwriter" in other.what) == ("advice", True)
    monkeypatch.setattr(machine, "_version", lambda _: "")
    assert packages("").mark == "bad"


# --- words --------------------------------------------------------------------------------


def test_every_word_of_the_doctor_is_said_somewhere() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("pipeline/cli/doctor/*.py"))
    said = [key.removeprefix("doctor.") for key in load() if key.startswith("doctor.")]
    own = [key for key in said if not key.startswith(("check.", "law."))]
    assert [key for key in own if f'"{key}"' not in source] == []
    assert {key.removeprefix("law.") for key in said if key.startswith("law.")} == set(LAWS)
    assert [
        key.removeprefix("check.")
        for key in said
        if key.startswith("check.") and f'"{key.removeprefix("check.")}"' not in source
    ] == []
