"""The night, one line per step. Read this first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from pipeline.core.errors import NightRunning, NothingPublished
from pipeline.core.memory import give_back
from pipeline.core.outcome import Outcome
from pipeline.core.progress import Progress
from pipeline.feedback import staff_entries
from pipeline.ledger import begin, close, open_ledger
from pipeline.night.correct import correct
from pipeline.night.derive_and_judge import derive, judge
from pipeline.night.export import hand_over
from pipeline.night.take_in import take_in
from pipeline.night.write_outputs import lay_out
from pipeline.publishing import publish

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace
    from pipeline.ledger import Ledger
    from schemas.policy.policy import Policy


def run_night(
    workspace: Workspace, policy: Policy, *, as_of: datetime, only: str = "", progress: Progress | None = None
) -> Outcome:
    """Turn tonight's inbox into tomorrow morning's outbox.

    `as_of` is local. `only` names one workbook whose papers are renewed, the others stay
    as they are. Raises NightRunning when another night holds the lock and
    NothingPublished when disk or database refuse; both may simply be run again.
    """
    progress = progress or Progress()
    with _disk(workspace), _alone(workspace), opened(workspace) as ledger:
        tonight = begin(ledger, as_of)
        if not tonight.is_past:
            take_in(workspace, ledger, tonight, policy, progress)
            correct(workspace, ledger, tonight, policy)
            give_back()
        harvest = None if tonight.is_past else staff_entries.harvest(workspace, ledger, tonight)

        progress.step("derive", 0)
        context, stored = derive(workspace, ledger, tonight, policy)
        judged = judge(context, stored, ledger, tonight, workspace)
        handed = hand_over(workspace, ledger, tonight, context)
        del context, stored  # the largest things of the night
        give_back()
        tables = staff_entries.fill(judged.tables, ledger, workspace.lang)

        staged = publish.staging(workspace, tonight.as_of)
        made = lay_out(workspace, ledger, tonight, judged, tables, handed, staged, only=only, progress=progress)
        marks = harvest.marks if harvest else None
        done = publish.publish(workspace, staged, made.day, made.manifest, harvested=marks)
        if harvest and not only:
            publish.retire(workspace, harvest.elsewhere)
        if not tonight.is_past:
            with ledger.writing() as connection:
                close(connection, tonight, made.counts)
        return Outcome(done.folder, done.is_new, done.blocked, made.counts, tonight.is_past)


@contextmanager
def opened(workspace: Workspace) -> Iterator[Ledger]:
    """The workspace's ledger, closed again whatever happens."""
    ledger = open_ledger(workspace.ledger_url)
    try:
        yield ledger
    finally:
        ledger.dispose()


@contextmanager
def _disk(workspace: Workspace) -> Iterator[None]:
    """A disk that refuses is no bug of ours: told with the remedy, and the run may be repeated."""
    try:
        yield
    except OSError as wrong:
        reason = str(wrong.strerror or wrong)
        raise NothingPublished(str(wrong.filename or workspace.root), "disk", "mend_disk", reason=reason) from wrong


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    """One night at a time; the lock falls with the process that held it."""
    workspace.state.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(workspace.lock, timeout=0):
            yield
    except Timeout as busy:
        raise NightRunning(str(workspace.root), "running", "wait") from busy
