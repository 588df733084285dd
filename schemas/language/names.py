"""Words in company names that do not tell one company from another.

`names.csv` (group, word): legal forms (`legal`), places (`place`), trades (`common`).
"""

# stands alone: the table names.csv
from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas import table_file

SHIPPED = Path(__file__).with_name("names.csv")


@dataclass(frozen=True, slots=True)
class NameWord:
    """One row of names.csv."""

    group: str
    word: str


@cache
def load() -> dict[str, tuple[str, ...]]:
    """Return group → words, the longest first."""
    groups: dict[str, list[str]] = {}
    for row in table_file.load(NameWord, SHIPPED, key=("group", "word")):
        groups.setdefault(row.group, []).append(row.word.casefold())
    return {group: tuple(sorted(words, key=lambda word: (-len(word), word))) for group, words in groups.items()}
