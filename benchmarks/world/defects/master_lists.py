"""Defects in the files that everything else is held against, and in whole sheets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from benchmarks.world.planter import Planter
from benchmarks.world.rows import Cells
from benchmarks.world.words import word

OK = "accepted"


def documents_of_customers(planter: Planter) -> None:
    """A wrong credit code and licences that run out."""
    busy = {str(r.get("customer_code")) for r in planter.world.rows["qualifications"]}
    filed = [r for r in planter.rows("customers") if r.text("customer_code") in busy and len(r.text("uscc")) == 18]
    row = filed[0]
    code = row.text("uscc")
    bad = "1" if code[-1] != "1" else "2"
    planter.plant(row, "uscc", code[:-1] + bad, ("CUS-002", OK, "a check character that does not fit"))
    for rule, day, n in (("CUS-003", date(2026, 4, 30), -4), ("CUS-004", date(2026, 6, 15), -5)):
        name = planter.world.customers[n].name
        licence = next(r for r in planter.rows("qualifications") if r.get("customer_name") == name)
        planter.plant(licence, "valid_to", day, (rule, OK, "a licence that ends too soon"))


def customer_twice(planter: Planter) -> None:
    """One company filed under two codes."""
    last = list(planter.rows("customers"))[-1]
    own = {"customer_name": word("dirt", "twice"), "uscc": None, "aliases": None, "invoice_title": None}
    first = planter.copy_below(last, customer_code="C9002", **own)
    twin = planter.copy_below(first, customer_code="C9003")
    planter.expect(twin, "customer_name", "CUS-007", "one customer, two codes")


def price_list(planter: Planter) -> None:
    """Prices that overlap, and rows that price nothing."""
    last = list(planter.rows("prices"))[-1]
    own: Cells = {"product_code": "P9001", "product_name": last.get("product_name")}
    own |= {"model": "WG-900", "spec_text": "4G", "valid_to": date(2025, 12, 31)}
    first = planter.copy_below(last, **own)
    second = planter.copy_below(first, valid_from=date(2025, 7, 1), list_price=Decimal(820))
    planter.expect(second, "valid_from", "PRC-008", "two prices for one day")
    nothing = dict.fromkeys(("product_code", "model", "product_name", "spec_text"))
    row = planter.copy_below(second, **nothing, valid_from=date(2025, 2, 1))
    planter.expect(row, "product_code", "PRC-009", "a price of nothing")
    policy = list(planter.rows("discounts"))[-1]
    twin = planter.copy_below(policy, policy_no="ZK-2025-09")
    planter.plant(twin, "most_rate", None, ("PRC-010", OK, "a rule without a limit"))


def totals_and_headings(planter: Planter) -> None:
    """Defects of whole sheets: a total that is off, a heading twice, a column without one."""
    monthly = [s for s in planter.sheets if s.kind == "orders" and s.has_total]
    sheet = monthly[2]
    sheet.total_off = Decimal("1000.00")
    sheet.defects.append(("FILE-001", f"{sheet.letter('amount_fen')}{sheet.total_row}", "the total is off by 1,000"))
    bare = next(s for s in planter.sheets if s.file == word("file", "reminders"))
    bare.columns.append(("bare", ""))
    row = bare.real()[0]
    row.cells["bare"] = word("dirt", "blank_head")
    bare.defects.append(("FILE-006", bare.letter("bare"), "a column without a heading"))
    twice = next(s for s in planter.sheets if s.file == word("file", "opening"))
    twice.columns.append(("remark2", dict(twice.columns)["remark"]))
    twice.columns.append(("due2", word("dirt", "due")))
    # a row that says two things: columns of which each row fills one are one
    said = twice.real()[0].cells
    said |= {"remark": word("remark", "opening"), "remark2": word("dirt", "blank_head"), "due2": date(2025, 12, 31)}
    doubles = (("remark2", "FILE-022", "one heading twice"), ("due2", "FILE-023", "two headings for one field"))
    for column, rule, why in doubles:
        twice.defects.append((rule, f"{twice.letter(column)}{twice.heading_row}", why))


DEFECTS: dict[str, Callable[[Planter], None]] = {
    "CUS-002": documents_of_customers,
    "CUS-007": customer_twice,
    "PRC-008": price_list,
    "FILE-001": totals_and_headings,
}
