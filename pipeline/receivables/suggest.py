"""Which items money without an order may pay: proposed in words, never done."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.customers import suggest as similar
from pipeline.money import format_money
from pipeline.receivables.night import ints
from pipeline.wording import phrase
from schemas.receivables import Receivables, Unapplied

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.receivables.night import Ints, Night

MOST_ITEMS = 4  # of one subset
MOST_SEARCHED = 20  # oldest open items of a customer
MOST_SHOWN = 4
ASKED = ("no_order", "unknown_order", "over", "prepaid")


def suggestions(rows: pd.DataFrame, items: pd.DataFrame, night: Night) -> pd.Series[str]:
    """One text per paper with money left: the one item of that amount, else the one subset, else oldest first."""
    texts: list[str | None] = [None] * len(rows)
    ours = items[ints(items[Receivables.open_fen]) > 0]
    ours = ours.sort_values([str(Receivables.due_on), str(Receivables.order_no)], kind="stable")
    groups = ours.groupby(Receivables.customer_key).indices
    labels = _labels(ours)
    fen = ints(ours[Receivables.open_fen])
    why, key = rows[Unapplied.why], rows[Unapplied.customer_key]
    left = ints(rows[Unapplied.left_fen])
    wanted = np.flatnonzero(why.isin(ASKED).to_numpy(dtype="bool") & (left > 0))
    for customer, at in pd.Series(wanted).groupby(key.iloc[wanted].to_numpy()):
        places = np.asarray(groups.get(customer, ()), dtype="int64")
        open_to = _Open(tuple(labels[place] for place in places.tolist()), fen[places])
        for row, text in zip(at, open_to.propose(left[at], night.lang), strict=True):
            texts[row] = text
    for row in np.flatnonzero((why == "unknown_payer").to_numpy(dtype="bool")).tolist():
        texts[row] = _similar(rows[Unapplied.payer].iloc[row], night)
    return pd.Series(texts, index=rows.index, dtype="str")


def _labels(items: pd.DataFrame) -> list[str]:
    """``202405-001``, with the instalment where there are several."""
    whole = items[Receivables.instalment].isin(["whole", "opening"])
    several = items[Receivables.order_no] + "#" + items[Receivables.instalment_no].astype("str")
    return items[Receivables.order_no].where(whole, several).tolist()


def _similar(payer: object, night: Night) -> str | None:
    names = similar(payer, night.heads("customers")) if isinstance(payer, str) else []
    comma = phrase("suggest.comma", night.lang)
    return phrase("suggest.similar", night.lang, names=comma.join(names)) if names else None


class _Open:
    """The open items of one customer, oldest first."""

    def __init__(self, labels: Sequence[str], fen: Ints) -> None:
        self.labels, self.fen = labels, fen

    def propose(self, left: Ints, lang: str) -> list[str]:
        """A text for every sum."""
        if not self.labels:
            return [phrase("suggest.none", lang)] * len(left)
        sums, picks = self._sums()
        since, until = np.searchsorted(sums, left, "left"), np.searchsorted(sums, left, "right")
        bounds = zip(left.tolist(), since.tolist(), until.tolist(), strict=True)
        known: dict[int, str] = {}
        return [known.setdefault(fen, self._said(fen, picks[low:high], lang)) for fen, low, high in bounds]

    def _sums(self) -> tuple[Ints, Any]:
        """Sums of all subsets searched, sorted, and their members."""
        size = min(len(self.fen), MOST_SEARCHED)
        members = _subsets(size)
        sums = np.append(self.fen[:size], 0)[members].sum(axis=1)
        order = np.argsort(sums, kind="stable")
        return sums[order], members[order]

    def _said(self, left: int, found: Any, lang: str) -> str:
        exact = np.flatnonzero(self.fen == left)
        if len(exact) == 1:
            return phrase("suggest.item", lang, item=self.labels[exact[0]], amount=format_money(left))
        if len(found) == 1:
            return phrase(
                "suggest.sum", lang, items=self._listed([n for n in found[0].tolist() if n < len(self.fen)], lang)
            )
        count = int(np.searchsorted(np.cumsum(self.fen), left)) + 1
        count = min(count, len(self.fen))
        more = phrase("suggest.more", lang, count=str(count)) if count > MOST_SHOWN else ""
        return phrase("suggest.fifo", lang, items=self._listed(range(min(count, MOST_SHOWN)), lang) + more)

    def _listed(self, places: Sequence[int], lang: str) -> str:
        parts = [
            phrase("suggest.part", lang, item=self.labels[place], amount=format_money(int(self.fen[place])))
            for place in places
        ]
        return phrase("suggest.comma", lang).join(parts)


@lru_cache(maxsize=MOST_SEARCHED + 1)
def _subsets(size: int) -> Any:
    """Places of every subset of one to `MOST_ITEMS` of `size` items; `size` itself stands for none."""
    rows = [
        (*chosen, *([size] * (MOST_ITEMS - len(chosen))))
        for count in range(1, MOST_ITEMS + 1)
        for chosen in combinations(range(size), count)
    ]
    return np.array(rows, dtype="int64").reshape(-1, MOST_ITEMS)
