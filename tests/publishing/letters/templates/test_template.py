"""A company's own templates: what Word does to tags is undone, what is wrong is told, data stays data."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import docx
import pytest

from pipeline.publishing import letters
from pipeline.publishing.letters.templates import NotUsable, read_template, shipped_template
from reports.letters import CONFIRMATION, LIST

VALUES: dict[str, Any] = dict.fromkeys(CONFIRMATION.slots, "1") | {
    LIST: [dict.fromkeys(CONFIRMATION.row_slots, "1")] * 2
}


def own(*paragraphs: str, pieces: bool = False) -> bytes:
    """A template as somebody would make it in Word; `pieces`: every character a run of its own."""
    book = docx.Document()
    for text in paragraphs:
        made = book.add_paragraph()
        for part in text if pieces else [text]:
            made.add_run(part).bold = len(made.runs) % 2 == 0
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def filled(content: bytes, **values: str) -> list[str]:
    letter = read_template(content, CONFIRMATION, "zh").filled(VALUES | values)
    return [each.text for each in docx.Document(BytesIO(letter)).paragraphs]


@pytest.mark.parametrize("pieces", [False, True])
@pytest.mark.parametrize("text", ["致 {{ 客户名称 }}：", "致 {{客户名称}}：", "致 ｛｛ 客户名称 ｝｝："])
def test_tags_are_read_however_word_cut_them(text: str, *, pieces: bool) -> None:
    assert filled(own(text, pieces=pieces), customer="甲公司") == ["致 甲公司："]


@pytest.mark.parametrize(
    "value",
    ["A&B <北京>有限公司", "{{ 7*7 }}", "{% if 1 %}", "{{ 客户名称 }}", "<w:p/>", "]]>", "\"'", "=1+1", "&amp;"],
)
def test_what_people_wrote_is_neither_template_nor_markup(value: str) -> None:
    assert filled(own("致 {{ 客户名称 }}："), customer=value) == [f"致 {value}："]


@pytest.mark.parametrize(("value", "shown"), [("甲\n乙", "甲 乙"), ("甲\x00乙\x0b", "甲�乙�"), ("甲\ud800", "甲�")])
def test_what_xml_cannot_hold_is_shown_as_such(value: str, shown: str) -> None:
    assert filled(own("{{ 客户名称 }}"), customer=value) == [shown]


@pytest.mark.parametrize(
    ("template", "why"),
    [
        (b"no zip", "这不是能打开的 Word 文件（.docx）"),
        (own("{{ 客户名 }}"), "没有「客户名」这项内容，是不是「客户名称」"),
        (own("{{ xyz }}"), "没有「xyz」这项内容"),
        (own("第一段", "金额 {{ 合计金额 元"), "「金额 {{ 合计金额 元」这一处的标记（花括号）写得不对"),
        (own("{%p if 定金 %}", "定金"), "「定金」这一处的标记（花括号）写得不对"),
        (own("{% for 行 in 明细 %}{{ 行.品名 }}{% endfor %}"), "没有「行.品名」这项内容，是不是「产品」"),
        (own("{{ ''.__class__.__mro__ }}"), "__class__"),
        (own("{{ 客户名称.__init__.__globals__ }}"), "__init__"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(template: bytes, why: str) -> None:
    with pytest.raises(NotUsable) as wrong:
        read_template(template, CONFIRMATION, "zh")
    assert why in str(wrong.value)


def test_a_tag_that_tears_the_markup_is_found_before_a_customer_does() -> None:
    with zipfile.ZipFile(BytesIO(own("甲"))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    torn = parts["word/document.xml"].replace(b"<w:p>", b"{% if 0 %}<w:p>{% endif %}", 1)
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, part in (parts | {"word/document.xml": torn}).items():
            package.writestr(name, part)
    with pytest.raises(NotUsable, match="控制标记放错了位置"):
        read_template(target.getvalue(), CONFIRMATION, "zh")


def test_a_logo_and_everything_else_word_keeps_stays_as_it_is() -> None:
    content = own("{{ 客户名称 }}")
    letter = read_template(content, CONFIRMATION, "zh").filled(VALUES)
    with zipfile.ZipFile(BytesIO(content)) as was, zipfile.ZipFile(BytesIO(letter)) as now:
        assert was.namelist() == now.namelist()
        changed = [name for name in was.namelist() if was.read(name) != now.read(name)]
    assert changed == ["word/document.xml"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_templates_begin_with_is_a_template(lang: str) -> None:
    form = read_template(shipped_template(CONFIRMATION, lang), CONFIRMATION, lang)
    assert "{{" not in "".join(each.text for each in docx.Document(BytesIO(form.filled(VALUES))).paragraphs)


def test_the_day_of_the_letter_is_written_out() -> None:
    assert letters.Sender("", {}, date(2026, 3, 1), "zh").head("1", "甲")["letter_on"] == "2026年3月1日"
    assert letters.Sender("", {}, date(2026, 3, 1), "en").head("1", "A")["letter_on"] == "1 March 2026"
    assert set(letters.Sender("", {}, date(2026, 3, 1), "zh").head("1", "甲")["company"]) == {"_"}
