"""Where a complaint stands: ordered predicates over its facts, the first that holds wins."""

from __future__ import annotations

import pandas as pd

from pipeline.complaints.tables import CaseFacts
from schemas.incoming.complaints import Complaints

TRIES = 3  # visits without an answer after which nobody is asked again
DECIDES = 3  # the score at which the head of service decides
ANSWERED = ("accept", "refuse", "negotiating")


def lacking(rows: pd.DataFrame) -> pd.Series[str]:
    """Return what closing still needs, columns space separated; blank when it may be closed.

    A complaint found not justified, with approval, needs no more. Any other needs cause, solution, owner and the
    customer's answer, and a visit that ended well: satisfied, middling with a reason for closing, or tried three times.
    """
    missing = pd.Series("", index=rows.index, dtype="str")
    for column, given in _needed(rows).items():
        missing = missing.where(given, missing + f"{column} ")
    return missing.mask(rows[CaseFacts.is_void], "").str.strip()


def _needed(rows: pd.DataFrame) -> dict[str, pd.Series[bool]]:
    score = rows[CaseFacts.last_score]
    decided = (score == DECIDES).fillna(False) & rows[Complaints.close_reason].notna()
    tried = (rows[CaseFacts.attempts] >= TRIES) & (score.isna() | rows[CaseFacts.redo_at].notna())
    answered = rows[Complaints.customer_decision].eq("accept") | rows[Complaints.agreed_at].notna()
    return {
        Complaints.cause: rows[Complaints.cause].notna() | rows[Complaints.cause_class].notna(),
        Complaints.solution: rows[Complaints.solution].notna(),
        Complaints.owner: rows[Complaints.owner].notna(),
        Complaints.customer_decision: answered,
        Complaints.visited_at: rows[CaseFacts.satisfied_at].notna() | decided.astype(bool) | tried,
    }


def states(rows: pd.DataFrame) -> pd.Series[str]:
    """Return the key of the axis "complaint"; `rows` as `facts.happened` makes them, with `lacking`."""
    state = pd.Series("to_handle", index=rows.index, dtype="str")
    for key, holds in reversed(_ladder(rows).items()):
        state = state.mask(holds, key)
    return state


def _ladder(rows: pd.DataFrame) -> dict[str, pd.Series[bool]]:
    closed = rows[Complaints.closed_at].notna()
    may_close = rows[CaseFacts.lacking].eq("")
    proposed = rows[Complaints.proposed_at].notna() | rows[Complaints.solution].notna()
    redo = rows[CaseFacts.redo_at].notna() & ~proposed
    return {
        "withdrawn": rows[Complaints.withdrawn_on].notna(),
        "archived": rows[CaseFacts.is_archived] & closed & may_close,
        "closed": closed & may_close,
        "close_unmet": closed & ~redo,
        "redo": redo,
        **_after_work(rows),
        **_on_solution(rows, proposed),
        "await_facts": rows[Complaints.pause_from].notna() & rows[Complaints.pause_to].isna(),
        "investigating": rows[Complaints.accepted_at].notna() | rows[Complaints.investigated_at].notna(),
        "to_accept": rows[Complaints.assigned_at].notna(),
    }


def _after_work(rows: pd.DataFrame) -> dict[str, pd.Series[bool]]:
    done = rows[Complaints.executed_at].notna()
    asked = rows[CaseFacts.first_visit_at].notna() & rows[CaseFacts.last_score].notna() & rows[CaseFacts.redo_at].isna()
    tried = rows[CaseFacts.attempts] >= TRIES
    return {
        "to_close": (done & (asked | tried)) | (rows[CaseFacts.is_void] & ~done),
        "to_visit": done,
    }


def _on_solution(rows: pd.DataFrame, proposed: pd.Series[bool]) -> dict[str, pd.Series[bool]]:
    decision = rows[Complaints.customer_decision]
    stale = rows[Complaints.agreed_at] < rows[Complaints.proposed_at]
    accepted = decision.eq("accept") | (decision.isna() & rows[Complaints.agreed_at].notna())
    refused = decision.isin(("refuse", "negotiating")) & ~stale
    return {
        "executing": rows[CaseFacts.is_approved] & accepted,
        "await_customer": rows[CaseFacts.is_approved] & ~refused,
        "negotiating": refused,
        "solution_returned": rows[CaseFacts.is_returned] & proposed,
        "to_approve": proposed,
    }
