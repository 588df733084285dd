from __future__ import annotations

from typing import Any

import pytest

from pipeline.rules.families.people import DOING, NAMING
from schemas.incoming.kinds import KINDS
from schemas.table import Type
from tests.support.order_rows import context, found, order, owed

LEFT = {"person": "张三", "dept": "销售部", "role": "业务员", "left_on": "2026-03-05"}
THEIRS = {  # people of customers and carriers
    *("orders.contact", "tracking.signer", "shipments.signer", "reminders.counterpart"),
    *("complaints.complainant", "visits.interviewee"),
}
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


def test_every_column_of_people_is_one_of_ours_or_of_others() -> None:
    named = {
        f"{name}.{column}"
        for name, kind in KINDS.items()
        for column in kind.columns
        if column.spec.type is Type.NAME and (column.spec.personal or column == "approver")
    }
    ours = {".".join(cell) for cell in NAMING}
    assert named - ours - THEIRS == {"staff.person"}
    assert ours | THEIRS <= named
    assert not ours & THEIRS


@pytest.mark.parametrize(("table", "column"), NAMING)
def test_whoever_a_sheet_names_is_looked_up(table: str, column: str) -> None:
    row = order() if table == "orders" else {}
    rows: dict[str, Any] = {table: [row | {column: "张三"}, row | {column: "王五"}, row | {column: "王五"}]}
    rows["staff"] = [LEFT, HEAD, *rows.get("staff", [])]
    hits = found("X-030", context(**rows))
    assert [(each.kind, each.column, each.raw) for each in hits] == [(table, column, "王五")]


def test_somebody_unknown_is_told_of_once_however_many_sheets_name_them() -> None:
    rows: dict[str, Any] = {"orders": [order(sales_owner="王五")], "capa": [{"owner": "王五"}, {"owner": "王五/赵六"}]}
    hits = found("X-030", context(staff=[LEFT], **rows))
    assert [(each.kind, each.raw) for each in hits] == [("orders", "王五"), ("capa", "王五/赵六")]


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


def test_one_who_is_still_there_may_have_approved() -> None:
    orders = [order(reviewer="张三/李强", approval="agree", approved_on="2026-03-06")]
    assert not found("X-032", context(orders=orders, staff=[LEFT, HEAD]))
    gone = [LEFT, HEAD | {"left_on": "2026-03-04"}]
    assert [each.params["due"] for each in found("X-032", context(orders=orders, staff=gone))] == ["2026-03-05"]


@pytest.mark.parametrize(("table", "column", "at"), DOING)
@pytest.mark.parametrize(("on", "is_told"), [("2026-03-05 18:00", False), ("2026-03-06 08:00", True)])
def test_nobody_does_anything_after_leaving(table: str, column: str, at: str, on: str, *, is_told: bool) -> None:
    hits = found("X-033", context(staff=[LEFT], **{table: [{column: "张三", at: on}]}))
    assert [(each.params["due"], each.params["other"]) for each in hits] == [("2026-03-05", on[:10])] * is_told


NO_1 = "202603-T001"
PROPOSED = {"complaint_no": NO_1, "approver": "张三", "proposed_at": "2026-03-06"}


@pytest.mark.parametrize(
    ("rows", "is_told"),
    [
        ({"orders": [order(reviewer="张三", sales_owner="李强")]}, True),
        ({"orders": [order(reviewer="张三", sales_owner="李强", approval="agree")]}, False),
        ({"complaints": [PROPOSED]}, True),
        ({"complaints": [PROPOSED | {"approved_at": "2026-03-07"}]}, False),
        ({"complaints": [PROPOSED | {"proposed_at": None}]}, False),
        ({"complaints": [PROPOSED | {"closed_at": "2026-03-08"}]}, False),
        ({"complaints": [{"complaint_no": NO_1, "owner": "张三"}]}, True),
        ({"complaints": [{"complaint_no": NO_1, "owner": "张三", "withdrawn_on": "2026-03-08"}]}, False),
        ({"actions": [{"complaint_no": NO_1, "owner": "张三"}]}, True),
        ({"actions": [{"complaint_no": NO_1, "owner": "张三", "done_at": "2026-03-04"}]}, False),
        (
            {
                "actions": [{"complaint_no": NO_1, "owner": "张三"}],
                "complaints": [{"complaint_no": NO_1, "closed_at": "2026-03-08"}],
            },
            False,
        ),
        ({"capa": [{"owner": "张三"}]}, True),
        ({"capa": [{"owner": "张三", "done_on": "2026-03-04"}]}, False),
        ({"opening": [{"customer_name": "甲", "sales_owner": "张三", "open_fen": 1}]}, True),
        ({"opening": [{"customer_name": "甲", "sales_owner": "张三", "open_fen": 0}]}, False),
        ({"opening": [{"customer_name": "乙", "sales_owner": "张三", "open_fen": 1}]}, False),  # nothing is left of it
    ],
)
def test_work_of_every_kind_that_somebody_left_undone_is_told(rows: dict[str, Any], *, is_told: bool) -> None:
    items = owed({"order_no": "1", "instalment_no": 1, "customer_name": "甲", "open_fen": 1})
    assert bool(found("X-031", context(staff=[LEFT, HEAD], receivables=items, **rows))) is is_told
