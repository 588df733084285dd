"""Headings of two rows as one: what stands above is said of every column it spans.

A lower word that stands under two upper ones means another thing under each: never the same column twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from pipeline.reading.files.grid import BLANK, Raw
from pipeline.reading.layout.heading_names import any_weak, fold_heading, known_name, spellings_of


class JoinedRow(NamedTuple):
    """Two rows as one. `is_needed`: the lower one alone would say one thing of columns that mean several."""

    cells: list[Raw]
    is_needed: bool = False


def join_rows(above: Sequence[Raw], row: Sequence[Raw]) -> JoinedRow:
    """Return two rows as one."""
    parents: list[Raw] = list(above)
    for n, (left, own) in enumerate(pairwise(above), 1):
        if own == BLANK and row[n] != BLANK and left is not None:
            parents[n] = parents[n - 1]
    pairs = list(zip(parents, above, row, strict=True))
    under: dict[str, set[str]] = {}
    for parent, _, child in pairs:
        if type(child) is str and child and type(parent) is str and parent:
            under.setdefault(fold_heading(child), set()).add(fold_heading(parent))
    shared = {child for child, above_it in under.items() if len(above_it) > 1}
    cells = [_joined(parent, own, child, shared) for parent, own, child in pairs]
    is_parted = len({parent for parent in parents if type(parent) is str and parent}) > 1  # else it is a title
    return JoinedRow(cells, is_parted and any(map(_means_another, row, cells)))


def _means_another(child: Raw, joined: Raw) -> bool:
    """A word that is known alone is known as another one with what stands above it."""
    if type(child) is not str or type(joined) is not str or child == joined:
        return False
    return bool(known_name(child) and known_name(joined))


def _joined(parent: Raw, own: Raw, child: Raw, shared: set[str]) -> Raw:
    if child == BLANK:
        return own if type(own) is str else BLANK
    if type(parent) is not str or type(child) is not str or not parent or fold_heading(parent) == fold_heading(child):
        return child
    both = next((text for text in _together(parent, child) if known_name(text)), "")
    name = fold_heading(child)
    if name in shared:
        return both or (f"{parent}/{child}" if subject(parent) else child)
    # what is wished for under "delivery day" is the wished delivery day
    if known_name(child) and (name not in any_weak() or not both):
        return child
    return both or f"{parent}/{child}"


def _together(parent: str, child: str) -> list[str]:
    """Return what an upper and a lower word may be called as one."""
    found = [f"{parent}{child}", f"{child}{parent}"]
    if about := subject(parent):
        found += [f"{about}{child}", *([about] if fold_heading(child) in spellings_of("reading.name") else [])]
    return found


@cache
def subject(parent: str) -> str:
    """Return what an upper word speaks of, without words that only say that it does; empty when it has no others."""
    name = fold_heading(parent)
    while word := next((word for word in spellings_of("reading.about") if name.endswith(word)), ""):
        name = name.removesuffix(word)
    return "" if name in spellings_of("reading.anything") else name
