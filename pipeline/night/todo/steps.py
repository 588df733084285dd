"""What orders and complaints ask for: their next step, and every other timer that runs on them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.core.frames import records
from pipeline.core.phrases import format_within, phrase
from pipeline.core.worktime.deadlines import NEXT_WORKDAY, format_due
from pipeline.night.todo.words import text_or_blank, word_of
from reports.staff import ORDINAL, nameless_key
from schemas.derived.status import OrderStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.policy.policy import Policy


COLUMNS = "owner next_dept next_step order_no customer_name reason letter state due_at rule about".split()
DAY_END = pd.Timedelta(days=1) - pd.Timedelta(seconds=1)


def split_obligations(
    order_status: pd.DataFrame, obligations: pd.DataFrame, policy: Policy
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the orders with the timer that is their next step, and the obligations that are nobody's next step."""
    steps = {(state, key) for key, timer in policy.timers.items() for state in timer.states}
    state = obligations["order_no"].map(
        dict(zip(order_status[OrderStatus.order_no], order_status[OrderStatus.state], strict=True))
    )
    is_step = pd.Series([pair in steps for pair in zip(state, obligations["timer"], strict=True)], dtype=bool)
    own = obligations[is_step.to_numpy()].drop_duplicates("order_no").set_index("order_no")[["due_at", "rule", "about"]]
    orders = order_status.join(own, on=str(OrderStatus.order_no))
    orders["due_at"] = orders["due_at"].fillna(orders[OrderStatus.next_on] + DAY_END)
    return orders, obligations[~is_step.to_numpy()]


def order_steps(order_status: pd.DataFrame, horizon: pd.Timestamp, lang: str) -> list[dict[str, Any]]:
    """Return the next step of each order; a held row without a number is a cell to fix, listed with its file."""
    numbered = ~order_status["order_no"].str.startswith("~").fillna(False).astype(bool)
    near = numbered & order_status["next_step"].notna() & (order_status["due_at"] <= horizon).fillna(False)
    return [
        {
            "task": f"step.{row['next_step']}",
            "record": row["order_no"],
            "owner": text_or_blank(row["owner"]),
            "dept": _state_dept(row),
            "matter": word_of(f"step.{row['next_step']}", lang),
            "subject": row["order_no"],
            "customer_name": row["customer_name"],
            "due_on": row["due_at"].normalize(),
            "about": row["about"],
            "rule": text_or_blank(row["rule"]),
            "reason": row["reason"],
            "letter": row["letter"],
        }
        for row in records(order_status.loc[near, COLUMNS])
    ]


def order_timers(running: pd.DataFrame, policy: Policy, horizon: pd.Timestamp, lang: str) -> list[dict[str, Any]]:
    """Return every timer that runs; what is to be done every working day is listed once it was not."""
    daily = [key for key, timer in policy.timers.items() if timer.edge == NEXT_WORKDAY]
    asked = (running["due_at"] <= horizon) & (running["is_past"] | ~running["timer"].isin(daily))
    near = running[asked.fillna(False).astype(bool)].sort_values("due_at", kind="stable")
    return [
        {
            "task": f"timer.{row['timer']}",
            "record": row["record"],
            "owner": row["owner"],
            "dept": row["dept"],
            "matter": word_of(f"clock.{row['timer']}", lang),
            "subject": row["subject"],
            "customer_name": row["customer_name"],
            "due_on": row["due_at"].normalize(),
            "is_missed": row["is_past"],
            "about": row["about"],
            "rule": row["rule"],
            "reason": phrase(
                "phrase.timer_due",
                lang,
                start=f"{row['started_at']:%Y-%m-%d}",
                limit=format_within(policy.timers[row["timer"]].normal, lang),
                due=row["said"],
            ),
        }
        for row in records(near.drop_duplicates(["timer", "record"]))
    ]


def _state_dept(row: Mapping[str, Any]) -> str:
    dept = row.get("next_dept")
    return dept if isinstance(dept, str) else "sales"


def complaint_steps(
    clocks: pd.DataFrame, cases: pd.DataFrame, policy: Policy, horizon: pd.Timestamp, lang: str
) -> list[dict[str, Any]]:
    """Return every step of a complaint that runs; what a paused one is waiting for is not ours to do."""
    near = clocks["clock_state"].isin(["running", "overdue"]) & (clocks["due_at"] <= horizon)
    facts = cases[["src_key", "order_no", "complained_at"]]
    found = clocks[near].merge(facts, on="src_key", how="left", validate="m:1")
    found = found.assign(said=format_due(found["due_at"]))
    return [
        {
            "task": f"clock.{row['step']}",
            "record": _complaint_key(row),
            "owner": text_or_blank(row["owner"]),
            "dept": "service",
            "matter": word_of(f"clock.{row['step']}", lang),
            "subject": _complaint(row),
            "customer_name": row["customer_name"],
            "due_on": row["due_at"].normalize(),
            "is_missed": row["clock_state"] == "overdue",
            "about": row["src_key"],
            "rule": next(iter(policy.timers[row["step"]].rules_after), ""),
            "reason": phrase("phrase.clock_due", lang, due=row["said"]),
        }
        for row in records(found)
    ]


def _complaint(row: Mapping[str, Any]) -> str:
    """Return its number; without one, the order and the moment it was made."""
    if number := text_or_blank(row["complaint_no"]):
        return number
    made_at = row["complained_at"]
    parts = [text_or_blank(row["order_no"]), "" if pd.isna(made_at) else f"{made_at:%Y-%m-%d %H:%M}"]
    return " ".join(part for part in parts if part) or _complaint_key(row)


def _complaint_key(row: Mapping[str, Any]) -> str:
    """Return its number, as 04 knows it of several; without one, the mark by which 04 knows it."""
    if number := text_or_blank(row["complaint_no"]):
        return number + "".join(re.findall(ORDINAL, row["src_key"]))
    return nameless_key(row["src_key"])
