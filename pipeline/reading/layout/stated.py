"""What a sheet says of itself outside its table: so many rows, so much money in all.

A sender's own count is the only thing that shows rows that never came with the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipeline.core.text import normalize
from pipeline.reading.layout.heading_text import spelled
from pipeline.reading.results import FileFinding, params
from pipeline.reading.values.amounts import parse_money
from schemas.incoming.kinds import KINDS
from schemas.table import Type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.reading.files.grid import Grid, Raw

CONTROL_TOTAL = "FILE-027"
LONGEST = 200
FEN = 100


@dataclass(frozen=True)
class Read:
    """What was read: numbers of rows and sums (fen) a statement may mean, yuan per unit of the sheet."""

    counts: Sequence[int]
    sums: Sequence[int]
    scale: int = 1


def find(grid: Grid, said: Sequence[tuple[int, list[Raw]]], read: Read) -> Iterator[FileFinding]:
    """One finding a statement that nothing read agrees with. `said`: rows outside the table, by Excel number."""
    for number, row in said:
        for position, cell in enumerate(row):
            if type(cell) is str and cell and len(cell) <= LONGEST:
                for stated, came_to in _wrong(normalize(cell), read):
                    yield _differs(grid, (number, position), stated, came_to)


def _wrong(text: str, read: Read) -> Iterator[tuple[str, str]]:
    """What a text states, and what was read instead."""
    for match in _counted().finditer(text):
        if read.counts and int(match[1]) not in read.counts:
            yield match[0], str(read.counts[0])
    for match in _summed().finditer(text):
        fen = parse_money(match[1], scale=read.scale).value
        if read.sums and isinstance(fen, int) and all(abs(fen - each) > 1 for each in read.sums):
            yield match[0], f"{read.sums[0] / FEN:,.2f}"


def _differs(grid: Grid, at: tuple[int, int], stated: str, read: str) -> FileFinding:
    told, (number, position) = params(value=stated, other=read), at
    return FileFinding(CONTROL_TOTAL, grid.name, raw=stated, params=told, row=number, letter=grid.letter(position))


def sums_of(kind: str, totals: Mapping[str, int]) -> list[int]:
    """What the money columns of a table come to, in fen."""
    return [totals[name] for name in map(str, KINDS[kind].columns) if _is_money(kind, name) and name in totals]


def _is_money(kind: str, name: str) -> bool:
    return KINDS[kind].spec(name).type is Type.MONEY


@cache
def _counted() -> re.Pattern[str]:
    return re.compile(rf"(?:{_either('reading.in_all')})\s*:?\s*(\d{{1,6}})\s*(?:{_either('reading.row_word')})")


@cache
def _summed() -> re.Pattern[str]:
    amount = rf"[\u00a5\uffe5]?\s*\d[\d,]*(?:\.\d+)?\s*(?:{_either('reading.scaled_yuan')})?"
    return re.compile(rf"(?:{_either('reading.sum_word')})\s*:?\s*({amount})")


def _either(key: str) -> str:
    return "|".join(re.escape(word) for word in sorted(spelled(key), key=len, reverse=True))
