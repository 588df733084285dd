"""Day or month first: what one date of a column proves holds for its others, and nothing is guessed without proof."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.reading.workers.child import read_file
from tests.support.books import Book

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.reading import SheetRead

HEADINGS = ("订单编号", "客户名称", "产品名称", "数量", "单价", "下单日期", "期望交期")
AMBIGUOUS, ORDER = "CELL-015", "CELL-046"


def read(path: Path, days: list[str], wished: str = "2026-12-20") -> SheetRead:
    rows = [(f"SO-{n}", "甲公司", "水泵", 1, 100, day, wished) for n, day in enumerate(days, 1)]
    book = Book(path).row(*HEADINGS).rows(*rows).save()
    return read_file(path.name, book, path.parent).sheets[0]


def told(sheet: SheetRead, rule: str) -> list[tuple[int, dict[str, str]]]:
    return [(finding.row, dict(finding.params)) for finding in sheet.findings if finding.rule == rule]


DAYS = st.dates(datetime(2026, 1, 1).date(), datetime(2026, 12, 31).date())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(DAYS, min_size=1, max_size=8),
    form=st.sampled_from(("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m.%d.%Y", "%d/%m/%Y 09:30", "%m/%d/%Y 16:05")),
)
def test_a_column_is_read_in_the_order_it_proves_or_asked_about(
    tmp_path: Path, days: list[datetime], form: str
) -> None:
    got = read(tmp_path / "a.xlsx", [day.strftime(form) for day in days])
    values = [value and value.date() for value in got.table.column("order_date").to_pylist()]
    unclear = [day for day in days if day.day <= 12 and day.day != day.month]
    if any(day.day > 12 for day in days):
        assert values == days
        assert len(told(got, ORDER)) == bool(unclear)
    else:
        assert values == [None if day in unclear else day for day in days]
        assert (len(told(got, AMBIGUOUS)), told(got, ORDER)) == (len(unclear), [])


@pytest.mark.parametrize(
    ("proof", "day", "word"),
    [
        ("13/04/2026", datetime(2026, 4, 3), "reading.day_first"),
        ("04/13/2026", datetime(2026, 3, 4), "reading.month_first"),
        ("12/04/2026", None, ""),  # either, as the date that is asked about
        ("32/04/2026", None, ""),  # no date, and so no proof
        ("2026-04-13", None, ""),  # of another form
    ],
)
def test_one_day_beyond_the_twelfth_decides_and_is_shown(
    tmp_path: Path, proof: str, day: datetime | None, word: str
) -> None:
    got = read(tmp_path / "a.xlsx", ["03/04/2026", proof])
    assert got.table.column("order_date").to_pylist()[0] == day
    shown = {"value": "03/04/2026", "other": proof, "name_words": word}
    assert told(got, ORDER) == ([(2, shown)] if word else [])


def test_dates_that_prove_different_things_leave_the_others_open(tmp_path: Path) -> None:
    got = read(tmp_path / "a.xlsx", ["03/04/2026", "13/04/2026", "04/13/2026"])
    assert got.table.column("order_date").to_pylist() == [None, datetime(2026, 4, 13), datetime(2026, 4, 13)]
    assert [row for row, _ in told(got, AMBIGUOUS)] == [2]


def test_another_column_proves_nothing(tmp_path: Path) -> None:
    got = read(tmp_path / "a.xlsx", ["03/04/2026"], wished="13/05/2026")
    assert got.table.column("order_date").to_pylist() == [None]
