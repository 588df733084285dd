"""Complaints on every step of their way, with visits, evidence and measures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from benchmarks.world import days
from benchmarks.world.orders import LAST_DAY
from benchmarks.world.people import staff
from benchmarks.world.rows import Cells, Row
from benchmarks.world.trade import Order
from benchmarks.world.words import table, word

# (state, working days ago it was made, how many moments of WAY it has)
STEPS = (
    ("registered", 0, 1),
    ("assigned", 1, 2),
    ("accepted", 2, 3),
    ("paused", 2, 3),
    ("proposed", 3, 4),
    ("returned", 4, 4),
    ("approved", 4, 5),
    ("refused", 5, 5),
    ("agreed", 6, 6),
    ("executed", 8, 7),
    ("bad", 10, 8),
    ("good", 10, 8),
    ("closed", 12, 9),
    ("closed_early", 13, 7),
    ("withdrawn", 15, 2),
)
# (field, working day after the complaint, hour, minute) of a case that keeps every limit
WAY = (
    ("registered_at", 0, 10, 5),
    ("assigned_at", 0, 11, 0),
    ("accepted_at", 0, 11, 40),
    ("proposed_at", 2, 16, 0),
    ("approved_at", 3, 9, 30),
    ("agreed_at", 3, 15, 0),
    ("executed_at", 5, 14, 0),
    ("visited_at", 7, 10, 0),
    ("closed_at", 7, 16, 0),
    ("archived", 8, 9, 0),
)
SERIOUS = 0.2  # share of complaints graded above normal
SPARE = 44  # complaints kept for planting
DEPTS = {
    "quality": "quality",
    "logistics": "logistics",
    "attitude": "service",
    "wrong_order": "sales",
    "other": "service",
}
EVIDENCE = {
    "quality": ("order", "lot", "qc", "photo"),
    "logistics": ("order", "ship", "sign"),
    "attitude": ("talk", "self"),
    "wrong_order": ("order", "letter", "pick", "note"),
    "other": ("order",),
}


@dataclass
class ComplaintSheets:
    """The four sheets of customer service."""

    complaints: list[Row]
    visits: list[Row]
    evidence: list[Row]
    capa: list[Row]


def complaints(rng: Random, made: list[Order], count: int) -> ComplaintSheets:
    """One case per step, archived ones to fill the year, and spare ones for planting."""
    sheets = ComplaintSheets([], [], [], [])
    pool = [o for o in made if o.state == "done"]
    rng.shuffle(pool)
    pool = sorted(pool[: count + SPARE + len(STEPS)], key=lambda order: order.day)
    jobs = []
    for n, order in enumerate(pool):
        if n >= len(pool) - len(STEPS):
            state, ago, reach = STEPS[len(pool) - 1 - n]
            jobs.append((order, days.plus(LAST_DAY, -ago) if ago else LAST_DAY, state, reach))
        else:
            day = days.plus(order.signed_on, rng.randint(2, 8))
            jobs.append((order, day, "archived", len(WAY)))
    jobs.sort(key=lambda job: (job[1], job[0].number))
    serial: Counter[str] = Counter()
    for order, day, state, reach in jobs:
        month = f"{day:%Y%m}"
        serial[month] += 1
        case = _case(rng, order, (day, state, reach), f"{month}-T{serial[month]:03d}")
        sheets.complaints.append(case)
        _documents(sheets, case, order, rng)
    return sheets


def _case(rng: Random, order: Order, how: tuple[date, str, int], number: str) -> Row:
    day, state, reach = how
    text = rng.choice(table("complaint_texts"))
    kind, customer = text["complaint_type"], order.customer
    moment = {name: days.at(days.plus(day, after), hour, minute) for name, after, hour, minute in WAY[:reach]}
    cells: Cells = {
        "complaint_no": number,
        "complained_at": days.at(day, 9, rng.choice((10, 20, 35))),
        "complainant": customer.contact,
        "customer_name": customer.name,
        "contact": customer.phone,
        "channel": word("cchannel", rng.choice(("phone", "email", "web", "visit"))),
        "order_no": order.number,
        "subject": order.lines[0].get("product_name"),
        "complaint_type": word("ctype", kind),
        "severity": word("severity", "serious" if rng.random() < SERIOUS else "normal"),
        "description": text["description"],
        "remedy": text["remedy"],
        "registrar": staff("service", rng),
        "crm_entered": word("yes", "yes"),
    }
    cells |= {name: when for name, when in moment.items() if name not in {"visited_at", "archived"}}
    row = Row("complaints", cells, tags={state, kind})
    _handled(rng, row, text, moment)
    _ended(row, state, moment)
    return row


def _handled(rng: Random, row: Row, text: dict[str, str], moment: dict[str, datetime]) -> None:
    """What the department wrote as far as the case went."""
    cells = row.cells
    if "assigned_at" in moment:
        dept = DEPTS[text["complaint_type"]]
        cells["dept"] = word("dept", dept)
        cells["owner"] = staff(dept if dept != "sales" else "sales1", rng)
    if "accepted_at" in moment:
        start = moment["accepted_at"]
        cells |= {"first_reply_at": start + timedelta(minutes=30), "customer_contacted_at": start + timedelta(hours=3)}
    if "proposed_at" in moment:
        cells["investigated_at"] = days.at(days.plus(moment["accepted_at"].date(), 1), 15)
        cells |= {"cause": text["cause"], "cause_class": text["cause_class"], "validity": word("valid", "valid")}
        cells["solution"] = text["solution"]
    if "approved_at" in moment:
        cells |= {"approver": word("reviewer", "1"), "approval": word("approval", "agree")}
    if "agreed_at" in moment:
        cells["customer_decision"] = word("decision", "accept")
        cells["due_at"] = days.at(days.plus(moment["agreed_at"].date(), 4), 18)
    if "executed_at" in moment:
        cells |= {"result": text["remedy"], "cost_fen": Decimal(rng.randint(1, 4) * 100)}
        cells["told_at"] = moment["executed_at"] + timedelta(hours=2)


def _ended(row: Row, state: str, moment: dict[str, datetime]) -> None:
    cells = row.cells
    if state == "archived":
        cells["archive_ref"] = f"TS-{row.text('complaint_no')}"
    if "closed_at" in moment:
        cells["close_reason"] = word("close", "satisfied")
    if state == "closed_early":
        closed = moment["executed_at"] + timedelta(days=1)
        cells |= {"closed_at": closed, "close_reason": word("close", "satisfied")}
    if state == "withdrawn":
        cells |= {"withdrawn_on": moment["assigned_at"].date(), "close_reason": word("close", "withdrawn")}
    if state == "paused":
        cells["pause_from"] = moment["accepted_at"] + timedelta(hours=4)
    if state == "refused":
        cells["customer_decision"] = word("decision", "refuse")
    if state == "returned":
        cells |= {"approver": word("reviewer", "1"), "approval": word("approval", "returned")}
        cells["approved_at"] = days.at(days.plus(moment["proposed_at"].date(), 1), 9, 30)


def _documents(sheets: ComplaintSheets, case: Row, order: Order, rng: Random) -> None:
    """Evidence once investigated, a visit once executed, a measure for valid quality cases."""
    number, cells = case.text("complaint_no"), case.cells
    kind = next(kind for kind in DEPTS if kind in case.tags)
    accepted = cells.get("accepted_at")
    if isinstance(accepted, datetime):
        for document in EVIDENCE[kind]:
            file = f"{number}-{document}.pdf"
            found: Cells = {"complaint_no": number, "evidence_type": word("evidence", document), "file_ref": file}
            found |= {"obtained_at": accepted + timedelta(hours=4), "obtained_by": cells.get("owner")}
            sheets.evidence.append(Row("evidence", found))
    if case.tags & {"archived", "closed", "good", "bad"}:
        sheets.visits.append(_visit(case, order, rng, 1))
    if kind == "quality" and "archived" in case.tags:
        sheets.visits.append(_visit(case, order, rng, 2))
    if kind == "quality" and cells.get("validity"):
        sheets.capa.append(_measure(case))


def _visit(case: Row, order: Order, rng: Random, n: int) -> Row:
    day = min(days.plus(case.day("executed_at"), 2 if n == 1 else 15), LAST_DAY)
    is_bad = "bad" in case.tags
    cells: Cells = {
        "complaint_no": case.get("complaint_no"),
        "visit_no": n,
        "visited_at": days.at(day, 10),
        "method": word("rchannel", "phone"),
        "visitor": staff("service", rng),
        "interviewee": order.customer.contact,
        "satisfaction": word("satisfaction", "s2" if is_bad else rng.choice(("s5", "s4"))),
        "opinion": word("visit", "bad" if is_bad else "opinion"),
        "is_redo": word("yes", "yes" if is_bad else "no"),
    }
    return Row("visits", cells)


def _measure(case: Row) -> Row:
    due = days.plus(case.day("investigated_at"), 15)
    is_done = due < LAST_DAY
    cells: Cells = {
        "complaint_no": case.get("complaint_no"),
        "measure": word("measure", "text"),
        "measure_kind": word("measure", "kind"),
        "owner": case.get("owner"),
        "due_on": due,
        "done_on": days.plus(due, -2) if is_done else None,
        "verified_on": due if is_done else None,
        "verification": word("measure", "done") if is_done else None,
    }
    return Row("capa", cells)
