"""How people spell things in cells: one table of spellings, by group.

`spellings.csv` (group, spelling, value): what is written, and what we take it for. A group of
marks (a year sign, a currency, a vague word) gives each its meaning; a group `choice.*` is the
vocabulary of a column, and an empty value in it means "the same as leaving the cell empty".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas import table_file

SHIPPED = Path(__file__).with_name("spellings.csv")


@dataclass(frozen=True, slots=True)
class SpellingRow:
    """One row of spellings.csv."""

    group: str
    spelling: str
    value: str


@cache
def load() -> dict[str, dict[str, str]]:
    """Return group → spelling → value, in the order of the file."""
    groups: dict[str, dict[str, str]] = {}
    for row in table_file.load(SpellingRow, SHIPPED, key=("group", "spelling")):
        groups.setdefault(row.group, {})[row.spelling] = row.value
    return groups


def group(name: str) -> Mapping[str, str]:
    """Return spelling → value of one group. Raises KeyError for a group the table has not."""
    return load()[name]


def pattern(*names: str) -> str:
    """Return a regex that matches any spelling of these groups, the longest first, without groups."""
    found = {spelling for name in names for spelling in group(name)}
    return "|".join(re.escape(spelling) for spelling in sorted(found, key=lambda s: (-len(s), s)))
