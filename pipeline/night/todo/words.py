"""Words that lines of the to-do list are made of."""

from __future__ import annotations

from schemas.language.words import load


def text_or_blank(value: object) -> str:
    """Return a text as it is, and nothing where nothing is known."""
    return value if isinstance(value, str) else ""


def word_of(key: str, lang: str) -> str:
    """Return the word of a key; of a key that has none its last part."""
    word = load().get(key)
    return word.text(lang) if word else key.partition(".")[2]
