"""Money meets what is owed: who paid what, and what is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.receivables.claims import claim_amounts, find_claims
from pipeline.receivables.context import ints
from pipeline.receivables.instalments import OPENING
from pipeline.receivables.levels import with_levels
from pipeline.receivables.money_received import at_home, collect_money
from pipeline.receivables.sums import running, total
from pipeline.receivables.tables import Claims, Items, Moves, Papers, Unspent
from schemas.derived.receivables import Allocations, Receivables, Unapplied
from schemas.derived.status import OrderFacts

if TYPE_CHECKING:
    from pipeline.receivables.context import AgeingContext, Bools, Ints
    from schemas.derived.receivables import Why

NO_LIMIT = 2**62


@dataclass(frozen=True)
class Applied:
    """Papers, and what they paid.

    `papers` with `applied_fen`, `left_fen` and `why`; `moves`: paper x item (`row`, `item`, `fen`,
    `basis`, `is_credit`, `day`); `claims`: paper x known order (`row`, `order_no`, `code`, `want`);
    `owed` and `worth` of every order by its place; `crossed`: places that money of another currency names.
    """

    papers: pd.DataFrame
    moves: pd.DataFrame
    claims: pd.DataFrame
    owed: Ints
    worth: Ints
    crossed: Ints


def allocate_money(
    items: pd.DataFrame, orders: pd.DataFrame, order_facts: pd.DataFrame, context: AgeingContext
) -> Applied:
    """Allocate money to orders that are named, never to others. `items` by place of the order, oldest first.

    Within an order money fills the oldest instalment first and a refund empties the newest
    first. Running sums per order do it for all papers at once: what a paper pays is how far it
    moves the sum within [0, what is owed].
    """
    owed = total(items[Items.place].to_numpy(), ints(items[Receivables.billed_fen]), len(orders))
    worth = _worth(orders, order_facts, items, owed)
    rows = collect_money(context)
    named = find_claims(rows, orders, context)
    rows = at_home(rows, named, orders, context)
    paying = ~rows[Papers.is_fee].to_numpy(dtype="bool")
    crossed = named[(named[Claims.place] >= 0) & (named[Claims.code] < 0) & paying[named[Claims.row]]]
    known = named[(named[Claims.code] >= 0) & paying[named[Claims.row]]].reset_index(drop=True)
    known = known.drop(columns=[str(Claims.place)])
    known, moves, left, amounts = _with_charges(rows, known, items, (owed, worth))
    rows, known, is_more = with_levels(rows, known, orders, order_facts, worth)
    if is_more:
        known, moves, left, amounts = _with_charges(rows, known, items, (owed, worth))
    moves[Moves.is_credit] = rows[Papers.is_credit].to_numpy(dtype="bool")[moves[Moves.row]]
    moves[Moves.day] = rows[Unapplied.received_on].to_numpy()[moves[Moves.row]]
    applied, over = (
        total(part[Moves.row].to_numpy(), part[name].to_numpy(), len(rows))
        for part, name in ((moves, Moves.fen), (left, Unspent.over))
    )
    rows = rows.assign(amount_fen=amounts, applied_fen=applied, left_fen=amounts - applied, over_fen=over)
    is_full = total(known[Claims.code].to_numpy(), known[Claims.want].to_numpy(), len(orders)) >= worth
    return Applied(
        rows.assign(why=_why(rows, named, left, is_full)), moves, known, owed, worth, crossed[Claims.place].to_numpy()
    )


def _with_charges(
    rows: pd.DataFrame, known: pd.DataFrame, items: pd.DataFrame, limits: tuple[Ints, Ints]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Ints]:
    """Claims, moves, what found no item, and what each paper is worth with the charge that a bank kept of it.

    The charge counts as far as an order named still lacks it: one that was our own to bear is nobody's money.
    """
    amounts, charge = ints(rows[Unapplied.amount_fen]), ints(rows[Papers.charge_fen])
    charge = np.where(np.isin(np.arange(len(rows)), known[Claims.row]), charge, 0)
    for _ in range(2 if charge.any() else 1):
        known = known.assign(want=claim_amounts(known, amounts + charge, *limits))
        moves, left = _moves(known[known[Claims.want] != 0], items, *limits)
        counted, over = charge, total(left[Unspent.row].to_numpy(), left[Unspent.over].to_numpy(), len(rows))
        charge = np.maximum(charge - over, 0)
    return known, moves, left, amounts + counted


def _worth(orders: pd.DataFrame, order_facts: pd.DataFrame, items: pd.DataFrame, owed: Ints) -> Ints:
    """What every order is worth in the end: its amount, without limit while nobody can read it, else what is open.

    Of an order with opening items it is those: what else it cost was settled before the first night.
    """
    value = np.zeros(len(orders), dtype="int64")
    value[: len(order_facts)] = order_facts[OrderFacts.amount_fen].to_numpy(dtype="int64", na_value=NO_LIMIT)
    is_opening = (items[Receivables.instalment] == OPENING).to_numpy(dtype="bool")
    value[items[Items.place].to_numpy()[is_opening]] = 0
    return np.maximum(value, owed)


def _moves(named: pd.DataFrame, items: pd.DataFrame, owed: Ints, worth: Ints) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Paper x item, and what of each claim found no item (`row`, `left`, `over`)."""
    by = named.iloc[np.lexsort((named[Claims.row], named[Claims.code]))].reset_index(drop=True)
    code, want = by[Claims.code].to_numpy(), by[Claims.want].to_numpy()
    after = running(want, code)
    low, high = np.clip(after - want, 0, owed[code]), np.clip(after, 0, owed[code])
    since = (np.cumsum(owed) - owed)[code]
    edges = np.append(0, np.cumsum(ints(items[Receivables.billed_fen])))
    spans = _overlaps(edges, since + np.minimum(low, high), since + np.maximum(low, high))
    moves = pd.DataFrame(
        {
            "row": by[Claims.row].to_numpy()[spans["claim"]],
            "item": spans["item"],
            "fen": spans["fen"] * np.sign(high - low)[spans["claim"]],
            "basis": by[Claims.basis].array.take(spans["claim"]),
        }
    )
    spare = want - (high - low)
    over = np.clip(after - worth[code], 0, np.maximum(spare, 0))
    left = pd.DataFrame({"row": by[Claims.row], "left": spare, "over": over})
    return moves.iloc[np.lexsort((moves[Moves.item], moves[Moves.row]))].reset_index(drop=True), left


def _overlaps(edges: Ints, low: Ints, high: Ints) -> dict[str, Any]:
    """Where the spans [low, high) meet the items between the edges, span after span."""
    first = np.searchsorted(edges, low, side="right") - 1
    last = np.searchsorted(edges, high, side="left")
    counts = np.where(high > low, last - first, 0)
    claim = np.repeat(np.arange(len(low)), counts)
    item = np.arange(len(claim)) - np.repeat(np.cumsum(counts) - counts, counts) + first[claim]
    fen = np.minimum(high[claim], edges[item + 1]) - np.maximum(low[claim], edges[item])
    return {"claim": claim, "item": item, "fen": fen}


def _why(rows: pd.DataFrame, named: pd.DataFrame, left: pd.DataFrame, is_full: Bools) -> pd.Series[str]:
    """Why money is left, the strongest reason first. `is_full`: which orders are worth no more than they got."""
    places = np.arange(len(rows))
    kept = left[left[Unspent.left] != 0]
    wanting = named[Claims.row][np.append(~is_full, [False])[named[Claims.code]]]
    tests: list[tuple[Why, Bools]] = [
        ("fee", rows[Papers.is_fee].to_numpy(dtype="bool")),
        ("currency", np.isin(places, named[Claims.row][named[Claims.code] < named[Claims.place]])),
        ("refund", (rows["left_fen"] < 0).to_numpy(dtype="bool") & np.isin(places, named[Claims.row])),
        ("credit", rows[Papers.is_credit].to_numpy(dtype="bool") & np.isin(places, kept[Unspent.row])),
        ("over", (rows["over_fen"] > 0).to_numpy(dtype="bool")),
        ("prepaid", np.isin(places, kept[Unspent.row])),
        ("unknown_order", np.isin(places, named[Claims.row][named[Claims.place] < 0])),
        ("rest", np.isin(places, wanting)),
        ("over", np.isin(places, named[Claims.row])),
        ("unknown_payer", ~rows[Papers.is_known].to_numpy(dtype="bool")),
    ]
    silent: Why = "no_order"
    why = np.select([test for _, test in tests], [key for key, _ in tests], silent)
    return pd.Series(why, index=rows.index, dtype="str").where(rows["left_fen"] != 0)


def allocations(applied: Applied, items: pd.DataFrame) -> pd.DataFrame:
    """Return the `Allocations` frame: receipts only, credit notes have their own column."""
    moves = applied.moves[~applied.moves[Moves.is_credit]]
    at, row = moves[Moves.item].to_numpy(), moves[Moves.row].to_numpy()
    return pd.DataFrame(
        {
            str(Allocations.receipt_key): applied.papers[Unapplied.receipt_key].array.take(row),
            str(Allocations.order_no): items[Receivables.order_no].array.take(at),
            str(Allocations.instalment_no): items[Receivables.instalment_no].array.take(at),
            str(Allocations.received_on): moves[Moves.day].to_numpy(dtype="datetime64[us]"),
            str(Allocations.applied_fen): moves[Moves.fen].to_numpy(),
            str(Allocations.basis): moves[Moves.basis].array,
        }
    )
