"""Carriers and the shapes of their tracking numbers: informative only, formats change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas import table_file


@dataclass(frozen=True, slots=True)
class Carrier:
    """One row of carriers.csv; `names` are what a cell may contain, the shape is of the whole number."""

    key: str
    zh: str
    en: str
    names: table_file.Bars
    shape: re.Pattern[str]


@cache
def load() -> tuple[Carrier, ...]:
    """Return every carrier, in the order of the table."""
    return table_file.load(Carrier, Path(__file__).with_name("carriers.csv"))


def shape_of(name: str) -> re.Pattern[str] | None:
    """Return the shape of a carrier's numbers, by its name as written; None for one we do not know."""
    plain = name.upper()
    return next((carrier.shape for carrier in load() if any(own in plain for own in carrier.names)), None)
