from __future__ import annotations

from typing import Any

import pytest

from tests.support.order_rows import breaks, context, found, order

NO = "202603-001"
SHEET = {"src_sheet": "无质检列"}


def check(**facts: Any) -> dict[str, Any]:
    """A hundred pieces inspected on Thursday 2026-03-05, all well."""
    usual = {"order_no": NO, "stage": "check", "owner": "王五", "actual_at": "2026-03-05 15:00", "qty": 100_000}
    return usual | {"qc_result": "ok", "ok_qty": 100_000, "ng_qty": 0} | facts


FAILED = {"qc_result": "ng", "ok_qty": 97_000, "ng_qty": 3_000}
NOTHING = {"qc_result": None, "ok_qty": None, "ng_qty": None}


@pytest.mark.parametrize(
    ("facts", "is_broken"),
    [
        ({}, False),
        (NOTHING, True),
        (NOTHING | {"qc_result": "pending"}, False),
        (NOTHING | {"ok_qty": 100_000}, False),
        (NOTHING | {"actual_at": None}, False),
        (NOTHING | {"actual_at": "2026-03-11"}, False),  # after the night
        (NOTHING | {"stage": "prepare"}, False),
        (NOTHING | {"src_unknown": "ok_qty"}, False),
        (NOTHING | SHEET, False),
    ],
)
def test_inspection_has_figures(facts: dict[str, Any], *, is_broken: bool) -> None:
    assert breaks("TRK-013", orders=[order()], tracking=[check(**facts)]) is is_broken


@pytest.mark.parametrize(
    ("rows", "is_broken"),
    [
        ([{}], False),
        ([{"ok_qty": 98_000}], True),  # two neither passed nor failed
        ([{"ok_qty": 97_000, "ng_qty": 3_000}], False),
        ([{"qty": 98_000, "ok_qty": 98_000}], True),  # two never came
        ([{"qty": None}], False),
        ([{"qty": None, "ok_qty": 98_000}], True),
        ([{"qty": 60_000, "ok_qty": 60_000}, {"batch": 2, "qty": 40_000, "ok_qty": 40_000}], False),
        ([{"qty": 60_000, "ok_qty": 60_000}, {"batch": 2, "qty": 39_000, "ok_qty": 39_000}], True),
        ([{"qty": 60_000, "ok_qty": 60_000}, {"batch": 2, "qty": 40_000, "actual_at": None}], False),
        ([{"qty": 60_000, "ok_qty": 60_000}, {"batch": 2, **NOTHING, "qty": None}], False),
        ([{}, {"batch": 2, "qty": 3_000, "ok_qty": 3_000}], False),  # inspected again
        ([{"actual_at": None, "ok_qty": 98_000}], False),
        ([{"qty": 98_000, "ok_qty": 98_000}, {"stage": "prepare", "actual_at": None}], True),
    ],
)
def test_inspected_is_what_was_ordered(rows: list[dict[str, Any]], *, is_broken: bool) -> None:
    assert breaks("TRK-014", orders=[order()], tracking=[check(**row) for row in rows]) is is_broken


def test_what_was_inspected_is_compared_with_what_is_known_to_be_ordered() -> None:
    assert not breaks("TRK-014", orders=[order(qty=None)], tracking=[check()])


def test_shortage_is_told_at_the_last_inspection() -> None:
    rows = [check(qty=60_000, ok_qty=60_000), check(batch=2, qty=39_000, ok_qty=39_000)]
    assert [each.place.row for each in found("TRK-014", context(orders=[order()], tracking=rows))] == [3]


@pytest.mark.parametrize(
    ("facts", "no_action", "is_open"),
    [
        ({}, False, False),
        (FAILED, True, False),
        (FAILED | {"qc_action": "返工"}, False, True),
        (FAILED | {"qc_result": "concession"}, False, False),
        (FAILED | {"qc_result": "ok"}, True, False),  # passed on the whole, three pieces failed
        (FAILED | {"qc_result": "ok", "qc_action": "换货"}, False, False),
        ({"qc_result": "ng", "ng_qty": None}, True, False),
        (FAILED | {"actual_at": "2026-03-11"}, False, False),  # after the night
    ],
)
def test_failed_goods_are_dealt_with(facts: dict[str, Any], *, no_action: bool, is_open: bool) -> None:
    where = {"orders": [order()], "tracking": [check(**facts)]}
    assert breaks("TRK-015", **where) is no_action
    assert breaks("TRK-016", **where) is is_open


@pytest.mark.parametrize(
    ("again", "is_open"),
    [
        ({"actual_at": "2026-03-06"}, False),
        ({"actual_at": "2026-03-05 15:00"}, True),  # not after the failure
        ({"actual_at": "2026-03-06", "qc_result": "ng"}, True),
        ({"actual_at": None}, True),
    ],
)
def test_failure_stays_open_until_inspected_again(again: dict[str, Any], *, is_open: bool) -> None:
    rows = [check(**FAILED, qc_action="返工"), check(batch=2, **{"qty": 3_000, "ok_qty": 3_000} | again)]
    assert breaks("TRK-016", orders=[order()], tracking=rows) is is_open


def test_failure_of_a_cancelled_order_is_closed() -> None:
    rows = [check(**FAILED, qc_action="返工")]
    assert not breaks("TRK-016", orders=[order(cancelled_on="2026-03-06")], tracking=rows)
