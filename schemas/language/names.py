"""Words in company names that do not tell one company from another.

`names.csv` (group, word): legal forms (`legal`), places (`place`), trades (`common`).
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).with_name("names.csv")


@cache
def load() -> dict[str, tuple[str, ...]]:
    """Group → words, the longest first."""
    groups: dict[str, list[str]] = {}
    with SHIPPED.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            groups.setdefault(row["group"], []).append(row["word"].casefold())
    return {group: tuple(sorted(words, key=lambda word: (-len(word), word))) for group, words in groups.items()}
