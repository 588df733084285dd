"""Judged tables to letters: who gets one tonight, what it says, and the paper that tells of it."""

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
    from pipeline.publishing.letters import Draft, Forms
    from pipeline.rules.context import RuleContext

ANSWERED = "CNF-003"  # how long a customer has
NOT_USABLE = "CNF-012"


@dataclass(frozen=True)
class NightLetters:
    """The night's letters, in order of kind and number, and the forms they are written on."""

    drafts: Sequence[Draft]
    forms: Forms
    lang: str

    @property
    def flaws(self) -> list[Finding]:
        """What is wrong with the company's own templates."""
        return [
            Finding(
                rule=NOT_USABLE,
                kind="sources",
                key=flaw.file,
                place=Place(flaw.file),
                params={"name": translate(flaw.letter.title, self.lang), "other": flaw.why},
                subject=flaw.file,
            )
            for flaw in self.forms.flaws
        ]

    @property
    def counts(self) -> dict[str, int]:
        """How many letters of each kind."""
        return dict(Counter(each.letter for each in self.drafts))


def prepare_letters(context: RuleContext, workspace: Workspace) -> NightLetters:
    """Prepare every letter that tonight's standing asks for; none on a form that is broken."""
    forms = letters.forms(workspace)
    days = int(context.policy.rules[ANSWERED].limit or 0)
    today = context.as_of.date()
    sender = letters.Sender(workspace.company, workspace.letterhead, today, workspace.lang)
    reply_by = date.fromisoformat(str(context.calendar.add_working_days(today, days)))
    drafts = letters.confirmations(context.tables, sender, as_of=context.as_of, reply_by=reply_by, reply_days=days)
    return NightLetters([each for each in drafts if each.letter in forms.by_key], forms, workspace.lang)
