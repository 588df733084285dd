"""What the customer confirmed, against what the order says now."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.core.accounts import currencies
from pipeline.core.groups import is_sure
from pipeline.orders.tables import Amendments
from schemas.derived.status import OrderFacts, OrderStatus
from schemas.incoming.orders import Orders
from schemas.language.words import translate
from schemas.table import HOME

WRITTEN = ("email", "scan", "stamped", "esign")
DUE = "due_on"  # promised delivery date, else requested
SAID = {  # what the letter says, and what the customer sent back
    str(Orders.qty): str(Orders.conf_qty),
    str(Orders.unit_price): str(Orders.conf_price),
    str(Orders.amount_fen): str(Orders.conf_amount_fen),
    DUE: str(Orders.conf_due_on),
}


def differing(lines: pd.DataFrame) -> pd.DataFrame:
    """Return per line and item of `SAID` whether what was sent back is known and another.

    Shape: as the lines, one mask per item.

    A confirmed amount may be that of the line or of the whole order.
    """
    now = content(lines)
    made = {item: _is_other(now[item], lines[said]) for item, said in SAID.items()}
    amount = str(Orders.amount_fen)
    if made[amount].any():
        whole = lines[amount].groupby(lines[Orders.order_no]).transform("sum")
        made[amount] &= _is_other(whole, lines[SAID[amount]])
    return pd.DataFrame(made, index=lines.index)


def amended(lines: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """Return the changes of lines that still show, oldest first, indexed by the line they changed.

    `earlier` is what lines said before they were changed, or empty. Columns: those of `content` as
    they were, `changed_on`, `is_unconfirmed`: it had been confirmed in writing and was not since, and
    `is_unsent`: no letter went out since.
    """
    at = pd.Index(lines[Orders.src_key]).get_indexer(pd.Index(earlier[Orders.src_key]))
    mine = earlier[at >= 0]
    now = lines.take(at[at >= 0])
    was = content(mine).set_axis(now.index)
    differs = pd.concat([_is_other(was[item], content(now)[item]) for item in SAID], axis=1).any(axis=1)
    same = mine[Orders.conf_at].to_numpy() == now[Orders.conf_at].to_numpy()
    sent, sent_then = now[Orders.conf_sent_at].to_numpy(), mine[Orders.conf_sent_at].to_numpy()
    made = was.assign(
        changed_on=mine["changed_on"].to_numpy(),
        is_unconfirmed=mine[Orders.conf_method].isin(WRITTEN).to_numpy() & same,
        is_unsent=(sent == sent_then) | (pd.isna(sent) & pd.isna(sent_then)),
    )
    return made[differs.to_numpy(dtype=bool)]


def content(lines: pd.DataFrame) -> pd.DataFrame:
    """Return quantity, price, amount and day of delivery of every line."""
    due = lines[Orders.promised_date].fillna(lines[Orders.requested_date])
    return pd.DataFrame({item: due if item == DUE else lines[item] for item in SAID}, index=lines.index)


def _is_other(now: pd.Series, said: pd.Series) -> pd.Series[bool]:
    known = now.notna() & said.notna()
    if not known.any():
        return known
    return is_sure(known & is_sure(now != said))


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
    """Return per order whether it wants a letter: approved and never sent, or changed since it was sent.

    A letter is prepared every night until its sending is recorded, so that the day on it and
    the day it asks for are those of the morning it goes out; once sent, never again as it was.
    """
    order_facts, state = tables[OrderFacts.name], tables[OrderStatus.name][OrderStatus.state]
    once = state.isin(SENT) | ((state == AGAIN) & order_facts[OrderFacts.is_stale].fillna(value=False))
    again = once & order_facts[OrderFacts.order_no].isin(_changed(tables[Orders.name], tables["earlier"], as_of))
    return is_sure((state == FIRST) | again)


def _changed(lines: pd.DataFrame, earlier: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series[str]:
    """Orders that say something else than when their letter went out, seen by us or written down."""
    found = amended(lines, earlier)
    found = found[found[Amendments.is_unsent].to_numpy(dtype=bool) & (found[Amendments.changed_on] <= as_of).to_numpy()]
    written = lines[Orders.changed_at].where(lines[Orders.changed_at] <= as_of)
    later = (written > lines[Orders.conf_sent_at].fillna(lines[Orders.conf_at])).fillna(value=False)
    return lines[NO][later.astype(bool) | lines.index.isin(found.index)]


def lacking(lines: pd.DataFrame, lang: str) -> dict[str, str]:
    """Return what the letters of orders lack, in words; orders that lack nothing are left out.

    The words of a letter are about yuan: one about other money is written by hand.
    """
    found: dict[str, list[str]] = {}
    for number in lines.loc[currencies(lines) != HOME, NO].dropna().unique():
        found[number] = [translate("letter.other_currency", lang)]
    for word, columns in EIGHT.items():
        blank = lines[[str(column) for column in columns]].isna().all(axis=1)
        if word == Orders.address:
            blank &= lines[Orders.delivery_mode] != "pickup"
        for number in lines.loc[blank, NO].dropna().unique():
            found.setdefault(number, []).append(translate(f"{Orders.name}.{word}", lang))
    return {number: translate("mark.list", lang).join(words) for number, words in found.items()}
