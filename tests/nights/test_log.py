"""What a night writes into its log, and that no night is lost for want of one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.core.files import digest
from pipeline.core.log import FOLDER
from tests.support import nights

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.slow

STEPS = [
    *("claim", "read", "validate", "post", "take_in", "collect_staff_entries", "apply_corrections"),
    *("load_facts", "complaints", "orders", "receivables", "order_status", "derive", "evaluate", "judge"),
    *("export_documents", "prove", "write_outputs", "publish"),
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return nights.after_first_night(tmp_path)


def lines(workspace: Workspace, day: str = "2026-06-02") -> list[dict[str, Any]]:
    text = (workspace.state / FOLDER / f"{day}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_steps_counts_codes_and_hashes_are_there(workspace: Workspace) -> None:
    made = lines(workspace)
    assert [line["name"] for line in made if line["event"] == "step"] == STEPS
    [counts] = [line for line in made if line["event"] == "counts"]
    manifest = nights.manifest(workspace.latest)
    assert counts["rows"] == manifest["rows"]
    assert sum(counts["files"].values()) == len(manifest["sources"])
    assert sum(counts["rules"].values()) == manifest["findings"]["all"]
    taken = {digest(path)[:12] for path in workspace.taken.rglob("*__*")}
    assert {line["file"] for line in made if line["event"] == "file"} == taken


def test_the_same_night_again_adds_its_lines_and_changes_no_output(workspace: Workspace) -> None:
    before = len(lines(workspace))
    assert not nights.run(workspace).is_new
    assert len(lines(workspace)) > before


def test_a_night_without_a_log_is_a_night(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logged, unlogged = nights.after_first_night(tmp_path / "a"), nights.after_first_night(tmp_path / "b")
    (unlogged.state / FOLDER / "2026-06-03.jsonl").mkdir(parents=True)
    one, two = (nights.run(each, nights.WEDNESDAY) for each in (logged, unlogged))
    assert (one.exit_code, one.counts) == (two.exit_code, two.counts)
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("options", [(), ("-v",), ("--verbose", "--json")])
def test_lines_are_shown_only_when_asked_for(workspace: Workspace, options: tuple[str, ...]) -> None:
    done = nights.cli("run", "--as-of", "2026-06-03T02:00", "--workspace", workspace.root, *options)
    shown = [line.split()[1] for line in done.stderr.splitlines()]
    assert shown[:1] + shown[-1:] == (["night", "over"] if options else [])
    if "--json" in options:
        assert json.loads(done.stdout)["exit_code"] == done.returncode
