from __future__ import annotations

from typing import Any

import pytest

from tests.support.order_rows import context, found, order

LEFT = {"person": "张三", "dept": "销售部", "role": "业务员", "left_on": "2026-03-05"}
HEAD = {"person": "李强", "dept": "销售部", "role": "销售经理"}


@pytest.mark.parametrize(
    ("cell", "is_known"),
    [
        ("张三", True),
        ("张 三", True),
        ("张三/李强", True),
        ("张三13800138000", True),
        ("王五", False),
        ("张三、王五", False),
    ],
)
def test_people_are_looked_up_in_the_staff_list(cell: str, *, is_known: bool) -> None:
    rows = {"orders": [order(sales_owner=cell), order("202603-002", sales_owner=cell)]}
    hits = found("X-030", context(staff=[LEFT, HEAD], **rows))
    assert [each.subject for each in hits] == ([] if is_known else ["202603-001"])  # once a person
    assert not found("X-030", context(**rows))  # no list was sent in


@pytest.mark.parametrize(
    ("staff", "facts", "told"),
    [
        ([LEFT, HEAD], {}, ["李强"]),
        ([LEFT | {"successor": "赵六"}, HEAD], {}, ["赵六"]),
        ([LEFT], {}, ["–"]),
        ([LEFT, HEAD | {"left_on": "2026-03-01"}], {}, ["–"]),
        ([LEFT | {"left_on": "2026-03-10"}, HEAD], {}, ["李强"]),
        ([LEFT | {"left_on": "2026-03-11"}, HEAD], {}, []),
        ([LEFT, HEAD], {"cancelled_on": "2026-03-03"}, []),
    ],
)
def test_unfinished_work_of_somebody_who_left_is_told(
    staff: list[dict[str, Any]], facts: dict[str, Any], told: list[str]
) -> None:
    hits = found("X-031", context(orders=[order(**facts), order(**facts)], staff=staff))
    assert [each.params["other"] for each in hits] == told


@pytest.mark.parametrize(("on", "is_told"), [("2026-03-05", False), ("2026-03-06", True)])
def test_nobody_approves_after_leaving(on: str, *, is_told: bool) -> None:
    orders = [order(reviewer="张三", approval="agree", approved_on=on)]
    hits = found("X-032", context(orders=orders, staff=[LEFT]))
    assert [each.params["due"] for each in hits] == (["2026-03-05"] if is_told else [])
