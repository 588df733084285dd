"""Everything that left: shipments, and ship stages of orders that no shipment sheet tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.grouping import typed
from schemas.shipments import Shipments
from schemas.table import PROVENANCE
from schemas.tracking import Tracking

if TYPE_CHECKING:
    from collections.abc import Mapping

SAME = (
    *PROVENANCE,
    Tracking.order_no,
    Tracking.qty,
    Tracking.tracking_no,
    Tracking.carrier,
    Tracking.fed_back_at,
)
KEY = [str(Tracking.order_no), str(Tracking.batch)]


def departures(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Shape: as `Shipments`, one row per shipment or ship stage and batch.

    Each row keeps the place it was read from, so that a finding points into the sheet
    that has the cell.
    """
    shipments, tracking = tables["shipments"], tables["tracking"]
    told = set(shipments[Shipments.order_no].dropna())
    rows = tracking.assign(batch=tracking[Tracking.batch].fillna(1))
    ship = rows[(rows[Tracking.stage] == "ship") & ~rows[Tracking.order_no].isin(told)]
    sign = rows[rows[Tracking.stage] == "sign"].drop_duplicates(KEY).set_index(KEY)
    own = pd.MultiIndex.from_frame(ship[KEY])
    made = ship[[str(column) for column in SAME]].assign(
        shipped_at=ship[Tracking.actual_at],
        eta_at=ship[Tracking.eta_at].fillna(_beside(sign, own, Tracking.eta_at, ship.index)),
        signed_at=_beside(sign, own, Tracking.actual_at, ship.index),
        signer=_beside(sign, own, Tracking.signer, ship.index),
        remark=ship[Tracking.reason],
    )
    return pd.concat([shipments, typed(Shipments, made)], ignore_index=True)


def _beside(sign: pd.DataFrame, own: pd.MultiIndex, column: str, index: pd.Index) -> pd.Series:
    return pd.Series(sign[column].reindex(own).to_numpy(), index=index).astype(sign[column].dtype)
