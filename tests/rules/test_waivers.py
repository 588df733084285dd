"""Findings that somebody let pass: one rule, one record, one value, until a day."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.ledger import open_ledger, take_back
from tests.support import nights
from tests.support.books import Book
from tests.support.night_world import ORDER_HEADINGS, Table
from tests.support.nights import THURSDAY, TUESDAY, WEDNESDAY
from tests.support.order_workspace import SHEET, orders, workspace_with
from tests.support.quiet_nights import answer, quiet, rules

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace
    from pipeline.night.derive_and_judge import Judged

pytestmark = pytest.mark.slow

HEADINGS = ("异常编号", "规则", "对象编号", "原值", "豁免原因", "批准人", "有效期至")
WAIVERS = "豁免.xlsx"
ABOUT = ("X-021", "X-022", "X-023", "X-024", "X-025")
FRIDAY = THURSDAY.replace(day=5)
TOLD = ("客户自提", "李强", date(2026, 6, 4))  # Thursday
PHONE = "ORD-004"


def waive(workspace: Workspace, *rows: tuple[Any, ...], name: str = WAIVERS) -> None:
    Book(workspace.inbox / name, "豁免").row(*HEADINGS).rows(*rows).save()


def nobody_to_call(root: Path) -> tuple[Workspace, str]:
    """A workspace after its first night: no telephone on one order; and the number of that finding."""
    rows = deepcopy(orders(2))
    rows[0]["联系电话"] = None
    workspace = workspace_with(root, rows)
    return workspace, next(each.id for each in quiet(workspace).findings if each.rule == PHONE)


def reconciles(judged: Judged) -> bool:
    history = judged.history
    gone = len(history.ended)
    return history.count("open") + gone == history.was_open and len(judged.findings) == len(history.by_id)


def test_a_waiver_counts_to_the_end_of_its_last_day(tmp_path: Path) -> None:
    workspace, finding = nobody_to_call(tmp_path)
    waive(workspace, (finding, None, None, None, *TOLD))
    first = quiet(workspace, WEDNESDAY)
    assert finding not in first.history.by_id
    assert (first.history.count("waived"), reconciles(first)) == (1, True)
    assert rules(first, *ABOUT) == []
    row = first.tables["waived"].iloc[0]
    assert [row[name] for name in ("finding_id", "rule", "record", "reason", "approver")] == [
        *(finding, PHONE, "202605-010", "客户自提", "李强")
    ]
    last = quiet(workspace, THURSDAY.replace(hour=23, minute=59))
    assert (len(last.tables["waived"]), last.history.count("waived"), reconciles(last)) == (1, 0, True)
    over = quiet(workspace, FRIDAY.replace(hour=0))
    assert over.history.by_id[finding].state == "reopened"
    assert (len(over.tables["waived"]), reconciles(over)) == (0, True)


def test_a_waiver_by_rule_and_record_is_taken_back_with_its_list(tmp_path: Path) -> None:
    workspace, finding = nobody_to_call(tmp_path)
    waive(workspace, (None, f"{PHONE} 缺电话", "202605-010", None, *TOLD))
    assert finding not in quiet(workspace, WEDNESDAY).history.by_id
    with open_ledger(workspace.ledger_url) as book:
        take_back(book, WAIVERS)
    assert quiet(workspace, THURSDAY).history.by_id[finding].state == "reopened"


@pytest.mark.parametrize("missing", range(4, 7))
def test_a_waiver_without_reason_approver_or_day_does_not_count(tmp_path: Path, missing: int) -> None:
    workspace, finding = nobody_to_call(tmp_path)
    row = [finding, None, None, None, *TOLD]
    row[missing] = None
    waive(workspace, tuple(row))
    judged = quiet(workspace, WEDNESDAY)
    assert finding in judged.history.by_id
    assert rules(judged, *ABOUT) == [("X-021", WAIVERS, f"{'ABCDEFG'[missing]}2", "")]


@pytest.mark.parametrize("ever", ["长期", "长期有效", date(9999, 12, 31)])
def test_a_waiver_for_ever_does_not_count_and_is_told_for_what_it_says(tmp_path: Path, ever: str | date) -> None:
    workspace, finding = nobody_to_call(tmp_path)
    waive(workspace, (finding, None, None, None, *TOLD[:2], ever))
    judged = quiet(workspace, WEDNESDAY)
    assert finding in judged.history.by_id
    assert rules(judged, *ABOUT) == [("X-025", WAIVERS, "G2", str(ever))]


def test_a_waiver_counts_for_the_value_it_was_granted_for(tmp_path: Path) -> None:
    rows = deepcopy(orders(2))
    rows[0]["联系电话"] = "12345"
    workspace = workspace_with(tmp_path, rows)
    found = next(each for each in quiet(workspace).findings if each.heading == "联系电话")
    waive(workspace, (found.id, None, None, None, *TOLD))
    assert found.id not in quiet(workspace, WEDNESDAY).history.by_id
    nights.put_in_inbox(workspace, {"补.xlsx": {SHEET: Table(ORDER_HEADINGS, [rows[0] | {"联系电话": "54321"}])}})
    judged = quiet(workspace, THURSDAY)
    assert found.id in judged.history.by_id
    assert rules(judged, *ABOUT) == [("X-023", WAIVERS, "A2", found.id)]


def test_what_holds_a_row_cannot_be_waived_and_the_attempt_is_told(tmp_path: Path) -> None:
    rows = deepcopy(orders(2))
    rows[0]["数量"] = "若干"
    workspace = workspace_with(tmp_path, rows)
    found = next(each for each in quiet(workspace).findings if each.heading == "数量")
    waive(workspace, (found.id, None, None, None, *TOLD), ("ABCDEFGHIJ", None, None, None, *TOLD))
    judged = quiet(workspace, WEDNESDAY)
    assert found.id in judged.history.by_id
    assert rules(judged, *ABOUT) == [("X-022", WAIVERS, "A2", found.id), ("X-024", WAIVERS, "A3", "ABCDEFGHIJ")]
    assert rules(quiet(workspace, THURSDAY), *ABOUT) == [("X-022", WAIVERS, "A2", found.id)]


def test_a_correction_goes_before_a_waiver_of_the_same_finding(tmp_path: Path) -> None:
    workspace, finding = nobody_to_call(tmp_path)
    waive(workspace, (finding, None, None, None, *TOLD))
    answer(workspace.inbox / "异常.xlsx", (finding, None, "13812345678"))
    judged = quiet(workspace, WEDNESDAY)
    assert finding not in judged.history.by_id
    assert judged.history.count("mended") >= 1
    assert (judged.history.count("waived"), len(judged.tables["waived"])) == (0, 0)


def test_the_list_of_exceptions_tells_every_live_waiver(tmp_path: Path) -> None:
    rows = deepcopy(orders(2))
    rows[0]["联系电话"] = None
    workspace = workspace_with(tmp_path, rows)
    finding = next(
        row["finding_id"] for row in nights.findings(nights.run(workspace, TUESDAY).folder) if row["rule"] == PHONE
    )
    waive(workspace, (finding, None, None, None, *TOLD))
    done = nights.run(workspace, WEDNESDAY)
    told = nights.rows(done.folder, "findings", "waived")
    assert [(row["finding_id"], row["approver"], row["reason"]) for row in told] == [(finding, "李强", "客户自提")]
    assert str(told[0]["valid_until"])[:10] == "2026-06-04"
    assert told[0]["waiver"] == "豁免.xlsx › 豁免 › E2"
    counted = done.counts["findings"]
    gone = counted["mended"] + counted["withdrawn"] + counted["waived"]
    assert (counted["waived"], counted["waivers"], counted["open"] + gone) == (1, 1, counted["was_open"])
