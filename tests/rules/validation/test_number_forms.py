"""Numbers held against a declared form: every vector of the normalisation table."""

from __future__ import annotations

import pytest

from pipeline.rules.validation.number_forms import Form
from schemas.policy.number_forms import DeclaredForm

ORDERS, COMPLAINTS = DeclaredForm("orders", "YYYYMM-NNN"), DeclaredForm("complaints", "YYYYMM-TNNN")
OWN = DeclaredForm("orders", "SO-{YYYY}{MM}{DD}-{NNN}")


@pytest.mark.parametrize(
    ("text", "number", "rule"),
    [
        ("202405-001", "202405-001", ""),
        ("202405-1000", "202405-1000", ""),
        ("202405~001", "202405-001", "ORD-030"),
        ("202405 - 001", "202405-001", "ORD-030"),
        ("202405_001", "202405-001", "ORD-030"),
        ("202405001", "202405-001", "ORD-030"),
        ("SO202405-001", "202405-001", "ORD-030"),
        ("NO.202405-001", "202405-001", "ORD-030"),
        ("202405-1", "202405-001", "CELL-040"),
        ("202405-0001", "202405-001", "CELL-040"),
        ("2024-05-001", "202405-001", "CELL-040"),
        ("2024.05-001", "202405-001", "CELL-040"),
        ("2024/05/001", "202405-001", "CELL-040"),
        ("202405 001", "202405-001", "CELL-040"),
        ("202405-001-1", "202405-001", "ORD-046"),
        ("202405-001A", "202405-001", "ORD-046"),
        ("202405-001补", "202405-001", "ORD-046"),
        ("202405-001(改)", "202405-001", "ORD-046"),
        ("202413-001", "202413-001", "ORD-029"),
        ("202405-000", "202405-000", "ORD-029"),
        ("2024050312", "2024050312", "ORD-029"),
        ("SO20260105001", "SO20260105001", "ORD-029"),
        ("202405-T001", "202405-T001", "ORD-047"),
    ],
)
def test_order_number_under_a_declared_form(text: str, number: str, rule: str) -> None:
    found = Form(ORDERS, (COMPLAINTS,)).completed(text)
    assert (found.number, found.rule, found.is_several) == (number, rule, False)


@pytest.mark.parametrize(
    ("text", "rule", "hint"),
    [
        ("20245-001", "ORD-029", "202405-001"),
        ("2405-001", "ORD-029", "202405-001"),
        ("ABC202405-001", "ORD-029", "202405-001"),
        ("2O2405-00l", "CELL-039", "202405-001"),
        ("202405-001/003", "CELL-038", "202405-001; 202405-003"),
        ("202405-001~003", "CELL-038", "202405-001; 202405-002; 202405-003"),
        ("202405-001 202405-002", "CELL-038", "202405-001; 202405-002"),
    ],
)
def test_likely_number_is_only_suggested(text: str, rule: str, hint: str) -> None:
    found = Form(ORDERS, (COMPLAINTS,)).completed(text)
    assert (found.number, found.rule, found.params["suggestion"]) == (text, rule, hint)
    assert found.is_several is (rule == "CELL-038")


@pytest.mark.parametrize(
    ("text", "number", "rule"),
    [
        ("202405-T001", "202405-T001", ""),
        ("202405-t1", "202405-T001", "CELL-040"),
        ("202405T001", "202405-T001", "ORD-030"),
        ("202405-001", "202405-001", "ORD-047"),
        ("202405-T000", "202405-T000", "CMP-015"),
        ("KS20260301-01", "KS20260301-01", "CMP-015"),
    ],
)
def test_complaint_number_under_a_declared_form(text: str, number: str, rule: str) -> None:
    found = Form(COMPLAINTS, (ORDERS,)).completed(text)
    assert (found.number, found.rule) == (number, rule)


@pytest.mark.parametrize(
    ("text", "number", "rule"),
    [
        ("SO-20260105-001", "SO-20260105-001", ""),
        ("so20260105001", "SO-20260105-001", "ORD-030"),
        ("SO-20260105-1", "SO-20260105-001", "CELL-040"),
        ("SO-20260105-001A", "SO-20260105-001", "ORD-046"),
        ("XS-1", "XS-1", "ORD-029"),
        ("202405-001", "202405-001", "ORD-029"),
    ],
)
def test_any_pattern_may_be_declared(text: str, number: str, rule: str) -> None:
    found = Form(OWN, ()).completed(text)
    assert (found.number, found.rule) == (number, rule)
