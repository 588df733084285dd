"""Totals by customer: the ageing, and the proof that nothing was lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.receivables.night import ints
from pipeline.receivables.sums import total
from schemas.receivables import BUCKETS, Ageing, Control, Receivables, Unapplied

if TYPE_CHECKING:
    from pipeline.receivables.allocate import Applied
    from pipeline.receivables.night import Ints


def ageing(items: pd.DataFrame, papers: pd.DataFrame) -> pd.DataFrame:
    """The Ageing frame: open items by bucket, money left as a column of its own, negative."""
    index = _customers(items, papers)
    at, of = _codes(items, index), _codes(papers, index)
    fen = ints(items[Receivables.open_fen])
    made = {
        f"{bucket}_fen": total(at, np.where(items[Receivables.bucket] == bucket, fen, 0), len(index))
        for bucket in BUCKETS
    }
    made[str(Ageing.unapplied_fen)] = -total(of, ints(papers[Unapplied.left_fen]), len(index))
    made[str(Ageing.total_fen)] = np.sum(list(made.values()), axis=0)
    table = pd.DataFrame({str(k): v for k, v in _named(items, papers, index).items()} | made)
    return table[(table[list(made)] != 0).any(axis=1)].reset_index(drop=True)


def control(items: pd.DataFrame, applied: Applied) -> pd.DataFrame:
    """The Control frame. Money is counted from the papers, what it paid from the items.

    A paper belongs to one customer; what it paid for others moves to them.
    """
    papers, moves = applied.papers, applied.moves
    index = _customers(items, papers)
    at, of = _codes(items, index), _codes(papers, index)
    size = len(index)
    home, to = of[moves["row"].to_numpy()], at[moves["item"].to_numpy()]
    kind = papers["is_credit"].to_numpy(dtype="bool")
    came = {}
    for name, chosen in ((Control.receipts_fen, ~kind), (Control.credited_fen, kind)):
        moved = moves["fen"].to_numpy() * chosen[moves["row"].to_numpy()]
        fen = np.where(chosen, ints(papers[Unapplied.amount_fen]), 0)
        came[str(name)] = total(of, fen, size) - total(home, moved, size) + total(to, moved, size)
    made = {
        str(Control.billed_fen): total(at, ints(items[Receivables.billed_fen]), size),
        **came,
        str(Control.open_fen): total(at, ints(items[Receivables.open_fen]), size),
        str(Control.unapplied_fen): total(of, ints(papers[Unapplied.left_fen]), size),
    }
    billed, receipts, credited, owed, left = made.values()
    made[str(Control.difference_fen)] = billed - receipts - credited - owed + left
    return pd.DataFrame(_named(items, papers, index) | made)


def _customers(items: pd.DataFrame, papers: pd.DataFrame) -> pd.Index:
    keys = pd.concat([items[Receivables.customer_key], papers[Unapplied.customer_key]])
    found: pd.Index = pd.Index(sorted(keys.unique()), dtype="object")
    return found


def _codes(rows: pd.DataFrame, index: pd.Index) -> Ints:
    return np.asarray(index.get_indexer(pd.Index(rows["customer_key"], dtype="object")), dtype="int64")


def _named(items: pd.DataFrame, papers: pd.DataFrame, index: pd.Index) -> dict[str, pd.Series]:
    """Key and name; the first name as written, of an unknown payer too."""
    names = papers[Unapplied.customer_name].fillna(papers[Unapplied.payer])
    keys = pd.concat([items[Receivables.customer_key], papers[Unapplied.customer_key]])
    written = pd.concat([items[Receivables.customer_name], names])
    first = pd.Series(written.to_numpy(dtype="object"), index=keys.to_numpy(dtype="object"))
    first = first[~first.index.duplicated() & first.notna().to_numpy()] if len(first) else first
    return {
        str(Control.customer_key): pd.Series(index, dtype="str"),
        str(Control.customer_name): pd.Series(first.reindex(index).to_numpy(), dtype="str"),
    }
