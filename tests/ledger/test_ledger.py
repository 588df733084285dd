"""The ledger: versions and heads, undo, lives of findings, entries of staff."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli.console import format_error as said
from pipeline.core.errors import CommandError, NothingPublished
from pipeline.ledger import (
    FactRows,
    FindingHistory,
    Ledger,
    Night,
    Posting,
    ReceivedFile,
    StaffEntry,
    WaitingFile,
    attempt,
    begin,
    close,
    health,
    held_rows,
    known_bytes,
    latest_entries,
    list_received,
    load_facts,
    nights_waited,
    note_entries,
    note_open,
    note_waiting,
    noted_cells,
    open_file_findings,
    open_ledger,
    post_rows,
    put_back,
    record_received,
    settle_received,
    take_back,
)
from schemas.derived.finding import Finding, Place
from tests.support.pace import sweep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TUESDAY = datetime(2026, 6, 2, 2)
WEDNESDAY = datetime(2026, 6, 3, 2)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.dispose()


def dropped(ledger: Ledger, name: str, night: Night, sha256: str = "") -> ReceivedFile:
    received = ReceivedFile(f"t-{name}-{sha256}", name, sha256 or name * 8, 1, "", night.id)
    return replace(record_received(ledger, received), state="read")


def post(ledger: Ledger, received: ReceivedFile, amounts: dict[str, int], *, held: bool = False) -> None:
    keys = list(amounts)
    rows = FactRows(
        "receipts",
        keys,
        [held] * len(keys),
        ["S"] * len(keys),
        list(range(2, 2 + len(keys))),
        [orjson.dumps({"receipt_no": key, "amount_fen": fen}) for key, fen in amounts.items()],
    )
    post_rows(ledger, received, Posting([rows]))


def heads(ledger: Ledger) -> dict[str, int]:
    frame = load_facts(ledger)[0]["receipts"]
    return dict(zip(frame["src_key"], frame["amount_fen"], strict=True))


def test_recall_gives_the_newest_version_when_a_row_is_restated(ledger: Ledger) -> None:
    night = begin(ledger, TUESDAY)
    post(ledger, dropped(ledger, "a", night), {"k1": 100, "k2": 200})
    post(ledger, dropped(ledger, "b", night), {"k2": 250})
    assert heads(ledger) == {"k1": 100, "k2": 250}


def test_posting_twice_is_posting_once_when_a_night_is_repeated(ledger: Ledger) -> None:
    night = begin(ledger, TUESDAY)
    received = dropped(ledger, "a", night)
    post(ledger, received, {"k1": 100})
    post(ledger, received, {"k1": 999})
    assert heads(ledger) == {"k1": 100}


def test_undo_returns_earlier_values_and_redo_the_later(ledger: Ledger) -> None:
    night = begin(ledger, TUESDAY)
    post(ledger, dropped(ledger, "a", night), {"k1": 100})
    post(ledger, dropped(ledger, "b", night), {"k1": 110, "k3": 300})
    take_back(ledger, "b")
    assert heads(ledger) == {"k1": 100}
    put_back(ledger, "b")
    assert heads(ledger) == {"k1": 110, "k3": 300}


def test_undo_of_a_name_nobody_dropped_is_told(ledger: Ledger) -> None:
    with pytest.raises(CommandError) as told:
        take_back(ledger, "nobody.xlsx")
    assert told.value.exit_code == 2
    assert "history" in said(told.value, "zh")


def test_of_several_files_of_a_name_each_is_told_with_the_command_that_takes_it_back(ledger: Ledger) -> None:
    for n, day in enumerate((TUESDAY, WEDNESDAY)):
        night = begin(ledger, day)
        received = dropped(ledger, "a.xlsx", night, f"{n}" * 64)
        post(ledger, replace(received, sheets=({"accepted": 2 + n, "held": 1},)), {f"k{n}": 100 + n})
        with ledger.writing() as connection:
            close(connection, night, {})
    for command, turn in (("undo", take_back), ("redo", put_back)):
        with pytest.raises(CommandError) as told:
            turn(ledger, "a.xlsx")
        for n, at in enumerate(("2026-06-02 02:00", "2026-06-03 02:00")):
            assert f"nightdesk {command} {f'{n}' * 12} (a.xlsx, {at}, {3 + n})" in said(told.value, "zh")
        for n in range(2):  # the commands as they are told
            turn(ledger, f"{n}" * 12)
        assert heads(ledger) == ({} if command == "undo" else {"k0": 100, "k1": 101})


def test_a_mended_row_leaves_the_heads_and_returns_when_the_mending_is_undone(ledger: Ledger) -> None:
    night = begin(ledger, TUESDAY)
    post(ledger, dropped(ledger, "bad", night), {"~x": 100}, held=True)
    [(seq, *_)] = held_rows(ledger)["receipts"]
    good = dropped(ledger, "good", night)
    rows = FactRows("receipts", ["k1"], [False], ["S"], [2], [b'{"amount_fen":100}'])
    post_rows(ledger, good, Posting([rows], released=[seq]))
    assert heads(ledger) == {"k1": 100}
    take_back(ledger, "good")
    assert heads(ledger) == {"~x": 100}


def test_another_row_that_shares_the_key_of_a_mended_one_counts_again(ledger: Ledger) -> None:
    night = begin(ledger, TUESDAY)
    post(ledger, dropped(ledger, "first", night), {"~x": 100}, held=True)
    post(ledger, dropped(ledger, "second", night), {"~x": 200}, held=True)
    [(seq, *_)] = held_rows(ledger)["receipts"]
    rows = FactRows("receipts", ["k1"], [False], ["S"], [2], [b'{"amount_fen":200}'])
    post_rows(ledger, dropped(ledger, "good", night), Posting([rows], released=[seq]))
    assert heads(ledger) == {"~x": 100, "k1": 200}  # nobody mended the first
    assert health.broken_laws(ledger) == {}
    take_back(ledger, "good")
    assert heads(ledger) == {"~x": 200}


def test_findings_travel_with_the_version_they_are_about(ledger: Ledger) -> None:
    night = begin(ledger, TUESDAY)
    received = dropped(ledger, "a", night)
    found = Finding("CELL-022", "receipts", "k1", "amount_fen", Place("a", "S", 2, "C"), raw="1,2", is_holding=True)
    rows = FactRows("receipts", ["k1"], [True], ["S"], [2], [b"{}"])
    post_rows(ledger, received, Posting([rows], [found]))
    [stored] = load_facts(ledger)[1]
    assert replace(stored, seq=0) == found
    assert stored.id == found.id
    post(ledger, dropped(ledger, "b", night), {"k1": 12})
    assert load_facts(ledger)[1] == []


def test_a_night_run_again_is_the_same_night_and_an_earlier_one_only_looks(ledger: Ledger) -> None:
    first = begin(ledger, TUESDAY)
    with ledger.writing() as connection:
        close(connection, first, {})
    assert begin(ledger, TUESDAY).id == first.id
    second = begin(ledger, WEDNESDAY)
    assert second.id != first.id
    with ledger.writing() as connection:
        close(connection, second, {})
    assert begin(ledger, datetime(2026, 6, 2, 23)).is_past


def test_a_night_that_never_closed_is_taken_up_by_the_next(ledger: Ledger) -> None:
    first = begin(ledger, TUESDAY)
    taken_up = begin(ledger, WEDNESDAY)
    assert taken_up.id == first.id
    assert taken_up.as_of == WEDNESDAY


def lived(ledger: Ledger, night: Night, found: set[str]) -> FindingHistory:
    with ledger.writing() as connection:
        lives = note_open(connection, night, dict.fromkeys(found, "a.xlsx"))
        close(connection, night, {})
    return lives


def test_findings_are_new_open_mended_and_reopened_in_turn(ledger: Ledger) -> None:
    days = [datetime(2026, 6, day, 2) for day in (2, 3, 4)]
    lived(ledger, begin(ledger, days[0]), {"A", "B"})
    second = lived(ledger, begin(ledger, days[1]), {"B", "C"})
    assert (second.count("new"), second.count("open"), second.count("mended"), second.was_open) == (1, 1, 1, 2)
    third = lived(ledger, begin(ledger, days[2]), {"A", "B", "C"})
    assert third.by_id["A"].state == "reopened"
    assert third.by_id["A"].first_night == 1


def test_findings_of_a_workbook_taken_back_are_withdrawn_not_mended(ledger: Ledger) -> None:
    first = begin(ledger, TUESDAY)
    post(ledger, dropped(ledger, "a.xlsx", first), {"k1": 1})
    post(ledger, dropped(ledger, "b.xlsx", first), {"k2": 1})
    with ledger.writing() as connection:
        note_open(connection, first, {"A1": "a.xlsx", "A2": "a.xlsx", "B1": "b.xlsx"})
        close(connection, first, {})
    take_back(ledger, "a.xlsx")
    second = begin(ledger, WEDNESDAY)
    with ledger.writing() as connection:
        lives = note_open(connection, second, {"A2": "a.xlsx"})
    assert (lives.count("open"), lives.count("mended"), lives.count("withdrawn"), lives.was_open) == (1, 1, 1, 3)


def file_findings(ledger: Ledger, *received_files: tuple[str, str, str]) -> list[str]:
    """Ids of rules said of files, after drops of (name, bytes, state) one night after the other."""
    for n, (name, sha256, state) in enumerate(received_files):
        night = begin(ledger, datetime(2026, 6, 1 + n, 2))
        received = replace(record_received(ledger, ReceivedFile(f"t{n}", name, sha256, 1, "", night.id)), state=state)
        rule = {"refused": "FILE-012", "known": "FILE-009", "read": "FILE-006"}[state]
        with ledger.writing() as connection:
            settle_received(connection, received, [Finding(rule, "sources", name, place=Place(name))])
            close(connection, night, {})
    return sorted(f"{each.rule} {each.key}" for each in open_file_findings(ledger, night.id))


@pytest.mark.parametrize(
    ("received_files", "said"),
    [
        ([("a", "1", "refused")], ["FILE-012 a"]),
        ([("a", "1", "refused"), ("a", "2", "read")], ["FILE-006 a"]),
        ([("b", "2", "read"), ("a", "1", "refused"), ("a", "2", "known")], ["FILE-006 b", "FILE-009 a"]),
        ([("a", "1", "refused"), ("b", "1", "read")], ["FILE-006 b"]),
        ([("a", "1", "read"), ("b", "1", "refused")], ["FILE-006 a", "FILE-012 b"]),
        ([("a", "1", "refused"), ("a", "1", "known")], ["FILE-009 a", "FILE-012 a"]),
        ([("a", "1", "read"), ("b", "2", "read"), ("a", "2", "known")], ["FILE-006 a", "FILE-006 b", "FILE-009 a"]),
    ],
)
def test_a_refused_file_is_done_with_when_a_known_workbook_comes_under_its_name(
    ledger: Ledger, received_files: list[tuple[str, str, str]], said: list[str]
) -> None:
    assert file_findings(ledger, *received_files) == said


@sweep(30)
@given(nights=st.lists(st.sets(st.sampled_from("ABCDE")), min_size=1, max_size=6), again=st.booleans())
def test_lives_reconcile_every_night(
    tmp_path_factory: pytest.TempPathFactory, nights: list[set[str]], again: bool
) -> None:
    ledger = open_ledger(f"sqlite:///{tmp_path_factory.mktemp('l') / 'ledger.db'}")
    before = 0
    for n, found in enumerate(nights):
        night = begin(ledger, datetime(2026, 6, 1 + n, 2))
        lives = lived(ledger, night, found)
        if again:
            assert lived(ledger, night, found) == lives
        assert lives.count("new") + lives.count("open") + lives.count("reopened") == len(found)
        assert lives.count("open") + lives.count("mended") + lives.count("withdrawn") == lives.was_open == before
        before = len(found)
    ledger.dispose()


def test_entries_are_kept_and_the_newest_wins(ledger: Ledger) -> None:
    night = begin(ledger, TUESDAY)
    cell = ("receivables", "items", "202405-001#1", "staff_remark")
    for value in ("called", "promised", ""):
        note_entries(ledger, night, [StaffEntry(*cell, value, "03.xlsx@R1", "Li")])
    assert latest_entries(ledger)[cell].value == ""
    assert len(noted_cells(ledger)) == 3


def test_waiting_is_counted_only_while_the_file_does_not_change(ledger: Ledger) -> None:
    left = WaitingFile("a.xlsx", "FILE-010", "5:1")
    for day in (2, 3):
        night = begin(ledger, datetime(2026, 6, day, 2))
        note_waiting(ledger, night, [left])
        with ledger.writing() as connection:
            close(connection, night, {})
    third = begin(ledger, datetime(2026, 6, 4, 2))
    assert nights_waited(ledger, third, left) == 2
    assert nights_waited(ledger, third, replace(left, mark="6:1")) == 0


def test_the_same_bytes_are_known_unless_their_first_drop_was_undone(ledger: Ledger) -> None:
    night = begin(ledger, TUESDAY)
    post(ledger, dropped(ledger, "a", night, "ff" * 32), {"k1": 1})
    twin = dropped(ledger, "copy of a", night, "ff" * 32)
    assert known_bytes(ledger, twin)
    take_back(ledger, "a")
    assert known_bytes(ledger, twin) is None


def test_a_ledger_that_cannot_be_opened_is_told_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(NothingPublished) as told:
        open_ledger(f"sqlite:///{tmp_path / 'missing' / 'ledger.db'}")
    assert told.value.exit_code == 74
    assert told.value.do == "mend_ledger"


@pytest.mark.parametrize("ending", [None, OSError(28, "full"), SystemExit(143)])
def test_an_attempt_stays_counted_only_when_the_night_itself_dies(ledger: Ledger, ending: BaseException | None) -> None:
    night = begin(ledger, datetime(2026, 6, 2, 2))
    file = record_received(ledger, ReceivedFile("t", "a.xlsx", "0" * 64, 1, "2026-06-01", night.id))
    with suppress(OSError, SystemExit), attempt(ledger, file):
        assert [each.attempts for each in list_received(ledger)] == [1]
        if ending:
            raise ending
    assert [each.attempts for each in list_received(ledger)] == [0]
