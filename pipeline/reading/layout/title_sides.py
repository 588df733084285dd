"""Whose a table is by what it is called: what titles say of our side and of those we buy from.

A title that speaks of our side ends the search, one that speaks of both decides nothing; what is nearer to the rows
goes first. A heading that says who buys makes the table ours whatever it is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from pipeline.core.text import fold_word, one_dash
from pipeline.reading.files.grid import BLANK, Raw
from pipeline.reading.layout.heading_names import any_of, fold_heading, known_name
from pipeline.reading.layout.row_labels import COLON, COLONS, is_title
from schemas.incoming.foreign import ForeignTitle, buyers, foreign_titles
from schemas.language import names

LONGEST_TITLE = 40  # what is longer is a sentence
LEGAL = "|".join(re.escape(word) for word in names.load()["legal"] if not word.isascii())
COMPANY = re.compile(rf".*(?:{LEGAL})")
# what parts the words of a title: signs, figures, and the year and month they stand before
PARTED = re.compile(rf"(?:[\W\d_]|{any_of('reading.year', 'reading.month')})+")
OURS = re.compile(any_of("reading.our_side"))
OUR_HEADING = re.compile(any_of("reading.our_heading"))
TAILS = any_of("reading.title_tail")


class Said(NamedTuple):
    """A title, or the heading of those who sell, and what it says of the table below.

    `buyer`: the heading of who buys, where the rows and no title show that it is us.
    """

    title: str
    foreign: ForeignTitle
    buyer: str = ""


def find_title(titles: Iterable[str], kind: str, headings: Iterable[str]) -> Said | None:
    """Return the title that says that a table is not ours though its headings make it one of a kind.

    `titles`: the nearest first.
    """
    present = set(map(fold_heading, headings))
    if any(OUR_HEADING.search(name) for name in present):
        return None
    for title in titles:
        is_ours, theirs = _sides(title)
        if is_ours and not theirs:
            return None
        found = next((each for each in theirs if kind in each.kinds), None)
        if found and not is_ours:
            return None if any(fold_heading(word) in present for word in found.unless) else Said(title.strip(), found)
    return None


def says_ours(row: Sequence[Raw]) -> bool:
    """Return whether a row is a title that speaks of our side alone."""
    sides = list(map(_sides, titles_in(row)))
    return any(is_ours and not theirs for is_ours, theirs in sides)


def is_their_title(row: Sequence[Raw]) -> bool:
    """Return whether nothing stands in a row but a title that speaks of those we buy from alone."""
    words = {cell for cell in row if cell != BLANK}
    return len(words) == 1 and any(theirs and not is_ours for is_ours, theirs in map(_sides, titles_in(row)))


@lru_cache(maxsize=4096)  # sheets of one workbook have the same titles
def _sides(title: str) -> tuple[bool, tuple[ForeignTitle, ...]]:
    """Return whether a title speaks of our side, and of which tables of theirs."""
    said = _said(title)
    is_ours = bool(OURS.search(said)) or any(word in said for word in _buyers())
    return is_ours, tuple(each for each, pattern in _patterns() if _is_said(pattern, said))


def titles_in(row: Sequence[Raw]) -> Iterator[str]:
    """Return what a row says that is only words; a label and what was filled in for it say nothing of the table."""
    if not is_title(row):
        return
    cells = list(dict.fromkeys(cell for cell in row if type(cell) is str and cell.strip()))
    for before, cell in pairwise(["", *cells]):
        is_filled_in = before.rstrip().endswith(COLONS) or bool(known_name(before))
        if not (is_filled_in or COLON.search(cell) or len(cell) > LONGEST_TITLE):
            yield cell


def _said(title: str) -> str:
    """Return a title as it is compared, without the company that it may begin with."""
    return COMPANY.sub("", one_dash(fold_word(title)))


def _is_said(pattern: re.Pattern[str], title: str) -> bool:
    return any(pattern.search(part) for part in PARTED.split(title) if part)


@cache
def _patterns() -> tuple[tuple[ForeignTitle, re.Pattern[str]], ...]:
    """A word of them alone, or before nothing but words that titles end with."""
    made = []
    for each in foreign_titles():
        words = "|".join(sorted(map(re.escape, map(fold_word, each.words)), key=lambda word: (-len(word), word)))
        made.append((each, re.compile(rf"^(?:{words})$|(?:{words})(?:{TAILS})+$")))
    return tuple(made)


@cache
def _buyers() -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(fold_word, buyers())))
