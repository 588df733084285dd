"""A night that cannot prove a paper keeps the last good one, publishes the rest and says so."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.core.errors import NothingPublished
from pipeline.night import self_check
from pipeline.night.self_check.laws import LawResult
from reports import WORKBOOKS
from schemas.language.words import translate
from tests.support import nights

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.night.self_check.laws import NightSeen

pytestmark = pytest.mark.slow
OWED = translate("file.receivables", "zh")


def test_every_night_says_how_its_laws_were_kept(tmp_path: Path) -> None:
    workspace = nights.after_first_night(tmp_path)
    told = nights.manifest(nights.day_folder(workspace))
    assert [law["law"] for law in told["self_check"]] == ["ledger_whole", *(law.key for law in self_check.LAWS)]
    assert all(law["ok"] for law in told["self_check"])
    assert told["withheld"] == []
    page = (workspace.latest / translate("file.report", "zh")).read_text(encoding="utf-8")
    assert f"✔ 自检 {len(told['self_check'])} 项，全部通过" in page


def test_a_paper_that_is_not_proved_stays_as_it_was_and_the_rest_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = nights.after_first_night(tmp_path)
    before = (workspace.latest / OWED).read_bytes()
    whole = self_check.prove

    def proves(seen: NightSeen) -> list[LawResult]:
        control = seen["control"].assign(difference_fen=1)
        return whole(replace(seen, tables={**seen.tables, "control": control}))

    monkeypatch.setattr(self_check, "prove", proves)
    done = nights.run(workspace, nights.WEDNESDAY)
    told = nights.manifest(done.folder)
    assert done.exit_code == 1
    assert (told["withheld"], told["left_out"]) == ([OWED], [OWED])
    assert [law["law"] for law in told["self_check"] if not law["ok"]] == ["control_closes"]
    assert not (done.folder / OWED).exists()
    assert (workspace.latest / OWED).read_bytes() == before
    others = [translate(book.file, "zh") for book in WORKBOOKS.values() if book.key != "receivables"]
    assert all((done.folder / name).exists() for name in others)
    page = (workspace.latest / translate("file.report", "zh")).read_text(encoding="utf-8")
    assert translate("law.control_closes", "zh") in page
    assert translate("page.withheld", "zh") in page
    monkeypatch.undo()
    after = nights.run(workspace, nights.THURSDAY)
    assert (after.exit_code, nights.manifest(after.folder)["withheld"]) == (10, [])
    assert (workspace.latest / OWED).read_bytes() != before


@pytest.mark.parametrize("wrong", ["9999", "(SELECT max(seq) FROM heads)"])
def test_a_ledger_that_is_not_whole_publishes_nothing(tmp_path: Path, wrong: str) -> None:
    workspace = nights.after_first_night(tmp_path)
    before = nights.snapshot(workspace.outbox)
    with sqlite3.connect(workspace.root / "ledger.db") as ledger:
        ledger.execute(f"UPDATE heads SET seq = {wrong} WHERE rowid = (SELECT min(rowid) FROM heads)")
    with pytest.raises(NothingPublished) as refused:
        nights.run(workspace, nights.WEDNESDAY)
    assert (refused.value.exit_code, refused.value.do) == (74, "restore_ledger")
    kept = {name: sha for name, sha in nights.snapshot(workspace.outbox).items() if not name.startswith(".staging")}
    assert kept == before
