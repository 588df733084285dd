"""Words that mark a row as no data: totals, subtotals of groups, notes, signatures, samples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Literal

from pipeline.core.text import fold_word, normalize, one_dash, simplified, simplified_each
from pipeline.reading.files.grid import BLANK, Raw
from pipeline.reading.layout.heading_names import any_of, fold_heading, spellings_of
from pipeline.reading.values.cells import is_blank
from schemas.language import spellings
from schemas.language.numerals import load_numerals

RowLabel = Literal["", "total", "group", "note", "sample"]

LONGEST_TOTAL, LONGEST_SAMPLE = 40, 60  # a longer text that begins so is a remark
LONGEST_GROUP = 60  # names of customers are long
TITLE_WORDS = 2  # so few stand above a table in one row
LONGEST_SIGNED = 16  # a name with its title, or a day; what is longer says something
COLONS = (":", "\uff1a")
COLON = re.compile("[:\uff1a]")


def _numerals() -> str:
    known = load_numerals()
    words = {*known.digits.values(), *known.places.values(), *known.fen.values(), known.whole, *known.also}
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


# "South region subtotal", "Total (yuan):", "Total of 3": but never a product whose name begins so
TOTAL = re.compile(
    rf"[^\d,;:]{{0,6}}?(?:\d{{1,4}}\D{{1,2}}){{0,2}}(?:{any_of('reading.total')})(?:{any_of('reading.total_tail')})*"
    rf"\)?(?:\([^)]*\))?:?(?:[\d.,\u00a5\uffe5]+\D{{0,3}}|(?:{_numerals()})+)?"
)
# what the total of a group is called by: whatever the group is named, before or behind the word
SUMMED, TAIL = any_of("reading.total", "reading.group_total"), any_of("reading.total_tail")
OPEN, CLOSE = r"[(\[\u3010]", r"[)\]\u3011]"
GROUPS = (
    re.compile(rf".*(?:(?<![a-z])|(?![a-z]))(?:{SUMMED})(?:{TAIL})*{CLOSE}?:?"),
    re.compile(rf"{OPEN}?(?:{SUMMED})(?:{TAIL})*(?::|{OPEN}|(?<![a-z])[\s-]|{CLOSE}).+"),
)
NOTE = re.compile(any_of("reading.note", "reading.signature"))
# "page 2 of 3", "- 2 -": what a printed page has above or below its rows, and nothing else
PAGE = re.compile(rf"(?:{any_of('reading.page_before')})\d{{1,4}}(?:{any_of('reading.page')}).{{0,12}}|-\d{{1,4}}-")
LINE = re.compile(r"\s*[^\d\s:\uff1a][^\d:\uff1a]{0,11}[:\uff1a].*", re.DOTALL)
SIGNATURE = re.compile(any_of("reading.signature"))
SIGNING = re.compile(rf"(?:{any_of('reading.signed', 'reading.bare_date')}).?$")
SAMPLE = re.compile(rf"[(\[\u3010]?(?:{any_of('reading.sample')})(?:[)\]\u3011:,\d]|$).*")

# how the title of some rows is written: in brackets, between lines, with a number before it, or it is a month
NUMERAL = rf"(?:{spellings.pattern('digit', 'digit.ten')}){{1,3}}"
COUNTED = rf"(?:{any_of('reading.page_before')})(?:{NUMERAL}|\d{{1,2}})(?:{any_of('reading.section')})"
SECTIONS = (
    re.compile(r"[\u3010\[\u3014\u300a<].{1,40}[\u3011\]\u3015\u300b>]|[-=*]{1,20}[^\d\s-].{0,40}?[-=*]{1,20}"),
    re.compile(rf"(?:{NUMERAL}[\u3001.,]|\({NUMERAL}\)|{COUNTED})\D{{0,40}}"),
    re.compile(rf"(?:20\d\d(?:{any_of('reading.year')})?)?(?:1[0-2]|0?[1-9])(?:{any_of('reading.month')})\D{{0,6}}"),
)

# most cells are none of these, and a look at the first character and for a few others says so
FIRST = frozenset(" \t\n\u3000-([\uff08\u3010\uff3b") | {
    shape(word[0])
    for key in ("reading.note", "reading.signature", "reading.sample", "reading.page_before")
    for word in spellings_of(key)
    for shape in (str.lower, str.upper)
}
WITHIN = frozenset(
    shape(word[-2:] if word.isascii() else word[-1])
    for key in ("reading.total", "reading.group_total")
    for word in spellings_of(key)
    for shape in (str.lower, str.upper)
)


def find_labels(texts: Sequence[str]) -> frozenset[str]:
    """Return those of many texts that say something about their row."""
    written = list(zip(simplified_each(texts), texts, strict=True))
    maybe = {text for plain, text in written if plain[:1] in FIRST}
    joined = "\n".join(plain for plain, _ in written)  # one search through all of them costs less than one in each
    lines = {text for text in texts if LINE.fullmatch(text)} if any(colon in joined for colon in COLONS) else set()
    for word in WITHIN:
        if word in joined:
            maybe.update(text for plain, text in written if word in plain)
    return frozenset(text for text in maybe if row_label(text)) | lines


@lru_cache(maxsize=16384)
def row_label(text: str) -> RowLabel:
    """Return what a cell's text says about its row; "group": it may be a total, if the row has no more to say."""
    plain = fold_word(text)
    if len(plain) <= LONGEST_TOTAL and TOTAL.fullmatch(plain):
        return "total"
    if NOTE.match(plain) or PAGE.fullmatch(plain):
        return "note"
    if len(plain) <= LONGEST_SAMPLE and SAMPLE.fullmatch(plain):
        return "sample"
    shapes = (plain, simplified(normalize(text)).casefold()) if len(plain) <= LONGEST_GROUP else ()
    return "group" if any(pattern.fullmatch(shape) for pattern in GROUPS for shape in shapes) else ""


def is_section(text: str) -> bool:
    """Return whether a text alone in a row is the title of the rows below it, by how it is written."""
    plain = one_dash(fold_word(text))
    return any(pattern.fullmatch(plain) for pattern in SECTIONS)


def is_title(row: Sequence[Raw]) -> bool:
    """Return whether a row is a line or two of words: what stands above a table."""
    words = {cell for cell in row if cell != BLANK}
    return len(words) <= TITLE_WORDS and all(type(word) is str and row_label(word) != "total" for word in words)


def is_signature(cells: Sequence[Raw]) -> bool:
    """Return whether a row is labels with what was filled in behind or beside: ``Kept by: Li | Date: 2024.5.31``."""
    is_open = False
    for cell in cells:
        if type(cell) is str and LINE.fullmatch(cell):
            is_open = cell.rstrip().endswith(COLONS)
        elif is_open and isinstance(cell, str | date):
            is_open = False
        else:
            return False
    return bool(cells)


def says_more(cells: Sequence[Raw]) -> list[bool]:
    """Return which cells of a signature row say more than who signed, or when."""
    found, is_more = [], False
    for cell in cells:
        if type(cell) is str and LINE.fullmatch(cell):
            name, rest = COLON.split(cell, maxsplit=1)
            is_more = not _is_signing(fold_heading(name), rest.strip())
            found.append(is_more and not is_blank(rest))
        else:
            found.append(is_more)
    return found


def _is_signing(name: str, rest: str) -> bool:
    """A name or a day stands there: what is longer is no signature, whatever its label."""
    return len(rest) <= LONGEST_SIGNED and bool(SIGNATURE.match(f"{name}:") or SIGNING.search(name))
