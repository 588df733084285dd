"""Plants outside order lists that need more than one wrong cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from benchmarks.world import days
from benchmarks.world.garden import Garden
from benchmarks.world.orders import LAST_DAY
from benchmarks.world.rows import Cells, Row
from benchmarks.world.trade import PREPARED
from benchmarks.world.words import say

OK, HELD = "accepted", "held"


def _stages(g: Garden, state: str) -> dict[str, Row]:
    """The four clean stage rows of one order of a state."""
    states = {o.number: o.state for o in g.world.orders if len(o.lines) == 1 or state != "done"}
    row = g.pick("tracking", lambda r: states.get(r.text("order_no")) == state and "prepare" in r.tags)
    mine = [row, *(r for r in g.rows("tracking") if r.get("order_no") == row.get("order_no"))]
    for each in mine:
        each.is_spoilt = True
    return {next(iter(each.tags)): each for each in mine}


def plan_order(g: Garden) -> None:
    """A plan that checks goods before they are made."""
    rows = _stages(g, "preparing")
    early = days.plus(rows["prepare"].day("planned_at"), -1)
    g.spoil(rows["check"], "planned_at", early, ("TRK-005", OK, "checked before it is made"))


def stage_unknown(g: Garden) -> None:
    """A stage the procedure does not know."""
    row = _stages(g, "preparing")["prepare"]
    twin = g.again(row, stage=say("dirt", "paint"))
    g.mark(twin, "stage", "TRK-022", "a stage of their own")


def actual_order(g: Garden) -> None:
    """Goods that left before they were checked."""
    rows = _stages(g, "done")
    late = days.at(days.plus(rows["ship"].day("actual_at"), 1), 9)
    rows["check"].cells["actual_at"] = late
    g.mark(rows["ship"], "actual_at", "TRK-024", "shipped before it was checked")


def inspections(g: Garden) -> None:
    """Inspections without figures, with figures that do not add up, failed without anything done."""
    row = _stages(g, "done")["check"]
    row.cells |= {"ok_qty": None, "ng_qty": None}
    g.spoil(row, "qc_result", None, ("TRK-013", OK, "inspected, with nothing to show for it"))
    row = _stages(g, "done")["check"]
    row.cells["ok_qty"] = row.money("ok_qty") - 2
    g.mark(row, "qty", "TRK-014", "two pieces neither passed nor failed")
    row = _stages(g, "qc_fail")["check"]
    g.spoil(row, "qc_action", None, ("TRK-015", OK, "failed, and nobody does anything"))


def no_order_no_stage(g: Garden) -> None:
    """Rows that hang on nothing."""
    row = _stages(g, "preparing")["prepare"]
    twin = g.again(row, order_no=None)
    g.spoil(twin, "order_no", None, ("TRK-027", HELD, "no order"))
    row = _stages(g, "preparing")["prepare"]
    twin = g.again(row, stage=None, batch=9)
    g.mark(twin, "stage", "TRK-028", "no stage")


def _parcel(g: Garden, state: str) -> tuple[Row, list[Row]]:
    """The shipping row of an order and its shipment rows."""
    row = _stages(g, state)["ship"]
    lines = [r for r in g.rows("shipments") if r.get("order_no") == row.get("order_no")]
    for each in lines:
        each.is_spoilt = True
    return row, lines


def parcel_numbers(g: Garden) -> None:
    """Parcel numbers out of form, and one used twice."""
    row, lines = _parcel(g, "done")
    for each in (row, *lines):
        each.cells["tracking_no"] = "SF12345"
    g.mark(lines[0], "tracking_no", "SHP-006", "no number of this carrier")
    first, others = _parcel(g, "done")
    row, lines = _parcel(g, "done")
    for each in (row, *lines):
        each.cells["tracking_no"] = first.get("tracking_no")
    for each in (others[0], lines[0]):
        g.mark(each, "tracking_no", "SHP-007", "one parcel for two customers")


def parcel_silence(g: Garden) -> None:
    """Parcels the customer was not told about in time."""
    row, lines = _parcel(g, "shipped")
    for each in (row, *lines):
        each.cells |= {"tracking_no": None, "fed_back_at": None}
    g.mark(lines[0], "tracking_no", "SHP-002", "shipped days ago, no tracking number")
    row, lines = _parcel(g, "shipped")
    late = days.at(days.plus(row.day("actual_at"), 2), 17)
    for each in (row, *lines):
        each.cells["fed_back_at"] = min(late, days.at(LAST_DAY, 18))
    g.mark(lines[0], "fed_back_at", "SHP-003", "the customer was told too late")


def parcel_without_order(g: Garden) -> None:
    """Shipments without an order, without a day."""
    lines = _parcel(g, "done")[1]
    own: Cells = {"shipment_no": "FH202605-9001", "delivery_note_no": "SH202605-9001", "tracking_no": "SF1999999999991"}
    twin = g.again(lines[0], **own)
    g.spoil(twin, "order_no", None, ("SHP-009", HELD, "no order"))
    own = {"shipment_no": "FH202605-9002", "delivery_note_no": "SH202605-9002", "tracking_no": "SF1999999999992"}
    twin = g.again(lines[0], **own)
    for column in ("delivered_at", "signed_at", "eta_at", "fed_back_at", "signer", "signed_qty"):
        twin.cells[column] = None
    g.spoil(twin, "shipped_at", None, ("SHP-010", OK, "no shipping day"))


def _invoice(g: Garden, *, blue: bool = True) -> Row:
    red = {r.get("order_nos") for r in g.world.rows["invoices"] if r.get("original_no")}
    return g.pick("invoices", lambda r: (r.get("order_nos") not in red) is blue)


def invoice_sums(g: Garden) -> None:
    """Sums that do not add up."""
    row = _invoice(g)
    g.spoil(row, "gross_fen", row.money("gross_fen") + 10, ("INV-013", OK, "gross is not net and tax"))
    row = _invoice(g)
    row.cells["net_fen"] = row.money("net_fen") - 10
    g.spoil(row, "tax_fen", row.money("tax_fen") + 10, ("INV-014", OK, "tax is not net times rate"))


def invoice_numbers(g: Garden) -> None:
    """Numbers that tell another year, or two stories."""
    row = _invoice(g)
    year = "25" if row.text("invoice_no").startswith("26") else "26"
    g.spoil(row, "invoice_no", year + row.text("invoice_no")[2:], ("INV-016", OK, "the year of another day"))
    row = _invoice(g)
    own: Cells = {"gross_fen": row.money("gross_fen") + 113, "net_fen": row.money("net_fen") + 100}
    twin = g.again(row, **own, tax_fen=row.money("tax_fen") + 13)
    for each in (row, twin):
        g.spoil(each, "invoice_no", row.get("invoice_no"), ("INV-017", HELD, "one number, two invoices"))


def invoice_facts(g: Garden) -> None:
    """Findings outside the exact list: kind, title, tax number, amount, red without its blue."""
    row = _invoice(g)
    g.spoil(row, "buyer", say("dirt", "stranger"), ("INV-004", OK, "another company's name"))
    row = _invoice(g)
    number = f"{row.text('invoice_no')[:2]}442900000{int(row.text('invoice_no')[-6:]) + 7:09d}"
    twin = g.again(row, invoice_no=number)
    g.mark(twin, "gross_fen", "INV-005", "invoiced twice")
    row = next(r for r in g.rows("invoices") if r.get("original_no"))
    g.spoil(row, "original_no", None, ("INV-018", OK, "red without its blue"))
    kinds = {say("invoice_kind", "special"), say("invoice_kind", "plain")}
    row = _invoice(g)
    other = next(iter(kinds - {row.text("kind")}))
    g.spoil(row, "kind", other, ("INV-003", OK, "not the kind the order asks for"))


def invoice_early(g: Garden) -> None:
    """An invoice for an order that is paid first and has not been."""
    unpaid = [o for o in g.world.orders if o.customer.term in {"prepay", "cod"} and o.reach < PREPARED]
    order = next(o for o in unpaid if o.number and o.state != "cancelled")
    row = g.books.invoice(order.customer, LAST_DAY, order.amount, order.number)
    g.add(row, "invoices")
    g.mark(row, "invoice_no", "INV-006", "invoiced before it was paid")


def receipt_twice(g: Garden) -> None:
    """One receipt twice, and one number for two sums."""
    row = g.receipt()
    twin = g.again(row)
    twin.fate = "copy"
    g.mark(twin, "amount_fen", "RCV-001", "the same receipt twice")
    row = g.receipt()
    twin = g.again(row, amount_fen=row.money("amount_fen") + 90)
    for each in (row, twin):
        g.spoil(each, "receipt_no", row.get("receipt_no"), ("X-010", HELD, "one receipt number, two sums"))


def complaint_orders(g: Garden) -> None:
    """Complaints about somebody else's order, or one not placed yet."""
    row = _case(g)
    other = next(c for c in g.world.customers if c.name != row.get("customer_name"))
    g.spoil(row, "customer_name", other.name, ("CMP-010", OK, "another customer's order"))
    row = _case(g)
    fresh = g.fresh()
    row.cells |= {"customer_name": fresh.get("customer_name"), "complainant": fresh.get("contact")}
    row.cells["contact"] = fresh.get("phone")
    row.cells["order_no"] = fresh.get("order_no")
    g.mark(row, "complained_at", "CMP-011", "complained before it was ordered")


def complaint_types(g: Garden) -> None:
    """Types left open, or sent to the wrong department."""
    row = _case(g)
    row.cells["description"] = say("dirt", "vague_type")
    g.spoil(row, "complaint_type", None, ("CMP-012", OK, "no type, and no word that tells it"))
    row = _case(g, "quality")
    row.cells["description"] = say("dirt", "conflict")
    g.spoil(row, "complaint_type", None, ("CMP-014", OK, "words for two types"))
    row = _case(g, "quality")
    row.cells["dept"] = say("dept", "logistics")
    g.mark(row, "dept", "CMP-023", "quality sent to logistics")


def complaint_numbers(g: Garden) -> None:
    """Complaint numbers used twice, of another month, cut short."""
    clean = Counter(r.text("complaint_no")[:6] for r in g.rows("complaints") if "archived" in r.tags)
    busy = max(sorted(clean), key=lambda month: clean[month])
    first, second = (g.pick("complaints", lambda r: r.text("complaint_no").startswith(busy)) for _ in range(2))
    g.unpaper(second.get("complaint_no"))
    for row in (first, second):
        g.spoil(row, "complaint_no", first.get("complaint_no"), ("CMP-016", OK, "one number, two complaints"))
    row = _case(g)
    g.unpaper(row.get("complaint_no"))
    month = f"{row.day('complained_at').replace(day=1) - timedelta(days=1):%Y%m}"
    numbers = [each.text("complaint_no") for each in g.world.rows["complaints"]]
    serial = max((int(no[8:]) for no in numbers if no.startswith(f"{month}-T")), default=0)
    g.spoil(row, "complaint_no", f"{month}-T{serial + 1:03d}", ("CMP-017", OK, "the number of another month"))
    row = _case(g)
    number = row.text("complaint_no")
    g.spoil(row, "complaint_no", f"{number[:6]}-t{int(number[8:])}", ("CELL-040", OK, "the number cut short"))


def _case(g: Garden, *tags: str) -> Row:
    return g.pick("complaints", lambda row: {"archived", *tags} <= row.tags)


PLANTS: dict[str, Callable[[Garden], None]] = {
    "TRK-005": plan_order,
    "TRK-013": inspections,
    "TRK-022": stage_unknown,
    "TRK-024": actual_order,
    "TRK-027": no_order_no_stage,
    "SHP-006": parcel_numbers,
    "SHP-002": parcel_silence,
    "SHP-009": parcel_without_order,
    "INV-013": invoice_sums,
    "INV-016": invoice_numbers,
    "INV-003": invoice_facts,
    "INV-006": invoice_early,
    "RCV-001": receipt_twice,
    "CMP-010": complaint_orders,
    "CMP-012": complaint_types,
    "CMP-016": complaint_numbers,
}
