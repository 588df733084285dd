"""Two nights of the demo: every planted defect is found at its cell, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from python_calamine import CalamineError, CalamineWorkbook

from pipeline import demo
from pipeline.cli import begin
from pipeline.core.log import FOLDER
from pipeline.core.workspace import Workspace, open_workspace
from pipeline.ledger import open_ledger
from pipeline.night.derive_and_judge import derive, judge
from pipeline.rules.policy_workbook import policy_of
from pipeline.run import run_night
from schemas.derived.finding import Finding
from schemas.policy.rules import load

pytestmark = pytest.mark.slow

FAMILIES = ("FILE", "CELL", "ORD", "CUS", "PRC")
# what single cells of the other families decide; the rest of those rules follow from dates and debts
EXACT = {
    "RCV": (1, 2, 5, 6, 7, 8, 9),
    "TRK": (3, 4, 5, 13, 14, 15, 22, 24, 25, 26, 27, 28),
    "SHP": (6, 7, 9, 10),
    "INV": (7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17),
    "CMP": tuple(range(1, 18)),
    "CNF": (4, 5, 6, 8, 9),
    "CAP": (2, 3),
    "X": (2, 3, 5, 6, 7, 8, 10, 13),
}


class At(NamedTuple):
    file: str
    sheet: str
    cell: str
    rule: str


class Told(NamedTuple):
    """One night of the demo: what it counted, what it found, what was planted so far."""

    counts: dict[str, Any]
    found: list[Finding]
    planted: list[dict[str, Any]]
    workspace: Workspace


def is_exact(rule: str) -> bool:
    family, _, number = rule.partition("-")
    asked = load()[rule].is_live
    return asked and (family in FAMILIES or int(number) in EXACT.get(family, ()))


def told(workspace: Workspace, n: int) -> Told:
    demo.make(workspace.root, night=n)
    policy = replace(policy_of(workspace), forms=demo.policy().forms)
    done = run_night(workspace, policy, as_of=demo.AS_OF[n])
    with open_ledger(workspace.ledger_url) as book:
        from pipeline import ledger

        tonight = ledger.begin(book, demo.AS_OF[n])
        context, stored = derive(workspace, book, tonight, policy)
        found = judge(context, stored, book, tonight, workspace).findings
    planted = json.loads((workspace.root / "planted.json").read_text(encoding="utf-8"))["nights"]
    return Told(done.counts, list(found), planted, workspace)


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    root: Path = tmp_path_factory.mktemp("demo") / "desk"
    begin.make(root, "zh", company="x", seconds=0)
    workspace = open_workspace(root)
    return [told(workspace, n) for n in (1, 2)]


def places(defects: list[dict[str, Any]]) -> set[At]:
    return {At(d["file"], d["sheet"], d["cell"], d["rule"]) for d in defects}


def standing(planted: list[dict[str, Any]]) -> set[At]:
    open_: set[At] = set()
    for each in planted:
        open_ = (open_ - places(each.get("mended", []))) | places(each["defects"])
    return {at for at in open_ if is_exact(at.rule)}


@pytest.mark.parametrize("n", [0, 1], ids=["first night", "second night"])
def test_every_planted_defect_is_found_at_its_cell_and_nothing_else_is(nights: list[Told], n: int) -> None:
    found = {At(f.place.file, f.place.sheet, f.place.cell, f.rule) for f in nights[n].found if is_exact(f.rule)}
    expected = standing(nights[n].planted)
    assert sorted(expected - found) == [], "planted and not found"
    assert sorted(found - expected) == [], "found and not planted"
    assert len(expected) > 100


@pytest.mark.parametrize("n", [0, 1])
def test_rows_reconcile(nights: list[Told], n: int) -> None:
    rows = nights[n].counts["rows"]
    assert rows["read"] == rows["accepted"] + rows["held"] + rows["copies"] + rows["ignored"]
    for source in nights[n].counts["sources"]:
        for sheet in source["sheets"]:
            if source["state"] == "read":
                assert sheet["read"] == sheet["accepted"] + sheet["held"] + sheet["copies"] + sheet["ignored"]


def test_the_second_night_reconciles_with_the_first(nights: list[Told]) -> None:
    first, second = (told.counts["findings"] for told in nights)
    assert second["was_open"] == first["all"]
    assert second["open"] + second["mended"] == first["all"]
    assert second["new"] + second["open"] + second["reopened"] == second["all"]
    assert second["mended"] > 0


@pytest.mark.parametrize("n", [0, 1])
def test_money_is_proved(nights: list[Told], n: int) -> None:
    control = nights[n].counts["control"]
    assert control["difference_fen"] == 0
    assert control["billed_fen"] - control["receipts_fen"] - control["credited_fen"] == (
        control["open_fen"] - control["unapplied_fen"]
    )


@pytest.mark.parametrize("n", [0, 1])
def test_every_severity_and_every_sheet_has_something_to_show(nights: list[Told], n: int) -> None:
    found = nights[n].counts["findings"]
    assert all(found[level] for level in ("refuse", "hold", "flag", "note"))


LETTERS = 4  # fewer may stand in any line by chance


def said_in_workbooks(workspace: Workspace) -> Iterator[str]:
    """Every text of every sheet that was dropped, the names of the sheets, and the names of the files."""
    for path in workspace.taken.rglob("*"):
        yield path.stem.partition("__")[2]
        try:
            book = CalamineWorkbook.from_path(path)
        except (CalamineError, OSError):  # what was refused says nothing
            continue
        for name in book.sheet_names:
            yield name
            yield from (
                cell for row in book.get_sheet_by_name(name).to_python() for cell in row if isinstance(cell, str)
            )


def test_the_log_holds_no_cell_and_no_name(nights: list[Told]) -> None:
    workspace = nights[-1].workspace
    files = sorted((workspace.state / FOLDER).glob("*.jsonl"))
    log = "".join(path.read_text(encoding="utf-8") for path in files)
    texts = {text.strip() for text in said_in_workbooks(workspace)}
    texts = {text for text in texts if sum(letter.isalpha() for letter in text) >= LETTERS}
    assert len(texts) > 1000
    assert sorted(text for text in texts if text in log or json.dumps(text)[1:-1] in log) == []
    assert [path.stem for path in files] == ["2026-06-02", "2026-06-03"]
    assert all(isinstance(json.loads(line), dict) for line in log.splitlines())
