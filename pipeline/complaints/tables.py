"""Working tables of complaints: what their frames hold on their way to those of `schemas.derived.cases`."""

from __future__ import annotations

from schemas.derived.cases import Cases, Clocks
from schemas.table import Table, Type, column


class CaseFacts(Cases):
    """Shape: one row per complaint, with what its dated facts and visits say. Source: `facts.happened`."""

    customer_key = column()
    last_score = column(Type.INTEGER)
    second_visit_at = column(Type.MOMENT)
    satisfied_at = column(Type.MOMENT)  # the first good visit after the last bad one
    is_incomplete = column(Type.BOOL)  # something the customer must say is missing
    is_archived = column(Type.BOOL)
    archived_at = column(Type.MOMENT)  # nobody writes it down: never known
    is_approved = column(Type.BOOL)
    is_returned = column(Type.BOOL)
    ended_at = column(Type.MOMENT)  # withdrawn or closed


class VisitList(Table):
    """Shape: one row per return visit, in the order of time. Source: `visits.all_visits`."""

    row = column(Type.INTEGER)  # position of the complaint
    at = column(Type.MOMENT)
    score = column(Type.INTEGER)  # 1-5; missing when nobody was reached or asked
    is_bad = column(Type.BOOL)
    is_scored = column(Type.BOOL)


class ClockRows(Clocks):
    """Shape: complaint x step that has begun. Source: `clocks.run`."""

    row = column(Type.INTEGER)  # position of the complaint
    begun_at = column(Type.MOMENT)  # where a round that failed begins again
