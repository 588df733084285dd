"""A ledger that forgot what was published stops the night; the archive tells it again."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from pipeline.core.errors import SettingsError
from pipeline.core.progress import Leave
from pipeline.core.workspace import open_workspace
from pipeline.ledger import all_nights, list_received, open_ledger
from schemas.language.words import translate
from tests.support import nights
from tests.support.night_world import ORDERS, RECEIPTS, world
from tests.support.nights import THURSDAY, WEDNESDAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.slow
NEW = Leave(new_ledger=True)
FORGET: list[Callable[[Path], object]] = [lambda path: path.unlink(), lambda path: path.write_bytes(b"")]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A desk after two nights: a workbook was mended, one more came, somebody typed a remark."""
    made = nights.after_first_night(tmp_path)
    shutil.copyfile(made.root / "ledger.db", tmp_path / "old.db")
    heading, tab = translate("head.remark_staff", "zh"), translate("tab.orders", "zh")
    nights.type_into(nights.paper(made.latest, "tracking"), tab, "202605-003", heading, "周三前回电")
    sheets = world()
    sheets[ORDERS]["销售订单"].row("202605-003").update({"数量": 9, "金额": 900})
    nights.save(made.inbox / ORDERS, sheets[ORDERS])
    nights.save(made.inbox / "补.xlsx", world()[RECEIPTS])
    nights.run(made, WEDNESDAY)
    return made


def copy_of(workspace: Workspace) -> Workspace:
    shutil.copytree(workspace.root, workspace.root.with_name("other"))
    return open_workspace(workspace.root.with_name("other"))


@pytest.mark.parametrize("forget", FORGET)
def test_a_ledger_that_is_gone_stops_the_night_and_changes_nothing(
    workspace: Workspace, forget: Callable[[Path], object]
) -> None:
    forget(workspace.root / "ledger.db")
    before = nights.snapshot(workspace.outbox)
    with pytest.raises(SettingsError, match="ledger_gone"):
        nights.run(workspace, THURSDAY)
    assert nights.snapshot(workspace.outbox) == before
    shutil.rmtree(workspace.outbox)
    with pytest.raises(SettingsError, match="ledger_bare"):
        nights.run(workspace, THURSDAY)


def test_a_ledger_older_than_the_papers_stops_the_night(workspace: Workspace) -> None:
    shutil.copyfile(workspace.root.parent / "old.db", workspace.root / "ledger.db")
    with pytest.raises(SettingsError, match="ledger_old"):
        nights.run(workspace, THURSDAY)
    shutil.rmtree(workspace.latest)  # the folders of days say it too
    with pytest.raises(SettingsError, match="ledger_old"):
        nights.run(workspace, THURSDAY)


@pytest.mark.parametrize("is_old", [False, True], ids=["gone", "old"])
def test_a_new_ledger_knows_what_the_old_one_knew(workspace: Workspace, *, is_old: bool) -> None:
    other = copy_of(workspace)
    shutil.rmtree(other.taken)
    if is_old:
        shutil.copyfile(workspace.root.parent / "old.db", other.root / "ledger.db")
    else:
        (other.root / "ledger.db").unlink()
    nights.run(workspace, THURSDAY)
    nights.run(other, THURSDAY, leave=NEW)
    assert nights.snapshot(nights.day_folder(other, THURSDAY)) == nights.snapshot(
        nights.day_folder(workspace, THURSDAY)
    )
    nights.run(other, THURSDAY, leave=NEW)  # nothing is left to read again


def test_without_papers_the_archive_is_read_in_its_own_order(workspace: Workspace) -> None:
    (workspace.root / "ledger.db").unlink()
    shutil.rmtree(workspace.outbox)
    shutil.rmtree(workspace.taken)
    nights.run(workspace, THURSDAY, leave=NEW)
    with open_ledger(workspace.ledger_url) as ledger:
        assert [night.as_of for night in all_nights(ledger)] == [THURSDAY]
        received = list_received(ledger)
    kept = sorted(workspace.archive.glob("??/*"), key=lambda path: path.stat().st_mtime_ns)
    assert [one.sha256 for one in received] == [path.stem for path in kept]
    assert [one.name for one in received] == [path.stem[:12] + path.suffix for path in kept]
