"""The ledger: versions and heads, undo, lives of findings, entries of staff."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import ledger as memory
from pipeline.cli.console import told as said
from pipeline.core.errors import CommandError, NothingPublished
from pipeline.ledger import Drop, Entry, FactRows, Ledger, Left, open_ledger
from schemas.derived.finding import Finding, Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TUESDAY = datetime(2026, 6, 2, 2)
WEDNESDAY = datetime(2026, 6, 3, 2)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.dispose()


def dropped(book: Ledger, name: str, night: memory.Night, sha256: str = "") -> Drop:
    drop = Drop(f"t-{name}-{sha256}", name, sha256 or name * 8, 1, "", night.id)
    return replace(memory.add_drop(book, drop), state="read")


def post(book: Ledger, drop: Drop, amounts: dict[str, int], *, held: bool = False) -> None:
    keys = list(amounts)
    rows = FactRows(
        "receipts",
        keys,
        [held] * len(keys),
        ["S"] * len(keys),
        list(range(2, 2 + len(keys))),
        [orjson.dumps({"receipt_no": key, "amount_fen": fen}) for key, fen in amounts.items()],
    )
    memory.post(book, drop, memory.Posting([rows]))


def heads(book: Ledger) -> dict[str, int]:
    frame = memory.recall(book)[0]["receipts"]
    return dict(zip(frame["src_key"], frame["amount_fen"], strict=True))


def test_recall_gives_the_newest_version_when_a_row_is_restated(book: Ledger) -> None:
    night = memory.begin(book, TUESDAY)
    post(book, dropped(book, "a", night), {"k1": 100, "k2": 200})
    post(book, dropped(book, "b", night), {"k2": 250})
    assert heads(book) == {"k1": 100, "k2": 250}


def test_posting_twice_is_posting_once_when_a_night_is_repeated(book: Ledger) -> None:
    night = memory.begin(book, TUESDAY)
    drop = dropped(book, "a", night)
    post(book, drop, {"k1": 100})
    post(book, drop, {"k1": 999})
    assert heads(book) == {"k1": 100}


def test_undo_returns_earlier_values_and_redo_the_later(book: Ledger) -> None:
    night = memory.begin(book, TUESDAY)
    post(book, dropped(book, "a", night), {"k1": 100})
    post(book, dropped(book, "b", night), {"k1": 110, "k3": 300})
    memory.undo(book, "b")
    assert heads(book) == {"k1": 100}
    memory.redo(book, "b")
    assert heads(book) == {"k1": 110, "k3": 300}


def test_undo_of_a_name_nobody_dropped_is_told(book: Ledger) -> None:
    with pytest.raises(CommandError) as told:
        memory.undo(book, "nobody.xlsx")
    assert told.value.exit_code == 2
    assert "history" in said(told.value, "zh")


def test_a_mended_row_leaves_the_heads_and_returns_when_the_mending_is_undone(book: Ledger) -> None:
    night = memory.begin(book, TUESDAY)
    post(book, dropped(book, "bad", night), {"~x": 100}, held=True)
    [(seq, *_)] = memory.waiting_held(book)["receipts"]
    good = dropped(book, "good", night)
    rows = FactRows("receipts", ["k1"], [False], ["S"], [2], [b'{"amount_fen":100}'])
    memory.post(book, good, memory.Posting([rows], released=[seq]))
    assert heads(book) == {"k1": 100}
    memory.undo(book, "good")
    assert heads(book) == {"~x": 100}


def test_findings_travel_with_the_version_they_are_about(book: Ledger) -> None:
    night = memory.begin(book, TUESDAY)
    drop = dropped(book, "a", night)
    found = Finding("CELL-022", "receipts", "k1", "amount_fen", Place("a", "S", 2, "C"), raw="1,2", is_holding=True)
    rows = FactRows("receipts", ["k1"], [True], ["S"], [2], [b"{}"])
    memory.post(book, drop, memory.Posting([rows], [found]))
    [stored] = memory.recall(book)[1]
    assert replace(stored, seq=0) == found
    assert stored.id == found.id
    post(book, dropped(book, "b", night), {"k1": 12})
    assert memory.recall(book)[1] == []


def test_a_night_run_again_is_the_same_night_and_an_earlier_one_only_looks(book: Ledger) -> None:
    first = memory.begin(book, TUESDAY)
    with book.writing() as connection:
        memory.close(connection, first, {})
    assert memory.begin(book, TUESDAY).id == first.id
    second = memory.begin(book, WEDNESDAY)
    assert second.id != first.id
    with book.writing() as connection:
        memory.close(connection, second, {})
    assert memory.begin(book, datetime(2026, 6, 2, 23)).is_past


def test_a_night_that_never_closed_is_taken_up_by_the_next(book: Ledger) -> None:
    first = memory.begin(book, TUESDAY)
    taken_up = memory.begin(book, WEDNESDAY)
    assert taken_up.id == first.id
    assert taken_up.as_of == WEDNESDAY


def lived(book: Ledger, night: memory.Night, found: set[str]) -> memory.Lives:
    with book.writing() as connection:
        lives = memory.live(connection, night, dict.fromkeys(found, "a.xlsx"))
        memory.close(connection, night, {})
    return lives


def test_findings_are_new_open_mended_and_reopened_in_turn(book: Ledger) -> None:
    days = [datetime(2026, 6, day, 2) for day in (2, 3, 4)]
    lived(book, memory.begin(book, days[0]), {"A", "B"})
    second = lived(book, memory.begin(book, days[1]), {"B", "C"})
    assert (second.count("new"), second.count("open"), second.count("mended"), second.was_open) == (1, 1, 1, 2)
    third = lived(book, memory.begin(book, days[2]), {"A", "B", "C"})
    assert third.by_id["A"].state == "reopened"
    assert third.by_id["A"].first_night == 1


def test_findings_of_a_workbook_taken_back_are_withdrawn_not_mended(book: Ledger) -> None:
    first = memory.begin(book, TUESDAY)
    post(book, dropped(book, "a.xlsx", first), {"k1": 1})
    post(book, dropped(book, "b.xlsx", first), {"k2": 1})
    with book.writing() as connection:
        memory.live(connection, first, {"A1": "a.xlsx", "A2": "a.xlsx", "B1": "b.xlsx"})
        memory.close(connection, first, {})
    memory.undo(book, "a.xlsx")
    second = memory.begin(book, WEDNESDAY)
    with book.writing() as connection:
        lives = memory.live(connection, second, {"A2": "a.xlsx"})
    assert (lives.count("open"), lives.count("mended"), lives.count("withdrawn"), lives.was_open) == (1, 1, 1, 3)


def file_findings(book: Ledger, *drops: tuple[str, str, str]) -> list[str]:
    """Ids of rules said of files, after drops of (name, bytes, state) one night after the other."""
    for n, (name, sha256, state) in enumerate(drops):
        night = memory.begin(book, datetime(2026, 6, 1 + n, 2))
        drop = replace(memory.add_drop(book, Drop(f"t{n}", name, sha256, 1, "", night.id)), state=state)
        rule = {"refused": "FILE-012", "known": "FILE-009", "read": "FILE-006"}[state]
        with book.writing() as connection:
            memory.settle_drop(connection, drop, [Finding(rule, "sources", name, place=Place(name))])
            memory.close(connection, night, {})
    return sorted(f"{each.rule} {each.key}" for each in memory.live_flaws(book, night.id))


@pytest.mark.parametrize(
    ("drops", "said"),
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
    book: Ledger, drops: list[tuple[str, str, str]], said: list[str]
) -> None:
    assert file_findings(book, *drops) == said


@settings(deadline=None, max_examples=30)
@given(nights=st.lists(st.sets(st.sampled_from("ABCDE")), min_size=1, max_size=6), again=st.booleans())
def test_lives_reconcile_every_night(
    tmp_path_factory: pytest.TempPathFactory, nights: list[set[str]], again: bool
) -> None:
    book = open_ledger(f"sqlite:///{tmp_path_factory.mktemp('l') / 'ledger.db'}")
    before = 0
    for n, found in enumerate(nights):
        night = memory.begin(book, datetime(2026, 6, 1 + n, 2))
        lives = lived(book, night, found)
        if again:
            assert lived(book, night, found) == lives
        assert lives.count("new") + lives.count("open") + lives.count("reopened") == len(found)
        assert lives.count("open") + lives.count("mended") + lives.count("withdrawn") == lives.was_open == before
        before = len(found)
    book.dispose()


def test_entries_are_kept_and_the_newest_wins(book: Ledger) -> None:
    night = memory.begin(book, TUESDAY)
    cell = ("receivables", "items", "202405-001#1", "staff_remark")
    for value in ("called", "promised", ""):
        memory.note_entries(book, night, [Entry(*cell, value, "03.xlsx@R1", "Li")])
    assert memory.latest_entries(book)[cell].value == ""
    assert len(memory.noted_cells(book)) == 3


def test_waiting_is_counted_only_while_the_file_does_not_change(book: Ledger) -> None:
    left = Left("a.xlsx", "FILE-010", "5:1")
    for day in (2, 3):
        night = memory.begin(book, datetime(2026, 6, day, 2))
        memory.note_left(book, night, [left])
        with book.writing() as connection:
            memory.close(connection, night, {})
    third = memory.begin(book, datetime(2026, 6, 4, 2))
    assert memory.nights_waited(book, third, left) == 2
    assert memory.nights_waited(book, third, replace(left, mark="6:1")) == 0


def test_the_same_bytes_are_known_unless_their_first_drop_was_undone(book: Ledger) -> None:
    night = memory.begin(book, TUESDAY)
    post(book, dropped(book, "a", night, "ff" * 32), {"k1": 1})
    twin = dropped(book, "copy of a", night, "ff" * 32)
    assert memory.known_bytes(book, twin)
    memory.undo(book, "a")
    assert memory.known_bytes(book, twin) is None


def test_a_ledger_that_cannot_be_opened_is_told_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(NothingPublished) as told:
        open_ledger(f"sqlite:///{tmp_path / 'missing' / 'ledger.db'}")
    assert told.value.exit_code == 74
    assert told.value.do == "mend_ledger"
