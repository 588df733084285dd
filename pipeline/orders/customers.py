"""Same customer? Equal names after normalising, then aliases, else a question; never a score."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

import pandas as pd

from pipeline.core.text import cut_words, normalize
from schemas.incoming.customers import Customers
from schemas.language import names as spellings

MOST = 3  # suggestions
SHORTEST = 2  # letters that may tell a company apart
MARKS = re.compile(
    r"[\s()\[\]{}<>\"'`\u2018\u2019\u201c\u201d\u3010\u3011\u300a\u300b\u3008\u3009\u00b7\u3001\u3002&*]+"
)
PUNCTUATION = ".,;:-_"
LIST = re.compile(r"[;,\u3001\n]+")


def customer_key(names: pd.Series[str]) -> pd.Series[str]:
    """Return names without width, case, spaces, brackets and legal forms; missing stays missing."""
    known = {name: _key(name) for name in names.dropna().unique()}
    return names.map(known).astype("str")


def link(names: pd.Series[str], customers: pd.DataFrame) -> pd.Series[str]:
    """Return keys of the customers these names stand for: their own, else by alias, else the key of the name.

    An alias that two customers claim links to neither.
    """
    own = customer_key(names)
    other = aliases(customers)
    keys = own.dropna().unique()
    return own.map({key: other.get(key, key) for key in keys}).astype("str") if other else own


def as_filed(names: pd.Series[str], customers: pd.DataFrame) -> pd.Series[str]:
    """Return names as the customer file has them, where they are an alias; others as they are written."""
    other = aliases(customers)
    if not other or names.empty:
        return names
    filed_as = dict(
        zip(customer_key(customers[Customers.customer_name]), customers[Customers.customer_name], strict=True)
    )
    known = {alias: filed_as[key] for alias, key in other.items() if key in filed_as}
    return customer_key(names).map(known).astype("str").fillna(names)


def aliases(customers: pd.DataFrame) -> dict[str, str]:
    """Return the key of an alias → key of its customer; names of customers themselves are never aliases."""
    rows = customers[[str(Customers.customer_name), str(Customers.aliases)]].dropna()
    own = set(customer_key(customers[Customers.customer_name]).dropna())
    found: dict[str, set[str]] = {}
    for name, listed in rows.itertuples(index=False):
        for alias in LIST.split(normalize(listed)):
            found.setdefault(_key(alias), set()).add(_key(name))
    return {alias: next(iter(keys)) for alias, keys in found.items() if len(keys) == 1 and alias and alias not in own}


def filed(customers: pd.DataFrame, column: str) -> pd.Series:
    """Return a column of the customer file by the key of the customer, of several rows for one the first."""
    keyed = customers.assign(key=customer_key(customers[Customers.customer_name])).dropna(subset=["key"])
    return keyed.drop_duplicates("key").set_index("key")[column]


def suggest(name: str, customers: pd.DataFrame) -> list[str]:
    """Return up to three customers, as written, that share a word with the name which tells companies apart."""
    known = tuple(sorted(customers[Customers.customer_name].dropna().unique()))
    wanted = tokens(name)
    shared = [(max((len(word) for word in wanted & tokens(other)), default=0), other) for other in known]
    # or all that tells both apart from others is the same, be it one letter
    near = [(size or _inside(wanted, other) or _parts(name) == _parts(other) != [], other) for size, other in shared]
    return [other for size, other in sorted(near, key=lambda pair: (-pair[0], pair[1])) if size][:MOST]


@lru_cache(maxsize=65_536)
def tokens(name: str) -> frozenset[str]:
    """Return what is left of a name without places, trades and legal forms."""
    return frozenset(part for part in _parts(name) if len(part) >= SHORTEST)


def _parts(name: str) -> list[str]:
    return [part for part in _common().split(_key(name)) if part]


def _inside(wanted: frozenset[str], other: str) -> int:
    key = _key(other)
    return max((len(word) for word in wanted if word in key), default=0)


@lru_cache(maxsize=262_144)
def _key(name: str) -> str:
    plain = MARKS.sub("", normalize(name).casefold()).strip(PUNCTUATION)
    bare = cut_words(_legal(), plain).strip(PUNCTUATION)
    return bare or plain


@cache
def _legal() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in spellings.load()["legal"])
    return re.compile(rf"(?:[.,]?(?:{words}))+$")


@cache
def _common() -> re.Pattern[str]:
    groups: Mapping[str, tuple[str, ...]] = spellings.load()
    words = sorted({word for group in groups.values() for word in group}, key=lambda word: (-len(word), word))
    return re.compile("|".join(re.escape(word) for word in words) + r"|[\s.,;:_-]+")
