"""Return visits of a complaint: its own columns and the rows of the visit sheet, as one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from schemas.incoming.complaints import Complaints, Visits

if TYPE_CHECKING:
    from collections.abc import Mapping

SATISFIED, UNSATISFIED = 4, 2


def all_visits(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame], *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the visits that were made, in the order of time.

    Shape: one row per visit (`VisitList`).

    Columns `row` (position of the complaint in `rows`), `at`, `score` (1-5, missing when nobody was reached or asked),
    `is_bad`, `is_scored`. A visit without a day is no visit; one written in both places counts once.
    """
    sheet = tables[Visits.name]
    sheet = sheet[~sheet[Visits.src_held].fillna(False).astype(bool)]
    numbers = rows[[Complaints.complaint_no]].assign(row=range(len(rows))).dropna()
    own = _own(rows)
    found = numbers.merge(sheet, on=Complaints.complaint_no)[["row", *own.columns.drop("row")]]
    days = pd.MultiIndex.from_arrays([found["row"], found[Visits.visited_at].dt.normalize()])
    twice = pd.MultiIndex.from_arrays([own["row"], own[Visits.visited_at].dt.normalize()]).isin(days)
    both = pd.concat([found, own[~twice]]).dropna(subset=[Visits.visited_at])
    both = both[both[Visits.visited_at] <= as_of]
    both = both.sort_values(["row", Visits.visited_at, Visits.visit_no], kind="stable")
    score = pd.to_numeric(both[Visits.satisfaction]).astype("Int64")
    again = both[Visits.is_redo].fillna(False).astype(bool)
    is_bad = again | (score <= UNSATISFIED).fillna(False).astype(bool)
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
