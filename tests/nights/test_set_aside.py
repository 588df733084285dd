"""What our own program fails on is set aside by name, the rest is published, and the next night is none the worse."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline.core.progress import Outcome
from pipeline.core.workspace import Workspace
from schemas.incoming.orders import Orders
from schemas.language.words import translate
from tests.support import nights
from tests.support.night_world import ORDERS, world

pytestmark = pytest.mark.slow
BAD = "202605-002"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = nights.workspace(tmp_path)
    nights.put_in_inbox(made, world())
    return made


def failing(monkeypatch: pytest.MonkeyPatch, where: str, is_bad: Callable[..., bool]) -> None:
    """Let one function of ours fail on what is bad."""
    module, _, name = where.rpartition(".")
    owner = __import__(module, fromlist=[name])
    was = getattr(owner, name)

    def fails(*given: Any, **more: Any) -> Any:
        if is_bad(*given, **more):
            raise KeyError("never thought of")
        return was(*given, **more)

    monkeypatch.setattr(owner, name, fails)


def told(done: Outcome, rule: str) -> list[dict[str, Any]]:
    return [each for each in nights.findings(done.folder) if each["rule"] == rule]


def orders(done: Outcome) -> set[str]:
    return {str(row["number_shown"]) for row in nights.rows(done.folder, "tracking", "orders")}


def has(frame: Any) -> bool:
    return bool((frame[Orders.order_no] == BAD).any())


def test_a_row_that_no_step_survives_is_held_at_its_row_and_every_other_order_stands(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, "pipeline.orders.facts.build", lambda tables, **_: has(tables["orders"]))
    done = nights.run(workspace)
    rows = told(done, "X-028")
    assert {(row["severity"], row["src_file"]) for row in rows} == {(translate("severity.hold", "zh"), ORDERS)}
    assert done.exit_code == 1
    assert {BAD} == {each.split()[1].partition("#")[0] for each in done.counts["left_out"]}
    there = orders(done)
    assert there
    assert BAD not in there
    again = nights.run(workspace, nights.WEDNESDAY)
    assert (orders(again), again.exit_code) == (there, 1)


def test_a_file_that_cannot_be_posted_is_set_aside_and_taken_when_it_comes_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        failing(broken, "pipeline.night.intake.findings_about_file", lambda received, _: received.name == ORDERS)
        done = nights.run(workspace)
    assert [row["src_file"] for row in told(done, "FILE-034")] == [ORDERS]
    assert done.exit_code == 1
    assert done.counts["rows"]["accepted"]
    nights.put_in_inbox(workspace, world(), only=[ORDERS])
    again = nights.run(workspace, nights.WEDNESDAY)
    assert told(again, "FILE-034") == []
    assert BAD in orders(again)


def test_a_file_that_cannot_be_validated_is_found_among_the_others(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_bad(files: Any, *_: Any) -> bool:
        return any(received.name == ORDERS for received, _ in files)

    failing(monkeypatch, "pipeline.rules.validation.validate.validate_files", is_bad)
    done = nights.run(workspace)
    assert [row["src_file"] for row in told(done, "FILE-034")] == [ORDERS]
    assert [each["state"] for each in done.counts["sources"] if each["name"] == ORDERS] == ["refused"]


def test_a_rule_that_fails_costs_itself(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, "pipeline.rules.registry.broken", lambda check, *_: check.rule == "ORD-021")
    done = nights.run(workspace)
    assert [row["subject"] for row in told(done, "X-029")] == ["ORD-021"]
    assert done.exit_code == 1
    assert orders(done)


def test_a_paper_that_fails_stays_as_it_was_and_the_others_are_renewed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights.run(workspace)
    name = translate("file.tracking", "zh")
    before = (workspace.latest / name).read_bytes()
    failing(monkeypatch, "pipeline.excel.write.workbook.write_workbook", lambda book, *_: book.key == "tracking")
    done = nights.run(workspace, nights.WEDNESDAY)
    assert done.counts["left_out"] == [name]
    assert done.exit_code == 1
    assert (workspace.latest / name).read_bytes() == before
    assert not (done.folder / name).exists()
    assert name in (done.folder / translate("file.report", "zh")).read_text(encoding="utf-8")
    assert nights.rows(done.folder, "receivables")


def test_a_failure_that_no_row_brought_ends_the_night_and_leaves_the_last_papers(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights.run(workspace)
    before = nights.snapshot(workspace.latest)
    with monkeypatch.context() as broken:
        failing(broken, "pipeline.orders.facts.build", lambda *_, **__: True)
        with pytest.raises(KeyError):
            nights.run(workspace, nights.WEDNESDAY)
    assert nights.snapshot(workspace.latest) == before
    assert nights.run(workspace, nights.WEDNESDAY).exit_code != 1


def test_a_paper_that_cannot_be_opened_stays_and_is_told(workspace: Workspace) -> None:
    nights.run(workspace)
    paper = workspace.latest / translate("file.tracking", "zh")
    paper.write_bytes(paper.read_bytes()[:2000])
    cut = paper.read_bytes()
    done = nights.run(workspace, nights.WEDNESDAY)
    assert [row["src_file"] for row in told(done, "X-027")] == [paper.name]
    assert paper.read_bytes() == cut
    assert paper.with_stem(f"{paper.stem}_待替换").is_file()


def test_a_cell_in_the_last_corner_of_a_paper_costs_nothing(workspace: Workspace) -> None:
    nights.run(workspace)
    paper = workspace.latest / translate("file.findings", "zh")
    with warnings.catch_warnings(action="ignore"):  # what openpyxl does not keep
        book = openpyxl.load_workbook(paper)
    book.worksheets[0]["XFD1048576"] = "x"
    book.save(paper)
    done = nights.run(workspace, nights.WEDNESDAY)
    assert told(done, "X-027") == []
    assert done.blocked == ()


def test_corrections_that_fail_cost_themselves(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, "pipeline.night.correct.typed_corrections", lambda *_: True)
    done = nights.run(workspace)
    assert [row["subject"] for row in told(done, "X-029")] == ["更正值"]
    assert done.exit_code == 1
    assert orders(done)
