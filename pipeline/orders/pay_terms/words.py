"""A term in plain words: what we take it to mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.language.words import load

if TYPE_CHECKING:
    from pipeline.orders.pay_terms.part import Part, Term


def said(term: Term, lang: str) -> str:
    """``30% …, 70% …``: the parts of a term, each with its share."""
    return ", ".join(f"{_share(part)}{_meaning(part, lang)}" for part in term.parts)


def _share(part: Part) -> str:
    return f"{(part.portion * 100).normalize():f}% " if part.portion is not None else ""


def _meaning(part: Part, lang: str) -> str:
    family = part.code.partition("(")[0]
    number = part.months or part.day_of_month or part.days
    return load()[f"term.{family}"].said(lang).replace("{n}", str(number))
