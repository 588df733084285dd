"""Which row is the heading, which kind of sheet that makes it, which column is which field.

Exact after normalisation, never by likeness: fuzzy matching takes "not paid" for "paid".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.reading.layout.heading_text import scale
from pipeline.reading.layout.joined import candidates
from pipeline.reading.layout.names import aliases, known_name, own_names, strong_names, weak_names
from schemas.incoming.sources import Sign, signs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.reading.files.grid import Grid

SEARCHED_ROWS = 30
LEAST_HEADINGS = 2
DEEPEST = 2  # rows below the first in which a heading of several rows may say more
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
        """Yuan per unit, as the heading says; 0 when it says nothing."""
        return scale(self.headings[self.columns[field][0]])


@dataclass(frozen=True)
class Found:
    """What the search gave: the fit to read by, rivals that fit as well, or the nearest miss."""

    fit: Fit | None = None
    rivals: tuple[Fit, ...] = ()
    near: Fit | None = None


def find(grid: Grid) -> Found:
    """Search the first rows. Of rows that stand together the one with most known headings counts, then the first."""
    near: list[Fit] = []
    best: list[Fit] = []
    for at, row in candidates(grid, SEARCHED_ROWS):
        fits = fits_of(row, at)
        whole = _standing([fit for fit in fits if not fit.missing])
        near += [fit for fit in fits if _is_near(fit)]
        if not whole or (best and at > best[0].at + DEEPEST):
            continue  # a further table, to be read after the first
        if not best or _weight(whole[0]) > _weight(best[0]):
            best = whole
    if not best:
        return Found(near=max(near, key=_weight, default=None))
    return Found(fit=best[0], rivals=tuple(best[1:]))


def fits_of(row: Sequence[object], at: int = 0, lacking: int = 1) -> list[Fit]:
    """The row as a heading of every kind of which it lacks no more than so many clauses."""
    written = {position: cell for position, cell in enumerate(row) if type(cell) is str and cell}
    names = {position: known_name(text) for position, text in written.items()}
    if sum(bool(name) for name in names.values()) < LEAST_HEADINGS:
        return []
    return [fit for sign in signs() if (fit := _fit(sign, at, names, written, lacking)) is not None]


def _fit(sign: Sign, at: int, names: Mapping[int, str], written: Mapping[int, str], lacking: int) -> Fit | None:
    known = aliases(sign.kind)
    columns: Columns = {}
    for position, name in names.items():
        if field := known.get(name):
            columns.setdefault(field, []).append(position)
    missing = sign.missing(_strong(sign, columns, names))
    if not columns or len(missing) > lacking or _is_excluded(sign, names):
        return None
    for field, positions in columns.items():
        positions.sort(key=lambda position: (names[position] not in own_names(sign.kind, field), position))
    return Fit(sign, at, columns, written, tuple(clause.fields for clause in missing))


def _strong(sign: Sign, columns: Columns, names: Mapping[int, str]) -> set[str]:
    weak = weak_names(sign)
    return {field for field, positions in columns.items() if any(names[each] not in weak for each in positions)}


def _is_excluded(sign: Sign, names: Mapping[int, str]) -> bool:
    present = set(names.values())
    return any(all(not present.isdisjoint(strong_names(field)) for field in group) for group in sign.excludes)


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
