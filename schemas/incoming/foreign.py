"""Which tables are not ours though their headings fit one of our kinds: a journal is no list of money received.

`foreign.csv` (table, signs, kinds, unless). `signs`: all of the clauses, parted by ";", each naming whole headings of
which one must be there ("2:a|b|c": two of them). `kinds`: what such a table is never taken for, all of them where none
is named. `unless`: headings that make it ours all the same: where somebody buys, a supplier is no sign of a purchase;
"@buyers" are the words of that part of headings.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from schemas import table_file
from schemas.incoming.sources import Clause, parse_clauses
from schemas.language.headings import parts

SHIPPED = Path(__file__).with_name("foreign.csv")
NAMED = "@"


def parse_named(text: str) -> tuple[str, ...]:
    """Return what stands between the bars of ``a|@b``, of each part that is named its words."""
    found = table_file.parse_bars(text)
    return tuple(word for one in found for word in (parts()[one[1:]] if one.startswith(NAMED) else (one,)))


@dataclass(frozen=True, slots=True)
class Foreign:
    """A table of somebody else. `table`: its word, below "foreign."."""

    table: str
    signs: Annotated[tuple[Clause, ...], parse_clauses]
    kinds: Annotated[frozenset[str], lambda text: frozenset(text.split())]
    unless: Annotated[tuple[str, ...], parse_named]

    def is_never(self, kind: str) -> bool:
        """Return whether such a table is never one of this kind."""
        return not self.kinds or kind in self.kinds


@cache
def foreign_tables() -> tuple[Foreign, ...]:
    """Return every table that is known not to be ours."""
    return table_file.load(Foreign, SHIPPED)
