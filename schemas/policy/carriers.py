"""Carriers and the shapes of their tracking numbers: informative only, formats change."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Carrier:
    """One row of carriers.csv; `names` are what a cell may contain, the shape is of the whole number."""

    key: str
    names: tuple[str, ...]
    shape: re.Pattern[str]


@cache
def load() -> tuple[Carrier, ...]:
    """Every carrier. Raises re.error for a shape that is no pattern."""
    with Path(__file__).with_name("carriers.csv").open(encoding="utf-8-sig", newline="") as lines:
        return tuple(
            Carrier(row["key"], tuple(row["other"].split("|")), re.compile(row["pattern"]))
            for row in csv.DictReader(lines)
        )


def shape_of(name: str) -> re.Pattern[str] | None:
    """The shape of a carrier's numbers, by its name as written; None for one we do not know."""
    plain = name.upper()
    return next((each.shape for each in load() if any(own in plain for own in each.names)), None)
