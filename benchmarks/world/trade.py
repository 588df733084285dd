"""One order and how far it got: from a state to the facts that make it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import NamedTuple

from benchmarks.world import days
from benchmarks.world.people import Customer, Product, staff
from benchmarks.world.rows import Cells, Row
from benchmarks.world.words import word

CENT = Decimal("0.01")
CONFIRMED_AFTER = 2  # working days from order to written confirmation
APPROVED, SENT, CONFIRMED, PLANNED, PREPARED, CHECKED, PART_SHIPPED, SHIPPED, PART_SIGNED, SIGNED = range(1, 11)
SECOND = 2  # the batch that comes later
PLANS = {"prepare": 8, "check": 10, "ship": 11, "sign": 14}
PROMISE = 18


class FindingState(NamedTuple):
    """A state: its share, working days since the order (least, most), and how far things went.

    reach: 0 received, then APPROVED to SIGNED, 11 paid and invoiced.
    """

    share: int
    least: int
    most: int
    reach: int


LIVES = {
    "done": FindingState(46, 34, 290, 11),
    "signed": FindingState(16, 15, 24, 10),
    "shipped": FindingState(4, 11, 13, 8),
    "to_ship": FindingState(2, 10, 10, 6),
    "to_check": FindingState(2, 8, 9, 5),
    "preparing": FindingState(5, 3, 7, 4),
    "part_signed": FindingState(2, 14, 15, 9),
    "part_shipped": FindingState(2, 11, 12, 7),
    "qc_fail": FindingState(2, 10, 11, 6),
    "to_release": FindingState(2, 2, 3, 3),
    "conf_late": FindingState(2, 6, 9, 2),
    "conf_wait": FindingState(2, 2, 2, 2),
    "to_send": FindingState(2, 1, 1, 1),
    "refused": FindingState(1, 1, 3, 0),
    "to_approve": FindingState(3, 0, 1, 0),
    "cancelled": FindingState(2, 40, 200, 3),
    "retained": FindingState(1, 60, 150, 10),
    "hold_fm": FindingState(1, 3, 6, 4),
    "hold_credit": FindingState(1, 3, 6, 4),
    "hold_customer": FindingState(1, 3, 6, 4),
    "late": FindingState(3, 13, 15, 4),
}


@dataclass(eq=False)
class Order:
    """One order before it is rows. `facts` are its header cells, `lines` its rows."""

    customer: Customer
    day: date
    state: str
    number: str = ""
    facts: Cells = field(default_factory=dict)
    lines: list[Row] = field(default_factory=list)
    is_loose: bool = False  # takes no number of the month's sequence
    paid: list[tuple[date, Decimal]] = field(default_factory=list)
    ship_at: datetime | None = None
    sign_at: datetime | None = None
    sign_on: date | None = None  # signed on this very day, worked or not
    age: int | None = None  # overdue days it was made for

    @property
    def reach(self) -> int:
        """How far its state has come."""
        return LIVES[self.state].reach if self.state in LIVES else 0

    @property
    def amount(self) -> Decimal:
        """Yuan over all lines."""
        return sum((line.money("amount_fen") for line in self.lines), Decimal(0))

    @property
    def qty(self) -> int:
        """Pieces over all lines."""
        return int(sum(line.money("qty") for line in self.lines))

    @property
    def signed_on(self) -> date:
        """Day of signing. Raises ValueError when it was not signed."""
        if self.sign_at is None:
            raise ValueError(f"{self.number} was not signed")
        return self.sign_at.date()

    def on(self, offset: int) -> date:
        """That many working days after the order."""
        return days.plus(self.day, offset)


def line(product: Product, qty: int, discount: str = "") -> Row:
    """One line: the product at list price, perhaps with the usual five per cent off."""
    factor = Decimal("0.95") if discount else Decimal(1)
    amount = (product.price * qty * factor).quantize(CENT, ROUND_HALF_UP)
    return Row(
        "orders",
        {
            "product_code": product.code,
            "product_name": product.name,
            "model": product.model,
            "spec_text": product.spec,
            "qty": qty,
            "uom": product.uom,
            "unit_price": product.price,
            "discount": discount or None,
            "amount_fen": amount,
            "supply_type": word("supply", product.supply),
            "remark": word("remark", "discount") if discount else None,
        },
    )


def header(order: Order, rng: Random) -> Cells:
    """The cells every line of the order shares, as far as it got."""
    customer, reach = order.customer, order.reach
    facts: Cells = {
        "order_date": order.day,
        "received_at": days.at(order.day, rng.randint(9, 11), rng.choice((0, 10, 25, 40))),
        "channel": word("channel", rng.choice(("phone", "email", "erp", "web"))),
        "customer_code": customer.code,
        "customer_name": customer.name,
        "contact": customer.contact,
        "phone": customer.phone,
        "requested_date": order.on(PROMISE),
        "promised_date": order.on(PROMISE) if reach >= CONFIRMED else None,
        "address": customer.address,
        "delivery_mode": word("mode", rng.choice(("deliver", "express", "freight"))),
        "pay_term": customer.pay_term,
        "invoice_kind": word("invoice_kind", customer.invoice_kind),
        "sales_owner": customer.owner,
        "erp_entered": word("yes", "yes"),
    }
    if order.state == "refused":
        facts |= {"reviewer": customer.reviewer, "approval": word("approval", "returned"), "approved_on": order.day}
        facts["remark"] = word("remark", "reject")
    if reach >= APPROVED:
        facts |= {"reviewer": customer.reviewer, "approval": word("approval", "agree"), "approved_on": order.day}
    facts |= _confirmation(order, rng) if reach >= SENT else {}
    return facts | _stops(order)


def _confirmation(order: Order, rng: Random) -> Cells:
    facts: Cells = {
        "conf_sent_at": days.at(order.on(1), 10, 30),
        "conf_channel": word("conf", rng.choice(("email", "system"))),
    }
    if order.reach >= CONFIRMED:
        facts |= {
            "conf_at": days.at(order.on(CONFIRMED_AFTER), 15, 20),
            "conf_method": word("conf", rng.choice(("email", "stamped", "esign"))),
            "archive_ref": f"QR-{order.number}; DD-{order.number}",
        }
    return facts


def _stops(order: Order) -> Cells:
    if order.state == "cancelled":
        return {"cancelled_on": order.on(6), "cancel_reason": word("cancel", "reason")}
    if order.state.startswith("hold_"):
        reason = order.state.removeprefix("hold_")
        reason = "force_majeure" if reason == "fm" else reason
        words = {"force_majeure": "hold", "credit": "credit"}
        return {
            "hold_reason": word("hold", reason),
            "hold_on": order.on(CONFIRMED_AFTER),
            "remark": word("remark", words[reason]) if reason in words else None,
        }
    return {}


def stages(order: Order, rng: Random) -> list[Row]:
    """Rows of the stage list, one per stage and batch, consistent with the state."""
    rows = []
    for stage, batch, offset, is_done in _steps(order):
        rows.append(_stage(order, rng, (stage, batch, offset), is_done=is_done))
    return rows


def _steps(order: Order) -> list[tuple[str, int, int, bool]]:
    """(stage, batch, planned working day, done) of every row."""
    reach = order.reach
    is_split = order.state in {"part_shipped", "part_signed"}
    steps = [("prepare", 1, PLANS["prepare"], reach >= PREPARED)]
    steps.append(("check", 1, PLANS["check"], reach >= CHECKED))
    if not is_split:
        shipped, signed = reach >= SHIPPED, reach >= SIGNED
        return [*steps, ("ship", 1, PLANS["ship"], shipped), ("sign", 1, PLANS["sign"], signed)]
    return [
        *steps,
        ("ship", 1, PLANS["ship"], True),
        ("ship", 2, 13, reach >= PART_SIGNED),
        ("sign", 1, PLANS["sign"], reach >= PART_SIGNED),
        ("sign", 2, 16, False),
    ]


def _stage(order: Order, rng: Random, step: tuple[str, int, int], *, is_done: bool) -> Row:
    stage, batch, offset = step
    dept = {"check": "quality", "ship": "logistics", "sign": "logistics"}
    supply = str(order.lines[0].get("supply_type"))
    team = dept.get(stage) or ("production" if supply == word("supply", "make") else "purchasing")
    moment = days.at(order.on(offset), rng.randint(14, 17), rng.choice((0, 15, 30)))
    is_split = order.state in {"part_shipped", "part_signed"}
    qty = order.qty
    if is_split and stage in {"ship", "sign"}:
        qty = order.qty // 2 if batch == SECOND else order.qty - order.qty // 2
    cells: Cells = {
        "order_no": order.number,
        "stage": word("stage", stage),
        "batch": batch if is_split else None,
        "dept": word("dept", team),
        "owner": staff(team, rng),
        "planned_at": order.on(offset),
        "actual_at": moment if is_done else None,
        "qty": qty,
        "updated_at": moment if is_done else None,
    }
    row = Row("tracking", cells, tags={stage})
    _detail(order, row, stage, is_done=is_done)
    return row


def _detail(order: Order, row: Row, stage: str, *, is_done: bool) -> None:
    cells = row.cells
    if stage == "check" and is_done:
        bad = 3 if order.state == "qc_fail" else 0
        cells["qc_result"] = word("qc", "ng" if bad else "ok")
        cells |= {"ok_qty": order.qty - bad, "ng_qty": bad, "qc_action": word("qc", "rework") if bad else None}
    if stage == "ship" and is_done:
        moment = row.moment("actual_at")
        cells |= {
            "tracking_no": "",
            "carrier": word("carrier", "sf"),
            "eta_at": days.plus(moment.date(), 3),
            "fed_back_at": moment.replace(hour=moment.hour + 1),
        }
        order.ship_at = moment
    if stage == "sign" and is_done:
        if order.sign_on:
            cells["actual_at"] = days.at(order.sign_on, 15)
        cells["signer"] = order.customer.contact
        order.sign_at = row.moment("actual_at")
    if order.state == "late" and stage == "prepare":
        # late, and honestly so: announced before the day, with a reason and a way out
        informed = days.at(order.on(PLANS["prepare"] - 1), 11)
        cells |= {"informed_at": informed, "reason": word("remark", "late"), "updated_at": informed}
        cells |= {"solution": word("remark", "solution"), "new_date": order.on(PROMISE)}
        cells["forecast_at"] = order.on(PROMISE - 2)
