"""Headings as compared: one spelling for what people write in many."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pipeline.core.text import fold, normalize
from schemas.incoming.kinds import KINDS
from schemas.incoming.sources import Sign, signs
from schemas.language import spellings
from schemas.language.words import load
from schemas.table import PROVENANCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


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
def heading_scale(heading: str) -> int:
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
    if (
        name and _is_unit(unit) and fold_heading(name) not in spellings_of("reading.unit")
    ):  # "unit: yuan" names no column
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
def spellings_of(key: str) -> tuple[str, ...]:
    """Every spelling of a word of the word table, without blanks, in lower case."""
    word = load()[key]
    every = (word.zh, word.en, *word.other)
    return tuple(fold(each) for each in every)


@cache
def _hints() -> frozenset[str]:
    return frozenset(NOISE.sub("", each) for each in spellings_of("reading.hint"))


@cache
def _hint_starts() -> tuple[str, ...]:
    return tuple(NOISE.sub("", each) for each in spellings_of("reading.hint_start"))


@cache
def _yuan() -> tuple[str, ...]:
    return spellings_of("reading.yuan")


@cache
def _units() -> frozenset[str]:
    return frozenset(each.casefold() for name in UNIT_GROUPS for each in spellings.group(name))


Alias = tuple[str, str, str]  # kind, heading as written, field

_added: dict[str, dict[str, str]] = {}  # kind → heading → field


def use_aliases(added: Sequence[Alias]) -> None:
    """Let headings also go by these names of the workspace; forgets those given before."""
    wanted: dict[str, dict[str, str]] = {}
    for kind, heading, field in added:
        wanted.setdefault(kind, {})[heading] = field
    if wanted == _added:
        return
    _added.clear()
    _added.update(wanted)
    for cached in (aliases, written_names, all_names, strong_names):
        cached.cache_clear()


@cache
def aliases(kind: str) -> Mapping[str, str]:
    """Normalised heading → field, of one kind. A field's own name goes before another's alias."""
    words = load()
    fields = [str(column) for column in KINDS[kind].columns if column not in PROVENANCE]
    found: dict[str, str] = {}
    for field in fields:
        for text in (words[f"{kind}.{field}"].zh, words[f"{kind}.{field}"].en):
            found.setdefault(fold_heading(text), field)
    for field in fields:
        for text in words[f"{kind}.{field}"].other:
            found.setdefault(fold_heading(text), field)
    # what the workspace says of its own headings goes before what is usual
    return found | {fold_heading(text): field for text, field in _added.get(kind, {}).items() if field in fields}


def own_names(kind: str, field: str) -> tuple[str, str]:
    """What the word table calls a field first."""
    word = load()[f"{kind}.{field}"]
    return fold_heading(word.zh), fold_heading(word.en)


def known_name(text: str) -> str:
    """The name a heading goes by in any table, empty when in none."""
    name = fold_heading(text)
    if name in all_names():
        return name
    bare = without_unit(text)
    return bare if bare in all_names() else ""


@cache
def all_names() -> frozenset[str]:
    """Every normalised name of every table."""
    return frozenset(name for kind in KINDS for name in aliases(kind))


@cache
def written_names() -> frozenset[str]:
    """Every heading of every table, as the word table and the workspace spell it."""
    words = load()
    keys = [f"{kind}.{field}" for kind in KINDS for field in set(aliases(kind).values())]
    added = {heading for headings in _added.values() for heading in headings}
    return frozenset(text for key in keys for text in (words[key].zh, words[key].en, *words[key].other)) | added


@cache
def weak_names(sign: Sign) -> frozenset[str]:
    """Names too common to identify anything."""
    return frozenset(fold_heading(each) for each in sign.weak)


@cache
def any_weak() -> frozenset[str]:
    """Names too common to identify some kind."""
    return frozenset(name for sign in signs() for name in weak_names(sign))


@cache
def strong_names(qualified: str) -> frozenset[str]:
    """Names that tell of one field (``table.field``) and of nothing else."""
    kind, _, field = qualified.partition(".")
    sign = next(each for each in signs() if each.kind == kind)
    return frozenset(name for name, of in aliases(kind).items() if of == field) - weak_names(sign)
