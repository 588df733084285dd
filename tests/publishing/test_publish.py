"""Publishing: all or nothing, never twice, never over what a person typed."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.core import files
from pipeline.core.workspace import Workspace, open_workspace
from pipeline.publishing import publish

if TYPE_CHECKING:
    from pathlib import Path

NIGHT = datetime(2026, 6, 2, 2)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "inbox").mkdir()
    return open_workspace(tmp_path)


def published(workspace: Workspace, text: str, marks: dict[str, str] | None = None) -> publish.Published:
    staged = publish.staging(workspace, NIGHT)
    (staged / "01.xlsx").write_text(text)
    return publish.publish_night(workspace, staged, "2026-06-02", {"as_of": "x"}, marks=marks or {})


def test_a_night_is_visible_whole_with_the_hash_of_every_file(workspace: Workspace) -> None:
    done = published(workspace, "one")
    manifest = json.loads((done.folder / "manifest.json").read_text())
    assert done.folder == workspace.outbox / "2026-06-02"
    assert list(manifest["files"]) == ["01.xlsx"]
    assert (workspace.latest / "01.xlsx").read_text() == "one"


def test_the_same_night_again_is_the_same_publication(workspace: Workspace) -> None:
    assert published(workspace, "one").is_new
    again = published(workspace, "one")
    assert not again.is_new
    assert again.folder.name == "2026-06-02"


def test_other_content_of_the_same_day_gets_a_name_of_its_own(workspace: Workspace) -> None:
    published(workspace, "one")
    assert published(workspace, "two").folder.name == "2026-06-02-r2"
    assert published(workspace, "three").folder.name == "2026-06-02-r3"
    assert (workspace.outbox / "2026-06-02" / "01.xlsx").read_text() == "one"
    assert (workspace.latest / "01.xlsx").read_text() == "three"


def test_a_paper_saved_since_it_was_read_is_not_overwritten(workspace: Workspace) -> None:
    published(workspace, "one")
    paper = workspace.latest / "01.xlsx"
    marks = {"01.xlsx": files.mark(paper)}
    paper.write_text("typed by a person just now")
    done = published(workspace, "two", marks)
    assert done.blocked == ("01.xlsx",)
    assert paper.read_text() == "typed by a person just now"
    assert (workspace.latest / "01_待替换.xlsx").read_text() == "two"


def test_what_a_killed_night_staged_is_removed(workspace: Workspace) -> None:
    publish.staging(workspace, datetime(2026, 6, 1, 2))
    published(workspace, "one")
    assert not list(workspace.outbox.glob(".staging-*"))


def test_a_look_back_leaves_the_latest_papers_alone(workspace: Workspace) -> None:
    published(workspace, "one")
    staged = publish.staging(workspace, NIGHT)
    (staged / "01.xlsx").write_text("past")
    done = publish.publish_night(workspace, staged, "2026-05-01", {}, marks=None)
    assert done.folder == workspace.past / "2026-05-01"
    assert (workspace.latest / "01.xlsx").read_text() == "one"


def test_what_was_laid_beside_an_open_paper_goes_once_that_is_replaced(workspace: Workspace) -> None:
    published(workspace, "one")
    paper, beside = workspace.latest / "01.xlsx", workspace.latest / "01_待替换.xlsx"
    published(workspace, "two", {"01.xlsx": "open elsewhere"})
    read = {path.name: files.mark(path) for path in (paper, beside)}
    assert beside.read_text() == "two"
    published(workspace, "three", read)
    assert (paper.read_text(), beside.exists()) == ("three", False)


def test_what_somebody_typed_beside_an_open_paper_since_it_was_read_stays(workspace: Workspace) -> None:
    published(workspace, "one")
    paper, beside = workspace.latest / "01.xlsx", workspace.latest / "01_待替换.xlsx"
    published(workspace, "two", {"01.xlsx": "open elsewhere"})
    read = {path.name: files.mark(path) for path in (paper, beside)}
    beside.write_text("typed just now")
    published(workspace, "three", read)
    assert (paper.read_text(), beside.read_text()) == ("three", "typed just now")


@pytest.mark.parametrize("copied", range(4))
def test_latest_cut_short_anywhere_becomes_the_publication_next_time(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, copied: int
) -> None:
    def night(text: str, names: tuple[str, ...]) -> None:
        staged = publish.staging(workspace, NIGHT)
        (staged / "退回").mkdir()
        for name in names:
            (staged / name).write_text(text)
        publish.publish_night(workspace, staged, "2026-06-02", {}, marks={})

    night("one", ("01.xlsx", "退回/a.xlsx", "退回/b.xlsx"))
    left, copy = [copied], shutil.copyfile

    def cut(source: Path, target: Path) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        copy(source, target)

    monkeypatch.setattr(shutil, "copyfile", cut)
    with pytest.raises(KeyboardInterrupt):
        night("two", ("01.xlsx", "退回/a.xlsx", "退回/c.xlsx"))
    monkeypatch.setattr(shutil, "copyfile", copy)
    night("three", ("01.xlsx", "退回/a.xlsx"))
    there = {path.relative_to(workspace.latest).as_posix() for path in workspace.latest.rglob("*") if path.is_file()}
    assert there == {"01.xlsx", "退回/a.xlsx", "manifest.json"}
    assert (workspace.latest / "退回" / "a.xlsx").read_text() == "three"


def test_what_people_made_where_a_paper_belongs_stands_and_stops_nothing(workspace: Workspace) -> None:
    (workspace.latest / "01.xlsx").mkdir(parents=True)
    (workspace.latest / "退回").write_text("a note of somebody")
    staged = publish.staging(workspace, NIGHT)
    (staged / "退回").mkdir()
    for name in ("01.xlsx", "02.xlsx", "退回/a.xlsx"):
        (staged / name).write_text("new")
    done = publish.publish_night(workspace, staged, "2026-06-02", {}, marks={})
    assert set(done.blocked) == {"01.xlsx", "退回/a.xlsx"}
    assert (workspace.latest / "退回").read_text() == "a note of somebody"
    assert [(workspace.latest / name).read_text() for name in ("01_待替换.xlsx", "02.xlsx")] == ["new", "new"]
