"""Lists of numbers: what parts them for sure, and the sums beside them."""

from __future__ import annotations

import pytest

from pipeline.core.numbers import split_list
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
        ("SO-1=-300", "SO-1=-30000", None),
        ("SO-1（-1,000.50）；SO-2", "SO-1=-100050;SO-2", None),
        ("SO-1=￥1,300.50、SO-2(¥7)", "SO-1=130050;SO-2=700", None),
        ("SO-1:¥ 1,000,SO-2:¥ 2,000", "SO-1=100000;SO-2=200000", None),
        ("SO-1 ¥1,000,SO-2 ¥2,000", "SO-1=100000;SO-2=200000", None),
        ("SO-1（5000圓）；SO-2: 1,000圓整", "SO-1=500000;SO-2=100000", None),
        ("SO-1=(100)", "SO-1=(100)", None),  # a number nobody knows, and no sum
        ("SO-1=1000000000000", "SO-1=100000000000000", None),  # the largest sum there is
        ("SO-1=1000000000001", None, "CELL-022"),
        ("SO-1=12345678901234567", None, "CELL-022"),  # no sum, and none that would count as fen
        ("SO-2；SO-1=1" + "0" * 30, None, "CELL-022"),
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


MOST_FEN = 10**14  # the largest sum we hold
NUMBERS = ("SO-1", "202405-001", "沪字(2026)18号", "A=B", "PO 1/2", "8")
SPELLED = ("{no}={yuan}", "{no}：{yuan}", "{no}（{yuan}）", "{no}=¥{yuan}", "{no} {yuan}元", "{no}={yuan}元整")
SUMS = (0, 1, 99, 100, 12_345, -30_000, 100_000_000, 10**14, 10**14 + 100, 10**17, -(10**18), 10**30)


@pytest.mark.parametrize("fen", SUMS)
def test_a_sum_beside_a_number_is_kept_to_the_fen_or_the_cell_is_unread(fen: int) -> None:
    yuan = f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
    for number in NUMBERS:
        for spelled in SPELLED:
            parsed = parse_order_list(f"{spelled.format(no=number, yuan=yuan)}；SO-9")
            read = split_list(str(parsed.value)) if parsed.value else [(number, None), ("SO-9", None)]
            (_, kept), other = read
            assert (kept, other) in ((fen, ("SO-9", None)), (None, ("SO-9", None))), (number, spelled, parsed)
            assert kept is not None or fen < 0 or abs(fen) > MOST_FEN, (number, spelled, parsed)
