"""Order and complaint numbers: every vector of the normalisation table, and lists of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.reading.values.order_lists import parse_order_list
from pipeline.reading.values.order_numbers import find_order_numbers, parse_complaint_no, parse_order_no

if TYPE_CHECKING:
    from pipeline.reading.values.cells import Parsed

STANDS = [
    ("clean", "202405-001", "202405-001", None),
    ("thousand", "202405-1000", "202405-1000", None),
    ("V1-full-width", "２０２４０５－００１", "202405-001", "ORD-030"),
    ("V2-em-dash", "202405—001", "202405-001", "ORD-030"),
    ("V2-en-dash", "202405–001", "202405-001", "ORD-030"),
    ("V2-minus", "202405−001", "202405-001", "ORD-030"),
    ("V2-tilde", "202405~001", "202405-001", "ORD-030"),
    ("V3-nbsp", "\u00a0202405-001\u200b", "202405-001", "ORD-030"),
    ("V3-carriage-return", "202405-001_x000D_", "202405-001", "ORD-030"),
    ("spaces", " 202405 - 001 ", "202405-001", "ORD-030"),
    ("underscore", "202405_001", "202405-001", "ORD-030"),
    ("V4-apostrophe", "'202405-001", "202405-001", "ORD-030"),
    ("F9-csv", '="202405-001"', "202405-001", "ORD-030"),
    ("V34-break", "202405-\n001", "202405-001", "ORD-030"),
    ("V6-text", "202405001", "202405-001", "ORD-030"),
    ("V6-int", 202405001, "202405-001", "ORD-030"),
    ("V6-float", 202405001.0, "202405-001", "ORD-030"),
    ("prefix-so", "SO202405-001", "202405-001", "ORD-030"),
    ("prefix-zh", "订单号:202405-001", "202405-001", "ORD-030"),
    ("prefix-zh-wide-colon", "订单号：202405-001", "202405-001", "ORD-030"),
    ("prefix-no", "NO.202405-001", "202405-001", "ORD-030"),
    ("padded", "202405-1", "202405-001", "CELL-040"),
    ("padded-back", "202405-0001", "202405-001", "CELL-040"),
    ("apart-dashes", "2024-05-001", "202405-001", "CELL-040"),
    ("apart-dot", "2024.05-001", "202405-001", "CELL-040"),
    ("apart-slashes", "2024/05/001", "202405-001", "CELL-040"),
    ("apart-space", "202405 001", "202405-001", "CELL-040"),
    ("V12-dash", "202405-001-1", "202405-001", "ORD-046"),
    ("V12-letter", "202405-001A", "202405-001", "ORD-046"),
    ("V12-word", "202405-001补", "202405-001", "ORD-046"),
    ("V12-bracket", "202405-001(改)", "202405-001", "ORD-046"),
    ("blank", "", None, None),
    ("blank-dash", "—", None, None),
    ("placeholder", "______", None, None),
]

REFUSED = [
    ("month-13", "202413-001", "ORD-029", ""),
    ("month-00", "202400-001", "ORD-029", ""),
    ("month-short", "20245-001", "ORD-029", "202405-001"),
    ("century-missing", "2405-001", "ORD-029", "202405-001"),
    ("serial-zero", "202405-000", "ORD-029", ""),
    ("time-stamp", "2024050312", "ORD-029", ""),
    ("V7-computed", 202404.0, "ORD-029", ""),
    ("words", "待定", "ORD-029", ""),
    ("strange-prefix", "ABC202405-001", "ORD-029", "202405-001"),
    ("kind", "202405-T001", "ORD-047", ""),
    ("V8-date", date(2024, 5, 1), "ORD-045", "202405-001"),
    ("V8-moment", datetime(2024, 5, 1), "ORD-045", "202405-001"),
    ("V8-text", "2024-05-01", "ORD-045", ""),
    ("V6-scientific", "2.02405E+08", "CELL-041", ""),
    ("V10-letters", "2O2405-00l", "CELL-039", "202405-001"),
    ("V11-comma", "202405-001、002", "CELL-038", "202405-001; 202405-002"),
    ("V11-slash", "202405-001/003", "CELL-038", "202405-001; 202405-003"),
    ("V11-range", "202405-001~003", "CELL-038", "202405-001; 202405-002; 202405-003"),
    ("V11-lines", "202405-001\n202405-002", "CELL-038", "202405-001; 202405-002"),
]


def suggestion(parsed: Parsed) -> str:
    return dict(parsed.params).get("suggestion", "")


@pytest.mark.parametrize(("raw", "value", "rule"), [pytest.param(*case, id=name) for name, *case in STANDS])
def test_order_no_stands_when_it_can_be_read(raw: object, value: str | None, rule: str | None) -> None:
    parsed = parse_order_no(raw)
    assert (parsed.value, parsed.rule, parsed.unknown) == (value, rule, False)


@pytest.mark.parametrize(("raw", "rule", "hint"), [pytest.param(*case, id=name) for name, *case in REFUSED])
def test_order_no_is_unknown_when_it_cannot_be_trusted(raw: object, rule: str, hint: str) -> None:
    parsed = parse_order_no(raw)
    assert (parsed.value, parsed.rule, parsed.unknown, suggestion(parsed)) == (None, rule, True, hint)


@pytest.mark.parametrize(
    ("raw", "value", "rule"),
    [
        ("202405-T001", "202405-T001", None),
        ("202405-t1", "202405-T001", "CELL-040"),
        ("202405T001", "202405-T001", "ORD-030"),
        ("T202405-001", "202405-T001", "ORD-030"),
        ("投诉编号：202405-T001", "202405-T001", "ORD-030"),
        ("202405-T1000", "202405-T1000", None),
        ("202405-001", None, "ORD-047"),
        ("202405-T000", None, "CMP-015"),
        ("202413-T001", None, "CMP-015"),
        ("待定", None, "CMP-015"),
        ("", None, None),
    ],
)
def test_complaint_no_when_read(raw: str, value: str | None, rule: str | None) -> None:
    parsed = parse_complaint_no(raw)
    assert (parsed.value, parsed.rule) == (value, rule)
    assert parsed.unknown is (value is None and rule is not None)


@pytest.mark.parametrize(
    ("raw", "value", "rule"),
    [
        ("202405-001", "202405-001", None),
        ("202405-001，202405-002", "202405-001 202405-002", None),
        ("202405-001 202405-002", "202405-001 202405-002", None),
        ("202405-001\n202405-002", "202405-001 202405-002", None),
        ("202405-001、002", "202405-001 202405-002", "CELL-038"),
        ("202405-001/003", "202405-001 202405-003", "CELL-038"),
        ("202405-001~003", "202405-001 202405-002 202405-003", "CELL-038"),
        ("202405-001至202405-003", "202405-001 202405-002 202405-003", "CELL-038"),
        ("202405-001:10000", "202405-001=1000000", None),
        ("202405-001 3,000元", "202405-001=300000", None),
        ("202405-001:10,000, 202405-002:5,000", "202405-001=1000000 202405-002=500000", None),
        ("202405-001:500,202405-002", "202405-001=50000 202405-002", None),
        ("202405-001(3000)、002(1.2万)", "202405-001=300000 202405-002=1200000", "CELL-038"),
        ("202405-001;202405-001", "202405-001", None),
        ("货款202405-001", "202405-001", "ORD-030"),
        ("202405-001 3000", None, "ORD-029"),
        ("202405-001~202406-002", None, "ORD-029"),
        ("202405-T001", None, "ORD-047"),
        (202405001.0, "202405-001", "ORD-030"),
        ("", None, None),
    ],
)
def test_order_list_when_several_stand_in_one_cell(raw: object, value: str | None, rule: str | None) -> None:
    parsed = parse_order_list(raw)
    assert (parsed.value, parsed.rule) == (value, rule)


@pytest.mark.parametrize(("last", "count"), [("020", 20), ("021", 0)], ids=["twenty", "twenty-one"])
def test_order_list_range_has_an_end(last: str, count: int) -> None:
    value = parse_order_list(f"202405-001~{last}").value
    assert len(str(value).split() if value else []) == count


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("货款 202405-001/003", ("202405-001", "202405-003")),
        ("付202405001、202405—002等", ("202405-001", "202405-002")),
        ("202405-001~003", ("202405-001", "202405-002", "202405-003")),
        ("202405-001，3000元", ("202405-001",)),
        ("2024-05-03付款", ()),
        ("投诉202405-T001", ()),
        ("13800138000", ()),
        ("", ()),
    ],
)
def test_find_order_numbers_in_a_remark(text: str, numbers: tuple[str, ...]) -> None:
    assert find_order_numbers(text) == numbers
