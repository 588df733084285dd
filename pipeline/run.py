"""The night, one line per step. Read this first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from pipeline import ledger
from pipeline.core.errors import NightRunning, NothingPublished
from pipeline.core.memory import give_back
from pipeline.core.outcome import Outcome
from pipeline.core.progress import Voice
from pipeline.feedback import staff_entries
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


def night(desk: Workspace, policy: Policy, *, as_of: datetime, only: str = "", voice: Voice | None = None) -> Outcome:
    """Turn tonight's inbox into tomorrow morning's outbox.

    `as_of` is local. `only` names one workbook whose papers are renewed, the others stay
    as they are. Raises NightRunning when another night holds the lock and
    NothingPublished when disk or database refuse; both may simply be run again.
    """
    voice = voice or Voice()
    with _disk(desk), _alone(desk), opened(desk) as book:
        tonight = ledger.begin(book, as_of)
        if not tonight.is_past:
            take_in(desk, book, tonight, policy, voice)
            correct(desk, book, tonight, policy)
            give_back()
        harvest = None if tonight.is_past else staff_entries.harvest(desk, book, tonight)

        voice.step("derive", 0)
        scene, stored = derive(desk, book, tonight, policy)
        judged = judge(scene, stored, book, tonight, desk)
        handed = hand_over(desk, book, tonight, scene)
        del scene, stored  # the largest things of the night
        give_back()
        tables = staff_entries.fill(judged.tables, book, desk.lang)

        staged = publish.staging(desk, tonight.as_of)
        made = lay_out(desk, book, tonight, judged, tables, handed, staged, only=only, voice=voice)
        marks = harvest.marks if harvest else None
        done = publish.publish(desk, staged, made.day, made.manifest, harvested=marks)
        if harvest and not only:
            publish.retire(desk, harvest.elsewhere)
        if not tonight.is_past:
            with book.writing() as connection:
                ledger.close(connection, tonight, made.counts)
        return Outcome(done.folder, done.is_new, done.blocked, made.counts, tonight.is_past)


@contextmanager
def opened(desk: Workspace) -> Iterator[Ledger]:
    """The desk's ledger, closed again whatever happens."""
    book = ledger.open_ledger(desk.ledger_url)
    try:
        yield book
    finally:
        book.dispose()


@contextmanager
def _disk(desk: Workspace) -> Iterator[None]:
    """A disk that refuses is no bug of ours: told with the remedy, and the run may be repeated."""
    try:
        yield
    except OSError as wrong:
        reason = str(wrong.strerror or wrong)
        raise NothingPublished(str(wrong.filename or desk.root), "disk", "mend_disk", reason=reason) from wrong


@contextmanager
def _alone(desk: Workspace) -> Iterator[None]:
    """One night at a time; the lock falls with the process that held it."""
    desk.state.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(desk.lock, timeout=0):
            yield
    except Timeout as busy:
        raise NightRunning(str(desk.root), "running", "wait") from busy
