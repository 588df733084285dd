"""Letters of whole nights: prepared until they are sent, named where sales looks, never in words nobody chose."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest

from pipeline.publishing.blanks import write_blanks
from pipeline.publishing.letters.templates import shipped_template
from reports.letters import CONFIRMATION
from schemas.language.words import translate
from tests.support import nights
from tests.support.night_world import CUSTOMERS, HAICHUAN, ORDERS, PRICES, order, world

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace
    from tests.support.night_world import World

pytestmark = pytest.mark.slow

NO = "202605-090"
NAME = f"订单确认函_{NO}_{HAICHUAN}.docx"
OWN = "函件模板/订单确认函.docx"
UNSENT = dict.fromkeys(("确认函发送时间", "确认函发送方式", "客户确认时间", "客户确认方式", "归档编号"))


def sheets(**facts: object) -> World:
    """One approved order whose letter is to be sent, and the masters it needs."""
    made = world()
    row = order(NO, HAICHUAN, 3, day=date(2026, 5, 29)) | UNSENT | facts
    made[ORDERS][next(iter(made[ORDERS]))].rows[:] = [row]
    return {name: made[name] for name in (ORDERS, CUSTOMERS, PRICES)}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = nights.workspace(tmp_path / "desk")
    nights.put_in_inbox(made, sheets())
    return made


def test_a_letter_lies_there_until_it_is_sent(workspace: Workspace) -> None:
    done = nights.run(workspace)
    first = done.folder / "函件" / NAME
    assert nights.manifest(done.folder)["files"][f"函件/{NAME}"] == nights.snapshot(done.folder)[f"函件/{NAME}"]
    assert done.counts["letters"] == {"confirmation": 1}
    for book in ("tracking", "todo"):
        [row] = [each for each in nights.rows(done.folder, book) if NO in str(each.values())]
        assert f"函件已备好：函件/{NAME}" in row["reason"]
    opens = f'=HYPERLINK("函件/{NAME}","发送订单确认函")'
    for folder in (done.folder, workspace.latest):
        tabs = openpyxl.load_workbook(folder / translate("file.todo", "zh")).worksheets
        assert [sum(cell.value == opens for cell in tab["C"]) for tab in tabs][:2] == [1, 1]  # everybody, the person
        assert (folder / "函件" / NAME).is_file()
    report = (done.folder / translate("file.report", "zh")).read_text(encoding="utf-8")
    assert "订单确认函 1 封" in report
    assert "即 2026年6月4日（周四）前" in _text(done.folder)  # two working days after Tuesday
    again = nights.run(workspace, nights.WEDNESDAY)
    assert "2026年6月3日" in _text(again.folder)
    nights.save(workspace.inbox / ORDERS, sheets(确认函发送时间=date(2026, 6, 3), 确认函发送方式="邮件")[ORDERS])
    sent = nights.run(workspace, nights.THURSDAY)
    assert sent.counts["letters"] == {}
    assert not (sent.folder / "函件").exists()
    assert not (workspace.latest / "函件" / NAME).exists()
    assert first.is_file()


def _text(folder: Path) -> str:
    return "".join(each.text for each in docx.Document(str(folder / "函件" / NAME)).paragraphs)


def test_a_letter_that_was_edited_is_not_written_over(workspace: Workspace) -> None:
    nights.run(workspace)
    edited = workspace.latest / "函件" / NAME
    nights.rewritten(edited, "我改过了")
    kept = edited.read_bytes()
    nights.run(workspace, nights.WEDNESDAY)
    assert edited.read_bytes() == kept
    assert (workspace.latest / "函件" / NAME.replace(".docx", "_待替换.docx")).is_file()


def test_a_broken_own_template_is_told_and_no_letter_is_in_other_words(workspace: Workspace) -> None:
    own = workspace.root / OWN
    own.parent.mkdir()
    own.write_bytes(b"no letter")
    done = nights.run(workspace)
    [told] = [each for each in nights.findings(done.folder) if each["rule"] == "CNF-012"]
    assert OWN in str(told.values())
    assert "不是能打开的 Word 文件" in told["problem"]
    assert done.exit_code == 10
    assert done.counts["letters"] == {}
    assert not (done.folder / "函件").exists()
    assert "函件" not in nights.rows(done.folder, "todo")[0]["reason"]
    own.write_bytes(shipped_template(CONFIRMATION, "zh"))
    assert nights.run(workspace, nights.WEDNESDAY).counts["letters"] == {"confirmation": 1}


def test_staff_begin_with_the_letter_as_shipped(tmp_path: Path) -> None:
    write_blanks(tmp_path, "zh")
    assert (tmp_path / "函件" / "订单确认函.docx").read_bytes() == shipped_template(CONFIRMATION, "zh")
