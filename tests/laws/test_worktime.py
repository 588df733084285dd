"""Company days, slots, the shipped table, and what must hold for all dates."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.worktime import Calendar
from schemas.policy.calendar import Days, load_days

if TYPE_CHECKING:
    from pathlib import Path

DAYS = load_days()
COMPANY = Calendar(DAYS)
PLAIN = Days(days={}, names={}, first=date(2024, 1, 1), last=date(2024, 12, 31))


# Company days and slots


def test_company_days_win_over_the_public_ones() -> None:
    calendar = Calendar(
        DAYS.with_overlay(
            [(date(2026, 10, 10), False, "停工"), (date(2026, 10, 17), True, "加班"), (date(2026, 10, 17), False, "")]
        )
    )
    assert calendar.is_working([date(2026, 10, 10), date(2026, 10, 17), date(2026, 10, 8)]).tolist() == [
        False,
        False,
        True,
    ]
    assert calendar.days.names[date(2026, 10, 10)] == "停工"
    assert DAYS.days[date(2026, 10, 10)] is True


def test_overlay_widens_the_covered_range_only_when_told() -> None:
    new_year = (date(2027, 1, 1), False, "元旦")
    assert DAYS.with_overlay([new_year]).last == date(2026, 12, 31)
    assert DAYS.with_overlay([new_year], through=date(2027, 12, 31)).last == date(2027, 12, 31)
    assert DAYS.with_overlay([], through=date(2020, 1, 1)).last == date(2026, 12, 31)


def test_working_saturdays_when_the_company_has_them() -> None:
    calendar = Calendar(DAYS, weekday_slots={5: [(time(9), time(12))]})
    # an ordinary Saturday, one inside a holiday, and a make-up Saturday with full hours
    asked = [date(2026, 3, 14), date(2026, 10, 3), date(2026, 2, 28)]
    assert calendar.is_working(asked).tolist() == [True, False, True]
    hours = calendar.elapsed(asked, [each + timedelta(days=1) for each in asked], "BH")
    assert hours.tolist() == [3, 0, 8]
    assert calendar.deadline(datetime(2200, 1, 3, 17), 6, "BH") == np.datetime64("2200-01-06T11:00")  # Fri, Mon


def test_a_slot_to_midnight_joins_the_next_day() -> None:
    calendar = Calendar(PLAIN, [(time(0), time(0))])
    assert calendar.deadline(datetime(2024, 6, 3, 23), 2, "BH") == np.datetime64("2024-06-04T01:00")


@pytest.mark.parametrize(
    "slots",
    [
        [(time(13), time(12))],
        [(time(9), time(9))],
        [(time(9), time(12)), (time(11), time(18))],
        [(time(13), time(18)), (time(9), time(12))],
        [],
    ],
)
def test_slots_that_make_no_sense_are_refused(slots: list[tuple[time, time]]) -> None:
    with pytest.raises(ValueError, match=r"slots must|no weekday"):
        Calendar(PLAIN, slots)


@pytest.mark.parametrize(
    ("start", "seconds", "end"),
    [
        ("2026-02-14 10:30", 7200, "2026-02-13T17:30"),
        ("2026-02-24 10:00", 7200, "2026-02-14T17:00"),  # the Spring Festival lies between
        ("2026-03-10 14:30", 7200, "2026-03-10T11:30"),
        ("2026-03-10 15:00", 7200, "2026-03-10T13:00"),  # as far as the slot begins
        ("2026-03-10 13:00:01", 1, "2026-03-10T13:00"),
        ("2026-03-10 13:00:01", 2, "2026-03-10T11:59:59"),
    ],
)
def test_business_hours_backwards_over_lunch_nights_and_holidays(start: str, seconds: int, end: str) -> None:
    assert COMPANY.deadline(datetime.fromisoformat(start), -seconds / 3600, "BH") == np.datetime64(end)


def test_slots_count_to_the_second() -> None:
    calendar = Calendar(PLAIN, [(time(8, 30, 20), time(11, 45, 50))])
    begin, end = datetime(2024, 6, 3), datetime(2024, 6, 3, 23)
    assert calendar.elapsed(begin, end, "BH") * 3600 == 3 * 3600 + 15 * 60 + 30
    assert calendar.deadline(begin, 1, "BH") == np.datetime64("2024-06-03T09:30:20")


@pytest.mark.parametrize("holiday", [date(1980, 1, 1), date(2150, 1, 1)])  # Tuesday, Thursday
def test_company_days_far_away_are_days_like_others(holiday: date) -> None:
    calendar = Calendar(PLAIN.with_overlay([(holiday, False, "")]))
    around = [holiday + timedelta(days=n) for n in (-14, -7, -1, 0, 1, 7, 14)]
    assert calendar.is_working(around).tolist() == [True, True, True, False, True, True, True]
    assert calendar.add_working_days(holiday - timedelta(days=1), 1) == np.datetime64(holiday + timedelta(days=1))


def test_pauses_that_overlap_are_counted_once_wherever_they_stand_in_the_list() -> None:
    tuesday = datetime(2026, 3, 10)
    minutes = [(600, 615), (660, 690), (675, 705)]  # the last two overlap
    pauses = [(tuesday + timedelta(minutes=a), tuesday + timedelta(minutes=b)) for a, b in minutes]
    assert COMPANY.deadline(tuesday + timedelta(hours=10), 2, "BH", pauses) == np.datetime64("2026-03-10T14:00")


# The shipped table


def test_the_shipped_table_names_holidays_and_no_ordinary_day() -> None:
    assert DAYS.names[date(2026, 1, 4)].startswith("元旦")
    assert (DAYS.first, DAYS.last) == (date(2023, 1, 1), date(2026, 12, 31))
    # an ordinary weekend must not be listed, or companies that work on Saturdays could not say so
    assert date(2026, 3, 14) not in DAYS.days
    assert date(2026, 10, 3) in DAYS.days


def test_load_days_when_the_file_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    for text in ("date,is_workday,name\n", "date,is_workday,name\n2026-01-01,x,\n"):
        path.write_text(text, encoding="utf-8-sig")
        with pytest.raises(ValueError, match=r"no days|must be one of"):
            load_days(path)


# What must hold for all

moments = st.datetimes(datetime(2022, 6, 1), datetime(2027, 6, 1)).map(lambda found: found.replace(microsecond=0))
seconds = st.integers(0, 400 * 3600)
days = st.dates(date(2022, 6, 1), date(2027, 6, 1))
pauses = st.lists(st.tuples(moments, st.integers(0, 20 * 86400)), max_size=4).map(
    lambda found: [(begin, begin + timedelta(seconds=lasts)) for begin, lasts in found]
)


@given(moments, seconds, pauses)
def test_business_hours_elapsed_undoes_adding(
    start: datetime, spent: int, paused: list[tuple[datetime, datetime]]
) -> None:
    end = COMPANY.deadline(start, spent / 3600, "BH", paused)
    assert COMPANY.elapsed(start, end, "BH", paused) * 3600 == pytest.approx(spent)


@given(moments, st.integers(0, 60), st.sampled_from(["WD", "CD", "CH", "BH"]))
def test_elapsed_undoes_deadline_in_every_unit(start: datetime, amount: int, unit: str) -> None:
    assert COMPANY.elapsed(start, COMPANY.deadline(start, amount, unit), unit) == amount


@given(moments, seconds, seconds)
def test_adding_business_hours_is_additive_and_monotone(start: datetime, one: int, other: int) -> None:
    first = COMPANY.deadline(start, one / 3600, "BH")
    both = COMPANY.deadline(start, (one + other) / 3600, "BH")
    assert COMPANY.deadline(first, other / 3600, "BH") == both
    assert np.datetime64(start) <= first <= both


@given(moments, seconds)
def test_business_hours_are_counted_second_by_second_at_both_edges(start: datetime, spent: int) -> None:
    end = COMPANY.deadline(start, (spent + 1) / 3600, "BH")
    assert COMPANY.elapsed(start, end - np.timedelta64(1, "s"), "BH") * 3600 == pytest.approx(spent)


@given(moments, moments, moments)
def test_elapsed_is_additive_over_a_moment_in_between(one: datetime, two: datetime, three: datetime) -> None:
    a, b, c = sorted([one, two, three])
    for unit in ("WD", "CD", "CH", "BH"):
        parts = COMPANY.elapsed([a, b], [b, c], unit)
        assert parts.sum() == pytest.approx(float(COMPANY.elapsed(a, c, unit)))


@given(days, st.integers(-300, 300))
def test_working_days_against_counting_one_by_one(start: date, n: int) -> None:
    found, left = start, abs(n)
    while left:
        found += timedelta(days=1 if n > 0 else -1)
        left -= int(COMPANY.is_working(found))
    assert COMPANY.add_working_days(start, n) == np.datetime64(found)


@given(days, st.integers(1, 300), st.integers(1, 300))
def test_adding_working_days_is_additive(start: date, one: int, other: int) -> None:
    assert COMPANY.add_working_days(COMPANY.add_working_days(start, one), other) == COMPANY.add_working_days(
        start, one + other
    )


@given(st.lists(st.tuples(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(-50, 50)), min_size=1, max_size=20))
def test_a_column_gives_what_its_rows_give(rows: list[tuple[date, int]]) -> None:
    starts, counts = zip(*rows, strict=True)
    assert COMPANY.add_working_days(list(starts), list(counts)).tolist() == [
        COMPANY.add_working_days(start, n).item() for start, n in rows
    ]
    assert COMPANY.deadline(list(starts), list(counts), "BH").tolist() == [
        COMPANY.deadline(start, n, "BH").item() for start, n in rows
    ]


@given(days)
def test_roll_finds_the_nearest_working_day(asked: date) -> None:
    later, earlier = COMPANY.roll(asked), COMPANY.roll(asked, forward=False)
    assert COMPANY.is_working([later.item(), earlier.item()]).all()
    assert (later == earlier) == COMPANY.is_working(asked)
    assert COMPANY.working_days_between(asked, later) <= 1
