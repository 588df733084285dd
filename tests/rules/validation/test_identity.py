"""Business keys: what names a row, and when two rows are told apart."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.rules.validation.identity import fingerprints, keys
from schemas.incoming.kinds import KINDS
from tests.support.order_rows import frame

DAY = "2026-03-02"


COUNTED = {  # rows of one file that are alike in these are as many records as rows
    "orders": [True],
    "tracking": [False],
    "shipments": [True, True, True],
    "invoices": [False],
    "receipts": [False, False, True, True],
    "reminders": [False, True, True],
    "complaints": [False, False],
    "actions": [True],
    "visits": [True],
    "evidence": [True],
    "capa": [True],
    "customers": [False, False],
    "qualifications": [False, False],
    "opening": [True],
    "prices": [False, False],
    "discounts": [True, True],
    "leadtimes": [False, False],
    "transit": [False],
    "staff": [False],
}


@pytest.mark.parametrize(("kind", "nth"), [(kind, n) for kind, each in COUNTED.items() for n in range(len(each))])
def test_rows_alike_in_what_names_them_are_told_apart_only_where_they_are_counted(kind: str, nth: int) -> None:
    columns = KINDS[kind].identity[nth]
    spare = next(str(c) for c in KINDS[kind].columns if _is_text(kind, str(c)) and not _names(kind, str(c)))
    row = {columns[0]: "K"} if _is_text(kind, columns[0]) else {}
    files = ("甲.xlsx", "甲.xlsx", "甲.xlsx", "乙.xlsx")
    made = keys(
        KINDS[kind], frame(KINDS[kind], [row | {spare: str(n), "src_file": file} for n, file in enumerate(files)])
    )
    alone = "k" + "|" * (len(columns) - 1)
    ordinals = ["", "#2", "#3", ""] if COUNTED[kind][nth] else [""] * 4
    assert made.tolist() == [alone + ordinal for ordinal in ordinals]


def _is_text(kind: str, column: str) -> bool:
    return str(frame(KINDS[kind], [])[column].dtype) == "str"


def _names(kind: str, column: str) -> bool:
    return column.startswith("src_") or any(column in each for each in KINDS[kind].identity)


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"receipt_no": "SK-1", "bank_ref": "B9"}, "sk-1"),
        ({"bank_ref": "B9", "payer": "甲"}, "b9"),
        ({"payer": "甲", "received_on": pd.Timestamp(DAY), "amount_fen": 100}, "甲|2026-03-02T00:00|100|"),
        ({"customer_name": "乙", "amount_fen": 100, "order_nos": "202603-001"}, "乙||100|202603-001"),
    ],
)
def test_first_name_a_row_has_is_its_key(row: dict[str, Any], key: str) -> None:
    assert keys(KINDS["receipts"], frame(KINDS["receipts"], [row])).tolist() == [key]


def test_row_without_a_name_is_named_by_what_it_says() -> None:
    said = [("甲.xlsx", 100), ("甲.xlsx", 100), ("乙.xlsx", 100), ("甲.xlsx", 101)]
    rows = frame(KINDS["receipts"], [{"src_file": file, "amount_fen": fen} for file, fen in said])
    one, again, elsewhere, other = keys(KINDS["receipts"], rows)
    assert one.startswith("~")
    assert len(one) == 1 + 2 * 12
    assert (again, elsewhere) == (f"{one}#2", one)
    assert other not in {one, again}
    assert fingerprints(rows.assign(src_row=99, src_sheet="别处")).tolist() == [one, again, elsewhere, other]


def test_a_row_without_a_key_is_named_by_what_it_says() -> None:
    rows = frame(KINDS["orders"], [{"product_name": name} for name in ("泵", "阀", "泵")])
    first, other, again = fingerprints(rows)
    assert first != other
    assert again == f"{first}#2"


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("waivers", {"finding_id": "A"}),
        ("waivers", {"rule": "ORD-004", "record": "1"}),
        ("corrections", {"finding_id": "A", "value": "1"}),
    ],
)
def test_what_is_said_twice_in_a_list_of_our_own_is_said_once(kind: str, row: dict[str, Any]) -> None:
    one, other = keys(KINDS[kind], frame(KINDS[kind], [row, row]))
    assert one == other
