"""Headings as they are compared, and what each may be called.

One spelling stands for what people write in many; names are those of the word table and those a workspace adds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from pipeline.core.text import fold, normalize, simplified
from pipeline.reading.layout.tax_words import mark_of, says_tax, without_tax_words
from schemas.incoming.kinds import KINDS
from schemas.incoming.sources import Sign, signs
from schemas.language import headings, spellings
from schemas.language.words import load
from schemas.table import PROVENANCE, Type

Alias = tuple[str, str, str]  # kind, heading as written, field

NOISE = re.compile(r"[\s\u200b-\u200f\ufeff*\u2217\u203b:.\u3010\u3011\[\]]+")
BRACKETED = re.compile(r"[(\[\u3010]([^()\[\]\u3010\u3011]*)[)\]\u3011]")
PARTED_UNIT = re.compile(r"^(.+)[/,\u3001_|-]([^/,\u3001_|-]+)$")
PIECES = re.compile(r"[,;]")
DEPTH = 2  # brackets within brackets: a hint beside a unit; nobody nests them deeper
SUMS_OF_MONEY = (Type.MONEY, Type.PRICE)
NET_AND_GROSS = {"net_fen": "gross_fen"}  # a sum before tax, and the field of the same sum with tax
GROSS_AND_NET = {gross: net for net, gross in NET_AND_GROSS.items()}
UNIT_GROUPS = ("unit", "money.currency", "rate.mark", "integer.unit")

_added: dict[str, dict[str, str]] = {}  # kind → heading → field, of the workspace


@cache
def spellings_of(key: str) -> tuple[str, ...]:
    """Return every spelling of a word of the word table, without blanks, in lower case."""
    word = load()[key]
    return tuple(fold(text) for text in (word.zh, word.en, *word.other))


def any_of(*keys: str) -> str:
    """Return a pattern of any spelling of these words, the longest first."""
    words = {word for key in keys for word in spellings_of(key)}
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


YUAN = spellings_of("reading.yuan")
HINTS = frozenset(NOISE.sub("", word) for word in spellings_of("reading.hint"))
HINT_STARTS = tuple(NOISE.sub("", word) for word in spellings_of("reading.hint_start"))
SUM = re.compile(any_of("reading.money"))
NO_SUM = re.compile(rf"(?:{any_of('reading.no_sum')})$")  # who, how, when: "paid to", "way of payment"
UNITS = frozenset(word.casefold() for name in UNIT_GROUPS for word in spellings.group(name))


@lru_cache(maxsize=8192)
def fold_heading(heading: str) -> str:
    """Return a heading in simplified characters, bare of blanks, stars, dots and asides (units, hints).

    What it says of tax stands behind it, in one form.
    """
    said, name = says_tax(heading), _folded(heading)
    if said is None or (bare := _folded(without_tax_words(heading))) in ("", name):
        return name
    return bare + mark_of(is_gross=said)


def _folded(heading: str) -> str:
    text = _plain(heading)
    for _ in range(DEPTH):
        text = BRACKETED.sub(lambda found: _without_asides(NOISE.sub("", found[1])), text)
    return NOISE.sub("", text)


@lru_cache(maxsize=8192)
def heading_scale(heading: str) -> int:
    """Return the yuan per unit of a money column: 10,000 when its heading says so, 0 when it says nothing."""
    heading = without_tax_words(heading)
    asides = [NOISE.sub("", text) for text in BRACKETED.findall(_plain(heading))]
    for aside in [*asides, _name_and_unit(heading)[1]]:
        if found := unit_scale(aside.partition("/")[0]):
            return found
    return 0


def is_of_money(heading: str) -> bool:
    """Return whether a heading has a word for sums of money in it."""
    return SUM.search(_plain(heading)) is not None and NO_SUM.search(fold_heading(heading)) is None


def unit_scale(unit: str) -> int:
    """Return the yuan per such a unit; 0 for what is no unit of money."""
    scales = spellings.group("scale")
    for word in YUAN:
        if unit == word:
            return 1
        bare = unit.removesuffix(word) if unit.endswith(word) else unit.removeprefix(word)
        if bare != unit and bare in scales:
            return int(scales[bare])
    return int(scales.get(unit, 0))


def use_aliases(added: Sequence[Alias]) -> None:
    """Let headings also go by these names of the workspace; forgets those given before."""
    wanted: dict[str, dict[str, str]] = {}
    for kind, heading, field in added:
        wanted.setdefault(kind, {})[heading] = field
    if wanted == _added:
        return
    _added.clear()
    _added.update(wanted)
    for cached in (aliases, listed_names, written_names, all_names, known_name, strong_names):
        cached.cache_clear()


@cache
def aliases(kind: str) -> Mapping[str, str]:
    """Return folded heading → field of one kind: what is listed, and what people put together of usual parts.

    A sum may say of tax what it likes.
    """
    found = {**_put_together().get(kind, {}), **listed_names(kind)}
    for text, field in list(found.items()):
        if KINDS[kind].spec(field).type in SUMS_OF_MONEY and says_tax(text) is None:
            found.setdefault(text + mark_of(is_gross=True), NET_AND_GROSS.get(field, field))
            found.setdefault(text + mark_of(is_gross=False), GROSS_AND_NET.get(field, field))
    return found


@cache
def _put_together() -> dict[str, dict[str, str]]:
    """Return kind → folded heading → field, of two forms that give one heading the first."""
    found: dict[str, dict[str, str]] = {}
    for form in headings.forms():
        owners = [field.split(".") for field in form.fields]
        for heading in form.spelled(fold_heading):
            name = heading if says_tax(heading) is None else fold_heading(heading)
            for kind, field in owners:
                found.setdefault(kind, {}).setdefault(name, field)
    return found


@cache
def listed_names(kind: str) -> Mapping[str, str]:
    """Return folded heading → field as the tables list them. A field's own name goes before another's alias."""
    words = load()
    fields = [str(column) for column in KINDS[kind].columns if column not in PROVENANCE]
    found: dict[str, str] = {}
    for field in fields:
        for text in own_names(kind, field):
            found.setdefault(text, field)
    for field in fields:
        for text in words[f"{kind}.{field}"].other:
            found.setdefault(fold_heading(text), field)
    # what the workspace says of its own headings goes before what is usual
    return found | {fold_heading(text): field for text, field in _added.get(kind, {}).items() if field in fields}


def own_names(kind: str, field: str) -> tuple[str, str]:
    """Return what the word table calls a field first, folded."""
    word = load()[f"{kind}.{field}"]
    return fold_heading(word.zh), fold_heading(word.en)


def other_names(kind: str, field: str) -> frozenset[str]:
    """Return what the word table calls a field besides, folded."""
    return frozenset(map(fold_heading, load()[f"{kind}.{field}"].other))


@lru_cache(maxsize=8192)  # forms ask of every cell of a sheet
def known_name(text: str) -> str:
    """Return the name a heading goes by in any table, with its unit or without; empty when in none."""
    name = fold_heading(text)
    if name in all_names():
        return name
    bare, unit = _name_and_unit(text)
    return bare if bare in all_names() and _is_unit(unit) else ""


@cache
def all_names() -> frozenset[str]:
    """Return every folded name of every table."""
    return frozenset(name for kind in KINDS for name in aliases(kind))


@cache
def written_names() -> frozenset[str]:
    """Return every heading of every table, as the word table and the workspace spell it."""
    words = [load()[f"{kind}.{field}"] for kind in KINDS for field in set(listed_names(kind).values())]
    added = {heading for headings in _added.values() for heading in headings}
    return frozenset(text for word in words for text in (word.zh, word.en, *word.other)) | added


def sign_of(kind: str) -> Sign:
    """Return what makes a sheet one of this kind."""
    return next(sign for sign in signs() if sign.kind == kind)


@cache
def weak_names(sign: Sign) -> frozenset[str]:
    """Return the names that are too common to identify this kind."""
    return frozenset(map(fold_heading, sign.weak))


@cache
def any_weak() -> frozenset[str]:
    """Return the names that are too common to identify some kind."""
    return frozenset(name for sign in signs() for name in weak_names(sign))


@cache
def put_together_names(qualified: str) -> frozenset[str]:
    """Return the names of one field (``table.field``) that companies put together of usual parts."""
    kind, _, field = qualified.partition(".")
    return frozenset(name for name, of in _put_together().get(kind, {}).items() if of == field)


@cache
def strong_names(qualified: str) -> frozenset[str]:
    """Return the names that mean one field (``table.field``) and nothing else."""
    kind, _, field = qualified.partition(".")
    return frozenset(name for name, of in aliases(kind).items() if of == field) - weak_names(sign_of(kind))


def _name_and_unit(heading: str) -> tuple[str, str]:
    """Return name and unit of ``amount: yuan`` and ``price / yuan``; both empty when nothing parts them."""
    written, _, unit = _plain(heading).rpartition(":")
    unit, name = NOISE.sub("", unit), fold_heading(written)
    if written and _is_unit(unit) and name not in spellings_of("reading.unit"):  # "unit: yuan" names no column
        return name, unit
    found = PARTED_UNIT.match(fold_heading(heading))
    return (found[1], found[2]) if found else ("", "")


def _plain(heading: str) -> str:
    return simplified(normalize(heading)).casefold()


def _without_asides(inner: str) -> str:
    """Return what stands in brackets, in them: of pieces that are parted by a comma those that change the sense."""
    said = [piece for piece in PIECES.split(inner) if piece and not _is_aside(piece)]
    return f"({','.join(said)})" if said else ""


def _is_aside(inner: str) -> bool:
    return inner in HINTS or inner.startswith(HINT_STARTS) or _is_unit(inner)


def _is_unit(word: str) -> bool:
    parts = [part for part in re.split(r"[/\u3001,]", word) if part]
    return bool(parts) and all(part in UNITS or unit_scale(part) for part in parts)


@cache
def is_outgoing(heading: str) -> bool:
    """Return whether a heading names what went out, alone or among other words, and nothing that came in."""
    name = fold_heading(heading)
    if name in {fold_heading(text) for text in spellings_of("reading.debit")}:
        return True
    out, came = spellings_of("reading.outgoing"), spellings_of("reading.incoming")
    return any(word in name for word in out) and not any(word in name for word in came)
