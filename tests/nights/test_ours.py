"""What nightdesk wrote is never a source: dropped in any form it changes no sum, and gives back what was typed."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from pipeline.ledger import list_received, open_ledger, related_files
from schemas.language.words import translate
from tests.support import nights, own_papers
from tests.support.night_world import world
from tests.support.nights import THURSDAY, WEDNESDAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.slow

PAPERS = (("tracking", "orders"), ("receivables", "open"), ("receivables", "unapplied"), ("complaints", "cases"))


def standing(workspace: Workspace, as_of: Any, lang: str) -> list[Any]:
    folder = nights.day_folder(workspace, as_of)
    return [nights.manifest(folder)["control"], *(nights.rows(folder, *paper, lang) for paper in PAPERS)]


def told(folder: Path, lang: str, rule: str = "FILE-037") -> list[str]:
    return sorted(row["src_file"] for row in nights.findings(folder, lang) if row["rule"] == rule)


def untouched(root: Path, lang: str) -> Workspace:
    (root / "without").mkdir()
    workspace = nights.after_first_night(root / "without", lang)
    nights.run(workspace, WEDNESDAY)
    return workspace


WAYS = [
    *(pytest.param(way, id=way.__name__) for way in own_papers.WAYS),
    pytest.param(
        own_papers.from_libreoffice,
        id="from_libreoffice",
        marks=[pytest.mark.libreoffice, pytest.mark.skipif(own_papers.SOFFICE is None, reason="no LibreOffice")],
    ),
]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("way", WAYS)
def test_nothing_of_ours_is_read_as_a_source(tmp_path: Path, way: Callable[[Path, Path], None], lang: str) -> None:
    workspace = nights.after_first_night(tmp_path, lang)
    shutil.rmtree(workspace.latest / translate("folder.returned", lang))  # they bring rows, and have tests of their own
    dropped = list(own_papers.handed_on(workspace.latest, workspace.inbox / "our", way))
    folder = nights.run(workspace, WEDNESDAY).folder
    assert standing(workspace, WEDNESDAY, lang) == standing(untouched(tmp_path, lang), WEDNESDAY, lang)
    sources = nights.manifest(folder)["sources"]
    assert [source["name"] for source in sources if any(sheet["accepted"] for sheet in source["sheets"])] == []
    assert {source["state"] for source in sources if source["name"] in dropped} == {"read"}
    assert told(folder, lang) == dropped


@pytest.mark.parametrize("way", WAYS)
def test_what_was_typed_is_taken_over(tmp_path: Path, way: Callable[[Path, Path], None]) -> None:
    workspace = nights.after_first_night(tmp_path)
    copy = tmp_path / "mine" / "03.xlsx"
    copy.parent.mkdir()
    shutil.copyfile(nights.paper(workspace.latest, "receivables"), copy)
    nights.type_into(copy, "应收明细", "202604-002#1", translate("head.promised_on", "zh"), date(2026, 6, 12))
    list(own_papers.handed_on(copy.parent, workspace.inbox / "our", way))
    folder = nights.run(workspace, WEDNESDAY).folder
    (row,) = [row for row in nights.rows(folder, "receivables", "open") if row["row_key"] == "202604-002#1"]
    assert str(row["staff_promised_on"])[:10] == "2026-06-12"
    counts = [line["problem"] for line in nights.findings(folder) if line["rule"] == "FILE-037"]
    assert sum(" 1 处" in text for text in counts) == 1


def test_an_old_value_without_baseline_brings_nothing_back(tmp_path: Path) -> None:
    workspace = nights.after_first_night(tmp_path)
    where = ("订单跟踪", "202605-003", "备注*")
    nights.type_into(nights.paper(workspace.latest, "tracking"), *where, "旧话")
    old = nights.run(workspace, WEDNESDAY).folder
    kept = tmp_path / "kept"
    kept.mkdir()
    shutil.copyfile(nights.paper(old, "tracking"), kept / "01.xlsx")
    nights.type_into(nights.paper(workspace.latest, "tracking"), *where, "新话")
    list(own_papers.handed_on(kept, workspace.inbox / "our", own_papers.stripped))
    list(own_papers.handed_on(kept, workspace.inbox / "our too", own_papers.as_text))
    folder = nights.run(workspace, THURSDAY).folder
    (row,) = [row for row in nights.rows(folder, "tracking", "orders") if row["row_key"] == "202605-003"]
    assert row["staff_remark"] == "新话"


def test_what_is_typed_in_a_dated_folder_is_taken_and_told_once(tmp_path: Path) -> None:
    workspace = nights.after_first_night(tmp_path)
    old = nights.day_folder(workspace)
    nights.type_into(nights.paper(old, "tracking"), "订单跟踪", "202605-003", "备注*", "写错了地方")
    folder = nights.run(workspace, WEDNESDAY).folder
    (row,) = [row for row in nights.rows(folder, "tracking", "orders") if row["row_key"] == "202605-003"]
    assert row["staff_remark"] == "写错了地方"
    assert [name.split("/", 1)[1] for name in told(folder, "zh", "FILE-038")] == ["2026-06-02/01_订单执行跟踪表.xlsx"]
    assert told(nights.run(workspace, THURSDAY).folder, "zh", "FILE-038") == []


def test_a_returned_copy_changed_in_a_dated_folder_is_told_until_it_is_dropped(tmp_path: Path) -> None:
    workspace = nights.after_first_night(tmp_path)
    copy = next(nights.day_folder(workspace).glob(f"{translate('folder.returned', 'zh')}/**/*.xlsx"))
    nights.rewritten(copy, "saved")
    assert len(told(nights.run(workspace, WEDNESDAY).folder, "zh", "FILE-039")) == 1
    shutil.copyfile(copy, workspace.inbox / copy.name)
    assert told(nights.run(workspace, THURSDAY).folder, "zh", "FILE-039") == []


def test_a_returned_copy_that_lost_its_mark_is_known_by_its_list(tmp_path: Path) -> None:
    workspace = nights.after_first_night(tmp_path)
    list(own_papers.handed_on(workspace.latest / "退回", workspace.inbox / "our", own_papers.stripped))
    for path in (workspace.inbox / "our").rglob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        headings = [cell.value for cell in book.worksheets[0][1]]
        if "备注" in headings:
            book.worksheets[0].cell(2, headings.index("备注") + 1, "已核对")
            book.save(path)
    nights.run(workspace, WEDNESDAY)
    assert standing(workspace, WEDNESDAY, "zh") == standing(untouched(tmp_path, "zh"), WEDNESDAY, "zh")
    with open_ledger(workspace.ledger_url) as ledger:
        mended = [file for file in list_received(ledger) if file.name.startswith("our/") and file.state == "read"]
    assert mended
    with open_ledger(workspace.ledger_url) as ledger, ledger.reading() as connection:
        assert all(len(related_files(connection, file)) > 1 for file in mended)


def test_an_outbox_inside_the_inbox_is_no_inbox(tmp_path: Path) -> None:
    workspace = nights.workspace(tmp_path, paths='{outbox = "inbox/outbox"}')
    nights.put_in_inbox(workspace, world())
    nights.run(workspace)
    assert nights.manifest(nights.run(workspace, WEDNESDAY).folder)["sources"] == []
