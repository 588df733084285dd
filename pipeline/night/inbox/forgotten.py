"""Archived files that the ledger has no row of: they are taken up in the order in which they were archived."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.core import files
from pipeline.ledger import ReceivedFile, list_received, record_received
from pipeline.publishing.publications import newest_published, published_nights

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace
    from pipeline.ledger import Ledger, Night

KEPT = re.compile(r"([0-9a-f]{64})(\.\w+)?")
SHORT = 12  # digits of a hash, as `history` shows them


@dataclass(frozen=True)
class Named:
    """What an outbox says of a file it was made from: its night (ISO), name, hash, and when it was saved."""

    as_of: str
    name: str
    sha256: str
    modified: str


def adopt_archived(workspace: Workspace, ledger: Ledger, night: Night) -> None:
    """Record archived files without a row as received on this night, or leave them to the later one they belong to.

    One whose bytes rotted stays where it is.
    """
    known = {received.sha256 for received in list_received(ledger)}
    kept = archived_files(workspace.archive)
    if all(_hash(path) in known for path in kept):
        return
    first = {named.sha256: named for named in reversed(list(named_files(workspace)))}
    due = _nights_of(kept, first, newest_published(workspace))
    for path in kept:
        sha256 = _hash(path)
        if sha256 not in known and due[sha256] <= night.as_of.isoformat() and files.digest(path) == sha256:
            record(ledger, night, first.get(sha256) or _unnamed(workspace, path), path)


def _nights_of(kept: list[Path], first: Mapping[str, Named], newest: str) -> dict[str, str]:
    """Return by hash the night (ISO) that first named a file; where none did, that of the next in the archive."""
    due, following = {}, newest
    for path in reversed(kept):
        following = first[_hash(path)].as_of if _hash(path) in first else following
        due[_hash(path)] = following
    return due


def _unnamed(workspace: Workspace, path: Path) -> Named:
    saved = datetime.fromtimestamp(path.stat().st_mtime, tz=workspace.zone).replace(tzinfo=None)
    return Named("", f"{path.stem[:SHORT]}{path.suffix}", _hash(path), saved.isoformat(timespec="seconds"))


def _hash(path: Path) -> str:
    return path.name.partition(".")[0]


def record(ledger: Ledger, night: Night, named: Named, path: Path) -> None:
    """Record a file as received on a night; it bears the same mark whenever this is repeated."""
    record_received(
        ledger,
        ReceivedFile(
            token=files.token_of(named.as_of, named.name, named.sha256),
            name=named.name,
            sha256=named.sha256,
            size=path.stat().st_size,
            modified=named.modified,
            night_id=night.id,
        ),
    )


def archived_files(archive: Path) -> list[Path]:
    """Return what is kept, in the order in which it was archived."""
    kept = [path for path in archive.glob("??/*") if KEPT.fullmatch(path.name)]
    return sorted(kept, key=lambda path: (path.stat().st_mtime_ns, path.name))


def named_files(workspace: Workspace) -> Iterator[Named]:
    """Yield every file that a published night was made from, oldest night first; of a night as it was said last."""
    nights = {manifest["as_of"]: manifest for _, manifest in published_nights(workspace)}
    for as_of, manifest in nights.items():
        for source in manifest.get("sources", ()):
            if source.get("sha256"):
                yield Named(as_of, source["name"], source["sha256"], source.get("modified", ""))
