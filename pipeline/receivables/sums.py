"""Sums over groups of rows that stand together, without a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pipeline.receivables.context import Ints


def running(values: Ints, group: Ints) -> Ints:
    """Sums from the first row of each group to the row itself."""
    upto = np.cumsum(values)
    first, counts = starts(group)
    return upto - np.repeat(upto[first] - values[first], counts)


def starts(group: Ints) -> tuple[Ints, Ints]:
    """Return the first row and size of each group."""
    first = np.flatnonzero(np.diff(group, prepend=-1))
    return first, np.diff(np.append(first, len(group)))


def whole(values: Ints, group: Ints) -> Ints:
    """Return the sum of its group beside every row."""
    upto = running(values, group)
    first, counts = starts(group)
    return np.repeat(upto[first + counts - 1], counts)


def total(at: Ints, values: Ints, size: int) -> Ints:
    """Sums by place; exact, unlike `bincount`, which adds floats."""
    made = np.zeros(size, dtype="int64")
    np.add.at(made, at, values)
    return made
