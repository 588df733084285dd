"""Headings as compared: one spelling for what people write in many."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from pipeline.core.text import fold, normalize
from schemas.language import spellings
from schemas.language.words import load

NOISE = re.compile(r"[\s\u200b-\u200f\ufeff*\u2217\u203b:.\u3010\u3011\[\]]+")
BRACKETED = re.compile(r"[(\[\u3010]([^()\[\]\u3010\u3011]*)[)\]\u3011]")
PARTED_UNIT = re.compile(r"^(.+)[/,\u3001_|-]([^/,\u3001_|-]+)$")
DEPTH = 2
UNIT_GROUPS = ("unit", "money.currency", "rate.mark", "integer.unit")


@lru_cache(maxsize=8192)
def fold_heading(heading: str) -> str:
    """Without blanks, breaks, stars, colons, dots, and brackets that only hold a unit or a hint."""
    text = normalize(heading).casefold()
    for _ in range(DEPTH):
        text = BRACKETED.sub(lambda found: "" if _is_aside(NOISE.sub("", found[1])) else f"({found[1]})", text)
    return NOISE.sub("", text)


@lru_cache(maxsize=8192)
def without_unit(heading: str) -> str:
    """The heading without a unit parted from it by a stroke or a colon; the same when there is none."""
    name, unit = _parted(heading)
    return name if name and _is_unit(unit) else fold_heading(heading)


@lru_cache(maxsize=8192)
def scale(heading: str) -> int:
    """Yuan per unit of a money column: 10,000 when its heading says so in brackets, 0 when it says nothing."""
    text = normalize(heading).casefold()
    asides = [NOISE.sub("", each) for each in BRACKETED.findall(text)]
    for aside in [*asides, _parted(heading)[1]]:
        if found := unit_scale(aside.partition("/")[0]):
            return found
    return 0


def _parted(heading: str) -> tuple[str, str]:
    """Name and unit of ``amount: yuan`` and ``price / yuan``; empty when nothing parts them."""
    name, _, unit = normalize(heading).casefold().rpartition(":")
    unit = NOISE.sub("", unit)
    if name and _is_unit(unit) and fold_heading(name) not in spelled("reading.unit"):  # "unit: yuan" names no column
        return fold_heading(name), unit
    found = PARTED_UNIT.match(fold_heading(heading))
    return (found[1], found[2]) if found else ("", "")


def unit_scale(unit: str) -> int:
    """Yuan per such a unit; 0 for what is no unit of money."""
    for word in _yuan():
        if unit == word:
            return 1
        bare = unit.removesuffix(word) if unit.endswith(word) else unit.removeprefix(word)
        if bare != unit and bare in spellings.group("scale"):
            return int(spellings.group("scale")[bare])
    return int(spellings.group("scale").get(unit, 0)) if len(unit) > 0 else 0


def _is_aside(inner: str) -> bool:
    return not inner or inner in _hints() or inner.startswith(_hint_starts()) or _is_unit(inner)


def _is_unit(word: str) -> bool:
    parts = [part for part in re.split(r"[/\u3001,]", word) if part]
    return bool(parts) and all(part in _units() or unit_scale(part) for part in parts)


@cache
def spelled(key: str) -> tuple[str, ...]:
    """Every spelling of a word of the word table, without blanks, in lower case."""
    word = load()[key]
    every = (word.zh, word.en, *word.other)
    return tuple(fold(each) for each in every)


@cache
def _hints() -> frozenset[str]:
    return frozenset(NOISE.sub("", each) for each in spelled("reading.hint"))


@cache
def _hint_starts() -> tuple[str, ...]:
    return tuple(NOISE.sub("", each) for each in spelled("reading.hint_start"))


@cache
def _yuan() -> tuple[str, ...]:
    return spelled("reading.yuan")


@cache
def _units() -> frozenset[str]:
    return frozenset(each.casefold() for name in UNIT_GROUPS for each in spellings.group(name))
