"""Claiming: rename, archive, remember; whatever was left half done is taken up first."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep

from pipeline import ledger as memory
from pipeline.core import files
from pipeline.core.workspace import Workspace
from pipeline.ledger import Drop, Ledger, Left, Night
from pipeline.night.inbox.look import Seen, lock_owner, settled, survey
from pipeline.reading.files.guard import inspect

KEPT_DAYS = 14
LONGEST_NAME = 255  # bytes
LONGEST_ENDING = 10
MARK_SIGNS = 8
PATIENCE = 2  # nights a file may wait unchanged before it is taken as it is
TEMPORARY, LOCKED, GROWING, BROKEN = "FILE-011", "FILE-007", "FILE-008", "FILE-010"


@dataclass
class Claimed:
    """Tonight's drops with the archived bytes to read, and what was left."""

    drops: list[tuple[Drop, Path]] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def claim(
    desk: Workspace,
    ledger: Ledger,
    night: Night,
    *,
    on_wait: Callable[[float, Sequence[str]], None] = lambda _s, _n: None,
) -> Claimed:
    """Take every settled, whole file out of the inbox. Order: by name.

    `on_wait(seconds, names)` is told before the settling wait begins.
    """
    started, before = monotonic(), survey(desk.inbox)
    claimed = Claimed()
    _adopt(desk, ledger, night)
    waiting = desk.settle_seconds - (monotonic() - started)
    fresh = [seen.name for seen in before if not seen.is_temporary]
    if fresh and waiting > 0:
        on_wait(waiting, fresh)
        sleep(waiting)
    after = survey(desk.inbox)
    calm = settled(before, after)
    for seen in after:
        left = _reason(seen, is_calm=calm[seen.name])
        if left and not _patience_is_over(ledger, night, left):
            claimed.left.append(left)
        elif not _take(desk, ledger, night, seen):
            claimed.left.append(Left(seen.name, LOCKED, seen.mark))
    memory.note_left(ledger, night, claimed.left)
    _purge(desk, ledger, night)
    memory.take_over(ledger, night)
    claimed.drops = list(_unread(desk, ledger, night))
    return claimed


def _reason(seen: Seen, *, is_calm: bool) -> Left | None:
    """Why a file stays where it is; None when it can be taken."""
    if seen.is_temporary:
        return Left(seen.name, TEMPORARY, seen.mark)
    if not is_calm:
        return Left(seen.name, GROWING, seen.mark)
    owner = lock_owner(seen)
    if owner is not None:
        return Left(seen.name, LOCKED, seen.mark, owner)
    try:
        verdict = inspect(seen.path)
    except OSError:
        return Left(seen.name, LOCKED, seen.mark)
    return Left(seen.name, BROKEN, seen.mark) if verdict.rule == BROKEN else None


def _patience_is_over(ledger: Ledger, night: Night, left: Left) -> bool:
    if left.rule in (TEMPORARY, GROWING):
        return False
    return memory.nights_waited(ledger, night, left) >= PATIENCE


def _take(desk: Workspace, ledger: Ledger, night: Night, seen: Seen) -> bool:
    folder, _, base = seen.name.rpartition("/")
    target = desk.taken / f"{night.as_of:%Y-%m-%d}" / folder / _fitting(f"{files.token()}__", base)
    try:
        files.moved(seen.path, target)
    except OSError:
        return False  # open elsewhere, or gone: it waits, the night goes on
    _record(desk, ledger, night, target)
    return True


def _fitting(token: str, base: str) -> str:
    """The name a claimed file lies under; cut before its ending when the disk allows none so long.

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


def _record(desk: Workspace, ledger: Ledger, night: Night, path: Path) -> None:
    """Archive a claimed file, then tell the ledger: in this order."""
    token, _, base = path.name.partition("__")
    folder = path.parent.relative_to(desk.taken).as_posix().partition("/")[2]
    digest, status = files.digest(path), path.stat()
    files.archived(desk.archive, path, digest)
    changed = datetime.fromtimestamp(status.st_mtime, tz=desk.zone)
    memory.add_drop(
        ledger,
        Drop(
            token=token,
            name=f"{folder}/{base}" if folder else base,
            sha256=digest,
            size=status.st_size,
            modified=changed.replace(tzinfo=None).isoformat(timespec="seconds"),
            night_id=night.id,
        ),
    )


def _taken(desk: Workspace) -> Iterator[Path]:
    if desk.taken.is_dir():
        yield from sorted(p for p in desk.taken.rglob("*__*") if p.is_file())


def _adopt(desk: Workspace, ledger: Ledger, night: Night) -> None:
    """Take up claims that were never recorded, and saves that landed after a claim."""
    known = {drop.token: drop for drop in memory.drops_of(ledger)}
    for path in _taken(desk):
        token, _, base = path.name.partition("__")
        drop = known.get(token)
        if drop is None:
            _record(desk, ledger, night, path)
        elif _was_saved_again(desk, path, drop):
            again = path.with_name(f"{files.token()}__{base}")
            files.moved(path, again)
            _record(desk, ledger, night, again)


def _was_saved_again(desk: Workspace, path: Path, drop: Drop) -> bool:
    status = path.stat()
    changed = datetime.fromtimestamp(status.st_mtime, tz=desk.zone)
    same = changed.replace(tzinfo=None).isoformat(timespec="seconds") == drop.modified
    if same and status.st_size == drop.size:
        return False
    return files.digest(path) != drop.sha256


def _unread(desk: Workspace, ledger: Ledger, night: Night) -> Iterator[tuple[Drop, Path]]:
    """Drops to read; those a killed night had settled stand beside the others once more.

    Without them rows of two files that repeat or contradict each other would not meet. What was
    known by its bytes was not read the first time either.
    """
    mine = memory.drops_of(ledger, night.id)
    is_cut = not night.is_closed and any(drop.state == "claimed" for drop in mine)
    for drop in mine:
        if drop.state == "claimed" or (is_cut and _was_read(ledger, drop)):
            yield drop, files.shelf(desk.archive, drop.sha256, drop.name)


def _was_read(ledger: Ledger, drop: Drop) -> bool:
    return drop.state == "read" or (drop.state == "known" and memory.known_bytes(ledger, drop) is None)


def _purge(desk: Workspace, ledger: Ledger, night: Night) -> None:
    """Remove what was taken long ago, once its bytes are in the archive."""
    known = {drop.token: drop for drop in memory.drops_of(ledger)}
    oldest = (night.as_of - timedelta(days=KEPT_DAYS)).date().isoformat()
    for path in _taken(desk):
        day = path.relative_to(desk.taken).parts[0]
        drop = known.get(path.name.partition("__")[0])
        if day < oldest and drop and files.digest(path) == drop.sha256:
            kept = files.kept(desk.archive, drop.sha256)
            if kept and files.digest(kept) == drop.sha256:
                path.unlink()
