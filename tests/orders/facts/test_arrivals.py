"""Companies where nobody signs: what left counts as signed for when it arrived, and only once they said so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from pipeline.orders import facts as books
from pipeline.rules.context import RuleContext
from pipeline.rules.families.shipping import ARRIVES, signature_questions
from tests.support.order_rows import calendar, cases, context, found, order, tables

AS_OF = pd.Timestamp("2026-03-30 20:00")
NO = "202603-001"
SENT = {"order_no": NO, "qty": 100_000, "shipped_at": "2026-03-10 15:00"}
ROAD = [{"place": "深圳", "transit_days": 3}, {"place": "新疆", "transit_days": 9}]


def built(*, signs: bool = False, **rows: Any) -> dict[Any, Any]:
    given = tables(**{"orders": [order()], "transit": ROAD, **rows})
    given |= {"cases": cases(given, AS_OF)}
    facts: dict[Any, Any] = books.build(given, as_of=AS_OF, calendar=calendar(), signs=signs)[0].iloc[0].to_dict()
    return facts


@pytest.mark.parametrize(
    ("said", "arrived"),
    [
        ({}, "2026-03-13"),  # three days on the road
        ({"eta_at": "2026-03-15"}, "2026-03-15"),
        ({"eta_at": "2026-03-15", "delivered_at": "2026-03-12 09:00"}, "2026-03-12"),
        ({"delivered_at": "2026-03-12", "signed_at": "2026-03-14 10:00"}, "2026-03-14"),  # somebody did sign
        ({"shipped_at": "2026-03-27"}, "2026-03-30"),
        ({"shipped_at": "2026-03-28"}, None),  # still on the road
    ],
)
def test_what_left_is_signed_for_the_day_it_arrives(said: dict[str, str], arrived: str | None) -> None:
    row = built(shipments=[SENT | said])
    assert (None if pd.isna(row["signed_on"]) else f"{row['signed_on']:%Y-%m-%d}") == arrived
    assert row["is_all_signed"] is (arrived is not None)


def test_goods_that_no_place_is_filed_for_arrive_the_day_they_leave() -> None:
    assert built(shipments=[SENT], transit=ROAD[1:])["signed_on"] == pd.Timestamp("2026-03-10")


def test_part_of_an_order_arrives_as_a_part() -> None:
    row = built(shipments=[SENT | {"qty": 60_000}, SENT | {"qty": 40_000, "shipped_at": "2026-03-29"}])
    assert (row["signed_qty"], row["is_all_signed"]) == (60_000, False)
    assert row["first_signed_on"] == pd.Timestamp("2026-03-13")


@pytest.mark.parametrize(
    "rows",
    [
        {"shipments": [SENT]},
        {"tracking": [{"order_no": NO, "stage": "ship", "actual_at": "2026-03-10 15:00"}]},
        {"tracking": [{"order_no": NO, "stage": "ship", "actual_at": "2026-03-10"}, {"order_no": NO, "stage": "sign"}]},
        {"orders": [order(went_on="2026-03-10")]},
    ],
    ids=["shipment", "stage", "open stage of signing", "order book"],
)
def test_whatever_book_says_that_goods_left_they_arrive(rows: dict[str, Any]) -> None:
    assert built(**rows)["signed_on"] == pd.Timestamp("2026-03-13")
    assert pd.isna(built(signs=True, **rows)["signed_on"])


def asked(as_of: str, *, answer: str = "", has_column: bool = False, **rows: Any) -> list[Any]:
    where = context(as_of, **rows)
    headings = where.headings if has_column else {}
    return signature_questions(replace(where, headings=headings, answers=_answered(where, answer)))


def _answered(where: RuleContext, answer: str) -> dict[str, str]:
    blank = replace(where, headings={})
    return {each.id: answer for each in signature_questions(blank)} if answer else {}


def test_a_company_is_asked_once_when_goods_left_longer_ago_than_the_limit_and_nobody_ever_signed() -> None:
    many: dict[str, Any] = {
        "orders": [order(f"A-{n}") for n in range(3)],
        "shipments": [SENT | {"order_no": f"A-{n}"} for n in range(3)],
    }
    assert asked("2026-03-25 20:00", **many) == []
    (question,) = asked("2026-03-26 20:00", **many)
    assert (question.rule, question.params["count"], question.params["proposed"]) == ("DLV-008", "3", ARRIVES)
    signed = [*many["shipments"][:2], many["shipments"][2] | {"signed_at": "2026-03-12"}]
    assert asked("2026-03-26 20:00", orders=many["orders"], shipments=signed) == []


@pytest.mark.parametrize(
    "sign",
    [
        {"shipments": [SENT, SENT | {"order_no": "B-1", "signer": "李四"}]},
        {"shipments": [SENT, SENT | {"order_no": "B-1", "signed_at": "2026-03-12", "src_held": True}]},
        {"shipments": [SENT], "tracking": [{"order_no": "B-1", "stage": "sign", "actual_at": "2026-03-12"}]},
        {"shipments": [SENT], "orders": [order(), order("B-1", went_on="2026-03-05", typed_state="已签收")]},
        {"shipments": [SENT], "orders": [order(), order("B-1", signed_on="2026-03-08")]},
    ],
    ids=["signer", "held row", "stage", "state of an order", "day in an order"],
)
def test_a_company_where_anybody_ever_signed_is_not_asked(sign: dict[str, Any]) -> None:
    assert asked("2026-03-26 20:00", **{"orders": [order()], **sign}) == []


@pytest.mark.parametrize(("count", "is_asked"), [(4, False), (5, True)])
def test_a_column_of_signatures_that_stays_blank_tells_the_same_after_some_orders(
    count: int, *, is_asked: bool
) -> None:
    numbers = [f"A-{n}" for n in range(count)]
    rows: dict[str, Any] = {
        "orders": [order(no) for no in numbers],
        "shipments": [SENT | {"order_no": no} for no in numbers],
    }
    assert bool(asked("2026-03-26 20:00", has_column=True, **rows)) is is_asked


def test_the_question_stays_as_long_as_its_answer_counts_and_nothing_waits_for_signatures_then() -> None:
    rows: dict[str, Any] = {
        "orders": [order()],
        "shipments": [SENT | {"delivered_at": "2026-03-11", "eta_at": "2026-03-11"}],
    }
    late = "2026-03-26 20:00"
    assert asked(late, answer=ARRIVES, has_column=True, **rows)
    for rule in ("SHP-008", "DLV-002"):
        where = context(late, **rows)
        assert found(rule, where)
        assert not found(rule, replace(where, answers=_answered(where, ARRIVES)))
