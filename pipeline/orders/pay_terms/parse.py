"""A pay term as written becomes parts: which share falls due, by which fact, after how long."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.orders.pay_terms.part import UNKNOWN, Term, find_term, joined
from pipeline.orders.pay_terms.split import of_parts, of_ratio, pieces_of, share_of
from pipeline.orders.pay_terms.text import one_form
from schemas.policy import terms as spellings

LONGEST = 200  # longer texts are remarks, not terms


@lru_cache(maxsize=65_536)
def parse_term(text: str) -> Term:
    """Never guesses silently: what cannot be read is `UNKNOWN`."""
    plain = one_form(text)
    if not plain or len(plain) > LONGEST:
        return UNKNOWN
    if ratio := of_ratio(plain):
        return ratio
    segments = pieces_of(plain)
    shares = [share_of(each) for each in segments]
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
