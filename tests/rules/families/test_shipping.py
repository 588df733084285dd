from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.orders.movements import departures, signings, under_shipment_names
from tests.support.order_rows import breaks, context, found, order, tables

NO = "202603-001"


def shipment(**facts: Any) -> dict[str, Any]:
    return {"order_no": NO, "qty": 100_000, "shipped_at": "2026-03-10 15:00"} | facts


def ship(rule: str, as_of: str, *, orders: list[dict[str, Any]] | None = None, **facts: Any) -> bool:
    return breaks(rule, as_of, orders=orders or [order()], shipments=[shipment(**facts)])


@pytest.mark.parametrize(
    ("check", "is_broken"),
    [
        ({"actual_at": "2026-03-09", "qc_result": "ok"}, False),
        ({"actual_at": "2026-03-09", "qc_result": "ng"}, True),
        ({}, True),
        (None, False),
    ],
)
def test_goods_leave_after_inspection(check: dict[str, Any] | None, *, is_broken: bool) -> None:
    tracking = [{"order_no": NO, "stage": "check"} | check] if check is not None else []
    rows = {"orders": [order()], "shipments": [shipment()], "tracking": tracking}
    assert breaks("SHP-001", "2026-03-11", **rows) is is_broken


OK, NG = {"qc_result": "ok"}, {"qc_result": "ng"}


@pytest.mark.parametrize(
    ("checks", "left", "is_broken"),
    [
        ([{"actual_at": "2026-03-10 16:00"} | OK], "2026-03-10 15:00", False),  # one day
        ([{"actual_at": "2026-03-11"} | OK], "2026-03-10", True),
        ([{"actual_at": "2026-03-11"}], "2026-03-10", True),  # inspected, with no result written
        ([{"actual_at": "2026-03-09"} | OK, {"batch": 2}], "2026-03-10", False),  # the first batch left
        ([{"actual_at": "2026-03-09"} | OK, {"batch": 2, "actual_at": "2026-03-11"} | NG], "2026-03-10", False),
        ([{"actual_at": "2026-03-09"} | OK, {"batch": 2, "actual_at": "2026-03-10"} | NG], "2026-03-10", True),
        ([{"actual_at": "2026-03-08"} | NG, {"batch": 2, "actual_at": "2026-03-09"} | OK], "2026-03-10", False),
        ([{"actual_at": "2026-03-09"} | NG, {"batch": 2, "actual_at": "2026-03-11"} | OK], "2026-03-10", True),
        (  # passed again before they left; another batch failed afterwards
            [
                {"actual_at": "2026-03-08"} | NG,
                {"batch": 2, "actual_at": "2026-03-09"} | OK,
                {"batch": 3, "actual_at": "2026-03-11"} | NG,
            ],
            "2026-03-10",
            False,
        ),
        (  # passed, failed, left, passed again
            [
                {"actual_at": "2026-03-07"} | OK,
                {"batch": 2, "actual_at": "2026-03-08"} | NG,
                {"batch": 3, "actual_at": "2026-03-11"} | OK,
            ],
            "2026-03-10",
            True,
        ),
        (  # inspected again, with no result written
            [{"actual_at": "2026-03-08"} | NG, {"batch": 2, "actual_at": "2026-03-09"}],
            "2026-03-10",
            True,
        ),
        (  # passed twice and failed between
            [
                {"actual_at": "2026-03-07"} | OK,
                {"batch": 2, "actual_at": "2026-03-08"} | NG,
                {"batch": 3, "actual_at": "2026-03-09"} | OK,
            ],
            "2026-03-10",
            False,
        ),
        (  # failed in the morning, passed in the afternoon
            [{"actual_at": "2026-03-10 09:00"} | NG, {"batch": 2, "actual_at": "2026-03-10 15:00"} | OK],
            "2026-03-10",
            False,
        ),
        (  # nobody knows which came first
            [{"actual_at": "2026-03-10"} | NG, {"batch": 2, "actual_at": "2026-03-10"} | OK],
            "2026-03-10",
            True,
        ),
        ([{"actual_at": "2026-03-09", "ng_qty": 3_000, "qc_result": "concession"}], "2026-03-10", False),
        ([{"actual_at": "2026-03-08"} | OK, {"actual_at": "2026-03-09", "src_held": True} | NG], "2026-03-10", False),
        ([{"actual_at": "2026-03-08"} | OK, {"actual_at": "2026-03-09", "stage": "prepare"} | NG], "2026-03-10", False),
        ([{"actual_at": "2026-03-13"} | OK], "2026-03-10", True),  # after the night
    ],
)
def test_goods_leave_after_the_first_inspection_that_passed(
    checks: list[dict[str, Any]], left: str, *, is_broken: bool
) -> None:
    tracking = [{"order_no": NO, "stage": "check"} | check for check in checks]
    rows = {"orders": [order()], "tracking": tracking}
    assert breaks("SHP-001", "2026-03-12", **rows, shipments=[shipment(shipped_at=left)]) is is_broken
    assert not breaks("SHP-001", "2026-03-12", **rows, shipments=[shipment(order_no="202603-002")])


def test_stages_in_the_wrong_order_are_told_once() -> None:
    rows = [{"order_no": NO, "stage": "check", "actual_at": "2026-03-11"} | OK]
    rows.append({"order_no": NO, "stage": "ship", "actual_at": "2026-03-10"})
    assert breaks("TRK-024", "2026-03-12", orders=[order()], tracking=rows)
    assert not breaks("SHP-001", "2026-03-12", orders=[order()], tracking=rows)
    assert breaks("SHP-001", "2026-03-12", orders=[order()], tracking=[rows[0] | NG, rows[1]])


def test_goods_that_failed_after_they_left_are_no_matter_of_the_tracking_sheet() -> None:
    checks = [("2026-03-08", OK, 1), ("2026-03-09", NG, 2), ("2026-03-11", OK, 2)]
    rows = [{"order_no": NO, "stage": "check", "actual_at": day, "batch": batch} | r for day, r, batch in checks]
    left = {"order_no": NO, "stage": "ship", "actual_at": "2026-03-10"}
    assert not breaks("SHP-001", "2026-03-12", orders=[order()], tracking=[*rows, left])


@pytest.mark.parametrize(("left", "places"), [(("2026-03-10", "2026-03-11"), 1), (("2026-03-09", "2026-03-10"), 0)])
def test_each_departure_is_held_against_the_inspections_before_it(left: tuple[str, str], places: int) -> None:
    days = [("2026-03-08", NG), ("2026-03-09", OK), ("2026-03-11", NG)]
    tracking = [{"order_no": NO, "stage": "check", "batch": n, "actual_at": d} | r for n, (d, r) in enumerate(days, 1)]
    gone = [shipment(shipped_at=day, qty=50_000) for day in left]
    where = context("2026-03-12", orders=[order()], tracking=tracking, shipments=gone)
    assert len(found("SHP-001", where)) == places


@pytest.mark.parametrize(
    ("facts", "is_broken"),
    [
        ({}, False),
        ({"shipped_at": None}, True),
        ({"shipped_at": None, "signed_at": "2026-03-10"}, False),
        ({"shipped_at": None, "delivered_at": "2026-03-10"}, False),
        ({"shipped_at": None, "src_unknown": "shipped_at"}, False),
    ],
)
def test_shipment_has_a_day(facts: dict[str, Any], *, is_broken: bool) -> None:
    assert ship("SHP-010", "2026-03-11", **facts) is is_broken


@pytest.mark.parametrize(
    ("facts", "as_of", "is_broken"),
    [
        ({}, "2026-03-11 15:00", False),
        ({}, "2026-03-11 15:01", True),
        ({"shipped_at": "2026-03-10"}, "2026-03-11 23:59", False),  # the hour is not known
        ({"shipped_at": "2026-03-10"}, "2026-03-12 00:00", True),
        ({"tracking_no": "SF1"}, "2026-03-20", False),
        ({"src_unknown": "tracking_no"}, "2026-03-20", False),
    ],
)
def test_tracking_number_is_there_within_a_day(facts: dict[str, Any], as_of: str, *, is_broken: bool) -> None:
    assert ship("SHP-002", as_of, **facts) is is_broken


@pytest.mark.parametrize(
    ("facts", "is_broken"),
    [
        ({}, True),
        ({"delivery_mode": "pickup"}, False),
        ({"address": "自提"}, False),  # the address says how
        ({"address": " 客户 自提"}, False),
        ({"address": "自提", "delivery_mode": "express"}, True),
        ({"address": "广东省深圳市自提点路1号"}, True),
    ],
)
def test_goods_that_are_fetched_need_no_number(facts: dict[str, Any], *, is_broken: bool) -> None:
    assert ship("SHP-002", "2026-03-20", orders=[order(**facts)]) is is_broken


@pytest.mark.parametrize(
    ("shipped", "told", "is_broken"),
    [
        ("2026-03-10 15:00", "2026-03-11 15:00", False),
        ("2026-03-10 15:00", "2026-03-11 15:01", True),
        ("2026-03-10", "2026-03-11", False),
        ("2026-03-10", "2026-03-12", True),
        ("2026-03-10 15:00", "2026-03-11", False),
        ("2026-03-10 15:00", None, True),
    ],
)
def test_customer_is_told_within_a_day(shipped: str, told: str | None, *, is_broken: bool) -> None:
    facts: dict[str, Any] = {"shipped_at": shipped, "fed_back_at": told, "tracking_no": "SF1"}
    assert ship("SHP-003", "2026-03-15", **facts) is is_broken


def test_missing_number_is_not_also_told_late() -> None:
    assert not ship("SHP-003", "2026-03-15")


@pytest.mark.parametrize(
    ("shipped", "told", "is_open"),
    [
        ("2026-03-10", "2026-03-11", True),
        ("2026-03-10", "2026-03-10", False),
        ("2026-03-10 15:00", "2026-03-11", False),
    ],
)
def test_hour_matters_only_on_the_next_day(shipped: str, told: str, *, is_open: bool) -> None:
    assert ship("SHP-004", "2026-03-15", shipped_at=shipped, fed_back_at=told) is is_open


@pytest.mark.parametrize(
    ("as_of", "facts", "is_pending"),
    [
        ("2026-03-11 15:00", {}, True),
        ("2026-03-11 15:01", {}, False),
        ("2026-03-11 15:00", {"fed_back_at": "2026-03-10 18:00"}, False),
        ("2026-03-10 14:00", {}, False),
    ],
)
def test_customer_is_to_be_told_while_there_is_time(as_of: str, facts: dict[str, Any], *, is_pending: bool) -> None:
    assert ship("SHP-011", as_of, **facts) is is_pending


@pytest.mark.parametrize(
    ("facts", "is_broken"),
    [({}, True), ({"eta_at": "2026-03-12"}, False), ({"signed_at": "2026-03-11", "signer": "李"}, False)],
)
def test_arrival_is_known_until_signed(facts: dict[str, Any], *, is_broken: bool) -> None:
    assert ship("SHP-005", "2026-03-11", **facts) is is_broken


@pytest.mark.parametrize(
    ("carrier", "number", "is_odd"),
    [
        ("顺丰速运", "SF1234567890123", False),
        ("顺丰", "SF12345678901", True),
        ("圆通", "yt1234567890123", False),
        ("EMS", "EA123456789CN", False),
        ("某货运部", "粤B12345", False),
        (None, "1", False),
    ],
)
def test_number_has_the_carriers_shape(carrier: str | None, number: str, *, is_odd: bool) -> None:
    assert ship("SHP-006", "2026-03-11", carrier=carrier, tracking_no=number) is is_odd


@pytest.mark.parametrize(("customer", "is_shared"), [("乙公司", True), ("深圳市甲科技有限公司", False)])
def test_number_belongs_to_one_customer(customer: str, *, is_shared: bool) -> None:
    orders = [order(), order("202603-002", customer_name=customer)]
    rows = [shipment(tracking_no="SF1234567890123"), shipment(tracking_no="SF1234567890123", order_no="202603-002")]
    hits = found("SHP-007", context("2026-03-11", orders=orders, shipments=rows))
    assert [each.params["other"] for each in hits] == (["甲.xlsx › 表 › 3", "甲.xlsx › 表 › 2"] if is_shared else [])


@pytest.mark.parametrize(
    ("as_of", "facts", "is_broken"),
    [
        ("2026-03-11 20:00", {}, False),
        ("2026-03-13 20:00", {}, False),
        ("2026-03-14 00:00", {}, True),
        ("2026-03-14 00:00", {"shipped_at": "2026-03-15"}, False),  # still here
        ("2026-03-14", {"signed_at": "2026-03-13"}, False),
        ("2026-03-14", {"remark": "客户改约"}, False),
    ],
)
def test_arrival_is_overdue_a_day_after(as_of: str, facts: dict[str, Any], *, is_broken: bool) -> None:
    assert ship("SHP-008", as_of, eta_at="2026-03-12", **facts) is is_broken


@pytest.mark.parametrize(
    ("rule", "good", "bad", "as_of"),
    [
        ("DLV-001", {"qty_check": "ok", "model_check": "ok", "look_check": "ok"}, {"qty_check": "ok"}, "2026-03-12"),
        (
            "DLV-001",
            {"qty_check": "bad", "model_check": "ok", "look_check": "ok"},
            {"qty_check": "ok", "model_check": "ok"},
            "2026-03-12",
        ),
        ("DLV-004", {"signer": "李"}, {}, "2026-03-12"),
        ("DLV-006", {"signed_qty": 100_000}, {"signed_qty": 97_000}, "2026-03-12"),
        ("DLV-003", {"sign_form": "esign"}, {}, "2026-03-17"),
        ("DLV-003", {"sign_form": "scan", "attachment": "回单/1.jpg"}, {"sign_form": "scan"}, "2026-03-17"),
        ("DLV-003", {"attachment": "签收单 1.jpg"}, {"attachment": "有扫描件"}, "2026-03-17"),
        ("DLV-005", {"erp_entered": "是"}, {}, "2026-03-13"),
        ("DLV-005", {"erp_entered": "DN-771"}, {"erp_entered": " 否 "}, "2026-03-13"),
    ],
)
def test_signed_note_is_complete(rule: str, good: dict[str, Any], bad: dict[str, Any], as_of: str) -> None:
    assert not ship(rule, as_of, **{"signed_at": "2026-03-11"} | good)
    assert ship(rule, as_of, **{"signed_at": "2026-03-11"} | bad)


def test_each_note_is_signed_for_itself() -> None:
    notes = [
        {"order_no": NO, "qty": 40_000, "delivery_note_no": "D1", "delivered_at": "2026-03-11"},
        {"order_no": NO, "qty": 30_000, "delivery_note_no": "D2", "delivered_at": "2026-03-11"},
        {"order_no": NO, "qty": 30_000, "shipped_at": "2026-03-11"},  # under way
    ]
    notes[0]["signed_at"] = "2026-03-12"
    where = context("2026-03-17", orders=[order()], shipments=notes)
    assert [each.place.row for each in found("DLV-002", where)] == [3]
    notes[0]["signed_at"] = "2026-03-20"  # a day to come
    ahead = context("2026-03-17", orders=[order()], shipments=notes)
    assert [each.place.row for each in found("DLV-002", ahead)] == [2, 3]


@pytest.mark.parametrize(
    ("rule", "facts", "last", "first"),
    [
        ("DLV-002", {"delivered_at": "2026-03-11"}, "2026-03-16 20:00", "2026-03-17"),  # Wednesday + 3 WD = Monday
        ("DLV-003", {"signed_at": "2026-03-11"}, "2026-03-16 20:00", "2026-03-17"),
        ("DLV-005", {"signed_at": "2026-04-30"}, "2026-05-06 20:00", "2026-05-07"),
    ],
)
def test_note_is_in_time(rule: str, facts: dict[str, Any], last: str, first: str) -> None:
    assert not ship(rule, f"{next(iter(facts.values()))} 20:00", **facts)
    assert not ship(rule, last, **facts)
    assert ship(rule, first, **facts)


def test_short_delivery_says_both_figures() -> None:
    row = {"order_no": NO, "shipped_at": "2026-03-10", "qty": 100_000, "signed_at": "2026-03-11", "signed_qty": 97_500}
    (hit,) = found("DLV-006", context("2026-03-12", orders=[order()], shipments=[row]))
    assert (hit.params["count"], hit.params["other"]) == ("97.5", "100")


@pytest.mark.parametrize("column", ["sign_form", "attachment"])
def test_a_sheet_with_either_column_is_asked_for_the_paper(column: str) -> None:
    row = {"order_no": NO, "shipped_at": "2026-03-10", "signed_at": "2026-03-11"}
    where = context("2026-03-17", orders=[order()], shipments=[row])
    where = replace(where, headings={("甲.xlsx", "表"): {column: ("A", column)}})
    assert found("DLV-003", where)
    assert not found("DLV-003", replace(where, headings={("甲.xlsx", "表"): {"signer": ("A", "签收人")}}))


def test_short_delivery_with_a_complaint_is_explained() -> None:
    rows = {"orders": [order()], "shipments": [shipment(signed_at="2026-03-11", signed_qty=97_000)]}
    assert not breaks("DLV-006", "2026-03-12", **rows, complaints=[{"order_no": NO}])


def test_one_note_for_two_orders() -> None:
    rows = [shipment(delivery_note_no="DN1"), shipment(delivery_note_no="DN1", order_no="202603-002")]
    assert breaks("DLV-007", orders=[order()], shipments=rows)
    assert not breaks("DLV-007", orders=[order()], shipments=[rows[0], rows[0]])


TRACKED: list[dict[str, Any]] = [
    {"order_no": NO, "stage": "ship", "actual_at": "2026-03-10 15:00", "src_key": "t1"},
    {
        "order_no": NO,
        "stage": "sign",
        "actual_at": "2026-03-12",
        "eta_at": "2026-03-11",
        "signer": "李",
        "src_key": "t2",
    },
    {"order_no": "202603-002", "stage": "ship", "actual_at": "2026-03-10"},
    {"order_no": "202603-003", "stage": "ship", "actual_at": "2026-03-10", "src_held": True},
]


def test_ship_stages_count_as_departures_where_no_shipment_sheet_tells_of_the_order() -> None:
    rows = departures(tables(tracking=TRACKED, shipments=[shipment(order_no="202603-002")]))
    assert rows["order_no"].tolist() == ["202603-002", NO]
    own = rows.iloc[1]
    assert (own["src_key"], str(own["signed_at"]), own["signer"]) == ("t1", "2026-03-12 00:00:00", "李")


def test_sign_stages_are_signings_at_their_own_place() -> None:
    rows = signings(tables(tracking=TRACKED, shipments=[shipment(order_no="202603-002")]))
    assert rows["src_key"].tolist() == ["shipments-2", "t2"]
    assert rows["shipped_at"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("rule", "as_of", "good", "bad"),
    [
        ("SHP-002", "2026-03-11 15:01", {"tracking_no": "SF1"}, {}),
        ("SHP-003", "2026-03-15", {"tracking_no": "SF1", "fed_back_at": "2026-03-11 15:00"}, {"tracking_no": "SF1"}),
        ("SHP-005", "2026-03-11", {"eta_at": "2026-03-12"}, {}),
        ("SHP-006", "2026-03-11", {"carrier": "某货运部", "tracking_no": "1"}, {"carrier": "顺丰", "tracking_no": "1"}),
        ("SHP-008", "2026-03-14", {"eta_at": "2026-03-13"}, {"eta_at": "2026-03-12"}),
        ("SHP-011", "2026-03-11 15:00", {"fed_back_at": "2026-03-10 18:00"}, {}),
    ],
)
def test_tracking_sheets_alone_are_enough(rule: str, as_of: str, good: dict[str, Any], bad: dict[str, Any]) -> None:
    for facts, rows in ((good, []), (bad, [2])):
        where = context(as_of, orders=[order()], tracking=[TRACKED[0] | facts])
        assert [each.place.row for each in found(rule, where)] == rows


@pytest.mark.parametrize(("signer", "rows"), [("李", []), (None, [3])])
def test_a_signature_of_a_tracking_sheet_is_asked_for_its_signer(signer: str | None, rows: list[int]) -> None:
    where = context("2026-03-13", orders=[order()], tracking=[TRACKED[0], TRACKED[1] | {"signer": signer}])
    assert [each.place.row for each in found("DLV-004", where)] == rows


def test_an_arrival_that_could_not_be_read_beside_the_signature_is_not_missing() -> None:
    unread = {"order_no": NO, "stage": "sign", "src_unknown": "eta_at"}
    assert not breaks("SHP-005", "2026-03-11", orders=[order()], tracking=[TRACKED[0], unread])


@pytest.mark.parametrize("rule", ["SHP-002", "SHP-005", "SHP-011"])
def test_what_a_sheet_has_no_column_for_is_not_asked(rule: str) -> None:
    where = context("2026-03-11 15:00" if rule == "SHP-011" else "2026-03-12", orders=[order()], tracking=TRACKED[:1])
    assert found(rule, where)
    assert not found(rule, replace(where, headings={("甲.xlsx", "表"): {"actual_at": ("F", "完成")}}))


def test_cells_of_tracking_sheets_are_found_by_the_names_of_shipments() -> None:
    assert under_shipment_names({"actual_at": ("F", "完成"), "signer": ("G", "签收人")}) == {
        "actual_at": ("F", "完成"),
        "shipped_at": ("F", "完成"),
        "signed_at": ("F", "完成"),
        "signer": ("G", "签收人"),
    }


def test_the_customer_is_to_be_told_by_a_named_moment() -> None:
    where = context("2026-03-11 09:00", orders=[order()], shipments=[shipment()])
    assert [each.params["due"] for each in found("SHP-011", where)] == ["2026-03-11 15:00"]
