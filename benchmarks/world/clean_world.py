"""The whole clean world of the first night."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from benchmarks.world import cases, days, money, orders, trade
from benchmarks.world.people import Customer, Product, customers, products, staff
from benchmarks.world.rows import Cells, Row
from benchmarks.world.trade import Order
from benchmarks.world.words import word

BUYERS, DEBTORS, PLANTED = 30, 9, 15
FROM = date(2024, 1, 1)
NEW_SINCE = date(2026, 4, 22)


@dataclass
class World:
    """Everything that is true, before anybody wrote it down wrongly."""

    rng: Random
    customers: list[Customer]
    products: list[Product]
    orders: list[Order]
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    order_of: dict[int, Order] = field(default_factory=dict)  # id of a line -> its order


def build(seed: int, count: int) -> World:
    """The same world for the same seed and number of orders."""
    rng = Random(seed)  # noqa: S311 - repeatable on purpose
    people = _people(rng, count)
    goods = products()
    made = orders.orders(rng, people, goods, count)
    world = World(rng, people, goods, made)
    _goods_moved(world)
    books = money.Books(rng)
    money.settle(books, made)
    world.rows["receipts"] = sorted(books.receipts, key=lambda row: row.text("received_on") + row.text("receipt_no"))
    world.rows["invoices"] = sorted(books.invoices, key=lambda row: row.text("issued_on") + row.text("invoice_no"))
    world.rows["reminders"] = money.reminders(made, rng)
    world.rows["opening"] = money.opening(people, rng)
    service = cases.complaints(rng, made, max(count // 15, 12))
    for kind in ("complaints", "visits", "evidence", "capa"):
        world.rows[kind] = getattr(service, kind)
    _masters(world)
    for order in made:
        world.rows["orders"].extend(order.lines)
        world.order_of.update({id(row): order for row in order.lines})
    return world


def _people(rng: Random, count: int) -> list[Customer]:
    buyers = BUYERS + count // 60
    people = customers(rng, buyers + DEBTORS + PLANTED)
    for customer in people[buyers : buyers + DEBTORS]:
        customer.role, customer.term = "debtor", "net_d"
        customer.grade = word("grade", "c")
        customer.limit = customer.limit or Decimal(1000000)
    for n, customer in enumerate(people[buyers + DEBTORS :]):
        customer.role, customer.term = "plant", ("net_d", "eom", "cod")[n % 3]
        customer.grade, customer.limit = word("grade", "b"), customer.limit or Decimal(1000000)
    for customer in people[-3:-1]:
        customer.role, customer.term, customer.created_on = "new", "prepay", NEW_SINCE
        customer.grade, customer.limit = word("grade", "d"), Decimal(0)
    return people


def _goods_moved(world: World) -> None:
    """Tracking and shipment rows; every parcel has a number of its own."""
    serial = 0
    for order in world.orders:
        if order.reach < 4:
            continue
        rows = trade.stages(order, world.rng)
        world.rows["tracking"].extend(rows)
        for row in rows:
            if "ship" in row.tags and row.get("actual_at"):
                serial += 1
                row.cells["tracking_no"] = f"SF{1300000000000 + serial * 7919:013d}"
                world.rows["shipments"].extend(_shipment(world, order, row, serial))


def _shipment(world: World, order: Order, row: Row, serial: int) -> list[Row]:
    moment = row.moment("actual_at")
    signed = order.sign_at if order.reach >= 9 and row.get("batch") in {None, 1} else None
    shared: Cells = {
        "shipment_no": f"FH{moment:%Y%m}-{serial:04d}",
        "order_no": order.number,
        "shipped_at": moment,
        "carrier": row.get("carrier"),
        "tracking_no": row.get("tracking_no"),
        "pieces": world.rng.randint(1, 6),
        "freight_fen": Decimal(world.rng.randint(8, 60) * 10),
        "eta_at": row.get("eta_at"),
        "fed_back_at": row.get("fed_back_at"),
        "shipper": row.get("owner"),
        "delivery_note_no": f"SH{moment:%Y%m}-{serial:04d}",
    }
    made = []
    for line in order.lines:
        qty = int(line.money("qty"))
        if row.get("batch"):
            qty = qty // 2 if row.get("batch") == 2 else qty - qty // 2
        cells = shared | {"product": line.get("product_name"), "qty": qty}
        if signed:
            cells |= _signed(order, signed, qty)
        made.append(Row("shipments", cells))
    return made


def _signed(order: Order, signed: datetime, qty: int) -> Cells:
    ok = word("qc", "ok")
    return {
        "delivered_at": signed.replace(hour=signed.hour - 1),
        "signed_at": signed,
        "signer": order.customer.contact,
        "signed_qty": qty,
        "refused_qty": 0,
        "qty_check": ok,
        "model_check": ok,
        "look_check": ok,
        "sign_form": word("signform", "esign" if qty % 2 else "paper"),
        "attachment": f"POD-{order.number}.pdf",
        "erp_entered": word("yes", "yes"),
    }


def _masters(world: World) -> None:
    rows = world.rows
    for customer in world.customers:
        rows["customers"].append(_customer(customer))
        rows["qualifications"].append(_licence(customer, world.rng))
    for product in world.products:
        rows["prices"].append(_price(product))
        rows["leadtimes"].append(_lead(product))
    for n, (role, most) in enumerate((("1", "5%"), ("2", "10%"), ("3", "20%"))):
        cells: Cells = {
            "policy_no": f"ZK-2025-{n + 1:02d}",
            "most_rate": most,
            "approval_role": word("role", role),
            "valid_from": FROM,
        }
        rows["discounts"].append(Row("discounts", cells))


def _customer(customer: Customer) -> Row:
    cells: Cells = {
        "customer_code": customer.code,
        "customer_name": customer.name,
        "aliases": customer.short,
        "uscc": customer.uscc,
        "size": customer.size,
        "grade": customer.grade,
        "pay_term": customer.pay_term,
        "credit_limit_fen": customer.limit,
        "credit_days": 30 if customer.limit else 0,
        "late_fee_rate": customer.rate or None,
        "status": word("status", "normal"),
        "invoice_title": customer.name,
        "invoice_kind": word("invoice_kind", customer.invoice_kind),
        "email": customer.email,
        "phone": customer.phone,
        "address": customer.address,
        "sales_owner": customer.owner,
        "created_on": customer.created_on,
    }
    return Row("customers", cells)


def _licence(customer: Customer, rng: Random) -> Row:
    cells: Cells = {
        "customer_code": customer.code,
        "customer_name": customer.name,
        "document_type": word("document", "licence"),
        "document_no": customer.uscc,
        "issued_on": customer.created_on - timedelta(days=400),
        "valid_from": customer.created_on - timedelta(days=400),
        "valid_to": word("document", "forever"),
        "verified_by": staff("sales1", rng),
        "verified_on": days.roll(customer.created_on),
    }
    return Row("qualifications", cells)


def _price(product: Product) -> Row:
    cells: Cells = {
        "product_code": product.code,
        "product_name": product.name,
        "model": product.model,
        "spec_text": product.spec,
        "uom": product.uom,
        "list_price": product.price,
        "floor_price": product.floor,
        "is_tax_included": word("yes", "yes"),
        "currency": "CNY",
        "valid_from": FROM,
        "valid_to": date(2026, 12, 31),
        "version": "2025A",
    }
    return Row("prices", cells)


def _lead(product: Product) -> Row:
    cells: Cells = {
        "product_code": product.code,
        "model": product.model,
        "supply_type": word("supply", product.supply),
        "make_time": word("lead", "wd", n=product.make_wd) if product.make_wd else None,
        "buy_time": word("lead", "wd", n=product.buy_wd) if product.buy_wd else None,
        "check_days": 1,
        "pick_days": 1,
        "stock_qty": 500 if product.supply == "stock" else 0,
    }
    return Row("leadtimes", cells)


def copied(row: Row) -> Row:
    """A row that says the same, with nothing planted in it."""
    return replace(row, cells=dict(row.cells), defects=[], reads={}, tags=set(row.tags), expected="accepted")
