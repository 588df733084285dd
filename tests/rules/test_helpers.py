"""The words that predicates are written in, each asked by itself."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from pipeline.rules import helpers
from schemas.incoming.orders import Orders
from schemas.policy import rules
from tests.support.order_rows import context, frame, order

RULE = rules.load()["ORD-034"]


def rows(*numbers: str | None) -> pd.DataFrame:
    return frame(Orders, [{"order_no": number} for number in numbers])


def test_the_other_rows_of_a_group_are_named_three_at_most_in_order_of_place() -> None:
    given = rows("a", "b", "a", None, "a", None, "a", "a", "c", "c")
    told = helpers.others(given, given["order_no"])
    places = {n: f"甲.xlsx › 表 › {n}" for n in range(2, 12)}
    assert told.tolist() == [
        "; ".join([places[4], places[6], places[8]]),
        "",
        "; ".join([places[2], places[6], places[8]]),
        "",
        "; ".join([places[2], places[4], places[8]]),
        "",
        "; ".join([places[2], places[4], places[6]]),
        "; ".join([places[2], places[4], places[6]]),
        places[11],
        places[10],
    ]


def test_a_header_is_wrong_once_at_the_first_line_that_is() -> None:
    given = rows("a", "a", "a", None, None)
    mask = pd.Series([False, True, True, True, None], dtype="boolean")
    assert helpers.once(given, mask).tolist() == [False, True, False, True, False]


def test_what_was_asked_for_and_never_came_is_remembered() -> None:
    night = context(orders=[order()])
    assert night.has_seen("orders")
    assert helpers.missing_lists(night) == []
    assert not night.has_seen("prices")
    assert [finding.key for finding in helpers.missing_lists(night)] == ["prices"]


@pytest.mark.parametrize(("limit", "fen"), [("0.05", 5), ("1", 100), ("12.34", 1234)])
def test_a_limit_in_yuan_is_asked_in_fen(limit: str, fen: int) -> None:
    assert helpers.fen_of(replace(RULE, limit=Decimal(limit))) == fen


@pytest.mark.parametrize("ask", [helpers.fen_of, helpers.count_of, helpers.span_of])
def test_a_rule_without_a_limit_has_none(ask: object) -> None:
    with pytest.raises(ValueError, match="ORD-034 has no limit"):
        ask(replace(RULE, limit=None))  # type: ignore[operator]


def test_a_limit_in_time_has_its_unit() -> None:
    assert helpers.span_of(replace(RULE, limit=Decimal("1.5"), unit="BH")) == (1.5, "BH")


def test_prices_are_said_where_they_are_asked_for() -> None:
    values = pd.Series([Decimal("1.50"), Decimal(2), Decimal(3)])
    assert helpers.numbers(values, pd.Series([True, None, False], dtype="boolean")).tolist() == ["1.5", "", ""]


def test_a_sheet_nobody_knows_has_no_column() -> None:
    night = context(orders=[order()])
    given = frame(Orders, [{"order_no": "a"}, {"order_no": "b", "src_sheet": "别处"}, {"src_file": None}])
    assert helpers.has_column(given, night, "order_no").tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("written", "is_missing"), [(None, True), ("否", True), (" N ", True), ("未", True), ("是", False), ("SO-1", False)]
)
def test_a_word_for_no_is_not_entered(written: str | None, *, is_missing: bool) -> None:
    given = frame(Orders, [{"erp_entered": written}, {"src_unknown": "erp_entered"}])
    assert helpers.not_entered(given, "erp_entered").tolist() == [is_missing, False]


def test_an_amount_nobody_knows_is_none() -> None:
    assert helpers.some(pd.Series([2, 1, 0, -1, None], dtype="Int64")).tolist() == [True, True, False, False, False]


def test_rows_that_are_held_do_not_count() -> None:
    given = frame(Orders, [{"src_held": True}, {"src_held": False}, {"src_held": None}])
    assert helpers.counted(given).tolist() == [False, True, True]


def test_of_an_unknown_order_nothing_is_so() -> None:
    confirmed = {"conf_sent_at": "2026-03-02", "conf_at": "2026-03-03", "conf_method": "email"}
    night = context(orders=[order(**confirmed), order("202603-002")])
    given = rows("202603-001", "202603-002", "202603-999", None)
    assert helpers.holds(given, night, "is_confirmed").tolist() == [True, False, False, False]
