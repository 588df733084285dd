"""Plants in order lists that need more than one wrong cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from benchmarks.world import days
from benchmarks.world.garden import Garden
from benchmarks.world.orders import GAP
from benchmarks.world.rows import Cells, Row, Value
from benchmarks.world.trade import CENT
from benchmarks.world.words import say

OK, HELD = "accepted", "held"
FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789-"}


def no_product(g: Garden) -> None:
    """A line with a price and a quantity of nothing."""
    row = g.fresh()
    row.cells |= {"model": None, "product_code": None}
    g.spoil(row, "product_name", None, ("ORD-006", OK, "neither product nor model"))


def no_spec(g: Garden) -> None:
    """A product that comes in three specifications, none named."""
    row = g.fresh()
    product = next(p for p in g.world.products if p.code == "P7001")
    row.cells |= {"product_code": None, "product_name": product.name, "model": product.model, "uom": product.uom}
    row.cells |= {"unit_price": product.price, "amount_fen": product.price * row.money("qty")}
    row.cells["supply_type"] = say("supply", "stock")
    g.spoil(row, "spec_text", None, ("ORD-008", OK, "three specifications to choose from"))


def no_quantity(g: Garden) -> None:
    """A quantity of zero."""
    row = g.fresh()
    row.cells["amount_fen"] = Decimal(0)
    g.spoil(row, "qty", 0, ("ORD-012", HELD, "nothing ordered"))


def half_a_piece(g: Garden) -> None:
    """One machine and a half."""
    row = g.fresh(lambda o: o.lines[0].get("uom") == g.world.products[0].uom)
    row.cells["amount_fen"] = (row.money("unit_price") * Decimal("1.5")).quantize(CENT)
    g.spoil(row, "qty", f"1.5{row.get('uom')}", ("ORD-012", OK, "half a machine"))


def due_before_order(g: Garden) -> None:
    """Wanted three days before it was ordered."""
    row = g.fresh()
    day = days.plus(g.order(row).day, -3)
    g.spoil(row, "requested_date", day, ("ORD-014", OK, "wanted before it was ordered"))


def term_not_allowed(g: Garden) -> None:
    """A new customer who asks for credit."""
    row = g.fresh(lambda o: o.customer.code == g.world.customers[-2].code)
    g.spoil(row, "pay_term", say("term", "net_d"), ("ORD-019", OK, "credit for a new customer"))
    g.mark(row, "amount_fen", "CUS-008", "a new customer has no credit")


def ordered_in_future(g: Garden) -> None:
    """An order day that has not come."""
    row = g.fresh(loose=True)
    row.cells |= {"order_no": "202607-001", "received_at": None, "requested_date": date(2026, 9, 1)}
    g.spoil(row, "order_date", date(2026, 7, 15), ("ORD-026", OK, "ordered in the future"))


def ordered_long_ago(g: Garden) -> None:
    """An order of two years ago in this year's list."""
    row = g.fresh(loose=True)
    row.cells |= {"order_no": "202403-001", "received_at": days.at(date(2024, 3, 12), 10)}
    row.cells["requested_date"] = date(2024, 4, 12)
    g.spoil(row, "order_date", date(2024, 3, 12), ("ORD-027", OK, "older than two years"))


def no_number_no_day(g: Garden) -> None:
    """Two gaps in one row, two findings."""
    row = g.fresh(loose=True)
    row.cells["received_at"] = None
    g.spoil(row, "order_no", None, ("ORD-028", HELD, "no number, and no day to make one from"))
    g.spoil(row, "order_date", None, ("ORD-048", HELD, "no order date"))


def number_assigned(g: Garden) -> None:
    """A new order whose number is left to us."""
    g.spoil(g.fresh(loose=True), "order_no", None, ("ORD-054", OK, "a new order without a number gets one"))


def number_written(g: Garden) -> None:
    """Spellings of a number that are read without doubt."""
    spellings: tuple[tuple[str, Callable[[str], Value]], ...] = (
        ("ORD-030", lambda no: no.translate(FULL_WIDTH)),
        ("ORD-030", lambda no: int(no.replace("-", ""))),
        ("ORD-030", lambda no: f"SO{no}"),
        ("CELL-040", lambda no: f"{no[:4]}-{no[4:6]}-{no[7:]}"),
        ("ORD-046", lambda no: no + say("dirt", "supp")),
    )
    for rule, written in spellings:
        row = g.fresh()
        g.spoil(row, "order_no", written(row.text("order_no")), (rule, OK, "the number in another spelling"))


def other_month(g: Garden) -> None:
    """Ordered in May, numbered in April."""
    row = g.fresh(loose=True)
    g.spoil(row, "order_no", _next(g, "202604"), ("ORD-031", OK, "the number of another month"))


def _next(g: Garden, month: str, ahead: int = 1) -> str:
    last = max(int(o.number[7:]) for o in g.world.orders if o.number.startswith(month))
    return f"{month}-{last + ahead:03d}"


def copied_row(g: Garden) -> None:
    """One line pasted twice."""
    row = g.fresh(lambda o: o.customer.team == 2)
    twin = g.again(row)
    twin.fate = "copy"
    g.mark(twin, "order_no", "ORD-032", "the same line twice")


def one_number_two_customers(g: Garden) -> None:
    """Two teams used one number."""
    first = g.fresh(lambda o: o.customer.team == 1)
    second = g.fresh(lambda o: o.customer.team == 3 and o.day.month == 5, loose=True)
    number = first.get("order_no")
    for row in (first, second):
        g.spoil(row, "order_no", number, ("ORD-033", HELD, "one number, two customers"))


def perhaps_twice(g: Garden) -> None:
    """One wish under two numbers."""
    first = g.fresh(lambda o: o.customer.team == 3)
    owner = g.order(first).customer
    second = g.fresh(lambda o: o.customer is owner)
    same = ["product_code", "product_name", "model", "spec_text", "qty", "uom", "unit_price", "amount_fen"]
    second.cells |= {column: first.get(column) for column in (*same, "supply_type", "requested_date")}
    later = max((first, second), key=lambda row: row.text("order_no"))
    g.mark(later, "order_no", "ORD-034", "the same order under another number")


def gap(g: Garden) -> None:
    """The number left out when the world was numbered."""
    row = next(r for r in g.rows("orders") if g.order(r).number == f"{GAP[0]}-{GAP[1] + 1:03d}")
    g.mark(row, "order_no", "ORD-035", "one number is missing before this one")


def jump(g: Garden) -> None:
    """A number far ahead of its month."""
    row = g.fresh(lambda o: o.day.month == 5, loose=True)
    row.cells |= {"order_date": date(2026, 2, 25), "received_at": days.at(date(2026, 2, 25), 10), "supplement_at": None}
    row.cells["requested_date"] = date(2026, 4, 8)
    g.spoil(row, "order_no", _next(g, "202602", 60), ("ORD-053", OK, "sixty numbers ahead"))


def unknown_customer(g: Garden) -> None:
    """A company in no customer file."""
    row = g.fresh()
    row.cells["customer_code"] = None
    g.spoil(row, "customer_name", say("dirt", "stranger"), ("ORD-037", OK, "nobody filed this customer"))


def amount_off(g: Garden) -> None:
    """Amounts that price and quantity do not give."""
    for rule, off in (("ORD-038", "100"), ("ORD-051", "0.50")):
        row = g.fresh()
        g.spoil(row, "amount_fen", row.money("amount_fen") + Decimal(off), (rule, OK, f"off by {off} yuan"))


def header_differs(g: Garden) -> None:
    """Two lines of an order that name different contacts."""
    row = g.fresh(lambda o: o.customer.team == 2)
    product = next(p for p in g.world.products if p.model != row.get("model"))
    own: Cells = {"product_code": product.code, "product_name": product.name, "model": product.model}
    own |= {"spec_text": product.spec}
    own |= {"unit_price": product.price, "qty": 3, "amount_fen": product.price * 3, "uom": product.uom}
    twin = g.again(row, **own, supply_type=say("supply", product.supply), contact=say("dirt", "other_contact"))
    g.mark(twin, "order_no", "ORD-042", "two contacts for one order")


def continued(g: Garden) -> None:
    """A second line with nothing but its product: filled down from the line above."""
    row = g.fresh(lambda o: o.customer.team == 2)
    product = next(p for p in g.world.products if p.model != row.get("model"))
    twin = g.again(row, **dict.fromkeys(c for c in row.cells))
    twin.cells |= {"product_code": product.code, "product_name": product.name, "model": product.model}
    twin.cells |= {"uom": product.uom, "spec_text": product.spec, "unit_price": product.price, "qty": 3}
    twin.cells["amount_fen"] = product.price * 3
    twin.cells["supply_type"] = say("supply", product.supply)
    g.mark(twin, "order_no", "CELL-002", "a line that belongs to the order above")


def hidden(g: Garden) -> None:
    """A row somebody filtered away."""
    row = g.fresh()
    row.is_hidden = True
    g.mark(row, "", "CELL-003", "a hidden row")


def dragged(g: Garden) -> None:
    """Numbers dragged beyond the last order."""
    for n in range(3):
        row = Row("orders", {"order_no": f"202606-{901 + n}"}, fate="ignored")
        g.add(row, "orders", file=say("file", "sales3"))
        if n == 0:
            g.mark(row, "", "CELL-042", "numbers dragged beyond the last order")


def sample(g: Garden) -> None:
    """The row that shows how to fill in the list."""
    cells: dict[str, Value] = {"order_no": say("dirt", "sample"), "customer_name": say("label", "sample"), "qty": 1}
    row = Row("orders", cells, fate="ignored")
    g.add(row, "orders", file=say("file", "sales3"))
    sheet = g.home[id(row)]
    sheet.rows.insert(0, sheet.rows.pop())
    g.mark(row, "", "FILE-026", "a sample row")


def new_customer(g: Garden) -> None:
    """A customer filed last month, who orders without a licence on file."""
    row = g.fresh(lambda o: o.customer.code == g.world.customers[-3].code)
    name = row.get("customer_name")
    g.drop(next(r for r in g.rows("qualifications") if r.get("customer_name") == name))
    g.mark(row, "customer_name", "CUS-001", "a new customer without a licence")


PLANTS: dict[str, Callable[[Garden], None]] = {
    "ORD-035": gap,
    "ORD-006": no_product,
    "ORD-008": no_spec,
    "ORD-012": no_quantity,
    "ORD-012b": half_a_piece,
    "ORD-014": due_before_order,
    "ORD-019": term_not_allowed,
    "ORD-026": ordered_in_future,
    "ORD-027": ordered_long_ago,
    "ORD-028": no_number_no_day,
    "ORD-030": number_written,
    "ORD-031": other_month,
    "ORD-032": copied_row,
    "ORD-033": one_number_two_customers,
    "ORD-034": perhaps_twice,
    "ORD-037": unknown_customer,
    "ORD-038": amount_off,
    "ORD-042": header_differs,
    "ORD-053": jump,
    "ORD-054": number_assigned,
    "CELL-002": continued,
    "CELL-003": hidden,
    "CELL-042": dragged,
    "FILE-026": sample,
    "CUS-001": new_customer,
}
