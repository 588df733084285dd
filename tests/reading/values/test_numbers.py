"""Numbers in cells of their own: kept as written, only made legible; what Excel damaged is unknown."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reading.values.cells import MeantNumber
from pipeline.reading.values.numbers import DAY, LONGEST, clean_number, parse_number, parse_paper_no

STANDS = [
    ("own form", "202405-001", "202405-001"),
    ("letters", "SO20260105001", "SO20260105001"),
    ("never shortened", "QT-202601001", "QT-202601001"),
    ("signs", "PO#88-12", "PO#88-12"),
    ("chinese", "沪字(2026)18号", "沪字(2026)18号"),
    ("spaces and slashes", " PO 88/12 ", "PO 88/12"),
    ("case stays", "so-1a", "so-1a"),
    ("full-width", "２０２４０５－００１", "202405-001"),
    ("em-dash", "202405—001", "202405-001"),
    ("minus", "202405−001", "202405-001"),
    ("nbsp", "\u00a0202405-001\u200b", "202405-001"),
    ("carriage-return", "202405-001_x000D_", "202405-001"),
    ("apostrophe", "'008210327852813", "008210327852813"),
    ("csv", '="202405-001"', "202405-001"),
    ("break after a dash", "202405-\n001", "202405-001"),
    ("break in a figure", "20240\n5-001", "202405-001"),
    ("int", 2507853, "2507853"),
    ("float", 2507853.0, "2507853"),
    ("export", "2507853.0", "2507853"),
    ("label", "订单编号：SO-1", "SO-1"),
    ("two labels", "订单号: NO: SO-1", "SO-1"),
    ("no label without a colon", "NO.SO-1", "NO.SO-1"),
    ("year and serial", "2026-05", "2026-05"),
    ("blank", "", None),
    ("dash", "—", None),
    ("line to write on", "______", None),
    ("none", "无", None),
    ("not yet", "（待定）", None),
    ("tbd", "TBD", None),
    ("n/a", "n/a", None),
    ("label alone", "订单编号：", None),
]
UNKNOWN = [
    ("day", date(2024, 5, 1), "ORD-045", ""),
    ("moment", datetime(2024, 5, 1), "ORD-045", ""),
    ("day in words", "2024-05-01", "ORD-045", ""),
    ("day with slashes", "2024/5/1", "ORD-045", ""),
    ("scientific", "2.02405E+08", "CELL-041", ""),
    ("sixteen digits", 1234567890123456.0, "CELL-041", ""),
    ("formula", MeantNumber("202405-001", 202404.0), "ORD-044", "202405-001"),
    ("comma", "SO-1、SO-2", "CELL-038", "SO-1; SO-2"),
    ("semicolon", "SO-1；SO-2", "CELL-038", "SO-1; SO-2"),
    ("lines", "202405-001\n202405-002", "CELL-038", "202405-001; 202405-002"),
    ("end on a line of its own", "202405-001\n003", "CELL-038", "202405-001; 003"),
    ("prose", "订单" * LONGEST, "ORD-055", ""),
]


@pytest.mark.parametrize(("raw", "value"), [pytest.param(*case, id=name) for name, *case in STANDS])
def test_number_stands_as_written(raw: object, value: str | None) -> None:
    parsed = parse_number(raw)
    assert (parsed.value, parsed.rule, parsed.unknown) == (value, None, False)


@pytest.mark.parametrize(("raw", "rule", "hint"), [pytest.param(*case, id=name) for name, *case in UNKNOWN])
def test_number_is_unknown_when_it_cannot_be_trusted(raw: object, rule: str, hint: str) -> None:
    parsed = parse_number(raw)
    found = (parsed.value, parsed.rule, parsed.unknown, dict(parsed.params).get("suggestion", ""))
    assert found == (None, rule, True, hint)


@pytest.mark.parametrize(
    ("raw", "value", "rule"),
    [
        ("26332000000010000009", "26332000000010000009", None),
        ("发票号码：26332000000010000009", "26332000000010000009", None),
        ("ＨＴ—2026", "HT-2026", None),
        ("HT-1、HT-2", "HT-1、HT-2", None),
        (12345678, "12345678", None),
        ("无", None, None),
        (26332000000010000001.0, None, "CELL-005"),
        ("2.6332E+19", None, "CELL-029"),
        (date(2024, 5, 1), None, "CELL-030"),
    ],
)
def test_paper_no_is_read_as_any_number_with_the_rules_of_codes(raw: object, value: str | None, rule: str) -> None:
    parsed = parse_paper_no(raw)
    assert (parsed.value, parsed.rule) == (value, rule)


NUMBERS = st.text("0123456789abXYZ-/#号字", min_size=1, max_size=20).filter(
    lambda text: text.strip("-/") == text and not DAY.fullmatch(text)
)


@given(text=NUMBERS)
def test_any_number_is_read_back_as_written(text: str) -> None:
    parsed = parse_number(text)
    assert parsed.value in (text, None)
    assert parsed.value == text or not any(sign.isdigit() for sign in text) or parsed.rule
    assert clean_number(clean_number(text)) == clean_number(text)
