"""The capital numerals in which amounts are written out on letters and statements.

`numerals.csv` (kind, value, text, also): `text` is what we write, `also` what we read as the same, parted by spaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas import table_file

SHIPPED = Path(__file__).with_name("numerals.csv")


@dataclass(frozen=True)
class Numerals:
    """`digits`: 0 to 9. `places`: 10, 100, 1000, 10^4, 10^8. `fen`: the units worth 100, 10 and 1 fen.

    `also`: another spelling → ours.
    """

    digits: Mapping[int, str]
    places: Mapping[int, str]
    fen: Mapping[int, str]
    whole: str
    minus: str
    currency: str
    also: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Numeral:
    """One row of numerals.csv."""

    kind: str
    value: int | None
    text: str
    also: tuple[str, ...]


@cache
def load_numerals() -> Numerals:
    """Read the shipped table, once."""
    rows = table_file.load(Numeral, SHIPPED, key=("kind", "value"))
    return Numerals(
        digits=_valued(rows, "digit"),
        places=_valued(rows, "place"),
        fen=_valued(rows, "fen"),
        **{row.kind: row.text for row in rows if row.value is None},
        also={other: row.text for row in rows for other in row.also},
    )


def _valued(rows: Iterable[Numeral], kind: str) -> dict[int, str]:
    return {row.value: row.text for row in rows if row.kind == kind and row.value is not None}
