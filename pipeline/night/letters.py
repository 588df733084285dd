"""Judged tables to letters: who gets one tonight, and what it says."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipeline.publishing import letters
from schemas.derived.finding import Finding, Place
from schemas.language.words import translate

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace
    from pipeline.publishing.letters import Draft, FilledLetters
    from pipeline.rules.context import RuleContext

ANSWERED = "CNF-003"  # how long a customer has
NOT_USABLE = "CNF-012"


@dataclass(frozen=True)
class NightLetters:
    """The night's letters, in order of kind and number."""

    filled: FilledLetters
    lang: str

    @property
    def drafts(self) -> list[Draft]:
        """Return the letters that were made."""
        return self.filled.drafts

    @property
    def findings(self) -> list[Finding]:
        """Return what is wrong with the company's own templates."""
        return [
            Finding(
                rule=NOT_USABLE,
                kind="sources",
                key="|".join(filter(None, (form.file, form.record))),
                place=Place(form.file),
                params={"name": translate(form.letter.title, self.lang), "other": form.why},
                raw=form.record,
                subject=form.record or form.file,
            )
            for form in self.filled.broken
        ]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many letters of each kind there are."""
        return dict(Counter(draft.letter for draft in self.drafts))


def prepare_letters(context: RuleContext, workspace: Workspace) -> NightLetters:
    """Make every letter that the orders ask for tonight; none on a form that is broken."""
    days = int(context.policy.rules[ANSWERED].limit or 0)
    today = context.as_of.date()
    sender = letters.Sender(workspace.company, workspace.letterhead, today, workspace.lang)
    reply_by = date.fromisoformat(str(context.calendar.add_working_days(today, days)))
    drafts = letters.confirmations(context.tables, sender, as_of=context.as_of, reply_by=reply_by, reply_days=days)
    return NightLetters(letters.fill_letters(workspace, drafts), workspace.lang)
