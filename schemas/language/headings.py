"""How companies put their headings together: what a column is about, and what of it.

Nobody can list the headings of all companies, but most are put together from few words: the order's, the contract's or
the ordered; number, day, quantity or sum. `headings.csv` (fields, parts): of which fields (``table.field``) a heading
is that has these parts one after the other, a part with "?" or without it. `heading_parts.csv` (part, words): the
words of a part. What the word table says of a heading goes before what is put together here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from schemas import table_file

SHIPPED = Path(__file__).with_name("headings.csv")
PARTS = Path(__file__).with_name("heading_parts.csv")
OPTIONAL = "?"


@dataclass(frozen=True, slots=True)
class HeadingPart:
    """One row of heading_parts.csv."""

    part: str
    words: table_file.Bars


@dataclass(frozen=True, slots=True)
class HeadingForm:
    """One row of headings.csv."""

    fields: table_file.Bars
    parts: tuple[str, ...]

    def spelled(self, fold: Callable[[str], str]) -> Iterator[str]:
        """Yield every heading of this form, its parts folded. Raises KeyError for a part that the table has not."""
        folded = [map(fold, parts()[part.rstrip(OPTIONAL)]) for part in self.parts]
        chosen = [(*words, *[""] * part.endswith(OPTIONAL)) for words, part in zip(folded, self.parts, strict=True)]
        for words in product(*chosen):
            yield "".join(words)


@cache
def parts() -> dict[str, tuple[str, ...]]:
    """Return part → its words."""
    return {row.part: row.words for row in table_file.load(HeadingPart, PARTS)}


@cache
def forms() -> tuple[HeadingForm, ...]:
    """Return every form of a heading, in the order of the table."""
    return table_file.load(HeadingForm, SHIPPED, key=("fields", "parts"))
