"""Complaints as a night sees them: a few facts given, the rest blank, every date with its weekday checked."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import pandas as pd

from pipeline.complaints import TrackedComplaints, track
from pipeline.core.frames import empty
from pipeline.core.worktime import Calendar
from pipeline.rules.context import RuleContext
from schemas.derived.receivables import Receivables
from schemas.incoming.kinds import KINDS
from schemas.policy.policy import shipped

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CALENDAR = Calendar(shipped().days)
COMPLETE = {
    "complainant": "王女士",
    "contact": "13900000001",
    "customer_name": "甲公司",
    "order_no": "202603-001",
    "subject": "水泵",
    "description": "外观有问题",
    "remedy": "换货",
    "complaint_type": "quality",
    "severity": "normal",
    "owner": "李工",
}


def at(text: str) -> pd.Timestamp:
    """`Tue 03-10 15:00` or `Tue 03-10`, in 2026; the weekday must be right."""
    name, day, *clock = text.split()
    moment = pd.Timestamp(datetime.fromisoformat(f"2026-{day} {clock[0] if clock else '00:00'}"))
    assert WEEKDAYS[moment.weekday()] == name, text
    return moment


def rows(kind: str, *given: dict[str, Any]) -> pd.DataFrame:
    """A frame of a kind; texts in columns of moments are read by `at`."""
    frame = empty(KINDS[kind]).reindex(range(len(given)))
    for column in frame.columns:
        values = [each.get(column) for each in given]
        if frame[column].dtype.kind == "M":
            values = [at(value) if isinstance(value, str) else value for value in values]
        frame[column] = pd.Series(values, dtype=frame[column].dtype)
    return frame


@cache
def nothing(kind: str) -> pd.DataFrame:
    """A kind that was never taken in."""
    return empty(KINDS[kind])


def complaints(*given: dict[str, Any]) -> pd.DataFrame:
    """Complaints that lack nothing but what is given as None; numbered in order unless they say."""
    numbered = [{"complaint_no": f"202603-T{n:03d}", **COMPLETE, **facts} for n, facts in enumerate(given, start=1)]
    return rows("complaints", *({"src_key": facts["complaint_no"]} | facts for facts in numbered))


def tables(*given: dict[str, Any], **kinds: list[dict[str, Any]]) -> dict[str, pd.DataFrame]:
    """Every incoming table, these complaints and these rows of other kinds."""
    made = {kind: rows(kind, *kinds[kind]) if kind in kinds else nothing(kind) for kind in KINDS}
    return made | {"complaints": complaints(*given)}


def tracked(
    as_of: str, *given: dict[str, Any], next_night: Any = "", **kinds: list[dict[str, Any]]
) -> TrackedComplaints:
    """What is derived of these complaints."""
    return track(
        tables(*given, **kinds),
        policy=shipped(),
        calendar=CALENDAR,
        as_of=at(as_of),
        next_night=at(next_night) if next_night else None,
        lang="zh",
    )


def context(as_of: str, *given: dict[str, Any], owed: Any = None, **kinds: list[dict[str, Any]]) -> RuleContext:
    """The night as predicates see it."""
    incoming = tables(*given, **kinds)
    made = tracked(as_of, *given, **kinds)
    receivables = empty(Receivables) if owed is None else owed
    all_tables = {**incoming, "cases": made.cases, "clocks": made.clocks, "receivables": receivables}
    seen = frozenset(kind for kind, frame in incoming.items() if len(frame))
    return RuleContext(all_tables, at(as_of), CALENDAR, shipped(), seen_kinds=seen)
