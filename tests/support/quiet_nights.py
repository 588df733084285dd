"""Nights without papers: everything is taken in, judged and remembered, nothing is laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.core.progress import Progress
from pipeline.ledger import begin, close, open_ledger
from pipeline.night.correct import apply_corrections
from pipeline.night.derive_and_judge import derive, judge
from pipeline.night.intake import take_in
from schemas.policy.policy import shipped
from tests.support.books import Book
from tests.support.nights import TUESDAY
from tests.support.pace import only_slow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from pipeline.core.workspace import Workspace
    from pipeline.night.derive_and_judge import Judged
    from schemas.policy.policy import Policy

HEADINGS = ("异常编号", "原值", "更正值*")


def quiet(workspace: Workspace, as_of: datetime = TUESDAY, policy: Policy | None = None) -> Judged:
    """The findings of a night and how they live."""
    only_slow("a night")
    policy = policy or shipped()
    with open_ledger(workspace.ledger_url) as ledger:
        tonight = begin(ledger, as_of)
        take_in(workspace, ledger, tonight, policy, Progress())
        apply_corrections(workspace, ledger, tonight, policy)
        judged = judge(*derive(workspace, ledger, tonight, policy), ledger, tonight, workspace)
        with ledger.writing() as connection:
            close(connection, tonight, {})
    return judged


def answer(path: Path, *typed: tuple[Any, ...]) -> None:
    """A list of exceptions come back, with these numbers, values read and corrections."""
    Book(path, "异常").row(*HEADINGS).rows(*typed).save()


def rules(judged: Judged, *wanted: str) -> list[tuple[str, str, str, str]]:
    """(rule, file, cell, raw) of all findings, or of those under some rules."""
    found: Iterable[Any] = judged.findings
    return sorted((f.rule, f.place.file, f.place.cell, f.raw) for f in found if not wanted or f.rule in wanted)
