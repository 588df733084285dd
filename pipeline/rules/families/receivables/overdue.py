"""What is overdue, what has no due day, promises that were not kept, and late fees."""

from __future__ import annotations

from math import inf

import numpy as np
import pandas as pd

from pipeline.orders.customers import customer_key
from pipeline.rules.context import RuleContext
from pipeline.rules.helpers import any_of, count_of, counted, is_blank, money, nobody, some, today
from pipeline.rules.registry import RuleResult, rule
from schemas.derived.receivables import Receivables
from schemas.incoming.customers import Customers
from schemas.incoming.reminders import Reminders
from schemas.policy.rules import Rule

UNREAD = ("UNKNOWN", "BACK")  # terms that no due day can follow from: told at the order
ON_INVOICE = ("NET_I", "EOM_I", "LC")
YEAR_DAYS = 365
PER_CENT = 100


def open_days(rows: pd.DataFrame) -> pd.Series[int]:
    """Return the days overdue of open items, missing for paid ones."""
    return rows[Receivables.overdue_days].where(some(rows[Receivables.open_fen]))


@rule("DUE-001", Receivables.due_on)
def item_is_overdue(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Open after its rolled due day; from the day collection starts the harder rule says so."""
    late = open_days(rows)
    harder = context.policy.rules.get("DUE-003")
    mask = (late >= 1) & ~((late >= count_of(harder)) if harder and harder.is_live else nobody(rows))
    return RuleResult(mask, {"days": late.astype("str"), "amount": money(rows[Receivables.open_fen], rows)})


@rule("DUE-003", Receivables.due_on)
def collection_must_start(rows: pd.DataFrame, rule: Rule) -> RuleResult:
    """Open for as many days as the procedure allows."""
    return RuleResult(open_days(rows) >= count_of(rule), {"amount": money(rows[Receivables.open_fen], rows)})


def _undated(rows: pd.DataFrame) -> pd.Series[bool]:
    lost = (rows[Receivables.bucket] == "unknown") & some(rows[Receivables.open_fen])
    return lost & ~rows[Receivables.term].isin(UNREAD)


def _waits_for_goods(rows: pd.DataFrame) -> pd.Series[bool]:
    """The term is known and hangs on signing, which nobody entered."""
    known = rows[Receivables.term].notna() & rows[Receivables.base_on].isna()
    return known & ~rows[Receivables.term].str.startswith(ON_INVOICE, na=False)


@rule("DUE-002", Receivables.due_on)
def due_day_is_unknown(rows: pd.DataFrame) -> RuleResult:
    """Owed without a day: not invoiced for too long, or an opening item without a due day."""
    return RuleResult(_undated(rows) & ~_waits_for_goods(rows), {"amount": money(rows[Receivables.open_fen], rows)})


@rule("DUE-006", Receivables.due_on)
def goods_are_not_signed_for(rows: pd.DataFrame) -> pd.Series[bool]:
    """Shipped for longer than the limit, and nothing from which the due day could count."""
    return _undated(rows) & _waits_for_goods(rows)


@rule("DUN-001", Receivables.overdue_days)
def collection_has_not_started(rows: pd.DataFrame, rule: Rule) -> RuleResult:
    """Long enough overdue, nothing holds it back, and the first letter has not gone out."""
    late = open_days(rows)
    mask = (late >= count_of(rule)) & (rows[Receivables.next_step] == "dun1")
    return RuleResult(mask, {"days": late.astype("str")})


@rule("REM-004", Reminders.content)
def contact_has_no_content(rows: pd.DataFrame) -> pd.Series[bool]:
    """A contact that does not say what was said."""
    return is_blank(rows, Reminders.content)


@rule("REM-006", Reminders.promised_on)
def promise_is_broken(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The newest promise has passed, and an item it was made for is still open.

    A row that waits made no promise yet: 03 knows none, and nothing in the row would be corrected by it.
    """
    made = rows[rows[Reminders.promised_on].notna() & counted(rows)]
    key = made[Reminders.order_no].fillna(customer_key(made[Reminders.customer_name]))
    newest = made.assign(key=key).sort_values(str(Reminders.contacted_at), kind="stable")
    newest = newest[newest["key"].notna()].drop_duplicates("key", keep="last")
    items = context["receivables"]
    broken = items[(items[Receivables.promised_on] < today(context)) & some(items[Receivables.open_fen])]
    late = {*broken[Receivables.order_no], *broken[Receivables.customer_key]}
    return any_of(rows, newest.index[newest["key"].isin(late) & (newest[Reminders.promised_on] < today(context))])


@rule("FEE-001", Receivables.fee_rate, needs="customers")
def contract_has_no_fee(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Of every customer without a rate the oldest item for which letters go out."""
    first = next(rung.days_from for rung in context.policy.rungs if rung.key == "dun1")
    late = rows[(open_days(rows) >= first).fillna(value=False) & rows[Receivables.fee_rate].isna()]
    oldest = late.sort_values(str(Receivables.due_on), kind="stable").drop_duplicates(Receivables.customer_key)
    return any_of(rows, oldest.index)


def _yearly(rows: pd.DataFrame) -> pd.Series[float]:
    rates = [None if pd.isna(rate) else float(rate * YEAR_DAYS) for rate in rows[Customers.late_fee_rate]]
    return pd.Series(np.array(rates, dtype="float64"), index=rows.index)


def _shown(rows: pd.DataFrame) -> pd.Series[str]:
    """A daily rate as people write it: 0.05%."""
    rates = rows[Customers.late_fee_rate]
    texts = ["" if pd.isna(rate) else f"{(rate * PER_CENT).normalize():f}%" for rate in rates]
    return pd.Series(texts, index=rows.index, dtype="str")


def _very_high_rate(context: RuleContext) -> float:
    limit = context.policy.rules["FEE-003"].limit
    return inf if limit is None else float(limit) / PER_CENT


@rule("FEE-002", Customers.late_fee_rate)
def fee_is_high(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """More a year than several times the bank rate; from the higher line on the next rule says so."""
    yearly, high = _yearly(rows), float(context.policy.values["high_rate"])
    return RuleResult((yearly > high) & (yearly <= _very_high_rate(context)), {"value": _shown(rows)})


@rule("FEE-003", Customers.late_fee_rate)
def fee_is_very_high(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """More a year than the limit."""
    return RuleResult(_yearly(rows) > _very_high_rate(context), {"value": _shown(rows)})
