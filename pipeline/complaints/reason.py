"""Why a complaint stands where it stands, in one sentence made of the facts that put it there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pipeline.core.phrases import phrase
from pipeline.core.values import format_value
from schemas.incoming.complaints import Complaints
from schemas.language.words import translate

# the fact that put a complaint where it is
SINCE = {
    "withdrawn": Complaints.withdrawn_on,
    "archived": Complaints.closed_at,
    "closed": Complaints.closed_at,
    "close_unmet": Complaints.closed_at,
    "redo": "redo_at",
    "to_visit": Complaints.executed_at,
    "to_close": "first_visit_at",
    "executing": Complaints.agreed_at,
    "await_customer": Complaints.approved_at,
    "negotiating": Complaints.proposed_at,
    "to_approve": Complaints.proposed_at,
    "solution_returned": Complaints.approved_at,
    "await_facts": Complaints.pause_from,
    "investigating": Complaints.accepted_at,
    "to_accept": Complaints.assigned_at,
    "to_handle": Complaints.registered_at,
}

ASKED = ("state", "last_score", "lacking", "is_type_guessed", "is_severity_guessed", "repeats_no")
SAID = ("step", "started_at", "limit", "unit", "due_at", "clock_state")


def describe_cases(rows: pd.DataFrame, first: pd.DataFrame, lang: str) -> list[str]:
    """Return one sentence for each complaint.

    `first` is its leading clock, aligned with `rows`, missing where none runs.
    """
    facts = _records(rows, [*dict.fromkeys(map(str, SINCE.values())), *ASKED])
    return [_parts(row, clock, lang) for row, clock in zip(facts, _records(first, SAID), strict=True)]


def _records(rows: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    values = zip(*(rows[column] for column in columns), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in values]


def _parts(row: Mapping[str, Any], clock: Mapping[str, Any], lang: str) -> str:
    state = row["state"]
    at = format_value(row[SINCE[state]]) or translate("why_c.unknown", lang)
    parts = [phrase(f"why_c.{state}", lang, at=at, score=format_value(row["last_score"]), missing=_missing(row, lang))]
    if not pd.isna(clock["step"]):
        parts.append(_clock(clock, lang))
    parts += [translate(f"why_c.{key}", lang) for key in ("is_type_guessed", "is_severity_guessed") if row[key]]
    if not pd.isna(row["repeats_no"]):
        parts.append(phrase("why_c.repeats", lang, other=row["repeats_no"]))
    return translate("why_c.and", lang).join(parts)


def _clock(clock: Mapping[str, Any], lang: str) -> str:
    limit = clock["limit"]
    key = clock["clock_state"] if clock["clock_state"] == "paused" else "planned" if pd.isna(limit) else "clock"
    return phrase(
        f"why_c.{key}",
        lang,
        step=translate(f"clock.{clock['step']}", lang),
        start=format_value(clock["started_at"]),
        limit="" if pd.isna(limit) else f"{limit.normalize():f}",
        unit="" if pd.isna(limit) else translate(f"unit_c.{clock['unit']}", lang),
        due=f"{clock['due_at']:%Y-%m-%d %H:%M}" if not pd.isna(clock["due_at"]) else "",
        state=translate(f"clock_state.{clock['clock_state']}", lang),
    )


def _missing(row: Mapping[str, Any], lang: str) -> str:
    names = row["lacking"].split()
    return translate("why_c.list", lang).join(translate(f"complaints.{name}", lang) for name in names)
