"""Words that lines of the to-do list are made of."""

from __future__ import annotations

from schemas.language.words import load


def text(value: object) -> str:
    """Nothing where nothing is known."""
    return value if isinstance(value, str) else ""


def said_of(key: str, lang: str) -> str:
    """The word of a key; of a key that has none its last part."""
    word = load().get(key)
    return word.said(lang) if word else key.partition(".")[2]
