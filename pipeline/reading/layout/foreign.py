"""Headings of tables that are not ours, as they are compared: what they are never taken for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from pipeline.reading.layout.heading_names import fold_heading
from schemas.incoming.foreign import Foreign, foreign_tables
from schemas.incoming.sources import Clause


def foreign_to(row: Sequence[object]) -> list[Foreign]:
    """Return the tables that are not ours of which a row has the signs in its headings."""
    present = {fold_heading(cell) for cell in row if type(cell) is str}
    if foreign_words().isdisjoint(present):
        return []
    return [
        each
        for each, clauses, unless in _folded()
        if present.isdisjoint(unless) and all(clause.holds(present) for clause in clauses)
    ]


@cache
def foreign_words() -> frozenset[str]:
    """Return every heading that may be a sign of such a table."""
    return frozenset(word for _, clauses, _ in _folded() for clause in clauses for word in clause.fields)


@cache
def _folded() -> tuple[tuple[Foreign, tuple[Clause, ...], frozenset[str]], ...]:
    return tuple((each, tuple(map(_fold, each.signs)), frozenset(_names(each.unless))) for each in foreign_tables())


def _fold(clause: Clause) -> Clause:
    return Clause(tuple(_names(clause.fields)), clause.least)


def _names(words: Iterable[str]) -> Iterable[str]:
    return (fold_heading(word) for word in words)
