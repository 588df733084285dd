"""What has happened to each complaint by now, the visits included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.complaints.tables import CaseFacts, VisitList
from pipeline.complaints.visits import SATISFIED, all_visits
from pipeline.core.worktime.deadlines import latest
from schemas.incoming.complaints import Complaints
from schemas.policy.states import AGREEING, REFUSING

if TYPE_CHECKING:
    from collections.abc import Mapping

EVENTS = tuple(c for c in Complaints.columns if c.spec.wish == "event")
REQUIRED = tuple(c for c in Complaints.columns if c.spec.blank)
# what follows from a solution, and falls with it
CARRIED_OUT = (Complaints.approved_at, Complaints.agreed_at, Complaints.executed_at, Complaints.told_at)
# what is written without a moment of its own, and the fact it came with
CAME_WITH = {
    Complaints.cause: Complaints.investigated_at,
    Complaints.cause_class: Complaints.investigated_at,
    Complaints.validity: Complaints.investigated_at,
    Complaints.solution: Complaints.proposed_at,
    Complaints.approval: Complaints.approved_at,
    Complaints.customer_decision: Complaints.agreed_at,
    Complaints.archive_ref: Complaints.closed_at,
}
NOT_VALID = ("invalid", "no")


def happened(tables: Mapping[str, pd.DataFrame], *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return complaints with what lies after `as_of` blanked, and what follows from it (`CaseFacts`).

    Made: `first_visit_at`, `second_visit_at`, `satisfied_at`, `last_score`, `attempts` (visits without a score),
    `redo_at` (an unsatisfied last visit), `is_incomplete`, `is_archived`, `archived_at` (never known), `is_approved`,
    `is_returned`, `is_void` (not justified, and approved as such). Index: 0 to n-1. Facts older than an unsatisfied
    last visit belong to a round that failed and are blanked.
    """
    rows = tables[Complaints.name].reset_index(drop=True)
    found = all_visits(rows, tables, as_of=as_of)
    is_incomplete = rows[list(REQUIRED)].isna().any(axis=1)
    rows = _by(rows, as_of)
    rows[Complaints.registered_at] = rows[Complaints.registered_at].fillna(rows[Complaints.complained_at])
    last = found[found[VisitList.is_scored]].groupby("row").last().reindex(rows.index)
    rows[CaseFacts.last_score] = last[VisitList.score].astype("Int64")
    rows[CaseFacts.redo_at] = last[VisitList.at].where(last[VisitList.is_bad].fillna(False).astype(bool))
    rows = _new_round(rows)
    rows = rows.assign(**_answers(rows), **_visited(rows, found), is_incomplete=is_incomplete)
    rows[CaseFacts.is_archived] = rows[Complaints.archive_ref].notna()
    rows[CaseFacts.archived_at] = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]")
    return rows


def _by(rows: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Facts up to the night; what was written with a later one has not been written yet."""
    for answer, at in CAME_WITH.items():
        rows[answer] = rows[answer].mask(rows[at] > as_of)
    for event in EVENTS:
        rows[event] = rows[event].where(rows[event] <= as_of)
    return rows


def _new_round(rows: pd.DataFrame) -> pd.DataFrame:
    """Blank the round that failed."""
    failed, again = rows[CaseFacts.redo_at].notna(), rows[CaseFacts.redo_at]
    for fact in (Complaints.investigated_at, Complaints.proposed_at):
        rows[fact] = rows[fact].mask(failed & (latest(rows[fact]) < again))
    for fact in CARRIED_OUT:
        is_new = latest(rows[fact]) >= rows[Complaints.proposed_at]
        rows[fact] = rows[fact].mask(failed & ~is_new)
    for answer, at in (
        (Complaints.approval, Complaints.approved_at),
        (Complaints.customer_decision, Complaints.agreed_at),
        (Complaints.solution, Complaints.proposed_at),
    ):
        rows[answer] = rows[answer].mask(failed & rows[at].isna())
    return rows


def _answers(rows: pd.DataFrame) -> dict[str, pd.Series[bool]]:
    """Approval and its refusal; an answer older than the solution was given to another one."""
    stale = latest(rows[Complaints.approved_at]) < rows[Complaints.proposed_at]
    agreed = rows[Complaints.approval].isin(AGREEING)
    bare = rows[Complaints.approval].isna() & rows[Complaints.approved_at].notna()
    returned = rows[Complaints.approval].isin(REFUSING) & ~stale
    void = rows[Complaints.validity].isin(NOT_VALID) & agreed
    return {"is_approved": (agreed | bare) & ~stale, "is_returned": returned, "is_void": void}


def _visited(rows: pd.DataFrame, found: pd.DataFrame) -> dict[str, pd.Series]:
    """Visits after the work was done, and after the last one that ended badly."""
    bad = found.index.to_series()[found[VisitList.is_bad]].groupby(found[VisitList.row]).max()
    own = found[VisitList.row].to_numpy()
    done = rows[Complaints.executed_at].reindex(own).to_numpy()
    failed_at = rows[CaseFacts.redo_at].reindex(own).to_numpy()
    at = found[VisitList.at]
    counted = found[~(latest(at) < done).to_numpy() & ~(at <= failed_at).to_numpy()]
    happy = counted[(counted[VisitList.score] >= SATISFIED).fillna(False).astype(bool)]
    happy = happy[happy.index > bad.reindex(happy[VisitList.row]).fillna(-1).to_numpy()]
    nth = counted.groupby("row").cumcount()
    silent = counted[~counted[VisitList.is_scored]].groupby("row").size()
    return {
        "first_visit_at": counted[nth == 0].set_index("row")["at"].reindex(rows.index),
        "second_visit_at": counted[nth == 1].set_index("row")["at"].reindex(rows.index),
        "satisfied_at": happy.groupby("row")["at"].min().reindex(rows.index),
        "attempts": silent.reindex(rows.index).fillna(0).astype("int64"),
    }
