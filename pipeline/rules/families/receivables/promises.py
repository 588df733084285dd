"""Contacts made to get money, and what was promised in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.orders.customers import customer_key
from pipeline.rules.helpers import any_of, counted, is_blank, nobody, today
from pipeline.rules.registry import rule
from schemas.derived.receivables import Allocations, Receivables
from schemas.incoming.reminders import Reminders

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.rules.context import RuleContext


@rule("REM-004", Reminders.content)
def contact_has_no_content(rows: pd.DataFrame) -> pd.Series[bool]:
    """A contact that does not say what was said."""
    return is_blank(rows, Reminders.content) & counted(rows)


@rule("REM-006", Reminders.promised_on)
def promise_is_broken(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The newest promise has passed, and what was promised is still open.

    A promise of a sum is kept by as much money since it was made.
    """
    made = rows[rows[Reminders.promised_on].notna() & counted(rows)]
    key = made[Reminders.order_no].fillna(customer_key(made[Reminders.customer_name]))
    newest = made.assign(key=key).sort_values(str(Reminders.contacted_at), kind="stable")
    newest = newest[newest["key"].notna()].drop_duplicates("key", keep="last")
    late = newest[newest[Reminders.promised_on] < today(context)]
    if late.empty:
        return nobody(rows)
    items = context["receivables"]
    by_order = items.groupby(Receivables.order_no)[Receivables.open_fen].sum()
    by_customer = (
        items[items[Receivables.overdue_days] > 0].groupby(Receivables.customer_key)[Receivables.open_fen].sum()
    )
    still = late["key"].map(by_order).fillna(late["key"].map(by_customer)).fillna(0) > 0
    return any_of(rows, late.index[(still & ~_kept(late, context)).to_numpy(dtype=bool)])


def _kept(promises: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """As much was received on the order since the promise as was promised."""
    paid = context["allocations"].merge(
        promises[[str(Reminders.order_no), str(Reminders.contacted_at)]].dropna(), on=str(Reminders.order_no)
    )
    since = paid[paid[Allocations.received_on] >= paid[Reminders.contacted_at].dt.normalize()]
    sums = since.groupby(Reminders.order_no)[Allocations.applied_fen].sum()
    fen = sums.reindex(promises[Reminders.order_no]).to_numpy(dtype="int64", na_value=0)
    kept: pd.Series[bool] = (promises[Reminders.promised_fen] <= fen).fillna(value=False).astype(bool)
    return kept
