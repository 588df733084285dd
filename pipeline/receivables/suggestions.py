"""Which items money without an order may pay: proposed in words, never done."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.core.accounts import account_keys
from pipeline.core.money import format_money
from pipeline.orders.customers import suggest as similar
from pipeline.receivables.context import ints
from pipeline.receivables.phrases import phrase
from schemas.derived.receivables import Receivables, Unapplied
from schemas.language.words import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.receivables.context import AgeingContext, Ints
    from schemas.derived.receivables import Why

MOST_ITEMS = 4  # of one subset
MOST_SEARCHED = 16  # oldest open items of a customer
MOST_SHOWN = 4
ASKED: tuple[Why, ...] = ("no_order", "rest", "unknown_order", "over")
UNKNOWN_PAYER: Why = "unknown_payer"


def suggest_items(rows: pd.DataFrame, items: pd.DataFrame, context: AgeingContext) -> pd.Series[str]:
    """Return a text per paper with money left: the one item of that amount, the one subset, else the oldest first."""
    texts: list[str | None] = [None] * len(rows)
    ours = items[ints(items[Receivables.open_fen]) > 0]
    ours = ours.sort_values([str(Receivables.due_on), str(Receivables.order_no)], kind="stable")
    groups = ours.groupby(account_keys(ours[Receivables.customer_key], ours[Receivables.currency])).indices
    labels = _labels(ours)
    fen = ints(ours[Receivables.open_fen])
    why, key = rows[Unapplied.why], account_keys(rows[Unapplied.customer_key], rows[Unapplied.currency])
    left = ints(rows[Unapplied.left_fen])
    wanted = np.flatnonzero(why.isin(ASKED).to_numpy(dtype="bool") & (left > 0))
    for customer, at in pd.Series(wanted).groupby(key.iloc[wanted].to_numpy()):
        places = np.asarray(groups.get(customer, ()), dtype="int64")
        code = rows[Unapplied.currency].iloc[at.iloc[0]]
        proposed = _Open([labels[place] for place in places.tolist()], fen[places], (context.lang, code)).propose(
            left[at]
        )
        for row, text in zip(at.tolist(), proposed, strict=True):
            texts[row] = text
    for row in np.flatnonzero((why == UNKNOWN_PAYER).to_numpy(dtype="bool")).tolist():
        texts[row] = _similar(rows[Unapplied.payer].iloc[row], context)
    return pd.Series(texts, index=rows.index, dtype="str")


def _labels(items: pd.DataFrame) -> list[str]:
    """``202405-001``, with the instalment where there are several."""
    whole = items[Receivables.instalment].isin(["whole", "opening"])
    several = items[Receivables.order_no] + "#" + items[Receivables.instalment_no].astype("str")
    return items[Receivables.order_no].where(whole, several).tolist()


def _similar(payer: object, context: AgeingContext) -> str | None:
    names = similar(payer, context.heads("customers")) if isinstance(payer, str) else []
    comma = translate("suggest.comma", context.lang)
    return phrase("suggest.similar", context.lang)(names=comma.join(names)) if names else None


class _Open:
    """The open items of one account, oldest first. `words`: language and currency."""

    def __init__(self, labels: Sequence[str], fen: Ints, words: tuple[str, str]) -> None:
        self.labels, self.fen, (self.lang, self.code) = labels, fen, words
        self.upto = np.cumsum(fen)

    def propose(self, left: Ints) -> list[str]:
        """Return a text for every sum."""
        if not self.labels:
            return [translate("suggest.none", self.lang)] * len(left)
        singles, subsets = self._equal(left)
        return [self._said(*found) for found in zip(left.tolist(), singles, subsets, strict=True)]

    def _equal(self, left: Ints) -> tuple[list[list[int]], list[list[int]]]:
        """Items, and subsets of two and more, of exactly each sum; by position."""
        members = _subsets(min(len(self.fen), MOST_SEARCHED))
        sums = np.append(self.fen[:MOST_SEARCHED], 0)[members].sum(axis=1)
        return _matches(left, self.fen), _matches(left, sums)

    def _said(self, left: int, singles: list[int], subsets: list[int]) -> str:
        if len(singles) == 1:
            return phrase("suggest.item", self.lang)(item=self.labels[singles[0]], amount=format_money(left, self.code))
        if len(subsets) == 1 and not singles:
            members = _subsets(min(len(self.fen), MOST_SEARCHED))[subsets[0]].tolist()
            places = [place for place in members if place < min(len(self.fen), MOST_SEARCHED)]
            return phrase("suggest.sum", self.lang)(items=self._listed(places))
        count = min(int(np.searchsorted(self.upto, left)) + 1, len(self.fen))
        more = phrase("suggest.more", self.lang)(count=str(count)) if count > MOST_SHOWN else ""
        return phrase("suggest.fifo", self.lang)(items=self._listed(range(min(count, MOST_SHOWN))) + more)

    def _listed(self, places: Sequence[int]) -> str:
        said = phrase("suggest.part", self.lang)
        parts = [
            said(item=self.labels[place], amount=format_money(int(self.fen[place]), self.code)) for place in places
        ]
        return translate("suggest.comma", self.lang).join(parts)


def _matches(left: Ints, sums: Ints) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in left]
    for row, place in zip(*(places.tolist() for places in np.nonzero(left[:, None] == sums)), strict=True):
        found[row].append(place)
    return found


@lru_cache(maxsize=MOST_SEARCHED + 1)
def _subsets(size: int) -> Any:
    """Places of every subset of two to `MOST_ITEMS` of `size` items; `size` itself stands for none."""
    rows = [
        (*chosen, *([size] * (MOST_ITEMS - len(chosen))))
        for count in range(2, MOST_ITEMS + 1)
        for chosen in combinations(range(size), count)
    ]
    return np.array(rows, dtype="int64").reshape(-1, MOST_ITEMS)
