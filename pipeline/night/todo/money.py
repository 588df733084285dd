"""Money to ask for, and money to find a place for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.core.frames import records
from pipeline.core.phrases import phrase
from pipeline.night.todo.words import said_of, text

if TYPE_CHECKING:
    from decimal import Decimal

    import pandas as pd

DUNNING, REMINDER = "DUN-001", "REM-001"
PAID_AHEAD = "prepaid"
# why money is left over → rule that says so, of money in and of money back
STRAY = {
    "no_order": ("RCV-011", "RCV-012"),
    "unknown_payer": ("RCV-011", "RCV-012"),
    "unknown_order": ("RCV-002", "RCV-002"),
    "over": ("RCV-003", "RCV-003"),
    "refund": ("RCV-012", "RCV-012"),
}


def levels(dunning: pd.DataFrame, dunned_days: Decimal | int, lang: str) -> list[dict[str, Any]]:
    """Overdue by so many days it is dunning, before that a reminder."""
    waiting = dunning["is_waiting"].fillna(False).astype(bool)
    return [
        {
            "task": f"level.{row['level']}",
            "record": f"{row['order_no']}#{row['instalment_no']}",
            "owner": text(row["owner"]),
            "dept": "sales" if row["owner"] == row["sales_owner"] else row["owner"],
            "matter": said_of(f"level.{row['level']}", lang),
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


def strays(unapplied: pd.DataFrame, today: pd.Timestamp, lang: str) -> list[dict[str, Any]]:
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
