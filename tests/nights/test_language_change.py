"""The setting of the language is changed: what staff typed comes along, and the old papers go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.core import files
from pipeline.core.workspace import SETTINGS, Workspace, open_workspace
from pipeline.publishing import publish
from pipeline.rules.policy_workbook import policy_of, write_policy
from reports.returned import FOLDER
from schemas.language.words import translate
from tests.support import nights

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def turned(workspace: Workspace) -> Workspace:
    """The same workspace in English."""
    path = workspace.root / SETTINGS
    path.write_text(path.read_text(encoding="utf-8").replace('"zh"', '"en"'), encoding="utf-8")
    return open_workspace(workspace.root)


def test_what_was_typed_comes_along_and_the_old_papers_go(tmp_path: Path) -> None:
    old = nights.after_first_night(tmp_path)
    heading = translate("head.remark_staff", "zh")
    nights.type_into(
        nights.paper(old.latest, "tracking"), translate("tab.orders", "zh"), "202605-003", heading, "打过电话"
    )
    back = min((old.latest / translate(FOLDER, "zh")).glob("*.xlsx"))
    back.write_bytes(back.read_bytes() + b"begun to be mended")
    own = old.latest / "会议记录.txt"
    own.write_text("staff's own", encoding="utf-8")
    workspace = turned(old)
    nights.run(workspace, nights.WEDNESDAY)
    assert "打过电话" in nights.texts(nights.paper(workspace.latest, "tracking", "en"))
    left = sorted(path.name for path in old.latest.rglob("*") if path.is_file())
    assert left == sorted([back.name, own.name, publish.MANIFEST])
    back.unlink()
    own.unlink()
    nights.run(workspace, nights.THURSDAY)
    assert not old.latest.exists()
    assert "打过电话" in nights.texts(nights.paper(workspace.latest, "tracking", "en"))


def test_a_paper_saved_after_it_was_read_stays(tmp_path: Path) -> None:
    old = nights.after_first_night(tmp_path)
    workspace = turned(old)
    paper = nights.paper(old.latest, "tracking")
    read = {path: files.mark(path) for path in old.latest.glob("*.xlsx")}
    paper.write_bytes(paper.read_bytes() + b"typed just now")
    publish.retire(workspace, read)
    assert sorted(path.name for path in old.latest.rglob("*") if path.is_file()) == sorted(
        [paper.name, publish.MANIFEST]
    )


def test_renewing_one_paper_leaves_the_old_ones(tmp_path: Path) -> None:
    old = nights.after_first_night(tmp_path)
    nights.run(turned(old), nights.WEDNESDAY, only="tracking")
    assert nights.paper(old.latest, "receivables").exists()


def test_the_managers_workbook_counts_under_the_name_it_was_made_with(tmp_path: Path) -> None:
    old = nights.workspace(tmp_path / "desk")
    write_policy(old)
    workspace = turned(old)
    assert workspace.policy == old.policy
    old.policy.write_bytes(b"no workbook")
    with pytest.raises(Exception, match="policy_closed"):
        policy_of(workspace)
    (workspace.root / translate("file.policy", "en")).write_bytes(b"")
    assert workspace.policy.name == translate("file.policy", "en")
