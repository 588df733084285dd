"""Names Excel takes: tabs, column letters, quoted sheet names."""

from __future__ import annotations

import re
from collections.abc import Iterable

FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
LONGEST_TAB = 31
RESERVED = "history"
FIRST_OF_MANY = 2
THIS_ROW = "\0"  # in place of a row's number: no text of a workbook can hold it


def tab_name(text: str) -> str:
    """A sheet name Excel accepts, as close to the text as it can be."""
    name = FORBIDDEN.sub("_", text).strip().strip("'").strip()
    name = _cut(name, LONGEST_TAB)
    if name.casefold() == RESERVED:
        name += "_"
    return name or "_"


def unlike(name: str, taken: Iterable[str]) -> str:
    """The name, numbered when a sheet of the book bears it already; case does not tell apart."""
    known = {each.casefold() for each in taken}
    made, number = name, FIRST_OF_MANY
    while made.casefold() in known:
        ending = f" ({number})"
        made = f"{_cut(name, LONGEST_TAB - len(ending))}{ending}"
        number += 1
    return made


def quoted(tab: str) -> str:
    """A sheet name as formulas want it."""
    return "'" + tab.replace("'", "''") + "'"


def _cut(name: str, most: int) -> str:
    while _units(name) > most:
        name = name[:-1]
    return name


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2
