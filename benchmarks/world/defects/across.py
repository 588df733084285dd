"""Defects that contradict other cells: of the same order, of another sheet, of what the customer confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from benchmarks.world import days
from benchmarks.world.orders import LAST_DAY
from benchmarks.world.planter import Planter
from benchmarks.world.rows import Row
from benchmarks.world.words import word

OK = "accepted"


def _line(planter: Planter, *states: str, team: int = 0) -> Row:
    """The one line of an order in one of these states."""

    def fits(row: Row) -> bool:
        order = planter.order(row)
        return order.state in states and len(order.lines) == 1 and team in (0, order.customer.team)

    return planter.pick("orders", fits)


def _sent(planter: Planter, kind: str) -> Row:
    """A shipment of an order long over."""
    done = {order.number for order in planter.world.orders if order.state == "done" and len(order.lines) == 1}
    return planter.pick(kind, lambda row: row.get("order_no") in done and isinstance(row.get("signed_at"), datetime))


def confirmed_by_telephone(planter: Planter) -> None:
    """A confirmation that is not in writing."""
    row = _line(planter, "conf_wait")
    row.cells["conf_at"] = days.at(row.moment("conf_sent_at").date(), 16)
    planter.plant(row, "conf_method", word("conf", "phone"), ("CNF-004", OK, "confirmed by telephone"))


def confirmed_another_quantity(planter: Planter) -> None:
    """The customer sent back one piece less."""
    row = _line(planter, "preparing", "to_check", "to_ship", "late", "to_release", "shipped", team=3)
    planter.plant(row, "conf_qty", int(row.money("qty")) - 1, ("CNF-005", OK, "one piece less was confirmed"))


def filed_by_half(planter: Planter) -> None:
    """Only the letter was filed."""
    row = _line(planter, "preparing", "to_check", "to_ship")
    planter.plant(row, "archive_ref", word("dirt", "half_filed"), ("CNF-006", OK, "the original order is not filed"))


def approved_by_oneself(planter: Planter) -> None:
    """Salesperson and approver are one."""
    row = _line(planter, "preparing", "to_check", "to_ship")
    planter.plant(row, "reviewer", row.get("sales_owner"), ("CNF-008", OK, "approved by the salesperson"))


def sent_though_refused(planter: Planter) -> None:
    """Sent back by the approver, and the letter went out."""
    row = _line(planter, "conf_wait", "conf_late", "preparing", "to_check", "to_ship")
    planter.plant(row, "approval", word("approval", "returned"), ("CNF-009", OK, "refused, yet the letter was sent"))


def approved_before_ordered(planter: Planter) -> None:
    """Approved the day before it was ordered."""
    row = _line(planter, "done")
    row.cells["approved_on"] = days.plus(planter.order(row).day, -1)
    planter.expect(row, "order_date", "X-003", "approved before it was ordered")


def cancelled_without_reason(planter: Planter) -> None:
    """A day of cancellation and no reason."""
    row = _line(planter, "cancelled")
    row.cells["cancel_reason"] = None
    planter.expect(row, "cancelled_on", "X-013", "cancelled for no reason")


def signed_before_shipped(planter: Planter) -> None:
    """The signature is a day older than the shipment."""
    row = _sent(planter, "shipments")
    day = days.plus(row.moment("shipped_at").date(), -1)
    planter.plant(row, "signed_at", days.at(day, 15), ("X-002", OK, "signed before it was shipped"))


def told_in_future(planter: Planter) -> None:
    """The customer will have been told next week."""
    planter.plant(
        _sent(planter, "shipments"), "fed_back_at", days.at(_in_days(7), 10), ("X-007", OK, "a day that has not come")
    )


def delivered_elsewhere(planter: Planter) -> None:
    """Delivered to another address than ordered."""
    planter.plant(_sent(planter, "shipments"), "address", word("dirt", "elsewhere"), ("X-008", OK, "another address"))


def tracked_for_nobody(planter: Planter) -> None:
    """A stage of an order nobody sent in."""
    done = {order.number for order in planter.world.orders if order.state == "done"}
    row = planter.pick("tracking", lambda found: found.get("order_no") in done and "sign" in found.tags)
    twin = planter.copy_below(row, order_no="202605-888")
    planter.expect(twin, "order_no", "X-006", "no such order")


def measures(planter: Planter) -> None:
    """One corrective action not done by its day, one done and not verified."""
    for rule, column, blank in (("CAP-002", "due_on", ("done_on",)), ("CAP-003", "verified_on", ())):
        row = planter.pick("capa", lambda found: bool(found.get("done_on")))
        row.cells |= dict.fromkeys((*blank, "verified_on", "verification"))
        planter.expect(row, column, rule, "a corrective action left half done")


def unsent(planter: Planter) -> None:
    """An invoice still lying in the drawer."""
    row = planter.pick("invoices", lambda found: found.day("issued_on") < _in_days(-5) and not found.get("original_no"))
    row.cells["sent_by"] = None
    planter.plant(row, "sent_at", None, ("INV-007", OK, "issued and not sent"))


def _in_days(n: int) -> date:
    return days.plus(LAST_DAY, n)


DEFECTS: dict[str, Callable[[Planter], None]] = {
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
