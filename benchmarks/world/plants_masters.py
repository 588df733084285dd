"""Plants in the files that everything else is held against, and in whole sheets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from benchmarks.world.garden import Garden
from benchmarks.world.rows import Cells
from benchmarks.world.words import say

OK = "accepted"


def papers_of_customers(g: Garden) -> None:
    """A wrong credit code and licences that run out."""
    busy = {str(r.get("customer_code")) for r in g.world.rows["qualifications"]}
    filed = [r for r in g.rows("customers") if r.text("customer_code") in busy and len(r.text("uscc")) == 18]
    row = filed[0]
    code = row.text("uscc")
    bad = "1" if code[-1] != "1" else "2"
    g.spoil(row, "uscc", code[:-1] + bad, ("CUS-002", OK, "a check character that does not fit"))
    for rule, day, n in (("CUS-003", date(2026, 4, 30), -4), ("CUS-004", date(2026, 6, 15), -5)):
        name = g.world.customers[n].name
        paper = next(r for r in g.rows("qualifications") if r.get("customer_name") == name)
        g.spoil(paper, "valid_to", day, (rule, OK, "a licence that ends too soon"))


def customer_twice(g: Garden) -> None:
    """One company filed under two codes."""
    last = list(g.rows("customers"))[-1]
    own = {"customer_name": say("dirt", "twice"), "uscc": None, "aliases": None, "invoice_title": None}
    first = g.again(last, customer_code="C9002", **own)
    twin = g.again(first, customer_code="C9003")
    g.mark(twin, "customer_name", "CUS-007", "one customer, two codes")


def price_list(g: Garden) -> None:
    """Prices that overlap, and rows that price nothing."""
    last = list(g.rows("prices"))[-1]
    own: Cells = {"product_code": "P9001", "product_name": last.get("product_name")}
    own |= {"model": "WG-900", "spec_text": "4G", "valid_to": date(2025, 12, 31)}
    first = g.again(last, **own)
    second = g.again(first, valid_from=date(2025, 7, 1), list_price=Decimal(820))
    g.mark(second, "valid_from", "PRC-008", "two prices for one day")
    nothing = dict.fromkeys(("product_code", "model", "product_name", "spec_text"))
    row = g.again(second, **nothing, valid_from=date(2025, 2, 1))
    g.mark(row, "product_code", "PRC-009", "a price of nothing")
    policy = list(g.rows("discounts"))[-1]
    twin = g.again(policy, policy_no="ZK-2025-09")
    g.spoil(twin, "most_rate", None, ("PRC-010", OK, "a rule without a limit"))


def totals_and_headings(g: Garden) -> None:
    """Flaws of whole sheets: a total that is off, a heading twice, a column without one."""
    monthly = [s for s in g.sheets if s.kind == "orders" and s.has_total]
    sheet = monthly[2]
    sheet.total_off = Decimal("1000.00")
    sheet.marks.append(("FILE-001", f"{sheet.letter('amount_fen')}{sheet.total_row}", "the total is off by 1,000"))
    bare = next(s for s in g.sheets if s.file == say("file", "reminders"))
    bare.columns.append(("bare", ""))
    row = bare.real()[0]
    row.cells["bare"] = say("dirt", "blank_head")
    bare.marks.append(("FILE-006", bare.letter("bare"), "a column without a heading"))
    twice = next(s for s in g.sheets if s.file == say("file", "opening"))
    twice.columns.append(("remark2", dict(twice.columns)["remark"]))
    twice.columns.append(("due2", say("dirt", "due")))
    twice.real()[0].cells |= {"remark2": say("dirt", "blank_head"), "due2": date(2025, 12, 31)}
    doubles = (("remark2", "FILE-022", "one heading twice"), ("due2", "FILE-023", "two headings for one field"))
    for column, rule, why in doubles:
        twice.marks.append((rule, f"{twice.letter(column)}{twice.heading_row}", why))


PLANTS: dict[str, Callable[[Garden], None]] = {
    "CUS-002": papers_of_customers,
    "CUS-007": customer_twice,
    "PRC-008": price_list,
    "FILE-001": totals_and_headings,
}
