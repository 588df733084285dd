"""A ledger of the release before this one, whose numbers were completed to one form, goes on with them as written.

`release_before/layout4.zip` holds ledger and archive of two nights run by that release: orders numbered 202605-1,
SO202605-002, 202605-003, XS-9 (held then) and 202605-005 with a suffix; receipts that name several of them.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.core.workspace import open_workspace
from tests.support import nights

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.slow
BEFORE = Path(__file__).parent / "release_before" / "layout4.zip"
ORDERS = {"202605-1", "SO202605-002", "202605-003", "XS-9", "202605-005补"}


@pytest.fixture
def desk(tmp_path: Path) -> Workspace:
    with zipfile.ZipFile(BEFORE) as kept:
        kept.extractall(tmp_path)
    for name in ("inbox", "outbox"):
        (tmp_path / name).mkdir(exist_ok=True)
    return open_workspace(tmp_path)


def shown(folder: Path) -> dict[str, dict[str, Any]]:
    return {row["number_shown"]: row for row in nights.rows(folder, "tracking")}


def sums(folder: Path) -> dict[str, Any]:
    return {number: (row["amount_fen"], row["received_fen"]) for number, row in shown(folder).items()}


def test_numbers_count_as_written_once_and_nothing_typed_is_lost(desk: Workspace) -> None:
    first = nights.run(desk, nights.THURSDAY).folder
    assert shown(first).keys() == ORDERS
    assert sums(first)["202605-1"] == (1000, 850)
    assert sums(first)["202605-003"] == (500, 300)
    assert sums(first)["SO202605-002"] == (2000, 90)
    assert "打过电话" in shown(first)["202605-1"].values()
    assert nights.ledger(desk, "SELECT count(*) FROM rereads") == [(0,)]
    second = nights.run(desk, nights.THURSDAY.replace(day=5)).folder
    assert sums(second) == sums(first)
    assert "打过电话" in shown(second)["202605-1"].values()


def test_the_same_workbooks_dropped_again_bring_nothing_new(desk: Workspace) -> None:
    first = nights.run(desk, nights.THURSDAY).folder
    for at, kept in enumerate(sorted((desk.root / "archive").rglob("*.xlsx"))):
        (desk.inbox / f"再来{at}.xlsx").write_bytes(kept.read_bytes())
    assert sums(nights.run(desk, nights.THURSDAY.replace(day=5)).folder) == sums(first)
