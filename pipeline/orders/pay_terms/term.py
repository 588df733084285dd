"""One part of a term: what it is, and how it is found in a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from pipeline.core.text import normalize, simplified
from schemas.language.numerals import load_numerals
from schemas.policy import terms as spellings

YEAR_MONTHS = 12
BARE = frozenset({"PREPAY", "COD", "LC", "BACK", "ADVANCE", "DRAFT", "UNKNOWN"})


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment of a pay term.

    `base`: O confirmed, S shipped, D signed, I invoiced, A accepted, T statement day. `kind`:
    prepay (before the goods leave), net and net_wd (days after the base), eom (days after the
    end of its month), next (days after the first of the next month), day (that day of the next
    month), months, never. `portion` is None for a part of `amount_fen` and for the remainder.
    """

    code: str
    label: str = "whole"
    base: str = ""
    kind: str = "never"
    days: int = 0
    months: int = 0
    day_of_month: int = 0
    portion: Decimal | None = None
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """What a text means.

    `days_assumed`: a number or a base was not written and the usual one is used. `unknown`: no
    due day can follow from it. `is_restricted`: payment hangs on somebody else's payment.
    """

    parts: tuple[Part, ...]
    days_assumed: bool = False
    unknown: bool = False
    is_restricted: bool = False

    @property
    def code(self) -> str:
        """Return ``EOM(30)``, or SPLIT when there are several parts."""
        return self.parts[0].code if len(self.parts) == 1 else "SPLIT"


@dataclass(frozen=True, slots=True)
class ReadPart:
    """A part as found, with the flags of its spelling."""

    part: Part
    flags: frozenset[str]


UNKNOWN = Term((Part("UNKNOWN"),), unknown=True)


def joined(reads: list[ReadPart]) -> Term:
    """Return the term of these parts; what is said of one part is said of the term."""
    flags = frozenset().union(*(read.flags for read in reads))
    return Term(
        tuple(read.part for read in reads),
        days_assumed="assumed" in flags,
        unknown="unknown" in flags,
        is_restricted="restricted" in flags,
    )


def find_term(text: str, unless: str) -> ReadPart | None:
    """Return the first term found in the text; a draft is how money comes, so other terms are looked for first."""
    for wording in (spellings.mark("draft").sub("", text), text):
        in_days = scaled(wording, "days")
        for spelling in spellings.load()["term"]:
            span = wording if spelling.kind == "months" else in_days
            if unless not in spelling.flags and (found := spelling.pattern.search(span)):
                return ReadPart(_part(spelling, found), spelling.flags)
    if spellings.mark("draft").search(text):
        return ReadPart(Part("DRAFT", base="D", kind="net"), frozenset({"assumed"}))
    return None


def _part(spelling: spellings.Spelling, found: re.Match[str]) -> Part:
    said = {name.rstrip("_"): value for name, value in found.groupdict().items() if value}
    days = int(said.get("n", spelling.n))
    if spelling.kind == "day":
        day = int(said.get("k", spelling.n))
        return Part(f"{spelling.key}({day})", base=spelling.base, kind="day", day_of_month=day)
    if spelling.kind == "months":
        months = int(said.get("months", spelling.n))
        return Part(f"{spelling.key}({months})", "retention", spelling.base, "months", months=months)
    code = spelling.key if spelling.key in BARE else f"{spelling.key}({days}{'WD' if 'wd' in said else ''})"
    if "more" in said:
        code, days = f"{code}+{said['more']}", days + int(said["more"])
    return Part(code, base=spelling.base, kind="net_wd" if "wd" in said else spelling.kind, days=days)


def label_in(text: str) -> str:
    """Return what the text calls the part, or nothing."""
    return next((spelling.key for spelling in spellings.load()["label"] if spelling.pattern.search(text)), "")


def usual_part(label: str) -> ReadPart:
    """Return what is meant when only the share is written."""
    parts = {
        "deposit": Part("ADVANCE", base="O", kind="net"),
        "progress": Part("PREPAY", base="S", kind="prepay"),
        "final": Part("COD", base="D", kind="net"),
        "retention": Part(f"RET({YEAR_MONTHS})", base="D", kind="months", months=YEAR_MONTHS),
    }
    # a deposit is due with the order whoever writes it; the others are our reading
    return ReadPart(parts[label], frozenset() if label == "deposit" else frozenset({"assumed"}))


def without_share(text: str) -> str:
    """Return the text without percentages and sums, which look like days to a pattern."""
    return spellings.mark("amount").sub("", spellings.mark("percent").sub("", text))


def one_form(text: str) -> str:
    """Return a pay term in half width and capitals, with digits for number words and days for weeks and months."""
    plain = simplified(normalize(text)).upper().strip()
    plain = re.sub(r"(?<=[A-Z/])\s+|\s+(?=[A-Z%])|(?<=[\u4e00-\u9fff])\s+(?=\d)|(?<=\d),(?=\d{3}(?!\d))", "", plain)
    plain = _counted().sub(lambda found: str(_number(found[0])), plain)
    for rewrite in spellings.load()["rewrite"]:
        plain = rewrite.pattern.sub(rewrite.key, plain)
    return scaled(plain, "scale")


def scaled(text: str, group: str) -> str:
    """Return the text with spans in a smaller unit: weeks in days, years in months.

    A month is thirty days, but for warranties.
    """
    for spelling in spellings.load()[group]:
        text = spelling.pattern.sub(lambda at, unit=spelling: f"{int(at[1]) * unit.n}{unit.key}", text)  # type: ignore[misc]
    return text


@cache
def _counted() -> re.Pattern[str]:
    """Number words, where a unit follows or the name of a term stands before."""
    words = "".join(_digits()) + "".join(_places())
    units, before = (spellings.mark(key).pattern for key in ("unit", "before_number"))
    return re.compile(rf"[{words}]+(?={units})|(?<={before})[{words}]+")


@cache
def _digits() -> dict[str, int]:
    numerals = load_numerals()
    ours = {text: digit for digit, text in numerals.digits.items()}
    return ours | {other: ours[text] for other, text in numerals.also.items() if text in ours}


@cache
def _places() -> dict[str, int]:
    numerals = load_numerals()
    ours = {text: place for place, text in numerals.places.items() if place <= 100}  # noqa: PLR2004
    return ours | {other: ours[text] for other, text in numerals.also.items() if text in ours}


def _number(words: str) -> int:
    """Up to 999; plain digits in a row are read as they stand."""
    total, digit = 0, 0
    for word in words:
        if word in _places():
            total += max(digit, 1) * _places()[word]
            digit = 0
        else:
            digit = digit * 10 + _digits()[word]
    return total + digit
