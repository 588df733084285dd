"""What people write in free text beside a sum: whether it has a word we look for in it, and does not deny it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from pipeline.core.groups import answers
from pipeline.core.text import simplified
from schemas.language.words import load

if TYPE_CHECKING:
    import pandas as pd

BEFORE, AFTER = "word.denied", "word.denied_after"


def says(texts: pd.Series[str], key: str) -> pd.Series[bool]:
    """Return which texts have the word of a key, or another spelling of it, in them and do not deny it."""
    word, denied = _patterns(key)
    return answers(texts, lambda text: bool(word.search(denied.sub("", simplified(text)))))


@cache
def _patterns(key: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The word of a key, and the same where a word beside it denies it."""
    spelt = _spelt(key)
    denied = f"(?:{_spelt(BEFORE)})(?:{spelt})|(?:{spelt})(?:{_spelt(AFTER)})"
    return re.compile(spelt, re.IGNORECASE), re.compile(denied, re.IGNORECASE)


def _spelt(key: str) -> str:
    word = load()[key]
    return "|".join(re.escape(text) for text in sorted((word.zh, word.en, *word.other), key=len, reverse=True))
