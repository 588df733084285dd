"""Who must do what by when: one line per obligation that is due, due soon or overdue.

The next step of an order has one line, with the deadline of the timer it is; every other timer that runs on the order
has its own. Money follows its ladder, complaints their clocks, and what was held waits to be fixed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.core.frames import conform
from pipeline.night.todo import steps
from pipeline.night.todo.lines import DUNNING, as_listed, cells_to_fix, dunning_lines, records_to_enter, stray_money
from reports.staff import row_key
from schemas.derived.todo import Todo, TypedTodo
from schemas.language.words import LANGUAGES, translate

if TYPE_CHECKING:
    from pipeline.core.worktime import Calendar
    from schemas.policy.policy import Policy

TYPED = "todo_typed"  # what staff typed beside their lines


def due(
    tables: Mapping[str, pd.DataFrame],
    *,
    policy: Policy,
    calendar: Calendar,
    as_of: datetime,
    lang: str,
) -> pd.DataFrame:
    """Return the Todo frame; soon is within so many working days as the managers say."""
    today = pd.Timestamp(as_of.date())
    near = int(policy.values["todo_near_wd"])
    horizon = pd.to_datetime(calendar.add_working_days([today], near))[0] + steps.DAY_END
    order_status, running = steps.split_obligations(tables["standing"], tables["obligations"], policy)
    lines = [
        *steps.order_steps(order_status, horizon, lang),
        *steps.order_timers(running, policy, horizon, lang),
        *dunning_lines(tables["dunning"], policy.rules[DUNNING].limit or 0, lang),
        *as_listed(stray_money(tables["unapplied"], today, lang), tables["findings"], lang),
        *steps.complaint_steps(tables["clocks"], tables["cases"], policy, horizon, lang),
        *cells_to_fix(tables["findings"], lang),
        *records_to_enter(tables["findings"], lang),
    ]
    lines = [line for line in lines if line["rule"] not in policy.rules or policy.rules[line["rule"]].is_live]
    frame = conform(pd.DataFrame(lines, columns=[str(c) for c in Todo.columns]), Todo)
    if frame.empty:
        return frame
    missed = frame["due_on"] < today
    missed |= pd.Series([line.get("is_missed", False) for line in lines], index=frame.index)
    frame["is_overdue"] = missed.fillna(False).astype("boolean")
    frame["timing"] = _timing(frame, today, _said_done(frame, tables[TYPED]))
    order = ["is_overdue", "due_on", "owner", "subject", "task", "record"]
    ascending = [False, *[True] * (len(order) - 1)]
    return frame.sort_values(order, ascending=ascending, kind="stable").reset_index(drop=True)


def _timing(frame: pd.DataFrame, today: pd.Timestamp, said_done: pd.Series[bool]) -> pd.Series[str]:
    """Return a `Timing`. What somebody called done and no fact shows as done comes before how late it is."""
    late, due = frame["is_overdue"].to_numpy(dtype=bool), frame["due_on"] == today
    named = np.select([said_done, late, due], ["unproven", "overdue", "today"], "soon")
    return pd.Series(named, index=frame.index, dtype="str")


def _said_done(frame: pd.DataFrame, typed: pd.DataFrame) -> pd.Series[bool]:
    """Which lines did staff call done last night or before, though they are still there?"""
    keys = row_key(frame, (str(Todo.task), str(Todo.record)))
    return keys.map(typed[TypedTodo.staff_done]).isin([translate("pick.done", lang) for lang in LANGUAGES])
