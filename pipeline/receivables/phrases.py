"""Sentences that are said a hundred thousand times a night."""

from __future__ import annotations

from functools import cache
from string import Formatter
from typing import TYPE_CHECKING

from schemas.language.words import translate

if TYPE_CHECKING:
    from collections.abc import Mapping


class Phrase:
    """A sentence of the word tables, taken apart once. Values are never read as templates."""

    def __init__(self, text: str) -> None:
        self.parts = [(before, name) for before, name, _, _ in Formatter().parse(text)]

    def __call__(self, **values: str) -> str:
        """The sentence with its placeholders filled."""
        return self.filled(values)

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the sentence as calling it does, with the values in a mapping."""
        return "".join(before + (values[name] if name else "") for before, name in self.parts)


@cache
def phrase(key: str, lang: str) -> Phrase:
    """Return the sentence for a key of the word tables."""
    return Phrase(translate(key, lang))
