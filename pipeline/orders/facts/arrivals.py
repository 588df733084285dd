"""When goods count as arrived, for companies whose books never hold signatures.

Nobody signs there, so no day would ever begin to run. Once the company has said so, what left counts as signed for on
the day it was delivered or expected, else the day it left and the days on the road that are filed for its address.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.core.groups import first_known
from pipeline.orders.lead_times import days_on_the_road
from pipeline.orders.movements import departures
from pipeline.orders.tables import CodedLines
from schemas.derived.status import OrderFacts
from schemas.incoming.orders import Orders
from schemas.incoming.shipments import Shipments
from schemas.incoming.tracking import Tracking

SIGN = "sign"


def hold_signatures(tables: Mapping[str, pd.DataFrame]) -> bool:
    """Return whether any row of any book, held or not, says that somebody signed for goods."""
    shipments, tracking = tables["shipments"], tables["tracking"]
    stage = tracking[Tracking.actual_at].notna() & (tracking[Tracking.stage] == SIGN)
    signed = shipments[[str(column) for column in (Shipments.signed_at, Shipments.signed_qty, Shipments.signer)]]
    written = tables["orders"][Orders.signed_on].notna()
    return bool(stage.any() or written.any() or signed.notna().to_numpy().any())


def with_arrivals(
    order_facts: pd.DataFrame, lines: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Return the tables with everything that left signed for, where nobody wrote when, on the day it arrived."""
    rows, size = departures(tables), len(order_facts)
    code = lines[CodedLines.code].to_numpy()
    road = first_known(code, days_on_the_road(lines, tables["transit"]).astype("Int64"), size)
    by_number = pd.Series(road.array, index=pd.Index(order_facts[OrderFacts.order_no]))
    taken = rows[Shipments.order_no].map(by_number[~by_number.index.duplicated()]).fillna(0)
    expected = rows[Shipments.shipped_at] + pd.to_timedelta(taken.astype("int64"), unit="D")
    arrived = rows[Shipments.delivered_at].fillna(rows[Shipments.eta_at]).fillna(expected)
    signed = rows[Shipments.signed_at].fillna(arrived)
    return {**tables, "shipments": rows.assign(**{str(Shipments.signed_at): signed})}
