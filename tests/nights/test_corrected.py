"""The shortest way back: the right value typed beside a finding, and the list of exceptions dropped again."""

from __future__ import annotations

import warnings
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from pipeline.ledger import open_ledger
from pipeline.night.explain import story
from pipeline.night.explain.describe import lines
from schemas.language.words import translate
from schemas.policy.policy import shipped
from tests.support import nights
from tests.support.night_world import ORDER_HEADINGS, ORDERS, Table
from tests.support.nights import THURSDAY, WEDNESDAY, run
from tests.support.order_workspace import SHEET, dirty, facts, findings_of, orders, workspace_with

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.progress import Outcome
    from pipeline.core.workspace import Workspace
    from tests.support.night_world import Row

DROPPED_PAPER = "FILE-037"
pytestmark = pytest.mark.slow

LIST = "异常.xlsx"
FRIDAY = THURSDAY + timedelta(days=1)


def correct(
    workspace: Workspace, values: dict[str, Any], name: str = LIST, *, paper: Path | None = None, in_place: bool = False
) -> None:
    """Type corrections by finding number into a copy of the list and drop it, or into the list where it lies."""
    path = paper or nights.paper(workspace.latest, "findings", workspace.lang)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl does not know the extension of data bars
        book = openpyxl.load_workbook(path)
    heads = {translate(f"head.{key}", workspace.lang): key for key in ("finding_id", "correction")}
    tab: Any
    for tab in book.worksheets[1:2]:
        at = next(row for row in tab.iter_rows() if {heads.get(c.value) for c in row} >= {*heads.values()})
        column = {heads[c.value]: c.column for c in at if c.value in heads}
        for line in range(at[0].row + 1, tab.max_row + 1):
            value = values.get(tab.cell(line, column["finding_id"]).value)
            if value is not None:
                tab.cell(line, column["correction"]).value = value or None
    book.save(path if in_place else workspace.inbox / name)


def listed(done: Outcome, lang: str = "zh") -> list[dict[str, Any]]:
    return nights.findings(done.folder, lang)


def answers(done: Outcome, clean: list[Row]) -> dict[str, Any]:
    """What should stand in the cell of every finding on the orders."""
    right = {}
    for row in listed(done):
        if row["src_file"] == ORDERS and row["cell"] and row["heading"] in ORDER_HEADINGS:
            right[row["finding_id"]] = clean[int(row["src_row"]) - 2].get(row["heading"])
    return right


@pytest.mark.parametrize("seed", range(2))
def test_corrections_typed_into_the_list_end_every_finding(tmp_path: Path, seed: int) -> None:
    rng = Random(seed)  # noqa: S311 - defects, not secrets
    clean = orders(12)
    plain = workspace_with(tmp_path / "plain", clean)
    workspace = workspace_with(tmp_path / "dirty", dirty(rng, clean, rng.randint(1, 9)))
    run(plain)
    typed = answers(run(workspace), clean)
    assert typed
    correct(workspace, typed)

    second = run(workspace, WEDNESDAY)

    said = facts(workspace)
    assert {at: row for at, row in said.items() if at[0] != "corrections"} == facts(plain)
    told = {(DROPPED_PAPER, "异常.xlsx", "")}  # the list that was dropped, once
    assert findings_of(second) == findings_of(run(plain, WEDNESDAY)) | told
    assert second.counts["rows"]["accepted"] == second.counts["rows"]["read"] - second.counts["rows"]["ignored"]
    assert not nights.rows(second.folder, "findings", "orphans")
    assert findings_of(run(workspace, THURSDAY)) == findings_of(run(plain, THURSDAY))


def test_the_same_night_again_is_the_same_and_the_story_tells_of_the_correction(tmp_path: Path) -> None:
    rows = orders(2)
    rows[0]["数量"] = "若干"
    workspace = workspace_with(tmp_path, rows)
    first = run(workspace)
    finding = next(row["finding_id"] for row in listed(first) if row["cell"] == "L2")
    correct(workspace, {finding: 3})
    second = run(workspace, WEDNESDAY)
    before = nights.snapshot(workspace.outbox)
    assert not run(workspace, WEDNESDAY).is_new
    assert nights.snapshot(workspace.outbox) == before
    assert second.counts["rows"]["read"] == sum(
        second.counts["rows"][n] for n in ("accepted", "held", "copies", "ignored")
    )
    with open_ledger(workspace.ledger_url) as book:
        told_story = story(workspace, book, shipped(), "202605-010", WEDNESDAY)
    assert told_story
    line = next(line for line in lines(told_story, "zh") if "更正" in line)
    assert line.strip() == "更正　数量：来件写的是「若干」，改为「3」（异常.xlsx › 异常 › U6）"


def test_a_correction_typed_among_the_latest_outputs_counts_the_next_night(tmp_path: Path) -> None:
    rows = orders(2)
    rows[0]["数量"], rows[1]["数量"] = "若干", "未定"
    workspace = workspace_with(tmp_path, rows)
    good, bad = (row["finding_id"] for row in listed(run(workspace)) if row["cell"] in ("L2", "L3"))
    correct(workspace, {good: 3, bad: "abc"}, in_place=True)
    second = run(workspace, WEDNESDAY)
    assert {row["rule"] for row in listed(second) if row["raw"] == "abc"} == {"CELL-044"}
    assert not nights.rows(second.folder, "findings", "orphans")
    quantities = {key[1][:10]: row.get("qty") for key, row in facts(workspace).items() if key[0] == "orders"}
    assert quantities == {"202605-010": 3000, "202605-011": None}
    with open_ledger(workspace.ledger_url) as book:
        told_story = story(workspace, book, shipped(), "202605-010", WEDNESDAY)
    assert told_story
    assert sum("改为「3」" in line for line in lines(told_story, "zh")) == 1

    correct(workspace, {bad: ""}, in_place=True)  # taken back
    third = run(workspace, THURSDAY)
    assert not [row for row in listed(third) if row["rule"] == "CELL-044"]
    assert good not in {row["finding_id"] for row in listed(third)}


@pytest.mark.parametrize(("in_place", "word"), [(True, "撤回"), (False, "撤回更正")])
def test_a_correction_is_taken_back_when_its_finding_is_long_gone(tmp_path: Path, word: str, *, in_place: bool) -> None:
    rows = orders(1)
    rows[0]["数量"] = "若干"
    workspace = workspace_with(tmp_path, rows)
    first = run(workspace)
    asked = nights.paper(first.folder, "findings")
    [finding] = [row["finding_id"] for row in listed(first) if row["cell"] == "L2"]
    correct(workspace, {finding: 3}, in_place=in_place)
    second = run(workspace, WEDNESDAY)
    assert finding not in {row["finding_id"] for row in listed(second)}

    correct(workspace, {finding: word}, "撤回.xlsx", paper=asked)  # no newer list shows the finding
    third = run(workspace, THURSDAY)
    assert [row["raw"] for row in listed(third) if row["finding_id"] == finding] == ["若干"]
    assert not [row for row in listed(third) if row["staff_correction"] == word]
    assert not nights.rows(third.folder, "findings", "orphans")

    correct(workspace, {finding: 3}, "又一次.xlsx")  # and given once more
    assert finding not in {row["finding_id"] for row in listed(run(workspace, FRIDAY))}


def test_an_english_list_is_taken_and_what_was_typed_beside_it_comes_back(tmp_path: Path) -> None:
    rows = orders(2)
    rows[0]["数量"], rows[1]["数量"] = "若干", "未定"
    workspace = nights.workspace(tmp_path, "en")
    nights.put_in_inbox(workspace, {ORDERS: {SHEET: Table(ORDER_HEADINGS, rows)}})
    good, bad = sorted(row["finding_id"] for row in listed(run(workspace), "en") if row["heading"] == "数量")
    correct(workspace, {good: 3, bad: "abc"}, "list.xlsx")
    second = run(workspace, WEDNESDAY)
    typed = {row["finding_id"]: row["staff_correction"] for row in listed(second, "en")}
    assert typed[bad] == "abc"
    assert good not in typed
    assert [row["rule"] for row in listed(second, "en") if row["src_file"] == "list.xlsx"] == [
        "CELL-044",
        DROPPED_PAPER,
    ]
