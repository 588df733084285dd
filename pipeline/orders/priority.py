"""Force majeure: who waits for scarce goods, in the order they are to be served, and who was served before."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import pandas as pd

from pipeline.core.frames import conform, empty
from pipeline.core.groups import codes_of, first_known, is_sure, worded
from pipeline.core.text import fold
from pipeline.orders.tables import Wanting
from schemas.derived.priority import Priority
from schemas.derived.status import OrderFacts, OrderStatus
from schemas.incoming.orders import Orders

STOPPED = "hold_force_majeure"
# Confirmed, and goods are still to go: these orders compete for what there is.
COMPETING = (STOPPED, "to_plan", "preparing", "to_check", "qc_failed", "to_ship", "part_shipped", "part_signed")
FACTS = (Orders.hold_on, Orders.emergency_plan, Orders.hold_result, Orders.cancel_settlement)
NO, PRODUCT = str(Priority.order_no), str(Priority.product_key)
RANKED = [PRODUCT, "share", str(Priority.order_date), NO]  # who paid a greater share is first, then who ordered first
PAID_FIRST = [True, False, True, True]


def stops(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return what the order lists say of stops, per order, aligned with order facts and status.

    `hold_on` is the confirmation or the order day where nobody wrote when the stop began.
    """
    order_facts, lines = tables[OrderFacts.name], tables[Orders.name]
    codes = codes_of(lines[Orders.order_no], pd.Index(order_facts[OrderFacts.order_no]))
    known = codes >= 0
    made = pd.DataFrame({str(c): first_known(codes[known], lines[c][known], len(order_facts)) for c in FACTS})
    begun = (
        made[Orders.hold_on]
        .fillna(order_facts[OrderFacts.conf_at].dt.normalize())
        .fillna(order_facts[OrderFacts.order_date])
    )
    return made.assign(**{str(Orders.hold_on): begun})


def ranked(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the `Priority` frame, product by product."""
    if not (tables[OrderStatus.name][OrderStatus.state] == STOPPED).any():
        return empty(Priority)
    wants = _wants(tables[Orders.name]).merge(_orders(tables), on=NO)
    wants = wants[wants[PRODUCT].isin(wants.loc[wants[Wanting.is_stopped], PRODUCT])]
    wants = wants.sort_values(RANKED, ascending=PAID_FIRST, kind="stable").reset_index(drop=True)
    wants[Priority.first_no] = _served_before(wants)
    waits = wants[Wanting.competes]
    wants[Priority.rank] = waits.groupby(wants[PRODUCT]).cumsum().where(waits)
    shown = wants[waits | wants[Priority.first_no].notna()]
    return conform(shown, Priority)


def _served_before(wants: pd.DataFrame) -> pd.Series[str]:
    """The order that paid a greater share and waits since before this one's goods went."""
    waiting = wants[wants[Wanting.waits] & (wants[Wanting.share] > 0)].drop_duplicates(PRODUCT)
    first = wants[[PRODUCT]].merge(waiting, on=PRODUCT, how="left", suffixes=("", "_first"))
    unfair = (wants[Wanting.share] < first[Wanting.share]) & (wants[Priority.shipped_on] >= first[Wanting.begun_on])
    return first[NO].where(unfair)


def _wants(lines: pd.DataFrame) -> pd.DataFrame:
    """One row per order and product: what it is called, and how much."""
    key = worded(lines[Orders.model].fillna(lines[Orders.product_code]), fold)
    known = lines[Orders.order_no].notna() & (key != "") & ~is_sure(lines[Orders.src_held])
    name = lines[Orders.product_name].fillna("") + " " + lines[Orders.model].fillna(lines[Orders.product_code])
    made = pd.DataFrame({NO: lines[Orders.order_no], PRODUCT: key, "product": name.str.strip()})
    made = made.assign(ordered_qty=lines[Orders.qty])[known]
    by = made.groupby([PRODUCT, NO], sort=True)
    return by.agg(product=("product", "first"), ordered_qty=("ordered_qty", "sum")).reset_index()


def _orders(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Orders whose rows are all counted: the share paid, whether it waits, since when."""
    order_facts, order_status, facts = tables[OrderFacts.name], tables[OrderStatus.name], stops(tables)
    stopped = order_status[OrderStatus.state] == STOPPED
    paid, worth = (
        order_status[c].to_numpy("float64", na_value=0.0) for c in (OrderStatus.received_fen, OrderStatus.amount_fen)
    )
    share = np.divide(paid, worth, out=np.zeros(len(order_status)), where=worth > 0)
    own = (NO, *"customer_name sales_owner received_fen amount_fen currency order_date due_on state".split())
    made = order_status[list(own)].assign(
        share=share,
        paid_share=pd.Series([Decimal(f"{part:.4f}") for part in share], index=order_status.index, dtype="object"),
        is_stopped=stopped,
        waits=stopped & ~(order_status[OrderStatus.shipped_qty] > 0).fillna(value=False),
        competes=order_status[OrderStatus.state].isin(COMPETING),
        begun_on=facts[Orders.hold_on],
        hold_on=facts[Orders.hold_on].where(stopped),
        emergency_plan=facts[Orders.emergency_plan],
        hold_result=facts[Orders.hold_result],
        shipped_on=order_facts[OrderFacts.shipped_on],
    )
    held = order_facts[OrderFacts.is_held].fillna(value=False).to_numpy(dtype=bool)
    return made[~held]
