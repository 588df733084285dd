"""Questions about pay terms as people write them, a column at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

import pandas as pd

from pipeline.core.groups import answers
from pipeline.orders.pay_terms.parse import parse_term
from pipeline.orders.pay_terms.term import Part, Term
from schemas.language.words import load
from schemas.policy.policy import Policy

PAY_TERM = "pay_term"
GRADE = re.compile(r"[^\s,，、;；/]+")


def asks(terms: pd.Series[str], question: Callable[[Term], bool]) -> pd.Series[bool]:
    """Ask a question about terms as written, each different one read once; blank ones say no."""
    return answers(terms, lambda term: question(parse_term(term)))


def in_words(tables: Mapping[str, pd.DataFrame], terms: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Return the same tables, with the company's own names of terms put into words that say when to pay."""
    if not terms:
        return dict(tables)
    named = {name: frame for name, frame in tables.items() if PAY_TERM in frame.columns}
    return dict(tables) | {n: f.assign(pay_term=f[PAY_TERM].str.strip().replace(terms)) for n, f in named.items()}


def codes(terms: pd.Series[str]) -> pd.Series[str]:
    """Return what terms mean, so that two spellings compare equal; missing where blank or not understood."""
    known = {term: _code(parse_term(term)) for term in terms.dropna().unique()}
    return terms.map(known).astype("str")


def grades_in(text: str) -> frozenset[str]:
    """Return grades of customers named in one cell, in any order and case."""
    return frozenset(grade.upper() for grade in GRADE.findall(text))


def are_allowed(terms: pd.Series[str], grades: pd.Series[str] | None, policy: Policy) -> pd.Series[bool]:
    """Return whether terms may be agreed on with customers of these grades, as far as the managers say.

    Blank and unknown terms may.

    `grades` stand beside the terms; None when no customer file was ever taken in: then nobody asks for them.
    """
    refused = {_code(parse_term(meant)) for meant in policy.refused_terms}
    reaches: dict[str | None, list[frozenset[str]]] = {}
    for meant, reach in policy.allowed_terms:
        reaches.setdefault(_code(parse_term(meant)), []).append(reach)

    @cache
    def is_allowed(code: str, grade: str | None) -> bool:
        if code in refused or not reaches:
            return code not in refused
        own = frozenset() if grade is None else grades_in(grade)
        return any(grade is None or not reach or reach & own for reach in reaches.get(code, ()))

    known = codes(terms)
    beside = [None] * len(terms) if grades is None else grades.fillna("")
    pairs = zip(known.notna(), known, beside, strict=True)
    return pd.Series(
        [not is_known or is_allowed(code, grade) for is_known, code, grade in pairs], terms.index, dtype=bool
    )


def is_prepaid(term: Term) -> bool:
    """Return whether all of the price is owed before the goods leave."""
    return all(part.kind == "prepay" or part.base == "O" for part in term.parts)


def is_after_goods(term: Term) -> bool:
    """Return whether nothing is owed before goods leave, and something then."""
    return not term.unknown and all(part.base != "O" and part.kind not in ("prepay", "never") for part in term.parts)


def is_credit(term: Term) -> bool:
    """Return whether something is owed later than on delivery."""
    return not term.unknown and any(
        part.base != "O" and part.kind != "prepay" and part.code != "COD" for part in term.parts
    )


def is_invoice_first(term: Term) -> bool:
    """Return whether something is owed only once it was invoiced or stated."""
    return any(part.base in ("I", "T") or part.kind in ("eom", "day", "next") for part in term.parts)


def _code(term: Term) -> str | None:
    if term.unknown:
        return None
    return "+".join(f"{part.code}:{part.portion or part.amount_fen or ''}" for part in term.parts)


def describe_term(term: Term, lang: str) -> str:
    """Return the parts of a term in words, each with its share: ``30% …, 70% …``."""
    return ", ".join(f"{_share(part)}{_meaning(part, lang)}" for part in term.parts)


def _share(part: Part) -> str:
    return f"{(part.portion * 100).normalize():f}% " if part.portion is not None else ""


def _meaning(part: Part, lang: str) -> str:
    family = part.code.partition("(")[0]
    number = part.months or part.day_of_month or part.days
    return load()[f"term.{family}"].text(lang).replace("{n}", str(number))
