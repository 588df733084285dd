"""What orders lack is asked once a customer; what the customer file says, or no column is there for, is not asked."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from pipeline.night.gaps_of_orders import RULES, asked_once
from pipeline.orders.completeness import OF_CUSTOMER, TAKEN
from schemas.derived.finding import Finding
from tests.support.order_rows import breaks, context, found, order

FILED = {
    "phone": "0755-26001234",
    "address": "广东省深圳市福田区福华路1号",
    "pay_term": "月结30天",
    "sales_owner": "赵敏",
}
RULE_OF = {str(column): rule for rule, column in RULES.items()}
FINISHED = {"paid_fen": 1_000_000, "went_on": "2026-03-03", "typed_state": "已完成"}


def asked(orders: list[dict[str, Any]], **more: Any) -> list[Finding]:
    """What is left of a finding for every blank cell of these orders, as the ledger keeps them."""
    rows = [row | {"src_seq": n, "src_key": f"k{n}"} for n, row in enumerate(orders)]
    stored = [
        Finding(rule, "orders", f"k{n}", column, seq=n, subject=row["order_no"])
        for n, row in enumerate(rows)
        for column, rule in RULE_OF.items()
        if row.get(column) is None
    ]
    return asked_once(stored, context("2026-03-10 20:00", orders=rows, **more))


@pytest.mark.parametrize("column", [str(column) for column in OF_CUSTOMER])
def test_several_orders_of_a_customer_are_one_finding_at_the_earliest_and_name_the_others(column: str) -> None:
    orders = [order(f"202603-00{n}", **{column: None}) for n in (3, 2, 1)]
    orders[1] |= {"order_date": orders[1]["order_date"].replace(day=1)}
    (told,) = asked(orders)
    assert (told.rule, told.subject) == (RULE_OF[column], "202603-002")
    assert (told.params["also"], told.params["count"]) == ("202603-001, 202603-003", "2")
    (alone,) = asked(orders[:1])
    assert "also" not in alone.params


def test_a_day_that_is_wished_for_is_each_order_s_own() -> None:
    assert len(asked([order(f"202603-00{n}", requested_date=None) for n in (1, 2, 3)])) == 3


@pytest.mark.parametrize("column", sorted(FILED))
def test_what_the_customer_file_says_is_not_asked(column: str) -> None:
    orders, name = [order(**{column: None})], order()["customer_name"]
    for filed, is_asked in ((None, True), (FILED[column], False)):
        given = {"customers": [{"customer_name": name, column: filed}]}
        assert bool(asked(orders, **given)) is is_asked
        assert bool(context(orders=orders, **given)["book"]["missing"].iat[0]) is is_asked
    taken = context(orders=orders, **given)["book"]
    assert column not in TAKEN or taken[column].iat[0] == FILED[column]
    assert breaks("ORD-061", orders=orders, **given) is (column in TAKEN)
    assert not breaks("ORD-061", orders=[order()], **given)


@pytest.mark.parametrize("said", [{"phone": "13800138000"}, {"src_unknown": "phone"}])
def test_an_order_that_says_it_itself_keeps_what_it_says(said: dict[str, Any]) -> None:
    own = [order(phone=None), order(model="X300", phone=None) | said]
    rows = context(orders=own, customers=[{"customer_name": own[0]["customer_name"], "phone": FILED["phone"]}])[
        "orders"
    ]
    assert rows["spared"].tolist() == ["", ""]


def test_a_held_customer_says_nothing() -> None:
    filed = [{"customer_name": order()["customer_name"], "pay_term": FILED["pay_term"], "src_held": True}]
    assert context(orders=[order(pay_term=None)], customers=filed)["book"]["pay_term"].isna().all()


@pytest.mark.parametrize("facts", [{"cancelled_on": "2026-03-04"}, FINISHED])
def test_an_order_that_is_over_is_asked_for_nothing(facts: dict[str, Any]) -> None:
    blank = dict.fromkeys(RULE_OF)
    assert len(asked([order(**blank)])) == len(RULE_OF)
    assert asked([order(**blank, **facts)]) == []


def test_a_column_that_a_sheet_lacks_makes_no_order_incomplete() -> None:
    lacks = [order(contact=None, src_sheet="台账")]
    for columns, missing in ((("contact",), "contact"), ((), "")):
        every = {
            column: ("A", column) for column in (*(str(each) for each in RULES.values() if each != "contact"), *columns)
        }
        assert context(orders=lacks, headings={("甲.xlsx", "台账"): every})["book"]["missing"].iat[0] == missing


def test_a_customer_is_to_be_asked_once_however_many_orders_lack_it() -> None:
    orders = [order(f"202603-00{n}", contact=None, src_key=f"k{n}") for n in (2, 1, 3)]
    (told,) = found("ORD-022", context(orders=orders))
    assert told.subject == "202603-001"
    own = [*orders, order("202603-004", contact=None, model="类似X200的产品", src_key="k4")]
    assert {each.subject for each in found("ORD-022", context(orders=own))} == {"202603-001", "202603-004"}


@pytest.mark.parametrize("seed", range(30))
def test_of_any_book_each_customer_is_asked_at_most_once_for_each_thing(seed: int) -> None:
    """And whatever is blank, not over and not filed is asked at one order of its customer."""
    chosen = random.Random(seed)  # noqa: S311 - the same book every time
    names = [f"{n}公司" for n in "甲乙丙"]
    filed = [{"customer_name": name, **{c: v for c, v in FILED.items() if chosen.random() < 0.3}} for name in names]
    orders = [
        order(f"A-{n}", customer_name=chosen.choice(names), **{c: None for c in RULE_OF if chosen.random() < 0.4})
        | ({"cancelled_on": "2026-03-04"} if chosen.random() < 0.2 else {})
        for n in range(chosen.randrange(1, 12))
    ]
    told = asked(orders, customers=filed)
    known = {(row["customer_name"], column) for row in filed for column in row}
    wanted = {
        (column, row["customer_name"] if column != "requested_date" else row["order_no"])
        for row in orders
        if "cancelled_on" not in row
        for column in RULE_OF
        if row[column] is None and (row["customer_name"], column) not in known
    }
    owner = {row["order_no"]: row["customer_name"] for row in orders}
    made = Counter(
        (each.column, owner[each.subject] if each.column != "requested_date" else each.subject) for each in told
    )
    assert made == Counter(wanted)
