"""Claiming: rename, archive, remember; whatever was left half done is taken up first."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep

from pipeline.core import files
from pipeline.core.text import readable_name
from pipeline.core.workspace import Workspace
from pipeline.ledger import (
    Ledger,
    Night,
    ReceivedFile,
    WaitingFile,
    known_bytes,
    list_received,
    nights_waited,
    note_healed,
    note_waiting,
    record_received,
    take_over,
)
from pipeline.night.inbox.forgotten import adopt_archived
from pipeline.night.inbox.look import Seen, lock_owner, settled, survey
from pipeline.reading.files.guard import inspect

KEPT_DAYS = 14
LONGEST_NAME = 255  # bytes
LONGEST_ENDING = 10
MARK_SIGNS = 8
PATIENCE = 2  # nights a file may wait unchanged before it is taken as it is
TEMPORARY, LOCKED, GROWING, BROKEN, SHUT = "FILE-011", "FILE-007", "FILE-008", "FILE-010", "FILE-032"
IN_USE = (32, 33)  # Windows' own numbers of a file that another program holds


@dataclass
class Claimed:
    """Tonight's received files with the archived bytes to read, and what was left."""

    received_files: list[tuple[ReceivedFile, Path]] = field(default_factory=list)
    left: list[WaitingFile] = field(default_factory=list)


def claim(
    workspace: Workspace,
    ledger: Ledger,
    night: Night,
    *,
    on_wait: Callable[[float, Sequence[str]], None] = lambda _s, _n: None,
) -> Claimed:
    """Take every settled, whole file out of the inbox. Order: by name.

    `on_wait(seconds, names)` is called before the settling wait begins.
    """
    started, before = monotonic(), survey(workspace.inbox, _ours(workspace))
    claimed = Claimed()
    claimed.left += _adopt(workspace, ledger, night)
    adopt_archived(workspace, ledger, night)
    waiting = workspace.settle_seconds - (monotonic() - started)
    fresh = [seen.name for seen in before if not seen.is_temporary]
    if fresh and waiting > 0:
        on_wait(waiting, fresh)
        sleep(waiting)
    after = survey(workspace.inbox, _ours(workspace))
    calm = settled(before, after)
    for seen in after:
        left = _must_stay(seen, is_calm=calm[seen.path]) or _should_stay(ledger, night, seen)
        if left is None and not _take(workspace, ledger, night, seen):
            left = WaitingFile(seen.name, LOCKED, seen.mark)
        claimed.left += [left] if left else []
    note_waiting(ledger, night, claimed.left)
    _purge(workspace, ledger, night)
    take_over(ledger, night)
    claimed.received_files = list(_unread(workspace, ledger, night))
    return claimed


def _ours(workspace: Workspace) -> list[Path]:
    """Return our own folders that may lie inside the inbox."""
    return [workspace.outbox, workspace.archive, workspace.state]


def _must_stay(seen: Seen, *, is_calm: bool) -> WaitingFile | None:
    """Return why a file cannot be taken, however long it waits."""
    if seen.is_temporary:
        return WaitingFile(seen.name, TEMPORARY, seen.mark)
    if not is_calm:
        return WaitingFile(seen.name, GROWING, seen.mark)
    if seen.is_shut:
        return WaitingFile(seen.name, SHUT, seen.mark)
    try:
        with seen.path.open("rb"):
            return None
    except OSError as wrong:
        is_shut = isinstance(wrong, PermissionError) and getattr(wrong, "winerror", None) not in IN_USE
        return WaitingFile(seen.name, SHUT if is_shut else LOCKED, seen.mark)


def _should_stay(ledger: Ledger, night: Night, seen: Seen) -> WaitingFile | None:
    """Return why a file had better be left for people to finish with; not for ever, signs of it can be stale."""
    owner = lock_owner(seen)
    left = WaitingFile(seen.name, LOCKED, seen.mark, owner or "")
    if owner is None:
        try:
            if inspect(seen.path).rule != BROKEN:
                return None
            left = WaitingFile(seen.name, BROKEN, seen.mark)
        except OSError:
            return left  # gone, or its disk refuses
    return None if nights_waited(ledger, night, left) >= PATIENCE else left


def _take(workspace: Workspace, ledger: Ledger, night: Night, seen: Seen) -> bool:
    folder, _, base = seen.name.rpartition("/")
    target = workspace.taken / f"{night.as_of:%Y-%m-%d}" / folder / _fitting(f"{files.token()}__", base)
    try:
        files.moved(seen.path, target)
    except OSError:
        return False  # open elsewhere, or gone: it waits, the night goes on
    _record(workspace, ledger, night, target)
    return True


def _fitting(token: str, base: str) -> str:
    """Return the name a claimed file lies under; cut before its ending when the disk allows none so long.

    A mark of the whole name stands where it was cut: two names that differ only behind it are two sources.
    """
    if len(os.fsencode(token + base)) <= LONGEST_NAME:
        return token + base
    stem, _, ending = base.rpartition(".")
    ending = f".{ending}" if stem and len(ending) < LONGEST_ENDING else ""
    stem = stem if ending else base
    ending = f"~{sha256(os.fsencode(base)).hexdigest()[:MARK_SIGNS]}{ending}"
    room = LONGEST_NAME - len(os.fsencode(token + ending))
    return token + os.fsencode(stem)[: max(room, 0)].decode(errors="ignore") + ending


def _record(workspace: Workspace, ledger: Ledger, night: Night, path: Path) -> None:
    """Archive a claimed file, then tell the ledger: in this order."""
    token, _, base = path.name.partition("__")
    name = "/".join(map(readable_name, (*path.parent.relative_to(workspace.taken).parts[1:], base)))
    digest, status = files.digest(path), path.stat()
    files.archived(workspace.archive, path, digest, lambda: note_healed(ledger, night, digest, name))
    changed = datetime.fromtimestamp(status.st_mtime, tz=workspace.zone)
    record_received(
        ledger,
        ReceivedFile(
            token=token,
            name=name,
            sha256=digest,
            size=status.st_size,
            modified=changed.replace(tzinfo=None).isoformat(timespec="seconds"),
            night_id=night.id,
        ),
    )


def _taken(workspace: Workspace) -> Iterator[Path]:
    if workspace.taken.is_dir():
        yield from sorted(p for p in workspace.taken.rglob("*__*") if p.is_file())


def _adopt(workspace: Workspace, ledger: Ledger, night: Night) -> Iterator[WaitingFile]:
    """Take up claims that were never recorded, and saves that landed after a claim; gives what cannot be opened."""
    known = {received.token: received for received in list_received(ledger)}
    for path in _taken(workspace):
        token, _, base = path.name.partition("__")
        received = known.get(token)
        if not os.access(path, os.R_OK):
            yield WaitingFile(readable_name(base), SHUT, files.mark(path))
        elif received is None:
            _record(workspace, ledger, night, path)
        elif _was_saved_again(workspace, path, received):
            again = path.with_name(f"{files.token()}__{base}")
            files.moved(path, again)
            _record(workspace, ledger, night, again)


def _was_saved_again(workspace: Workspace, path: Path, received: ReceivedFile) -> bool:
    status = path.stat()
    changed = datetime.fromtimestamp(status.st_mtime, tz=workspace.zone)
    same = changed.replace(tzinfo=None).isoformat(timespec="seconds") == received.modified
    if same and status.st_size == received.size:
        return False
    return files.digest(path) != received.sha256


def _unread(workspace: Workspace, ledger: Ledger, night: Night) -> Iterator[tuple[ReceivedFile, Path]]:
    """Give the received files to read; those a killed night had settled stand beside the others once more.

    Without them rows of two files that repeat or contradict each other would not meet. What was
    known by its bytes was not read the first time either.
    """
    mine = list_received(ledger, night.id)
    is_cut = not night.is_closed and any(received.state == "claimed" for received in mine)
    for received in mine:
        if received.state == "claimed" or (is_cut and _was_read(ledger, received)):
            yield received, files.shelf(workspace.archive, received.sha256, received.name)


def _was_read(ledger: Ledger, received: ReceivedFile) -> bool:
    return received.state == "read" or (received.state == "known" and known_bytes(ledger, received) is None)


def _purge(workspace: Workspace, ledger: Ledger, night: Night) -> None:
    """Remove what was taken long ago, once its bytes are in the archive."""
    known = {received.token: received for received in list_received(ledger)}
    oldest = (night.as_of - timedelta(days=KEPT_DAYS)).date().isoformat()
    for path in _taken(workspace):
        day = path.relative_to(workspace.taken).parts[0]
        received = known.get(path.name.partition("__")[0])
        if day < oldest and received and os.access(path, os.R_OK) and files.digest(path) == received.sha256:
            kept = files.kept(workspace.archive, received.sha256)
            if kept and files.digest(kept) == received.sha256:
                path.unlink()
