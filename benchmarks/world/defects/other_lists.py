"""Defects outside order lists that need more than one wrong cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from benchmarks.world import days
from benchmarks.world.orders import LAST_DAY
from benchmarks.world.planter import Planter
from benchmarks.world.rows import Cells, Row
from benchmarks.world.trade import PREPARED
from benchmarks.world.words import word

OK, HELD = "accepted", "held"


def _stages(planter: Planter, state: str) -> dict[str, Row]:
    """The four clean stage rows of one order of a state."""
    states = {o.number: o.state for o in planter.world.orders if len(o.lines) == 1 or state != "done"}
    row = planter.pick("tracking", lambda r: states.get(r.text("order_no")) == state and "prepare" in r.tags)
    mine = [row, *(r for r in planter.rows("tracking") if r.get("order_no") == row.get("order_no"))]
    for stage in mine:
        stage.is_planted = True
    return {next(iter(stage.tags)): stage for stage in mine}


def plan_order(planter: Planter) -> None:
    """A plan that checks goods before they are made."""
    rows = _stages(planter, "preparing")
    early = days.plus(rows["prepare"].day("planned_at"), -1)
    planter.plant(rows["check"], "planned_at", early, ("TRK-005", OK, "checked before it is made"))


def stage_unknown(planter: Planter) -> None:
    """A stage the procedure does not know."""
    row = _stages(planter, "preparing")["prepare"]
    twin = planter.copy_below(row, stage=word("dirt", "paint"))
    planter.expect(twin, "stage", "TRK-022", "a stage of their own")


def actual_order(planter: Planter) -> None:
    """Goods that left before they were checked."""
    rows = _stages(planter, "done")
    late = days.at(days.plus(rows["ship"].day("actual_at"), 1), 9)
    rows["check"].cells["actual_at"] = late
    planter.expect(rows["ship"], "actual_at", "TRK-024", "shipped before it was checked")


def inspections(planter: Planter) -> None:
    """Inspections without figures, with figures that do not add up, failed without anything done."""
    row = _stages(planter, "done")["check"]
    row.cells |= {"ok_qty": None, "ng_qty": None}
    planter.plant(row, "qc_result", None, ("TRK-013", OK, "inspected, with nothing to show for it"))
    row = _stages(planter, "done")["check"]
    row.cells["ok_qty"] = row.money("ok_qty") - 2
    planter.expect(row, "qty", "TRK-014", "two pieces neither passed nor failed")
    row = _stages(planter, "qc_fail")["check"]
    planter.plant(row, "qc_action", None, ("TRK-015", OK, "failed, and nobody does anything"))


def no_order_no_stage(planter: Planter) -> None:
    """Rows that hang on nothing."""
    row = _stages(planter, "preparing")["prepare"]
    twin = planter.copy_below(row, order_no=None)
    planter.plant(twin, "order_no", None, ("TRK-027", HELD, "no order"))
    row = _stages(planter, "preparing")["prepare"]
    twin = planter.copy_below(row, stage=None, batch=9)
    planter.expect(twin, "stage", "TRK-028", "no stage")


def _parcel(planter: Planter, state: str) -> tuple[Row, list[Row]]:
    """The shipping row of an order and its shipment rows."""
    row = _stages(planter, state)["ship"]
    lines = [r for r in planter.rows("shipments") if r.get("order_no") == row.get("order_no")]
    for parcel in lines:
        parcel.is_planted = True
    return row, lines


def parcel_numbers(planter: Planter) -> None:
    """Parcel numbers out of form, and one used twice."""
    row, lines = _parcel(planter, "done")
    for parcel in (row, *lines):
        parcel.cells["tracking_no"] = "SF12345"
    planter.expect(lines[0], "tracking_no", "SHP-006", "no number of this carrier")
    first, others = _parcel(planter, "done")
    row, lines = _parcel(planter, "done")
    for parcel in (row, *lines):
        parcel.cells["tracking_no"] = first.get("tracking_no")
    for parcel in (others[0], lines[0]):
        planter.expect(parcel, "tracking_no", "SHP-007", "one parcel for two customers")


def parcel_silence(planter: Planter) -> None:
    """Parcels the customer was not told about in time."""
    row, lines = _parcel(planter, "shipped")
    for parcel in (row, *lines):
        parcel.cells |= {"tracking_no": None, "fed_back_at": None}
    planter.expect(lines[0], "tracking_no", "SHP-002", "shipped days ago, no tracking number")
    row, lines = _parcel(planter, "shipped")
    late = days.at(days.plus(row.day("actual_at"), 2), 17)
    for parcel in (row, *lines):
        parcel.cells["fed_back_at"] = min(late, days.at(LAST_DAY, 18))
    planter.expect(lines[0], "fed_back_at", "SHP-003", "the customer was told too late")


def parcel_without_order(planter: Planter) -> None:
    """Shipments without an order, without a day."""
    lines = _parcel(planter, "done")[1]
    own: Cells = {"shipment_no": "FH202605-9001", "delivery_note_no": "SH202605-9001", "tracking_no": "SF1999999999991"}
    twin = planter.copy_below(lines[0], **own)
    planter.plant(twin, "order_no", None, ("SHP-009", HELD, "no order"))
    own = {"shipment_no": "FH202605-9002", "delivery_note_no": "SH202605-9002", "tracking_no": "SF1999999999992"}
    twin = planter.copy_below(lines[0], **own)
    for column in ("delivered_at", "signed_at", "eta_at", "fed_back_at", "signer", "signed_qty"):
        twin.cells[column] = None
    planter.plant(twin, "shipped_at", None, ("SHP-010", OK, "no shipping day"))


def _invoice(planter: Planter, *, blue: bool = True) -> Row:
    red = {r.get("order_nos") for r in planter.world.rows["invoices"] if r.get("original_no")}
    return planter.pick("invoices", lambda r: (r.get("order_nos") not in red) is blue)


def invoice_sums(planter: Planter) -> None:
    """Sums that do not add up."""
    row = _invoice(planter)
    planter.plant(row, "gross_fen", row.money("gross_fen") + 10, ("INV-013", OK, "gross is not net and tax"))
    row = _invoice(planter)
    row.cells["net_fen"] = row.money("net_fen") - 10
    planter.plant(row, "tax_fen", row.money("tax_fen") + 10, ("INV-014", OK, "tax is not net times rate"))


def invoice_numbers(planter: Planter) -> None:
    """Numbers that tell another year, or two stories."""
    row = _invoice(planter)
    year = "25" if row.text("invoice_no").startswith("26") else "26"
    planter.plant(row, "invoice_no", year + row.text("invoice_no")[2:], ("INV-016", OK, "the year of another day"))
    row = _invoice(planter)
    own: Cells = {"gross_fen": row.money("gross_fen") + 113, "net_fen": row.money("net_fen") + 100}
    twin = planter.copy_below(row, **own, tax_fen=row.money("tax_fen") + 13)
    for double in (row, twin):
        planter.plant(double, "invoice_no", row.get("invoice_no"), ("INV-017", HELD, "one number, two invoices"))


def invoice_facts(planter: Planter) -> None:
    """Findings outside the exact list: kind, title, tax number, amount, red without its blue."""
    row = _invoice(planter)
    planter.plant(row, "buyer", word("dirt", "stranger"), ("INV-004", OK, "another company's name"))
    row = _invoice(planter)
    number = f"{row.text('invoice_no')[:2]}442900000{int(row.text('invoice_no')[-6:]) + 7:09d}"
    twin = planter.copy_below(row, invoice_no=number)
    planter.expect(twin, "gross_fen", "INV-005", "invoiced twice")
    row = next(r for r in planter.rows("invoices") if r.get("original_no"))
    planter.plant(row, "original_no", None, ("INV-018", OK, "red without its blue"))
    kinds = {word("invoice_kind", "special"), word("invoice_kind", "plain")}
    row = _invoice(planter)
    other = next(iter(kinds - {row.text("kind")}))
    planter.plant(row, "kind", other, ("INV-003", OK, "not the kind the order asks for"))


def invoice_early(planter: Planter) -> None:
    """An invoice for an order that is paid first and has not been."""
    unpaid = [o for o in planter.world.orders if o.customer.term in {"prepay", "cod"} and o.reach < PREPARED]
    order = next(o for o in unpaid if o.number and o.state != "cancelled")
    row = planter.books.invoice(order.customer, LAST_DAY, order.amount, order.number)
    planter.add(row, "invoices")
    planter.expect(row, "invoice_no", "INV-006", "invoiced before it was paid")


def receipt_twice(planter: Planter) -> None:
    """One receipt twice, and one number for two sums."""
    row = planter.receipt()
    twin = planter.copy_below(row)
    twin.expected = "copy"
    planter.expect(twin, "amount_fen", "RCV-001", "the same receipt twice")
    row = planter.receipt()
    twin = planter.copy_below(row, amount_fen=row.money("amount_fen") + 90)
    for double in (row, twin):
        planter.plant(double, "receipt_no", row.get("receipt_no"), ("X-010", HELD, "one receipt number, two sums"))


def complaint_orders(planter: Planter) -> None:
    """Complaints about somebody else's order, or one not placed yet."""
    row = _case(planter)
    other = next(c for c in planter.world.customers if c.name != row.get("customer_name"))
    planter.plant(row, "customer_name", other.name, ("CMP-010", OK, "another customer's order"))
    row = _case(planter)
    fresh = planter.fresh()
    row.cells |= {"customer_name": fresh.get("customer_name"), "complainant": fresh.get("contact")}
    row.cells["contact"] = fresh.get("phone")
    row.cells["order_no"] = fresh.get("order_no")
    planter.expect(row, "complained_at", "CMP-011", "complained before it was ordered")


def complaint_types(planter: Planter) -> None:
    """Types left open, or sent to the wrong department."""
    row = _case(planter)
    row.cells["description"] = word("dirt", "vague_type")
    planter.plant(row, "complaint_type", None, ("CMP-012", OK, "no type, and no word that tells it"))
    row = _case(planter, "quality")
    row.cells["description"] = word("dirt", "conflict")
    planter.plant(row, "complaint_type", None, ("CMP-014", OK, "words for two types"))
    row = _case(planter, "quality")
    row.cells["dept"] = word("dept", "logistics")
    planter.expect(row, "dept", "CMP-023", "quality sent to logistics")


def complaint_numbers(planter: Planter) -> None:
    """Complaint numbers used twice, of another month, cut short."""
    clean = Counter(r.text("complaint_no")[:6] for r in planter.rows("complaints") if "archived" in r.tags)
    busy = max(sorted(clean), key=lambda month: clean[month])
    first, second = (planter.pick("complaints", lambda r: r.text("complaint_no").startswith(busy)) for _ in range(2))
    planter.remove_documents(second.get("complaint_no"))
    for row in (first, second):
        planter.plant(row, "complaint_no", first.get("complaint_no"), ("CMP-016", OK, "one number, two complaints"))
    row = _case(planter)
    planter.remove_documents(row.get("complaint_no"))
    month = f"{row.day('complained_at').replace(day=1) - timedelta(days=1):%Y%m}"
    numbers = [case.text("complaint_no") for case in planter.world.rows["complaints"]]
    serial = max((int(no[8:]) for no in numbers if no.startswith(f"{month}-T")), default=0)
    planter.plant(row, "complaint_no", f"{month}-T{serial + 1:03d}", ("CMP-017", OK, "the number of another month"))
    row = _case(planter)
    number = row.text("complaint_no")
    planter.plant(row, "complaint_no", f"{number[:6]}-t{int(number[8:])}", ("CELL-040", OK, "the number cut short"))


def _case(planter: Planter, *tags: str) -> Row:
    return planter.pick("complaints", lambda row: {"archived", *tags} <= row.tags)


DEFECTS: dict[str, Callable[[Planter], None]] = {
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
