"""Which orders a paper names, and how much of it each of them claims."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.orders.references import named as references
from pipeline.reading.values.order_numbers import find_order_numbers
from pipeline.receivables.sums import running, whole
from pipeline.receivables.tables import Claims, Papers
from schemas.incoming.invoices import Invoices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.receivables.context import AgeingContext, Bools, Ints
    from schemas.derived.receivables import Basis

NUMBERED = r"\d{6}"
INVOICE_NO = re.compile(r"(?<!\d)(?:\d{20}|\d{8})(?!\d)")
EXPLICIT: Basis = "explicit"
NAMED: Basis = "named"
REMARK: Basis = "remark"


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
