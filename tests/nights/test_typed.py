"""What staff typed that cannot be used is told: a day that is none, a remark whose record is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pipeline.ledger import open_ledger, take_back
from schemas.language.words import translate
from tests.support import nights
from tests.support.night_world import ORDERS
from tests.support.nights import THURSDAY, WEDNESDAY

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.slow

OPEN, ORDERS_TAB, FINDINGS_TAB = (translate(key, "zh") for key in ("tab.open", "tab.orders", "tab.findings"))
REMARK, COMMENT, PROMISED = (translate(f"head.{key}", "zh") for key in ("remark_staff", "comment", "promised_on"))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return nights.after_first_night(tmp_path)


def told(folder: Path, rule: str) -> list[tuple[Any, ...]]:
    rows = [row for row in nights.findings(folder) if row["rule"] == rule]
    return [(row["src_sheet"], row["subject"], row["heading"], row["raw"]) for row in rows]


@pytest.mark.parametrize(("value", "is_told"), [("2026-06-12", False), ("6月12日", False), ("下周五", True)])
def test_a_day_that_is_none_is_asked_about(workspace: Workspace, value: str, is_told: bool) -> None:
    nights.type_into(nights.paper(workspace.latest, "receivables"), OPEN, "202604-002#1", PROMISED, value)
    folder = nights.run(workspace, WEDNESDAY).folder
    assert told(folder, "X-014") == ([(OPEN, "202604-002#1", PROMISED, value)] if is_told else [])
    nights.type_into(nights.paper(workspace.latest, "receivables"), OPEN, "202604-002#1", PROMISED, "2026-06-12")
    assert told(nights.run(workspace, THURSDAY).folder, "X-014") == []


def test_a_remark_whose_record_is_gone_is_told_of(workspace: Workspace) -> None:
    nights.type_into(nights.paper(workspace.latest, "tracking"), ORDERS_TAB, "202605-003", REMARK, "催一下")
    assert told(nights.run(workspace, WEDNESDAY).folder, "X-015") == []
    with open_ledger(workspace.ledger_url) as book:
        take_back(book, ORDERS)
    folder = nights.run(workspace, THURSDAY).folder
    assert told(folder, "X-015") == [(translate("tab.unclaimed", "zh"), "202605-003", REMARK, "催一下")]


def test_a_comment_on_a_finding_that_was_mended_is_no_loss(workspace: Workspace) -> None:
    one = nights.findings(nights.day_folder(workspace))[0]
    nights.type_into(nights.paper(workspace.latest, "findings"), FINDINGS_TAB, one["finding_id"], COMMENT, "已处理")
    nights.run(workspace, WEDNESDAY)
    with open_ledger(workspace.ledger_url) as book:
        take_back(book, one["src_file"])
    assert told(nights.run(workspace, THURSDAY).folder, "X-015") == []
