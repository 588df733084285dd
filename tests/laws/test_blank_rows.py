"""Rows that say nothing: what is not known is neither right nor wrong, only missing where something asks for it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.order_rows import all_found, context, order

KNOWN, UNKNOWN = {"order_no": "202603-001"}, {"order_no": "202603-999"}
ALL = ("tracking", "shipments", "invoices", "receipts", "qualifications", "complaints", "leadtimes")
NAMED = ("tracking", "shipments", "complaints")


@pytest.mark.parametrize(
    ("orders", "more", "expected"),
    [
        ([KNOWN], {}, ["ORD-006", "ORD-021"]),  # no product; the customer was not asked
        ([{}], {}, ["ORD-006"]),
        ([order()], {}, []),
        ([order()], {kind: [{}] for kind in ALL}, ["INV-022", "SHP-010", "TRK-002"]),
        ([order()], {kind: [KNOWN] for kind in NAMED}, ["SHP-010", "TRK-002"]),
        ([KNOWN, {}], {kind: [KNOWN] for kind in NAMED}, ["ORD-006", "ORD-021", "SHP-010", "TRK-002"]),
        ([order()], {kind: [UNKNOWN] for kind in NAMED}, ["SHP-010", "TRK-002", "X-006"]),
        ([order()], {"invoices": [{"order_nos": "202603-999"}]}, ["X-006"]),
        ([order()], {"receipts": [{"order_nos": "202603-999"}]}, []),
        ([order()], {"customers": [{}]}, ["ORD-037"]),  # there are customers, and this is none of them
        ([order()], {"prices": [{}]}, ["ORD-010", "ORD-022", "PRC-009"]),
    ],
)
def test_what_is_said_of_rows_that_say_nothing(
    orders: list[dict[str, Any]], more: dict[str, list[dict[str, Any]]], expected: list[str]
) -> None:
    assert sorted(set(all_found(context("2026-03-30 20:00", orders=orders, **more)))) == expected
