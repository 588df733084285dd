"""A sheet's part without the rows that do not matter, so that a parser has little to do.

``<`` stands in XML only where a tag begins (or a comment or CDATA, which are looked for), so
rows can be found by their bytes.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ROW = re.compile(rb"<(?:[\w.-]+:)?row[\s/>]")
NUMBERED = re.compile(rb'<(?:[\w.-]+:)?row\s(?:[^<>]*?\s)?r="([0-9]{1,7})"')
END = re.compile(rb"</(?:[\w.-]+:)?sheetData\s*>")


@dataclass(frozen=True)
class Skeleton:
    """What is left of a part, and where each kept piece began in it."""

    part: bytes
    starts: tuple[int, ...]  # of pieces, in the skeleton
    origins: tuple[int, ...]  # of the same pieces, in the part

    def origin(self, at: int) -> int:
        """An offset of the skeleton as an offset of the part."""
        piece = bisect_right(self.starts, at) - 1
        return self.origins[piece] + at - self.starts[piece]


def skeleton(part: bytes, wanted: Iterable[int]) -> Skeleton:
    """Keep the rows asked for, and of those that are not there the row that follows."""
    kept = _kept(part, sorted(set(wanted)))
    starts, at = [], 0
    for first, last in kept:
        starts.append(at)
        at += last - first
    return Skeleton(b"".join(part[a:b] for a, b in kept), tuple(starts), tuple(first for first, _ in kept))


def _kept(part: bytes, wanted: list[int]) -> list[tuple[int, int]]:
    found = [(int(each[1]), each.start()) for each in NUMBERED.finditer(part)]
    end = END.search(part, found[-1][1]) if found else None
    numbers = [number for number, _ in found]
    is_plain = b"<!" not in part[2:] and len(found) == len(ROW.findall(part))
    if not end or not is_plain or any(after <= before for before, after in pairwise(numbers)):
        return [(0, len(part))]
    starts = [*(start for _, start in found), end.start()]
    needed = sorted({at for row in wanted if (at := bisect_left(numbers, row)) < len(numbers)})
    rows = [(starts[at], starts[at + 1]) for at in needed]
    return [(0, starts[0]), *rows, (starts[-1], len(part))]
