"""Rules about money: the last that passes, the first that breaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from pipeline.rules import registry
from pipeline.rules.context import RuleContext
from pipeline.rules.families import CHECKS
from pipeline.rules.families.receivables.opening import apart_from_orders, same_debt_questions
from schemas.derived.status import OrderFacts
from schemas.policy import rules
from tests.support.money_book import CALENDAR, POLICY, frame, order, owed, receipt, tables

RULES = replace(POLICY, rules=rules.load())
A, B = "202603-001", "202603-002"
REF = {"bank_ref": "20260320000123"}
HELD, OTHER = {"src_held": True}, {"src_file": "乙.xlsx"}
SILENT = {"order_nos": None}
TORN = {"src_key": "receipts-0!1"}  # contradicts the first row and is told as that


def context(book, as_of="2026-03-31", /, **rows):
    made = owed(book, as_of, policy=RULES, **rows)
    incoming = tables(**rows)
    for name, given in rows.items():
        files = [row.get("src_file", "甲.xlsx") for row in given]
        incoming[name] = incoming[name].assign(src_file=files, src_sheet="表", src_row=range(2, len(given) + 2))
    frames = {name: getattr(made, name) for name in ("receivables", "unapplied", "allocations", "payments")}
    every = incoming | frames | {"book": frame(OrderFacts, book)}
    when = datetime.fromisoformat(as_of)
    return RuleContext(every, when, CALENDAR, RULES, seen_kinds=frozenset(rows))


def found(rule, book, as_of="2026-03-31", /, **rows):
    where = context(book, as_of, **rows)
    return list(registry.evaluate(CHECKS[rule], RULES.rules[rule], where))


def came(*rows):
    return {"receipts": [receipt("2026-03-20", 1000) | row for row in rows]}


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ("RCV-001", [REF, {"bank_ref": "20260320000124"}], [REF, REF]),
        ("RCV-001", [REF, REF | HELD | TORN], [REF, REF | {"amount_fen": 5}]),
        ("RCV-001", [REF, HELD], [REF, REF | HELD]),
        ("RCV-001", [{}, {}], [{}, {"src_file": "乙.xlsx"}]),
        ("RCV-001", [{}, OTHER | HELD | TORN], [{}, OTHER]),
        ("RCV-001", [{}, OTHER | HELD | {"amount_fen": None}], [{}, OTHER | HELD]),
        ("RCV-001", [{}, {"src_file": "乙.xlsx", "amount_fen": 100_001}], [{}, {"src_file": "乙.xlsx"}]),
        ("RCV-001", [{}, {"src_file": "乙.xlsx", "payer": "乙公司"}], [REF, {"src_file": "乙.xlsx"}]),
        ("RCV-002", [{}], [{"order_nos": "202603-999"}]),
        ("RCV-002", [{"order_nos": None}], [{"order_nos": f"{A};202603-999=5"}]),
        ("RCV-003", [{"amount_fen": 1_000_001}], [{"amount_fen": 1_000_002}]),
        ("RCV-004", [{"payer": "甲有限责任公司"}], [{"payer": "乙有限公司"}]),
        (
            "RCV-004",
            [{"payer": "乙有限公司", "order_nos": None}],
            [{"payer": "乙有限公司", "order_nos": f"{A};202603-999"}],
        ),
        ("RCV-004", [{"payer": None}], [{"payer": "乙有限公司"}]),
        ("RCV-016", [{}], [{"currency": "USD"}]),
        ("RCV-016", [{"currency": "USD", "purpose": "滞纳金"}], [{"currency": "USD", "purpose": "货款"}]),
        ("RCV-016", [{"currency": "USD", "order_nos": None}], [{"currency": "USD"}]),
        ("RCV-016", [{"currency": "USD", "order_nos": "202603-999"}], [{"currency": "USD"}]),
        ("RCV-002", [{"currency": "USD"}], [{"order_nos": "202603-999"}]),
        ("RCV-008", [{"amount_fen": 1}], [{"amount_fen": 0}]),
        ("RCV-009", [{"received_on": "2026-03-31"}], [{"received_on": "2026-04-01"}]),
        ("RCV-010", [{"received_on": "2026-03-01"}], [{"received_on": "2026-02-28"}]),
        ("RCV-010", [{"received_on": "2026-03-05"}], [{"received_on": "2026-02-27"}]),
        ("RCV-011", [{}], [{"order_nos": None}]),
        ("RCV-011", [{"order_nos": None, "amount_fen": -1}], [{"order_nos": None}]),  # RCV-012 says so
        ("RCV-011", [{"order_nos": None, "remark": A}], [{"order_nos": None, "payer": "谁"}]),
        ("RCV-011", [{"order_nos": "202603-999"}], [{"order_nos": None}]),
        ("RCV-011", [{}], [{"order_nos": None, "amount_fen": 1}]),
        ("RCV-011", [HELD], [HELD | SILENT]),
        ("RCV-011", [HELD | SILENT | {"src_unknown": "order_nos"}], [HELD | SILENT]),
        ("RCV-011", [HELD | SILENT | {"remark": "货款202603"}], [HELD | SILENT | {"remark": "货款"}]),
        ("RCV-011", [HELD | SILENT | {"purpose": "滞纳金"}], [HELD | SILENT]),
        ("RCV-011", [HELD | SILENT | {"amount_fen": None}], [HELD | SILENT | {"amount_fen": 1}]),
        ("RCV-012", [{"order_nos": None}], [{"order_nos": None, "amount_fen": -1}]),
        ("RCV-012", [{}, {"amount_fen": -500}], [{}, {"amount_fen": -500, "order_nos": None}]),
        ("RCV-013", [{"draft_due_on": "2026-09-20"}], [{"draft_due_on": "2026-09-21"}]),
        ("RCV-013", [{"draft_due_on": "2026-06-20"}], [{"draft_due_on": "2027-03-20"}]),
        ("RCV-014", [{"amount_fen": 1_000_000}], [{"amount_fen": 999_600}]),
        ("RCV-014", [{"amount_fen": 999_998}], [{"amount_fen": 999_950}]),
        ("RCV-014", [{"amount_fen": 999_663}], [{"amount_fen": 999_663, "remark": "扣手续费"}]),
        ("RCV-011", [{"order_nos": f"{A}=100000"}], [{"order_nos": f"{A}=99999"}]),
        ("RCV-003", [{"order_nos": f"{A}=40000"}], [{"amount_fen": 1_000_002}]),
        ("RCV-014", [{"amount_fen": 999_499}], [{"amount_fen": 999_500}]),
    ],
)
def test_receipt_rule_at_its_edge(rule, good, bad):
    assert not found(rule, [order()], **came(*good))
    assert found(rule, [order()], **came(*bad))


def test_receipts_of_one_order_come_from_its_customer_by_alias():
    customers = [{"customer_name": "甲有限公司", "aliases": "甲的老板；老甲"}]
    assert not found("RCV-004", [order()], customers=customers, **came({"payer": "老甲"}))


def test_opening_item_is_a_known_order():
    opening = [{"customer_name": "甲有限公司", "order_no": "202512-001", "open_fen": 500}]
    assert not found("RCV-002", [order()], opening=opening, **came({"order_nos": "202512-001"}))


def test_over_and_third_party_tell_amount_and_customer():
    rows = came({"amount_fen": 1_005_000, "payer": "乙有限公司"})
    assert found("RCV-003", [order()], **rows)[0].params == {"amount": "50.00"}
    assert found("RCV-004", [order()], **rows)[0].params == {"other": "甲有限公司"}


def test_bank_charge_is_asked_of_the_last_receipt_only():
    rows = {"receipts": [receipt("2026-03-20", 5_000), receipt("2026-03-21", 4_995)]}
    (one,) = found("RCV-014", [order()], **rows)
    assert (one.place.row, one.params) == (3, {"amount": "5.00"})


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ("DUE-001", "2026-03-10", "2026-03-11"),
        ("DUE-001", "2026-03-25", "2026-03-24"),  # from the fifteenth day on DUE-003 says so
        ("DUE-003", "2026-03-24", "2026-03-25"),
        ("DUN-001", "2026-03-24", "2026-03-25"),
        ("FEE-001", "2026-03-24", "2026-03-25"),
    ],
)
def test_overdue_rule_at_its_edge(rule, good, bad):
    customers = [{"customer_name": "甲有限公司"}]
    assert not found(rule, [order()], good, customers=customers)
    assert found(rule, [order()], bad, customers=customers)


def test_what_is_overdue_for_long_is_said_by_the_milder_rule_where_the_harder_one_is_off():
    where = context([order()], "2026-03-25")
    off = where.policy.rules | {"DUE-003": replace(where.policy.rules["DUE-003"], status="off")}
    where = replace(where, policy=replace(where.policy, rules=off))
    assert list(registry.evaluate(CHECKS["DUE-001"], off["DUE-001"], where))


def test_nothing_is_overdue_when_paid():
    rows = {"receipts": [receipt("2026-03-20", 10_000)]}
    assert not any(found(rule, [order()], **rows) for rule in ("DUE-001", "DUE-003", "DUN-001", "FEE-001"))


def test_every_instalment_is_a_finding_of_its_own():
    made = found("DUE-001", [order(pay_term="预付30%+发货前70%", conf_at="2026-03-08")], "2026-03-12")
    assert len({each.id for each in made}) == 2


@pytest.mark.parametrize(
    ("facts", "broken"),
    [
        ({}, []),
        ({"signed_on": None, "shipped_on": "2026-03-16"}, []),
        ({"signed_on": None, "shipped_on": "2026-03-15"}, ["DUE-006"]),
        ({"pay_term": "货到30天", "signed_on": None, "shipped_on": "2026-03-16"}, []),
        ({"pay_term": "货到30天", "signed_on": None, "shipped_on": "2026-03-15"}, ["DUE-006"]),
        ({"pay_term": "票到30天", "signed_on": "2026-03-16"}, []),
        ({"pay_term": "票到30天", "signed_on": "2026-03-15"}, ["DUE-002"]),
        ({"pay_term": "月结30天", "signed_on": None, "first_signed_on": "2026-03-15"}, ["DUE-006"]),
        ({"pay_term": "见合同"}, []),  # DUE-005 says so at the order
    ],
)
def test_missing_due_day_is_said_once(facts, broken):
    assert [rule for rule in ("DUE-002", "DUE-006") if found(rule, [order(**facts)])] == broken


def test_opening_item_without_a_due_day_is_said():
    assert found("DUE-002", [], opening=[{"customer_name": "甲有限公司", "open_fen": 500}])


def test_dunning_has_started_when_the_first_letter_went_out():
    sent = [{"order_no": A, "contacted_at": "2026-03-26", "reminder_kind": "letter1", "channel": "email"}]
    assert not found("DUN-001", [order()], reminders=sent)


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ("DUE-004", "月结30天", "月结"),
        ("DUE-004", "见合同", "账期60天"),
        ("DUE-005", "月结30天", "见合同"),
        ("DUE-005", None, "电汇"),
        ("DUE-005", "背靠背", "随便"),
        ("DUE-009", "票到30天", "先票后款"),
        ("DUE-009", "月结30天", "背靠背"),
    ],
)
def test_pay_term_rule_at_its_edge(rule, good, bad):
    lines = [{"order_no": A}, {"order_no": A}, {"order_no": B}]
    assert not found(rule, [], orders=[line | {"pay_term": good} for line in lines])
    assert len(found(rule, [], orders=[line | {"pay_term": bad} for line in lines])) == 2


def test_assumed_term_tells_what_was_assumed():
    made = found("DUE-004", [], orders=[{"order_no": A, "pay_term": "30%定金+70%尾款"}])
    assert made[0].params == {"suggestion": "30% 确认时预付, 70% 货到付款"}


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ("FEE-002", Decimal("0.12") / 365, Decimal("0.1201") / 365),
        ("FEE-002", Decimal("0.05") / 365, Decimal("0.1201") / 365),
        ("FEE-002", Decimal("0.2401") / 365, Decimal("0.2399") / 365),  # above, FEE-003 says so
        ("FEE-002", Decimal("0.2401") / 365, Decimal("0.24") / 365),
        ("FEE-003", Decimal("0.24") / 365, Decimal("0.2401") / 365),
        ("FEE-003", None, Decimal("0.001")),
    ],
)
def test_fee_rate_rule_at_its_edge(rule, good, bad):
    assert not found(rule, [], customers=[{"customer_name": "甲", "late_fee_rate": good}])
    assert found(rule, [], customers=[{"customer_name": "甲", "late_fee_rate": bad}])


def test_fee_rate_is_told_as_people_write_it():
    made = found("FEE-002", [], customers=[{"customer_name": "甲", "late_fee_rate": Decimal("0.0005")}])
    assert made[0].params == {"value": "0.05%"}


def test_missing_clause_is_said_once_a_customer_and_not_before_files_came():
    orders = [order(A), order(B)]
    assert len(found("FEE-001", orders, customers=[{"customer_name": "甲有限公司"}])) == 1
    assert not found("FEE-001", orders)


def test_nobody_without_debts_is_asked_for_a_clause():
    paid = [receipt("2026-03-20", 10_000)]
    assert not found("FEE-001", [order(A)], customers=[{"customer_name": "甲有限公司"}], receipts=paid)


def promised(day, **facts):
    return {"order_no": A, "contacted_at": "2026-03-12", "content": "催款", "promised_on": day} | facts


@pytest.mark.parametrize(
    ("reminders", "receipts", "is_broken"),
    [
        ([promised("2026-03-31")], [], False),
        ([promised("2026-03-30")], [], True),
        ([promised("2026-03-30")], [receipt("2026-03-30", 10_000)], False),
        ([promised("2026-03-30")], [receipt("2026-03-30", 9_000)], True),
        ([promised("2026-03-30", promised_fen=900_000)], [receipt("2026-03-30", 9_000)], False),
        ([promised("2026-03-30", promised_fen=900_001)], [receipt("2026-03-30", 9_000)], True),
        ([promised("2026-03-30", promised_fen=900_000)], [receipt("2026-03-11", 9_000)], True),
        ([promised("2026-03-20"), promised("2026-04-20", contacted_at="2026-03-21")], [], False),
        ([promised("2026-03-30", order_no=None, customer_name="甲公司")], [], True),
        ([promised("2026-03-30", src_held=True)], [], False),
        ([promised("2026-03-30", promised_fen=900_000)], [receipt("2026-03-12", 9_000)], False),  # on that very day
        ([promised("2026-03-30", order_no="202603-999")], [], False),  # nothing is known to be owed
    ],
)
def test_promise_is_broken_when(reminders, receipts, is_broken):
    assert bool(found("REM-006", [order()], reminders=reminders, receipts=receipts)) == is_broken


@pytest.mark.parametrize(
    ("term", "as_of", "is_broken"),
    [
        ("货到付款", "2026-03-10", False),  # due today
        ("货到付款", "2026-03-11", True),
        ("货到30天", "2026-03-31", False),  # not due yet
    ],
)
def test_a_promise_of_a_customer_is_about_what_is_overdue(term, as_of, is_broken):
    said = promised("2026-03-09", order_no=None, customer_name="甲公司", contacted_at="2026-03-08")
    assert bool(found("REM-006", [order(pay_term=term)], as_of, reminders=[said])) == is_broken


def test_contact_without_content_is_asked_for():
    assert not found("REM-004", [], reminders=[promised(None)])
    assert found("REM-004", [], reminders=[promised(None, content=None)])


def test_money_in_the_currency_of_its_order_pays_it_and_no_other() -> None:
    paid = came({"currency": "USD"})
    assert not found("RCV-016", [order(currency="USD")], **paid)
    (hit,) = found("RCV-016", [order(currency="EUR")], **paid)
    assert (hit.params["value"], hit.params["other"]) == ("USD", f"{A} (EUR)")
    assert owed([order(currency="USD")], **paid).receivables["received_fen"].tolist() == [100_000]
    assert owed([order(currency="EUR")], **paid).receivables["received_fen"].tolist() == [0]


@pytest.mark.parametrize(("code", "number", "questions"), [(None, A, [A]), ("CNY", A, [A]), ("USD", None, [])])
def test_opening_item_in_another_currency_than_its_order_is_a_debt_of_its_own(code, number, questions):
    item = {"customer_name": "甲有限公司", "order_no": A, "open_fen": 700, "due_on": "2026-06-01", "currency": code}
    where = context([order(A)], opening=[item])
    rows, orders = where["opening"], where["book"]
    kept = apart_from_orders(rows, orders, {})["order_no"]
    assert kept.astype("object").where(kept.notna(), None).tolist() == [number]
    assert [found.params["value"] for found in same_debt_questions(rows, orders)] == questions
