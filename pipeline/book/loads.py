"""Shipments and delivery notes, summed per order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.book.columns import Codes, codes_of, count, earliest, first_known, joined, latest, total
from schemas.orders import Orders
from schemas.shipments import Shipments
from schemas.status import STAGES, Book, Stages

SHIP, SIGN = STAGES.index("ship"), STAGES.index("sign")


@dataclass(frozen=True)
class Loads:
    """Per row of the book. Quantities in thousandths; capped: at most what the line ordered."""

    ship_qty: pd.Series[int]
    sign_qty: pd.Series[int]
    ship_capped_qty: pd.Series[int]
    sign_capped_qty: pd.Series[int]
    ship_at: pd.Series[pd.Timestamp]
    sign_at: pd.Series[pd.Timestamp]
    first_signed_at: pd.Series[pd.Timestamp]
    grid: dict[str, pd.Series]  # columns of Stages at order times four plus stage
    present: np.ndarray

    def laid_under(self, grid: pd.DataFrame) -> pd.DataFrame:
        """The grid of the tracking sheets with blanks filled from shipments."""
        for column, values in self.grid.items():
            grid[column] = grid[column].fillna(values)
        return grid


def loads(book: pd.DataFrame, lines: pd.DataFrame, shipments: pd.DataFrame, *, as_of: pd.Timestamp) -> Loads:
    """Sum shipments that left, and delivery notes that were signed, on or before `as_of`."""
    at = codes_of(shipments[Shipments.order_no], pd.Index(book[Book.order_no]))
    held = shipments[Shipments.src_held].fillna(False).to_numpy(dtype=bool)
    kept = np.flatnonzero((at >= 0) & ~held)
    rows, code = shipments.iloc[kept].reset_index(drop=True), at[kept]
    happened = {
        name: rows[name].where(rows[name] <= as_of)
        for name in (Shipments.shipped_at, Shipments.signed_at, Shipments.delivered_at)
    }
    left = happened[Shipments.shipped_at].fillna(happened[Shipments.delivered_at]).fillna(happened[Shipments.signed_at])
    room = _room(book, lines, rows, code)
    shipped = rows[Shipments.qty].fillna(room).where(left.notna())
    signed = rows[Shipments.signed_qty].fillna(rows[Shipments.qty].fillna(room) - rows[Shipments.refused_qty].fillna(0))
    signed = signed.where(happened[Shipments.signed_at].notna())
    size = len(book)
    sums = [
        *(total(code, qty, size).fillna(0) for qty in (shipped, signed)),
        *(_capped(rows, code, qty, room, size) for qty in (shipped, signed)),
    ]
    ship_at, sign_at = latest(code, left, size), latest(code, happened[Shipments.signed_at], size)
    first = earliest(code, happened[Shipments.signed_at], size)
    whole = [(capped >= book[Book.ordered_qty]).fillna(False) & (capped > 0) for capped in sums[2:]]
    grid = _grid(rows, code, [ship_at.where(whole[0]), sign_at.where(whole[1])], sums[:2])
    present = _present(rows, code, left.notna().to_numpy(), size)
    return Loads(*sums, ship_at, sign_at, first, grid, present)


def _room(book: pd.DataFrame, lines: pd.DataFrame, rows: pd.DataFrame, code: Codes) -> pd.Series[int]:
    """What the order asked for of the product a shipment names, else of everything."""
    whole = book[Book.ordered_qty].iloc[code].reset_index(drop=True)
    if rows[Shipments.product].isna().all():
        return whole
    wanted = pd.MultiIndex.from_arrays([code, rows[Shipments.product]])
    found = pd.Series(pd.NA, index=rows.index, dtype="Int64")
    counted = lines[lines["is_counted"]]
    for column in (Orders.product_name, Orders.model):
        ordered = counted.groupby(["code", str(column)])[str(Orders.qty)].sum()
        found = found.fillna(ordered.reindex(wanted).reset_index(drop=True).astype("Int64"))
    return found.fillna(whole)


def _capped(rows: pd.DataFrame, code: Codes, qty: pd.Series[int], room: pd.Series[int], size: int) -> pd.Series[int]:
    """Sum per order of at most what each product has room for."""
    made = pd.DataFrame({"code": code, "product": rows[Shipments.product].fillna(""), "qty": qty, "room": room})
    per = made.groupby(["code", "product"]).agg(qty=("qty", "sum"), room=("room", "max")).reset_index()
    least = per["qty"].where(~(per["qty"] > per["room"]).fillna(False), per["room"])
    return total(per["code"].to_numpy(dtype="int64"), least, size).fillna(0)


def _present(rows: pd.DataFrame, code: Codes, left: np.ndarray, size: int) -> np.ndarray:
    seen = np.zeros(size * len(STAGES), dtype=bool)
    planned = (rows[Shipments.signed_at].notna() | rows[Shipments.eta_at].notna()).to_numpy()
    seen[code * len(STAGES) + SHIP] = True
    seen[code[left | planned] * len(STAGES) + SIGN] = True
    return seen


def _grid(rows: pd.DataFrame, code: Codes, actuals: list[pd.Series], sums: list[pd.Series]) -> dict[str, pd.Series]:
    size = len(actuals[0])
    ship: dict[str, pd.Series] = {
        str(Stages.actual_at): actuals[0],
        str(Stages.qty): sums[0].where(sums[0] > 0),
        str(Stages.owner): first_known(code, rows[Shipments.shipper], size),
        str(Stages.tracking_nos): joined(code, rows[Shipments.tracking_no], size),
        str(Stages.eta_at): latest(code, rows[Shipments.eta_at], size),
        str(Stages.fed_back_at): latest(code, rows[Shipments.fed_back_at], size),
    }
    sign: dict[str, pd.Series] = {
        str(Stages.actual_at): actuals[1],
        str(Stages.qty): sums[1].where(sums[1] > 0),
        str(Stages.signer): first_known(code, rows[Shipments.signer], size),
    }
    named = count(code, np.ones(len(code), dtype=bool), size) > 0
    place = {str(c): first_known(code, rows[c], size) for c in (Stages.src_file, Stages.src_sheet, Stages.src_row)}
    return {
        column: _spread(ship.get(column), sign.get(column), named) for column in (ship | sign)
    } | {column: _spread(values, values, named) for column, values in place.items()}


def _spread(ship: pd.Series | None, sign: pd.Series | None, named: np.ndarray) -> pd.Series:
    """Values of the ship and sign stages at their places in the grid."""
    size = len(named)
    one = ship if ship is not None else sign
    assert one is not None
    at = np.full(size * len(STAGES), -1)
    of = np.flatnonzero(named)
    if ship is not None:
        at[of * len(STAGES) + SHIP] = of
    if sign is not None and sign is one:
        at[of * len(STAGES) + SIGN] = of
        return pd.Series(one.array.take(at, allow_fill=True))
    made = pd.Series(one.array.take(at, allow_fill=True))
    if sign is None:
        return made
    other = np.full(size * len(STAGES), -1)
    other[of * len(STAGES) + SIGN] = of
    return made.fillna(pd.Series(sign.array.take(other, allow_fill=True)))
