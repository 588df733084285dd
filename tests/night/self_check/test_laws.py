"""The laws of a night: each is kept by tables that agree, and broken by the smallest thing that does not."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from pipeline.night import self_check
from pipeline.night.counts import headlines
from pipeline.night.self_check.laws import ALL, Beside, Law, NightSeen, prove_all
from schemas.derived.finding import Finding, Place
from schemas.derived.receivables import Allocations, Receivables
from schemas.derived.status import OrderStatus, Stages
from schemas.derived.todo import Orphans, Todo
from tests.support import paper_frames as made
from tests.support.paper_frames import framed

if TYPE_CHECKING:
    from collections.abc import Callable

HELD = Finding("ORD-002", "orders", "k", place=Place("甲.xlsx", "表", 3, "A"), seq=7, is_holding=True)
FLAG = replace(HELD, rule="ORD-004", is_holding=False)
NO = "202605-001"


def agreeing() -> NightSeen:
    """One order, half paid and overdue, with one complaint; a row that waits, and what was found in it."""
    item: dict[str, Any] = {"order_no": NO, "instalment_no": 1, "customer_name": "甲", "customer_key": "甲"}
    money = {"billed_fen": 1000, "received_fen": 400, "credited_fen": 0, "closed_fen": 0, "open_fen": 600, "fee_fen": 5}
    days = {"due_on": made.day("2026-05-26"), "overdue_days": 5, "bucket": "d1", "promised_on": made.day("2026-05-30")}
    owed = framed(Receivables, [item | money | days])
    stands = {"order_no": NO, "state": "signed", "delivery_state": "done_late", "delivery_wd": 2, "delay_wd": 1}
    stands |= {"payment_state": "part_late", "amount_fen": 1000, "open_complaints": 1}
    stands |= {"next_step": "confirm", "owner": "sales"}
    orders = framed(OrderStatus, [stands], letter=["函件/甲.docx"])
    cases = made.cases(1).assign(order_no=NO, src_key="c")
    found = made.findings(2).assign(finding_id=[HELD.id, FLAG.id], severity=["hold", "flag"], tonight="held", count=1)
    found = found.assign(rule=["ORD-002", "ORD-004"], about="k", owner="销售部门", due_on=made.day("2026-06-01"))
    lines = made.todo(1).assign(rule="ORD-004", about="k", record=NO, owner="sales", due_on=made.day("2026-06-01"))
    tables = {
        "standing": orders,
        "stages": framed(Stages, [{"order_no": NO, "stage": "ship", "delay_wd": 1}]),
        "priority": made.priority().iloc[:0],
        "receivables": owed,
        "unapplied": made.unapplied().assign(customer_key="甲", left_fen=50),
        "ageing": made.ageing(owed).assign(unapplied_fen=-50, total_fen=550),
        "control": made.control(owed).assign(unapplied_fen=50),
        "dunning": made.dunning(owed).assign(is_waiting=False),
        "cases": cases,
        "case_log": made.case_log(cases),
        "clocks": made.clocks(cases).assign(src_key="c"),
        "findings": found,
        "ended": made.ended(),
        "questions": made.questions().iloc[:1],
        "waived": made.waived(),
        "rules": made.rules(),
        "todo": lines,
        "orphans": framed(Orphans, []),
    }
    tables = {name: of.assign(currency="CNY") if "currency" in of else of for name, of in tables.items()}
    sheet = {"read": 3, "accepted": 1, "held": 1, "copies": 0, "ignored": 1, "reasons": {"blank": 1}}
    sheet |= {"new": 1, "changed": 1, "unchanged": 0}
    sums = {"was_open": 1, "open": 1, "mended": 0, "withdrawn": 0, "waived": 0, "all": 2, "new": 1, "reopened": 0}
    counts = {
        "sources": [{"sheets": [sheet]}],
        "findings": sums | {"refuse": 0, "hold": 1, "flag": 1, "note": 0},
        "headlines": headlines(tables, made.AS_OF),
    }
    paid = {"receipt_key": "r", "order_no": NO, "instalment_no": 1, "applied_fen": 400}
    held = pd.DataFrame([("orders", 7, "甲.xlsx", "表")], columns=["kind", "src_seq", "src_file", "src_sheet"])
    beside = Beside(held, [HELD], {"standing": 1, "cases": 1}, pd.Series({"r": 450}), framed(Allocations, [paid]))
    return NightSeen(tables, counts, beside, [HELD, FLAG], letters=["函件/甲.docx"], as_of=made.AS_OF)


def twice(table: str) -> Callable[[NightSeen], NightSeen]:
    """The same night with the rows of a table written once more."""
    return lambda seen: replace(seen, tables={**seen.tables, table: pd.concat([seen[table]] * 2, ignore_index=True)})


def put(table: str, **columns: Any) -> Callable[[NightSeen], NightSeen]:
    """The same night with other values in a table."""

    def change(seen: NightSeen) -> NightSeen:
        return replace(seen, tables={**seen.tables, table: seen[table].assign(**columns)})

    return change


def count(*path: Any, value: Any) -> Callable[[NightSeen], NightSeen]:
    """The same night with one other count."""

    def change(seen: NightSeen) -> NightSeen:
        counts: Any = deepcopy(seen.counts)
        place = counts
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = value
        return replace(seen, counts=counts)

    return change


def beside(**parts: Any) -> Callable[[NightSeen], NightSeen]:
    return lambda seen: replace(seen, beside=replace(seen.beside, **parts))


def typed(seen: NightSeen) -> NightSeen:
    entry: Any = SimpleNamespace(workbook="tracking", sheet="orders", key=NO, field="staff_remark")
    return replace(seen, typed=[entry])


BROKEN: dict[str, list[Callable[[NightSeen], NightSeen]]] = {
    "held_has_cause": [beside(holding=[]), beside(holding=[replace(HELD, seq=8)])],
    "held_counts_for_nothing": [put("findings", tonight=["held", "counted"])],
    "rows_add_up": [
        count("sources", 0, "sheets", 0, "read", value=4),
        count("sources", 0, "sheets", 0, "reasons", value={}),
        count("sources", 0, "sheets", 0, "changed", value=2),
    ],
    "findings_reconcile": [count("findings", name, value=9) for name in ("was_open", "reopened", "note")],
    "every_record_is_listed": [beside(counted={"standing": 2, "cases": 1})],
    "typed_is_shown": [typed],
    "receipts_are_spent_once": [beside(receipts=pd.Series({"r": 399}))],
    "items_have_what_was_paid": [
        beside(allocations=framed(Allocations, [])),
        put("receivables", closed_fen=1),
        put("receivables", billed_fen=1001),
    ],
    "control_closes": [put("control", difference_fen=1)],
    "one_sum_of_money": [
        put("control", open_fen=601),
        put("unapplied", left_fen=49),
        put("ageing", unapplied_fen=-49),
        put("receivables", customer_key="乙"),
    ],
    "ages_add_up": [put("ageing", total_fen=551), put("receivables", bucket="d15")],
    "settled_is_settled": [
        put("standing", payment_state="paid"),
        put("standing", payment_state="part_not_due"),
        put("receivables", overdue_days=0),
        put("dunning", order_no="202605-009"),
    ],
    "headlines_tracking": [
        *(count("headlines", "tracking", name, value=7) for name in ("orders", "amount_fen", "delayed", "late")),
        put("stages", delay_wd=0),
        put("standing", delivery_state="late"),
    ],
    "headlines_findings": [count("headlines", "findings", name, value=7) for name in ("all", "hold", "waivers")],
    "headlines_receivables": [
        *(count("headlines", "receivables", f"{name}_fen", value=7) for name in ("open", "overdue", "broken", "fee")),
        count("headlines", "receivables", "overdue_items", value=0),
        put("ageing", d1_fen=601),
    ],
    "headlines_complaints": [
        *(count("headlines", "complaints", name, value=7) for name in ("open", "overdue", "steps_overdue")),
        put("cases", state="closed"),
    ],
    "headlines_todo": [count("headlines", "todo", "lines", value=2)],
    "one_count_of_complaints": [
        put("standing", open_complaints=0),
        put("standing", state="completed"),
        put("cases", order_no="202605-009"),
    ],
    "one_owner_and_one_day": [
        put("todo", owner="王芳"),
        put(Todo.name, due_on=made.day("2026-06-02")),
        put("findings", owner="王芳"),
    ],
    "one_owner_in_every_paper": [
        put("standing", owner="王芳"),
        put("todo", task="level.mail", record=f"{NO}#1"),
        put("todo", task="clock.accept", about="c"),
    ],
    "keys_tracking": [twice("standing"), put("standing", order_no="")],
    "keys_findings": [twice("findings"), put("questions", finding_id="")],
    "keys_receivables": [twice("receivables"), put("receivables", order_no="", instalment_no=pd.NA)],
    "keys_complaints": [twice("cases")],
    "keys_todo": [twice("todo")],
    "letters_exist": [put("standing", letter="函件/乙.docx"), put("todo", letter="函件/乙.docx")],
}


def broken(seen: NightSeen) -> set[str]:
    return {result.law for result in self_check.prove(seen) if not result.ok}


def test_tables_that_agree_keep_every_law_and_every_law_was_asked() -> None:
    results = self_check.prove(agreeing())
    assert [result for result in results if not result.ok] == []
    assert {result.law for result in results if not result.asked} == {"typed_is_shown"}
    assert self_check.withheld(results) == []


def test_every_law_has_a_case_that_breaks_it() -> None:
    assert set(BROKEN) == {law.key for law in self_check.LAWS}


@pytest.mark.parametrize(("law", "change"), [(law, change) for law, changes in BROKEN.items() for change in changes])
def test_a_law_is_broken_by_the_smallest_thing(law: str, change: Callable[[NightSeen], NightSeen]) -> None:
    assert law in broken(change(agreeing()))


def test_what_was_typed_may_stand_beside_its_row_or_among_the_unclaimed() -> None:
    row = {"workbook": "tracking", "sheet": "订单跟踪", "key": NO}
    for place in (put("standing", staff_remark="急"), lambda seen: _with_orphan(seen, row)):
        assert "typed_is_shown" not in broken(typed(place(agreeing())))


def _with_orphan(seen: NightSeen, row: dict[str, str]) -> NightSeen:
    return replace(seen, tables={**seen.tables, "orphans": framed(Orphans, [row])})


def test_a_broken_law_withholds_what_it_concerns_and_nothing_else() -> None:
    results = self_check.prove(put("dunning", order_no="202605-009")(agreeing()))
    assert self_check.withheld(results) == ["tracking", "receivables", "todo"]
    assert all(set(law.papers) <= set(ALL) and law.papers for law in self_check.LAWS)


def test_a_law_that_cannot_be_asked_is_not_kept() -> None:
    [result] = prove_all([Law("x", ("todo",), lambda seen: (len(seen["nothing"]), 0))], agreeing())
    assert (result.ok, result.as_record()["error"]) == (False, "KeyError")
    assert self_check.withheld([result]) == ["todo"]
