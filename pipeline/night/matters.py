"""One owner and one day for a matter in every workbook: those of the obligation, of the clock or of the ladder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.core.frames import records
from pipeline.core.groups import is_sure
from pipeline.core.text import fold
from pipeline.night.todo.lines import DUNNING, REMINDER
from pipeline.orders.people import heirs
from schemas.derived.cases import Clocks
from schemas.incoming.staff import Staff

if TYPE_CHECKING:
    from schemas.policy.policy import Policy

OVERDUE = (DUNNING, REMINDER, "DUE-001", "DUE-003")
Line = tuple[str, str, object, str, object]  # rule, row, person or department, department, day
About = tuple[str, str]  # a rule, and the key of the row it is broken at
Matter = tuple[str, pd.Timestamp]  # a person or a department's key, and a day


def all_matters(tables: Mapping[str, pd.DataFrame], policy: Policy, today: pd.Timestamp) -> dict[About, Matter]:
    """Return who has to do it by when, for the rules and rows of which something says so; heirs of those who left."""
    found: dict[About, Matter] = {}
    given = heirs(tables[Staff.name], today)
    for rule, about, owner, dept, day in (*_obligations(tables, policy), *_clocks(tables, policy), *_ladder(tables)):
        if isinstance(owner, str) and isinstance(day, pd.Timestamp):
            found.setdefault((rule, about), (given.get(fold(owner), owner) or dept, day))
    return found


def _obligations(tables: Mapping[str, pd.DataFrame], policy: Policy) -> Iterator[Line]:
    rows = tables["obligations"].sort_values("due_at", kind="stable")
    for row in records(rows.assign(due_on=rows["due_at"].dt.normalize())):
        timer = policy.timers[row["timer"]]
        for rule in filter(None, (timer.rule_before, *timer.rules_after)):
            yield rule, row["about"], row["owner"], row["dept"], row["due_on"]


def _clocks(tables: Mapping[str, pd.DataFrame], policy: Policy) -> Iterator[Line]:
    clocks = tables["clocks"]
    running = clocks[clocks[Clocks.clock_state].isin(["running", "overdue"])]
    for row in records(running.assign(due_on=running[Clocks.due_at].dt.normalize())):
        for rule in policy.timers[row["step"]].rules_after:
            yield rule, row["src_key"], row["owner"], "service", row["due_on"]


def _ladder(tables: Mapping[str, pd.DataFrame]) -> Iterator[Line]:
    dunning = tables["dunning"]
    for row in records(dunning[~is_sure(dunning["is_waiting"])]):
        for rule in OVERDUE:
            yield rule, f"{row['order_no']}#{row['instalment_no']}", row["owner"], "sales", row["remind_on"]
