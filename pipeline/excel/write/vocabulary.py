"""Keys of states, steps, choices and departments, said in words."""

from __future__ import annotations

from functools import cache

from schemas.language.words import load
from schemas.policy import states

OURS = "paper."  # words only papers need


@cache
def vocabulary(says: str, lang: str) -> dict[str, str]:
    """Key → word for everything a column of this vocabulary may hold."""
    if says in states.AXES:
        return {key: state.said(lang) for key, state in states.load()[says].items()}
    ours, theirs = f"{OURS}{says}.", f"{says}."
    said = {key.removeprefix(ours): word.said(lang) for key, word in load().items() if key.startswith(ours)}
    return said | {key.removeprefix(theirs): word.said(lang) for key, word in load().items() if key.startswith(theirs)}
