"""A declared letter as a .docx template: the words with tags where something is filled in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipeline.core.phrases import page
from pipeline.publishing.letters.templates.package import pack
from reports.letters import LIST, ROW
from reports.shape import LetterTable, Text
from schemas.language.words import translate

if TYPE_CHECKING:
    from reports.shape import Letter, Slip

SLOT = re.compile(r"\{(\w+)\}")
PARTS = {
    "[Content_Types].xml": "content_types",
    "_rels/.rels": "package_rels",
    "word/document.xml": "document",
    "word/_rels/document.xml.rels": "document_rels",
    "word/styles.xml": "styles",
    "word/settings.xml": "settings",
    "word/header1.xml": "header",
    "word/footer1.xml": "footer",
    "docProps/core.xml": "core",
}
FOOT = (
    Text("letter.foot_address", "LetterFoot", when="company_address"),
    Text("letter.foot_phone", "LetterFoot", when="company_phone"),
)
FIELDS = {"page": "PAGE", "pages": "NUMPAGES"}  # what Word counts itself
LAID = {  # first lines are indented in Chinese, paragraphs set apart in English
    "zh": {"indent": 'w:firstLineChars="200" w:firstLine="480"', "body_gap": 'w:after="0"'},
    "en": {"indent": 'w:firstLine="0"', "body_gap": 'w:before="120" w:after="120"'},
}


def slot(name: str, lang: str) -> str:
    """Return what something to be filled in is called in a template of this language."""
    return translate(f"slot.{name}", lang)


def own_name(letter: Letter, lang: str) -> str:
    """Return what a workspace calls its own template of a letter, and we the one it may begin with."""
    return f"{translate(letter.title, lang)}.docx"


def shipped_template(letter: Letter, lang: str) -> bytes:
    """Return the template people may edit in Word; the same declaration gives the same bytes."""
    faces = {name: translate(f"look.letter_{name}", lang) for name in ("body", "title", "cell")}
    values = {
        "blocks": [_block(block, lang) for block in letter.blocks],
        "company": _tagged("{company}", lang),
        "foot": [_block(block, lang) for block in FOOT],
        "page": _counted(translate("letter.page", lang)),
        "title": translate(letter.title, lang),
        "html_lang": "en" if lang == "en" else "zh-CN",
        "f": faces | LAID[lang],
    }
    return pack({name: page(f"letter/{part}.xml.j2", values).strip().encode() for name, part in PARTS.items()})


def _tagged(text: str, lang: str) -> str:
    return SLOT.sub(lambda found: f"{{{{ {slot(found[1], lang)} }}}}", text)


def _counted(text: str) -> list[str]:
    return [FIELDS.get(part, part) for part in SLOT.split(text) if part]


def _block(block: Text | LetterTable | Slip, lang: str) -> dict[str, Any]:
    if isinstance(block, Text):
        when = slot(block.when, lang) if block.when else ""
        text = _tagged(translate(block.word, lang), lang)
        return {"kind": "text", "text": text, "style": block.style, "when": when, "stays": block.stays}
    if isinstance(block, LetterTable):
        return _lines(block, lang)
    rows = [
        {"label": translate(label, lang), "text": _tagged(translate(word, lang), lang), "height": height}
        for label, word, height in block.rows
    ]
    return {"kind": "slip", "rows": rows}


def _lines(block: LetterTable, lang: str) -> dict[str, Any]:
    """A row of the table stands between two rows that begin and end the loop."""
    one = slot(ROW, lang)
    columns = [
        {
            "text": translate(column.word, lang),
            "filled": f"{{{{ {one}.{slot(column.slot, lang)} }}}}",
            "total": f"{{{{ {slot(column.total, lang)} }}}}" if column.total else "",
            "width": column.width,
            "align": column.align,
        }
        for column in block.columns
    ]
    return {
        "kind": "lines",
        "columns": columns,
        "begin": f"{{%tr for {one} in {slot(LIST, lang)} %}}",
        "total": translate(block.total, lang) if block.total else "",
        "before": next((n for n, column in enumerate(block.columns) if column.total), len(block.columns)),
    }
