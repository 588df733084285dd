"""The simple defects: one wrong value in one cell of one clean row, from a table."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from benchmarks.world.money import SEPARATOR
from benchmarks.world.planter import Planter, answered, value_of
from benchmarks.world.rows import Row
from benchmarks.world.words import table

FILED = ("phone", "address", "pay_term", "sales_owner")  # what the customer file says of a customer
Chooser = Callable[[Planter, list[str]], Row]


def plant_all(planter: Planter) -> None:
    """Plant every row of ``defects.csv``."""
    rows = sorted(table("defects"), key=lambda row: -len(row["where"].split()))  # the particular first
    for row in rows:
        where = row["where"].split()
        chosen = CHOOSERS[row["kind"]](planter, where)
        value = value_of(row["value"]) if row["value"] != "short" else _short(chosen)
        planter.plant(chosen, row["column"], value, (row["rule"], row["expected"], row["why"]))
        if row["kind"] == "orders" and row["column"] in FILED and value is None:
            _unfile(planter, chosen, row["column"])
        if row["column"] == "model" and row["rule"].startswith("ORD"):
            chosen.cells["product_code"] = None  # a code would settle which model is meant
        if row["rule"] == "CELL-001":
            chosen.reads[row["column"]] = Decimal(12000)
        if row["column"] == "received_at":
            chosen.cells["supplement_at"] = None


def _unfile(planter: Planter, row: Row, column: str) -> None:
    """Let the customer file not say it either: what it says is not asked of an order."""
    code = planter.order(row).customer.code
    for filed in planter.rows("customers"):
        if filed.get("customer_code") == code:
            filed.cells[column] = None


def _short(row: Row) -> str:
    """Both numbers, the month named once."""
    first, second = row.text("order_nos").split(SEPARATOR)
    return f"{first}{SEPARATOR}{second[-3:]}"


def _order(planter: Planter, where: list[str]) -> Row:
    def fits(row: Row) -> bool:
        order, sheet = planter.order(row), planter.home[id(row)]
        if order.state != "fresh" or order.is_loose != ("loose" in where):
            return False
        known = {f"team{order.customer.team}", order.customer.term, order.state, "loose" if order.is_loose else "fresh"}
        known |= {"hascode"} if "product_code" in [c for c, _ in sheet.columns] else set()
        known |= {"notfirst"} if sheet.rows[0] is not row and _above(sheet.rows, row) else set()
        return set(where) <= known

    row = planter.pick("orders", fits)
    if "loose" not in where:
        answered(row)
    return row


def _above(rows: list[Row | None], row: Row) -> bool:
    at = next(n for n, other in enumerate(rows) if other is row)
    above = rows[at - 1]
    return above is not None and bool(above.get("address")) and not above.is_planted


def _stage(planter: Planter, where: list[str]) -> Row:
    states = {o.number: o.state for o in planter.world.orders}
    return planter.pick("tracking", lambda row: states.get(row.text("order_no")) == where[0] and where[1] in row.tags)


def _shipment(planter: Planter, where: list[str]) -> Row:
    states = {o.number: o.state for o in planter.world.orders}
    return planter.pick("shipments", lambda row: states.get(row.text("order_no")) == where[0])


def _invoice(planter: Planter, where: list[str]) -> Row:
    red = {row.get("order_nos") for row in planter.rows("invoices") if row.get("original_no")}

    def fits(row: Row) -> bool:
        is_late = where != ["any26"] or row.text("invoice_no").startswith("26")
        return row.get("order_nos") not in red and is_late

    return planter.pick("invoices", fits)


def _receipt(planter: Planter, where: list[str]) -> Row:
    if where == ["joint"]:
        return planter.pick("receipts", lambda row: SEPARATOR in row.text("order_nos") and _is_month(row))
    return planter.receipt()


def _is_month(row: Row) -> bool:
    first, second = row.text("order_nos").split(SEPARATOR)
    return first[:6] == second[:6]


def _complaint(planter: Planter, where: list[str]) -> Row:
    wanted = set(where) - {"spare", "nopapers"} | {"archived"}
    row = planter.pick("complaints", lambda row: wanted <= row.tags)
    if "nopapers" in where:
        planter.remove_documents(row.get("complaint_no"))
    return row


def _visit(planter: Planter, where: list[str]) -> Row:
    return planter.pick("visits", lambda row: row.kind in where or bool(where))


def _customer(planter: Planter, where: list[str]) -> Row:
    """A customer file of its own, on which no order hangs."""
    last = list(planter.rows("customers"))[-1]
    row = planter.copy_below(last, customer_code="C9001", aliases=None, uscc=None)
    row.tags.update(where)
    return row


CHOOSERS: dict[str, Chooser] = {
    "orders": _order,
    "tracking": _stage,
    "shipments": _shipment,
    "invoices": _invoice,
    "receipts": _receipt,
    "complaints": _complaint,
    "visits": _visit,
    "customers": _customer,
}
