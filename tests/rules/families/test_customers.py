from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from pipeline.rules.families.customers import is_credit_code
from schemas.derived.receivables import Unapplied
from tests.support.order_rows import breaks, context, found, frame, order, owed

NAME = "深圳市甲科技有限公司"
FILED = [{"customer_name": NAME, "customer_code": "007", "created_on": "2020-01-01"}]
YOUNG = [{"customer_name": NAME, "customer_code": "007", "created_on": "2026-02-01"}]
SIGNED = {"conf_sent_at": "2026-03-02", "conf_at": "2026-03-03", "conf_method": "email"}


def paper(**facts: Any) -> dict[str, Any]:
    return {"customer_name": NAME, "document_type": "营业执照", "document_no": "1"} | facts


@pytest.mark.parametrize(
    ("code", "is_right"),
    [
        ("91350100M000100Y43", True),
        ("９１３５０１００Ｍ０００１００Ｙ４３", True),
        ("9135 0100 m000 100y 43", True),
        ("91350100M000100Y44", False),
        ("91350100M000100Y4", False),
        ("91350100M0001O0Y43", False),  # no letter O in the standard
    ],
)
def test_credit_code_by_its_check_character(code: str, *, is_right: bool) -> None:
    assert is_credit_code(code) is is_right
    assert breaks("CUS-002", customers=[FILED[0] | {"uscc": code}]) is not is_right


def test_blank_credit_code_is_not_wrong() -> None:
    assert not breaks("CUS-002", customers=FILED)


@pytest.mark.parametrize(
    ("papers", "facts", "lacking"),
    [
        ([paper()], {}, []),
        ([paper(document_type="营业执照(副本)")], {}, []),
        ([paper(customer_name=None, customer_code="007")], {}, []),
        ([paper(customer_name="别家")], {}, ["营业执照"]),
        ([paper(document_type="授权委托书")], {}, ["营业执照"]),
        ([paper(src_held=True)], {}, ["营业执照"]),
        ([paper(valid_from="2026-03-10")], {}, []),
        ([paper(valid_from="2026-03-11")], {}, ["营业执照"]),  # in force from tomorrow
        ([paper(issued_on="2026-03-11")], {}, ["营业执照"]),
        ([paper(issued_on="2026-03-11", valid_from="2026-03-10")], {}, []),
        ([paper()], {"model": "Y1"}, ["经营许可证"]),
        ([paper()], {"model": "Y1 380V", "spec_text": None}, ["经营许可证"]),
        ([paper(document_type="授权委托书")], {"model": "Y1"}, ["营业执照、经营许可证"]),
        ([paper(), paper(document_type="经营许可证")], {"model": "Y1"}, []),
        ([paper(customer_name="别家")], {"is_new_customer": False}, []),
        ([paper(customer_name="别家")], {"cancelled_on": "2026-03-03"}, []),
    ],
)
def test_new_customer_has_its_papers(papers: list[dict[str, Any]], facts: dict[str, Any], lacking: list[str]) -> None:
    prices = [{"model": "Y1", "documents": "营业执照、经营许可证"}]
    rows = {"orders": [order(**facts)], "customers": YOUNG, "qualifications": papers, "prices": prices}
    assert [each.params["other"] for each in found("CUS-001", context(**rows))] == lacking
    assert len(found("CUS-001", context(lang="en", **rows))) == len(lacking)


def test_papers_are_asked_for_once_on_the_first_order() -> None:
    rows = [order("202603-002", order_date="2026-03-03"), order(), order(model="Y9")]
    where = context(orders=rows, customers=YOUNG, qualifications=[paper(customer_name="别家")])
    assert [each.subject for each in found("CUS-001", where)] == ["202603-001"]


def test_old_customer_needs_no_papers() -> None:
    assert not breaks("CUS-001", orders=[order()], customers=FILED, qualifications=[paper(customer_name="别家")])


@pytest.mark.parametrize(
    ("valid_to", "facts", "expired", "ending"),
    [
        (None, {}, False, False),
        ("2026-03-09", {}, True, False),
        ("2026-03-10", {}, False, True),
        ("2026-04-09", {}, False, True),  # thirty days on
        ("2026-04-10", {}, False, False),
        ("2026-05-19", {"promised_date": "2026-05-20"}, False, True),
        ("2026-05-20", {"promised_date": "2026-05-20"}, False, False),
        ("2026-03-09", {"cancelled_on": "2026-03-05"}, False, False),
    ],
)
def test_paper_in_force_until_delivery(
    valid_to: str | None, facts: dict[str, Any], *, expired: bool, ending: bool
) -> None:
    where = {"orders": [order(**facts)], "customers": FILED, "qualifications": [paper(valid_to=valid_to)]}
    assert breaks("CUS-003", **where) is expired
    assert breaks("CUS-004", **where) is ending


@pytest.mark.parametrize(
    ("valid_to", "expired", "ending"),
    [
        ("2026-03-19", True, False),
        ("2026-03-31", False, True),  # in force on the order's day, not on delivery
        ("2026-04-09", False, True),
        ("2026-06-30", False, False),
        (None, False, False),  # 长期
    ],
)
def test_paper_of_an_order_to_be_delivered_in_april(valid_to: str | None, *, expired: bool, ending: bool) -> None:
    row = order(order_date="2026-03-20", requested_date="2026-04-10")
    where = {"orders": [row], "customers": FILED, "qualifications": [paper(valid_to=valid_to)]}
    assert breaks("CUS-003", "2026-03-20 20:00", **where) is expired
    assert breaks("CUS-004", "2026-03-20 20:00", **where) is ending


@pytest.mark.parametrize(("valid_to", "is_broken"), [("2026-03-04", True), ("2026-03-05", False)])
def test_paper_that_ended_after_delivery_was_in_force(valid_to: str, *, is_broken: bool) -> None:
    sent = [{"order_no": "202603-001", "shipped_at": "2026-03-04", "signed_at": "2026-03-05", "qty": 100_000}]
    papers = [paper(valid_to=valid_to)]
    assert breaks("CUS-003", orders=[order()], shipments=sent, customers=FILED, qualifications=papers) is is_broken


def test_a_paper_whose_end_cannot_be_read_takes_no_other_ones_place() -> None:
    papers = [paper(valid_to="2026-03-01"), paper(document_no="2", src_unknown="valid_to")]
    assert breaks("CUS-003", orders=[order()], customers=FILED, qualifications=papers)


def test_papers_of_a_customer_without_orders_may_end() -> None:
    filed = [*FILED, {"customer_name": "别家", "customer_code": "008"}]
    ending = paper(customer_name="别家", valid_to="2026-03-20")
    assert not breaks("CUS-004", orders=[order()], customers=filed, qualifications=[ending])


def test_a_company_filed_twice_in_two_ways_is_told_of_the_same_name() -> None:
    code, other = "91350100M000100Y43", "91440300MA5DA1XJ5R"
    filed = [FILED[0] | {"uscc": code}, {"customer_name": "乙公司", "customer_code": "008", "uscc": other}]
    again = {"customer_name": NAME, "customer_code": "009", "uscc": other}
    hits = found("CUS-007", context(customers=[*filed, again]))
    assert [(each.place.row, each.params["other"]) for each in hits] == [(4, "甲.xlsx › 表 › 2")]


@pytest.mark.parametrize(
    ("before", "asked"),
    [([], False), ([("007", NAME)], False), ([("008", "乙公司")], False), ([("007", "乙公司")], True)],
)
def test_known_code_under_another_name_is_asked_about(before: list[tuple[str, str]], *, asked: bool) -> None:
    assert breaks("CUS-011", customers=FILED, former=before) is asked


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({"customer_code": "007"}, False),
        ({"customer_code": "007", "customer_name": f" {NAME}　"}, False),
        ({"customer_code": "008", "customer_name": "乙公司"}, False),  # a code that nobody filed
        ({"customer_code": "007", "customer_name": "乙公司"}, True),
    ],
)
def test_order_with_a_known_code_and_another_name_is_asked_about(facts: dict[str, str], *, asked: bool) -> None:
    assert breaks("CUS-012", customers=FILED, orders=[order(**facts)]) is asked


@pytest.mark.parametrize(
    ("facts", "codes", "asked"),
    [
        ({"payer": NAME}, ["007"], False),
        ({"payer": NAME, "order_nos": "202603-001"}, ["007", "009"], False),
        ({"payer": "乙公司"}, ["007", "009"], False),
        ({"payer": NAME, "src_held": True}, ["007", "009"], False),
        ({"payer": NAME}, ["007", "009"], True),
    ],
)
def test_money_of_a_name_that_several_codes_bear_is_asked_about(
    facts: dict[str, Any], codes: list[str], *, asked: bool
) -> None:
    filed = [FILED[0] | {"customer_code": code} for code in codes]
    assert breaks("CUS-013", customers=filed, orders=[order()], receipts=[facts]) is asked


def test_renewed_paper_takes_the_place_of_the_old() -> None:
    papers = [paper(valid_to="2026-03-01"), paper(document_no="2", valid_to="2028-03-01")]
    assert not breaks("CUS-003", orders=[order()], customers=FILED, qualifications=papers)
    assert not breaks("CUS-003", orders=[order()], customers=FILED, qualifications=[*papers[:1], paper()])


@pytest.mark.parametrize(
    ("second", "is_twice"),
    [
        ({"customer_name": "深圳市甲科技有限责任公司", "customer_code": "008"}, True),
        ({"customer_name": "深圳乙公司", "customer_code": "008"}, False),
        ({"customer_name": "深圳乙公司", "customer_code": "008", "uscc": "91350100m000100y43"}, True),
        ({"customer_name": NAME, "customer_code": "008", "src_held": True}, True),  # it waits for another cell
        ({"customer_name": None, "customer_code": "008", "src_held": True}, False),
        ({"customer_name": None, "uscc": "91350100M000100Y43", "src_held": True}, True),
        ({"customer_name": NAME, "src_key": "customers-2!1", "src_held": True}, False),  # they contradict each other
    ],
)
def test_customer_is_filed_once(second: dict[str, Any], *, is_twice: bool) -> None:
    where = context(customers=[FILED[0] | {"uscc": "91350100M000100Y43"}, second])
    assert [(each.place.row, each.params["other"]) for each in found("CUS-007", where)] == (
        [(3, "甲.xlsx › 表 › 2")] if is_twice else []
    )


def credit(limit: int, **facts: Any) -> list[dict[str, Any]]:
    return [FILED[0] | {"credit_limit_fen": limit, "status": "normal"} | facts]


@pytest.mark.parametrize(
    ("rows", "limit", "amounts"),
    [
        ([order()], 1_000_000, []),
        ([order()], 999_999, ["10,000.00"]),
        ([order()], 0, ["10,000.00"]),
        ([order(pay_term="款到发货")], 0, []),
        ([order(cancelled_on="2026-03-03")], 0, []),
        ([order(**SIGNED), order("202603-002", **SIGNED)], 1_500_000, ["20,000.00"]),
        ([order(), order("202603-002", **SIGNED)], 1_500_000, ["20,000.00"]),
        ([order(), order("202603-002")], 1_500_000, []),  # two wishes, each within the limit
        ([order(**SIGNED), order("202603-002", customer_name="别家", **SIGNED)], 1_500_000, []),
    ],
)
def test_credit_with_each_order(rows: list[dict[str, Any]], limit: int, amounts: list[str]) -> None:
    where = context(orders=rows, customers=credit(limit))
    assert [each.params["amount"] for each in found("CUS-008", where)] == amounts


OTHER = order("202603-002", **SIGNED)
GONE = [{"order_no": "202603-002", "shipped_at": "2026-03-04", "qty": 100_000}]


@pytest.mark.parametrize(
    ("other", "rows", "exposure"),
    [
        ({}, {}, "20,000.00"),  # promised
        ({}, {"shipments": GONE}, "20,000.00"),  # gone and not due yet
        ({"conf_at": None}, {"shipments": GONE}, "20,000.00"),  # gone, though nobody confirmed
        ({"conf_at": None}, {}, "10,000.00"),  # a wish is no debt
        ({"pay_term": "款到发货"}, {}, "10,000.00"),
        ({"cancelled_on": "2026-03-09"}, {}, "10,000.00"),
        ({"src_held": True}, {}, "10,000.00"),
        ({"customer_name": "别家"}, {}, "10,000.00"),
        ({}, {"receipts": [("202603-002", 400_000)]}, "16,000.00"),
        ({}, {"receipts": [("202603-002", 1_200_000)]}, "8,000.00"),  # what is too much is the customer's
        ({}, {"receipts": [("202603-001", 300_000)]}, "17,000.00"),  # a deposit of its own
        ({}, {"unapplied": 100_000}, "19,000.00"),
        ({}, {"opening": 30_000}, "20,300.00"),
    ],
)
def test_exposure_is_what_is_owed_and_promised_less_what_came_in(
    other: dict[str, Any], rows: dict[str, Any], exposure: str
) -> None:
    paid = [
        {"order_nos": number, "amount_fen": fen, "received_on": "2026-03-05", "payer": NAME}
        for number, fen in rows.get("receipts", ())
    ]
    old = {
        "customer_key": "深圳市甲科技",
        "instalment": "opening",
        "open_fen": rows.get("opening", 0),
        "order_no": "旧",
    }
    own = {"shipments": rows.get("shipments", []), "receipts": paid, "customers": credit(0)}
    where = context("2026-03-10 20:00", owed(old), orders=[order(), OTHER | other], **own)
    # nothing is due yet, so that all that came in waits for its item
    waits = rows.get("unapplied", sum(fen for _, fen in rows.get("receipts", ())))
    where.tables["unapplied"] = frame(Unapplied, [{"customer_key": "深圳市甲科技", "left_fen": waits}])  # type: ignore[index]
    told = {each.subject: each.params["amount"] for each in found("CUS-008", where)}
    assert told["202603-001"] == exposure


def test_goods_wait_where_credit_is_passed() -> None:
    rows = [order(**SIGNED), order("202603-002", **SIGNED)]
    held = context(orders=rows, customers=credit(1_500_000))["standing"]["release"]
    assert held.tolist()[1] == "credit_hold"
    assert held.isna().tolist() == [True, False]


def test_money_received_frees_credit() -> None:
    paid = [{"order_nos": "202603-001", "amount_fen": 400_000, "received_on": "2026-03-05", "payer": NAME}]
    assert breaks("CUS-008", orders=[order()], customers=credit(600_000))
    assert not breaks("CUS-008", orders=[order()], customers=credit(600_000), receipts=paid)


def test_opening_balance_takes_credit() -> None:
    old = owed({"customer_key": "深圳市甲科技", "instalment": "opening", "open_fen": 1, "order_no": "旧"})
    assert not breaks("CUS-008", orders=[order()], customers=credit(1_000_000))
    assert breaks("CUS-008", orders=[order()], customers=credit(1_000_000), receivables=old)


@pytest.mark.parametrize(
    ("facts", "filed", "is_told"),
    [
        ({}, credit(1), False),
        ({"currency": "USD"}, credit(1), True),
        ({"currency": "USD"}, FILED, False),
        ({"currency": "USD", "pay_term": "款到发货"}, credit(1), False),
    ],
)
def test_a_limit_in_yuan_judges_no_other_money_and_says_so(facts: Any, filed: Any, *, is_told: bool) -> None:
    where = context(orders=[order(**facts)], customers=filed)
    assert bool(found("CUS-014", where)) is is_told
    assert bool(found("CUS-008", where)) is (facts == {})


def test_debts_in_other_money_take_no_credit_in_yuan() -> None:
    dollars = [order(**SIGNED), order("202603-002", currency="USD", **SIGNED)]
    assert not breaks("CUS-008", orders=dollars, customers=credit(1_000_000))
    assert breaks("CUS-008", orders=[order(**SIGNED), order("202603-002", **SIGNED)], customers=credit(1_000_000))


def test_nobody_is_over_a_limit_that_is_not_filed() -> None:
    assert not breaks("CUS-008", orders=[order()], customers=FILED)


@pytest.mark.parametrize(
    ("days", "fen", "term", "is_broken"),
    [
        (30, 50_000, "货到30天", False),
        (31, 50_000, "货到30天", True),
        (31, 1, "货到30天", True),
        (31, 50_000, "款到发货", False),
    ],
)
def test_shipment_waits_for_money_too_long_overdue(days: int, fen: int, term: str, *, is_broken: bool) -> None:
    late = owed({"customer_key": "深圳市甲科技", "order_no": "旧", "open_fen": fen, "overdue_days": days})
    where = context(orders=[order(pay_term=term, **SIGNED)], customers=FILED, receivables=late)
    assert bool(found("CUS-009", where)) is is_broken
    assert (where["standing"]["release"].iat[0] == "credit_hold") is is_broken


@pytest.mark.parametrize(("fen", "is_broken"), [(9_999, False), (10_000, False), (10_001, True)])
def test_overdue_sum_under_the_floor_keeps_nothing_back(fen: int, *, is_broken: bool) -> None:
    late = owed({"customer_key": "深圳市甲科技", "order_no": "旧", "open_fen": fen, "overdue_days": 31})
    where = context(orders=[order(**SIGNED)], customers=FILED, receivables=late)
    values = {**where.policy.values, "letter_floor_fen": Decimal(10_000)}
    where = replace(where, policy=replace(where.policy, values=values))
    assert bool(found("CUS-009", where)) is is_broken


@pytest.mark.parametrize("status", ["frozen", "stopped", "blacklist"])
def test_frozen_customer_with_orders_is_named_once(status: str) -> None:
    rows = [order("202603-002"), order(**SIGNED)]
    where = context(orders=rows, customers=credit(10**9, status=status))
    assert [each.subject for each in found("CUS-010", where)] == ["202603-001"]
    assert set(where["standing"]["release"].dropna()) == {"credit_hold"}
    assert not breaks("CUS-010", orders=[order(cancelled_on="2026-03-03")], customers=credit(0, status=status))


@pytest.mark.parametrize("status", ["normal", "disputed", None])
def test_other_customers_are_not_frozen(status: str | None) -> None:
    assert not breaks("CUS-010", orders=[order()], customers=credit(10**9, status=status))


@pytest.mark.parametrize(
    ("filed", "facts", "signed", "is_broken"),
    [
        ({"status": "frozen"}, {}, None, True),
        ({"status": "normal"}, {}, None, False),
        ({"status": "frozen"}, {}, "2026-03-06", False),  # nobody wrote since when
        ({"status": "frozen", "frozen_on": "2026-03-05"}, {}, "2026-03-06", True),
        ({"status": "frozen", "frozen_on": "2026-03-06"}, {}, "2026-03-06", False),
        ({"status": "frozen", "frozen_on": "2026-03-06"}, {}, None, False),
        ({"status": "frozen", "frozen_on": "2026-03-05"}, {}, None, True),
        ({"credit_limit_fen": 999_999}, {}, None, True),
        ({"credit_limit_fen": 1_000_000}, {}, None, False),
        ({"credit_limit_fen": 0}, {"pay_term": "款到发货"}, None, False),
        ({}, {"hold_reason": "credit"}, None, True),
        ({}, {"hold_reason": "customer"}, None, False),
    ],
)
def test_goods_do_not_leave_against_credit(
    filed: dict[str, Any], facts: dict[str, Any], signed: str | None, *, is_broken: bool
) -> None:
    sent = [{"order_no": "202603-001", "shipped_at": "2026-03-05", "signed_at": signed, "qty": 100_000}]
    file = credit(10**9, **filed)
    assert breaks("CUS-005", orders=[order(**SIGNED | facts)], shipments=sent, customers=file) is is_broken
    assert not breaks("CUS-005", orders=[order(**SIGNED | facts)], customers=file)  # nothing has left


@pytest.mark.parametrize("rule", ["CUS-001", "CUS-005", "CUS-008", "CUS-010"])
def test_rule_about_customers_is_silent_before_they_came(rule: str) -> None:
    assert not breaks(rule, orders=[order(hold_reason="credit", is_new_customer=True)])


@pytest.mark.parametrize(
    ("first", "second", "is_broken"),
    [
        ({"valid_to": "2026-03-31"}, {"valid_from": "2026-04-01"}, False),
        ({"valid_to": "2026-04-01"}, {"valid_from": "2026-04-01"}, True),
        ({"valid_to": None}, {"valid_from": "2026-04-01"}, True),
        ({"valid_to": "2026-04-01"}, {"valid_from": "2026-04-01", "customer_group": "A"}, False),
        ({"valid_to": "2026-04-01"}, {"valid_from": "2026-04-01", "spec_text": "380V"}, False),
        ({"valid_to": "2026-04-01"}, {"valid_from": "2026-04-01", "src_held": True}, False),
        ({"product_code": None, "model": None}, {"product_code": None, "model": None}, False),
    ],
)
def test_one_price_a_day(first: dict[str, Any], second: dict[str, Any], *, is_broken: bool) -> None:
    usual = {"product_code": "P1", "model": "X200", "valid_from": "2026-01-01"}
    where = context(prices=[usual | first, usual | second])
    assert [(each.place.row, each.params["other"]) for each in found("PRC-008", where)] == (
        [(3, "甲.xlsx › 表 › 2")] if is_broken else []
    )


def test_a_long_price_overlaps_all_that_begin_within_it() -> None:
    usual = {"product_code": "P1"}
    spans = [("2026-01-01", "2026-12-31"), ("2026-02-01", "2026-02-28"), ("2026-05-01", "2026-05-31")]
    where = context(prices=[usual | {"valid_from": begins, "valid_to": ends} for begins, ends in spans])
    assert [(each.place.row, each.params["other"]) for each in found("PRC-008", where)] == [
        (3, "甲.xlsx › 表 › 2"),
        (4, "甲.xlsx › 表 › 2"),
    ]


@pytest.mark.parametrize(
    ("rule", "kind", "good", "bad"),
    [
        ("PRC-009", "prices", {"model": "X200"}, {"product_name": "变频器"}),
        ("PRC-009", "prices", {"product_code": "P1"}, {}),
        ("PRC-009", "prices", {"src_unknown": "model"}, {}),
        ("PRC-010", "discounts", {"most_rate": 1, "approval_role": "经理"}, {"approval_role": "经理"}),
        ("PRC-010", "discounts", {"most_rate": 1, "approval_role": "经理"}, {"most_rate": 1}),
        ("PRC-010", "discounts", {"src_unknown": "most_rate", "approval_role": "经理"}, {"approval_role": "经理"}),
    ],
)
def test_row_of_a_list_says_something(rule: str, kind: str, good: dict[str, Any], bad: dict[str, Any]) -> None:
    assert not breaks(rule, **{kind: [good]})
    assert breaks(rule, **{kind: [bad]})
