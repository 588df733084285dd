"""Plants that contradict other cells: of the same order, of another sheet, of what the customer confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from benchmarks.world import days
from benchmarks.world.garden import Garden
from benchmarks.world.orders import LAST_DAY
from benchmarks.world.rows import Row
from benchmarks.world.words import say

OK = "accepted"


def _line(g: Garden, *states: str, team: int = 0) -> Row:
    """The one line of an order in one of these states."""

    def fits(row: Row) -> bool:
        order = g.order(row)
        return order.state in states and len(order.lines) == 1 and team in (0, order.customer.team)

    return g.pick("orders", fits)


def _sent(g: Garden, kind: str) -> Row:
    """A shipment of an order long over."""
    done = {order.number for order in g.world.orders if order.state == "done" and len(order.lines) == 1}
    return g.pick(kind, lambda row: row.get("order_no") in done and isinstance(row.get("signed_at"), datetime))


def confirmed_by_telephone(g: Garden) -> None:
    """A confirmation that is not in writing."""
    row = _line(g, "conf_wait")
    row.cells["conf_at"] = days.at(row.moment("conf_sent_at").date(), 16)
    g.spoil(row, "conf_method", say("conf", "phone"), ("CNF-004", OK, "confirmed by telephone"))


def confirmed_another_quantity(g: Garden) -> None:
    """The customer sent back one piece less."""
    row = _line(g, "preparing", "to_check", "to_ship", "late", "to_release", "shipped", team=3)
    g.spoil(row, "conf_qty", int(row.money("qty")) - 1, ("CNF-005", OK, "one piece less was confirmed"))


def filed_by_half(g: Garden) -> None:
    """Only the letter was filed."""
    row = _line(g, "preparing", "to_check", "to_ship")
    g.spoil(row, "archive_ref", say("dirt", "half_filed"), ("CNF-006", OK, "the original order is not filed"))


def approved_by_oneself(g: Garden) -> None:
    """Salesperson and approver are one."""
    row = _line(g, "preparing", "to_check", "to_ship")
    g.spoil(row, "reviewer", row.get("sales_owner"), ("CNF-008", OK, "approved by the salesperson"))


def sent_though_refused(g: Garden) -> None:
    """Sent back by the approver, and the letter went out."""
    row = _line(g, "conf_wait", "conf_late", "preparing", "to_check", "to_ship")
    g.spoil(row, "approval", say("approval", "returned"), ("CNF-009", OK, "refused, yet the letter was sent"))


def approved_before_ordered(g: Garden) -> None:
    """Approved the day before it was ordered."""
    row = _line(g, "done")
    row.cells["approved_on"] = days.plus(g.order(row).day, -1)
    g.mark(row, "order_date", "X-003", "approved before it was ordered")


def cancelled_without_reason(g: Garden) -> None:
    """A day of cancellation and no reason."""
    row = _line(g, "cancelled")
    row.cells["cancel_reason"] = None
    g.mark(row, "cancelled_on", "X-013", "cancelled for no reason")


def signed_before_shipped(g: Garden) -> None:
    """The signature is a day older than the shipment."""
    row = _sent(g, "shipments")
    day = days.plus(row.moment("shipped_at").date(), -1)
    g.spoil(row, "signed_at", days.at(day, 15), ("X-002", OK, "signed before it was shipped"))


def told_in_future(g: Garden) -> None:
    """The customer will have been told next week."""
    g.spoil(_sent(g, "shipments"), "fed_back_at", days.at(_in_days(7), 10), ("X-007", OK, "a day that has not come"))


def delivered_elsewhere(g: Garden) -> None:
    """Delivered to another address than ordered."""
    g.spoil(_sent(g, "shipments"), "address", say("dirt", "elsewhere"), ("X-008", OK, "another address"))


def tracked_for_nobody(g: Garden) -> None:
    """A stage of an order nobody sent in."""
    done = {order.number for order in g.world.orders if order.state == "done"}
    row = g.pick("tracking", lambda each: each.get("order_no") in done and "sign" in each.tags)
    twin = g.again(row, order_no="202605-888")
    g.mark(twin, "order_no", "X-006", "no such order")


def measures(g: Garden) -> None:
    """One corrective action not done by its day, one done and not verified."""
    for rule, column, blank in (("CAP-002", "due_on", ("done_on",)), ("CAP-003", "verified_on", ())):
        row = g.pick("capa", lambda each: bool(each.get("done_on")))
        row.cells |= dict.fromkeys((*blank, "verified_on", "verification"))
        g.mark(row, column, rule, "a corrective action left half done")


def unsent(g: Garden) -> None:
    """An invoice still lying in the drawer."""
    row = g.pick("invoices", lambda each: each.day("issued_on") < _in_days(-5) and not each.get("original_no"))
    row.cells["sent_by"] = None
    g.spoil(row, "sent_at", None, ("INV-007", OK, "issued and not sent"))


def _in_days(n: int) -> date:
    return days.plus(LAST_DAY, n)


PLANTS: dict[str, Callable[[Garden], None]] = {
    "CNF-004": confirmed_by_telephone,
    "CNF-005": confirmed_another_quantity,
    "CNF-006": filed_by_half,
    "CNF-008": approved_by_oneself,
    "CNF-009": sent_though_refused,
    "X-002": signed_before_shipped,
    "X-003": approved_before_ordered,
    "X-006": tracked_for_nobody,
    "X-007": told_in_future,
    "X-008": delivered_elsewhere,
    "X-013": cancelled_without_reason,
    "CAP-002": measures,
    "INV-007": unsent,
}
