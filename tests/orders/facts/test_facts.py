from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.core.frames import dtype
from pipeline.orders import facts as books
from schemas.derived.status import OrderFacts, Stages
from schemas.incoming.kinds import KINDS
from tests.support.order_rows import MAY_CLOSE, calendar, cases, order, tables

AS_OF = pd.Timestamp("2026-03-10 20:00")
NO = "202603-001"


def build(**rows: Any) -> tuple[Any, Any]:
    given = tables(**rows)
    given |= {"cases": cases(given, AS_OF)}
    order_facts, stages = books.build(given, as_of=AS_OF, calendar=calendar())
    return order_facts.iloc[0].to_dict(), stages.set_index("stage")


def stage(name: str, **facts: Any) -> dict[str, Any]:
    return {"order_no": NO, "stage": name} | facts


def test_book_when_nothing_ever_came_in() -> None:
    order_facts, stages = books.build(tables(), as_of=AS_OF)
    assert order_facts.empty
    assert stages.empty
    assert [str(order_facts[c].dtype) for c in OrderFacts.columns] == [dtype(c.spec.type) for c in OrderFacts.columns]
    assert list(stages.columns[: len(Stages.columns)]) == [str(c) for c in Stages.columns]


def test_lines_are_one_order_when_they_share_its_number() -> None:
    lines = [order(amount_fen=100_000, qty=10_000), order(model="X300", amount_fen=100_000, qty=5_000)]
    row, _ = build(orders=lines)
    assert (row["amount_fen"], row["ordered_qty"], row["product"]) == (200_000, 15_000, "变频器 +1")


def test_held_line_holds_its_whole_order() -> None:
    row, _ = build(orders=[order(src_held=True, customer_name=None), order(model="X300")])
    assert row["is_held"]
    assert pd.isna(row["amount_fen"])  # of a part nobody knows what the order is worth
    assert pd.isna(row["ordered_qty"])
    assert row["customer_name"] == "深圳市甲科技有限公司"


def test_held_row_without_number_stands_under_its_key() -> None:
    row, _ = build(orders=[order(None, src_held=True, src_key="~abc")])
    assert (row["order_no"], row["is_held"]) == ("~abc", True)


@pytest.mark.parametrize(
    ("method", "at", "is_confirmed"),
    [
        ("email", "2026-03-04", True),
        ("stamped", "2026-03-04", True),
        ("esign", "2026-03-04", True),
        ("phone", "2026-03-04", False),
        ("wechat", "2026-03-04", False),
        ("email", None, False),
        ("email", "2026-03-11", False),  # tomorrow
    ],
)
def test_confirmation_counts_when_written_and_past(method: str, at: str | None, *, is_confirmed: bool) -> None:
    row, _ = build(orders=[order(conf_method=method, conf_at=at)])
    assert row["is_confirmed"] == is_confirmed


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({}, ""),
        ({"phone": None}, "phone"),
        ({"contact": None, "pay_term": None}, "contact pay_term"),
        ({"address": None}, "address"),
        ({"address": None, "delivery_mode": "pickup"}, ""),
        ({"product_name": None}, ""),
        ({"product_name": None, "model": None}, "product_name"),
    ],
)
def test_missing_names_what_must_be_asked_for(facts: dict[str, Any], missing: str) -> None:
    assert build(orders=[order(**facts)])[0]["missing"] == missing


def test_stage_is_done_when_every_batch_is() -> None:
    half = [
        stage("ship", batch=1, actual_at="2026-03-05", qty=40_000, planned_at="2026-03-05"),
        stage("ship", batch=2, qty=60_000, planned_at="2026-03-09"),
    ]
    row, stages = build(orders=[order()], tracking=half)
    assert pd.isna(stages.loc["ship", "actual_at"])
    assert stages.loc["ship", "planned_at"] == pd.Timestamp("2026-03-09")
    assert (row["shipped_qty"], row["is_all_shipped"], row["shipped_on"]) == (40_000, False, pd.Timestamp("2026-03-05"))
    whole = [half[0], half[1] | {"actual_at": "2026-03-09"}]
    row, stages = build(orders=[order()], tracking=whole)
    assert stages.loc["ship", "actual_at"] == pd.Timestamp("2026-03-09")
    assert (row["shipped_qty"], row["is_all_shipped"]) == (100_000, True)


def test_signing_without_quantity_is_the_whole_order() -> None:
    row, _ = build(orders=[order()], tracking=[stage("sign", actual_at="2026-03-09 15:00")])
    assert (row["signed_qty"], row["signed_on"]) == (100_000, pd.Timestamp("2026-03-09"))


def test_signing_after_the_night_has_not_happened() -> None:
    row, stages = build(orders=[order()], tracking=[stage("sign", actual_at="2026-03-10 20:01")])
    assert (row["signed_qty"], pd.isna(row["signed_on"])) == (0, True)
    assert pd.isna(stages.loc["sign", "actual_at"])


@pytest.mark.parametrize(("freights", "total"), [([], None), ([None], None), ([None, 5_000], 5_000), ([1, 2], 3)])
def test_freight_is_that_of_all_shipments(freights: list[int | None], total: int | None) -> None:
    sent = [{"order_no": NO, "shipped_at": "2026-03-06", "freight_fen": fen} for fen in freights]
    row, _ = build(orders=[order()], shipments=sent)
    assert row["freight_fen"] == total if total else pd.isna(row["freight_fen"])


def test_shipment_and_stage_of_one_order_are_not_added() -> None:
    row, stages = build(
        orders=[order()],
        tracking=[stage("ship", actual_at="2026-03-05", qty=100_000)],
        shipments=[{"order_no": NO, "qty": 100_000, "shipped_at": "2026-03-06", "tracking_no": "SF1"}],
    )
    assert row["shipped_qty"] == 100_000
    assert stages.loc["ship", "actual_at"] == pd.Timestamp("2026-03-05")
    assert stages.loc["ship", "tracking_nos"] == "SF1"


def test_too_much_of_one_line_hides_no_missing_one() -> None:
    lines = [order(qty=50_000, model="A1"), order(qty=50_000, model="B1")]
    shipped = {"order_no": NO, "product": "A1", "qty": 100_000, "shipped_at": "2026-03-05"}
    row, _ = build(orders=lines, shipments=[shipped])
    assert (row["shipped_qty"], row["is_all_shipped"]) == (100_000, False)
    rest = shipped | {"product": "B1", "qty": 50_000}
    assert build(orders=lines, shipments=[shipped, rest])[0]["is_all_shipped"]


def test_refused_goods_are_not_signed_for() -> None:
    note = {"order_no": NO, "qty": 100_000, "shipped_at": "2026-03-05", "signed_at": "2026-03-06"}
    row, _ = build(orders=[order()], shipments=[note | {"refused_qty": 3_000}])
    assert (row["signed_qty"], row["is_all_signed"], pd.isna(row["signed_on"])) == (97_000, False, True)
    assert row["first_signed_on"] == pd.Timestamp("2026-03-06")


@pytest.mark.parametrize(
    ("checks", "is_failed"),
    [
        ([{"qc_result": "ok"}], False),
        ([{"qc_result": "ng"}], True),
        ([{"ng_qty": 3_000}], True),
        ([{"ng_qty": 3_000, "qc_result": "concession"}], False),
        ([{"qc_result": "ng", "actual_at": "2026-03-05"}, {"qc_result": "ok", "actual_at": "2026-03-06"}], False),
        ([{"qc_result": "ng", "actual_at": "2026-03-06"}, {"qc_result": "ok", "actual_at": "2026-03-05"}], True),
    ],
)
def test_failed_inspection_stands_until_passed(checks: list[dict[str, Any]], *, is_failed: bool) -> None:
    rows = [stage("check", batch=n, **facts) for n, facts in enumerate(checks, start=1)]
    assert bool(build(orders=[order()], tracking=rows)[1].loc["check", "is_failed"]) == is_failed


@pytest.mark.parametrize(
    ("planned", "actual", "delay"),
    [
        ("2026-02-13", "2026-02-25", 3),
        ("2026-02-13", "2026-02-26", 4),
        ("2026-03-09", "2026-03-09", 0),
        ("2026-03-09", None, 1),  # Monday; the night is Tuesday
        ("2026-03-11", None, 0),
        (None, "2026-03-09", None),
    ],
)
def test_delay_is_working_days_behind_plan(planned: str | None, actual: str | None, delay: int | None) -> None:
    _, stages = build(orders=[order()], tracking=[stage("prepare", planned_at=planned, actual_at=actual)])
    counted = stages.loc["prepare", "delay_wd"]
    assert (None if pd.isna(counted) else counted) == delay


def test_cancelled_order_is_never_late() -> None:
    _, stages = build(orders=[order(cancelled_on="2026-03-05")], tracking=[stage("prepare", planned_at="2026-03-02")])
    assert stages.loc["prepare", "delay_wd"] == 0


def test_invoices_are_blue_less_red_and_shared_by_worth() -> None:
    rows = [
        {"invoice_no": "1", "order_nos": NO, "gross_fen": 600_000, "issued_on": "2026-03-05", "sign": "blue"},
        {"invoice_no": "2", "order_nos": NO, "gross_fen": 100_000, "issued_on": "2026-03-06", "sign": "red"},
        {"invoice_no": "3", "order_nos": f"{NO};202603-002", "gross_fen": 1_000_000, "issued_on": "2026-03-06"},
        {"invoice_no": "4", "order_nos": NO, "gross_fen": 700_000, "issued_on": "2026-03-11"},  # tomorrow
    ]
    row, _ = build(orders=[order(), order("202603-002", amount_fen=3_000_000)], invoices=rows)
    assert (row["invoiced_fen"], row["invoiced_on"]) == (750_000, pd.Timestamp("2026-03-05"))


def test_invoice_taken_back_does_not_stand() -> None:
    rows = [
        {"invoice_no": "1", "order_nos": NO, "gross_fen": 600_000, "issued_on": "2026-03-05"},
        {"invoice_no": "2", "order_nos": NO, "gross_fen": -600_000, "issued_on": "2026-03-06", "original_no": "1"},
    ]
    row, _ = build(orders=[order()], invoices=rows)
    assert (row["invoiced_fen"], pd.isna(row["invoiced_on"]), row["has_red"]) == (0, True, True)


def test_complaints_count_while_open() -> None:
    rows = [
        {"complaint_no": "202603-T001", "order_no": NO, "disputed_fen": 5_000},
        {"complaint_no": "202603-T002", "order_no": NO, "disputed_fen": 7_000, "closed_at": "2026-03-10 19:00"},
        {"complaint_no": "202603-T003", "order_no": NO, "withdrawn_on": "2026-03-01"},
        {"complaint_no": "202603-T004", "order_no": NO, "disputed_fen": 9_000, "closed_at": "2026-03-10 19:00"}
        | MAY_CLOSE,
    ]
    row, _ = build(orders=[order()], complaints=rows)
    assert (row["open_complaints"], row["disputed_fen"]) == (2, 12_000)  # one was closed before it may be


def test_order_of_rows_does_not_matter() -> None:
    lines = [order("202603-002"), order()]
    rows = [stage("prepare", actual_at="2026-03-05"), stage("ship", planned_at="2026-03-09")]
    there = books.build(tables(orders=lines, tracking=rows), as_of=AS_OF)
    back = books.build(tables(orders=lines[::-1], tracking=rows[::-1]), as_of=AS_OF)
    for one, other in zip(there, back, strict=True):
        places = [c for c in one.columns if c.startswith("src_")]
        pd.testing.assert_frame_equal(one.drop(columns=places), other.drop(columns=places))


def test_kinds_are_all_there() -> None:
    assert set(tables()) == set(KINDS)
