"""The demo's Chinese: invented names, headings and dirt, all from the tables in schemas."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).parent


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Every row of ``<name>.csv``."""
    with (SHIPPED / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
        return tuple(csv.DictReader(lines))


@cache
def group(name: str) -> dict[str, str]:
    """Key → word of one group of ``words.csv``. Raises KeyError for no such group."""
    found = {row["key"]: row["zh"] for row in table("words") if row["group"] == name}
    if not found:
        raise KeyError(name)
    return found


@cache
def listed(name: str) -> tuple[str, ...]:
    """The words of a group, in the order of the file."""
    return tuple(group(name).values())


def word(name: str, key: str, **filled: object) -> str:
    """One word, its placeholders filled."""
    found = group(name)[key]
    return found.format(**filled) if filled else found


@cache
def layout(name: str) -> tuple[tuple[str, str], ...]:
    """(column, heading) of one sheet form, left to right."""
    return tuple((row["column"], row["heading"]) for row in table("sheets") if row["layout"] == name)
