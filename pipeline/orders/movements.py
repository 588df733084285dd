"""What left and what was signed for: shipment sheets, and stages of orders that no shipment sheet tells of."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.core.frames import conform, shared
from pipeline.core.groups import is_sure
from schemas.incoming.shipments import Shipments
from schemas.incoming.tracking import Tracking
from schemas.table import Source

SAME = shared(Tracking, Shipments)
NOT_TRACKED = [column for column in Shipments.columns if column not in Tracking.columns]  # no tracking sheet says these
KEY = [str(Tracking.order_no), str(Tracking.batch)]

Places = dict[str, tuple[str, str]]


def departures(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return what left: one row per shipment, or ship stage and batch.

    Shape: as `Shipments`.

    Each row keeps the place it was read from, so that a finding points into the sheet
    that has the cell.
    """
    ship, sign = _stage(tables, "ship"), _stage(tables, "sign").drop_duplicates(KEY).set_index(KEY)
    own = pd.MultiIndex.from_frame(ship[KEY])
    beside = sign.reindex(own).set_index(ship.index)
    unread = beside[Source.src_unknown].fillna("").str.split().map(lambda names: str(Tracking.eta_at) in names)
    made = ship[SAME].assign(
        src_unknown=ship[Source.src_unknown].fillna("") + unread.map({True: f" {Shipments.eta_at}", False: ""}),
        shipped_at=ship[Tracking.actual_at],
        eta_at=ship[Tracking.eta_at].fillna(beside[Tracking.eta_at]),
        signed_at=beside[Tracking.actual_at],
        signer=beside[Tracking.signer],
        remark=ship[Tracking.reason],
    )
    return pd.concat([tables["shipments"], conform(made, Shipments, blank=NOT_TRACKED)], ignore_index=True)


def signings(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return what was signed for: one row per shipment, or sign stage and batch; places as of `departures`.

    Shape: as `Shipments`.
    """
    sign = _stage(tables, "sign")
    made = sign[SAME].assign(signed_at=sign[Tracking.actual_at], signer=sign[Tracking.signer])
    return pd.concat([tables["shipments"], conform(made, Shipments, blank=NOT_TRACKED)], ignore_index=True)


def under_shipment_names(places: Places) -> Places:
    """Return cells of a tracking sheet, found also by what `Shipments` calls their fields."""
    said = {
        str(Shipments.shipped_at): str(Tracking.actual_at),
        str(Shipments.signed_at): str(Tracking.actual_at),
        str(Shipments.remark): str(Tracking.reason),
    }
    return {name: places[field] for name, field in said.items() if field in places} | places


def _stage(tables: Mapping[str, pd.DataFrame], stage: str) -> pd.DataFrame:
    """Rows of one stage that count, of orders no shipment sheet tells of."""
    rows = tables["tracking"]
    told = set(tables["shipments"][Shipments.order_no].dropna())
    held = is_sure(rows[Source.src_held])
    rows = rows[(rows[Tracking.stage] == stage) & ~held & ~rows[Tracking.order_no].isin(told)]
    return rows.assign(batch=rows[Tracking.batch].fillna(1))
