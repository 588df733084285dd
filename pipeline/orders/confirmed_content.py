"""What the customer confirmed, against what the order says now."""

from __future__ import annotations

import pandas as pd

from schemas.incoming.orders import Orders

WRITTEN = ("email", "scan", "stamped", "esign")
DUE = "due_on"  # promised delivery date, else requested
SAID = {  # what the letter says, and what the customer sent back
    str(Orders.qty): str(Orders.conf_qty),
    str(Orders.unit_price): str(Orders.conf_price),
    str(Orders.amount_fen): str(Orders.conf_amount_fen),
    DUE: str(Orders.conf_due_on),
}


def differing(lines: pd.DataFrame) -> pd.DataFrame:
    """Shape: as the lines, one mask per item of `SAID`: what was sent back is known and another.

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
    """Shape: one row per change that still shows, indexed by the line it changed, oldest first.

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
    """Quantity, price, amount and day of delivery of every line."""
    due = lines[Orders.promised_date].fillna(lines[Orders.requested_date])
    return pd.DataFrame({item: due if item == DUE else lines[item] for item in SAID}, index=lines.index)


def _is_other(now: pd.Series, said: pd.Series) -> pd.Series[bool]:
    known = now.notna() & said.notna()
    if not known.any():
        return known
    other: pd.Series[bool] = known & (now != said).fillna(value=False).astype(bool)
    return other
