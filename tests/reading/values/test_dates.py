"""Days and moments: every date trait, by its number."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from pipeline.reading.values.date_context import DateContext
from pipeline.reading.values.dates import parse_clock, parse_day, parse_moment

MAY = DateContext(sheet_month=(2024, 5), order_date=date(2024, 5, 1), window=date(2024, 5, 1), want="event")
DUE = DateContext(sheet_month=(2024, 5), order_date=date(2024, 5, 1), window=date(2024, 5, 1), want="deadline")
THIRD = datetime(2024, 5, 3)  # a Friday

MOMENTS = [
    ("D1-date", date(2024, 5, 3), THIRD, None),
    ("D1-moment", datetime(2024, 5, 3, 9, 30), datetime(2024, 5, 3, 9, 30), None),
    ("D3-serial", 45415.0, THIRD, "CELL-009"),
    ("D3-serial-time", 45415.395833333336, datetime(2024, 5, 3, 9, 30), "CELL-009"),
    ("D3-serial-text", "45415", THIRD, "CELL-009"),
    ("D4-dots", "2024.5.3", THIRD, None),
    ("D4-slashes", "2024/5/3", THIRD, None),
    ("D4-dashes", "2024-5-3", THIRD, None),
    ("D4-commas", "2024、5、3", THIRD, None),
    ("D4-stops", "2024。5。3", THIRD, None),
    ("D4-wide-dots", "2024．5．3", THIRD, None),
    ("D5-text", "20240503", THIRD, None),
    ("D5-number", 20240503.0, THIRD, None),
    ("D6-day", "2024年5月3日", THIRD, None),
    ("D6-number", "2024年5月3号", THIRD, None),
    ("D6-numerals", "二〇二四年五月三日", THIRD, None),
    ("D6-counted", "二〇二四年十二月二十三日", datetime(2024, 12, 23), None),
    ("D7-marks", "5月3日", THIRD, "CELL-010"),
    ("D7-dot", "5.3", THIRD, "CELL-010"),
    ("D7-slash", "5/3", THIRD, "CELL-010"),
    ("D7-dash", "5-3", THIRD, "CELL-010"),
    ("D7-zeros", "05.03", THIRD, "CELL-010"),
    ("D7-number", 5.15, datetime(2024, 5, 15), "CELL-010"),
    ("D8-dots", "24.5.3", THIRD, None),
    ("D8-slashes", "24/5/3", THIRD, None),
    ("D8-dashes", "24-05-03", THIRD, None),
    ("D10-time", "2024.5.3 9:30", datetime(2024, 5, 3, 9, 30), None),
    ("D10-morning", "2024-5-3 上午9:30", datetime(2024, 5, 3, 9, 30), None),
    ("D10-afternoon", "2024/5/3 下午2:15", datetime(2024, 5, 3, 14, 15), None),
    ("D10-evening", "2024.5.3 晚上8点半", datetime(2024, 5, 3, 20, 30), None),
    ("D10-hour", "5月3日14点", datetime(2024, 5, 3, 14), "CELL-010"),
    ("D10-wide-colon", "2024.5.3 9：30", datetime(2024, 5, 3, 9, 30), None),
    ("D10-minutes", "2024年5月3日14时30分", datetime(2024, 5, 3, 14, 30), None),
    ("D10-iso", "2024-05-03T09:30:00", datetime(2024, 5, 3, 9, 30), None),
    ("D10-lines", "2024.5.3\n9:30", datetime(2024, 5, 3, 9, 30), None),
    ("D10-end-of-day", "2024-05-03 24:00", datetime(2024, 5, 3, 23, 59), None),
    ("D14-bracket", "2024/5/3(周五)", THIRD, None),
    ("D14-word", "2024.5.3(星期五)", THIRD, None),
    ("D14-mismatch", "2024.5.3（周四）", THIRD, "CELL-020"),
    ("D15-day-first", "13/05/2024", datetime(2024, 5, 13), None),
    ("D15-month-first", "05/13/2024", datetime(2024, 5, 13), None),
    ("D15-same", "05/05/2024", datetime(2024, 5, 5), None),
    ("D15-month-name", "3-May-24", THIRD, None),
    ("D18-text", "1900-01-00", None, "CELL-018"),
    ("D18-number", 0.0, None, "CELL-018"),
    ("D18-cell", time(0, 0), None, "CELL-018"),
    ("D18-zeros", "0000-00-00", None, "CELL-018"),
    ("D19-first-day", date(2023, 5, 1), datetime(2023, 5, 1), None),
    ("D19-last-day", date(2027, 5, 1), datetime(2027, 5, 1), None),
    ("D20", "2024 - 05 - 03", THIRD, None),
    ("before", "2024-05-03之前", THIRD, None),
    ("republic", "113/05/03", THIRD, None),
    ("republic-dots", "113.5.3", THIRD, None),
    ("republic-marks", "113年5月3日", THIRD, None),
    ("endless", "长期", None, None),
    ("blank", "", None, None),
    ("V23-dash", "—", None, None),
]

REFUSED = [
    ("D7-zero-eaten", 5.3, "CELL-015", "2024-05-03; 2024-05-30"),
    ("D9-dot", "2024.5", "CELL-014", ""),
    ("D9-marks", "2024年5月", "CELL-014", ""),
    ("D9-month", "5月", "CELL-014", ""),
    ("D9-number", 202405.0, "CELL-014", ""),
    ("D10-no-such-hour", "2024-05-03 25:00", "CELL-011", ""),
    ("D11-event", "2024.5.3-5.6", "CELL-013", "2024-05-06"),
    ("D12-february", "2024-02-30", "CELL-011", ""),
    ("D12-month", "2024-13-01", "CELL-011", ""),
    ("D12-april", "2024-4-31", "CELL-011", ""),
    ("D13-begin", "5月初", "CELL-012", ""),
    ("D13-first-third", "5月上旬", "CELL-012", "2024-05-10"),
    ("D13-end", "5月底", "CELL-012", "2024-05-31"),
    ("D13-month-end", "月底", "CELL-012", ""),
    ("D13-next-week", "下周", "CELL-012", ""),
    ("D13-soon", "尽快", "CELL-012", ""),
    ("D13-tomorrow", "明天", "CELL-012", ""),
    ("D13-asap", "ASAP", "CELL-012", ""),
    ("D13-relative", "收到款后3天", "CELL-012", ""),
    ("D13-open", "待定", "CELL-012", ""),
    ("D13-about", "5月3日左右", "CELL-012", "2024-05-03"),
    ("D15-ambiguous", "03/05/2024", "CELL-015", "2024-05-03; 2024-03-05"),
    ("D16-text", "09:30", "CELL-016", ""),
    ("D16-cell", time(9, 30), "CELL-016", ""),
    ("D16-number", 0.395, "CELL-016", ""),
    ("D16-duration", timedelta(hours=3), "CELL-016", ""),
    ("D17", "5.3发50台,5.6发50台", "CELL-017", "2024-05-03; 2024-05-06"),
    ("republic-later", "131/05/03", "CELL-019", "2024-05-03"),
    ("republic-no-year", "213/05/03", "CELL-021", ""),
    ("D19-later", "2042-05-03", "CELL-019", "2024-05-03"),
    ("D19-earlier", "2004-05-03", "CELL-019", "2024-05-03"),
    ("D19-far", "2204-05-03", "CELL-019", "2024-05-03"),
    ("D19-cell", date(2042, 5, 3), "CELL-019", "2024-05-03"),
    ("D19-day-before-first", date(2023, 4, 30), "CELL-019", "2024-04-30"),
    ("D19-day-after-last", date(2027, 5, 2), "CELL-019", "2024-05-02"),
    ("words", "abc", "CELL-021", ""),
    ("truth", True, "CELL-021", ""),
    ("number", 5.0, "CELL-021", ""),
    ("V32-error", "#REF!", "CELL-008", ""),
]


@pytest.mark.parametrize(("raw", "value", "rule"), [pytest.param(*case, id=name) for name, *case in MOMENTS])
def test_moment_when_it_can_be_read(raw: object, value: datetime | None, rule: str | None) -> None:
    parsed = parse_moment(raw, MAY)
    assert (parsed.value, parsed.rule, parsed.unknown) == (value, rule, False)
    day = parse_day(raw, MAY)
    assert (day.value, day.rule, day.unknown) == (value.date() if value else None, rule, False)


@pytest.mark.parametrize(("raw", "rule", "hint"), [pytest.param(*case, id=name) for name, *case in REFUSED])
def test_day_is_unknown_when_it_cannot_be_trusted(raw: object, rule: str, hint: str) -> None:
    parsed = parse_day(raw, MAY)
    assert (parsed.value, parsed.rule, parsed.unknown) == (None, rule, True)
    assert dict(parsed.params).get("suggestion", "") == hint


@pytest.mark.parametrize(
    ("raw", "extra"),
    [
        ("2024.5.3-5.6", ()),
        ("5月3-6日", ("CELL-010",)),
        ("2024.5.3~2024.5.6", ()),
        ("2024-5-3至2024-5-6", ()),
        ("2024年5月3日——5月6日", ()),
    ],
)
def test_range_of_a_deadline_is_its_end(raw: str, extra: tuple[str, ...]) -> None:
    parsed = parse_day(raw, DUE)
    assert (parsed.value, parsed.rule, parsed.extra) == (date(2024, 5, 6), "CELL-013", extra)


def test_month_of_a_deadline_suggests_its_end() -> None:
    assert dict(parse_day("2024.5", DUE).params)["suggestion"] == "2024-05-31"


@pytest.mark.parametrize(
    ("text", "context", "value"),
    [
        pytest.param("1月5日", DateContext(sheet_month=(2024, 12)), date(2025, 1, 5), id="sheet-first"),
        pytest.param("12月5日", DateContext(order_month=(2024, 1)), date(2023, 12, 5), id="order-month"),
        pytest.param("5.3", DateContext(order_date=date(2024, 5, 20)), date(2024, 5, 3), id="event-nearest"),
        pytest.param(
            "5.3", DateContext(order_date=date(2024, 5, 20), want="deadline"), date(2025, 5, 3), id="not-before"
        ),
        pytest.param(
            "5.20", DateContext(order_date=date(2024, 5, 20), want="deadline"), date(2024, 5, 20), id="same-day"
        ),
        pytest.param("2月29日", DateContext(order_date=date(2024, 5, 20)), date(2024, 2, 29), id="leap-day"),
    ],
)
def test_missing_year_is_taken_from_the_context(text: str, context: DateContext, value: date) -> None:
    parsed = parse_day(text, context)
    assert (parsed.value, parsed.rule) == (value, "CELL-010")


def test_missing_year_without_context_is_unknown() -> None:
    parsed = parse_day("5.3")
    assert (parsed.value, parsed.rule, parsed.unknown) == (None, "CELL-010", True)


def test_serial_of_an_old_mac_workbook() -> None:
    assert parse_day(43953.0, DateContext(epoch_1904=True)).value == date(2024, 5, 3)


@pytest.mark.parametrize(
    ("serial", "value"),
    [(36525.0, None), (36526.0, date(2000, 1, 1)), (73050.0, date(2099, 12, 31)), (73051.0, None)],
)
def test_serial_only_of_this_century(serial: float, value: date | None) -> None:
    assert parse_day(serial).value == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("9：30", time(9, 30)),
        ("下午2:15", time(14, 15)),
        ("9点半", time(9, 30)),
        (0.5, time(12)),
        ("", None),
        ("25:00", None),
    ],
)
def test_clock_beside_a_day(raw: object, value: time | None) -> None:
    assert parse_clock(raw).value == value
