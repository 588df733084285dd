"""Judged tables to letters: who gets one tonight, and what it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipeline.publishing import letters
from schemas.derived.finding import Finding, Place
from schemas.language.words import translate

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace
    from pipeline.publishing.letters import Draft, LetterTemplates
    from pipeline.rules.context import RuleContext

ANSWERED = "CNF-003"  # how long a customer has
NOT_USABLE = "CNF-012"


@dataclass(frozen=True)
class NightLetters:
    """The night's letters, in order of kind and number, and the templates they are written with."""

    drafts: Sequence[Draft]
    templates: LetterTemplates
    lang: str

    @property
    def findings(self) -> list[Finding]:
        """Return what is wrong with the company's own templates."""
        return [
            Finding(
                rule=NOT_USABLE,
                kind="sources",
                key=form.file,
                place=Place(form.file),
                params={"name": translate(form.letter.title, self.lang), "other": form.why},
                subject=form.file,
            )
            for form in self.templates.broken
        ]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many letters of each kind there are."""
        return dict(Counter(draft.letter for draft in self.drafts))


def prepare_letters(context: RuleContext, workspace: Workspace) -> NightLetters:
    """Prepare every letter that the orders ask for tonight; none on a form that is broken."""
    templates = letters.load_templates(workspace)
    days = int(context.policy.rules[ANSWERED].limit or 0)
    today = context.as_of.date()
    sender = letters.Sender(workspace.company, workspace.letterhead, today, workspace.lang)
    reply_by = date.fromisoformat(str(context.calendar.add_working_days(today, days)))
    drafts = letters.confirmations(context.tables, sender, as_of=context.as_of, reply_by=reply_by, reply_days=days)
    return NightLetters([draft for draft in drafts if draft.letter in templates.by_key], templates, workspace.lang)
