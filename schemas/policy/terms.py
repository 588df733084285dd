"""Pay terms as people write them: the spellings of `terms.csv`, in the order they are tried.

Groups of the table: `rewrite` (pattern → key, put into the text first), `mark` (where parts
begin, what is a share), `label` (what a part is called), `term` (what a text means).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from schemas import table_file

SHIPPED = Path(__file__).with_name("terms.csv")


@dataclass(frozen=True, slots=True)
class Spelling:
    """One row of terms.csv.

    `base` and `kind` are those of `pipeline.orders.pay_terms.Part`; `n` is used where the pattern has no
    number. Flags: assumed (nobody wrote the number), restricted (a clause the law frowns upon),
    unknown (no due day can follow from it), whole / part (only for the whole price, or only for
    a part of it).
    """

    group: str
    key: str
    base: str
    kind: str
    n: Annotated[int, lambda text: int(text or 0)]
    flags: frozenset[str]
    pattern: re.Pattern[str]


@cache
def load() -> dict[str, tuple[Spelling, ...]]:
    """Return group → its rows in the order of the file."""
    groups: dict[str, list[Spelling]] = {}
    for row in table_file.load(Spelling, SHIPPED, key=("group", "pattern")):
        groups.setdefault(row.group, []).append(row)
    return {group: tuple(rows) for group, rows in groups.items()}


def mark(key: str) -> re.Pattern[str]:
    """Return the pattern of one mark. Raises KeyError for a mark the table has not."""
    return {spelling.key: spelling.pattern for spelling in load()["mark"]}[key]
