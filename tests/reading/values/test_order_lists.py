"""Lists of numbers: what parts them for sure, and the sums beside them."""

from __future__ import annotations

import pytest

from pipeline.reading.values.order_lists import parse_order_list


@pytest.mark.parametrize(
    ("raw", "value", "rule"),
    [
        ("202405-001", "202405-001", None),
        ("202405-001，202405-002", "202405-001;202405-002", None),
        ("PO 1/2、沪字(2026)18号", "PO 1/2;沪字(2026)18号", None),
        ("202405-001\n202405-002", "202405-001;202405-002", None),
        ("202405-\n001", "202405-001", None),
        ("202405-001 202405-002", "202405-001 202405-002", None),  # a blank may be of a number
        ("202405-001/003", "202405-001/003", None),
        ("202405-001、002", "202405-001;002", None),
        ("202405-001,003", "202405-001;003", None),
        ("202405-001:10000", "202405-001=1000000", None),
        ("SO-1=1,000.50", "SO-1=100050", None),
        ("SO-1（1,000.00）", "SO-1=100000", None),
        ("202405-001 3,000元", "202405-001=300000", None),
        ("202405-001:10,000, 202405-002:5,000", "202405-001=1000000;202405-002=500000", None),
        ("202405-001:500,202405-002", "202405-001=50000;202405-002", None),
        ("202405-001(3000)、002(1.2万)", "202405-001=300000;002=1200000", None),
        ("SO-1;so-1", "SO-1", None),
        ("SO-1:1;so-1:2", "SO-1=300", None),
        ("SO-1(改)", "SO-1(改)", None),
        ("订单号：SO-1", "SO-1", None),
        ("待定；SO-1", "SO-1", None),
        ("无", None, None),
        (202405001.0, "202405001", None),
        ("2.02405E+08", None, "CELL-041"),
        ("", None, None),
    ],
)
def test_order_list_when_several_stand_in_one_cell(raw: object, value: str | None, rule: str | None) -> None:
    parsed = parse_order_list(raw)
    assert (parsed.value, parsed.rule) == (value, rule)
