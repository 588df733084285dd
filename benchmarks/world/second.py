"""The second night: files dropped again, mended in places, with what happened since."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from benchmarks.world import orders
from benchmarks.world.garden import Garden, answered
from benchmarks.world.rows import Mark, Row, Sheet
from benchmarks.world.trade import Order
from benchmarks.world.words import say

TODAY = date(2026, 6, 2)
AGAIN = ("sales2", "receipts26", "complaints")
FRESH_ORDERS = 4
IN_ERP = "SAL-ORD-2026-00417"
PAIRED = {"ORD-034", "CELL-033"}  # the other row of the pair would have to be mended too
# a row mended here is another record: the old one stays
NAMING = {"", "order_no", "complaint_no", "receipt_no", "product_code", "product_name", "model", "spec_text"}


@dataclass
class Mended:
    """What the second night changes: cells put right, rows that are new."""

    cells: list[tuple[Row, Mark]] = field(default_factory=list)
    new: set[int] = field(default_factory=set)  # ids of rows that carry new defects
    restated: str = ""


def advance(garden: Garden) -> Mended:
    """Turn the first night's sheets into the second's, in place."""
    mended = Mended()
    for key in AGAIN:
        _mend(garden, [s for s in garden.sheets if s.file == say("file", key)], mended)
    _orders(garden, mended)
    _restate(garden, mended)
    _receipts(garden, mended)
    _complaint(garden, mended)
    return mended


def _mend(garden: Garden, sheets: list[Sheet], mended: Mended) -> None:
    """Put every second planted row right that can be: the rest stays as it was."""
    rows = [row for sheet in sheets for row in sheet.real() if row.marks and id(row) in garden.before]
    able = [row for row in rows if all(mark.column not in NAMING and mark.rule not in PAIRED for mark in row.marks)]
    for row in able[::2]:
        mended.cells += [(row, mark) for mark in row.marks]
        row.cells = dict(garden.before[id(row)])
        if row.kind == "orders":
            answered(row)
        row.marks, row.fate, row.reads = [], "accepted", {}


def _orders(garden: Garden, mended: Mended) -> None:
    """New orders of the second team; one of them lacks its telephone."""
    world = garden.world
    buyers = [c for c in world.customers if c.role == "plant" and c.team == 2]
    made = [Order(buyers[n % len(buyers)], TODAY, "fresh") for n in range(FRESH_ORDERS)]
    june = [o.number for o in world.orders if o.number.startswith("202606")]
    orders.fill(world.rng, made, world.products, Counter({"202606": len(june)}))
    for n, order in enumerate(made):
        for row in order.lines:
            row.cells["qty"] = int(row.money("qty")) + 50 + n  # no customer ordered that many before
            row.cells["amount_fen"] = row.money("unit_price") * row.money("qty")
            row.cells["erp_entered"] = None  # too new to be late: these are what is handed over
            world.order_of[id(row)] = order
            garden.add(row, "orders", file=say("file", "sales2"))
    row = made[0].lines[0]
    row.cells["supplement_at"] = None
    garden.spoil(row, "phone", None, ("ORD-004", "accepted", "no telephone"))
    garden.mark(row, "supplement_at", "ORD-021", "the customer is still to be asked")
    mended.new.add(id(row))


def _restate(garden: Garden, mended: Mended) -> None:
    """A confirmed order whose quantity changed after confirmation, known by its number in the ERP."""

    def fits(row: Row) -> bool:
        order = garden.order(row)
        return order.customer.team == 2 and order.state in {"preparing", "to_check", "late", "to_ship", "to_release"}

    row = garden.pick("orders", fits)
    qty = int(row.money("qty")) + 5
    factor = Decimal("0.95") if row.get("discount") else Decimal(1)
    row.cells |= {"qty": qty, "amount_fen": (row.money("unit_price") * qty * factor).quantize(Decimal("0.01"))}
    for line in garden.order(row).lines:
        line.cells["erp_entered"] = IN_ERP
    mended.restated = row.text("order_no")


def _receipts(garden: Garden, mended: Mended) -> None:
    """Two debtors paid; one sum names an order nobody knows."""
    debts = [o for o in garden.world.orders if o.age is not None and o.age > 0]
    for order in debts[-2:]:
        row = garden.books.receive(order, TODAY, order.amount)
        garden.add(row, "receipts", file=say("file", "receipts26"))
    row = garden.receipt()
    row.cells["received_on"] = TODAY
    garden.spoil(row, "order_nos", "202606-666", ("RCV-002", "accepted", "no such order"))
    mended.new.add(id(row))


def _complaint(garden: Garden, mended: Mended) -> None:
    row = garden.pick("complaints", lambda each: "archived" in each.tags)
    garden.spoil(row, "remedy", None, ("CMP-008", "accepted", "no remedy wanted"))
    mended.new.add(id(row))
