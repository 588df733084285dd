"""The word table: one key, its Chinese and English, and other spellings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas import table_file

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Word:
    """One row of words*.csv."""

    key: str
    zh: str
    en: str
    other: table_file.Bars

    def text(self, lang: str) -> str:
        """Return the word in `zh` or `en`."""
        return self.en if lang == "en" else self.zh


class _KnownWords(dict[str, Word]):
    def __missing__(self, key: str) -> Word:
        raise KeyError(f"{key}: no file schemas/language/words*.csv has this key")


@cache
def load() -> dict[str, Word]:
    """Return every row of every ``words*.csv`` beside this module, by key.

    Raises ValueError when two files give the same key.
    """
    words = _KnownWords()
    for path in sorted(Path(__file__).parent.glob("words*.csv")):
        for word in table_file.load(Word, path):
            if word.key in words:
                raise ValueError(f"{path.name}: {word.key} stands twice")
            words[word.key] = word
    return words


def translate(key: str, lang: str) -> str:
    """Return the word for a key. Raises KeyError for a key no table has."""
    return load()[key].text(lang)
