"""Lateness against the first promise and the one that holds, and the sentence about who moved it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.support.order_rows import context, order


def stated(*days: str) -> list[dict[str, Any]]:
    """What one line promised, night by night from Monday 2026-02-02."""
    night = pd.Timestamp("2026-02-02 02:00")
    return [
        {"order_no": "202603-001", "line": "k", "said_at": night + pd.Timedelta(days=n), "src_file": f"{n}.xlsx"}
        | {"promised_on": pd.Timestamp(day), "sales_owner": "张三"}
        for n, day in enumerate(days)
    ]


def stand(as_of: str, *days: str, lang: str = "zh", signed: str | None = None, **facts: Any) -> Any:
    tracking = [{"order_no": "202603-001", "stage": "sign", "actual_at": signed}] if signed else []
    rows = {"orders": [order(promised_date=days[-1], **facts)], "tracking": tracking, "promises": stated(*days)}
    return context(as_of, lang=lang, **rows)["standing"].iloc[0].to_dict()


@pytest.mark.parametrize(
    ("as_of", "signed", "state", "current", "first"),
    [
        ("2026-09-24 20:00", None, "near", -1, 2),  # Friday 09-25 to Sunday 09-27 are days of rest
        ("2026-09-29 20:00", None, "late", 1, 4),
        ("2026-09-29 20:00", "2026-09-24", "done", 0, 2),
        ("2026-09-29 20:00", "2026-09-22", "done", 0, 0),
        ("2026-09-30 20:00", "2026-09-30", "done_late", 2, 5),
        ("2026-09-21 20:00", None, "normal", -4, -1),
    ],
)
def test_lateness_is_told_against_both_and_judged_by_the_promise_that_holds(
    as_of: str, signed: str | None, state: str, current: int, first: int
) -> None:
    row = stand(as_of, "2026-09-22", "2026-09-28", signed=signed)
    assert (row["delivery_state"], row["delivery_wd"], row["first_promise_wd"]) == (state, current, first)


def test_nothing_is_late_on_an_order_that_is_cancelled_or_was_never_promised() -> None:
    gone = stand("2026-09-29 20:00", "2026-09-22", "2026-09-28", cancelled_on="2026-09-20")
    assert pd.isna(gone["first_promise_wd"])
    never = context("2026-09-29 20:00", orders=[order()])["standing"].iloc[0].to_dict()
    assert never["delivery_wd"] > 0
    assert pd.isna(never["first_promised_on"])
    assert pd.isna(never["first_promise_wd"])


MOVES = {
    "zh": "；首次承诺 2026-09-22，2026-02-04 由 张三 从 2026-09-25 改为 2026-09-28（第 2 次，2.xlsx）",
    "en": "; first promised 2026-09-22, moved on 2026-02-04 by 张三 from 2026-09-25 to 2026-09-28 (change 2, 2.xlsx)",
}
LATE = {"zh": "；比首次承诺迟 2 个工作日", "en": "; 2 working days past the first promise"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_reason_names_first_promise_move_and_mover(lang: str) -> None:
    days = ("2026-09-22", "2026-09-25", "2026-09-28")
    assert stand("2026-09-24 20:00", *days, lang=lang)["reason"].endswith(MOVES[lang] + LATE[lang])
    assert stand("2026-09-22 20:00", *days, lang=lang)["reason"].endswith(MOVES[lang])
    never = stand("2026-09-24 20:00", "2026-09-22", lang=lang)
    assert never["first_promise_wd"] == 2
    assert LATE[lang][2:] not in never["reason"]


def test_a_move_by_nobody_is_told_so() -> None:
    rows = stated("2026-09-22", "2026-09-28")
    rows[1]["sales_owner"] = None
    where = context("2026-09-21 20:00", orders=[order(promised_date="2026-09-28")], promises=rows)
    assert "由 未登记 从 2026-09-22 改为" in str(where["standing"]["reason"].iat[0])


def test_moves_of_an_order_that_is_gone_are_nobodys() -> None:
    rows = [row | {"order_no": "202603-009"} for row in stated("2026-09-22", "2026-09-28")]
    where = context("2026-09-21 20:00", orders=[order(promised_date="2026-09-28")], promises=rows)
    assert where["book"]["promise_moves"].tolist() == [0]
