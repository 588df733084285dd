"""Steps of complaints that run."""

from __future__ import annotations

from hashlib import blake2s
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.core.frames import records
from pipeline.core.phrases import phrase
from pipeline.core.worktime.deadlines import said
from pipeline.night.todo.words import said_of, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.policy.policy import Policy


def steps(
    clocks: pd.DataFrame, cases: pd.DataFrame, policy: Policy, horizon: pd.Timestamp, lang: str
) -> list[dict[str, Any]]:
    """Every step that runs; what a paused one is waiting for is not ours to do."""
    near = clocks["clock_state"].isin(["running", "overdue"]) & (clocks["due_at"] <= horizon)
    facts = cases[["src_key", "order_no", "complained_at"]]
    found = clocks[near].merge(facts, on="src_key", how="left", validate="m:1")
    found = found.assign(said=said(found["due_at"]))
    return [
        {
            "task": f"clock.{row['step']}",
            "record": _complaint_key(row),
            "owner": text(row["owner"]),
            "dept": "service",
            "matter": said_of(f"clock.{row['step']}", lang),
            "subject": _complaint(row),
            "customer_name": row["customer_name"],
            "due_on": row["due_at"].normalize(),
            "is_missed": row["clock_state"] == "overdue",
            "rule": next(iter(policy.timers[row["step"]].rules_after), ""),
            "reason": phrase("phrase.clock_due", lang, due=row["said"]),
        }
        for row in records(found)
    ]


def _complaint(row: Mapping[str, Any]) -> str:
    """Its number; without one, the order and the moment it was made."""
    if number := text(row["complaint_no"]):
        return number
    made_at = row["complained_at"]
    parts = [text(row["order_no"]), "" if pd.isna(made_at) else f"{made_at:%Y-%m-%d %H:%M}"]
    return " ".join(part for part in parts if part) or _complaint_key(row)


def _complaint_key(row: Mapping[str, Any]) -> str:
    """Its number; without one, a mark made of its key, which may hold a telephone number."""
    return text(row["complaint_no"]) or f"~{blake2s(row['src_key'].encode(), digest_size=5).hexdigest()}"
