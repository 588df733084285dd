"""A year without its calendar is asked for a month before the last one ends, and no longer once it is entered."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.cli import look
from pipeline.rules.policy_workbook import policy_of, write_policy
from pipeline.run import run_night
from schemas.language.words import translate
from schemas.policy.calendar import load_days
from tests.support import nights

if TYPE_CHECKING:
    from pathlib import Path


NEW_YEAR, NATIONAL_DAY = (date(2027, 1, 1), False, "元旦"), (date(2027, 10, 1), False, "国庆节")
SHUT = (date(2027, 2, 1), False, "停产")


@pytest.mark.parametrize(
    ("today", "asks"),
    [
        (date(2026, 6, 1), False),
        (date(2026, 11, 30), False),
        (date(2026, 12, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 3, 1), True),
    ],
)
def test_the_next_year_is_asked_for_a_month_ahead(today: date, asks: bool) -> None:
    assert load_days().last == date(2026, 12, 31)
    assert load_days().runs_out(today) is asks


@pytest.mark.parametrize(
    ("rows", "through"),
    [
        ([NEW_YEAR, NATIONAL_DAY], date(2027, 12, 31)),
        ([NATIONAL_DAY, SHUT, NEW_YEAR], date(2027, 12, 31)),
        ([NEW_YEAR, SHUT], None),
        ([NATIONAL_DAY], None),
        ([NEW_YEAR, (date(2027, 10, 1), True, "加班")], None),
        ([], None),
    ],
)
def test_a_year_is_entered_with_its_first_and_last_holiday(
    rows: list[tuple[date, bool, str]], through: date | None
) -> None:
    assert load_days().year_entered(rows) == through


@pytest.mark.slow
def test_report_and_status_ask_until_the_year_is_entered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = nights.workspace(tmp_path / "desk")
    write_policy(workspace)
    monkeypatch.setattr(look, "now", lambda _: datetime(2026, 12, 1, 2))
    asked = []
    for day in (30, 1, 2):
        evening = datetime(2026, 11 if day > 2 else 12, day, 20)
        if day == 2:
            nights.enter_days(workspace, NEW_YEAR, SHUT, NATIONAL_DAY)
        done = run_night(workspace, policy_of(workspace), as_of=evening)
        page = (done.folder / translate("file.report", "zh")).read_text(encoding="utf-8")
        look.status(workspace.root, "", as_json=False)
        asked.append(("工作日历只到 2026-12-31" in page, "工作日历只到 2026-12-31" in capsys.readouterr().out))
    assert asked == [(False, True), (True, True), (False, False)]


def test_only_days_unlike_their_weekday_or_with_a_name_are_decided(tmp_path: Path) -> None:
    rows = [
        *("2026-06-05,1,", "2026-06-06,0,", "2026-06-07,0,"),  # Friday to Sunday, as every week
        *("2026-06-12,0,", "2026-06-13,1,", "2026-06-14,1,"),
        "2026-06-19,0,端午节",
        "2026-06-20,0,端午节",
    ]
    table = tmp_path / "days.csv"
    table.write_text("\n".join(["date,is_workday,name", *rows]), encoding="utf-8")
    made = load_days(table)
    assert sorted((day.day, works) for day, works in made.days.items()) == [
        *((12, False), (13, True), (14, True)),
        *((19, False), (20, False)),
    ]
    assert (made.first, made.last) == (date(2026, 6, 5), date(2026, 6, 20))
