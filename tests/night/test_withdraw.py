"""A night of a wrong date is taken back, and the night after it is what it would have been without the slip."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.core.errors import CommandError, SettingsError
from pipeline.core.progress import Leave
from pipeline.core.workspace import open_workspace
from pipeline.ledger import ReceivedFile, all_nights, health, open_ledger
from pipeline.night.withdraw import _names, take_night_back
from schemas.language.words import translate
from tests.nights.test_corrected import correct
from tests.support import nights
from tests.support.night_world import BAD, HAICHUAN, ORDERS, RECEIPTS, order, world
from tests.support.nights import THURSDAY, TUESDAY, WEDNESDAY

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace
    from pipeline.night.withdraw import Withdrawn

pytestmark = pytest.mark.slow
SLIP = datetime(2036, 6, 3, 2)
SCHEDULED = Leave(look_back=False)


def dropped(workspace: Workspace) -> None:
    """What staff did on the day: a remark, a correction, a mended workbook, one without numbers, one known already."""
    heading, tab = translate("head.remark_staff", "zh"), translate("tab.orders", "zh")
    nights.type_into(nights.paper(workspace.latest, "tracking"), tab, "202605-003", heading, "周三前回电")
    found = nights.findings(nights.day_folder(workspace))
    held = next(row["finding_id"] for row in found if row["src_file"] == BAD and row["heading"] == "数量")
    correct(workspace, {held: 5})
    sheets = world()
    sheets[ORDERS]["销售订单"].row("202605-003").update({"数量": 9, "金额": 900})
    nights.save(workspace.inbox / "华东" / ORDERS, sheets[ORDERS])
    sheets[ORDERS]["销售订单"].rows[:] = [order("", HAICHUAN, 2, day=WEDNESDAY.date() - timedelta(days=2))]
    nights.save(workspace.inbox / "无编号.xlsx", sheets[ORDERS])
    nights.save(workspace.inbox / "补.xlsx", world()[RECEIPTS])


def lying(workspace: Workspace) -> dict[str, str]:
    return {name: sha256 for name, sha256 in nights.snapshot(workspace.inbox).items() if not name.startswith("_taken")}


def taken_back(workspace: Workspace) -> Withdrawn:
    with open_ledger(workspace.ledger_url) as ledger:
        done = take_night_back(workspace, ledger, all_nights(ledger)[-1])
    with health.looked_into(workspace.ledger_url) as ledger:
        assert health.broken_laws(ledger) == {}
    return done


def test_the_night_after_is_what_it_would_have_been(tmp_path: Path) -> None:
    straight = nights.after_first_night(tmp_path / "straight")
    dropped(straight)
    shutil.copytree(straight.root, tmp_path / "slipped")
    slipped = open_workspace(tmp_path / "slipped")
    before = lying(slipped)
    nights.run(slipped, SLIP)
    assert lying(slipped) == {}
    with pytest.raises(SettingsError, match="night_ahead"):
        nights.run(slipped, WEDNESDAY, leave=SCHEDULED)

    done = taken_back(slipped)

    assert lying(slipped) == before
    assert {received.name for received in done.back} == {*before}
    assert [path.name for path in slipped.outbox.glob("*/2036*")] == ["2036-06-03"]
    for day in (WEDNESDAY, THURSDAY):
        nights.run(straight, day)
        nights.run(slipped, day, leave=SCHEDULED)
        assert nights.snapshot(nights.day_folder(slipped, day)) == nights.snapshot(nights.day_folder(straight, day))
        assert nights.snapshot(slipped.latest) == nights.snapshot(straight.latest)


def test_a_night_taken_back_twice_keeps_both_of_its_papers(tmp_path: Path) -> None:
    workspace = nights.after_first_night(tmp_path)
    for _ in range(2):
        nights.run(workspace, SLIP)
        taken_back(workspace)
    assert sorted(path.name for path in workspace.outbox.glob("*/2036*")) == ["2036-06-03", "2036-06-03-r2"]
    with pytest.raises(SettingsError, match="night_ahead"):
        nights.run(workspace, TUESDAY, leave=SCHEDULED)
    assert nights.run(workspace, TUESDAY).is_past


def test_the_first_night_can_be_taken_back(tmp_path: Path) -> None:
    workspace = nights.workspace(tmp_path / "desk")
    nights.put_in_inbox(workspace, world())
    shutil.copytree(workspace.root, tmp_path / "other")
    before = nights.snapshot(workspace.inbox)
    nights.run(workspace, SLIP)
    taken_back(workspace)
    assert nights.snapshot(workspace.inbox) == before
    nights.run(workspace, TUESDAY, leave=SCHEDULED)
    straight = nights.run(open_workspace(tmp_path / "other"))
    assert nights.snapshot(nights.day_folder(workspace)) == nights.snapshot(straight.folder)


def test_what_lies_in_the_inbox_by_now_is_never_written_over(tmp_path: Path) -> None:
    workspace = nights.after_first_night(tmp_path)
    dropped(workspace)
    nights.run(workspace, SLIP)
    (workspace.inbox / "补.xlsx").write_bytes(b"newer")
    before = nights.snapshot(workspace.root)
    with pytest.raises(CommandError, match="in_the_way"):
        taken_back(workspace)
    assert nights.snapshot(workspace.root) == before


def test_every_file_of_one_name_lies_in_the_inbox_again(tmp_path: Path) -> None:
    workspace = nights.after_first_night(tmp_path)
    sheets, texts = world()[RECEIPTS], {}
    for amount, name in ((501, "补 (2).xlsx"), (502, "补 (3).xlsx"), (503, "补.xlsx")):
        sheets["收款登记"].rows[0]["收款金额"] = amount
        texts[name] = nights.save(workspace.inbox / "补.xlsx", sheets).read_bytes()
        nights.run(workspace, SLIP)
    texts["补 (1).xlsx"] = nights.save(workspace.inbox / "补 (1).xlsx", world()[RECEIPTS]).read_bytes()
    nights.run(workspace, SLIP)

    done = taken_back(workspace)

    assert {received.name for received in done.back} == {*texts}
    assert done.left == []
    assert {path.name: path.read_bytes() for path in workspace.inbox.glob("*.xlsx")} == texts


@pytest.mark.parametrize(
    ("received", "names"),
    [
        (["a 1"], ["a"]),
        (["a 1", "a 2"], ["a (1)", "a"]),
        (["a 1", "a 2", "a 1"], ["a", "a (1)", "a"]),  # the newest is what came first
        (["a 1", "A 2"], ["a (1)", "A"]),
        (["a 1", "a 2", "a (1) 3"], ["a (2)", "a", "a (1)"]),
        (["a 1", "a 2", "a 3", "b/a 4"], ["a (1)", "a (2)", "a", "b/a"]),
    ],
)
def test_no_two_contents_have_one_name(received: list[str], names: list[str]) -> None:
    files = [ReceivedFile("", text[:-2], text[-1], 0, "", 1) for text in received]
    assert [name for _, name in _names(files)] == names
