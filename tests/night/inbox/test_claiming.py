"""The first door: what is claimed, what is left, what survives a kill."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline import ledger as memory
from pipeline.core.workspace import Workspace, open_workspace
from pipeline.ledger import close, list_received, open_ledger, settle_received
from pipeline.night import inbox
from pipeline.night.inbox.look import lock_owner, survey
from tests.support.books import Book

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.ledger import Ledger, Night


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "inbox" / "华东").mkdir(parents=True)
    (tmp_path / "nightdesk.toml").write_text("settle_seconds = 0", encoding="utf-8")
    return open_workspace(tmp_path)


@pytest.fixture
def ledger(workspace: Workspace) -> Iterator[Ledger]:
    opened = open_ledger(workspace.ledger_url)
    yield opened
    opened.dispose()


def begin(ledger: Ledger, day: int = 2) -> Night:
    night = memory.begin(ledger, datetime(2026, 6, day, 2))
    with ledger.writing() as connection:
        close(connection, night, {})
    return night


def workbook(path: Path, text: str = "x") -> Path:
    return Book(path).row(text).save()


def left(claimed: inbox.Claimed) -> dict[str, str]:
    return {each.name: each.rule for each in claimed.left}


def test_a_whole_file_is_claimed_archived_and_gone_from_the_inbox(workspace: Workspace, ledger: Ledger) -> None:
    path = workbook(workspace.inbox / "华东" / "订单.xlsx")
    before = path.read_bytes()
    claimed = inbox.claim(workspace, ledger, begin(ledger))
    [(received, archived)] = claimed.received_files
    assert received.name == "华东/订单.xlsx"
    assert archived.read_bytes() == before
    assert survey(workspace.inbox) == []
    assert [p.name.partition("__")[2] for p in workspace.taken.rglob("*.xlsx")] == ["订单.xlsx"]


@pytest.mark.parametrize("name", ["~$订单.xlsx", ".~订单.xlsx", "订单.xlsx.tmp", ".DS_Store", "Thumbs.db", "a.part"])
def test_lock_and_temp_files_are_named_and_never_touched(workspace: Workspace, ledger: Ledger, name: str) -> None:
    (workspace.inbox / name).write_bytes(b"x")
    for day in (2, 3, 4, 5):
        assert left(inbox.claim(workspace, ledger, begin(ledger, day))) == {name: "FILE-011"}


def test_a_truncated_file_waits_two_nights_and_is_then_taken_to_be_refused(
    workspace: Workspace, ledger: Ledger
) -> None:
    path = workbook(workspace.inbox / "a.xlsx")
    path.write_bytes(path.read_bytes()[:-40])
    for day in (2, 3):
        claimed = inbox.claim(workspace, ledger, begin(ledger, day))
        assert left(claimed) == {"a.xlsx": "FILE-010"}
        assert not claimed.received_files
    claimed = inbox.claim(workspace, ledger, begin(ledger, 4))
    assert not claimed.left
    assert [received.name for received, _ in claimed.received_files] == ["a.xlsx"]


def test_a_truncated_file_that_is_completed_meanwhile_is_taken(workspace: Workspace, ledger: Ledger) -> None:
    path = workbook(workspace.inbox / "a.xlsx")
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    inbox.claim(workspace, ledger, begin(ledger))
    path.write_bytes(whole)
    assert len(inbox.claim(workspace, ledger, begin(ledger, 3)).received_files) == 1


def test_a_workbook_somebody_has_open_waits_and_the_person_is_named(workspace: Workspace, ledger: Ledger) -> None:
    workbook(workspace.inbox / "a.xlsx")
    name = "李强"
    lock = b"\x04Li Q".ljust(55, b" ") + bytes([len(name)]) + b"\x00" + name.encode("utf-16-le")
    (workspace.inbox / "~$a.xlsx").write_bytes(lock.ljust(165, b"\x00"))
    claimed = inbox.claim(workspace, ledger, begin(ledger))
    assert left(claimed) == {"a.xlsx": "FILE-007", "~$a.xlsx": "FILE-011"}
    assert [each.person for each in claimed.left if each.rule == "FILE-007"] == [name]


def test_a_file_that_still_grows_waits(workspace: Workspace, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(workspace.inbox / "a.xlsx")
    monkeypatch.setattr(
        "pipeline.night.inbox.claiming._adopt", lambda *_: [path.write_bytes(path.read_bytes() + b"more")][:0]
    )
    assert left(inbox.claim(workspace, ledger, begin(ledger))) == {"a.xlsx": "FILE-008"}


def test_the_settling_wait_is_told_before_it_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inbox").mkdir()
    workspace = open_workspace(tmp_path)
    workbook(workspace.inbox / "a.xlsx")
    slept: list[float] = []
    monkeypatch.setattr("pipeline.night.inbox.claiming.sleep", slept.append)
    told: list[tuple[float, list[str]]] = []
    ledger = open_ledger(workspace.ledger_url)
    inbox.claim(workspace, ledger, begin(ledger), on_wait=lambda s, names: told.append((s, list(names))))
    ledger.dispose()
    assert 19 < slept[0] <= 20
    assert told[0][1] == ["a.xlsx"]


def test_no_wait_when_nothing_was_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inbox").mkdir()
    workspace = open_workspace(tmp_path)
    monkeypatch.setattr("pipeline.night.inbox.claiming.sleep", lambda _: pytest.fail("waited for nothing"))
    ledger = open_ledger(workspace.ledger_url)
    assert inbox.claim(workspace, ledger, begin(ledger)).received_files == []
    ledger.dispose()


def test_a_claim_killed_before_the_ledger_knew_is_taken_up(workspace: Workspace, ledger: Ledger) -> None:
    taken = workspace.taken / "2026-06-01" / "华东"
    taken.mkdir(parents=True)
    workbook(taken / "0123456789abcdef__订单.xlsx")
    [(received, _)] = inbox.claim(workspace, ledger, begin(ledger)).received_files
    assert received.name == "华东/订单.xlsx"


def test_a_save_that_lands_in_a_claimed_file_becomes_a_drop_of_its_own(workspace: Workspace, ledger: Ledger) -> None:
    workbook(workspace.inbox / "a.xlsx")
    night = begin(ledger)
    [(first, _)] = inbox.claim(workspace, ledger, night).received_files
    with ledger.writing() as connection:
        settle_received(connection, replace(first, state="read"), [])
    [taken] = workspace.taken.rglob("*__a.xlsx")
    workbook(taken, "saved later")
    os.utime(taken, ns=(1, 1))
    claimed = inbox.claim(workspace, ledger, begin(ledger, 3))
    assert [received.name for received, _ in claimed.received_files] == ["a.xlsx"]
    assert len(list_received(ledger)) == 2


def test_what_was_taken_is_kept_fourteen_days_and_the_archive_for_ever(workspace: Workspace, ledger: Ledger) -> None:
    workbook(workspace.inbox / "a.xlsx")
    inbox.claim(workspace, ledger, begin(ledger, 2))
    inbox.claim(workspace, ledger, begin(ledger, 16))
    assert list(workspace.taken.rglob("*__a.xlsx"))
    inbox.claim(workspace, ledger, begin(ledger, 17))
    assert not list(workspace.taken.rglob("*__a.xlsx"))
    assert len(list(workspace.archive.rglob("*.xlsx"))) == 1


@pytest.mark.parametrize("name", ["\u8ba2" * 82 + ".xlsx", "a" * 250 + ".xls"])
def test_a_name_as_long_as_the_disk_allows_is_claimed(workspace: Workspace, ledger: Ledger, name: str) -> None:
    """What is put before the name of a claimed file would make it too long: it is cut, but for its ending."""
    workbook(workspace.inbox / name)
    claimed = inbox.claim(workspace, ledger, begin(ledger))
    assert (survey(workspace.inbox), claimed.left) == ([], [])
    [(received, archived)] = claimed.received_files
    assert name.startswith(received.name.rpartition("~")[0])
    assert (received.name.rpartition(".")[2], archived.exists()) == (name.rpartition(".")[2], True)


def test_long_names_that_differ_only_at_the_end_are_two_sources(workspace: Workspace, ledger: Ledger) -> None:
    names: list[str] = []
    for day, end in ((2, "一"), (3, "二"), (4, "一")):
        workbook(workspace.inbox / f"{'订' * 81}{end}.xlsx")
        names = [
            received.name for received, _ in inbox.claim(workspace, ledger, begin(ledger, day)).received_files
        ]  # unread ones wait
    assert len(names) == 3
    assert names[0] == names[2] != names[1]


def test_a_link_is_not_followed(workspace: Workspace, ledger: Ledger, tmp_path: Path) -> None:
    outside = workbook(tmp_path / "secret.xlsx")
    (workspace.inbox / "link.xlsx").symlink_to(outside)
    assert inbox.claim(workspace, ledger, begin(ledger)).received_files == []
    assert outside.exists()


def test_nobody_owns_a_file_without_a_lock_beside_it(workspace: Workspace) -> None:
    workbook(workspace.inbox / "a.xlsx")
    [seen] = survey(workspace.inbox)
    assert lock_owner(seen) is None


class NoRight:
    """Refuses to open or list what lies below some names, as a system does that gives no right to it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
        self.names = set(names)
        opened, listed, allowed = Path.open, os.scandir, os.access
        monkeypatch.setattr(Path, "open", lambda path, *how, **more: self.sure(path) or opened(path, *how, **more))
        monkeypatch.setattr(os, "scandir", lambda path: self.sure(path) or listed(path))
        monkeypatch.setattr(os, "access", lambda path, how: not self.has(path) and allowed(path, how))

    def has(self, path: Path | str) -> bool:
        return bool(self.names & {part.rpartition("__")[2] for part in Path(path).parts})

    def sure(self, path: Path | str) -> None:
        if self.has(path):
            raise PermissionError(13, "Permission denied", str(path))


def test_a_file_without_rights_waits_for_ever_and_is_taken_once_they_are_given(
    workspace: Workspace, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook(workspace.inbox / "a.xlsx")
    workbook(workspace.inbox / "b.xlsx", "y")
    refused = NoRight(monkeypatch, "a.xlsx")
    for day in (2, 3, 4, 5, 6):
        assert left(inbox.claim(workspace, ledger, begin(ledger, day))) == {"a.xlsx": "FILE-032"}
    refused.names.clear()
    claimed = inbox.claim(workspace, ledger, begin(ledger, 7))
    assert claimed.left == []
    assert {"a.xlsx"} <= {received.name for received, _ in claimed.received_files}


def test_a_folder_without_rights_is_named_and_the_rest_taken(
    workspace: Workspace, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace.inbox / "机密").mkdir()
    workbook(workspace.inbox / "机密" / "a.xlsx")
    workbook(workspace.inbox / "b.xlsx")
    NoRight(monkeypatch, "机密")
    claimed = inbox.claim(workspace, ledger, begin(ledger))
    assert left(claimed) == {"机密/": "FILE-032"}
    assert [received.name for received, _ in claimed.received_files] == ["b.xlsx"]


def test_a_claimed_file_that_lost_its_rights_waits_and_stops_nothing(
    workspace: Workspace, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace.taken / "2026-06-02").mkdir(parents=True)
    workbook(workspace.taken / "2026-06-02" / "0123456789abcdef__a.xlsx")
    refused = NoRight(monkeypatch, "a.xlsx")
    assert left(inbox.claim(workspace, ledger, begin(ledger))) == {"a.xlsx": "FILE-032"}
    refused.names.clear()
    claimed = inbox.claim(workspace, ledger, begin(ledger, 3))
    assert [received.name for received, _ in claimed.received_files] == ["a.xlsx"]


@pytest.mark.skipif(os.name == "nt", reason="names there are text already")
@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("收款-6月.xlsx".encode("gbk"), "收款-6月.xlsx"),  # unpacked from an old zip
        (b"a\xff\xfe\xfd.xlsx", "a%FF%FE%FD.xlsx"),
        (b"a\x01\n.xlsx", "a%01%0A.xlsx"),
    ],
)
def test_a_name_of_other_bytes_is_taken_under_one_that_can_be_shown(
    workspace: Workspace, ledger: Ledger, raw: bytes, name: str
) -> None:
    made = workbook(workspace.inbox / "x.xlsx")
    made.rename(os.fsdecode(os.fsencode(workspace.inbox) + b"/" + raw))
    [(received, archived)] = inbox.claim(workspace, ledger, begin(ledger)).received_files
    assert (received.name, archived.is_file()) == (name, True)
    assert [path.name.partition("__")[2] for path in workspace.taken.rglob("*__*")] == [name]
