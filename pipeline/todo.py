"""Who must do what by when: one line per obligation, drawn from everything derived."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2s
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.frames import records, retyped
from pipeline.wording import phrase
from schemas.todo import Todo
from schemas.words import load

if TYPE_CHECKING:
    from decimal import Decimal

    from pipeline.workdays import Calendar
    from schemas.policy import Policy

ORDER_COLUMNS = ["owner", "next_dept", "next_step", "order_no", "customer_name", "next_on", "reason"]
SOON_WD = 3
DUNNING, REMINDER = "DUN-001", "REM-001"
PAID_AHEAD = "prepaid"
ENTRIES = ("ORD-036", "DLV-005", "CMP-019")  # to be entered in the company's own systems


def due(
    tables: Mapping[str, pd.DataFrame],
    *,
    policy: Policy,
    calendar: Calendar,
    as_of: datetime,
    lang: str,
) -> pd.DataFrame:
    """The Todo frame: due, due within `SOON_WD` working days, or overdue."""
    today = pd.Timestamp(as_of.date())
    horizon = pd.to_datetime(calendar.add_working_days([today], SOON_WD))[0]
    lines = [
        *_orders(tables["standing"], horizon, lang),
        *_money(tables["dunning"], policy.rules[DUNNING].limit or 0, lang),
        *_unapplied(tables["unapplied"], today, lang),
        *_complaints(tables["clocks"], tables["cases"], lang),
        *_findings(tables["findings"], lang),
        *_entries(tables["findings"], lang),
    ]
    frame = retyped(pd.DataFrame(lines, columns=[str(c) for c in Todo.columns]), Todo)
    if frame.empty:
        return frame
    frame["is_overdue"] = (frame["due_on"] < today).fillna(False).astype("boolean")
    order = ["is_overdue", "due_on", "owner", "subject", "task", "record"]
    ascending = [False, *[True] * (len(order) - 1)]
    return frame.sort_values(order, ascending=ascending, kind="stable").reset_index(drop=True)


def _orders(standing: pd.DataFrame, horizon: pd.Timestamp, lang: str) -> list[dict[str, Any]]:
    # A held row without a number is a cell to mend, told with its file below.
    numbered = ~standing["order_no"].str.startswith("~").fillna(False).astype(bool)
    near = numbered & standing["next_step"].notna() & (standing["next_on"] <= horizon).fillna(False)
    return [
        {
            "task": f"step.{row['next_step']}",
            "record": row["order_no"],
            "owner": _text(row["owner"]),
            "dept": _state_dept(row),
            "matter": _say(f"step.{row['next_step']}", lang),
            "subject": row["order_no"],
            "customer_name": row["customer_name"],
            "due_on": row["next_on"],
            "rule": "",
            "reason": row["reason"],
        }
        for row in records(standing.loc[near, ORDER_COLUMNS])
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
            "rule": "RCV-011",
            "reason": row["suggestion"],
        }
        for row in records(stray)
    ]


def _complaints(clocks: pd.DataFrame, cases: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    """One line per complaint: the step that is due first."""
    running = clocks["clock_state"].isin(["running", "overdue"])
    first = clocks[running].sort_values("due_at", kind="stable").drop_duplicates("src_key")
    first = first.merge(cases[["src_key", "order_no", "complained_at"]], on="src_key", how="left", validate="1:1")
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
            "rule": "",
            "reason": phrase("phrase.clock_due", lang, due=f"{row['due_at']:%Y-%m-%d %H:%M}"),
        }
        for row in records(first)
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
