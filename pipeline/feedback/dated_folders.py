"""Outputs of earlier nights that somebody saved again where they lie: what is typed there is not lost in silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.files import digest
from pipeline.feedback.typed_entries import KnownEntries, fresh_entries
from pipeline.ledger import Ledger, Night, StaffEntry, latest_entries, list_received
from pipeline.publishing.publications import newest_folders
from pipeline.publishing.publish import MANIFEST, read_manifest
from pipeline.reading.files.deliverables import DeliverableCopy, read_deliverables
from schemas.derived.finding import Finding, Place

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace

LOOKED_AT = 62  # publications: two months of nights
TAKEN_UP, LEFT_THERE = "FILE-038", "FILE-039"


def changed_papers(workspace: Workspace) -> Iterator[tuple[Path, str]]:
    """Give the workbooks of dated folders that were saved since they were published, with names below the outbox."""
    for folder in newest_folders(workspace, LOOKED_AT):
        try:
            published_at = (folder / MANIFEST).stat().st_mtime
            saved = [path for path in sorted(folder.rglob("*.xlsx")) if path.stat().st_mtime > published_at]
        except OSError:  # taken away meanwhile
            continue
        files = read_manifest(folder).get("files", {}) if saved else {}
        for path in saved:
            name = path.relative_to(folder).as_posix()
            if not path.name.startswith(("~$", ".")) and digest(path) != files.get(name):
                yield path, _name(workspace, path)


def typed_in_dated(workspace: Workspace, ledger: Ledger, known: KnownEntries) -> tuple[list[StaffEntry], list[str]]:
    """Return what staff typed in papers of dated folders, and the names of what was changed there and stays unread.

    These are workbooks that went back to be corrected: they count once they are dropped.
    """
    changed = list(changed_papers(workspace))
    received = {file.sha256 for file in list_received(ledger)} if changed else set()
    entries: list[StaffEntry] = []
    left: list[str] = []
    papers = read_deliverables([path for path, _ in changed], workspace.parallel)
    for (path, name), paper in zip(changed, papers, strict=True):
        if isinstance(paper, DeliverableCopy) and paper.sheets:
            entries += fresh_entries(paper.sheets, name, paper.person, known)
        elif digest(path) not in received:
            left.append(name)
    return entries, left


def dated_findings(workspace: Workspace, ledger: Ledger, night: Night, left: Sequence[str]) -> list[Finding]:
    """Return one finding for every paper of an earlier night from which entries came now, or that stays unread."""
    start, now = f"{workspace.outbox.name}/", night.as_of.isoformat()
    taken = {
        entry.file.rpartition("@")[0]
        for entry in latest_entries(ledger).values()
        if entry.noted_at == now and entry.file.startswith(start)
    }
    named = [*((TAKEN_UP, name) for name in sorted(taken)), *((LEFT_THERE, name) for name in left)]
    return [Finding(rule, "sources", name, place=Place(name), subject=name) for rule, name in named]


def _name(workspace: Workspace, path: Path) -> str:
    return f"{workspace.outbox.name}/{path.relative_to(workspace.outbox).as_posix()}"
