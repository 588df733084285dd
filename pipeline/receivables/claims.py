"""Which orders a paper names, and how much of it each of them claims."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.orders.customers import customer_key
from pipeline.orders.references import known_orders
from pipeline.orders.references import named as references
from pipeline.receivables.sums import running, whole
from pipeline.receivables.tables import Claims, Papers
from schemas.derived.receivables import Unapplied

if TYPE_CHECKING:
    from pipeline.orders.known_numbers import KnownNumbers
    from pipeline.receivables.context import AgeingContext, Bools, Ints
    from schemas.derived.receivables import Basis

EXPLICIT: Basis = "explicit"
NAMED: Basis = "named"
REMARK: Basis = "remark"


def find_claims(rows: pd.DataFrame, orders: pd.DataFrame, context: AgeingContext) -> pd.DataFrame:
    """Return the orders every paper names, in the order named.

    Shape: paper x order (`Claims`). Rows of `rows` by position. `orders`: every order anybody may name.

    Columns `row`, `order_no`, `place` (position in `orders`, -1 for an order nobody knows), `code` (the same, -1 for
    one of another currency too, which the paper cannot pay), `fen` (missing when not said), `basis`. The remark counts
    only where nothing stands in the column.
    """
    # plain objects are read one by one much faster than Arrow's
    written = references(rows[Papers.order_nos].astype("object"))
    said = written[Claims.fen].notna().to_numpy()
    written[Claims.basis] = np.where(said, EXPLICIT, NAMED)
    silent = rows[Papers.order_nos].isna() & rows[Papers.remark].notna()
    numbers = orders["order_no"].to_numpy(dtype="object")
    known = known_orders(context.tables, more=dict(zip(numbers, orders["customer_key"], strict=True)))
    found = _remarked(rows, np.flatnonzero(silent.to_numpy(dtype="bool")), known)
    parts = pd.concat([written, found], ignore_index=True) if len(found) else written
    places = {number: place for place, number in enumerate(numbers)}
    found_at = [places.get(number, -1) for number in parts[Claims.order_no].to_numpy(dtype="object")]
    place = parts[Claims.place] = np.array(found_at, dtype="int64")
    asked = orders["currency"].to_numpy(dtype="object")[place] if len(orders) else place
    own = rows[Unapplied.currency].to_numpy(dtype="object")[parts[Claims.row].to_numpy(dtype="int64")]
    parts[Claims.code] = np.where(asked == own, place, -1)
    # an order named twice is one claim, unless each says its own amount
    twice = parts.duplicated(["row", "place", "order_no"]) & parts[Claims.fen].isna()
    parts = parts[~twice]
    return parts.iloc[np.argsort(parts[Claims.row].to_numpy(), kind="stable")].reset_index(drop=True)


def _remarked(rows: pd.DataFrame, at: np.ndarray, known: KnownNumbers) -> pd.DataFrame:
    """Orders and opening items that remarks name by whatever number they go by."""
    keys = customer_key(rows[Papers.customer_name].iloc[at]).fillna("")
    texts = zip(at.tolist(), rows[Papers.remark].iloc[at].tolist(), keys.tolist(), strict=True)
    inside = cache(known.inside)
    lines = [(row, order_no) for row, remark, customer in texts for order_no in inside(remark, customer)]
    frame = pd.DataFrame(lines, columns=["row", "order_no"]).astype({"row": "int64", "order_no": "str"})
    return frame.assign(fen=pd.array([None] * len(frame), dtype="Int64"), basis=REMARK)


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
