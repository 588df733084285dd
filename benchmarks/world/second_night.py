"""The second night: files sent again, corrected in places, with what happened since."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from benchmarks.world import orders
from benchmarks.world.planter import Planter, answered
from benchmarks.world.rows import Defect, Row, Sheet
from benchmarks.world.trade import Order
from benchmarks.world.words import word

TODAY = date(2026, 6, 2)
AGAIN = ("sales2", "receipts26", "complaints")
FRESH_ORDERS = 4
IN_ERP = "SAL-ORD-2026-00417"
PAIRED = {"ORD-034", "CELL-033"}  # the other row of the pair would have to be corrected too
# a row corrected here is another record: the old one stays
NAMING = {"", "order_no", "complaint_no", "receipt_no", "product_code", "product_name", "model", "spec_text"}


@dataclass
class Corrections:
    """What the second night changes: cells put right, rows that are new."""

    cells: list[tuple[Row, Defect]] = field(default_factory=list)
    new: set[int] = field(default_factory=set)  # ids of rows that carry new defects
    restated: str = ""


def advance(planter: Planter) -> Corrections:
    """Turn the first night's sheets into the second's, in place."""
    corrections = Corrections()
    for key in AGAIN:
        _correct(planter, [s for s in planter.sheets if s.file == word("file", key)], corrections)
    _orders(planter, corrections)
    _restate(planter, corrections)
    _receipts(planter, corrections)
    _complaint(planter, corrections)
    return corrections


def _correct(planter: Planter, sheets: list[Sheet], corrections: Corrections) -> None:
    """Put every second planted row right that can be: the rest stays as it was."""
    rows = [row for sheet in sheets for row in sheet.real() if row.defects and id(row) in planter.before]
    able = [
        row for row in rows if all(defect.column not in NAMING and defect.rule not in PAIRED for defect in row.defects)
    ]
    for row in able[::2]:
        corrections.cells += [(row, defect) for defect in row.defects]
        row.cells = dict(planter.before[id(row)])
        if row.kind == "orders":
            answered(row)
        row.defects, row.expected, row.reads = [], "accepted", {}


def _orders(planter: Planter, corrections: Corrections) -> None:
    """New orders of the second team; one of them lacks its contact."""
    world = planter.world
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
            planter.add(row, "orders", file=word("file", "sales2"))
    row = made[0].lines[0]
    row.cells["supplement_at"] = None
    planter.plant(row, "contact", None, ("ORD-003", "accepted", "no contact"))
    planter.expect(row, "supplement_at", "ORD-021", "the customer is still to be asked")
    corrections.new.add(id(row))


def _restate(planter: Planter, corrections: Corrections) -> None:
    """A confirmed order whose quantity changed after confirmation, known by its number in the ERP."""

    def fits(row: Row) -> bool:
        order = planter.order(row)
        return order.customer.team == 2 and order.state in {"preparing", "to_check", "late", "to_ship", "to_release"}

    row = planter.pick("orders", fits)
    qty = int(row.money("qty")) + 5
    factor = Decimal("0.95") if row.get("discount") else Decimal(1)
    row.cells |= {"qty": qty, "amount_fen": (row.money("unit_price") * qty * factor).quantize(Decimal("0.01"))}
    for line in planter.order(row).lines:
        line.cells["erp_entered"] = IN_ERP
    corrections.restated = row.text("order_no")


def _receipts(planter: Planter, corrections: Corrections) -> None:
    """Two debtors paid; one sum names an order nobody knows."""
    debts = [o for o in planter.world.orders if o.age is not None and o.age > 0]
    for order in debts[-2:]:
        row = planter.books.receive(order, TODAY, order.amount)
        planter.add(row, "receipts", file=word("file", "receipts26"))
    row = planter.receipt()
    row.cells["received_on"] = TODAY
    planter.plant(row, "order_nos", "202606-666", ("RCV-002", "accepted", "no such order"))
    corrections.new.add(id(row))


def _complaint(planter: Planter, corrections: Corrections) -> None:
    row = planter.pick("complaints", lambda row: "archived" in row.tags)
    planter.plant(row, "remedy", None, ("CMP-008", "accepted", "no remedy wanted"))
    corrections.new.add(id(row))
