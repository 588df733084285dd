"""Which tables are not ours though their headings fit one of our kinds: a journal is no list of money received.

`foreign.csv` (table, signs, kinds, unless). `signs`: all of the clauses, parted by ";", each naming whole headings of
which one must be there ("2:a|b|c": two of them). `kinds`: what such a table is never taken for, all of them where none
is named. `unless`: headings that make it ours all the same: where somebody buys, a supplier is no sign of a purchase;
"@payers" are the words of that part of headings, "@buyers" every name of the customer of an order but those that may be
anybody's.

`foreign_titles.csv` (table, words, kinds, unless): the same of tables of which only the line above them, the name of
their sheet or of their file says it. `words`: what such a title begins with, or what stands in it before the words
that titles end with.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from schemas import table_file
from schemas.incoming.sources import Clause, parse_clauses
from schemas.language.headings import forms, parts
from schemas.language.words import load

SHIPPED = Path(__file__).with_name("foreign.csv")
TITLES = Path(__file__).with_name("foreign_titles.csv")
NAMED, BUYERS, ANYBODY = "@", "@buyers", "anybody"
CUSTOMER, CODE = "orders.customer_name", "orders.customer_code"


@cache
def buyers() -> tuple[str, ...]:
    """Return every name of the customer of an order, listed or put together, that nobody but a buyer has."""
    word, anybody = load()[CUSTOMER], set(parts()[ANYBODY])
    made = [name for form in forms() if CUSTOMER in form.fields for name in form.spelled(str)]
    coded = [name for form in forms() if CODE in form.fields for name in form.spelled(str)]
    return tuple(name for name in dict.fromkeys((word.zh, word.en, *word.other, *made, *coded)) if name not in anybody)


def parse_named(text: str) -> tuple[str, ...]:
    """Return what stands between the bars of ``a|@b``, of each part that is named its words."""
    return tuple(word for one in table_file.parse_bars(text) for word in _words(one))


def _words(one: str) -> tuple[str, ...]:
    if one == BUYERS:
        return buyers()
    return parts()[one[1:]] if one.startswith(NAMED) else (one,)


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


@dataclass(frozen=True, slots=True)
class ForeignTitle:
    """What titles of a table of somebody else say. `table`: as of `Foreign`."""

    table: str
    words: table_file.Bars
    kinds: Annotated[frozenset[str], lambda text: frozenset(text.split())]
    unless: Annotated[tuple[str, ...], parse_named]


@cache
def foreign_titles() -> tuple[ForeignTitle, ...]:
    """Return what the titles of tables say that are not ours though their headings may be."""
    return table_file.load(ForeignTitle, TITLES)


@cache
def foreign_tables() -> tuple[Foreign, ...]:
    """Return every table that is known not to be ours."""
    return table_file.load(Foreign, SHIPPED)
