"""Which orders want a confirmation letter, and what it would lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.orders.confirmed_content import amended
from schemas.derived.status import OrderFacts, OrderStatus
from schemas.incoming.orders import Orders
from schemas.language.words import translate

if TYPE_CHECKING:
    from collections.abc import Mapping

NO = str(Orders.order_no)
FIRST = "to_send"
SENT = ("await_confirm", "confirm_overdue")
AGAIN = "reconfirm"
# What a letter says; a delivery day is the promised one, else the requested one.
EIGHT = {
    NO: (Orders.order_no,),
    str(Orders.product_name): (Orders.product_name, Orders.model),
    str(Orders.qty): (Orders.qty,),
    str(Orders.unit_price): (Orders.unit_price,),
    str(Orders.amount_fen): (Orders.amount_fen,),
    str(Orders.promised_date): (Orders.promised_date, Orders.requested_date),
    str(Orders.pay_term): (Orders.pay_term,),
    str(Orders.address): (Orders.address,),
}


def wanted(tables: Mapping[str, pd.DataFrame], *, as_of: pd.Timestamp) -> pd.Series[bool]:
    """Per row of the book: approved and never sent, or changed since it was sent.

    A letter is prepared every night until its sending is recorded, so that the day on it and
    the day it asks for are those of the morning it goes out; once sent, never again as it was.
    """
    order_facts, state = tables[OrderFacts.name], tables[OrderStatus.name][OrderStatus.state]
    once = state.isin(SENT) | ((state == AGAIN) & order_facts[OrderFacts.is_stale].fillna(value=False))
    again = once & order_facts[OrderFacts.order_no].isin(_changed(tables[Orders.name], tables["earlier"], as_of))
    return ((state == FIRST) | again).fillna(value=False).astype(bool)


def _changed(lines: pd.DataFrame, earlier: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series[str]:
    """Orders that say something else than when their letter went out, seen by us or written down."""
    found = amended(lines, earlier)
    found = found[found["is_unsent"].to_numpy(dtype=bool) & (found["changed_on"] <= as_of).to_numpy()]
    written = lines[Orders.changed_at].where(lines[Orders.changed_at] <= as_of)
    later = (written > lines[Orders.conf_sent_at].fillna(lines[Orders.conf_at])).fillna(value=False)
    return lines[NO][later.astype(bool) | lines.index.isin(found.index)]


def lacking(lines: pd.DataFrame, lang: str) -> dict[str, str]:
    """Order → what its letter lacks, in words; orders that lack nothing are left out."""
    found: dict[str, list[str]] = {}
    for word, columns in EIGHT.items():
        blank = lines[[str(column) for column in columns]].isna().all(axis=1)
        if word == Orders.address:
            blank &= lines[Orders.delivery_mode] != "pickup"
        for number in lines.loc[blank, NO].dropna().unique():
            found.setdefault(number, []).append(translate(f"{Orders.name}.{word}", lang))
    return {number: translate("mark.list", lang).join(words) for number, words in found.items()}
