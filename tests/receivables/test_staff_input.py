"""Staff hold reminders back by what they type beside an item in 03."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest

from pipeline.receivables import TYPED, derive
from schemas.derived.status import OrderFacts
from tests.support.money_book import CALENDAR, POLICY, frame, order, records, tables

DUE = "2026-03-10"  # a Tuesday; 货到付款, signed for on the day
LATE = "2026-03-27"  # seventeen days overdue


def owed(as_of=LATE, /, lang="zh", **said):
    rows = pd.DataFrame(
        {f"staff_{name}": pd.Series({"202603-001#1": text}, dtype="str") for name, text in said.items()}
    )
    known = tables() | {TYPED: rows}
    when = datetime.fromisoformat(as_of)
    return derive(frame(OrderFacts, [order()]), known, policy=POLICY, calendar=CALENDAR, as_of=when, lang=lang)


@pytest.mark.parametrize(
    ("said", "waits", "step"),
    [
        ({}, None, "dun1"),
        ({"stop_until": "2026-03-27"}, "stop", "stop"),  # through the end of its day
        ({"stop_until": "2026-03-27 00:00"}, "stop", "stop"),
        ({"stop_until": "2026-03-26"}, None, "dun1"),
        ({"stop_until": "3月27日"}, "stop", "stop"),
        ({"stop_until": "下周五"}, "stop", "stop"),  # no day: until somebody clears it
        ({"stop_reason": "客户争议"}, "stop", "stop"),
        ({"stop_until": "2026-03-26", "stop_reason": "客户争议"}, None, "dun1"),
        ({"promised_on": "2026-03-27"}, "promise", "promise"),
        ({"promised_on": "2026-03-26"}, None, "dun1"),
        ({"promised_on": "下周五"}, None, "dun1"),
        ({"promised_on": "2026-04-01", "stop_until": "2026-04-02"}, "stop", "stop"),
    ],
)
def test_reminders_wait_for_what_staff_typed(said, waits, step):
    made = owed(**said)
    assert records(made.receivables, "next_step") == [(step,)]
    assert records(made.dunning, "waits_for", "is_waiting") == [(waits, waits is not None)]


def test_another_item_is_not_held_back():
    said = pd.DataFrame({"staff_stop_until": pd.Series({"202603-001#2": "2026-12-31"}, dtype="str")})
    made = derive(
        frame(OrderFacts, [order()]),
        tables() | {TYPED: said},
        policy=POLICY,
        calendar=CALENDAR,
        as_of=datetime.fromisoformat(LATE),
        lang="zh",
    )
    assert records(made.receivables, "next_step") == [("dun1",)]


@pytest.mark.parametrize(
    ("said", "zh", "en"),
    [
        ({"stop_until": "2026-04-01"}, "；停催至 2026-04-01", "; no reminders until 2026-04-01"),
        ({"stop_reason": "客户争议"}, "；已停催（客户争议）", "; reminders stopped (客户争议)"),
    ],
)
def test_the_stop_is_told_with_its_reason(said, zh, en):
    for lang, text in (("zh", zh), ("en", en)):
        [reason] = owed(lang=lang, **said).receivables["reason"]
        assert reason.endswith(text)


def test_ageing_never_hides_what_is_stopped():
    assert records(owed(stop_until="2026-12-31").receivables, "overdue_days", "open_fen") == [(17, 1_000_000)]
