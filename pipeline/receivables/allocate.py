"""Money meets what is owed: who paid what, and what is left."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.orders.references import named as references
from pipeline.reading.values.order_numbers import find_order_numbers
from pipeline.receivables.context import ints
from pipeline.receivables.money_received import at_home, collect_money
from pipeline.receivables.sums import running, total, whole
from pipeline.receivables.tables import Claims, Items, Moves, Papers, Unspent
from schemas.derived.receivables import Allocations, Payments, Receivables, Unapplied
from schemas.derived.status import OrderFacts
from schemas.incoming.invoices import Invoices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.receivables.context import AgeingContext, Bools, Ints


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


def allocate_money(
    items: pd.DataFrame, orders: pd.DataFrame, order_facts: pd.DataFrame, context: AgeingContext
) -> Applied:
    """Allocate money to orders that are named, never to others. `items` by place of the order, oldest first.

    Within an order money fills the oldest instalment first and a refund empties the newest
    first. Running sums per order do it for all papers at once: what a paper pays is how far it
    moves the sum within [0, what is owed].
    """
    owed = total(items[Items.place].to_numpy(), ints(items[Receivables.billed_fen]), len(orders))
    worth = _worth(orders, order_facts, owed)
    rows = collect_money(context)
    named = find_claims(rows, orders["order_no"], context)
    rows = at_home(rows, named, orders, context)
    paying = ~rows[Papers.is_fee].to_numpy(dtype="bool")
    known = named[(named[Claims.code] >= 0) & paying[named[Claims.row]]].reset_index(drop=True)
    amounts = ints(rows[Unapplied.amount_fen])
    known[Claims.want] = claim_amounts(known, amounts, owed, worth)
    moves, left = _moves(known[known[Claims.want] != 0], items, owed, worth)
    moves[Moves.is_credit] = rows[Papers.is_credit].to_numpy(dtype="bool")[moves[Moves.row]]
    moves[Moves.day] = rows[Unapplied.received_on].to_numpy()[moves[Moves.row]]
    applied = total(moves[Moves.row].to_numpy(), moves[Moves.fen].to_numpy(), len(rows))
    rows = rows.assign(applied_fen=applied, left_fen=amounts - applied)
    return Applied(rows.assign(why=_why(rows, named, left)), moves, known)


def _worth(orders: pd.DataFrame, order_facts: pd.DataFrame, owed: Ints) -> Ints:
    """What every order is worth in the end; without limit while nobody can read its amount."""
    value = np.zeros(len(orders), dtype="int64")
    value[: len(order_facts)] = order_facts[OrderFacts.amount_fen].to_numpy(dtype="int64", na_value=NO_LIMIT)
    return np.maximum(value, owed)


def _moves(named: pd.DataFrame, items: pd.DataFrame, owed: Ints, worth: Ints) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Paper x item, and what of each claim found no item (`row`, `left`, `is_over`)."""
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
    left = pd.DataFrame({"row": by[Claims.row], "left": want - (high - low), "is_over": after > worth[code]})
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


def _why(rows: pd.DataFrame, named: pd.DataFrame, left: pd.DataFrame) -> pd.Series[str]:
    """Why money is left, the strongest reason first; keys of ``why.*``."""
    places = np.arange(len(rows))
    kept = left[left[Unspent.left] != 0]
    tests = [
        ("fee", rows[Papers.is_fee].to_numpy(dtype="bool")),
        ("refund", (rows["left_fen"] < 0).to_numpy(dtype="bool") & np.isin(places, named[Claims.row])),
        ("credit", rows[Papers.is_credit].to_numpy(dtype="bool") & np.isin(places, kept[Unspent.row])),
        ("over", np.isin(places, kept[Unspent.row][kept[Unspent.is_over]])),
        ("prepaid", np.isin(places, kept[Unspent.row])),
        ("unknown_order", np.isin(places, named[Claims.row][named[Claims.code] < 0])),
        ("over", np.isin(places, named[Claims.row])),
        ("unknown_payer", ~rows[Papers.is_known].to_numpy(dtype="bool")),
    ]
    why = np.select([test for _, test in tests], [key for key, _ in tests], "no_order")
    return pd.Series(why, index=rows.index, dtype="str").where(rows["left_fen"] != 0)


def payments(applied: Applied) -> pd.DataFrame:
    """Return the `Payments` frame: all that papers say was paid on an order, owed or not."""
    find_claims, papers = applied.claims, applied.papers
    row, want = find_claims["row"].to_numpy(), find_claims["want"]
    is_credit = papers[Papers.is_credit].to_numpy(dtype="bool")[row]
    days = pd.Series(papers[Unapplied.received_on].to_numpy()[row], index=find_claims.index)
    made = pd.DataFrame(
        {
            str(Payments.order_no): find_claims["order_no"],
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


NUMBERED = r"\d{6}"
INVOICE_NO = re.compile(r"(?<!\d)(?:\d{20}|\d{8})(?!\d)")
EXPLICIT, NAMED, REMARK = "explicit", "named", "remark"


def find_claims(rows: pd.DataFrame, numbers: pd.Series[str], context: AgeingContext) -> pd.DataFrame:
    """Return the orders every paper names, in the order named.

    Shape: paper x order (`Claims`). Rows of `rows` by position.

    Columns `row`, `order_no`, `code` (position in `numbers`, -1 for an order nobody knows), `fen`
    (missing when not said), `basis`. The remark counts only where nothing stands in the column.
    """
    # plain objects are read one by one much faster than Arrow's
    written = references(rows[Papers.order_nos].astype("object"))
    said = written[Claims.fen].notna().to_numpy()
    written[Claims.basis] = np.where(said, EXPLICIT, NAMED)
    silent = rows[Papers.order_nos].isna() & rows[Papers.remark].str.contains(NUMBERED, na=False)
    found = _remarked(rows[Papers.remark], np.flatnonzero(silent.to_numpy(dtype="bool")), _invoiced(context))
    parts = pd.concat([written, found], ignore_index=True) if len(found) else written
    places = {number: place for place, number in enumerate(numbers.to_numpy(dtype="object"))}
    found_at = [places.get(number, -1) for number in parts[Claims.order_no].to_numpy(dtype="object")]
    parts[Claims.code] = np.array(found_at, dtype="int64")
    # an order named twice is one claim, unless each says its own amount
    twice = parts.duplicated(["row", "code", "order_no"]) & parts[Claims.fen].isna()
    parts = parts[~twice]
    return parts.iloc[np.argsort(parts[Claims.row].to_numpy(), kind="stable")].reset_index(drop=True)


def _remarked(remarks: pd.Series[str], at: np.ndarray, invoiced: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    known: dict[str, tuple[str, ...]] = {}
    lines = []
    for row, remark in zip(at.tolist(), remarks.iloc[at].tolist(), strict=True):
        if remark not in known:
            known[remark] = find_order_numbers(remark) or _by_invoice(remark, invoiced)
        lines += [(row, order_no) for order_no in known[remark]]
    frame = pd.DataFrame(lines, columns=["row", "order_no"]).astype({"row": "int64", "order_no": "str"})
    return frame.assign(fen=pd.array([None] * len(frame), dtype="Int64"), basis=REMARK)


def _by_invoice(remark: str, invoiced: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    orders = [order for number in INVOICE_NO.findall(remark) for order in invoiced.get(number, ())]
    return tuple(dict.fromkeys(orders))


def _invoiced(context: AgeingContext) -> dict[str, tuple[str, ...]]:
    rows = context.heads("invoices")
    rows = rows[rows[Invoices.invoice_no].notna()].reset_index(drop=True)
    named = references(rows[Invoices.order_nos])
    found: dict[str, list[str]] = {}
    for number, order in zip(rows[Invoices.invoice_no].iloc[named[Claims.row]], named[Claims.order_no], strict=True):
        found.setdefault(number, []).append(order)
    return {number: tuple(orders) for number, orders in found.items()}


def claim_amounts(named: pd.DataFrame, amounts: Ints, caps: Ints, worth: Ints) -> Ints:
    """Return the fen every claim asks for, signed like its paper. Claims of one paper never exceed it.

    `named`: claims of known orders, by paper. `caps`: what every order owes, `worth`: what it is
    worth. Amounts said come first; what is left goes to the orders without one, in the order
    listed: as much as each owes, then as much as it is worth, the last takes the rest.
    """
    row, code = named[Claims.row].to_numpy(), named[Claims.code].to_numpy()
    sign = np.where(amounts[row] < 0, -1, 1)
    said = np.abs(named[Claims.fen].to_numpy(dtype="int64", na_value=0))
    silent = named[Claims.fen].isna().to_numpy()
    most = np.abs(amounts[row])
    upto = running(said, row)
    want = np.minimum(upto, most) - np.minimum(upto - said, most)
    left = most - whole(want, row)
    many = whole(silent.astype("int64"), row)
    want = np.where(silent & (many == 1), left, want) * sign
    if (many > 1).any():
        _share(want, _Claims(row, code, silent & (many > 1), sign * left), caps, worth)
    return np.asarray(want)


class _Claims:
    """Claims of papers that name several orders without saying how much for each."""

    def __init__(self, row: Ints, code: Ints, is_open: Bools, left: Ints) -> None:
        self.row, self.code, self.is_open, self.left = row, code, is_open, left


def _share(want: Ints, find_claims: _Claims, caps: Ints, worth: Ints) -> None:
    """Fill `want` for them, paper after paper, since each depends on what earlier ones have paid.

    Only orders that such papers name are followed; all others were settled without a loop.
    """
    touched = np.zeros(len(caps), dtype="bool")
    touched[find_claims.code[find_claims.is_open]] = True
    at = np.flatnonzero(touched[find_claims.code])
    paid: dict[int, int] = {}
    group: list[int] = []
    for place in at.tolist():
        if group and find_claims.row[group[0]] != find_claims.row[place]:
            _fill(want, group, find_claims, paid, (caps, worth))
            group = []
        if find_claims.is_open[place]:
            group.append(place)
        else:
            order = int(find_claims.code[place])
            paid[order] = paid.get(order, 0) + int(want[place])
    if group:
        _fill(want, group, find_claims, paid, (caps, worth))


def _fill(want: Ints, group: list[int], find_claims: _Claims, paid: dict[int, int], limits: tuple[Any, ...]) -> None:
    left = int(find_claims.left[group[0]])
    given = dict.fromkeys(group, 0)
    for limit in limits:
        for place in group:
            order = int(find_claims.code[place])
            before = paid.get(order, 0) + given[place]
            # a refund takes back what was paid, a payment fills what is open
            room = max(int(limit[order]) - before, 0) if left > 0 else -max(before, 0)
            take = min(left, room) if left > 0 else max(left, room)
            given[place] += take
            left -= take
    given[group[-1]] += left
    for place, fen in given.items():
        order = int(find_claims.code[place])
        paid[order] = paid.get(order, 0) + fen
        want[place] = fen
