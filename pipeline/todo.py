"""Who must do what by when: one line per obligation that is due, due soon or overdue.

The next step of an order has one line, with the deadline of the timer it is; every other timer that runs on the order
has its own. Money follows its ladder, complaints their clocks, and what was held waits to be mended.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2s
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.deadlines import NEXT_WORKDAY, said
from pipeline.frames import records, retyped
from pipeline.wording import phrase, within
from reports.staff import row_key
from schemas.status import Standing
from schemas.todo import Todo
from schemas.words import LANGUAGES, load, say

if TYPE_CHECKING:
    from decimal import Decimal

    from pipeline.workdays import Calendar
    from schemas.policy import Policy

ORDER_COLUMNS = [
    "owner",
    "next_dept",
    "next_step",
    "order_no",
    "customer_name",
    "reason",
    "state",
    "due_at",
    "rule",
    "letter",
]
DUNNING, REMINDER = "DUN-001", "REM-001"
PAID_AHEAD = "prepaid"
ENTRIES = ("CMP-019",)  # to be entered in a system of the company, by no timer
TYPED, DONE = "todo_typed", "staff_done"  # table of what staff typed beside their lines, and its column
DAY_END = pd.Timedelta(days=1) - pd.Timedelta(seconds=1)
# why money is left over → rule that says so, of money in and of money back
STRAY = {
    "no_order": ("RCV-011", "RCV-012"),
    "unknown_payer": ("RCV-011", "RCV-012"),
    "unknown_order": ("RCV-002", "RCV-002"),
    "over": ("RCV-003", "RCV-003"),
    "refund": ("RCV-012", "RCV-012"),
}


def due(
    tables: Mapping[str, pd.DataFrame],
    *,
    policy: Policy,
    calendar: Calendar,
    as_of: datetime,
    lang: str,
) -> pd.DataFrame:
    """The Todo frame; soon is within so many working days as the managers say."""
    today = pd.Timestamp(as_of.date())
    near = int(policy.values["todo_near_wd"])
    horizon = pd.to_datetime(calendar.add_working_days([today], near))[0] + DAY_END
    standing, running = _joined(tables["standing"], tables["obligations"], policy)
    lines = [
        *_orders(standing, horizon, lang),
        *_timers(running, policy, horizon, lang),
        *_money(tables["dunning"], policy.rules[DUNNING].limit or 0, lang),
        *_unapplied(tables["unapplied"], today, lang),
        *_complaints(tables["clocks"], tables["cases"], policy, horizon, lang),
        *_findings(tables["findings"], lang),
        *_entries(tables["findings"], lang),
    ]
    frame = retyped(pd.DataFrame(lines, columns=[str(c) for c in Todo.columns]), Todo)
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
    """Keys of ``timing.*``. What somebody called done and no fact shows as done comes before how late it is."""
    late, due = frame["is_overdue"].to_numpy(dtype=bool), frame["due_on"] == today
    named = np.select([said_done, late, due], ["unproven", "overdue", "today"], "soon")
    return pd.Series(named, index=frame.index, dtype="str")


def _said_done(frame: pd.DataFrame, typed: pd.DataFrame) -> pd.Series[bool]:
    """Lines that staff called done last night or before, and that are still there."""
    keys = row_key(frame, (str(Todo.task), str(Todo.record)))
    return keys.map(typed[DONE]).isin([say("pick.done", lang) for lang in LANGUAGES])


def _joined(standing: pd.DataFrame, obligations: pd.DataFrame, policy: Policy) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Orders with the timer that is their next step, and the obligations that are nobody's next step."""
    steps = {(state, key) for key, timer in policy.timers.items() for state in timer.states}
    state = obligations["order_no"].map(dict(zip(standing[Standing.order_no], standing[Standing.state], strict=True)))
    is_step = pd.Series([pair in steps for pair in zip(state, obligations["timer"], strict=True)], dtype=bool)
    own = obligations[is_step.to_numpy()].drop_duplicates("order_no").set_index("order_no")[["due_at", "rule"]]
    orders = standing.join(own, on=str(Standing.order_no))
    orders["due_at"] = orders["due_at"].fillna(orders[Standing.next_on] + DAY_END)
    return orders, obligations[~is_step.to_numpy()]


def _orders(standing: pd.DataFrame, horizon: pd.Timestamp, lang: str) -> list[dict[str, Any]]:
    # A held row without a number is a cell to mend, told with its file below.
    numbered = ~standing["order_no"].str.startswith("~").fillna(False).astype(bool)
    near = numbered & standing["next_step"].notna() & (standing["due_at"] <= horizon).fillna(False)
    return [
        {
            "task": f"step.{row['next_step']}",
            "record": row["order_no"],
            "owner": _text(row["owner"]),
            "dept": _state_dept(row),
            "matter": _say(f"step.{row['next_step']}", lang),
            "subject": row["order_no"],
            "customer_name": row["customer_name"],
            "due_on": row["due_at"].normalize(),
            "rule": _text(row["rule"]),
            "reason": row["reason"],
            "letter": row["letter"],
        }
        for row in records(standing.loc[near, ORDER_COLUMNS])
    ]


def _timers(running: pd.DataFrame, policy: Policy, horizon: pd.Timestamp, lang: str) -> list[dict[str, Any]]:
    # What is to be done every working day is told once it was not.
    daily = [key for key, timer in policy.timers.items() if timer.edge == NEXT_WORKDAY]
    asked = (running["due_at"] <= horizon) & (running["is_past"] | ~running["timer"].isin(daily))
    near = running[asked.fillna(False).astype(bool)].sort_values("due_at", kind="stable")
    return [
        {
            "task": f"timer.{row['timer']}",
            "record": row["record"],
            "owner": row["owner"],
            "dept": row["dept"],
            "matter": _say(f"clock.{row['timer']}", lang),
            "subject": row["subject"],
            "customer_name": row["customer_name"],
            "due_on": row["due_at"].normalize(),
            "is_missed": row["is_past"],
            "rule": row["rule"],
            "reason": phrase(
                "phrase.timer_due",
                lang,
                start=f"{row['started_at']:%Y-%m-%d}",
                limit=within(policy.timers[row["timer"]].limit, lang),
                due=row["said"],
            ),
        }
        for row in records(near.drop_duplicates(["timer", "record"]))
    ]


def _state_dept(row: Mapping[str, Any]) -> str:
    dept = row.get("next_dept")
    return dept if isinstance(dept, str) else "sales"


def _money(dunning: pd.DataFrame, dunned_days: Decimal | int, lang: str) -> list[dict[str, Any]]:
    """Overdue by so many days it is dunning, before that a reminder."""
    waiting = dunning["is_waiting"].fillna(False).astype(bool)
    return [
        {
            "task": f"level.{row['level']}",
            "record": f"{row['order_no']}#{row['instalment_no']}",
            "owner": _text(row["owner"]),
            "dept": "sales" if row["owner"] == row["sales_owner"] else row["owner"],
            "matter": _say(f"level.{row['level']}", lang),
            "subject": f"{row['order_no']}#{row['instalment_no']}",
            "customer_name": row["customer_name"],
            "due_on": row["remind_on"],
            "rule": DUNNING if row["overdue_days"] >= dunned_days else REMINDER,
            "reason": phrase(
                "phrase.owes",
                lang,
                amount=f"{row['open_fen'] / 100:,.2f}",
                days=str(max(0, row["overdue_days"])),
            ),
        }
        for row in records(dunning[~waiting])
    ]


def _unapplied(unapplied: pd.DataFrame, today: pd.Timestamp, lang: str) -> list[dict[str, Any]]:
    """Money somebody must find a place for; what was paid ahead on a named order finds it by itself."""
    stray = unapplied[(unapplied["left_fen"] != 0) & (unapplied["why"] != PAID_AHEAD)]
    return [
        {
            "task": "allocate",
            "record": row["receipt_key"],
            "owner": "finance",
            "dept": "finance",
            "matter": phrase("phrase.allocate", lang, amount=f"{row['left_fen'] / 100:,.2f}"),
            "subject": row["receipt_no"] if isinstance(row["receipt_no"], str) else row["receipt_key"],
            "customer_name": row["customer_name"] if isinstance(row["customer_name"], str) else row["payer"],
            "due_on": today,
            "rule": STRAY[row["why"]][row["left_fen"] < 0],
            "reason": row["suggestion"],
        }
        for row in records(stray)
    ]


def _complaints(
    clocks: pd.DataFrame, cases: pd.DataFrame, policy: Policy, horizon: pd.Timestamp, lang: str
) -> list[dict[str, Any]]:
    """Every step that runs; what a paused one is waiting for is not ours to do."""
    near = clocks["clock_state"].isin(["running", "overdue"]) & (clocks["due_at"] <= horizon)
    facts = cases[["src_key", "order_no", "complained_at"]]
    steps = clocks[near].merge(facts, on="src_key", how="left", validate="m:1")
    steps = steps.assign(said=said(steps["due_at"]))
    return [
        {
            "task": f"clock.{row['step']}",
            "record": _complaint_key(row),
            "owner": _text(row["owner"]),
            "dept": "service",
            "matter": _say(f"clock.{row['step']}", lang),
            "subject": _complaint(row),
            "customer_name": row["customer_name"],
            "due_on": row["due_at"].normalize(),
            "is_missed": row["clock_state"] == "overdue",
            "rule": next(iter(policy.timers[row["step"]].rules_after), ""),
            "reason": phrase("phrase.clock_due", lang, due=row["said"]),
        }
        for row in records(steps)
    ]


def _complaint(row: Mapping[str, Any]) -> str:
    """Its number; without one, the order and the moment it was made."""
    if number := _text(row["complaint_no"]):
        return number
    made_at = row["complained_at"]
    parts = [_text(row["order_no"]), "" if pd.isna(made_at) else f"{made_at:%Y-%m-%d %H:%M}"]
    return " ".join(part for part in parts if part) or _complaint_key(row)


def _complaint_key(row: Mapping[str, Any]) -> str:
    """Its number; without one, a mark made of its key, which may hold a telephone number."""
    return _text(row["complaint_no"]) or f"~{blake2s(row['src_key'].encode(), digest_size=5).hexdigest()}"


def _findings(findings: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    """One line per person and file, not one per cell."""
    urgent = findings[findings["severity"].isin(["refuse", "hold"])]
    said = urgent["dept"].map({dept: _say(f"dept.{dept}", lang) for dept in urgent["dept"].dropna().unique()})
    urgent = urgent.assign(owner=urgent["owner"].mask(urgent["owner"] == said, urgent["dept"]))
    lines = []
    for (owner, file), rows in urgent.groupby(["owner", "src_file"], sort=True):
        lines.append(
            {
                "task": "mend",
                "record": f"{file}#{owner}",
                "owner": owner,
                "dept": rows["dept"].iloc[0],
                "matter": phrase("phrase.mend_cells", lang, count=str(len(rows))),
                "subject": file,
                "customer_name": None,
                "due_on": rows["due_on"].min(),
                "rule": rows["rule"].iloc[0],
                "reason": rows["problem"].iloc[0],
            }
        )
    return lines


def _entries(findings: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    """One line per record that is not in the ERP or CRM yet; entered there, it is gone."""
    return [
        {
            "task": f"enter.{row['rule']}",
            "record": row["finding_id"],
            "owner": row["dept"],
            "dept": row["dept"],
            "matter": _say(f"enter.{row['rule']}", lang),
            "subject": row["subject"],
            "customer_name": row["customer_name"],
            "due_on": row["due_on"],
            "rule": row["rule"],
            "reason": row["problem"],
        }
        for row in records(findings[findings["rule"].isin(ENTRIES)])
    ]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _say(key: str, lang: str) -> str:
    word = load().get(key)
    return word.said(lang) if word else key.partition(".")[2]
