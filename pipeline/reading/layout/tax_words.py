"""Words that say whether a sum holds the tax: of a heading, a cell, a line beside the table.

A heading with such a word is the heading without it, and what the word says: a price before tax is a price.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal

from pipeline.core.text import cut_words, fold, normalize, simplified, without_blanks
from schemas.language.words import load

BLANKS = re.compile(r"[\s.]+")
PER_CENT = re.compile(r"(\d{1,2}(?:\.\d+)?)\s*%")
EMPTY_BRACKETS = re.compile(r"[(\[\u3010][\s,;/\u3001|_-]*[)\]\u3011]")
LOOSE_START = re.compile(r"(?<=[(\[\u3010])[\s,;/\u3001|_-]+|^[\s,;/\u3001|_-]+")
LOOSE_END = re.compile(r"[\s,;/\u3001|_-]+(?=[)\]\u3011])|[\s,;/\u3001|_-]+$")
BRACKETED_UNIT = re.compile(r"[(\[\u3010][^()]*[)\]\u3011]$")
MEANING = re.compile(r"[^\W\d_]")
MOST_RATE = 50  # per cent: what is more is a discount or a share, and no tax
WITHOUT, WITH = "reading.without_tax", "reading.with_tax"


@cache
def spelled(key: str) -> tuple[str, ...]:
    """Return every spelling of a word without blanks, the longest first."""
    word = load()[key]
    folded = {fold(text) for text in (word.zh, word.en, *word.other)}
    return tuple(sorted(folded, key=lambda text: (-len(text), text)))


@cache
def _words(key: str) -> tuple[str, ...]:
    """Without dots as well, as texts are compared here."""
    return tuple(BLANKS.sub("", word) for word in spelled(key))


@cache
def _pattern(key: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, spelled(key))), re.IGNORECASE)


@cache
def mark_of(*, is_gross: bool) -> str:
    """Return how a folded heading says that its sums hold the tax, or do not."""
    return f"({_words_own(WITH if is_gross else WITHOUT)})"


def _words_own(key: str) -> str:
    return fold(load()[key].zh)


def says_tax(text: str) -> bool | None:
    """Return whether a text says that sums hold the tax (True), that they do not, or nothing of it."""
    plain = _plain(text)
    for key, answer in ((WITHOUT, False), (WITH, True)):
        if any(word in plain for word in _words(key)):
            return answer
    return None


def without_tax_words(text: str) -> str:
    """Return a text without what it says of tax; as it is where nothing else would be left of it."""
    plain = _plain(text)
    for key in (WITHOUT, WITH):
        for word in _words(key):
            plain = plain.replace(word, "")
    plain = EMPTY_BRACKETS.sub("", LOOSE_END.sub("", LOOSE_START.sub("", plain)))
    return plain if MEANING.search(plain) else text


def figure_without_words(text: str) -> str:
    """Return a cell that holds a figure without what it says of tax."""
    plain = without_blanks(PER_CENT.sub("", normalize(text)))
    for key in (WITHOUT, WITH):
        plain = cut_words(_pattern(key), plain)
    return EMPTY_BRACKETS.sub("", LOOSE_END.sub("", plain))


def find_rate(text: str) -> Decimal | None:
    """Return the one rate that a text about tax names; None where it names none, or several."""
    plain = simplified(normalize(text))
    if not any(word in plain.casefold() for word in _words("reading.tax")):
        return None
    found = {Decimal(number) for number in PER_CENT.findall(plain)}
    rate = found.pop() if len(found) == 1 else None
    return rate / 100 if rate is not None and rate <= MOST_RATE else None


def tax_column(heading: str) -> Literal["rate", "amount", ""]:
    """Return whether the column under a heading holds rates of tax, amounts of tax, or neither."""
    plain = EMPTY_BRACKETS.sub("", _plain(heading))
    if plain in _words("reading.tax_rate"):
        return "rate"
    return "amount" if BRACKETED_UNIT.sub("", plain) in _words("reading.tax_amount") else ""


def find_tax(heading: str) -> bool:
    """Return whether a heading speaks of tax: of a rate, of an amount, or of what holds it."""
    return says_tax(heading) is not None or bool(tax_column(heading))


@lru_cache(maxsize=8192)
def _plain(text: str) -> str:
    """Return a text folded, without its rate: what holds 13 per cent of tax holds the tax."""
    return BLANKS.sub("", PER_CENT.sub("", simplified(normalize(text)).casefold()))
