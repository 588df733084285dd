"""Headings nobody knows that look like one we do: a question, never a guess.

Likeness alone would take "not paid" for "paid"; so it only suggests, and only fields that no
other column of the sheet has.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING

from pipeline.reading.files.grid import BLANK
from pipeline.reading.layout.heading_text import fold_heading
from pipeline.reading.layout.names import aliases, known_name
from pipeline.reading.layout.wide import stage_field
from pipeline.reading.results import FileFinding, params

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.reading.files.grid import Grid, Raw
    from pipeline.reading.layout.headings import Fit

NEAR = "FILE-024"
LIKE = 0.6
MOST = 3
SHORTEST, LONGEST = 2, 20


def find(grid: Grid, fit: Fit, rows: Sequence[list[Raw]]) -> Iterator[FileFinding]:
    """One finding a heading that has values under it and a field it may mean."""
    free = frozenset(aliases(fit.kind).values()) - fit.columns.keys()
    for position, text in sorted(fit.headings.items()):
        if position in fit.explained or known_name(text) or all(row[position] == BLANK for row in rows):
            continue
        fields = [field for field in _like(fit.kind, fold_heading(text)) if field in free][:MOST]
        if fields:
            letter, heading = grid.letter(position), text.strip()
            told = params(suggestion_words=" ".join(f"{fit.kind}.{field}" for field in fields))
            yield FileFinding(NEAR, grid.name, heading, heading, told, grid.numbers[fit.at], letter)


@cache
def _like(kind: str, name: str) -> tuple[str, ...]:
    """Fields of a kind one of whose names is like this one, the most like first."""
    if not SHORTEST <= len(name) <= LONGEST or stage_field(name):
        return ()
    alike: dict[str, float] = {}
    for other, field in aliases(kind).items():
        ratio = SequenceMatcher(None, name, other).ratio()
        if ratio >= LIKE:
            alike[field] = max(ratio, alike.get(field, 0))
    return tuple(sorted(alike, key=lambda field: -alike[field]))
