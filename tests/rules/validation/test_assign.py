"""Assigned numbers: after the highest of the month, the same every time."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.rules.validation.assign import last_serials, next_numbers

FULL = [f"202605-{serial:03d}" for serial in range(1, 999)]


def given(days: Any, used: list[str], pattern: str = "order") -> list[str | None]:
    moments = pd.Series(pd.to_datetime(days)).astype("datetime64[us]")
    made = next_numbers(moments, [moments], used, pattern)  # type: ignore[arg-type]
    assert made.dtype == "str"
    return [None if pd.isna(number) else number for number in made]


@pytest.mark.parametrize(
    ("days", "used", "expected"),
    [
        (["2026-05-01"], [], ["202605-001"]),
        (["2026-05-01", "2026-05-02"], [], ["202605-001", "202605-002"]),
        (["2026-05-02", "2026-05-01"], [], ["202605-002", "202605-001"]),
        # a gap stays a gap
        (["2026-05-09"], ["202605-001", "202605-007"], ["202605-008"]),
        # an April order entered in May gets an April number
        (["2026-04-30", "2026-05-01"], ["202605-003", "202604-011"], ["202604-012", "202605-004"]),
        # December and January do not share a month
        (["2026-12-31", "2027-01-01"], ["202612-002"], ["202612-003", "202701-001"]),
        (["2026-05-01", "2026-05-01"], [*FULL, "202605-998"], ["202605-999", "202605-1000"]),
        (["2026-05-01"], [*FULL, "202605-1000", "202605-999"], ["202605-1001"]),
        # nothing goes on after a jump
        (["2026-05-01"], ["202605-051"], ["202605-001"]),
        (["2026-05-01"], ["202605-050"], ["202605-051"]),
        # the serial of complaints is another one, and a riddle counts for nothing
        (["2026-05-01"], ["202605-T009", "202605-9", "?"], ["202605-001"]),
        ([None, "2026-05-01"], [], [None, "202605-001"]),
        ([None], [], [None]),
    ],
)
def test_assign_goes_on_after_the_highest_of_the_month(
    days: list[str | None], used: list[str], expected: list[str | None]
) -> None:
    assert given(days, used) == expected


def test_assign_gives_complaints_a_t() -> None:
    assert given(["2026-05-01"], ["202605-001", "202605-T041"], "complaint") == ["202605-T042"]


def test_assign_follows_time_file_and_row_when_rows_are_shuffled() -> None:
    rows = pd.DataFrame(
        {
            "at": pd.to_datetime(["2026-05-02", "2026-05-01", "2026-05-01", "2026-05-01"]).as_unit("us"),
            "file": ["a.xlsx", "b.xlsx", "a.xlsx", "a.xlsx"],
            "row": [2, 2, 9, 3],
        },
        index=[10, 11, 12, 13],
    )
    expected = {10: "202605-004", 11: "202605-003", 12: "202605-002", 13: "202605-001"}
    for n in range(4):
        some = rows.sample(frac=1, random_state=n)
        made = next_numbers(some["at"], [some["at"], some["file"], some["row"]], [], "order")
        assert made.to_dict() == expected


def test_assign_leaves_equal_rows_in_the_order_they_came() -> None:
    moments = pd.Series(pd.to_datetime(["2026-05-01", "2026-05-01"]))
    made = next_numbers(moments, [moments, pd.Series([None, None], dtype="str")], [], "complaint")
    assert list(made) == ["202605-T001", "202605-T002"]


def test_last_serials_reads_numbers_of_one_form() -> None:
    assert last_serials(["202605-T001", "202605-T1001", "202605-077"], "complaint") == {"202605": 1}
