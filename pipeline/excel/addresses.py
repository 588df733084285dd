"""Columns as Excel names them."""

from __future__ import annotations

LETTERS = 26
BEFORE_A = ord("A") - 1


def letter(column: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    letters, rest = "", column + 1
    while rest:
        rest, place = divmod(rest - 1, LETTERS)
        letters = chr(BEFORE_A + 1 + place) + letters
    return letters


def column_of(letters: str) -> int:
    """0 for A, 25 for Z, 26 for AA; capital letters only."""
    column = 0
    for each in letters:
        column = column * LETTERS + ord(each) - BEFORE_A
    return column - 1


def plain_name(name: str) -> str:
    """A part's name as compared: forward slashes, lower case (old exporters write neither)."""
    return name.replace("\\", "/").lower()
