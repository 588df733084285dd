"""Counts of a night add up: rows per sheet, files, money, and what the manifest says of them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.publishing.publish import MANIFEST
from tests.support import nights
from tests.support.night_world import BAD, ORDERS, RECEIPTS, world

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace

COUNTS = ("read", "accepted", "held", "copies", "ignored")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return nights.after_first_night(tmp_path_factory.mktemp("counts"))


@pytest.fixture(scope="module")
def told(workspace: Workspace) -> dict[str, Any]:
    return nights.manifest(nights.day_folder(workspace))


def sheets(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [sheet for source in told["sources"] if source["state"] == "read" for sheet in source["sheets"]]


def test_every_row_read_is_accepted_held_a_copy_or_ignored_on_every_sheet(told: dict[str, Any]) -> None:
    for sheet in sheets(told):
        parts = sheet["accepted"] + sheet["held"] + sheet["copies"] + sheet["ignored"]
        assert sheet["read"] == parts, sheet["sheet"]
        assert sheet["ignored"] == sum(sheet["reasons"].values())


def test_rows_of_the_night_are_the_sum_of_its_sheets(told: dict[str, Any]) -> None:
    assert told["rows"] == {name: sum(sheet[name] for sheet in sheets(told)) for name in COUNTS}
    dropped = sum(len(table.rows) for tables in world().values() for table in tables.values())
    assert told["rows"]["read"] == dropped
    assert told["rows"]["held"] == 4


def test_what_the_ledger_holds_is_what_was_counted(workspace: Workspace, told: dict[str, Any]) -> None:
    [(accepted, held)] = nights.ledger(workspace, "SELECT SUM(NOT is_held), SUM(is_held) FROM facts")
    assert (accepted, held) == (told["rows"]["accepted"], told["rows"]["held"])
    [(heads,)] = nights.ledger(workspace, "SELECT COUNT(*) FROM heads")
    assert heads == accepted + held


def test_control_totals_close_and_agree_with_what_was_dropped(told: dict[str, Any]) -> None:
    control = told["control"]
    assert control["difference_fen"] == 0
    assert control["receipts_fen"] == 130050  # 1000.00 for an order, 300.50 with no order named
    assert control["unapplied_fen"] == 30050
    assert control["billed_fen"] - control["receipts_fen"] - control["credited_fen"] == (
        control["open_fen"] - control["unapplied_fen"]
    )


def test_totals_of_a_sheet_are_those_of_its_rows(told: dict[str, Any]) -> None:
    by_file = {source["name"]: source["sheets"] for source in told["sources"]}
    [receipts] = by_file[RECEIPTS]
    assert receipts["totals"]["amount_fen"] == 130050
    [orders] = by_file[ORDERS]
    assert orders["totals"]["amount_fen"] == 80 * 100 * 100


def test_every_file_of_the_inbox_is_listed_once_with_state_and_reason(told: dict[str, Any]) -> None:
    assert [source["name"] for source in told["sources"]] == sorted(world())
    for source in told["sources"]:
        assert source["state"] == "read"
        assert source["reason"] == ""
        assert len(source["sha256"]) == 64


def test_every_paper_is_listed_with_the_hash_of_its_bytes(workspace: Workspace, told: dict[str, Any]) -> None:
    folder = nights.day_folder(workspace)
    found = {name: sha for name, sha in nights.snapshot(folder).items() if name != MANIFEST}
    assert told["files"] == found
    assert len([name for name in found if name.endswith(".xlsx") and "/" not in name]) == 5


def test_the_latest_papers_are_those_of_the_night(workspace: Workspace) -> None:
    assert nights.snapshot(workspace.latest) == nights.snapshot(nights.day_folder(workspace))


def test_every_byte_dropped_is_in_the_archive_and_the_inbox_is_empty(
    workspace: Workspace, told: dict[str, Any]
) -> None:
    kept = {hashlib.sha256(p.read_bytes()).hexdigest() for p in workspace.archive.rglob("*") if p.is_file()}
    assert kept == {source["sha256"] for source in told["sources"]}
    left = [path for path in workspace.inbox.rglob("*.xlsx") if workspace.taken not in path.parents]
    assert left == []


def test_findings_on_paper_are_those_counted(workspace: Workspace, told: dict[str, Any]) -> None:
    found = nights.findings(nights.day_folder(workspace))
    counted = told["findings"]
    assert len(found) == counted["all"] == counted["refuse"] + counted["hold"] + counted["flag"] + counted["note"]
    assert counted["new"] == counted["all"]
    assert counted["open"] == counted["mended"] == counted["reopened"] == counted["was_open"] == 0
    assert len({each["finding_id"] for each in found}) == len(found)


@pytest.mark.parametrize(
    ("row", "letter", "heading", "raw"),
    [
        (2, "L", "数量", "若干"),
        (3, "A", "订单编号", "2.02605E+08"),
        (4, "E", "客户名称", ""),
        (5, "O", "金额", "4百多"),
    ],
)
def test_a_held_row_has_exactly_one_finding_and_it_names_its_cell(
    workspace: Workspace, row: int, letter: str, heading: str, raw: str
) -> None:
    here = [f for f in nights.findings(nights.day_folder(workspace)) if f["src_file"] == BAD and f["src_row"] == row]
    assert [(f["cell"], f["heading"], f["raw"]) for f in here] == [(f"{letter}{row}", heading, raw)]
    assert here[0]["severity"].endswith("暂停")


def test_a_missing_telephone_is_flagged_and_the_row_counts(workspace: Workspace) -> None:
    here = [f for f in nights.findings(nights.day_folder(workspace)) if f["src_file"] == BAD and f["src_row"] == 6]
    assert "ORD-004" in {f["rule"] for f in here}
    assert "202605-007" in {row["row_key"] for row in nights.rows(nights.day_folder(workspace), "tracking", "orders")}


@pytest.mark.parametrize("book", ["tracking", "findings", "receivables", "complaints", "todo"])
def test_no_key_of_ours_is_shown_to_people(workspace: Workspace, book: str) -> None:
    grids = nights.tabs(nights.paper(nights.day_folder(workspace), book)).values()
    seen = {str(cell) for grid in grids for row in grid for cell in row[:-1]}  # the last column is the key
    assert [text for text in seen if text.startswith("~")] == []


def test_a_dated_folder_is_whole_or_absent(workspace: Workspace) -> None:
    names = {path.name for path in workspace.outbox.iterdir()}
    assert names == {"2026-06-02", workspace.latest.name}


@pytest.mark.slow
def test_no_file_at_all_is_a_night_too(tmp_path: Path) -> None:
    workspace = nights.workspace(tmp_path)
    done = nights.run(workspace)
    assert done.exit_code == 0
    assert done.counts["rows"] == dict.fromkeys(COUNTS, 0)
    assert len(nights.manifest(done.folder)["files"]) == 6
