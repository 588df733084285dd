"""What workbooks and report say first, counted once more from the rows that the written workbooks show.

Nothing here knows how the program counts: cells are read as a person reads them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from reports import WORKBOOKS
from reports.definitions import HEADLINES
from schemas.derived.receivables import BUCKETS
from schemas.language.words import translate
from schemas.policy import states
from schemas.policy.rules import SEVERITIES
from tests.support import nights

if TYPE_CHECKING:
    from pathlib import Path

Rows = list[dict[str, Any]]
Lists = dict[str, Rows]
CENT = 0.005
CARD = re.compile(r'<div class="card[^"]*"><span>([^<]*)</span><strong>([^<]*)</strong>')


def says(row: dict[str, Any], field: str, word: str) -> bool:
    return str(row[field]).endswith(word)


def count(rows: Rows, holds: Callable[[dict[str, Any]], bool]) -> int:
    return sum(holds(row) for row in rows)


def total(rows: Rows, field: str, holds: Callable[[dict[str, Any]], bool] = lambda _: True) -> float:
    return round(sum(float(row[field] or 0) for row in rows if holds(row)), 2)


def above(field: str, least: float) -> Callable[[dict[str, Any]], bool]:
    return lambda row: row[field] != "" and float(row[field]) > least


def promised(today: datetime, first: int, last: int) -> Callable[[dict[str, Any]], bool]:
    def holds(row: dict[str, Any]) -> bool:
        day = pd.to_datetime(row["promised_on"]) if row["promised_on"] else None
        return day is not None and timedelta(first) <= day - today <= timedelta(last)

    return holds


def orders(lists: Lists, _today: datetime) -> dict[str, float]:
    rows = lists["orders"]
    state = {
        key: count(rows, lambda row, key=key: says(row, "delivery_state", states.state_text("delivery", key, "zh")))  # type: ignore[misc]
        for key in ("late", "very_late", "done_late", "done")
    }
    return {
        "orders": len(rows),
        "amount_fen": total(rows, "amount_fen"),
        "delayed": count(rows, above("delay_wd", 0)),
        "delayed_long": count(rows, above("delay_wd", 3)),
        "late": state["late"] + state["very_late"],
        "late_long": state["very_late"],
        "done_late": state["done_late"],
        "on_time": state["done"],
        "open_complaints": total(rows, "open_complaints"),
    }


def found(lists: Lists, _today: datetime) -> dict[str, float]:
    rows = lists["findings"]
    made = {
        key: total(rows, "count", lambda row, key=key: says(row, "severity", translate(f"severity.{key}", "zh")))
        for key in SEVERITIES
    }  # type: ignore[misc]
    new = total(rows, "count", lambda row: says(row, "life", translate("life.new", "zh")))
    return made | {"all": total(rows, "count"), "new": new, "waivers": len(lists["waived"])}


def owed(lists: Lists, today: datetime) -> dict[str, float]:
    rows, late = lists["open"], above("overdue_days", 0)
    aged = [f"{bucket}_fen" for bucket in BUCKETS if bucket not in ("not_due", "unknown")]
    return {
        "open_fen": total(rows, "open_fen"),
        "overdue_fen": total(rows, "open_fen", late),
        "overdue_items": count(rows, late),
        "overdue_customers": count(lists["ageing"], lambda row: sum(float(row[name] or 0) for name in aged) > 0),
        "old_fen": total(rows, "open_fen", above("overdue_days", 90)),
        "promised_fen": total(rows, "open_fen", promised(today, 0, 7)),
        "broken_fen": total(rows, "open_fen", promised(today, -9999, -1)),
        "unapplied_fen": total(lists["unapplied"], "left_fen"),
        "fee_fen": total(lists["fees"], "fee_fen"),
    }


def complained(lists: Lists, _today: datetime) -> dict[str, float]:
    rows, clocks = lists["cases"], lists["clocks"]
    is_open = [row for row in rows if says(row, "is_open", "是")]
    word = {key: translate(f"paper.clock_state.{key}", "zh") for key in ("running", "overdue", "late")}
    state = {key: count(clocks, lambda row, text=text: says(row, "clock_state", text)) for key, text in word.items()}  # type: ignore[misc]
    return {
        "complaints": len(rows),
        "open": len(is_open),
        "overdue": count(is_open, lambda row: says(row, "is_overdue", "是")),
        "claim_fen": total(rows, "claim_fen"),
        "steps_running": state["running"],
        "steps_overdue": state["overdue"],
        "steps_late": state["late"],
        "steps_on_time": count(clocks, lambda row: "按时" in str(row["clock_state"]) and row["stopped_at"] != ""),
    }


def listed(lists: Lists, _today: datetime) -> dict[str, float]:
    return {"lines": len(lists["todo"]), "overdue": count(lists["todo"], lambda row: says(row, "is_overdue", "是"))}


RECOUNT = {"tracking": orders, "findings": found, "receivables": owed, "complaints": complained, "todo": listed}


def recounted(book: str, lists: Lists, as_of: datetime) -> dict[str, float]:
    """Every headline of a workbook, from its lists; money in yuan."""
    return RECOUNT[book](lists, datetime(as_of.year, as_of.month, as_of.day))


def miscounted(folder: Path, as_of: datetime) -> list[str]:
    """What manifest and report page of a publication say that the rows of its workbooks do not (Chinese ones)."""
    told = nights.manifest(folder)
    wanted = {
        book: recounted(
            book, {s.key: nights.rows(folder, book, s.key) for s in WORKBOOKS[book].lists if not s.split}, as_of
        )
        for book in HEADLINES
    }
    wrong = [
        f"{book}.{name}: told {said}, counted {wanted[book][name]}"
        for book, figures in told["headlines"].items()
        for name, said in figures.items()
        if abs((said / 100 if name.endswith("_fen") else said) - wanted[book][name]) > CENT
    ]
    found, cases = wanted["findings"], wanted["complaints"]
    shown = {
        "accepted": sum(sheet["accepted"] for file in told["sources"] for sheet in file["sheets"] if _is_read(file)),
        "holds": found["hold"] + found["refuse"],
        "open": wanted["receivables"]["open_fen"],
        "overdue": wanted["receivables"]["overdue_fen"],
        "late": wanted["tracking"]["late"],
        "complaints": cases["open"],
    }
    page = (folder / translate("file.report", "zh")).read_text("utf-8")
    cards = {label: float(value.replace(",", "")) for label, value in CARD.findall(page)}
    by_word = {translate(f"page.k_{key}", "zh"): value for key, value in shown.items()}
    return wrong + [
        f"card {word}: {cards.get(word)}, counted {value}"
        for word, value in by_word.items()
        if abs(cards.get(word, -1) - value) > CENT
    ]


def _is_read(file: dict[str, Any]) -> bool:
    return bool(file["state"] == "read")
