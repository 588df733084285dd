"""A .docx template made ready once, and filled for every letter.

A letter is then the work of milliseconds and has the same bytes whenever it is made. Templates come from people:
they are filled in a sandbox, on a sample first, and what they give must be whole markup.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from pipeline.core.phrases import NoTemplate, phrase, template, undeclared
from pipeline.publishing.letters.templates.package import pack, unpack
from pipeline.publishing.letters.templates.shipped import slot
from pipeline.publishing.letters.templates.tags import join_tags
from reports.letters import LIST

if TYPE_CHECKING:
    from reports.shape import Letter

MAIN = "word/document.xml"
FILLED = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
PARAGRAPH = re.compile(r"(?=<w:p[ >])")
MARKUP = re.compile(r"<[^>]+>")
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML cannot hold
REPLACED = "\ufffd"
SHOWN = 40
NEAR = 0.4  # as alike as names of three characters are with one of them wrong
BROKEN = (zipfile.BadZipFile, zlib.error, KeyError, UnicodeDecodeError, NotImplementedError, RuntimeError, EOFError)

Values = Mapping[str, "str | list[Mapping[str, str]]"]
Filler = Callable[[Mapping[str, Any]], str]


class NotUsable(ValueError):
    """A template that gives no letter; says why, in words for people."""


@dataclass(frozen=True)
class LetterTemplate:
    """A template ready to be filled: fillers of the parts that say something, all parts as they were."""

    lang: str
    parts: Mapping[str, bytes]
    fillers: Mapping[str, Filler]

    def filled(self, values: Values) -> bytes:
        """Return one letter. `values` by slot, all of `Letter.slots` and the rows. Raises NotUsable."""
        named = _named(values, self.lang)
        try:
            filled = {name: fill(named) for name, fill in self.fillers.items()}
        except NoTemplate as wrong:
            raise NotUsable(_syntax(wrong, self.lang)) from wrong
        for text in filled.values():
            _sure(text, self.lang)
        return pack(dict(self.parts) | {name: text.encode() for name, text in filled.items()})


def read_template(content: bytes, letter: Letter, lang: str) -> LetterTemplate:
    """Read a template, whole and tried on a sample. Raises NotUsable."""
    try:
        parts = unpack(content)
        texts = {name: part.decode("utf-8-sig") for name, part in parts.items() if FILLED.fullmatch(name)}
        texts.update({MAIN: texts[MAIN]})  # a package without it is no letter
    except BROKEN as wrong:
        raise NotUsable(phrase("flaw.letter.not_docx", lang)) from wrong
    sources = {name: _readable(text) for name, text in texts.items()}
    try:
        _known(sources.values(), letter, lang)
        ready = LetterTemplate(lang, parts, {name: template(source) for name, source in sources.items()})
    except NoTemplate as wrong:
        raise NotUsable(_syntax(wrong, lang)) from wrong
    ready.filled(_sample(letter))
    return ready


def _readable(text: str) -> str:
    """One paragraph a line, so that what is wrong can be shown by its line."""
    return "\n".join(PARAGRAPH.split(join_tags(text)))


def _known(sources: Iterable[str], letter: Letter, lang: str) -> None:
    """Raises NotUsable for a name that is none of the letter's slots, NoTemplate as `template`."""
    heads, cells = ([slot(name, lang) for name in names] for names in ((*letter.slots, LIST), letter.row_slots))
    for name in sorted({name for source in sources for name in undeclared(source)}):
        known = cells if "." in name else heads
        asked = name.rpartition(".")[2]
        if asked not in known:
            near = get_close_matches(asked, known, 1, NEAR)
            key = "flaw.letter.near" if near else "flaw.letter.no_name"
            raise NotUsable(phrase(key, lang, name=name, near="".join(near)))


def _sample(letter: Letter) -> Values:
    row = dict.fromkeys(letter.row_slots, "1")
    return dict.fromkeys(letter.slots, "1") | {LIST: [row, row]}


def _named(values: Values, lang: str) -> dict[str, Any]:
    """By the names of the language, as text XML can hold, on one line each."""
    return {
        slot(name, lang): [{slot(k, lang): _text(v) for k, v in row.items()} for row in value]
        if isinstance(value, list)
        else _text(value)
        for name, value in values.items()
    }


def _text(value: str) -> str:
    return NO_TEXT.sub(REPLACED, " ".join(value.split()) if "\n" in value or "\t" in value else value)


def _sure(text: str, lang: str) -> None:
    """Raises NotUsable unless Word could open it: a tag in the wrong place tears the markup."""
    try:
        expat.ParserCreate().Parse(text, True)
    except expat.ExpatError as wrong:
        raise NotUsable(phrase("flaw.letter.torn", lang)) from wrong


def _syntax(wrong: NoTemplate, lang: str) -> str:
    shown = MARKUP.sub("", wrong.line).strip()
    if not shown:
        return phrase("flaw.letter.not_filled", lang, reason=str(wrong))
    return phrase("flaw.letter.syntax", lang, part=shown[:SHOWN])
