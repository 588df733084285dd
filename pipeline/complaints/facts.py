"""What has happened to each complaint by now, the visits included: those in its row and those of the visit sheet."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.complaints.tables import CaseFacts, VisitList
from pipeline.core.groups import answers, is_sure
from pipeline.core.text import names_something
from pipeline.core.worktime.deadlines import latest
from schemas.incoming.complaints import Complaints, Visits
from schemas.policy.states import AGREEING, REFUSING

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
SATISFIED, UNSATISFIED = 4, 2


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
    rows[CaseFacts.redo_at] = last[VisitList.at].where(is_sure(last[VisitList.is_bad]))
    rows = _new_round(rows)
    rows = rows.assign(**_answers(rows), **_visited(rows, found), is_incomplete=is_incomplete)
    rows[CaseFacts.is_archived] = answers(rows[Complaints.archive_ref], names_something)
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
    happy = counted[is_sure(counted[VisitList.score] >= SATISFIED)]
    happy = happy[happy.index > bad.reindex(happy[VisitList.row]).fillna(-1).to_numpy()]
    nth = counted.groupby("row").cumcount()
    silent = counted[~counted[VisitList.is_scored]].groupby("row").size()
    return {
        "first_visit_at": counted[nth == 0].set_index("row")["at"].reindex(rows.index),
        "second_visit_at": counted[nth == 1].set_index("row")["at"].reindex(rows.index),
        "satisfied_at": happy.groupby("row")["at"].min().reindex(rows.index),
        "attempts": silent.reindex(rows.index).fillna(0).astype("int64"),
    }


def all_visits(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame], *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the visits that were made, in the order of time.

    Shape: one row per visit (`VisitList`).

    Columns `row` (position of the complaint in `rows`), `at`, `score` (1-5, missing when nobody was reached or asked),
    `is_bad`, `is_scored`. A visit without a day is no visit; one written in both places counts once.
    """
    sheet = tables[Visits.name]
    sheet = sheet[~is_sure(sheet[Visits.src_held])]
    numbers = rows[[Complaints.complaint_no]].assign(row=range(len(rows))).dropna()
    own = _own(rows)
    found = numbers.merge(sheet, on=Complaints.complaint_no)[["row", *own.columns.drop("row")]]
    days = pd.MultiIndex.from_arrays([found["row"], found[Visits.visited_at].dt.normalize()])
    twice = pd.MultiIndex.from_arrays([own["row"], own[Visits.visited_at].dt.normalize()]).isin(days)
    both = pd.concat([found, own[~twice]]).dropna(subset=[Visits.visited_at])
    both = both[both[Visits.visited_at] <= as_of]
    both = both.sort_values(["row", Visits.visited_at, Visits.visit_no], kind="stable")
    score = pd.to_numeric(both[Visits.satisfaction]).astype("Int64")
    again = is_sure(both[Visits.is_redo])
    is_bad = again | is_sure(score <= UNSATISFIED)
    made = pd.DataFrame({"row": both["row"], "at": both[Visits.visited_at], "score": score, "is_bad": is_bad})
    return made.assign(is_scored=score.notna() | again).reset_index(drop=True)


def _own(rows: pd.DataFrame) -> pd.DataFrame:
    """The visit that is written in the complaint's own row."""
    return pd.DataFrame(
        {
            "row": range(len(rows)),
            str(Visits.visit_no): pd.array([None] * len(rows), dtype="Int64"),
            str(Visits.visited_at): rows[Complaints.visited_at].to_numpy(),
            str(Visits.satisfaction): rows[Complaints.satisfaction].to_numpy(),
            str(Visits.is_redo): pd.array([None] * len(rows), dtype="boolean"),
        }
    )
