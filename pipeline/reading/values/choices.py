"""Yes and no, and the words of a vocabulary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from pipeline.core.text import clean_cell, narrow, simplified
from pipeline.reading.values.cells import BLANK, Parsed, is_blank, known, noted, refused, unknown
from pipeline.reading.values.text import format_raw
from schemas.language import spellings

CHOICE_UNKNOWN = "CELL-031"
BOOL_UNKNOWN = "CELL-032"
OTHER = "other"

SILENT = re.compile(r"[\s()\[\]/\\_.\-\u3010\u3011]+")
PER_CENT = re.compile(r"(?<!\d)\d{1,3}(?:\.\d{1,6})?%")  # bounded: a cell of nothing but digits is read in no time
CLAUSE_END = re.compile(r"[,;:!.(\n\u3002\u3001]")


def parse_bool(raw: object) -> Parsed:
    """Read a yes or no in any of its spellings; "none" is an answer here, not an empty cell."""
    if raw is True or raw is False:
        return known(raw)
    found = TRUTHS.get(raw) if isinstance(raw, str) else TRUTHS.get(format_raw(raw))
    if found is not None:
        return known(found)
    if refusal := refused(raw):
        return refusal
    text = format_raw(raw)
    found = TRUTHS.get(_fold_choice(text))
    if found is not None:
        return known(found)
    return BLANK if raw is None or is_blank(text) else unknown(BOOL_UNKNOWN, value=text)


def parse_choice(raw: object, vocabulary: Mapping[str, str], otherwise: str = "") -> Parsed:
    """Read a word as the key of a vocabulary (`vocabulary("choice.channel")`).

    An unknown word is unknown (CELL-031), or breaks the rule `otherwise`: then it
    counts as "other" where the vocabulary has that key.
    """
    if type(raw) is str and (key := vocabulary.get(raw)):
        return known(key)
    if refusal := refused(raw):
        return refusal
    text = "" if raw is None else format_raw(raw)
    key = _found(text, vocabulary)
    if key is not None:
        return known(key) if key else BLANK
    if is_blank(text):
        return BLANK
    if otherwise and OTHER in vocabulary.values():
        return noted(OTHER, otherwise, value=text)
    return unknown(otherwise or CHOICE_UNKNOWN, value=text)


def _fold_choice(text: str) -> str:
    return SILENT.sub("", simplified(narrow(clean_cell(text))).casefold())


TRUTHS = {
    form: yes
    for group, yes in (("bool.yes", True), ("bool.no", False))
    for spelling in spellings.group(group)
    for form in (spelling, _fold_choice(spelling))
}


@cache
def vocabulary(name: str) -> Mapping[str, str]:
    """Return spelling → key of a group `choice.*`, spelled both as listed and as compared."""
    listed = spellings.group(name)
    return {**{_fold_choice(spelling): key for spelling, key in listed.items()}, **listed}


def _found(text: str, vocabulary: Mapping[str, str]) -> str | None:
    """As a whole, then without a tax rate, then its first clause; never by likeness."""
    whole = _fold_choice(text)
    if whole in vocabulary:
        return vocabulary[whole]
    bare = _fold_choice(PER_CENT.sub("", narrow(text)))
    if bare in vocabulary:
        return vocabulary[bare]
    first = _fold_choice(CLAUSE_END.split(narrow(text), maxsplit=1)[0])
    if first not in vocabulary:
        return None
    # "agreed, but ..." is another answer than "agreed": a longer spelling may run over the comma
    joined = _fold_choice(CLAUSE_END.sub("", narrow(text)))
    return vocabulary[max((known for known in vocabulary if known and joined.startswith(known)), key=len)]
