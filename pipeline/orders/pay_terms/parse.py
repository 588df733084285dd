"""A pay term as written becomes parts: which share falls due, by which fact, after how long."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from pipeline.core.money import FEN_PER_YUAN, MOST_YUAN, fen
from pipeline.orders.pay_terms.term import (
    UNKNOWN,
    Part,
    ReadPart,
    Term,
    find_term,
    joined,
    label_in,
    one_form,
    usual_part,
    without_share,
)
from schemas.policy import terms as spellings
from schemas.table import MOST_DAYS

LONGEST = 200  # longer texts are remarks, not terms
MONTH_DAYS = 30


@lru_cache(maxsize=65_536)
def parse_term(text: str) -> Term:
    """Return what a pay term means. Never guesses silently: what cannot be read, or cannot be meant, is `UNKNOWN`."""
    term = _read(one_form(text)) if len(text) <= LONGEST else UNKNOWN
    return UNKNOWN if any(_is_absurd(part) for part in term.parts) else term


def _is_absurd(part: Part) -> bool:
    """Whether a part is put off for decades, or is more money than there is."""
    days = max(part.days, part.months * MONTH_DAYS, part.day_of_month)
    return days > MOST_DAYS or (part.amount_fen or 0) > MOST_YUAN * FEN_PER_YUAN


def _read(plain: str) -> Term:
    if not plain or len(plain) > LONGEST:
        return UNKNOWN
    if ratio := of_ratio(plain):
        return ratio
    segments = pieces_of(plain)
    shares = [share_of(segment) for segment in segments]
    given = [share for share in shares if share is not None]
    if not given or (len(given) == 1 and given[0][0] == 1):
        return _whole(plain)
    return of_parts(segments)


def _whole(plain: str) -> Term:
    bare = re.sub(r"\s+", "", plain)
    read = find_term(bare, "part") or find_term(spellings.mark("percent").sub("", bare), "part")
    if read is None:
        return UNKNOWN
    return joined([read])


ONE, HUNDRED = Decimal(1), Decimal(100)
TENTHS = Decimal(10)
SMALL = Decimal("0.1")  # the last share of a ratio, when no larger, is kept back as a warranty


def pieces_of(plain: str) -> list[str]:
    """Return pieces with at most one share each."""
    pieces = [piece for piece in spellings.mark("delimiter").split(plain) if piece]
    return [part for piece in pieces for part in _apart(piece)]


def _apart(piece: str) -> list[str]:
    found = sorted((m.start(), m.end()) for key in ("percent", "amount") for m in spellings.mark(key).finditer(piece))
    if len(found) < 2:  # noqa: PLR2004
        return _behind(piece, found[0][1]) if found else [piece]
    # "30% deposit 70% balance" parts before each share, "deposit 30% balance 70%" behind it
    cuts = [start for start, _ in found[1:]] if found[0][0] == 0 else [end for _, end in found[:-1]]
    return [piece[since:until] for since, until in zip([0, *cuts], [*cuts, len(piece)], strict=True)]


def _behind(piece: str, end: int) -> list[str]:
    """What stands behind a share begins another part when it names another base."""
    own, other = find_term(without_share(piece[:end]), "whole"), find_term(piece[end:], "whole")
    is_other = own and other and own.part.kind != "months" and own.part.base != other.part.base
    return [piece[:end], piece[end:]] if is_other else [piece]


def share_of(segment: str) -> tuple[Decimal | None, int | None] | None:
    """Return (portion, None) or (None, fen); None when the text names no share."""
    if found := spellings.mark("percent").search(segment):
        return Decimal(found[1]) / HUNDRED, None
    if found := spellings.mark("amount").search(segment):
        yuan = Decimal(found[1].replace(",", "")) * (10_000 if found[2] else 100_000_000 if found[3] else 1)
        return None, fen(min(yuan, Decimal(MOST_YUAN + 1)))
    return None


@dataclass(slots=True)
class _Draft:
    """A part while it is put together."""

    text: str
    portion: Decimal | None = None
    amount_fen: int | None = None

    @property
    def read(self) -> ReadPart | None:
        return find_term(without_share(self.text), "whole")

    @property
    def is_remainder(self) -> bool:
        return self.portion is None and self.amount_fen is None


def of_parts(segments: list[str]) -> Term:
    """Return the term these pieces say; `UNKNOWN` when the shares are more than the whole."""
    drafts: list[_Draft] = []
    for segment in segments:
        share = share_of(segment)
        if share is None and drafts and not _begins(segment, drafts):
            drafts[-1].text += segment
        else:
            drafts.append(_Draft(segment, *(share or (None, None))))
    return _complete(drafts)


def _begins(segment: str, drafts: list[_Draft]) -> bool:
    """Without a share of its own: the remainder, unless it only says more about the part before."""
    if any(draft.is_remainder for draft in drafts) or (
        segment[0].isdigit() and label_in(drafts[-1].text) == "retention"
    ):
        return False
    if spellings.mark("remainder").search(segment):
        return True
    settled = sum(draft.portion or 0 for draft in drafts) >= ONE
    return not settled and drafts[-1].read is not None and find_term(segment, "whole") is not None


def _complete(drafts: list[_Draft]) -> Term:
    said = sum((draft.portion or Decimal(0) for draft in drafts), Decimal(0))
    only_shares = all(draft.amount_fen is None for draft in drafts)
    rest = [draft for draft in drafts if draft.is_remainder]
    if said > ONE or len(rest) > 1 or (rest and said == ONE):
        return UNKNOWN
    if not rest and (said < ONE):
        drafts = _with_rest(drafts)
        rest = [draft for draft in drafts if draft.is_remainder]
    if rest and only_shares:
        rest[0].portion = ONE - said
    return _labelled(drafts)


def _with_rest(drafts: list[_Draft]) -> list[_Draft]:
    """A warranty alone is kept back at the end; anything else alone comes first."""
    last = drafts[-1]
    at = len(drafts) - 1 if label_in(last.text) == "retention" else len(drafts)
    return [*drafts[:at], _Draft(""), *drafts[at:]]


def _labelled(drafts: list[_Draft]) -> Term:
    kept = [label_in(draft.text) == "retention" for draft in drafts]
    final = max((place for place, is_kept in enumerate(kept) if not is_kept), default=-1)
    reads = []
    for place, draft in enumerate(drafts):
        label = "retention" if kept[place] else "final" if place == final else "deposit" if place == 0 else "progress"
        read = draft.read or usual_part(label)
        label = label_in(draft.text) or _by_base(label, read.part.base)
        label = "final" if label == "progress" and place == final else label
        part = replace(read.part, label=label, portion=draft.portion, amount_fen=draft.amount_fen)
        reads.append(ReadPart(part, read.flags))
    return joined(reads)


def _by_base(label: str, base: str) -> str:
    """What falls due with the order is a deposit, and nothing else is."""
    if base == "O":
        return "deposit"
    return "progress" if label == "deposit" else label


def of_ratio(plain: str) -> Term | None:
    """Return the term that a ratio says: 3:7, 3:6:1, 30:60:10; None for a text that is none."""
    found = spellings.mark("ratio").search(plain)
    if not found:
        return None
    figures = [Decimal(figure) for figure in spellings.mark("ratio_split").split(found[1])]
    total = sum(figures)
    if total not in (TENTHS, HUNDRED):
        return None
    shares = [figure / total for figure in figures]
    kept = len(shares) > 2 and shares[-1] <= SMALL  # noqa: PLR2004
    body = len(shares) - kept
    labels = ["deposit", *["progress"] * (body - 2), "final", *["retention"] * kept]
    usual = [usual_part(label) for label in labels]
    return joined(
        [
            ReadPart(replace(read.part, label=label, portion=share), read.flags)
            for read, label, share in zip(usual, labels, shares, strict=True)
        ]
    )
