"""Cells to mend, and records to enter in a system of the company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.core.frames import records
from pipeline.core.phrases import phrase
from pipeline.night.todo.words import said_of

if TYPE_CHECKING:
    import pandas as pd

ENTRIES = ("CMP-019",)  # to be entered in a system of the company, by no timer


def cells(findings: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    """One line per person and file, not one per cell."""
    urgent = findings[findings["severity"].isin(["refuse", "hold"])]
    said = urgent["dept"].map({dept: said_of(f"dept.{dept}", lang) for dept in urgent["dept"].dropna().unique()})
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


def entries(findings: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    """One line per record that is not in the ERP or CRM yet; entered there, it is gone."""
    return [
        {
            "task": f"enter.{row['rule']}",
            "record": row["finding_id"],
            "owner": row["dept"],
            "dept": row["dept"],
            "matter": said_of(f"enter.{row['rule']}", lang),
            "subject": row["subject"],
            "customer_name": row["customer_name"],
            "due_on": row["due_on"],
            "rule": row["rule"],
            "reason": row["problem"],
        }
        for row in records(findings[findings["rule"].isin(ENTRIES)])
    ]
