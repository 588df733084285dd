"""Orders as received: what must still be asked, assessed, approved and entered before they go on."""

from __future__ import annotations

import pandas as pd

from pipeline.core.groups import answers, is_sure, worded
from pipeline.orders.completeness import ASKED_FOR, OF_CUSTOMER, is_from_file
from pipeline.orders.customers import customer_key
from pipeline.orders.lead_times import earliest
from pipeline.rules.context import RuleContext
from pipeline.rules.families.orders import apart, is_vague
from pipeline.rules.helpers import (
    any_of,
    counted,
    days,
    goes_on,
    has_column,
    holds,
    is_blank,
    nobody,
    not_entered,
    of_order,
    once,
    once_a_night,
    some,
)
from pipeline.rules.obligations import obligation
from pipeline.rules.registry import CHECKS, RuleResult, broken, rule
from schemas.derived.status import OrderFacts, OrderStatus, Stages
from schemas.incoming.orders import Orders
from schemas.policy.states import AGREEING, DELIVERED
from schemas.table import Source

SET_ASIDE = ("cancelled", *DELIVERED, "shipped")
UNCLEAR = ("ORD-008", "ORD-010", "ORD-017")  # specification missing, model ambiguous, address incomplete


@once_a_night
def is_open(context: RuleContext) -> pd.Series[bool]:
    """Return the lines of orders that go on and of which nothing has left yet, those that wait for their sender too."""
    rows = context["orders"]
    state = of_order(rows, context, OrderStatus.state, table="standing")
    left = some(of_order(rows, context, OrderFacts.shipped_qty))
    return state.notna() & ~state.isin(SET_ASIDE) & ~left


@once_a_night
def is_incomplete(context: RuleContext) -> pd.Series[bool]:
    """Return the lines of orders about which the customer must still be asked something."""
    rows = context["orders"]
    asked = _lacks_an_entry(rows, context) | _is_unclear(context)
    number = rows[Orders.order_no].fillna(rows[Orders.src_key])
    return asked.groupby(number).transform("any")


@once_a_night
def _is_unclear(context: RuleContext) -> pd.Series[bool]:
    """Return the lines that say something of which the customer must be asked what it means."""
    asked = is_vague(context)
    for id_ in UNCLEAR:
        asked = asked | broken(CHECKS[id_], context.policy.rules[id_], context).mask
    return asked


@once_a_night
def _lacks_its_own(context: RuleContext) -> pd.Series[bool]:
    """Return the lines of orders that lack what only they can say: another order of the customer does not answer it."""
    rows = context["orders"]
    missing = of_order(rows, context, OrderFacts.missing).fillna("").astype("str")
    others = answers(missing, lambda names: bool({*names.split()} - {str(column) for column in OF_CUSTOMER}))
    return others | _is_unclear(context)


def _is_first_of_customer(rows: pd.DataFrame, asked: pd.Series[bool]) -> pd.Series[bool]:
    """Return the lines of the earliest order of each customer among those in the mask; one of nobody is its own."""
    number = rows[Orders.order_no].fillna(rows["src_key"])
    named = rows.assign(number=number, customer=customer_key(rows[Orders.customer_name]).fillna(number))
    first = named[asked].sort_values([str(Orders.order_date), "number"], kind="stable").drop_duplicates("customer")
    return number.isin(first["number"])


def _lacks_an_entry(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Return whether an order lacks what its sheet has a column for: a column that lacks is told of once a sheet."""
    missing = " " + of_order(rows, context, OrderFacts.missing).fillna("").astype("str") + " "
    lacks = pd.Series(data=False, index=rows.index)
    for column in (*ASKED_FOR, Orders.product_name):
        lacks |= missing.str.contains(f" {column} ", regex=False) & has_column(rows, context, column)
    return lacks


@once_a_night
def feasible(context: RuleContext) -> pd.Series[pd.Timestamp]:
    """Return per line the earliest day for its whole order, by the slowest product."""
    rows = context["orders"]
    found = earliest(rows.assign(**apart(context)), context.tables, context.calendar)
    return found.groupby(rows[Orders.order_no].fillna(rows[Orders.src_key])).transform("max")


@once_a_night
def is_short(context: RuleContext) -> pd.Series[bool]:
    """Return the lines of open orders wanted earlier than they can be had."""
    rows = context["orders"]
    wanted = rows[Orders.requested_date]
    possible = ~(wanted < rows[Orders.order_date].dt.normalize())  # else ORD-014 says what is wrong
    return is_sure(is_open(context) & possible & (wanted < feasible(context)))


@obligation("supplement", Orders.supplement_at)
def customer_is_to_be_asked(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Incomplete, and nobody has asked; what every order of a customer lacks is asked once, at its earliest order."""
    asked = is_incomplete(context) & is_blank(rows, Orders.supplement_at) & is_open(context)
    return asked & (_lacks_its_own(context) | _is_first_of_customer(rows, asked))


@rule("ORD-023", Orders.requested_date, needs="leadtimes")
def wanted_too_soon(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Wanted before lead times allow; settled by an assessment with a later promise or an approved hurry."""
    later = (rows[Orders.promised_date] >= feasible(context)).fillna(value=False)
    hurried = _is_urgent(rows) & rows[Orders.approval].isin(AGREEING)
    settled = rows[Orders.capacity_result].notna() & (later | hurried)
    gap = context.calendar.working_days_between(rows[Orders.requested_date], feasible(context))
    params = {
        "suggestion": days(feasible(context)),
        "days": worded(pd.Series(gap, index=rows.index).astype("Int64"), str),
    }
    return RuleResult(once(rows, is_short(context) & ~settled), params)


@rule("ORD-061", Orders.pay_term, needs="customers")
def customer_file_speaks_for_orders(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Orders that go on and have their term or their salesperson from the customer file, said once a file."""
    taken = is_from_file(rows, Orders.pay_term) | is_from_file(rows, Orders.sales_owner)
    told = once(rows, taken & goes_on(rows, context))
    count = told.groupby(rows[Source.src_file]).transform("sum")
    return RuleResult(told & ~rows[Source.src_file].where(told).duplicated(), {"count": count.astype("str")})


@obligation("assess", Orders.capacity_result)
def capacity_is_not_assessed(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Wanted too soon, and nobody has said whether it can be done."""
    if not context.has_seen("leadtimes"):
        return nobody(rows)
    return is_short(context) & is_blank(rows, Orders.capacity_result)


@rule("ORD-025", Orders.approval)
def hurried_without_approval(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Urgent, not approved, and a stage is done already."""
    stages, waits = context["stages"], ~rows[Orders.approval].isin(AGREEING)
    asked = rows[_is_urgent(rows) & waits & goes_on(rows, context)]
    if asked.empty:
        return nobody(rows)
    begun = set(stages.loc[stages[Stages.actual_at].notna(), Stages.order_no])
    return once(rows, any_of(rows, asked.index[asked[Orders.order_no].isin(begun)]))


@obligation("erp", Orders.erp_entered)
def not_in_erp(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Complete and not entered; silent where the sheet has no such column. What waits is not accepted yet."""
    asked = has_column(rows, context, Orders.erp_entered) & counted(rows)
    state = of_order(rows, context, OrderStatus.state, table="standing")
    accepted = asked & ~is_incomplete(context) & (state != "cancelled")
    return accepted & not_entered(rows, Orders.erp_entered)


@rule("ORD-040", Orders.model)
def model_held_the_specification(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """One cell with both, as the printed form has it; said where a sheet first has it so."""
    again = rows.duplicated(["src_file", "src_sheet", str(Orders.model)])
    return is_sure(apart(context)["is_parted"] & ~again)


@rule("ORD-041", Orders.form_date)
def form_is_dated_apart(rows: pd.DataFrame) -> pd.Series[bool]:
    """Filled in before the order came, or after the letter went out."""
    filled = rows[Orders.form_date]
    early = filled < rows[Orders.order_date].dt.normalize()
    return once(rows, early | (filled > rows[Orders.conf_sent_at].dt.normalize()))


@rule("ORD-043", Orders.promised_date)
def promised_later(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Promised for a later day than wanted, and the customer has not confirmed the order in writing."""
    confirmed = holds(rows, context, OrderFacts.is_confirmed)
    later = rows[Orders.promised_date] > rows[Orders.requested_date]
    return once(rows, later & ~confirmed & is_open(context))


def _is_urgent(rows: pd.DataFrame) -> pd.Series[bool]:
    return is_sure(rows[Orders.is_urgent])
