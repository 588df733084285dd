"""Credit: limits passed, money too long overdue, customers frozen, and goods shipped all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.orders.credit import credit_by_order, is_blocked, is_over
from pipeline.rules.helpers import any_of, count_of, has_seen, money, nobody, once_a_night, some
from pipeline.rules.registry import RuleResult, rule
from schemas.derived.status import OrderFacts, OrderStatus
from schemas.incoming.customers import Customers
from schemas.policy.states import DELIVERED

if TYPE_CHECKING:
    from pipeline.rules.context import RuleContext

UNSHIPPED = (
    *("to_ship", "to_check", "preparing", "to_plan", "reconfirm", "confirm_overdue", "await_confirm", "to_send"),
    *("to_approve", "to_supplement", "qc_failed", "hold_credit"),
)
READY = ("to_ship", "to_check", "preparing", "to_plan", "qc_failed", "part_shipped", "hold_credit")
UNDER_WAY = ("shipped", "part_shipped", "part_signed", "hold_credit")


@once_a_night
def asked(context: RuleContext) -> pd.DataFrame:
    """Return what every order asks of its customer's credit."""
    grace = count_of(context.policy.rules["CUS-009"])
    return credit_by_order(context["book"], context["standing"]["settled_fen"], context.tables, grace_days=grace)


@rule("CUS-005", OrderStatus.order_no)
def shipped_all_the_same(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """On the road, or shipped since the customer was frozen, though credit did not allow it."""
    if not has_seen(context, "customers"):
        return nobody(rows)
    found = asked(context)
    left = some(rows[OrderStatus.shipped_qty])
    under_way = rows[OrderStatus.state].isin(UNDER_WAY)
    since = context["book"][OrderFacts.shipped_on] >= found[Customers.frozen_on]
    earlier = context["book"][OrderFacts.shipped_on] < found[Customers.frozen_on]
    blocked = is_blocked(found) & ((under_way & ~earlier) | since)
    held = rows[OrderStatus.state] == "hold_credit"
    return left & (rows[OrderStatus.state] != "cancelled") & (blocked | held | (under_way & is_over(found)))


@rule("CUS-008", OrderStatus.amount_fen)
def credit_is_passed(rows: pd.DataFrame, context: RuleContext) -> RuleResult | pd.Series[bool]:
    """Not shipped yet, and with it the customer owes more than its limit."""
    if not has_seen(context, "customers"):
        return nobody(rows)
    found = asked(context)
    mask = rows[OrderStatus.state].isin(UNSHIPPED) & is_over(found)
    return RuleResult(mask, {"amount": money(found["exposure_fen"]), "other": money(found[Customers.credit_limit_fen])})


@rule("CUS-009", OrderStatus.customer_name)
def customer_owes_too_long(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """About to be shipped on credit to a customer whose money is overdue for more than the limit."""
    found = asked(context)
    floor = int(context.policy.values.get("letter_floor_fen", 0))
    return rows[OrderStatus.state].isin(READY) & (found["stale_fen"] > floor) & ~found["is_prepaid"]


@rule("CUS-010", OrderStatus.customer_name)
def customer_is_frozen(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The oldest unfinished order of a customer with whom no business is to be done."""
    if not has_seen(context, "customers"):
        return nobody(rows)
    going = rows[is_blocked(asked(context)) & ~rows[OrderStatus.state].isin(DELIVERED)]
    placed = going.assign(key=context["book"][OrderFacts.customer_key].reindex(going.index))
    by = [str(OrderStatus.order_date), str(OrderStatus.order_no)]
    return any_of(rows, placed.sort_values(by, kind="stable").drop_duplicates("key").index)
