"""What the versions of workbooks leave to people: questions every night, and what their answers do.

In go the rows that stand in the ledger and what was answered; out come findings, one a question, and the versions that
count as the answers say.
"""

from pipeline.feedback.versions.names import entries_now, former_names
from pipeline.feedback.versions.questions import (
    DELETED,
    GONE,
    MISTAKE,
    MOVED,
    ONLY_NEW,
    OTHER_ROW,
    ROW,
    SAME_ROW,
    WAY,
    WHOLE,
    apply_answers,
    version_findings,
)

__all__ = [
    "DELETED",
    "GONE",
    "MISTAKE",
    "MOVED",
    "ONLY_NEW",
    "OTHER_ROW",
    "ROW",
    "SAME_ROW",
    "WAY",
    "WHOLE",
    "apply_answers",
    "entries_now",
    "former_names",
    "version_findings",
]
