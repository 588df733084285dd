"""The running limits of complaints: one row per complaint and step that has begun."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipeline.complaints.tables import CaseFacts, ClockRows
from pipeline.core.worktime import Calendar
from pipeline.core.worktime.deadlines import due_at, latest, limits_of
from schemas.derived.cases import Clocks
from schemas.incoming.complaints import Complaints
from schemas.language.words import translate
from schemas.policy.states import ENDED_COMPLAINTS
from schemas.policy.timers import Timer

# A later fact proves that the step was done, though not when.
PROVEN_BY: dict[str, tuple[str, ...]] = {
    Complaints.assigned_at: (Complaints.accepted_at, Complaints.investigated_at, Complaints.proposed_at),
    Complaints.accepted_at: (Complaints.investigated_at, Complaints.proposed_at),
    Complaints.investigated_at: (Complaints.approved_at, Complaints.agreed_at, Complaints.executed_at),
    Complaints.proposed_at: (Complaints.approved_at, Complaints.agreed_at, Complaints.executed_at),
    Complaints.approved_at: (Complaints.executed_at,),
    Complaints.first_reply_at: (Complaints.customer_contacted_at, Complaints.agreed_at, Complaints.told_at),
    Complaints.told_at: ("first_visit_at",),
}
FACTS = (
    *(Complaints.src_key, Complaints.complaint_no, Complaints.customer_name, Complaints.severity),
    *(Complaints.complaint_type, Complaints.owner, Complaints.approver, Complaints.due_at),
    *(Complaints.pause_from, Complaints.pause_to, "routed_dept", "state", "ended_at", "redo_at"),
    *("is_incomplete", "is_archived"),
)
AFTER_CLOSING = ("archive", "visit2")
RUNNING = ("running", "overdue", "paused")


def run(
    rows: pd.DataFrame, clocks: Iterable[Timer], *, calendar: Calendar, as_of: pd.Timestamp, lang: str
) -> pd.DataFrame:
    """Return every step of every complaint that has begun, with its deadline and how it stands.

    Shape: complaint x step (`ClockRows`); `row` is the position of the complaint in `rows`.

    A step is met when it was done by its deadline, whole days counting in favour of who did it; a step that nobody
    entered is taken as done by the first fact that follows from it. When a complaint is over its steps stop, and those
    not yet due are forgotten; filing and the second visit go on after closing.
    """
    clocks = tuple(clocks)
    facts = rows.assign(**{Complaints.agreed_at: _agreed(rows)})[_asked_for(clocks)]
    parts = [_one(facts, clock, calendar=calendar, as_of=as_of, lang=lang) for clock in clocks]
    blank = pd.DataFrame(columns=["row", *map(str, Clocks.columns)])
    made = pd.concat(parts, ignore_index=True) if parts else blank
    return made.sort_values("row", kind="stable").reset_index(drop=True)


def _asked_for(clocks: Iterable[Timer]) -> list[str]:
    """Columns that clocks look at; the table has many more."""
    moments = [moment for clock in clocks for moment in (clock.start, clock.stop)]
    proofs = [column for columns in PROVEN_BY.values() for column in columns]
    return list(dict.fromkeys(map(str, (*FACTS, *moments, *proofs))))


def _agreed(rows: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    """When the customer accepted; on an unknown day, then as of the approval."""
    accepted = rows[Complaints.customer_decision].eq("accept")
    return rows[Complaints.agreed_at].fillna(rows[Complaints.approved_at].where(accepted))


def _one(facts: pd.DataFrame, clock: Timer, *, calendar: Calendar, as_of: pd.Timestamp, lang: str) -> pd.DataFrame:
    begun = _begun(facts, clock)
    rows = facts.assign(begun_at=begun)[_applies(facts, clock) & begun.notna()]
    amounts, units = limits_of(clock, rows[Complaints.severity])
    stopped = rows[clock.stop]
    due = _due(rows, clock, calendar)
    planned = rows[Complaints.due_at].notna() & (clock.key == "execute")
    state = _state(rows, clock, stopped, due, as_of)
    escalates_to = translate(f"role.{clock.escalates_to}", lang) if clock.escalates_to else None
    made = pd.DataFrame(
        {
            "row": rows.index,
            "src_key": rows[Complaints.src_key],
            str(Clocks.complaint_no): rows[Complaints.complaint_no],
            str(Clocks.customer_name): rows[Complaints.customer_name],
            str(Clocks.owner): _owner(rows, clock),
            str(Clocks.severity): rows[Complaints.severity],
            str(Clocks.step): clock.key,
            str(Clocks.started_at): rows[ClockRows.begun_at],
            str(Clocks.limit): amounts.astype("object").where(~planned, None),
            str(Clocks.unit): units.where(~planned),
            str(Clocks.due_at): due,
            str(Clocks.stopped_at): stopped,
            str(Clocks.clock_state): state,
            str(Clocks.escalates_to): pd.Series(escalates_to, index=rows.index, dtype="str"),
            str(Clocks.is_house): clock.basis == "house",
        }
    )
    return made[state.notna()]


def _begun(rows: pd.DataFrame, clock: Timer) -> pd.Series[pd.Timestamp]:
    """A visit that ended badly begins the investigation and the solution again."""
    if clock.start == Complaints.accepted_at:
        return rows[CaseFacts.redo_at].fillna(rows[clock.start])
    return rows[clock.start]


def _applies(rows: pd.DataFrame, clock: Timer) -> pd.Series[bool]:
    if clock.applies == "incomplete":
        return rows[CaseFacts.is_incomplete]
    if clock.applies == "second_visit":
        return rows[Complaints.complaint_type].eq("quality") | rows[Complaints.severity].eq("major")
    return pd.Series(True, index=rows.index)


def _due(rows: pd.DataFrame, clock: Timer, calendar: Calendar) -> pd.Series[pd.Timestamp]:
    """Return deadlines, missing behind a pause that still lasts; a day agreed for the work comes before its limit."""
    pauses = _pauses(rows, clock) if clock.pauses else None
    due = due_at(rows[ClockRows.begun_at], clock, calendar, rows[Complaints.severity], pauses)
    return latest(rows[Complaints.due_at]).fillna(due) if clock.key == "execute" else due


def _pauses(rows: pd.DataFrame, clock: Timer) -> list[list[tuple[pd.Timestamp, pd.Timestamp]]]:
    """A pause that nobody ended was over when the step was done."""
    until = rows[Complaints.pause_to].fillna(rows[clock.stop])
    return [[] if pd.isna(a) else [(a, b)] for a, b in zip(rows[Complaints.pause_from], until, strict=True)]


def _state(rows: pd.DataFrame, clock: Timer, stopped: pd.Series, due: pd.Series, as_of: pd.Timestamp) -> pd.Series[str]:
    """running, paused, overdue, met, late; missing where the step was never owed."""
    done_by = stopped.fillna(_proven(rows, clock))
    if clock.stop == "archived_at":
        done_by = done_by.mask(rows[CaseFacts.is_archived], rows[ClockRows.begun_at])
    state = pd.Series(np.where(due < as_of, "overdue", "running"), index=rows.index, dtype="str")
    state = state.mask(due.isna(), "paused")
    over = rows[CaseFacts.state].isin(ENDED_COMPLAINTS if clock.key not in AFTER_CLOSING else ("withdrawn",))
    forgotten = over & ~(due < rows[CaseFacts.ended_at])
    state = state.mask(over, "late").mask(forgotten)
    done = done_by.notna()
    return state.mask(done, "met").mask(done & (done_by > due), "late")


def _proven(rows: pd.DataFrame, clock: Timer) -> pd.Series[pd.Timestamp]:
    later = [str(column) for column in PROVEN_BY.get(clock.stop, ())]
    return rows[later].min(axis=1).astype("datetime64[us]") if later else rows[clock.stop]


def _owner(rows: pd.DataFrame, clock: Timer) -> pd.Series[str]:
    """The person where the step is theirs and they are named, else the department's key."""
    if clock.owner == "handler":
        return rows[Complaints.owner].fillna(rows[CaseFacts.routed_dept]).fillna("service")
    if clock.owner == "approver":
        return rows[Complaints.approver].fillna("approver")
    return pd.Series(clock.owner, index=rows.index, dtype="str")
