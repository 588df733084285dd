"""How people spell things in cells: one table of spellings, by group.

`spellings.csv` (group, spelling, value): what is written, and what we take it for. A group of
marks (a year sign, a currency, a vague word) gives each its meaning; a group `choice.*` is the
vocabulary of a column, and an empty value in it means "the same as leaving the cell empty".
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SHIPPED = Path(__file__).with_name("spellings.csv")


@cache
def load() -> dict[str, dict[str, str]]:
    """Group → spelling → value, in the order of the file.

    Raises ValueError when a group spells one thing twice.
    """
    groups: dict[str, dict[str, str]] = {}
    with SHIPPED.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            spellings = groups.setdefault(row["group"], {})
            if row["spelling"] in spellings:
                raise ValueError(f"{SHIPPED.name}: {row['group']} has {row['spelling']} twice")
            spellings[row["spelling"]] = row["value"]
    return groups


def group(name: str) -> Mapping[str, str]:
    """Spelling → value of one group. Raises KeyError for a group the table has not."""
    return load()[name]


def pattern(*names: str) -> str:
    """A regex that matches any spelling of these groups, the longest first, without groups."""
    found = {spelling for name in names for spelling in group(name)}
    return "|".join(re.escape(each) for each in sorted(found, key=lambda s: (-len(s), s)))
