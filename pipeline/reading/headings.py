"""Which row is the heading, which kind of sheet that makes it, which column is which field.

Exact after normalisation, never by likeness: fuzzy matching takes "not paid" for "paid".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipeline.reading.normal import normal, scale, without_unit
from schemas.incoming import KINDS
from schemas.sources import Sign, signs
from schemas.table import PROVENANCE
from schemas.words import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.reading.grid import Grid

SEARCHED_ROWS = 30
LEAST_HEADINGS = 2
NEAR_HEADINGS = 4  # so many known headings make a row worth naming when one is missing

Columns = dict[str, list[int]]  # field → positions, the best first


@dataclass(frozen=True)
class Fit:
    """A row read as the heading of one kind. `at`: position of the row in the grid."""

    sign: Sign
    at: int
    columns: Columns
    headings: Mapping[int, str]  # position → heading as written
    missing: tuple[tuple[str, ...], ...] = ()  # alternatives of which none is there

    @property
    def kind(self) -> str:
        """Name of the table."""
        return self.sign.kind

    @property
    def explained(self) -> frozenset[int]:
        """Positions whose heading this kind knows."""
        return frozenset(position for positions in self.columns.values() for position in positions)

    def scale(self, field: str) -> int:
        """Yuan per unit, as the heading says."""
        return scale(self.headings[self.columns[field][0]])


@dataclass(frozen=True)
class Found:
    """What the search gave: the fit to read by, rivals that fit as well, or the nearest miss."""

    fit: Fit | None = None
    rivals: tuple[Fit, ...] = ()
    near: Fit | None = None


def find(grid: Grid) -> Found:
    """Search the first rows. Of several rows the one with most known headings counts, then the first."""
    near: list[Fit] = []
    best: list[Fit] = []
    for at in range(min(SEARCHED_ROWS, len(grid.rows))):
        fits = fits_of(grid.rows[at], at)
        whole = _standing([fit for fit in fits if not fit.missing])
        near += [fit for fit in fits if _is_near(fit)]
        if whole and (not best or _weight(whole[0]) > _weight(best[0])):
            best = whole
    if not best:
        return Found(near=max(near, key=_weight, default=None))
    return Found(fit=best[0], rivals=tuple(best[1:]))


def fits_of(row: Sequence[object], at: int = 0) -> list[Fit]:
    """The row as a heading of every kind that it has a clause of."""
    written = {position: cell for position, cell in enumerate(row) if type(cell) is str and cell}
    names = {position: _known_name(text) for position, text in written.items()}
    if sum(bool(name) for name in names.values()) < LEAST_HEADINGS:
        return []
    return [fit for sign in signs() if (fit := _fit(sign, at, names, written)) is not None]


@cache
def aliases(kind: str) -> Mapping[str, str]:
    """Normalised heading → field, of one kind. A field's own name goes before another's alias."""
    words = load()
    fields = [str(column) for column in KINDS[kind].columns if column not in PROVENANCE]
    found: dict[str, str] = {}
    for field in fields:
        for text in (words[f"{kind}.{field}"].zh, words[f"{kind}.{field}"].en):
            found.setdefault(normal(text), field)
    for field in fields:
        for text in words[f"{kind}.{field}"].other:
            found.setdefault(normal(text), field)
    return found


def _fit(sign: Sign, at: int, names: Mapping[int, str], written: Mapping[int, str]) -> Fit | None:
    known = aliases(sign.kind)
    columns: Columns = {}
    for position, name in names.items():
        if field := known.get(name):
            columns.setdefault(field, []).append(position)
    missing = sign.missing(_strong(sign, columns, names))
    if not columns or len(missing) > 1 or _is_excluded(sign, names):
        return None
    for field, positions in columns.items():
        positions.sort(key=lambda position: (names[position] not in _own_names(sign.kind, field), position))
    return Fit(sign, at, columns, written, tuple(clause.fields for clause in missing))


def _strong(sign: Sign, columns: Columns, names: Mapping[int, str]) -> set[str]:
    weak = _normal_weak(sign)
    return {field for field, positions in columns.items() if any(names[each] not in weak for each in positions)}


@cache
def _normal_weak(sign: Sign) -> frozenset[str]:
    return frozenset(normal(each) for each in sign.weak)


def _is_excluded(sign: Sign, names: Mapping[int, str]) -> bool:
    present = set(names.values())
    return any(all(not present.isdisjoint(_strong_names(field)) for field in group) for group in sign.excludes)


@cache
def _strong_names(qualified: str) -> frozenset[str]:
    kind, _, field = qualified.partition(".")
    sign = next(each for each in signs() if each.kind == kind)
    return frozenset(name for name, of in aliases(kind).items() if of == field) - _normal_weak(sign)


@cache
def _own_names(kind: str, field: str) -> tuple[str, str]:
    word = load()[f"{kind}.{field}"]
    return normal(word.zh), normal(word.en)


def _known_name(text: str) -> str:
    """The name a heading goes by in any table, empty when in none."""
    name = normal(text)
    if name in _all_names():
        return name
    bare = without_unit(text)
    return bare if bare in _all_names() else ""


@cache
def _all_names() -> frozenset[str]:
    return frozenset(name for kind in KINDS for name in aliases(kind))


@cache
def written_names() -> frozenset[str]:
    """Every heading of every table, as the word table spells it."""
    words = load()
    keys = [f"{kind}.{field}" for kind in KINDS for field in set(aliases(kind).values())]
    return frozenset(text for key in keys for text in (words[key].zh, words[key].en, *words[key].other))


def _standing(fits: list[Fit]) -> list[Fit]:
    """Fits that no other explains away, the widest first.

    One fit explains another away when it knows all the columns that make the other fit.
    """
    left = [fit for fit in fits if not any(_covers(other, fit) for other in fits if other is not fit)]
    return sorted(left, key=_weight, reverse=True)


def _covers(wide: Fit, narrow: Fit) -> bool:
    return _claims(wide, narrow) and (not _claims(narrow, wide) or _weight(wide) > _weight(narrow))


def _claims(wide: Fit, narrow: Fit) -> bool:
    explained = wide.explained
    shared = {field for field, positions in narrow.columns.items() if explained.intersection(positions)}
    return not narrow.sign.missing(shared)


def _weight(fit: Fit) -> int:
    return len(fit.explained)


def _is_near(fit: Fit) -> bool:
    """One clause short, and most of the row is headings of this kind."""
    is_known = len(fit.sign.needs) > 1 and len(fit.explained) >= NEAR_HEADINGS
    return bool(fit.missing) and is_known and 2 * len(fit.explained) > len(fit.headings)
