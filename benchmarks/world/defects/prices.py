"""Defects in prices and discounts of order lines."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from benchmarks.world.people import OFTEN_SOLD
from benchmarks.world.planter import Planter
from benchmarks.world.rows import Cells, Row
from benchmarks.world.trade import CENT, Order
from benchmarks.world.words import word

OK = "accepted"


def _price(row: Row, factor: str, *, discount: str = "1") -> None:
    """A price off the list, the amount in step with it."""
    price = (row.money("unit_price") * Decimal(factor)).quantize(CENT)
    amount = price * row.money("qty") * Decimal(discount)
    row.cells |= {"unit_price": price, "amount_fen": amount.quantize(CENT, ROUND_HALF_UP)}


def prices(planter: Planter) -> None:
    """Prices and discounts beyond what the lists allow."""
    for rule, factor in (("PRC-002", "0.97"), ("PRC-003", "0.84"), ("PRC-004", "1.10")):
        row = planter.fresh(lambda o: not _is_cheap(o))
        _price(row, factor)
        planter.expect(row, "unit_price", rule, f"{factor} of the list price")
    row = planter.fresh(_is_cheap)
    _price(row, "1", discount="0.75")
    row.cells["remark"] = word("remark", "discount")
    planter.plant(row, "discount", word("dirt", "seven_off"), ("PRC-005", OK, "a quarter off"))
    row = planter.fresh()
    _price(row, "1", discount="0.95")
    row.cells["remark"] = None
    planter.plant(row, "discount", word("dirt", "five_off"), ("PRC-006", OK, "a discount without a reason"))
    row = planter.fresh()
    _price(row, "1", discount="0.8")
    row.cells["remark"] = word("remark", "discount")
    planter.plant(row, "discount", 5, ("PRC-007", OK, "a discount that can be read two ways and fits neither"))


def _is_cheap(order: Order) -> bool:
    """Of the products whose floor lies lower than anybody may grant."""
    return order.lines[0].text("product_code").startswith(OFTEN_SOLD)


def price_out_of_date(planter: Planter) -> None:
    """A listed product whose price has run out."""
    row = planter.fresh()
    own: Cells = {"product_code": "P9001", "model": "WG-900", "spec_text": "4G", "unit_price": Decimal(800)}
    listed = next(r for r in planter.rows("prices") if r.get("product_code") == "P7001")
    row.cells |= own | {"product_name": listed.get("product_name"), "uom": listed.get("uom")}
    row.cells |= {"amount_fen": Decimal(800) * row.money("qty"), "supply_type": word("supply", "stock")}
    planter.expect(row, "model", "PRC-001", "listed, but without a price for the day")


DEFECTS: dict[str, Callable[[Planter], None]] = {
    "PRC-001": price_out_of_date,
    "PRC-002": prices,
}
