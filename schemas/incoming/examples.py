"""One filled row of every kind, as the blank workbooks show it."""

# stands alone: the table examples.csv
from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas import table_file

SHIPPED = Path(__file__).with_name("examples.csv")
FIRST = "@first"  # the first choice of the column's vocabulary, whatever that is


@dataclass(frozen=True, slots=True)
class Example:
    """One row of examples.csv: what one would type in a cell, in each language."""

    kind: str
    column: str
    zh: str
    en: str


@cache
def load() -> dict[tuple[str, str], dict[str, str]]:
    """Return (kind, column) → language → what one would type. Columns left out are blank in the example."""
    rows = table_file.load(Example, SHIPPED, key=("kind", "column"))
    return {(row.kind, row.column): {"zh": row.zh, "en": row.en} for row in rows}
