"""What a heading may be called: the word table's names, and those a workspace adds."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipeline.reading.layout.heading_text import fold_heading, without_unit
from schemas.incoming.kinds import KINDS
from schemas.incoming.sources import Sign, signs
from schemas.language.words import load
from schemas.table import PROVENANCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Alias = tuple[str, str, str]  # kind, heading as written, field

_added: dict[str, dict[str, str]] = {}  # kind → heading → field


def use(added: Sequence[Alias]) -> None:
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
