"""Defects that need clean orders of particular customers: credit, and what orders ask for before they go on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from benchmarks.world import days
from benchmarks.world.orders import LAST_DAY
from benchmarks.world.people import Customer
from benchmarks.world.planter import Planter
from benchmarks.world.rows import Row
from benchmarks.world.trade import Order
from benchmarks.world.words import word

OK = "accepted"
READY = ("to_ship", "to_check", "preparing", "to_release", "qc_fail", "part_shipped", "hold_credit", "late")
OUT = ("shipped", "part_shipped", "part_signed")
BEGUN = ("to_check", "to_ship", *OUT, "signed")
ENDED = ("done", "signed", "retained", "cancelled")
PAID_FIRST = ("prepay", "split")
LISTED = 2  # the team whose list has columns for urgent orders and capacity
LONG_OVERDUE = 30


def old_debts(planter: Planter) -> None:
    """Orders about to be shipped to customers with old money open."""
    late = {
        row.get("customer_name")
        for row in planter.rows("opening")
        if (LAST_DAY + timedelta(days=1) - row.day("due_on")).days > LONG_OVERDUE
    }
    for order in planter.world.orders:
        customer = order.customer
        if order.state in READY and customer.name in late and customer.term not in PAID_FIRST:
            planter.expect(order.lines[0], "customer_name", "CUS-009", "its customer owes money from long ago")


def frozen(planter: Planter) -> None:
    """A frozen customer whose goods are on the road all the same."""
    customer = next(c for c in planter.world.customers if _may_be_frozen(planter, c))
    filed = next(row for row in planter.rows("customers") if row.get("customer_code") == customer.code)
    filed.cells["status"] = word("status", "frozen")
    going = [o for o in _orders(planter, customer) if o.state not in ENDED]
    first = min(going, key=lambda order: (order.day, order.number))
    planter.expect(first.lines[0], "customer_name", "CUS-010", "a frozen customer with orders under way")
    for order in going:
        if order.state in OUT:
            planter.expect(order.lines[0], "order_no", "CUS-005", "shipped to a frozen customer")


def _may_be_frozen(planter: Planter, customer: Customer) -> bool:
    mine = _orders(planter, customer)
    is_clean = not any(row.is_planted for order in mine for row in order.lines)
    return not customer.role and is_clean and any(order.state in OUT for order in mine)


def _orders(planter: Planter, customer: Customer) -> list[Order]:
    return [order for order in planter.world.orders if order.customer is customer]


def nobody_asked(planter: Planter) -> None:
    """Orders without a contact: one came tonight by the web shop, one long ago."""
    tonight = days.at(LAST_DAY + timedelta(days=1), 0, 30)
    for rule, received in (("ORD-021", tonight), ("ORD-022", None)):
        row = planter.fresh()
        row.cells["received_at"] = received or row.get("received_at")
        row.cells["supplement_at"] = None
        planter.plant(row, "contact", None, ("ORD-003", OK, "no contact"))
        planter.expect(row, "supplement_at", rule, "nobody asked the customer")


def too_soon(planter: Planter) -> None:
    """Wanted in two days what takes weeks to make, and nobody looked whether it can be done."""
    made = word("supply", "make")
    early = days.plus(LAST_DAY, -3)
    row = planter.fresh(
        lambda o: o.customer.team == LISTED and o.day <= early and o.lines[0].get("supply_type") == made
    )
    soon = days.plus(planter.order(row).day, 2)
    planter.plant(row, "requested_date", soon, ("ORD-023", OK, "wanted sooner than it can be made"))
    planter.expect(row, "capacity_result", "ORD-024", "nobody looked whether it can be made")


def hurried(planter: Planter) -> None:
    """An urgent order that was begun before anybody approved it."""

    def fits(row: Row) -> bool:
        order = planter.order(row)
        return order.state in BEGUN and order.customer.team == LISTED and len(order.lines) == 1

    row = planter.pick("orders", fits)
    row.cells["is_urgent"] = word("yes", "yes")
    planter.plant(row, "approval", None, ("ORD-025", OK, "urgent, begun, not approved"))


def not_in_erp(planter: Planter) -> None:
    """An order of last week that nobody entered."""
    row = planter.fresh(lambda o: o.day <= days.plus(LAST_DAY, -3))
    planter.plant(row, "erp_entered", None, ("ORD-036", OK, "not entered in the ERP system"))


def both_in_one(planter: Planter) -> None:
    """Model and specification in one cell, as on the printed form."""
    row = planter.fresh(lambda o: bool(o.lines[0].get("spec_text")) and " " not in o.lines[0].text("model"))
    both = f"{row.text('model')} {row.text('spec_text')}"
    row.cells |= {"product_code": None, "spec_text": None}
    planter.plant(row, "model", both, ("ORD-040", OK, "model and specification in one cell"))


def promised_late(planter: Planter) -> None:
    """Promised a week after the day wanted, and not confirmed."""
    row = planter.fresh()
    day = days.plus(planter.order(row).day, 24)
    planter.plant(row, "promised_date", day, ("ORD-043", OK, "promised later than wanted"))


DEFECTS: dict[str, Callable[[Planter], None]] = {
    "CUS-009": old_debts,
    "CUS-005": frozen,
    "ORD-021": nobody_asked,
    "ORD-023": too_soon,
    "ORD-025": hurried,
    "ORD-036": not_in_erp,
    "ORD-040": both_in_one,
    "ORD-043": promised_late,
}
