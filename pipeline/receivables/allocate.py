"""Money meets what is owed: who paid what, and what is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.receivables.claim_amounts import wants
from pipeline.receivables.claims import claims
from pipeline.receivables.context import ints
from pipeline.receivables.money_received import at_home, papers
from pipeline.receivables.sums import running, total
from schemas.derived.receivables import Allocations, Payments, Receivables, Unapplied
from schemas.derived.status import OrderFacts

if TYPE_CHECKING:
    from pipeline.receivables.context import Ints, Night

NO_LIMIT = 2**62


@dataclass(frozen=True)
class Applied:
    """Papers, and what they paid.

    `papers` with `applied_fen`, `left_fen` and `why`; `moves`: paper x item (`row`, `item`, `fen`,
    `basis`, `is_credit`, `day`); `claims`: paper x known order (`row`, `order_no`, `want`).
    """

    papers: pd.DataFrame
    moves: pd.DataFrame
    claims: pd.DataFrame


def allocate(items: pd.DataFrame, orders: pd.DataFrame, order_facts: pd.DataFrame, night: Night) -> Applied:
    """Allocate to orders that are named, never to others. `items` by place of the order, oldest first.

    Within an order money fills the oldest instalment first and a refund empties the newest
    first. Running sums per order do it for all papers at once: what a paper pays is how far it
    moves the sum within [0, what is owed].
    """
    owed = total(items["place"].to_numpy(), ints(items[Receivables.billed_fen]), len(orders))
    worth = _worth(orders, order_facts, owed)
    rows = papers(night)
    named = claims(rows, orders["order_no"], night)
    rows = at_home(rows, named, orders, night)
    paying = ~rows["is_fee"].to_numpy(dtype="bool")
    known = named[(named["code"] >= 0) & paying[named["row"]]].reset_index(drop=True)
    amounts = ints(rows[Unapplied.amount_fen])
    known["want"] = wants(known, amounts, owed, worth)
    moves, left = _moves(known[known["want"] != 0], items, owed, worth)
    moves["is_credit"] = rows["is_credit"].to_numpy(dtype="bool")[moves["row"]]
    moves["day"] = rows[Unapplied.received_on].to_numpy()[moves["row"]]
    applied = total(moves["row"].to_numpy(), moves["fen"].to_numpy(), len(rows))
    rows = rows.assign(applied_fen=applied, left_fen=amounts - applied)
    return Applied(rows.assign(why=_why(rows, named, left)), moves, known)


def _worth(orders: pd.DataFrame, order_facts: pd.DataFrame, owed: Ints) -> Ints:
    """What every order is worth in the end; without limit while nobody can read its amount."""
    value = np.zeros(len(orders), dtype="int64")
    value[: len(order_facts)] = order_facts[OrderFacts.amount_fen].to_numpy(dtype="int64", na_value=NO_LIMIT)
    return np.maximum(value, owed)


def _moves(named: pd.DataFrame, items: pd.DataFrame, owed: Ints, worth: Ints) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Paper x item, and what of each claim found no item (`row`, `left`, `is_over`)."""
    by = named.iloc[np.lexsort((named["row"], named["code"]))].reset_index(drop=True)
    code, want = by["code"].to_numpy(), by["want"].to_numpy()
    after = running(want, code)
    low, high = np.clip(after - want, 0, owed[code]), np.clip(after, 0, owed[code])
    since = (np.cumsum(owed) - owed)[code]
    edges = np.append(0, np.cumsum(ints(items[Receivables.billed_fen])))
    spans = _overlaps(edges, since + np.minimum(low, high), since + np.maximum(low, high))
    moves = pd.DataFrame(
        {
            "row": by["row"].to_numpy()[spans["claim"]],
            "item": spans["item"],
            "fen": spans["fen"] * np.sign(high - low)[spans["claim"]],
            "basis": by["basis"].array.take(spans["claim"]),
        }
    )
    left = pd.DataFrame({"row": by["row"], "left": want - (high - low), "is_over": after > worth[code]})
    return moves.iloc[np.lexsort((moves["item"], moves["row"]))].reset_index(drop=True), left


def _overlaps(edges: Ints, low: Ints, high: Ints) -> dict[str, Any]:
    """Where the spans [low, high) meet the items between the edges, span after span."""
    first = np.searchsorted(edges, low, side="right") - 1
    last = np.searchsorted(edges, high, side="left")
    counts = np.where(high > low, last - first, 0)
    claim = np.repeat(np.arange(len(low)), counts)
    item = np.arange(len(claim)) - np.repeat(np.cumsum(counts) - counts, counts) + first[claim]
    fen = np.minimum(high[claim], edges[item + 1]) - np.maximum(low[claim], edges[item])
    return {"claim": claim, "item": item, "fen": fen}


def _why(rows: pd.DataFrame, named: pd.DataFrame, left: pd.DataFrame) -> pd.Series[str]:
    """Why money is left, the strongest reason first; keys of ``why.*``."""
    places = np.arange(len(rows))
    kept = left[left["left"] != 0]
    tests = [
        ("fee", rows["is_fee"].to_numpy(dtype="bool")),
        ("refund", (rows["left_fen"] < 0).to_numpy(dtype="bool") & np.isin(places, named["row"])),
        ("credit", rows["is_credit"].to_numpy(dtype="bool") & np.isin(places, kept["row"])),
        ("over", np.isin(places, kept["row"][kept["is_over"]])),
        ("prepaid", np.isin(places, kept["row"])),
        ("unknown_order", np.isin(places, named["row"][named["code"] < 0])),
        ("over", np.isin(places, named["row"])),
        ("unknown_payer", ~rows["is_known"].to_numpy(dtype="bool")),
    ]
    why = np.select([test for _, test in tests], [key for key, _ in tests], "no_order")
    return pd.Series(why, index=rows.index, dtype="str").where(rows["left_fen"] != 0)


def payments(applied: Applied) -> pd.DataFrame:
    """Return the `Payments` frame: all that papers say was paid on an order, owed or not."""
    claims, papers = applied.claims, applied.papers
    row, want = claims["row"].to_numpy(), claims["want"]
    is_credit = papers["is_credit"].to_numpy(dtype="bool")[row]
    days = pd.Series(papers[Unapplied.received_on].to_numpy()[row], index=claims.index)
    made = pd.DataFrame(
        {
            str(Payments.order_no): claims["order_no"],
            str(Payments.received_fen): want.where(~is_credit, 0),
            str(Payments.credited_fen): want.where(is_credit, 0),
            str(Payments.last_on): days.where((want > 0) & ~is_credit),
            str(Payments.has_refund): (want < 0) & ~is_credit,
        }
    )
    sums = {
        str(Payments.received_fen): "sum",
        str(Payments.credited_fen): "sum",
        str(Payments.last_on): "max",
        str(Payments.has_refund): "any",
    }
    return made.groupby(Payments.order_no, as_index=False).agg(sums)


def allocations(applied: Applied, items: pd.DataFrame) -> pd.DataFrame:
    """The Allocations frame: receipts only, credit notes have their own column."""
    moves = applied.moves[~applied.moves["is_credit"]]
    at, row = moves["item"].to_numpy(), moves["row"].to_numpy()
    return pd.DataFrame(
        {
            str(Allocations.receipt_key): applied.papers[Unapplied.receipt_key].array.take(row),
            str(Allocations.order_no): items[Receivables.order_no].array.take(at),
            str(Allocations.instalment_no): items[Receivables.instalment_no].array.take(at),
            str(Allocations.received_on): moves["day"].to_numpy(dtype="datetime64[us]"),
            str(Allocations.applied_fen): moves["fen"].to_numpy(),
            str(Allocations.basis): moves["basis"].array,
        }
    )
