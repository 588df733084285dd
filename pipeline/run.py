"""The night, one line per step. Read this first."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from pipeline.core.errors import NightRunning, NothingPublished
from pipeline.core.log import night_log
from pipeline.core.progress import SILENT, USUAL, Leave, Outcome, Progress
from pipeline.core.rights import own_rights
from pipeline.feedback.staff_entries import collect_staff_entries
from pipeline.ledger import begin
from pipeline.night.correct import apply_corrections
from pipeline.night.derive_and_judge import derive, judge
from pipeline.night.intake import take_in
from pipeline.night.memory import open_memory, rebuild
from pipeline.night.open_findings import papers_beside
from pipeline.night.outputs import export_documents, publish_outputs, write_outputs
from pipeline.night.set_aside import without_failing_rows, without_failing_step
from schemas.language.words import translate

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pipeline.core.workspace import Workspace
    from pipeline.night.derive_and_judge import Judged
    from pipeline.publishing.exports import NightExport
    from schemas.policy.policy import Policy


def run_night(  # noqa: PLR0913 - one parameter per option
    workspace: Workspace,
    policy: Policy,
    *,
    as_of: datetime,
    only: str = "",
    progress: Progress = SILENT,
    leave: Leave = USUAL,
) -> Outcome:
    """Turn tonight's inbox into tomorrow morning's outbox.

    `as_of` is local. `only` names one workbook that is renewed, the others stay as they are.
    Raises NightRunning when another night holds the lock and NothingPublished when disk or
    database refuse; both may simply be run again. Raises SettingsError for a ledger that forgot nights, and for a
    night before the newest, unless `leave` is given for it.
    """
    with (
        own_rights(workspace),
        night_log(workspace, as_of),
        refusals_of_disk(workspace),
        one_at_a_time(workspace),
        open_memory(workspace, may_be_new=leave.new_ledger) as ledger,
    ):
        if leave.new_ledger:
            rebuild(workspace, ledger, policy, progress)  # what the archive knows and the ledger does not
        night = begin(ledger, as_of, may_look_back=leave.look_back)
        if not night.is_past:
            take_in(workspace, ledger, night, policy, progress)  # inbox → facts and findings
        entries = collect_staff_entries(workspace, ledger, night)  # what staff typed into the latest outputs
        if not night.is_past:
            with without_failing_step(ledger, night, translate("corrections.value", workspace.lang)):
                apply_corrections(workspace, ledger, night, policy)  # what staff corrected, read once more
            release_memory()
        progress.step("derive", 0)

        def work_out(without: AbstractSet[int]) -> tuple[Judged, NightExport]:
            context, stored = derive(workspace, ledger, night, policy, without)  # facts → orders, money, complaints
            beside = papers_beside(workspace, ledger, night, entries)
            judged = judge(context, [*stored, *beside], ledger, night, workspace)  # rules → findings …
            return judged, export_documents(workspace, ledger, night, context)  # … and files for ERP and CRM

        judged, exported = without_failing_rows(ledger, night, work_out)
        release_memory()
        with own_rights(workspace, is_shared=True):
            outputs = write_outputs(workspace, ledger, night, judged, exported, only=only, progress=progress)
            return publish_outputs(workspace, ledger, night, outputs, entries)


def release_memory() -> None:
    """Return what was freed to the system. glibc keeps the pieces of many small texts unless asked."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:  # musl has none
            trim(0)


@contextmanager
def refusals_of_disk(workspace: Workspace) -> Iterator[None]:
    """Tell a disk that refuses from a bug of ours: it is named with the remedy, and the run may be repeated."""
    try:
        yield
    except OSError as wrong:
        reason = str(wrong.strerror or wrong)
        raise NothingPublished(str(wrong.filename or workspace.root), "disk", "mend_disk", reason=reason) from wrong


@contextmanager
def one_at_a_time(workspace: Workspace, patience: float = 0) -> Iterator[None]:
    """Keep every other night out, after so many seconds; the lock falls with the process that held it."""
    workspace.state.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(workspace.lock, timeout=patience):
            yield
    except Timeout as busy:
        raise NightRunning(str(workspace.root), "running", "wait") from busy
