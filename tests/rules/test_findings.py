"""Findings about rows: whoever finds them, they name the record, its place and its customer alike."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.rules.findings import _type_of, finding_for
from schemas.derived.finding import Place
from schemas.table import Type

PLACED = {"src_file": "a.xlsx", "src_sheet": "s", "src_row": np.int64(7), "src_seq": pd.NA, "src_key": "k"}
HEADINGS = {"payer": ("C", "付款单位"), "amount_fen": ("D", "金额")}


def test_a_finding_knows_its_place_and_what_stands_there() -> None:
    found = finding_for(PLACED | {"amount_fen": 120_050}, "RCV-008", "amount_fen", kind="receipts", headings=HEADINGS)
    assert (found.place, found.heading, found.raw) == (Place("a.xlsx", "s", 7, "D"), "金额", "1,200.50")
    assert (found.kind, found.key, found.seq) == ("receipts", "k", 0)


def test_a_cell_that_stands_elsewhere_says_so_itself() -> None:
    row = PLACED | {"src_cells": '{"payer": ["B2", "付款人"]}', "src_seq": 3}
    found = finding_for(row, "RCV-008", "payer", kind="receipts", headings=HEADINGS)
    assert (found.place.cell, found.heading, found.seq) == ("B2", "付款人", 3)


@pytest.mark.parametrize(
    ("cells", "customer"),
    [
        ({"customer_name": "甲公司", "payer": "乙公司"}, "甲公司"),
        ({"customer_name": None, "payer": "乙公司"}, "乙公司"),
        ({"buyer": "丙公司"}, "丙公司"),
        ({"buyer": pd.NA}, ""),
    ],
)
def test_the_customer_is_whoever_bought_or_paid(cells: dict[str, object], customer: str) -> None:
    assert finding_for(PLACED | cells, "INV-004", "", kind="invoices", headings={}).customer == customer


def test_a_row_without_a_key_is_named_by_its_number() -> None:
    row = PLACED | {"src_key": None, "order_no": "202406-001"}
    found = finding_for(row, "DUE-001", "", kind="receivables", headings={})
    assert (found.key, found.subject, found.raw) == ("202406-001", "202406-001", "")


@pytest.mark.parametrize(
    ("table", "column", "spec"),
    [
        ("orders", "invoice_kind", (Type.CHOICE, "choice.invoice_kind")),
        ("cases", "severity", (Type.CHOICE, "choice.severity")),
        ("receivables", "fee_rate", (Type.RATE, "")),
        ("receivables", "open_fen", (Type.MONEY, "")),
        ("standing", "reason", (Type.TEXT, "")),
    ],
)
def test_a_column_is_known_in_tables_we_make(table: str, column: str, spec: tuple[Type, str]) -> None:
    assert _type_of(table, column) == spec
