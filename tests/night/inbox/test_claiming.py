"""The first door: what is claimed, what is left, what survives a kill."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from pipeline import ledger as memory
from pipeline.core.workspace import Workspace, open_workspace
from pipeline.night import inbox
from pipeline.night.inbox.look import lock_owner, survey
from tests.support.books import Book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.ledger import Ledger, Night


@pytest.fixture
def desk(tmp_path: Path) -> Workspace:
    (tmp_path / "inbox" / "华东").mkdir(parents=True)
    (tmp_path / "nightdesk.toml").write_text("settle_seconds = 0", encoding="utf-8")
    return open_workspace(tmp_path)


@pytest.fixture
def book(desk: Workspace) -> Iterator[Ledger]:
    opened = memory.open_ledger(desk.ledger_url)
    yield opened
    opened.dispose()


def begin(book: Ledger, day: int = 2) -> Night:
    night = memory.begin(book, datetime(2026, 6, day, 2))
    with book.writing() as connection:
        memory.close(connection, night, {})
    return night


def workbook(path: Path, text: str = "x") -> Path:
    return Book(path).row(text).save()


def left(claimed: inbox.Claimed) -> dict[str, str]:
    return {each.name: each.rule for each in claimed.left}


def test_a_whole_file_is_claimed_archived_and_gone_from_the_inbox(desk: Workspace, book: Ledger) -> None:
    path = workbook(desk.inbox / "华东" / "订单.xlsx")
    before = path.read_bytes()
    claimed = inbox.claim(desk, book, begin(book))
    [(drop, archived)] = claimed.drops
    assert drop.name == "华东/订单.xlsx"
    assert archived.read_bytes() == before
    assert survey(desk.inbox) == []
    assert [p.name.partition("__")[2] for p in desk.taken.rglob("*.xlsx")] == ["订单.xlsx"]


@pytest.mark.parametrize("name", ["~$订单.xlsx", ".~订单.xlsx", "订单.xlsx.tmp", ".DS_Store", "Thumbs.db", "a.part"])
def test_lock_and_temp_files_are_named_and_never_touched(desk: Workspace, book: Ledger, name: str) -> None:
    (desk.inbox / name).write_bytes(b"x")
    for day in (2, 3, 4, 5):
        assert left(inbox.claim(desk, book, begin(book, day))) == {name: "FILE-011"}


def test_a_truncated_file_waits_two_nights_and_is_then_taken_to_be_refused(desk: Workspace, book: Ledger) -> None:
    path = workbook(desk.inbox / "a.xlsx")
    path.write_bytes(path.read_bytes()[:-40])
    for day in (2, 3):
        claimed = inbox.claim(desk, book, begin(book, day))
        assert left(claimed) == {"a.xlsx": "FILE-010"}
        assert not claimed.drops
    claimed = inbox.claim(desk, book, begin(book, 4))
    assert not claimed.left
    assert [drop.name for drop, _ in claimed.drops] == ["a.xlsx"]


def test_a_truncated_file_that_is_completed_meanwhile_is_taken(desk: Workspace, book: Ledger) -> None:
    path = workbook(desk.inbox / "a.xlsx")
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    inbox.claim(desk, book, begin(book))
    path.write_bytes(whole)
    assert len(inbox.claim(desk, book, begin(book, 3)).drops) == 1


def test_a_workbook_somebody_has_open_waits_and_the_person_is_named(desk: Workspace, book: Ledger) -> None:
    workbook(desk.inbox / "a.xlsx")
    name = "李强"
    lock = b"\x04Li Q".ljust(55, b" ") + bytes([len(name)]) + b"\x00" + name.encode("utf-16-le")
    (desk.inbox / "~$a.xlsx").write_bytes(lock.ljust(165, b"\x00"))
    claimed = inbox.claim(desk, book, begin(book))
    assert left(claimed) == {"a.xlsx": "FILE-007", "~$a.xlsx": "FILE-011"}
    assert [each.person for each in claimed.left if each.rule == "FILE-007"] == [name]


def test_a_file_that_still_grows_waits(desk: Workspace, book: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(desk.inbox / "a.xlsx")
    monkeypatch.setattr(
        "pipeline.night.inbox.claiming._adopt", lambda *_: path.write_bytes(path.read_bytes() + b"more")
    )
    assert left(inbox.claim(desk, book, begin(book))) == {"a.xlsx": "FILE-008"}


def test_the_settling_wait_is_told_before_it_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inbox").mkdir()
    desk = open_workspace(tmp_path)
    workbook(desk.inbox / "a.xlsx")
    slept: list[float] = []
    monkeypatch.setattr("pipeline.night.inbox.claiming.sleep", slept.append)
    told: list[tuple[float, list[str]]] = []
    ledger = memory.open_ledger(desk.ledger_url)
    inbox.claim(desk, ledger, begin(ledger), on_wait=lambda s, names: told.append((s, list(names))))
    ledger.dispose()
    assert 19 < slept[0] <= 20
    assert told[0][1] == ["a.xlsx"]


def test_no_wait_when_nothing_was_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inbox").mkdir()
    desk = open_workspace(tmp_path)
    monkeypatch.setattr("pipeline.night.inbox.claiming.sleep", lambda _: pytest.fail("waited for nothing"))
    ledger = memory.open_ledger(desk.ledger_url)
    assert inbox.claim(desk, ledger, begin(ledger)).drops == []
    ledger.dispose()


def test_a_claim_killed_before_the_ledger_knew_is_taken_up(desk: Workspace, book: Ledger) -> None:
    taken = desk.taken / "2026-06-01" / "华东"
    taken.mkdir(parents=True)
    workbook(taken / "0123456789abcdef__订单.xlsx")
    [(drop, _)] = inbox.claim(desk, book, begin(book)).drops
    assert drop.name == "华东/订单.xlsx"


def test_a_save_that_lands_in_a_claimed_file_becomes_a_drop_of_its_own(desk: Workspace, book: Ledger) -> None:
    workbook(desk.inbox / "a.xlsx")
    night = begin(book)
    [(first, _)] = inbox.claim(desk, book, night).drops
    with book.writing() as connection:
        memory.settle_drop(connection, replace(first, state="read"), [])
    [taken] = desk.taken.rglob("*__a.xlsx")
    workbook(taken, "saved later")
    os.utime(taken, ns=(1, 1))
    claimed = inbox.claim(desk, book, begin(book, 3))
    assert [drop.name for drop, _ in claimed.drops] == ["a.xlsx"]
    assert len(memory.drops_of(book)) == 2


def test_what_was_taken_is_kept_fourteen_days_and_the_archive_for_ever(desk: Workspace, book: Ledger) -> None:
    workbook(desk.inbox / "a.xlsx")
    inbox.claim(desk, book, begin(book, 2))
    inbox.claim(desk, book, begin(book, 16))
    assert list(desk.taken.rglob("*__a.xlsx"))
    inbox.claim(desk, book, begin(book, 17))
    assert not list(desk.taken.rglob("*__a.xlsx"))
    assert len(list(desk.archive.rglob("*.xlsx"))) == 1


@pytest.mark.parametrize("name", ["\u8ba2" * 82 + ".xlsx", "a" * 250 + ".xls"])
def test_a_name_as_long_as_the_disk_allows_is_claimed(desk: Workspace, book: Ledger, name: str) -> None:
    """What is put before the name of a claimed file would make it too long: it is cut, but for its ending."""
    workbook(desk.inbox / name)
    claimed = inbox.claim(desk, book, begin(book))
    assert (survey(desk.inbox), claimed.left) == ([], [])
    [(drop, archived)] = claimed.drops
    assert name.startswith(drop.name.rpartition("~")[0])
    assert (drop.name.rpartition(".")[2], archived.exists()) == (name.rpartition(".")[2], True)


def test_long_names_that_differ_only_at_the_end_are_two_sources(desk: Workspace, book: Ledger) -> None:
    names: list[str] = []
    for day, end in ((2, "一"), (3, "二"), (4, "一")):
        workbook(desk.inbox / f"{'订' * 81}{end}.xlsx")
        names = [drop.name for drop, _ in inbox.claim(desk, book, begin(book, day)).drops]  # unread ones wait
    assert len(names) == 3
    assert names[0] == names[2] != names[1]


def test_a_link_is_not_followed(desk: Workspace, book: Ledger, tmp_path: Path) -> None:
    outside = workbook(tmp_path / "secret.xlsx")
    (desk.inbox / "link.xlsx").symlink_to(outside)
    assert inbox.claim(desk, book, begin(book)).drops == []
    assert outside.exists()


def test_nobody_owns_a_file_without_a_lock_beside_it(desk: Workspace) -> None:
    workbook(desk.inbox / "a.xlsx")
    [seen] = survey(desk.inbox)
    assert lock_owner(seen) is None
