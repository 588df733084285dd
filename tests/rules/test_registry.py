"""Predicates are joined to their rules once, and are given by name what they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pipeline.rules import registry
from tests.support.order_rows import context, order, policy

if TYPE_CHECKING:
    from collections.abc import Callable

RULE = "ORD-004"  # of orders, asked by a column and by no predicate


@pytest.fixture(autouse=True)
def _joined_for_one_test_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "CHECKS", {})


def found(predicate: Callable[..., Any]) -> int:
    registry.rule(RULE, "phone")(predicate)
    night = context(orders=[order(qty=1), order("202603-002", qty=2)])
    return len(list(registry.evaluate(registry.CHECKS[RULE], policy().rules[RULE], night)))


def test_a_predicate_takes_what_it_asks_for_in_any_order() -> None:
    assert found(lambda rows: rows["qty"] > 1) == 1


def test_a_predicate_may_ask_for_everything() -> None:
    assert found(lambda context, rule, rows: (rows["qty"] > 0) & (rule.table in context.tables)) == 2


def test_a_predicate_that_asks_for_nothing_we_have_is_refused_when_it_is_joined() -> None:
    with pytest.raises(TypeError, match="asks for night"):
        registry.rule(RULE)(lambda rows, night: rows["qty"] > night)
    assert registry.CHECKS == {}


def test_a_rule_has_one_predicate_for_each_cell() -> None:
    registry.rule(RULE, "phone", table="orders")(lambda rows: rows["phone"].isna())
    registry.rule(RULE, "phone", table="customers")(lambda rows: rows["phone"].isna())
    with pytest.raises(ValueError, match="has a predicate already"):
        registry.rule(RULE, "phone", table="customers")(lambda rows: rows["phone"].notna())
    with pytest.raises(ValueError, match="has a predicate already"):
        registry.rule(RULE, "address")(lambda rows: rows["address"].isna())
