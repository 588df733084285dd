"""Shipments and delivery notes, summed per order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.core.groups import Codes, codes_of, count, earliest, first_known, joined, latest, total
from pipeline.orders.tables import CodedLines, CodedShipments
from schemas.derived.status import STAGES, OrderFacts, Stages
from schemas.incoming.orders import Orders
from schemas.incoming.shipments import Shipments

EVENTS = (Shipments.shipped_at, Shipments.delivered_at, Shipments.signed_at)
SHIP, SIGN = STAGES.index("ship"), STAGES.index("sign")


@dataclass(frozen=True)
class Through:
    """What went through one stage, per row of the order facts. Quantities in thousandths."""

    qty: pd.Series[int]
    capped_qty: pd.Series[int]  # of each product at most what was ordered
    last_at: pd.Series[pd.Timestamp]


@dataclass(frozen=True)
class Loads:
    """Shipments per row of the order facts, and as columns of the grid of stages."""

    ship: Through
    sign: Through
    first_signed_at: pd.Series[pd.Timestamp]
    freight_fen: pd.Series[int]
    grid: dict[str, pd.Series]
    present: np.ndarray

    def laid_under(self, grid: pd.DataFrame) -> pd.DataFrame:
        """Return the grid of the tracking sheets with blanks filled from shipments."""
        for column, values in self.grid.items():
            grid[column] = grid[column].fillna(values)
        return grid


def loads(order_facts: pd.DataFrame, lines: pd.DataFrame, shipments: pd.DataFrame, *, as_of: pd.Timestamp) -> Loads:
    """Sum shipments that left, and delivery notes that were signed, on or before `as_of`."""
    at = codes_of(shipments[Shipments.order_no], pd.Index(order_facts[OrderFacts.order_no]))
    held = shipments[Shipments.src_held].fillna(False).to_numpy(dtype=bool)
    kept = np.flatnonzero((at >= 0) & ~held)
    rows, code = shipments.iloc[kept].reset_index(drop=True), at[kept]
    for event in EVENTS:
        rows[event] = rows[event].where(rows[event] <= as_of)
    left = rows[Shipments.shipped_at].fillna(rows[Shipments.delivered_at]).fillna(rows[Shipments.signed_at])
    room = _room(order_facts, lines, rows, code)
    sent = rows[Shipments.qty].fillna(room)
    signed = rows[Shipments.signed_qty].fillna(sent - rows[Shipments.refused_qty].fillna(0))
    ship = _through(rows.assign(qty=sent, at=left, room=room), code, len(order_facts))
    sign = _through(rows.assign(qty=signed, at=rows[Shipments.signed_at], room=room), code, len(order_facts))
    first = earliest(code, rows[Shipments.signed_at], len(order_facts))
    grid = _grid(rows, code, [_whole(order_facts, ship), _whole(order_facts, sign)], [ship.qty, sign.qty])
    freight = total(code, rows[Shipments.freight_fen], len(order_facts))
    return Loads(ship, sign, first, freight, grid, _present(rows, code, left.notna().to_numpy(), len(order_facts)))


def _through(rows: pd.DataFrame, code: Codes, size: int) -> Through:
    """Sums over rows with `qty`, `at` and `room`; without a moment nothing happened."""
    qty = rows[Shipments.qty].where(rows[CodedShipments.at].notna())
    return Through(
        total(code, qty, size).fillna(0), _capped(rows, code, qty, size), latest(code, rows[CodedShipments.at], size)
    )


def _whole(order_facts: pd.DataFrame, through: Through) -> pd.Series[pd.Timestamp]:
    """When the whole order was through."""
    every = (through.capped_qty >= order_facts[OrderFacts.ordered_qty]).fillna(False) & (through.capped_qty > 0)
    return through.last_at.where(every)


def _room(order_facts: pd.DataFrame, lines: pd.DataFrame, rows: pd.DataFrame, code: Codes) -> pd.Series[int]:
    """What the order asked for of the product a shipment names, else of everything."""
    whole = order_facts[OrderFacts.ordered_qty].iloc[code].reset_index(drop=True)
    if rows[Shipments.product].isna().all():
        return whole
    wanted = pd.MultiIndex.from_arrays([code, rows[Shipments.product]])
    found = pd.Series(pd.NA, index=rows.index, dtype="Int64")
    counted = lines[lines[CodedLines.is_counted]]
    for column in (Orders.product_name, Orders.model):
        ordered = counted.groupby([str(CodedLines.code), str(column)])[str(Orders.qty)].sum()
        found = found.fillna(ordered.reindex(wanted).reset_index(drop=True).astype("Int64"))
    return found.fillna(whole)


def _capped(rows: pd.DataFrame, code: Codes, qty: pd.Series[int], size: int) -> pd.Series[int]:
    """Sum per order of at most what each product has room for."""
    made = pd.DataFrame(
        {"code": code, "product": rows[Shipments.product].fillna(""), "qty": qty, "room": rows[CodedShipments.room]}
    )
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
    named = count(code, np.ones(len(code), dtype=bool), size) > 0
    place = {str(c): first_known(code, rows[c], size) for c in (Stages.src_file, Stages.src_sheet, Stages.src_row)}
    ship: dict[str, pd.Series] = place | {
        str(Stages.actual_at): actuals[0],
        str(Stages.qty): sums[0].where(sums[0] > 0),
        str(Stages.owner): first_known(code, rows[Shipments.shipper], size),
        str(Stages.tracking_nos): joined(code, rows[Shipments.tracking_no], size),
        str(Stages.eta_at): latest(code, rows[Shipments.eta_at], size),
        str(Stages.fed_back_at): latest(code, rows[Shipments.fed_back_at], size),
    }
    sign: dict[str, pd.Series] = place | {
        str(Stages.actual_at): actuals[1],
        str(Stages.qty): sums[1].where(sums[1] > 0),
        str(Stages.signer): first_known(code, rows[Shipments.signer], size),
    }
    spread = [_spread(stage, at, named) for stage, at in ((ship, SHIP), (sign, SIGN))]
    return spread[0] | {c: spread[0][c].fillna(v) if c in spread[0] else v for c, v in spread[1].items()}


def _spread(columns: dict[str, pd.Series], stage: int, named: np.ndarray) -> dict[str, pd.Series]:
    """Values per order at the places of one stage in the grid."""
    at = np.full(len(named) * len(STAGES), -1)
    at[np.flatnonzero(named) * len(STAGES) + stage] = np.flatnonzero(named)
    return {name: pd.Series(values.array.take(at, allow_fill=True)) for name, values in columns.items()}
