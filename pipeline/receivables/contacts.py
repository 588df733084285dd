"""What was said to customers about every open item, what they answered and promised, and which letters went out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.core.groups import is_sure
from pipeline.orders.customers import link
from pipeline.receivables.tables import KeptPromises
from schemas.derived.receivables import Allocations, Receivables
from schemas.incoming.reminders import Reminders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.receivables.context import AgeingContext
    from schemas.policy.ladder import Rung

BY_ORDER, BY_CUSTOMER = "order_no", "customer_key"


def last_contacts(
    items: pd.DataFrame, rungs: Sequence[Rung], context: AgeingContext, paid: pd.DataFrame
) -> pd.DataFrame:
    """Return when, how and with what answer every item was spoken of, when next, what was promised, which letter went.

    A row without an order speaks for all items of its customer; the newest row wins. What was promised without an
    order is what is overdue, and a promise that was kept is none any more. `paid`: `Allocations`.
    `sent_rank`: the highest rung a row shows to have been sent, 0 for none.
    """
    rows = context.heads("reminders")
    rows = rows[(rows[Reminders.contacted_at] <= context.as_of).fillna(False)]
    rows = rows.assign(
        customer_key=link(rows[Reminders.customer_name], context.heads("customers")),
        sent_rank=_ranks(rows, rungs),
        is_kept=_is_kept(rows, paid),
    ).sort_values([str(Reminders.contacted_at), "sent_rank"], kind="stable")
    ours = _columns(items, rows[rows[Reminders.order_no].notna()], BY_ORDER)
    theirs = _columns(items, rows[rows[Reminders.order_no].isna()], BY_CUSTOMER)
    newer = _is_newer(theirs["at"], ours["at"])
    answered = _is_newer(theirs["answered"], ours["answered"])
    is_late = (items[Receivables.overdue_days] > 0).fillna(value=False).astype(bool)
    return pd.DataFrame(
        {
            str(Receivables.last_contact_at): np.where(newer, theirs["at"], ours["at"]),
            str(Receivables.last_channel): pd.Series(np.where(newer, theirs["channel"], ours["channel"]), dtype="str"),
            str(Receivables.last_answer): pd.Series(np.where(answered, theirs["answer"], ours["answer"]), dtype="str"),
            str(Receivables.follow_on): np.where(newer, theirs["follow"], ours["follow"]),
            "promised_on": later(pd.Series(theirs["promised"], items.index).where(is_late), ours["promised"]),
            "sent_rank": np.maximum(theirs["rank"], ours["rank"]),
        },
        index=items.index,
    )


def _is_newer(these: Any, others: Any) -> Any:
    return (these > others) | (np.isnat(others) & ~np.isnat(these))


def _is_kept(rows: pd.DataFrame, paid: pd.DataFrame) -> pd.Series[bool]:
    """As much was received on the order since the promise as was promised."""
    sums = rows.loc[rows[Reminders.promised_fen].notna(), [str(Reminders.order_no), str(Reminders.contacted_at)]]
    since = sums.reset_index().merge(paid, on=str(Reminders.order_no))
    since = since[since[Allocations.received_on] >= since[Reminders.contacted_at].dt.normalize()]
    fen = since.groupby("index")[Allocations.applied_fen].sum().reindex(rows.index).fillna(0)
    return is_sure(rows[Reminders.promised_fen] <= fen)


def _ranks(rows: pd.DataFrame, rungs: Sequence[Rung]) -> Any:
    sent = {rung.sent_as: rung.rank for rung in rungs if rung.sent_as}
    kinds = rows[Reminders.reminder_kind].map(sent).fillna(0)
    channels = rows[Reminders.channel].map(sent).fillna(0)
    rank = np.maximum(kinds.to_numpy(dtype="int64"), channels.to_numpy(dtype="int64"))
    # a letter that came back undelivered has not been sent
    return np.where(rows[Reminders.is_delivered].eq(other=False).fillna(value=False), 0, rank)


def _columns(items: pd.DataFrame, rows: pd.DataFrame, by: str) -> dict[str, Any]:
    last, at = _last(items, rows, by)
    promised, to = _last(items, rows[rows[Reminders.promised_on].notna()], by)
    answered, said = _last(items, rows[rows[Reminders.answer].notna()], by)
    never = np.datetime64("NaT", "us")
    highest = rows.groupby(by)["sent_rank"].max()
    rank = (
        items[by].map(highest).fillna(0).to_numpy(dtype="int64") if len(rows) else np.zeros(len(items), dtype="int64")
    )
    return {
        "at": _taken(last[Reminders.contacted_at].to_numpy(dtype="datetime64[us]"), at, never),
        "follow": _taken(last[Reminders.next_on].to_numpy(dtype="datetime64[us]"), at, never),
        "answer": _taken(answered[Reminders.answer].to_numpy(dtype="object"), said, None),
        "answered": _taken(answered[Reminders.contacted_at].to_numpy(dtype="datetime64[us]"), said, never),
        "channel": _taken(last[Reminders.channel].to_numpy(dtype="object"), at, None),
        "promised": _taken(
            promised[Reminders.promised_on].mask(promised[KeptPromises.is_kept]).to_numpy(dtype="datetime64[us]"),
            to,
            never,
        ),
        "rank": rank,
    }


def _last(items: pd.DataFrame, rows: pd.DataFrame, by: str) -> tuple[pd.DataFrame, Any]:
    """Return the newest of the rows that say the same, and where each item finds its own: -1 for none."""
    last = rows.drop_duplicates(by, keep="last")
    return last, pd.Index(last[by]).get_indexer(pd.Index(items[by])) if len(last) else np.full(len(items), -1)


def _taken(values: Any, at: Any, absent: Any) -> Any:
    if not len(values):
        return np.full(len(at), absent)
    return np.where(at >= 0, values[at], absent)


def later(days: Any, others: Any) -> Any:
    """Return the later of two days, or the one that is known."""
    return np.fmax(days, others)
