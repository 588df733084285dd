"""Which sheet is which: the headings that identify a kind, and how it lies on the sheet.

`sources.csv` (kind, layout, needs, excludes, weak). `needs`: all of the clauses, parted by
";", each naming fields of which one must have a heading ("2:a|b|c": two of them).
`excludes`: a sheet with one of these headings is of another kind ("a+b": with both).
`weak`: spellings too common to identify anything, though they name their column well.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

SHIPPED = Path(__file__).with_name("sources.csv")


@dataclass(frozen=True, slots=True)
class Clause:
    """So many of these fields must have a heading."""

    fields: tuple[str, ...]
    least: int = 1

    def holds(self, present: Collection[str]) -> bool:
        """Enough of the fields are there."""
        return sum(field in present for field in self.fields) >= self.least


@dataclass(frozen=True, slots=True)
class Sign:
    """What makes a sheet one of a kind."""

    kind: str
    layout: str
    needs: tuple[Clause, ...]
    excludes: tuple[tuple[str, ...], ...]  # "table.field" names; one group present is enough
    weak: frozenset[str]

    def missing(self, present: Collection[str]) -> tuple[Clause, ...]:
        """The clauses that these fields do not fulfil."""
        return tuple(clause for clause in self.needs if not clause.holds(present))


@cache
def signs() -> tuple[Sign, ...]:
    """Every sign, in the order of the table."""
    with SHIPPED.open(encoding="utf-8-sig", newline="") as lines:
        return tuple(_sign(row) for row in csv.DictReader(lines))


def _sign(row: dict[str, str]) -> Sign:
    return Sign(
        kind=row["kind"],
        layout=row["layout"],
        needs=tuple(_clause(text.strip()) for text in row["needs"].split(";")),
        excludes=tuple(tuple(group.split("+")) for group in row["excludes"].split()),
        weak=frozenset(row["weak"].split("|")) - {""},
    )


def _clause(text: str) -> Clause:
    least, colon, fields = text.rpartition(":")
    return Clause(tuple(fields.split("|")), int(least) if colon else 1)
