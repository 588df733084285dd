"""Plants in prices and discounts of order lines."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from benchmarks.world.garden import Garden
from benchmarks.world.people import OFTEN_SOLD
from benchmarks.world.rows import Cells, Row
from benchmarks.world.trade import CENT, Order
from benchmarks.world.words import say

OK = "accepted"


def _price(row: Row, factor: str, *, discount: str = "1") -> None:
    """A price off the list, the amount in step with it."""
    price = (row.money("unit_price") * Decimal(factor)).quantize(CENT)
    amount = price * row.money("qty") * Decimal(discount)
    row.cells |= {"unit_price": price, "amount_fen": amount.quantize(CENT, ROUND_HALF_UP)}


def prices(g: Garden) -> None:
    """Prices and discounts beyond what the lists allow."""
    for rule, factor in (("PRC-002", "0.97"), ("PRC-003", "0.84"), ("PRC-004", "1.10")):
        row = g.fresh(lambda o: not _is_cheap(o))
        _price(row, factor)
        g.mark(row, "unit_price", rule, f"{factor} of the list price")
    row = g.fresh(_is_cheap)
    _price(row, "1", discount="0.75")
    row.cells["remark"] = say("remark", "discount")
    g.spoil(row, "discount", say("dirt", "seven_off"), ("PRC-005", OK, "a quarter off"))
    row = g.fresh()
    _price(row, "1", discount="0.95")
    row.cells["remark"] = None
    g.spoil(row, "discount", say("dirt", "five_off"), ("PRC-006", OK, "a discount without a reason"))
    row = g.fresh()
    _price(row, "1", discount="0.8")
    row.cells["remark"] = say("remark", "discount")
    g.spoil(row, "discount", 5, ("PRC-007", OK, "a discount that can be read two ways and fits neither"))


def _is_cheap(order: Order) -> bool:
    """Of the products whose floor lies lower than anybody may grant."""
    return order.lines[0].text("product_code").startswith(OFTEN_SOLD)


def price_out_of_date(g: Garden) -> None:
    """A listed product whose price has run out."""
    row = g.fresh()
    own: Cells = {"product_code": "P9001", "model": "WG-900", "spec_text": "4G", "unit_price": Decimal(800)}
    listed = next(r for r in g.rows("prices") if r.get("product_code") == "P7001")
    row.cells |= own | {"product_name": listed.get("product_name"), "uom": listed.get("uom")}
    row.cells |= {"amount_fen": Decimal(800) * row.money("qty"), "supply_type": say("supply", "stock")}
    g.mark(row, "model", "PRC-001", "listed, but without a price for the day")


PLANTS: dict[str, Callable[[Garden], None]] = {
    "PRC-001": price_out_of_date,
    "PRC-002": prices,
}
