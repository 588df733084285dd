from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from pipeline.rules.helpers import first_lines, is_blank
from pipeline.rules.validation.contradictions import duplicates
from schemas.incoming.orders import Orders
from tests.support.order_rows import all_found, breaks, context, found, frame, order

PRICES = [
    {"model": "X200", "spec_text": "220V", "list_price": 100},
    {"model": "X200", "spec_text": "380V", "list_price": 110},
    {"model": "Y1", "list_price": 50},
    {"model": "W1", "spec_text": "12V", "list_price": 60},
    {"product_code": "P1", "model": "Z9"},
    {"product_code": "P2", "model": "Z9"},
]


@pytest.mark.parametrize(("codes", "told"), [((None, None), []), (("USD", "USD"), []), ((None, "USD"), ["CNY, USD"])])
def test_lines_of_one_order_are_of_one_currency(codes: tuple[str | None, str | None], told: list[str]) -> None:
    lines = [order(model=f"X{n}00", currency=code) for n, code in enumerate(codes, 1)]
    where = context(orders=lines)
    assert [each.params["other"] for each in found("ORD-063", where)] == told
    assert bool(where["book"]["amount_fen"].isna().iat[0]) is bool(told)


def test_complete_order_breaks_nothing() -> None:
    assert all_found(context(orders=[order()])) == []


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ("ORD-006", {"product_name": None}, {"product_name": None, "model": None}),
        (
            "ORD-006",
            {"product_name": None, "model": None, "src_unknown": "model"},
            {"product_name": None, "model": None},
        ),
        ("ORD-009", {"model": "X200"}, {"model": "类似X200的产品"}),
        ("ORD-009", {"model": "等离子1"}, {"model": "X200等"}),
        ("ORD-009", {"model": "按图A-1203"}, {"model": "按图"}),
        ("ORD-009", {"spec_text": "220V"}, {"spec_text": "待定"}),
        ("ORD-014", {"requested_date": "2026-03-02"}, {"requested_date": "2026-03-01"}),
        ("ORD-017", {"address": "深圳南山科技路1"}, {"address": "深圳南山科技路"}),
        ("ORD-017", {"address": "自提"}, {"address": "深圳"}),
        ("ORD-017", {"address": None}, {"address": "按老地址送到贵公司"}),
        (
            "ORD-026",
            {"order_date": "2026-03-10", "requested_date": None},
            {"order_date": "2026-03-11", "requested_date": None},
        ),
        ("ORD-027", {"order_date": "2024-03-10"}, {"order_date": "2024-03-09"}),
        ("ORD-031", {}, {"order_no": "202602-001"}),
        # the amount of the line is 10,000.00
        ("ORD-059", {"paid_fen": 400_000, "unpaid_fen": 600_001}, {"paid_fen": 400_000, "unpaid_fen": 600_002}),
        ("ORD-059", {"paid_fen": 400_000, "unpaid_fen": 599_999}, {"paid_fen": 400_000, "unpaid_fen": 599_998}),
        ("ORD-059", {"paid_fen": 1_000_001}, {"paid_fen": 1_000_002}),
        ("ORD-059", {"unpaid_fen": 5}, {"paid_fen": 0, "unpaid_fen": 5}),
        ("ORD-060", {"paid_state": "paid", "paid_fen": 999_999}, {"paid_state": "paid", "paid_fen": 999_998}),
        ("ORD-060", {"paid_state": "paid", "unpaid_fen": 1}, {"paid_state": "paid", "unpaid_fen": 2}),
        ("ORD-060", {"paid_state": "unpaid", "paid_fen": 1}, {"paid_state": "unpaid", "paid_fen": 2}),
        ("ORD-060", {"paid_state": "part", "paid_fen": 500_000}, {"paid_state": "paid", "paid_fen": 500_000}),
        ("ORD-060", {"paid_state": "paid"}, {"paid_state": "paid", "paid_fen": 0}),
    ],
)
def test_order_rule_at_its_edge(rule: str, good: dict[str, Any], bad: dict[str, Any]) -> None:
    assert not breaks(rule, orders=[order(**good)])
    assert breaks(rule, orders=[order(**bad)])


@pytest.mark.parametrize("said", [{"typed_state": "已完成"}, {"went_on": pd.Timestamp("2020-01-20")}])
def test_old_day_is_no_mistake_where_the_row_says_that_it_is_over(said: dict[str, Any]) -> None:
    assert breaks("ORD-027", orders=[order(order_date=pd.Timestamp("2020-01-06"))])
    assert not breaks("ORD-027", orders=[order(order_date=pd.Timestamp("2020-01-06"), **said)])


def test_month_of_number_when_dated_in_june() -> None:
    assert breaks("ORD-031", "2024-06-10", orders=[order("202405-010", order_date=pd.Timestamp("2024-06-02"))])


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ("ORD-007", {"model": "X200"}, {"model": None}),
        ("ORD-007", {"model": None, "product_code": "P1"}, {"model": None}),
        ("ORD-007", {"model": None, "product_name": None}, {"model": None}),
        ("ORD-008", {"model": "Y1", "spec_text": None}, {"spec_text": None}),
        ("ORD-008", {"model": "W1", "spec_text": None}, {"spec_text": None}),  # comes in one
        ("ORD-008", {"spec_text": None, "src_unknown": "spec_text"}, {"spec_text": None}),
        ("ORD-009", {"model": "Y1", "spec_text": "标准款"}, {"spec_text": "标准款"}),
        ("ORD-009", {"model": "W1", "spec_text": "标准款"}, {"spec_text": "标准款"}),
        ("ORD-010", {"model": "W1", "spec_text": "24V"}, {"spec_text": "110V"}),
        ("ORD-010", {"model": "ｘ 200"}, {"model": "X200或X210"}),
        ("ORD-010", {"model": "类似X210"}, {"model": "X210"}),
        ("ORD-010", {"model": "Z9", "product_code": "P1"}, {"model": "Z9"}),
        ("ORD-010", {"spec_text": "380v"}, {"spec_text": "110V"}),
    ],
)
def test_rule_about_the_price_list(rule: str, good: dict[str, Any], bad: dict[str, Any]) -> None:
    assert not breaks(rule, orders=[order(**good)], prices=PRICES)
    assert breaks(rule, orders=[order(**bad)], prices=PRICES)


@pytest.mark.parametrize(
    "rule", ["ORD-007", "ORD-008", "ORD-010", "ORD-019", "ORD-020", "ORD-037", "PRC-001", "PRC-005"]
)
def test_rule_about_master_data_is_silent_before_it_came(rule: str) -> None:
    rows = [
        order(model=None, spec_text=None),
        order("202603-002", model="?9", pay_term="月结60天", is_new_customer=True),
    ]
    assert not breaks(rule, orders=rows)


CUSTOMERS = [
    {
        "customer_name": "深圳市甲科技有限公司",
        "customer_code": "007",
        "pay_term": "月结30天",
        "aliases": "甲科技",
        "created_on": "2025-12-02",
    },
    {"customer_name": "广州乙公司", "created_on": "2025-12-03"},
]


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ("ORD-019", {"pay_term": "月结60天"}, {"pay_term": "月结60天", "is_new_customer": True}),
        (
            "ORD-019",
            {"pay_term": "款到发货", "is_new_customer": True},
            {"pay_term": "货到30天", "is_new_customer": True},
        ),
        (
            "ORD-019",
            {"customer_name": "深圳市甲科技有限公司"},
            {"customer_name": "广州乙公司"},
        ),  # filed 90 and 89 days before
        ("ORD-020", {"pay_term": "月结 30 天"}, {"pay_term": "月结60天"}),
        ("ORD-020", {"pay_term": "月结60天", "is_new_customer": True}, {"pay_term": "月结60天"}),
        ("ORD-037", {"customer_name": "深圳市甲科技有限公司 "}, {"customer_name": "深圳丙科技"}),
        ("ORD-037", {"customer_name": "甲科技"}, {"customer_name": "深圳丙科技"}),
        ("ORD-037", {"customer_name": "深圳丙科技", "customer_code": "007"}, {"customer_name": "深圳丙科技"}),
    ],
)
def test_rule_about_the_customer_file(rule: str, good: dict[str, Any], bad: dict[str, Any]) -> None:
    assert not breaks(rule, orders=[order(**good)], customers=CUSTOMERS)
    assert breaks(rule, orders=[order(**bad)], customers=CUSTOMERS)


ALLOWED: tuple[tuple[str, frozenset[str]], ...] = (
    ("月结30天", frozenset()),
    ("货到60天", frozenset("A")),
    ("货到60天", frozenset("B")),
)
GRADED = [
    {"customer_name": "深圳市甲科技有限公司", "grade": "a", "created_on": "2020-01-01"},
    {"customer_name": "广州乙公司", "grade": "C", "created_on": "2020-01-01"},
    {"customer_name": "佛山丁公司", "created_on": "2020-01-01"},
]


@pytest.mark.parametrize(
    ("term", "facts", "said", "is_broken"),
    [
        ("月结 30 天", {}, {"allowed_terms": ALLOWED}, False),
        ("月结60天", {}, {"allowed_terms": ALLOWED}, True),
        ("月结60天", {}, {}, False),  # nothing said: everything may
        ("月结60天", {}, {"refused_terms": {"月结60天"}}, True),
        ("月结60天", {}, {"refused_terms": {"月结30天"}}, False),
        ("月结30天", {}, {"allowed_terms": ALLOWED, "refused_terms": {"月结30天"}}, True),
        ("老规矩", {}, {"allowed_terms": ALLOWED}, False),  # DUE-005 says that nobody understands it
        (None, {}, {"allowed_terms": ALLOWED}, False),
        ("货到60天", {}, {"allowed_terms": ALLOWED}, False),
        ("货到60天", {"customer_name": "广州乙公司"}, {"allowed_terms": ALLOWED}, True),
        ("货到60天", {"customer_name": "广州乙公司"}, {"allowed_terms": (*ALLOWED, ("货到60天", frozenset()))}, False),
        ("货到60天", {"customer_name": "佛山丁公司"}, {"allowed_terms": ALLOWED}, True),  # of no grade
        ("货到60天", {"customer_name": "佛山丁公司"}, {"refused_terms": {"月结30天"}}, False),
    ],
)
def test_pay_terms_are_those_that_managers_allow(
    term: str | None, facts: dict[str, Any], said: dict[str, Any], *, is_broken: bool
) -> None:
    rows = [order(**{"customer_name": "深圳市甲科技有限公司", "pay_term": term} | facts)]
    where = context(orders=rows, customers=GRADED)
    allowing = replace(where, policy=replace(where.policy, **said))
    assert bool(found("ORD-019", allowing)) is is_broken


def test_a_pay_term_that_may_not_be_any_more_is_no_matter_of_what_is_over() -> None:
    rows = [
        order(pay_term="月结60天"),
        order("202603-002", pay_term="月结60天", cancelled_on=pd.Timestamp("2026-03-05")),
    ]
    where = context(orders=rows, customers=GRADED)
    refusing = replace(where, policy=replace(where.policy, refused_terms=frozenset({"月结60天"})))
    assert [each.subject for each in found("ORD-019", refusing)] == ["202603-001"]


def test_grades_are_not_asked_for_before_a_customer_file_came() -> None:
    where = context(orders=[order(pay_term="货到60天"), order("202603-002", pay_term="月结60天")])
    allowing = replace(where, policy=replace(where.policy, allowed_terms=ALLOWED))
    assert [each.subject for each in found("ORD-019", allowing)] == ["202603-002"]


def test_unknown_customer_is_linked_to_nobody_but_like_names_are_shown() -> None:
    rows = [order(customer_name="深圳甲科技"), order("202603-002", customer_name="深圳市甲科技有限公司 ")]
    where = context(orders=rows, customers=[{"customer_name": "深圳市甲科技有限公司"}])
    assert [(each.subject, each.params["suggestion"]) for each in found("ORD-037", where)] == [
        ("202603-001", "深圳市甲科技有限公司")
    ]
    assert where["book"]["customer_key"].nunique() == 2


@pytest.mark.parametrize(
    ("other", "is_suspect"),
    [
        ({"requested_date": "2026-03-23"}, True),
        ({"requested_date": "2026-03-24"}, False),
        ({"requested_date": "2026-03-22", "model": "X210"}, False),
        ({"requested_date": "2026-03-22", "qty": 99_000}, False),
        ({"requested_date": "2026-03-22", "customer_name": "乙公司"}, False),
        ({"unit_price": Decimal("100.00")}, True),
        ({"unit_price": Decimal(120), "amount_fen": 1_200_000}, False),
    ],
)
def test_double_entry_is_suspected_within_three_days(other: dict[str, Any], *, is_suspect: bool) -> None:
    where = context(orders=[order(), order("202603-002", **other)])
    hits = found("ORD-034", where)
    assert [each.params["other"] for each in hits] == (["202603-001"] if is_suspect else [])


@pytest.mark.parametrize(
    ("serials", "gaps", "jumps"),
    [
        ([1, 2, 3], [], []),
        ([1, 2, 4], ["202603-004"], []),
        ([5, 6], [], []),  # the first month known may begin anywhere
        ([1, 52], ["202603-052"], []),
        ([1, 53], [], ["202603-053"]),
    ],
)
def test_gap_is_a_jump_beyond_fifty(serials: list[int], gaps: list[str], jumps: list[str]) -> None:
    where = context(orders=[order(f"202603-{n:03d}", requested_date=None) for n in serials])
    assert [each.subject for each in found("ORD-035", where)] == gaps
    assert [each.subject for each in found("ORD-053", where)] == jumps


def test_later_month_begins_with_one() -> None:
    rows = [order("202602-007"), order("202603-002", requested_date=None)]
    assert [each.subject for each in found("ORD-035", context(orders=rows))] == ["202603-002"]


def test_header_is_said_once_for_three_lines() -> None:
    lines = [order(model=f"X{n}", requested_date="2026-03-01") for n in range(3)]
    hits = found("ORD-014", context(orders=lines))
    assert [each.place.row for each in hits] == [2]


def test_first_lines_when_numbers_repeat_or_are_blank() -> None:
    rows = frame(Orders, [order(), order(), order(None), order(None)])
    assert first_lines(rows).tolist() == [True, False, True, True]


def test_unknown_cell_is_not_blank() -> None:
    rows = frame(Orders, [{}, {"src_unknown": "phone model"}, {"src_unknown": "phone_2"}])
    assert is_blank(rows, "phone").tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("second", "copies", "conflicts", "headers"),
    [
        ({}, [False, True], [False, False], [False, False]),
        ({"model": "X210"}, [False, False], [False, False], [False, False]),
        ({"model": "X210", "customer_name": "乙公司"}, [False, False], [True, True], [False, False]),
        ({"customer_name": "深圳市甲科技有限公司 "}, [False, False], [False, False], [False, False]),
        ({"order_date": "2026-03-03"}, [False, False], [True, True], [False, False]),
        ({"model": "X210", "address": "上海市浦东新区世纪大道1号"}, [False, False], [False, False], [False, True]),
        ({"model": "X210", "address": None}, [False, False], [False, False], [False, False]),
        ({"model": "X210", "address": "别处", "src_file": "乙.xlsx"}, [False, False], [False, False], [False, False]),
        ({"src_file": "申.xlsx"}, [False, True], [False, False], [False, False]),
        ({"order_no": "202603-002"}, [False, False], [False, False], [False, False]),
    ],
)
def test_lines_under_one_number(
    second: dict[str, Any], copies: list[bool], conflicts: list[bool], headers: list[bool]
) -> None:
    masks = duplicates(frame(Orders, [order(), order(**second)]))
    assert [each.tolist() for each in masks] == [copies, conflicts, headers]


def test_copies_are_the_later_rows_whatever_the_order() -> None:
    rows = frame(Orders, [order(src_row=9), order(src_row=3)])
    assert duplicates(rows)[0].tolist() == [True, False]


def test_row_with_several_defects_has_one_finding_each() -> None:
    row = order(
        model="类似X200",
        requested_date="2026-03-01",
        address="深圳",
        order_no="202602-001",
        amount_fen=1_010_001,
        discount="factor=1",
        supplement_at="2026-03-03",
    )
    assert all_found(context(orders=[row], prices=PRICES)) == ["ORD-009", "ORD-014", "ORD-017", "ORD-031", "ORD-038"]
