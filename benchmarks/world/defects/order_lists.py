"""Defects in order lists that need more than one wrong cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from benchmarks.world import days
from benchmarks.world.orders import GAP
from benchmarks.world.planter import Planter
from benchmarks.world.rows import Cells, Row, Value
from benchmarks.world.trade import CENT
from benchmarks.world.words import word

OK, HELD = "accepted", "held"


def no_product(planter: Planter) -> None:
    """A line with a price and a quantity of nothing."""
    row = planter.fresh()
    row.cells |= {"model": None, "product_code": None}
    planter.plant(row, "product_name", None, ("ORD-006", OK, "neither product nor model"))


def no_spec(planter: Planter) -> None:
    """A product that comes in three specifications, none named."""
    row = planter.fresh()
    product = next(p for p in planter.world.products if p.code == "P7001")
    row.cells |= {"product_code": None, "product_name": product.name, "model": product.model, "uom": product.uom}
    row.cells |= {"unit_price": product.price, "amount_fen": product.price * row.money("qty")}
    row.cells["supply_type"] = word("supply", "stock")
    planter.plant(row, "spec_text", None, ("ORD-008", OK, "three specifications to choose from"))


def no_quantity(planter: Planter) -> None:
    """A quantity of zero."""
    row = planter.fresh()
    row.cells["amount_fen"] = Decimal(0)
    planter.plant(row, "qty", 0, ("ORD-012", HELD, "nothing ordered"))


def half_a_piece(planter: Planter) -> None:
    """One machine and a half."""
    row = planter.fresh(lambda o: o.lines[0].get("uom") == planter.world.products[0].uom)
    row.cells["amount_fen"] = (row.money("unit_price") * Decimal("1.5")).quantize(CENT)
    planter.plant(row, "qty", f"1.5{row.get('uom')}", ("ORD-012", OK, "half a machine"))


def due_before_order(planter: Planter) -> None:
    """Wanted three days before it was ordered."""
    row = planter.fresh()
    day = days.plus(planter.order(row).day, -3)
    planter.plant(row, "requested_date", day, ("ORD-014", OK, "wanted before it was ordered"))


def term_not_allowed(planter: Planter) -> None:
    """A new customer who asks for credit."""
    row = planter.fresh(lambda o: o.customer.code == planter.world.customers[-2].code)
    planter.plant(row, "pay_term", word("term", "net_d"), ("ORD-019", OK, "credit for a new customer"))
    planter.expect(row, "amount_fen", "CUS-008", "a new customer has no credit")


def ordered_in_future(planter: Planter) -> None:
    """An order day that has not come."""
    row = planter.fresh(loose=True)
    row.cells |= {"order_no": "202607-001", "received_at": None, "requested_date": date(2026, 9, 1)}
    planter.plant(row, "order_date", date(2026, 7, 15), ("ORD-026", OK, "ordered in the future"))


def ordered_long_ago(planter: Planter) -> None:
    """An order of two years ago in this year's list."""
    row = planter.fresh(loose=True)
    row.cells |= {"order_no": "202403-001", "received_at": days.at(date(2024, 3, 12), 10)}
    row.cells["requested_date"] = date(2024, 4, 12)
    planter.plant(row, "order_date", date(2024, 3, 12), ("ORD-027", OK, "older than two years"))


def no_number_no_day(planter: Planter) -> None:
    """Two gaps in one row, two findings."""
    row = planter.fresh(loose=True)
    row.cells["received_at"] = None
    planter.plant(row, "order_no", None, ("ORD-028", HELD, "no number, and no day to make one from"))
    planter.plant(row, "order_date", None, ("ORD-048", HELD, "no order date"))


def number_assigned(planter: Planter) -> None:
    """A new order whose number is left to us."""
    planter.plant(planter.fresh(loose=True), "order_no", None, ("ORD-054", OK, "a new order without a number gets one"))


def number_written(planter: Planter) -> None:
    """Spellings of a number that are read without doubt."""
    spellings: tuple[tuple[str, Callable[[str], Value]], ...] = (
        ("ORD-030", lambda no: no.replace("-", "_")),
        ("ORD-030", lambda no: int(no.replace("-", ""))),
        ("ORD-030", lambda no: f"SO{no}"),
        ("CELL-040", lambda no: f"{no[:4]}-{no[4:6]}-{no[7:]}"),
        ("ORD-046", lambda no: no + word("dirt", "supp")),
    )
    for rule, written in spellings:
        row = planter.fresh()
        planter.plant(row, "order_no", written(row.text("order_no")), (rule, OK, "the number in another spelling"))


def other_month(planter: Planter) -> None:
    """Ordered in May, numbered in April."""
    row = planter.fresh(loose=True)
    planter.plant(row, "order_no", _next(planter, "202604"), ("ORD-031", OK, "the number of another month"))


def _next(planter: Planter, month: str, ahead: int = 1) -> str:
    last = max(int(o.number[7:]) for o in planter.world.orders if o.number.startswith(month))
    return f"{month}-{last + ahead:03d}"


def copied_row(planter: Planter) -> None:
    """One line pasted twice."""
    row = planter.fresh(lambda o: o.customer.team == 2)
    twin = planter.copy_below(row)
    twin.expected = "copy"
    planter.expect(twin, "order_no", "ORD-032", "the same line twice")


def one_number_two_customers(planter: Planter) -> None:
    """Two teams used one number."""
    first = planter.fresh(lambda o: o.customer.team == 1)
    second = planter.fresh(lambda o: o.customer.team == 3 and o.day.month == 5, loose=True)
    number = first.get("order_no")
    for row in (first, second):
        planter.plant(row, "order_no", number, ("ORD-033", HELD, "one number, two customers"))


def perhaps_twice(planter: Planter) -> None:
    """One wish under two numbers."""
    first = planter.fresh(lambda o: o.customer.team == 3)
    owner = planter.order(first).customer
    second = planter.fresh(lambda o: o.customer is owner)
    same = ["product_code", "product_name", "model", "spec_text", "qty", "uom", "unit_price", "amount_fen"]
    second.cells |= {column: first.get(column) for column in (*same, "supply_type", "requested_date")}
    later = max((first, second), key=lambda row: row.text("order_no"))
    planter.expect(later, "order_no", "ORD-034", "the same order under another number")


def gap(planter: Planter) -> None:
    """The number left out when the world was numbered."""
    row = next(r for r in planter.rows("orders") if planter.order(r).number == f"{GAP[0]}-{GAP[1] + 1:03d}")
    planter.expect(row, "order_no", "ORD-035", "one number is missing before this one")


def jump(planter: Planter) -> None:
    """A number far ahead of its month."""
    row = planter.fresh(lambda o: o.day.month == 5, loose=True)
    row.cells |= {"order_date": date(2026, 2, 25), "received_at": days.at(date(2026, 2, 25), 10), "supplement_at": None}
    row.cells["requested_date"] = date(2026, 4, 8)
    planter.plant(row, "order_no", _next(planter, "202602", 60), ("ORD-053", OK, "sixty numbers ahead"))


def unknown_customer(planter: Planter) -> None:
    """A company in no customer file."""
    row = planter.fresh()
    row.cells["customer_code"] = None
    planter.plant(row, "customer_name", word("dirt", "stranger"), ("ORD-037", OK, "nobody filed this customer"))


def amount_off(planter: Planter) -> None:
    """Amounts that price and quantity do not give."""
    for rule, off in (("ORD-038", "100"), ("ORD-051", "0.50")):
        row = planter.fresh()
        planter.plant(row, "amount_fen", row.money("amount_fen") + Decimal(off), (rule, OK, f"off by {off} yuan"))


def header_differs(planter: Planter) -> None:
    """Two lines of an order that name different contacts."""
    row = planter.fresh(lambda o: o.customer.team == 2)
    product = next(p for p in planter.world.products if p.model != row.get("model"))
    own: Cells = {"product_code": product.code, "product_name": product.name, "model": product.model}
    own |= {"spec_text": product.spec}
    own |= {"unit_price": product.price, "qty": 3, "amount_fen": product.price * 3, "uom": product.uom}
    twin = planter.copy_below(
        row, **own, supply_type=word("supply", product.supply), contact=word("dirt", "other_contact")
    )
    planter.expect(twin, "order_no", "ORD-042", "two contacts for one order")


def continued(planter: Planter) -> None:
    """A second line with nothing but its product: filled down from the line above."""
    row = planter.fresh(lambda o: o.customer.team == 2)
    product = next(p for p in planter.world.products if p.model != row.get("model"))
    twin = planter.copy_below(row, **dict.fromkeys(c for c in row.cells))
    twin.cells |= {"product_code": product.code, "product_name": product.name, "model": product.model}
    twin.cells |= {"uom": product.uom, "spec_text": product.spec, "unit_price": product.price, "qty": 3}
    twin.cells["amount_fen"] = product.price * 3
    twin.cells["supply_type"] = word("supply", product.supply)
    planter.expect(twin, "order_no", "CELL-002", "a line that belongs to the order above")


def hidden(planter: Planter) -> None:
    """A row somebody filtered away."""
    row = planter.fresh()
    row.is_hidden = True
    planter.expect(row, "", "CELL-003", "a hidden row")


def dragged(planter: Planter) -> None:
    """Numbers dragged beyond the last order."""
    for n in range(3):
        row = Row("orders", {"order_no": f"202606-{901 + n}"}, expected="ignored")
        planter.add(row, "orders", file=word("file", "sales3"))
        if n == 0:
            planter.expect(row, "", "CELL-042", "numbers dragged beyond the last order")


def sample(planter: Planter) -> None:
    """The row that shows how to fill in the list."""
    cells: dict[str, Value] = {"order_no": word("dirt", "sample"), "customer_name": word("label", "sample"), "qty": 1}
    row = Row("orders", cells, expected="ignored")
    planter.add(row, "orders", file=word("file", "sales3"))
    sheet = planter.home[id(row)]
    sheet.rows.insert(0, sheet.rows.pop())
    planter.expect(row, "", "FILE-026", "a sample row")


def new_customer(planter: Planter) -> None:
    """A customer filed last month, who orders without a licence on file."""
    row = planter.fresh(lambda o: o.customer.code == planter.world.customers[-3].code)
    name = row.get("customer_name")
    planter.remove(next(r for r in planter.rows("qualifications") if r.get("customer_name") == name))
    planter.expect(row, "customer_name", "CUS-001", "a new customer without a licence")


DEFECTS: dict[str, Callable[[Planter], None]] = {
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
