"""What the report page says is to be done first: what was not read, what is asked, the heaviest piles of work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipeline.core.frames import records
from pipeline.core.phrases import describe_owner, phrase
from schemas.derived.findings import Questions
from schemas.language.words import translate

if TYPE_CHECKING:
    import pandas as pd

DUTIES = 8
NOT_COVERED = "CAL-001"
MOST_FILES = 5  # named in one line


def unread(files: Sequence[str], lang: str) -> list[dict[str, str]]:
    """Return one line for all files that were read in part only; the list of findings says what is left of each."""
    names = translate("mark.list", lang).join([*files[:MOST_FILES], *(["…"] if len(files) > MOST_FILES else [])])
    line = {
        "kind": "bad",
        "tag": translate("tonight.refused", lang),
        "text": phrase("page.unread", lang, count=str(len(files)), names=names),
        "who": translate("dept.sender", lang),
        "href": translate("file.findings", lang),
    }
    return [line] if files else []


def overdue(todo: pd.DataFrame, lang: str) -> list[dict[str, str]]:
    """Return the heaviest piles of work: what, how many, whose, and the workbook to open."""
    late = todo[todo["is_overdue"].fillna(False).astype(bool)]
    piles = late.groupby(["task", "owner"], sort=True).agg(count_=("task", "size"), matter=("matter", "first"))
    piles = piles.reset_index().sort_values(["count_", "task", "owner"], ascending=[False, True, True], kind="stable")
    return [
        {
            "kind": "bad",
            "tag": translate("page.overdue_tag", lang),
            "text": phrase("page.pile", lang, matter=_matter(row, lang), count=str(row.count_)),
            "who": describe_owner(str(row.owner), lang),
            "href": translate("file.todo", lang),
        }
        for row in piles.head(DUTIES).itertuples()
    ]


def calendar(findings: pd.DataFrame, lang: str) -> list[dict[str, str]]:
    """Return what is asked for a month ahead, before deadlines are counted by guess: next year's holidays."""
    return [
        {
            "kind": "soon",
            "tag": translate("page.soon_tag", lang),
            "text": phrase("page.problem", lang, problem=row["problem"], remedy=row["remedy"]),
            "who": row["owner"],
            "href": translate("file.findings", lang),
        }
        for row in records(findings[findings["rule"] == NOT_COVERED])
    ]


def questions(asked: pd.DataFrame, lang: str) -> list[dict[str, str]]:
    """Return one line for all questions that wait for an answer, and who is asked."""
    waiting = asked[asked[Questions.state] == "open"]
    line = {
        "kind": "soon",
        "tag": translate("question.open", lang),
        "text": phrase("page.questions", lang, count=str(len(waiting))),
        "who": translate("mark.list", lang).join(dict.fromkeys(waiting[Questions.owner].dropna())),
        "href": translate("file.findings", lang),
    }
    return [line] if len(waiting) else []


def _matter(row: Any, lang: str) -> str:
    """What a pile of one task is; some lines of a task say an amount or a count that the pile does not share."""
    return translate(f"page.{row.task}", lang) if row.task in ("mend", "allocate") else str(row.matter)
