"""Money to ask for or to find a place for, cells to fix, and records to enter in a system of the company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.core.frames import records
from pipeline.core.money import format_money
from pipeline.core.phrases import phrase
from pipeline.night.todo.words import text_or_blank, word_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    import pandas as pd

    from schemas.derived.receivables import Why


ENTRIES = ("CMP-019",)  # to be entered in a system of the company, by no timer


def cells_to_fix(findings: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    """Return one line per person and file, not one per cell."""
    urgent = findings[findings["severity"].isin(["refuse", "hold"])]
    urgent = urgent.assign(owner=_keys(urgent, lang))
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


def records_to_enter(findings: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    """Return one line per record that is not in the ERP or CRM yet; entered there, it is gone."""
    asked = findings[findings["rule"].isin(ENTRIES)]
    return [
        {
            "task": f"enter.{row['rule']}",
            "record": row["finding_id"],
            "owner": row["owner"],
            "dept": row["dept"],
            "matter": word_of(f"enter.{row['rule']}", lang),
            "subject": row["subject"],
            "customer_name": row["customer_name"],
            "due_on": row["due_on"],
            "about": row["about"],
            "rule": row["rule"],
            "reason": row["problem"],
        }
        for row in records(asked.assign(owner=_keys(asked, lang)))
    ]


def _keys(findings: pd.DataFrame, lang: str) -> pd.Series[str]:
    """Owners as keys again where they are departments."""
    names = findings["dept"].map({dept: word_of(f"dept.{dept}", lang) for dept in findings["dept"].dropna().unique()})
    return findings["owner"].mask(findings["owner"] == names, findings["dept"])


DUNNING, REMINDER = "DUN-001", "REM-001"
# why money is left over → rule that says so, of money in and of money back; None: nobody needs to find it a place
STRAY: dict[Why, tuple[str, str] | None] = {
    "no_order": ("RCV-011", "RCV-012"),
    "rest": ("RCV-011", "RCV-012"),
    "unknown_payer": ("RCV-011", "RCV-012"),
    "currency": ("RCV-016", "RCV-016"),
    "unknown_order": ("RCV-002", "RCV-002"),
    "over": ("RCV-003", "RCV-003"),
    "credit": ("RCV-003", "RCV-003"),
    "refund": ("RCV-012", "RCV-012"),
    "prepaid": None,  # what was paid ahead on a named order finds it by itself
    "fee": None,  # what was paid for a late fee is where it belongs
}


def dunning_lines(dunning: pd.DataFrame, dunned_days: Decimal | int, lang: str) -> list[dict[str, Any]]:
    """Return a line for every open instalment: dunning once it is so many days overdue, before that a reminder."""
    waiting = dunning["is_waiting"].fillna(False).astype(bool)
    return [
        {
            "task": f"level.{row['level']}",
            "record": f"{row['order_no']}#{row['instalment_no']}",
            "owner": text_or_blank(row["owner"]),
            "dept": "sales" if row["owner"] == row["sales_owner"] else row["owner"],
            "matter": word_of(f"level.{row['level']}", lang),
            "subject": f"{row['order_no']}#{row['instalment_no']}",
            "customer_name": row["customer_name"],
            "due_on": row["remind_on"],
            "about": f"{row['order_no']}#{row['instalment_no']}",
            "rule": DUNNING if row["overdue_days"] >= dunned_days else REMINDER,
            "reason": phrase(
                "phrase.owes",
                lang,
                amount=format_money(row["open_fen"], row["currency"]),
                days=str(max(0, row["overdue_days"])),
            ),
        }
        for row in records(dunning[~waiting])
    ]


def stray_money(unapplied: pd.DataFrame, today: pd.Timestamp, lang: str) -> list[dict[str, Any]]:
    """Return the money somebody must find a place for."""
    stray = records(unapplied[unapplied["left_fen"] != 0])
    return [
        {
            "task": "allocate",
            "record": row["receipt_key"],
            "owner": "finance",
            "dept": "finance",
            "matter": phrase("phrase.allocate", lang, amount=format_money(row["left_fen"], row["currency"])),
            "subject": row["receipt_no"] if isinstance(row["receipt_no"], str) else row["receipt_key"],
            "customer_name": row["customer_name"] if isinstance(row["customer_name"], str) else row["payer"],
            "due_on": today,
            "about": row["receipt_key"],
            "rule": rule,
            "reason": row["suggestion"],
        }
        for row in stray
        if (said := STRAY[row["why"]]) and (rule := said[row["left_fen"] < 0])
    ]


def as_listed(lines: Sequence[dict[str, Any]], findings: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    """Return lines with the owner and the day of the finding that asks for the same."""
    known = findings.assign(owner=_keys(findings, lang))[["rule", "about", "owner", "due_on"]]
    found = {(rule, about): {"owner": owner, "due_on": day} for rule, about, owner, day in known.to_numpy()}
    return [line | found.get((line["rule"], line["about"]), {}) for line in lines]
