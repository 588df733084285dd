"""The word table: one key, its Chinese and English, and other spellings."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Word:
    """One row of words*.csv."""

    key: str
    zh: str
    en: str
    other: tuple[str, ...] = ()

    def said(self, lang: str) -> str:
        """The word in `zh` or `en`."""
        return self.en if lang == "en" else self.zh


@cache
def load() -> dict[str, Word]:
    """Every row of every ``words*.csv`` beside this module, by key.

    Raises ValueError when two files give the same key.
    """
    words: dict[str, Word] = {}
    for path in sorted(Path(__file__).parent.glob("words*.csv")):
        for key, zh, en, other in _rows(path):
            if key in words:
                raise ValueError(f"{path.name}: {key} stands twice")
            words[key] = Word(key, zh, en, tuple(s for s in other.split("|") if s))
    return words


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines))[1:]


def translate(key: str, lang: str) -> str:
    """The word for `key`. Raises KeyError for a key no table has."""
    return load()[key].said(lang)
