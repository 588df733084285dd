"""Which sheet is which: the headings that identify a kind, and how it lies on the sheet.

`sources.csv` (kind, layout, needs, excludes, weak, instead). `needs`: all of the clauses, parted by
";", each naming fields of which one must have a heading ("2:a|b|c": two of them; "a|b+c": a, or
b with c; "a|b+!c": a, or b without c: a price without a quantity is no order by its sum alone;
"a|?a+=b": a, or a by a weak name beside b by one that companies put together for it: a day is one of
money received beside a sum received).
`excludes`: a sheet with one of these headings is of another kind ("a+b": with both).
`weak`: spellings too common to identify anything, though they name their column well.
`instead`: "a=b|c": where no column is a, the first of these that there is stands for it: orders that
only have the number of their contract are known by that.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from schemas import table_file

SHIPPED = Path(__file__).with_name("sources.csv")
ABSENT, BY_WEAK_NAME, PUT_TOGETHER = "!", "?", "="


@dataclass(frozen=True, slots=True)
class Clause:
    """So many of these fields must have a heading."""

    fields: tuple[str, ...]
    least: int = 1
    together: tuple[tuple[str, ...], ...] = ()  # fields that all of them stand for one

    def holds(self, present: Collection[str]) -> bool:
        """Return whether enough of the fields are there."""
        alone = sum(field in present for field in self.fields)
        return alone + sum(all(_is_so(field, present) for field in group) for group in self.together) >= self.least


def _is_so(field: str, present: Collection[str]) -> bool:
    return (field.removeprefix(ABSENT) in present) is not field.startswith(ABSENT)


def parse_clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses of ``a|b; 2:c|d|e; f|g+h``."""
    parts = [clause.strip().rpartition(":") for clause in text.split(";")]
    return tuple(_clause(fields.split("|"), int(least) if colon else 1) for least, colon, fields in parts)


def _clause(fields: list[str], least: int) -> Clause:
    groups = tuple(tuple(field.split("+")) for field in fields if "+" in field)
    return Clause(tuple(field for field in fields if "+" not in field), least, groups)


def parse_groups(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the groups of ``a+b c``."""
    return tuple(tuple(group.split("+")) for group in text.split())


def parse_instead(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return fields and what stands for each, of ``a=b|c d=e``."""
    pairs = [part.partition("=") for part in text.split()]
    return tuple((field, table_file.parse_bars(others)) for field, _, others in pairs)


@dataclass(frozen=True, slots=True)
class Sign:
    """What makes a sheet one of a kind."""

    kind: str
    layout: str
    needs: Annotated[tuple[Clause, ...], parse_clauses]
    excludes: Annotated[tuple[tuple[str, ...], ...], parse_groups]  # "table.field" names; one group present is enough
    weak: table_file.Bars
    instead: Annotated[tuple[tuple[str, tuple[str, ...]], ...], parse_instead]

    def missing(self, present: Collection[str]) -> tuple[Clause, ...]:
        """Return the clauses that these fields do not fulfil."""
        return tuple(clause for clause in self.needs if not clause.holds(present))

    @property
    def by_weak_name(self) -> frozenset[str]:
        """Return the fields that a weak name may stand for, where no other of their names is there."""
        groups = (field for clause in self.needs for group in clause.together for field in group)
        return frozenset(field.removeprefix(BY_WEAK_NAME) for field in groups if field.startswith(BY_WEAK_NAME))


@cache
def signs() -> tuple[Sign, ...]:
    """Return every sign, in the order of the table."""
    return table_file.load(Sign, SHIPPED)
