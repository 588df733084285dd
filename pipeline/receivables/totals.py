"""What every account owes and has to its credit: the ageing, and the proof of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.core.accounts import account_keys
from pipeline.receivables.context import ints
from pipeline.receivables.sums import total
from pipeline.receivables.tables import Moves, Papers
from schemas.derived.receivables import BUCKETS, Ageing, Control, Receivables, Unapplied

if TYPE_CHECKING:
    from pipeline.receivables.allocate import Applied
    from pipeline.receivables.context import Bools, Ints


class Totals:
    """Sums by account over items and papers; accounts by key, each with its customer's first name as written."""

    def __init__(self, items: pd.DataFrame, applied: Applied) -> None:
        self.items, self.papers, self.moves = items, applied.papers, applied.moves
        own = [str(Receivables.customer_key), str(Receivables.currency)]
        whose = pd.concat([items[own], self.papers[own]], ignore_index=True)
        codes, self.keys = pd.factorize(account_keys(*(whose[name] for name in own)), sort=True)
        self.at, self.of = codes[: len(items)], codes[len(items) :]
        names = self.papers[Unapplied.customer_name].fillna(self.papers[Unapplied.payer])
        written = pd.concat([items[Receivables.customer_name], names]).to_numpy(dtype="object")
        first = np.unique(codes, return_index=True)[1]
        self.named = {
            str(Control.customer_key): whose[own[0]].iloc[first].reset_index(drop=True),
            str(Control.customer_name): pd.Series(written[first], dtype="str"),
            str(Control.currency): whose[own[1]].iloc[first].reset_index(drop=True),
        }

    def ageing(self) -> pd.DataFrame:
        """Return the `Ageing` frame: open items by bucket, money left in a column of its own, negative."""
        fen, bucket = ints(self.items[Receivables.open_fen]), self.items[Receivables.bucket].to_numpy(dtype="object")
        made = {f"{name}_fen": self._owed(np.where(bucket == name, fen, 0)) for name in BUCKETS}
        made[str(Ageing.unapplied_fen)] = -self._came(ints(self.papers[Unapplied.left_fen]))
        made[str(Ageing.total_fen)] = np.sum(list(made.values()), axis=0)
        table = pd.DataFrame(self.named | made)
        return table[(table[list(made)] != 0).any(axis=1)].reset_index(drop=True)

    def control(self) -> pd.DataFrame:
        """Return the `Control` frame. Money is counted from the papers, what it paid from the items.

        A paper belongs to one customer; what it paid for others moves to them.
        """
        kept = (Receivables.billed_fen, Receivables.closed_fen, Receivables.open_fen)
        billed, closed, owed = (self._owed(ints(self.items[name])) for name in kept)
        left = self._came(ints(self.papers[Unapplied.left_fen]))
        is_credit = self.papers[Papers.is_credit].to_numpy(dtype="bool")
        receipts, credited = self._received(~is_credit), self._received(is_credit)
        made = {
            str(Control.billed_fen): billed,
            str(Control.receipts_fen): receipts,
            str(Control.credited_fen): credited,
            str(Control.closed_fen): closed,
            str(Control.open_fen): owed,
            str(Control.unapplied_fen): left,
            str(Control.difference_fen): billed - receipts - credited - closed - owed + left,
        }
        return pd.DataFrame(self.named | made)

    def _received(self, chosen: Bools) -> Ints:
        row, item = self.moves[Moves.row].to_numpy(), self.moves[Moves.item].to_numpy()
        moved = self.moves[Moves.fen].to_numpy() * chosen[row]
        came = self._came(np.where(chosen, ints(self.papers[Unapplied.amount_fen]), 0))
        return came - total(self.of[row], moved, len(self.keys)) + total(self.at[item], moved, len(self.keys))

    def _owed(self, fen: Ints) -> Ints:
        return total(self.at, fen, len(self.keys))

    def _came(self, fen: Ints) -> Ints:
        return total(self.of, fen, len(self.keys))
