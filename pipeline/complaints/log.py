"""The course of every complaint: what was done, found, said and put right, and by whom, in the order of time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.core.frames import conform
from pipeline.core.groups import is_sure
from schemas.derived.cases import CaseLog, Cases
from schemas.incoming.complaints import Actions, Capa, Complaints, Evidence, Visits
from schemas.table import Source

if TYPE_CHECKING:
    from schemas.derived.cases import Entry

Fields = Mapping[str, str]
# which field says what: those not named here say nothing of it
SAID: Mapping[Entry, tuple[type[Source], Fields]] = {
    "action": (
        Actions,
        {
            CaseLog.entry_no: Actions.step_no,
            CaseLog.what: Actions.action,
            CaseLog.owner: Actions.owner,
            CaseLog.planned_at: Actions.planned_at,
            CaseLog.done_at: Actions.done_at,
            CaseLog.outcome: Actions.result,
        },
    ),
    "evidence": (
        Evidence,
        {
            CaseLog.what: Evidence.evidence_type,
            CaseLog.owner: Evidence.obtained_by,
            CaseLog.done_at: Evidence.obtained_at,
            CaseLog.outcome: Evidence.file_ref,
        },
    ),
    "result": (
        Complaints,
        {
            CaseLog.what: Complaints.solution,
            CaseLog.owner: Complaints.owner,
            CaseLog.planned_at: Complaints.due_at,
            CaseLog.done_at: Complaints.executed_at,
            CaseLog.outcome: Complaints.result,
        },
    ),
    "visit": (
        Visits,
        {
            CaseLog.entry_no: Visits.visit_no,
            CaseLog.what: Visits.interviewee,
            CaseLog.way: Visits.method,
            CaseLog.owner: Visits.visitor,
            CaseLog.done_at: Visits.visited_at,
            CaseLog.outcome: Visits.opinion,
        },
    ),
    "capa": (
        Capa,
        {
            CaseLog.what: Capa.measure,
            CaseLog.way: Capa.measure_kind,
            CaseLog.owner: Capa.owner,
            CaseLog.planned_at: Capa.due_on,
            CaseLog.done_at: Capa.done_on,
            CaseLog.outcome: Capa.verification,
        },
    ),
}
OWN_VISIT: Fields = {CaseLog.owner: Complaints.visitor, CaseLog.done_at: Complaints.visited_at}
PLACE: Fields = {name: name for name in (Source.src_file, Source.src_sheet, Source.src_row)}


def course(tables: Mapping[str, pd.DataFrame], cases: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the `CaseLog` of these cases. What is dated after `as_of` is planned for that day, not done.

    Of a complaint's own row the result is told, once there is one, and its visit, unless the visits tell of that day.
    """
    parts = [_entries(_known(tables, entry), entry, fields) for entry, (_, fields) in SAID.items()]
    parts.append(_entries(_own_visits(tables), "visit", OWN_VISIT))
    made = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    ahead = made[CaseLog.done_at] > as_of
    made[CaseLog.planned_at] = made[CaseLog.planned_at].fillna(made[CaseLog.done_at].where(ahead))
    made[CaseLog.done_at] = made[CaseLog.done_at].mask(ahead)
    names = cases.drop_duplicates(Cases.complaint_no).set_index(Cases.complaint_no)[Cases.customer_name]
    made = made[made[CaseLog.complaint_no].isin(names.index)]
    made = made.assign(
        customer_name=made[CaseLog.complaint_no].map(names), at=made[CaseLog.done_at].fillna(made[CaseLog.planned_at])
    )
    return conform(made.sort_values([CaseLog.complaint_no, "at", CaseLog.entry_no], kind="stable"), CaseLog)


def _known(tables: Mapping[str, pd.DataFrame], entry: Entry) -> pd.DataFrame:
    """Rows that count; of complaints those that say what came of them."""
    rows = tables[SAID[entry][0].name]
    rows = rows[~is_sure(rows[Source.src_held])]
    return rows[rows[Complaints.result].notna()] if entry == "result" else rows


def _own_visits(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Complaints whose row tells of a visit that the list of visits does not have."""
    rows, listed = tables[Complaints.name], _known(tables, "visit")
    days = pd.MultiIndex.from_arrays([listed[Visits.complaint_no], listed[Visits.visited_at].dt.normalize()])
    own = pd.MultiIndex.from_arrays([rows[Complaints.complaint_no], rows[Complaints.visited_at].dt.normalize()])
    told = own.isin(days) | rows[Complaints.visited_at].isna().to_numpy() | is_sure(rows[Source.src_held]).to_numpy()
    return rows[~told]


def _entries(rows: pd.DataFrame, entry: Entry, fields: Fields) -> pd.DataFrame:
    """Return rows of one kind as entries; what they do not say is blank."""
    known: Fields = {CaseLog.complaint_no: Complaints.complaint_no, **fields, **PLACE}
    made = rows[list(known.values())].set_axis(list(known), axis=1).assign(entry=entry)
    return conform(made, CaseLog, blank=CaseLog.columns)
