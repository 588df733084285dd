from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.orders.discounts import best_reading, readings
from schemas.policy.units import UnitRatio
from tests.support.order_rows import all_found, breaks, context, found, order

if TYPE_CHECKING:
    from pipeline.rules.context import RuleContext

D = Decimal
LIST = {"model": "X200", "list_price": D(100), "floor_price": D(90)}


def priced(rule: str, facts: dict[str, Any], *prices: dict[str, Any], **rows: Any) -> bool:
    return breaks(rule, orders=[order(**facts)], prices=list(prices) or [LIST], **rows)


@pytest.mark.parametrize(
    ("price", "rules"),
    [
        (D(100), []),
        (D("99.99"), ["PRC-002"]),
        (D(90), ["PRC-002"]),
        (D("89.99"), ["PRC-003"]),
        (D("100.01"), ["PRC-004"]),
    ],
)
def test_price_against_list_and_floor(price: Decimal, rules: list[str]) -> None:
    row = order(unit_price=price, amount_fen=int(price * 10_000))
    assert all_found(context(orders=[row], prices=[LIST])) == rules


def test_floor_counts_after_the_discount() -> None:
    row = {"discount": "factor=0.89", "amount_fen": 890_000}
    assert priced("PRC-003", row)
    assert not priced("PRC-003", {"discount": "factor=0.9", "amount_fen": 900_000})
    (hit,) = found("PRC-003", context(orders=[order(**row)], prices=[LIST]))
    assert (hit.params["amount"], hit.params["other"]) == ("89", "90")  # of the list it is the written price
    told = found("PRC-002", context(orders=[order(**row, unit_price=D(95))], prices=[LIST | {"floor_price": D(80)}]))
    assert [each.params["amount"] for each in told] == ["95"]


def test_finding_tells_both_prices() -> None:
    row = order(unit_price=D("92.50"), amount_fen=925_000)
    (hit,) = found("PRC-002", context(orders=[row], prices=[LIST]))
    assert (hit.params["amount"], hit.params["other"], hit.column) == ("92.5", "100", "unit_price")


@pytest.mark.parametrize(
    ("price", "is_found"),
    [
        ({}, True),
        ({"valid_from": "2026-03-02"}, True),
        ({"valid_from": "2026-03-03"}, False),
        ({"valid_to": "2026-03-02"}, True),
        ({"valid_to": "2026-03-01"}, False),
        ({"customer_group": "A"}, True),
        ({"customer_group": "B"}, False),
        ({"list_price": None}, False),
    ],
)
def test_price_must_be_in_force_for_customer_and_day(price: dict[str, Any], *, is_found: bool) -> None:
    customers = [{"customer_name": "深圳市甲科技有限公司", "grade": "A"}]
    assert priced("PRC-001", {}, LIST | price, customers=customers) is not is_found


def test_price_is_not_asked_for_what_is_not_listed() -> None:
    assert not priced("PRC-001", {"model": "Q7"})  # ORD-010 says so
    assert priced("ORD-010", {"model": "Q7"})


@pytest.mark.parametrize(
    ("facts", "is_told"),
    [
        ({"spec_text": "220V"}, True),
        ({"spec_text": None}, False),  # which of the two is not said: ORD-008 asks
        ({"model": "W1", "spec_text": None}, True),  # comes in one
        ({"model": "W1", "spec_text": "12V"}, True),
        ({"model": "Y1", "spec_text": None}, True),
        ({"model": "Y1", "spec_text": "9V"}, True),
    ],
)
def test_a_price_is_missed_where_it_is_said_what_is_bought(facts: dict[str, Any], *, is_told: bool) -> None:
    listed = [("X200", "220V"), ("X200", "380V"), ("W1", "12V"), ("Y1", None)]
    prices = [{"model": model, "spec_text": spec, "list_price": None} for model, spec in listed]
    assert priced("PRC-001", facts, *prices) is is_told


def test_own_group_and_later_price_come_first() -> None:
    customers = [{"customer_name": "深圳市甲科技有限公司", "grade": "A"}]
    both = [LIST | {"list_price": D(120)}, LIST | {"customer_group": "A"}]
    assert not priced("PRC-002", {}, *both, customers=customers)
    dated = [LIST | {"valid_from": "2026-01-01", "list_price": D(120)}, LIST | {"valid_from": "2026-02-01"}]
    assert not priced("PRC-002", {}, *dated)


NET = {"is_tax_included": False}
BOX = UnitRatio("", "箱", D(10), "台")


def with_boxes(where: RuleContext) -> RuleContext:
    return replace(where, policy=replace(where.policy, units=(BOX,)))


@pytest.mark.parametrize(
    ("facts", "listed", "rules"),
    [
        (NET | {"unit_price": D(88)}, {}, ["PRC-012"]),  # no rate: nobody can tell
        (NET | {"unit_price": D("88.50"), "tax_rate": D("0.13")}, {}, []),  # a hundred before tax, to the fen
        (NET | {"unit_price": D("88.49"), "tax_rate": D("0.13")}, {}, []),
        (NET | {"unit_price": D("88.48"), "tax_rate": D("0.13")}, {}, ["PRC-002"]),
        (NET | {"unit_price": D("88.51"), "tax_rate": D("0.13")}, {}, ["PRC-004"]),
        (NET | {"unit_price": D("79.63"), "tax_rate": D("0.13")}, {}, ["PRC-003"]),
        (NET | {"unit_price": D(100)}, NET, []),
        (NET | {"unit_price": D("99.99"), "tax_rate": D("0.13")}, NET, ["PRC-002"]),
        ({"unit_price": D(113), "tax_rate": D("0.13")}, NET, []),
        ({"unit_price": D("112.98"), "tax_rate": D("0.13")}, NET, ["PRC-002"]),
        ({"unit_price": D("112.99"), "tax_rate": D("0.13")}, NET, []),
        ({"unit_price": D(113)}, NET, ["PRC-012"]),
        ({"unit_price": D(100)}, {"is_tax_included": True}, []),
    ],
)
def test_prices_are_compared_with_tax_or_without_it_never_one_with_the_other(
    facts: dict[str, Any], listed: dict[str, Any], rules: list[str]
) -> None:
    where = context(orders=[order(**{"amount_fen": None, **facts})], prices=[LIST | listed])
    assert [each for each in ("PRC-002", "PRC-003", "PRC-004", "PRC-012") if found(each, where)] == rules


@pytest.mark.parametrize(
    ("unit", "theirs", "price", "rules"),
    [
        ("台", "台", D(100), []),
        ("台", "units", D(100), []),  # one unit, two spellings
        (None, "箱", D(100), []),
        ("箱", None, D(100), []),
        ("箱", "台", D(1000), []),
        ("箱", "台", D("999.80"), ["PRC-002"]),
        ("箱", "台", D("999.90"), []),  # a fen a piece is what rounding makes
        ("箱", "台", D(1001), ["PRC-004"]),
        ("台", "箱", D(10), []),
        ("台", "箱", D("9.98"), ["PRC-002"]),
        ("托", "台", D(1300), ["PRC-011"]),
        ("吨", "kg", D(100_000), []),
        ("吨", "kg", D(99_000), ["PRC-002"]),
    ],
)
def test_prices_are_compared_by_one_unit_or_not_at_all(
    unit: str | None, theirs: str | None, price: Decimal, rules: list[str]
) -> None:
    row, listed = order(uom=unit, unit_price=price, amount_fen=None), LIST | {"uom": theirs}
    where = with_boxes(context(orders=[row], prices=[listed]))
    assert [each for each in ("PRC-002", "PRC-003", "PRC-004", "PRC-011") if found(each, where)] == rules


def test_a_box_is_no_piece_unless_the_company_says_of_how_many_it_is() -> None:
    row, listed = order(uom="箱", unit_price=D(1300), amount_fen=1_300_000), LIST | {"uom": "台"}
    (hit,) = found("PRC-011", context(orders=[row], prices=[listed]))
    assert (hit.column, hit.raw, hit.params["other"]) == ("uom", "箱", "台")
    ten = with_boxes(context(orders=[row], prices=[listed]))
    (told,) = found("PRC-004", ten)
    assert (told.params["amount"], told.params["other"]) == ("1300 (= 130)", "100")
    assert not found("PRC-011", ten)


def test_discount_over_the_limit_is_counted_by_the_unit_of_the_list() -> None:
    grants = [{"policy_no": "Z1", "most_rate": D("0.1")}]
    for price, is_over in ((D(900), False), (D(899), True)):
        row = order(uom="箱", unit_price=price, amount_fen=None)
        where = with_boxes(context(orders=[row], prices=[LIST | {"uom": "台"}], discounts=grants))
        assert bool(found("PRC-005", where)) is is_over


@pytest.mark.parametrize(
    ("price", "qty", "amount", "rule"),
    [
        ("33.33", 3_000, 9_999, None),
        ("33.33", 3_000, 10_000, None),
        ("33.33", 3_000, 10_001, "ORD-051"),
        ("33.33", 3_000, 10_099, "ORD-051"),
        ("33.33", 3_000, 10_100, "ORD-038"),
        ("33.33", 3_000, 9_899, "ORD-051"),
        ("33.33", 3_000, 9_898, "ORD-038"),
        ("33.33", None, 9_898, None),
        (None, 3_000, 9_898, None),
        ("33.33", 3_000, None, None),
    ],
)
def test_amount_is_off_by_fen_or_yuan(price: str | None, qty: int | None, amount: int | None, rule: str | None) -> None:
    row = order(unit_price=D(price) if price else None, qty=qty, amount_fen=amount)
    where = context(orders=[row])
    assert [each for each in ("ORD-038", "ORD-051") if found(each, where)] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("facts", "is_wrong"),
    [
        ({"discount": "factor=0.9", "amount_fen": 900_000}, False),
        ({"discount": "reduction=0.1", "amount_fen": 900_000}, False),
        ({"discount": "factor=0.9", "amount_fen": 1_000_000}, True),
        ({"discount_fen": 50_000, "amount_fen": 950_000}, False),
        ({"discount": "factor=0.9", "discount_fen": 100_000, "amount_fen": 900_000}, False),
        ({"is_tax_included": False, "tax_rate": D("0.13"), "amount_fen": 1_130_000}, False),
        ({"is_tax_included": False, "tax_rate": D("0.13"), "amount_fen": 1_130_100}, False),
        ({"is_tax_included": False, "tax_rate": D("0.13"), "amount_fen": 1_130_101}, True),
        ({"is_tax_included": False, "tax_rate": D("0.13"), "amount_fen": 1_000_000}, True),  # amounts are with tax
        ({"is_tax_included": False, "amount_fen": 1_234_000}, False),  # no rate: nobody can tell
        ({"is_tax_included": False, "tax_rate": D("0.13"), "discount_fen": 10_000, "amount_fen": 1_118_700}, False),
        ({"is_tax_included": False, "tax_rate": D("0.13"), "discount_fen": 10_000, "amount_fen": 1_120_000}, False),
        ({"is_tax_included": None, "tax_rate": D("0.13"), "amount_fen": 1_130_000}, True),  # said with tax unless told
        ({"is_tax_included": True, "tax_rate": D("0.13"), "amount_fen": 1_130_000}, True),
    ],
)
def test_amount_follows_the_discount(facts: dict[str, Any], *, is_wrong: bool) -> None:
    assert breaks("ORD-038", orders=[order(**facts)]) is is_wrong


@pytest.mark.parametrize(
    ("amount", "rules"),
    [(100_000, []), (900_000, []), (900_001, []), (900_002, ["PRC-007"]), (1_000_000, ["PRC-007"])],
)
def test_ambiguous_discount_is_settled_by_the_amount(amount: int, rules: list[str]) -> None:
    row = order(discount="ambiguous=0.1", amount_fen=amount, remark="老客户")
    assert all_found(context(orders=[row])) == rules


@pytest.mark.parametrize(
    ("facts", "is_broken"),
    [
        ({"discount": "factor=0.9"}, True),
        ({"discount": "factor=0.9", "remark": "老客户九折"}, False),
        ({"discount": "factor=1"}, False),
        ({"discount": "reduction=0"}, False),
        ({"discount_fen": 1}, True),
        ({"discount_fen": 0}, False),
    ],
)
def test_discount_needs_a_reason(facts: dict[str, Any], *, is_broken: bool) -> None:
    assert breaks("PRC-006", orders=[order(**facts)]) is is_broken


ROLES = [{"approval_role": role, "most_rate": D(rate)} for role, rate in (("经理", "0.1"), ("总监", "0.2"))]


@pytest.mark.parametrize(
    ("reviewer", "price", "is_broken"),
    [
        ("经理", "92", False),
        ("经理", "90", False),
        ("经理", "88", True),
        ("王经理", "89.99", True),
        ("总监", "88", False),
        ("某人", "80", False),  # somebody may
        ("某人", "79.99", True),  # nobody may
    ],
)
def test_discount_within_what_the_approver_may_grant(reviewer: str, price: str, *, is_broken: bool) -> None:
    row = order(reviewer=reviewer, unit_price=D(price), amount_fen=int(D(price) * 10_000))
    assert breaks("PRC-005", orders=[row], prices=[LIST], discounts=ROLES) is is_broken


@pytest.mark.parametrize(
    ("facts", "is_broken"),
    [({"qty_to": 50_000}, False), ({"qty_from": 50_000}, True), ({"valid_to": "2026-03-01"}, False), ({}, True)],
)
def test_discount_policy_counts_where_it_holds(facts: dict[str, Any], *, is_broken: bool) -> None:
    row = order(discount="factor=0.8", amount_fen=800_000)
    assert breaks("PRC-005", orders=[row], discounts=[ROLES[0] | facts]) is is_broken


@pytest.mark.parametrize(
    ("role", "off", "is_broken"),
    [
        ("经理", "0.90", False),
        ("经理", "0.89", True),
        ("销售经理", "0.90", False),
        ("销售经理", "0.89", True),
        ("总监", "0.80", False),
        (None, "0.80", False),  # nobody knows who that is: somebody may
        ("前台", "0.80", False),
    ],
)
def test_discount_by_the_role_on_the_staff_list(role: str | None, off: str, *, is_broken: bool) -> None:
    row = order(reviewer="赵六", discount=f"factor={off}", amount_fen=int(D(off) * 1_000_000))
    people = [{"person": "赵六", "role": role}, {"person": "钱七", "role": "总监"}]
    assert breaks("PRC-005", orders=[row], discounts=ROLES, staff=people) is is_broken


@pytest.mark.parametrize(
    ("rule", "is_broken"),
    [
        ({}, True),
        ({"customer_grade": "A"}, True),
        ({"customer_grade": "B"}, False),
        ({"product_class": "变频器"}, True),
        ({"product_class": "水泵"}, False),
        ({"from_fen": 800_000}, True),
        ({"from_fen": 800_001}, False),
        ({"to_fen": 799_999}, False),
        ({"valid_from": "2026-03-03"}, False),
        ({"valid_from": "2026-03-02"}, True),
        ({"src_held": True}, False),
    ],
)
def test_discount_rule_is_for_whom_it_says(rule: dict[str, Any], *, is_broken: bool) -> None:
    row = order(discount="factor=0.8", amount_fen=800_000)
    lists = {
        "prices": [LIST | {"product_class": "变频器"}],
        "customers": [{"customer_name": row["customer_name"], "grade": "A"}],
    }
    limit = [{"policy_no": "1", "most_rate": D("0.1")} | rule]
    assert breaks("PRC-005", orders=[row], discounts=limit, **lists) is is_broken


def test_readings_of_a_discount() -> None:
    assert readings(None) == (D(1),)
    assert readings("factor=0.9") == (D("0.9"),)
    assert readings("reduction=0.1") == (D("0.9"),)
    assert readings("ambiguous=0.1") == (D("0.1"), D("0.9"))


def test_best_reading_says_what_is_missing() -> None:
    assert best_reading(None, 1000, None, None, 100, None) == (None, None, D(1), False)
