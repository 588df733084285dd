"""The notation of the sample rows: every cell by its type, every line by its look."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks.world.ship import format_cell
from pipeline.demo.rows import parse_cell, read_sheets
from pipeline.excel.write.sample_sheets import Formula, LineLook, Merged, Value

CELLS: list[tuple[str, Value]] = [
    ("", None),
    ("广东省深圳市", "广东省深圳市"),
    ("HX-200\nHX-210", "HX-200\nHX-210"),
    ("'13800001234", "13800001234"),
    ("'2026-05-20", "2026-05-20"),
    ("'2026-13-45", "2026-13-45"),
    ("'2026-05-20 10:30", "2026-05-20 10:30"),
    ("''quoted", "'quoted"),
    ("'^", "^"),
    ("'{=1+1}", "{=1+1}"),
    ("=1+1", "=1+1"),
    ("10%", "10%"),
    ("1,860.00", "1,860.00"),
    ("12", 12),
    ("-3", -3),
    ("24442000000123456789", 24442000000123456789),
    ("0.5", 0.5),
    ("1860.00", Decimal("1860.00")),
    ("-0.50", Decimal("-0.50")),
    ("2026-05-20", date(2026, 5, 20)),
    ("2026-05-20 10:30", datetime(2026, 5, 20, 10, 30)),
    ("{=1+1}", Formula("=1+1", "")),
    ("{=NA()} #N/A", Formula("=NA()", "#N/A")),
    ("{=202605-901} 201704", Formula("=202605-901", 201704.0)),
]


@pytest.mark.parametrize(("written", "value"), CELLS, ids=repr)
def test_a_cell_is_read_by_its_type(written: str, value: Value) -> None:
    read = parse_cell(written)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(("written", "value"), CELLS, ids=repr)
def test_a_cell_is_written_as_it_is_read(written: str, value: Value) -> None:
    assert not isinstance(value, Merged)
    assert format_cell(value) == written


def test_a_value_the_rows_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        format_cell(datetime(2026, 5, 20, 10, 30, 59))


LINES = """\
\ufeffline,A,B,C,D
sheet,One,shown,yyyy/m/d,B D
title,The list,,,
subtitle,By whom,,,
headings,No,What,',
row,'7,,^,
hidden row,8,x,,
empty,,,,
total,Sum,,9.50,
sheet,Two,hidden,31,
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text(LINES, encoding="utf-8")
    return path


def test_sheets_are_read_with_their_looks(table: Path) -> None:
    one, two = read_sheets(table)
    assert (one.name, one.is_hidden, one.date_format, one.wide) == ("One", False, "yyyy/m/d", {1, 3})
    assert (two.name, two.is_hidden, two.date_format, two.wide, two.lines) == ("Two", True, "31", set(), ())


def test_rows_are_as_wide_as_their_headings_and_other_lines_end_with_their_last_cell(table: Path) -> None:
    assert [(line.look, line.cells) for line in read_sheets(table)[0].lines] == [
        (LineLook.TITLE, ("The list",)),
        (LineLook.SUBTITLE, ("By whom",)),
        (LineLook.HEADINGS, ("No", "What", "")),
        (LineLook.ROW, ("7", None, Merged.ABOVE)),
        (LineLook.HIDDEN_ROW, (8, "x", None)),
        (LineLook.EMPTY, ()),
        (LineLook.TOTAL, ("Sum", None, Decimal("9.50"))),
    ]


def test_a_line_of_no_known_look_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("line,A\nsheet,One,shown,31,\nfooter,x,,,\n", encoding="utf-8-sig")
    with pytest.raises(ValueError, match="footer"):
        read_sheets(path)
