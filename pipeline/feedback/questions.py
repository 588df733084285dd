"""What people answered to the questions of the list of exceptions, and which of the night's questions are answered.

Whoever asks hands over a finding of a rule of `questions.csv`, night after night as long as the facts that pose it
stand; the answer is typed beside it, counts from the next night on, and may be changed or cleared there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.ledger import Ledger, StaffEntry, latest_entries
from schemas.derived.finding import Finding, Place
from schemas.derived.findings import Questions
from schemas.incoming.orders import Orders
from schemas.language.words import translate
from schemas.policy import questions
from schemas.policy.number_forms import SCOPES, DeclaredForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.policy.policy import Policy

FIELD = "staff_answer"  # the column that is typed in
NO_SUCH_ANSWER = "CELL-031"


@dataclass(frozen=True)
class NightQuestions:
    """Findings parted: the questions among them with their answers by id, and what is left without the answered."""

    left: Sequence[Finding]
    questions: Sequence[Finding] = ()
    answers: Mapping[str, StaffEntry] = field(default_factory=dict)

    @property
    def answered(self) -> list[Finding]:
        """The questions that have an answer."""
        return [finding for finding in self.questions if finding.id in self.answers]


def typed_answers(ledger: Ledger) -> dict[str, str]:
    """Return the key of every answer that counts, by the id of the finding that asks."""
    keys = {id_: questions.answer_key(entry.value) for id_, entry in _typed(ledger).items()}
    return {id_: key for id_, key in keys.items() if key}


def with_answered_scope(ledger: Ledger, policy: Policy) -> Policy:
    """Return the policy with what was answered of order numbers: within what each is unique. The managers go first."""
    kind = Orders.name
    declared = policy.forms.get(kind, DeclaredForm(kind))
    answered = [scope for scope in typed_answers(ledger).values() if scope in SCOPES]
    if declared.scope or not answered:
        return policy
    form = replace(declared, scope=answered[-1], is_answered=True)
    return replace(policy, forms={**policy.forms, kind: form})


def part(ledger: Ledger, found: Iterable[Finding], lang: str) -> NightQuestions:
    """Part what was found into what is still to be done and what was answered; an answer that is none is told of."""
    asked, left, answers = [], [], {}
    typed, known = _typed(ledger), questions.load()
    for finding in found:
        if (question := known.get(finding.rule)) is None or not question.is_posed_by(finding.params):
            left.append(finding)
            continue
        asked.append(finding)
        entry = typed.get(finding.id)
        if entry and questions.answer_key(entry.value) in question.answers:
            answers[finding.id] = entry
            continue
        left.append(finding)
        if entry:
            left.append(_no_answer(finding, entry, lang))
    return NightQuestions(left, asked, answers)


def _typed(ledger: Ledger) -> dict[str, StaffEntry]:
    return {
        entry.key: entry
        for entry in latest_entries(ledger).values()
        if (entry.sheet, entry.field) == (Questions.name, FIELD) and entry.value
    }


def _no_answer(finding: Finding, entry: StaffEntry, lang: str) -> Finding:
    return Finding(
        NO_SUCH_ANSWER,
        "sources",
        f"{Questions.name}|{finding.id}",
        column=FIELD,
        place=Place(entry.file.partition("@")[0], translate("tab.questions", lang)),
        heading=translate("head.answer", lang),
        raw=entry.value,
        subject=finding.subject or finding.id,
        owner=entry.person,
    )
