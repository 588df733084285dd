"""Pauses: time that does not count against a limit.

A pause is a pair (from, to); `to` missing means that it still lasts. Pauses are cut out in the unit of the limit: a
pause over a night costs no business hours, and one over a weekend no working days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.core.worktime.moments import Ints, as_moments

if TYPE_CHECKING:
    from pipeline.core.worktime.units import Axis

Span = tuple[int, int]
FOREVER = 2**62


def spans(axis: Axis, pauses: Sequence[Any], *, is_one: bool) -> Iterator[tuple[int, list[Span]]]:
    """(row, its pauses in counts: in order, none overlapping) for each row that has any.

    `pauses` is a list of pairs for one start (`is_one`), else one such list, or None, for each row. A pause without a
    beginning is left out, one that ends before it begins has no length.
    """
    rows = [pauses] if is_one else pauses
    flat = [(row, *pair) for row, pairs in enumerate(rows) for pair in (pairs if isinstance(pairs, Sequence) else ())]
    if not flat:
        return
    begins, ends = (as_moments([pair[side] for pair in flat]) for side in (1, 2))
    begun = axis.count(np.where(np.isnat(begins), 0, begins.astype("int64")))
    ended = np.where(np.isnat(ends), FOREVER, axis.count(np.where(np.isnat(ends), 0, ends.astype("int64"))))
    found = [
        (pair[0], int(a), int(b))
        for pair, a, b, gone in zip(flat, begun, ended, np.isnat(begins), strict=True)
        if not gone
    ]
    for row, group in groupby(found, key=lambda each: each[0]):
        yield row, _merged([(a, b) for _, a, b in group])


def stretch(axis: Axis, origin: Ints, target: Ints, pauses: Sequence[Any]) -> Ints:
    """By how many counts the pauses put off each target; FOREVER when it lies behind a pause that still lasts."""
    extra = np.zeros(origin.shape, dtype="int64")
    for row, found in spans(axis, pauses, is_one=origin.ndim == 0):
        at = row if origin.ndim else ()
        extra[at] = _stretched(int(origin[at]), int(target[at]), found, in_days=axis.in_days)
    return extra


def overlap(axis: Axis, begin: Ints, end: Ints, pauses: Sequence[Any]) -> Ints:
    """How many counts between begin and end were paused."""
    lost = np.zeros(begin.shape, dtype="int64")
    for row, found in spans(axis, pauses, is_one=begin.ndim == 0):
        at = row if begin.ndim else ()
        since, until = int(begin[at]), int(end[at])
        lost[at] = sum(max(0, min(b, until) - max(a, since)) for a, b in found)
    return lost


def _stretched(origin: int, target: int, found: list[Span], *, in_days: bool) -> int:
    extra = 0
    for a, b in found:
        begin = max(a, origin)
        # the last day of a limit in days is not over when a pause begins on it; a limit in hours is over by then
        if begin > target + extra - (not in_days):
            break
        if b >= FOREVER:
            return FOREVER
        extra += max(0, b - begin)
    return extra


def _merged(found: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for a, b in sorted(found):
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        elif b > a:
            merged.append((a, b))
    return merged
