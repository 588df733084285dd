"""Letters by the company's own template: never replaced by other words, and never more than their own loss."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from pipeline.core.workspace import Workspace
from pipeline.publishing.letters import Draft, fill_letters, write_letters
from pipeline.publishing.letters.templates import own_name
from reports.letters import CONFIRMATION
from tests.publishing.letters.templates.test_template import VALUES, own
from tests.support import nights


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = nights.workspace(tmp_path)
    made.own_letters.mkdir()
    return made


def laid(workspace: Workspace, text: str) -> None:
    (workspace.own_letters / own_name(CONFIRMATION, "zh")).write_bytes(own(text))


def drafts(*totals: str) -> list[Draft]:
    return [
        Draft("confirmation", f"202603-{n:03d}", "甲", VALUES | {"total": total}, f"{n}.docx")
        for n, total in enumerate(totals, 1)
    ]


def test_letters_are_filled_by_the_own_template(workspace: Workspace, tmp_path: Path) -> None:
    laid(workspace, "{{ 客户名称 }}")
    filled = fill_letters(workspace, drafts("1", "2"))
    assert filled.broken == []
    assert [path.name for path in write_letters(filled, tmp_path, "zh")] == ["1.docx", "2.docx"]
    with zipfile.ZipFile(BytesIO(filled.made[0][1])) as package:
        assert "word/theme/theme1.xml" in package.namelist()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ 客户 }}", "没有「客户」这项内容，是不是「客户名称」"),
        ("{% for a in range(99999999) %}{% for b in range(99999999) %}x{% endfor %}{% endfor %}", ""),
        ("{{ 'x' * 10**10 }}", ""),
        ("{{ ('x' * 1000) * 1000 * 1000 * 1000 }}", ""),
    ],
)
def test_a_broken_own_template_gives_no_letter_and_is_not_replaced(workspace: Workspace, text: str, why: str) -> None:
    laid(workspace, text)
    filled = fill_letters(workspace, drafts("1"))
    assert filled.made == []
    [told] = filled.broken
    assert (told.file, told.record) == ("函件模板/订单确认函.docx", "")
    assert why in told.why


def test_a_template_good_for_the_sample_costs_the_letters_it_is_not_good_for(workspace: Workspace) -> None:
    laid(workspace, "{{ 1 // 合计金额|int }}")
    filled = fill_letters(workspace, drafts("1", "0", "2"))
    assert [draft.record for draft in filled.drafts] == ["202603-001", "202603-003"]
    assert [told.record for told in filled.broken] == ["202603-002"]


def test_a_template_that_cannot_be_opened_is_told(workspace: Workspace) -> None:
    (workspace.own_letters / own_name(CONFIRMATION, "zh")).mkdir()
    filled = fill_letters(workspace, drafts("1"))
    assert (filled.made, [told.record for told in filled.broken]) == ([], [""])
