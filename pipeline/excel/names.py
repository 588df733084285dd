"""Names that spreadsheets and file systems take: columns, sheets, parts, files; text that would run as a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable
from posixpath import basename, dirname, join, normpath

LETTERS = 26
BEFORE_A = ord("A") - 1
NOT_IN_SHEETS = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
LONGEST_SHEET = 31  # UTF-16 units
RESERVED = "history"  # Excel keeps this name for its own list of changes
FIRST_OF_MANY = 2
# The wide twins too: where people write Chinese or Japanese, Excel takes them for the narrow ones.
SIGNS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
NOT_IN_FILES = re.compile(r"[^\w\- ()\u4e00-\u9fff]+")
LONGEST_FILE_WORD = 60


def column_letter(column: int) -> str:
    """Return the letters of a column counted from zero: A for 0, Z for 25, AA for 26."""
    letters, rest = "", column + 1
    while rest:
        rest, place = divmod(rest - 1, LETTERS)
        letters = chr(BEFORE_A + 1 + place) + letters
    return letters


def column_of(letters: str) -> int:
    """Return the column of capital letters, counted from zero: 0 for A, 25 for Z, 26 for AA."""
    column = 0
    for char in letters:
        column = column * LETTERS + ord(char) - BEFORE_A
    return column - 1


def plain_name(name: str) -> str:
    """Return a part's name as it is compared: forward slashes, lower case (old exporters write neither)."""
    return name.replace("\\", "/").lower()


def relations_of(part: str) -> str:
    """Return the part that lists what a part is related to; "" stands for the whole package."""
    return join(dirname(part), "_rels", f"{basename(part)}.rels")


def related_part(part: str, target: str) -> str:
    """Return the part a relation leads to, from the root of the package."""
    target = target.replace("\\", "/")
    return target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))


def sheet_name(text: str) -> str:
    """Return a sheet name that Excel accepts, as close to the text as it can be."""
    name = NOT_IN_SHEETS.sub("_", text).strip().strip("'").strip()
    name = _cut(name, LONGEST_SHEET)
    if name.casefold() == RESERVED:
        name += "_"
    return name or "_"


def free_name(name: str, taken: Iterable[str]) -> str:
    """Return the name, numbered when a sheet of the workbook bears it already; case does not tell apart."""
    known = {other.casefold() for other in taken}
    free, number = name, FIRST_OF_MANY
    while free.casefold() in known:
        ending = f" ({number})"
        free = f"{_cut(name, LONGEST_SHEET - len(ending))}{ending}"
        number += 1
    return free


def quoted(tab: str) -> str:
    """Return a sheet name as formulas want it."""
    return "'" + tab.replace("'", "''") + "'"


def _cut(name: str, most: int) -> str:
    """Characters are dropped one by one: half of a pair of units would be no text."""
    while _units(name) > most:
        name = name[:-1]
    return name


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2


def begins_like_a_formula(text: str) -> bool:
    """Tell whether a spreadsheet that opens a text file would calculate with this cell."""
    return text.lstrip("\ufeff \t\r\n\u00a0\u3000").startswith(SIGNS)


def file_word(text: str) -> str:
    """Return the text as a part of a file's name: letters, figures, blanks, hyphens and brackets; never a folder."""
    return NOT_IN_FILES.sub(".", text)[:LONGEST_FILE_WORD].strip(" .") or "_"
