"""What a night makes is its owner's, and a group's where the settings name one."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from pipeline.core.errors import SettingsError
from pipeline.core.rights import own_rights, usual_rights, wider
from pipeline.core.workspace import SETTINGS, open_workspace
from tests.support import nights
from tests.support.night_world import CUSTOMERS, world

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace

grp = pytest.importorskip("grp")
OURS = grp.getgrgid(os.getgid()).gr_name


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode) & 0o777


def made(workspace: Workspace, *folders: Path) -> dict[Path, int]:
    return {path: mode(path) for folder in folders for path in (folder, *folder.rglob("*"))}


def test_only_what_lies_in_the_inbox_keeps_the_usual_rights(tmp_path: Path) -> None:
    workspace = nights.workspace(tmp_path)
    before = os.umask(0o022)
    os.umask(before)
    with own_rights(workspace):
        (tmp_path / "own").touch()
        with usual_rights():
            (tmp_path / "usual").touch()
    (tmp_path / "after").touch()
    assert mode(tmp_path / "own") == 0o600
    assert mode(tmp_path / "usual") == mode(tmp_path / "after") == 0o666 & ~before


def test_a_group_nobody_knows_is_refused(tmp_path: Path) -> None:
    nights.workspace(tmp_path)
    (tmp_path / SETTINGS).write_text('group = "nobody of that name"', encoding="utf-8")
    with pytest.raises(SettingsError, match="no_group"):
        open_workspace(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("group", ["", OURS])
def test_a_night_lets_nobody_else_in(tmp_path: Path, group: str) -> None:
    workspace = nights.workspace(tmp_path, group=f'"{group}"')
    nights.put_in_inbox(workspace, world(), only=[CUSTOMERS])
    ledger = workspace.root / "ledger.db"
    nights.run(workspace)
    assert wider(workspace) == []
    kept = made(workspace, workspace.archive, workspace.state, ledger)
    papers = made(workspace, workspace.outbox)
    assert {path for path, bits in {**kept, **papers}.items() if bits & 0o007} == set()
    if group:
        assert {path for path, bits in kept.items() if bits & 0o020 or not bits & 0o040} == set()
        assert {path for path, bits in papers.items() if bits & 0o060 != 0o060} == set()
    else:
        assert {path for path, bits in {**kept, **papers}.items() if bits & 0o070} == set()
    assert mode(next(workspace.taken.iterdir())) == mode(workspace.inbox)
    ledger.chmod(0o644)
    workspace.outbox.chmod(0o777)
    assert wider(workspace) == [ledger, workspace.outbox]
