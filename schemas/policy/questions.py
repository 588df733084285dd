"""Questions: findings that people answer by picking one of a few answers, and what is thought likeliest.

Every question is a finding of a rule of `rules.csv`; `questions.csv` says which rules ask, and what may be answered
(words `answer.<key>`). A finding may propose another answer than its rule (`params["proposed"]`). Where `asks` says
OFFERED only those findings of the rule are questions that offer it (`params[OFFERED]`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from schemas import table_file
from schemas.language.words import LANGUAGES
from schemas.language.words import load as words

OFFERED = "offered"
SHIPPED = Path(__file__).with_name("questions.csv")


@dataclass(frozen=True, slots=True)
class Question:
    """One row of questions.csv: the rule that asks, the keys of its answers, the likeliest or none, which findings."""

    rule: str
    answers: Annotated[tuple[str, ...], str.split]
    proposed: str
    asks: Literal["", "offered"]

    def is_posed_by(self, params: Mapping[str, str]) -> bool:
        """Return whether a finding of the rule with these params asks."""
        return self.asks != OFFERED or OFFERED in params


@cache
def load() -> dict[str, Question]:
    """Return every question by the id of its rule."""
    return {question.rule: question for question in table_file.load(Question, SHIPPED)}


def answer_word(key: str, lang: str) -> str:
    """Return what an answer is called, in `zh` or `en`."""
    return words()[f"answer.{key}"].text(lang)


def answer_key(text: str) -> str:
    """Return the key of an answer as somebody typed it, in any language or spelling; blank for none that is known."""
    return _keys().get(_folded(text), "")


@cache
def _keys() -> dict[str, str]:
    """Every spelling of every answer, and its key."""
    asked = dict.fromkeys(key for question in load().values() for key in question.answers)
    known = {key: words()[f"answer.{key}"] for key in asked}
    return {
        _folded(said): key
        for key, word in known.items()
        for said in (*(word.text(lang) for lang in LANGUAGES), *word.other)
    }


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
