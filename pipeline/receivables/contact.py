"""What was said to whom: the last contact, promises, and the rung of the last letter sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.orders.customers import link
from schemas.derived.receivables import Receivables
from schemas.incoming.reminders import Reminders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.receivables.context import Night
    from schemas.policy.ladder import Rung

BY_ORDER, BY_CUSTOMER = "order_no", "customer_key"


def contacts(items: pd.DataFrame, rungs: Sequence[Rung], night: Night) -> pd.DataFrame:
    """`last_contact_at`, `last_channel`, `promised_on` and `sent_rank` of every item.

    A row without an order speaks for all items of its customer; the newest row wins.
    `sent_rank`: the highest rung a row shows to have been sent, 0 for none.
    """
    rows = night.heads("reminders")
    rows = rows[(rows[Reminders.contacted_at] <= night.as_of).fillna(False)]
    rows = rows.assign(
        customer_key=link(rows[Reminders.customer_name], night.heads("customers")),
        sent_rank=_ranks(rows, rungs),
    ).sort_values([str(Reminders.contacted_at), "sent_rank"], kind="stable")
    ours = _columns(items, rows[rows[Reminders.order_no].notna()], BY_ORDER)
    theirs = _columns(items, rows[rows[Reminders.order_no].isna()], BY_CUSTOMER)
    newer = theirs["at"] > ours["at"]
    newer |= np.isnat(ours["at"]) & ~np.isnat(theirs["at"])
    return pd.DataFrame(
        {
            str(Receivables.last_contact_at): np.where(newer, theirs["at"], ours["at"]),
            str(Receivables.last_channel): pd.Series(np.where(newer, theirs["channel"], ours["channel"]), dtype="str"),
            "promised_on": _later(theirs["promised"], ours["promised"]),
            "sent_rank": np.maximum(theirs["rank"], ours["rank"]),
        },
        index=items.index,
    )


def _ranks(rows: pd.DataFrame, rungs: Sequence[Rung]) -> Any:
    sent = {rung.sent_as: rung.rank for rung in rungs if rung.sent_as}
    kinds = rows[Reminders.reminder_kind].map(sent).fillna(0)
    channels = rows[Reminders.channel].map(sent).fillna(0)
    return np.maximum(kinds.to_numpy(dtype="int64"), channels.to_numpy(dtype="int64"))


def _columns(items: pd.DataFrame, rows: pd.DataFrame, by: str) -> dict[str, Any]:
    last = rows.drop_duplicates(by, keep="last")
    at = pd.Index(last[by]).get_indexer(pd.Index(items[by])) if len(last) else np.full(len(items), -1)
    promised = rows[rows[Reminders.promised_on].notna()].drop_duplicates(by, keep="last")
    to = pd.Index(promised[by]).get_indexer(pd.Index(items[by])) if len(promised) else np.full(len(items), -1)
    highest = rows.groupby(by)["sent_rank"].max()
    rank = (
        items[by].map(highest).fillna(0).to_numpy(dtype="int64") if len(rows) else np.zeros(len(items), dtype="int64")
    )
    return {
        "at": _taken(last[Reminders.contacted_at].to_numpy(dtype="datetime64[us]"), at, np.datetime64("NaT", "us")),
        "channel": _taken(last[Reminders.channel].to_numpy(dtype="object"), at, None),
        "promised": _taken(
            promised[Reminders.promised_on].to_numpy(dtype="datetime64[us]"), to, np.datetime64("NaT", "us")
        ),
        "rank": rank,
    }


def _taken(values: Any, at: Any, absent: Any) -> Any:
    if not len(values):
        return np.full(len(at), absent)
    return np.where(at >= 0, values[at], absent)


def _later(days: Any, others: Any) -> Any:
    return np.fmax(days, others)
