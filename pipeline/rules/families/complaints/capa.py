"""Corrective and preventive actions: that there are some, that they are done, that they work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.rules.families.complaints.asking import of_complaint
from pipeline.rules.helpers import is_blank, today
from pipeline.rules.obligations import owed
from pipeline.rules.registry import rule
from schemas.derived.cases import Cases
from schemas.incoming.complaints import Capa, Complaints

if TYPE_CHECKING:
    from pipeline.rules.context import RuleContext

JUSTIFIED = ("valid", "partly")


@owed("capa", Complaints.cause)
def no_action_against_the_cause(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """A justified complaint about quality, a major or a repeated one, and nothing is planned against its cause."""
    validity = of_complaint(rows, context, Complaints.validity)
    asked = (rows[Cases.complaint_type] == "quality") & validity.isin(JUSTIFIED)
    asked |= (rows[Cases.severity] == "major") | rows[Cases.is_repeat].fillna(value=False).astype(bool)
    known = of_complaint(rows, context, Complaints.cause).notna() & ~rows["is_void"].fillna(value=False).astype(bool)
    capa = context[Capa.name]
    planned = capa.loc[capa[Capa.owner].notna() & capa[Capa.due_on].notna(), str(Capa.complaint_no)]
    return asked & known & ~rows[Cases.complaint_no].isin(planned.dropna())


@rule("CAP-002", Capa.due_on)
def action_is_overdue(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Its day has passed and it is not done."""
    undone = is_blank(rows, Capa.done_on) | (rows[Capa.done_on] > pd.Timestamp(context.as_of))
    return undone & (rows[Capa.due_on] < today(context))


@rule("CAP-003", Capa.verified_on)
def action_is_not_verified(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Done, its day has passed, and nobody says whether it worked."""
    done = rows[Capa.done_on] <= pd.Timestamp(context.as_of)
    unverified = is_blank(rows, Capa.verified_on) & is_blank(rows, Capa.verification)
    return done & unverified & ~(rows[Capa.due_on] >= today(context))
