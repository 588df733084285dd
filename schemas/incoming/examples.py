"""One filled row of every kind, as the blank workbooks show it."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).with_name("examples.csv")
FIRST = "@first"  # the first choice of the column's vocabulary, whatever that is


@cache
def load() -> dict[tuple[str, str], dict[str, str]]:
    """(kind, column) → language → what one would type. Columns left out are blank in the example."""
    with SHIPPED.open(encoding="utf-8-sig", newline="") as lines:
        return {(row["kind"], row["column"]): {"zh": row["zh"], "en": row["en"]} for row in csv.DictReader(lines)}
