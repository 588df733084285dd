"""The ledger is held against what was published: one that forgot nights would answer the same questions otherwise.

What it forgot is read again from the archive when the operator says so, night by night as the outbox names it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipeline.core import files
from pipeline.core.errors import SettingsError
from pipeline.core.log import step
from pipeline.ledger import all_nights, begin, close, open_ledger
from pipeline.night.correct import apply_corrections
from pipeline.night.derive_and_judge import derive, judge
from pipeline.night.inbox.forgotten import archived_files, named_files, record
from pipeline.night.intake import take_in
from pipeline.night.outputs import export_documents
from pipeline.publishing.publications import newest_published, published_nights

if TYPE_CHECKING:
    from pipeline.core.progress import Progress
    from pipeline.core.workspace import Workspace
    from pipeline.ledger import Ledger, Night
    from schemas.policy.policy import Policy

OWN = ("as_of", "run_id", "language", "files")  # what a manifest says beside the counts


@contextmanager
def open_memory(workspace: Workspace, *, may_be_new: bool) -> Iterator[Ledger]:
    """Open the ledger. Raises SettingsError when it is missing, empty or older than what was published.

    `may_be_new`: the operator means it.
    """
    if is_missing(workspace) and not may_be_new:
        _refuse(workspace, ())
    with open_ledger(workspace.ledger_url) as ledger:
        if not may_be_new:
            _refuse(workspace, all_nights(ledger))
        yield ledger


def is_missing(workspace: Workspace) -> bool:
    """Is there no ledger where one could be, or a file without a byte?"""
    file = workspace.ledger_file
    return bool(file and file.parent.is_dir() and not (file.exists() and file.stat().st_size))


def _refuse(workspace: Workspace, nights: Sequence[Night]) -> None:
    if wrong := forgotten(workspace, nights):
        raise wrong


def forgotten(workspace: Workspace, nights: Sequence[Night]) -> SettingsError | None:
    """Return what is wrong with a ledger that knows these nights; None when it remembers all that was published."""
    where = str(workspace.ledger_file or "ledger")
    published = newest_published(workspace)
    values = {"published": published.replace("T", " ")[:16]}
    if nights and published > nights[-1].as_of.isoformat():
        return SettingsError(where, "ledger_old", "restore_or_new", last=f"{nights[-1].as_of:%Y-%m-%d %H:%M}", **values)
    if not nights and published:
        return SettingsError(where, "ledger_gone", "restore_or_new", **values)
    count = 0 if nights else len(archived_files(workspace.archive))
    return SettingsError(where, "ledger_bare", "restore_or_new", count=str(count)) if count else None


@step("rebuild")
def rebuild(workspace: Workspace, ledger: Ledger, policy: Policy, progress: Progress) -> None:
    """Read the archived files of every night again that was published and is not in the ledger; nothing is published.

    Repeating it goes on where it was cut short.
    """
    nights = all_nights(ledger)
    last = max((night.as_of.isoformat() for night in nights if night.is_closed), default="")
    kept = {path.name.partition(".")[0]: path for path in archived_files(workspace.archive)}
    named = list(named_files(workspace))
    empty = workspace.state / "nothing"  # the inbox of a night that is over
    empty.mkdir(parents=True, exist_ok=True)
    past = replace(workspace, inbox=empty, settle_seconds=0)
    manifests = {manifest["as_of"]: manifest for _, manifest in published_nights(workspace)}
    for as_of, manifest in manifests.items():
        if as_of > last:
            night = begin(ledger, datetime.fromisoformat(as_of))
            for one in named:
                path = kept.get(one.sha256)
                if one.as_of == as_of and path and files.digest(path) == one.sha256:
                    record(ledger, night, one, path)
            _again(past, ledger, night, policy, progress)
            with ledger.writing() as connection:
                close(connection, night, _summary(manifest))
    with suppress(OSError):
        empty.rmdir()


def _again(workspace: Workspace, ledger: Ledger, night: Night, policy: Policy, progress: Progress) -> None:
    """Go through a night that was published already: its facts, its findings, what it gave to other systems."""
    take_in(workspace, ledger, night, policy, progress)
    apply_corrections(workspace, ledger, night, policy)
    context, stored = derive(workspace, ledger, night, policy)
    judge(context, stored, ledger, night, workspace)
    export_documents(workspace, ledger, night, context)


def _summary(manifest: Mapping[str, Any]) -> dict[str, object]:
    """Return the counts of a night as they were published."""
    states = Counter(source["state"] for source in manifest.get("sources", ()))
    counts = {name: value for name, value in manifest.items() if name not in OWN}
    return {**counts, "files": {state: states[state] for state in ("read", "known", "refused", "waiting", "undone")}}
