"""How units are counted in each other: what measures are by nature, and what the company declares of its goods."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from schemas import table_file


@dataclass(frozen=True, slots=True)
class UnitRatio:
    """One `unit` is `count` of `base`; of one product, by its code or model, or of all when it is blank."""

    product: str
    unit: str
    count: Decimal
    base: str


@cache
def measures() -> tuple[UnitRatio, ...]:
    """Return the rows of units.csv: units of weight, length, area and volume, the same for all goods."""
    return table_file.load(UnitRatio, Path(__file__).with_name("units.csv"), key=("product", "unit", "base"))
