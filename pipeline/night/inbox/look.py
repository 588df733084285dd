"""Looking at the inbox: what lies there, and whether it still grows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

TAKEN = "_taken"
OURS = {".gitkeep", ".gitignore"}  # the workspace's own, not staff's
LOCKS = ("~$", ".~lock.", ".~")
TEMPORARY_NAMES = {"thumbs.db", "desktop.ini", ".ds_store"}
TEMPORARY_ENDS = (".tmp", ".part", ".crdownload", ".partial", "#")
LOCK_BYTES, LONGEST_NAME = 165, 53  # of the file Excel and WPS keep beside an open workbook


@dataclass(frozen=True)
class Seen:
    """One file as it lay there; `name` is its path below the inbox, with /."""

    name: str
    path: Path
    size: int
    changed_ns: int
    inode: int

    @property
    def mark(self) -> str:
        """Equal while nobody saved the file again."""
        return f"{self.size}:{self.changed_ns}"

    @property
    def is_temporary(self) -> bool:
        """Lock and temp files: never more than named."""
        base = self.path.name.lower()
        return base.startswith((*LOCKS, ".")) or base in TEMPORARY_NAMES or base.endswith(TEMPORARY_ENDS)


def survey(inbox: Path) -> list[Seen]:
    """Return every regular file of the inbox in name order; links are not followed."""
    return sorted(_walk(inbox, ""), key=lambda seen: seen.name)


def _walk(folder: Path, above: str) -> Iterator[Seen]:
    with os.scandir(folder) as entries:
        for entry in entries:
            name = above + entry.name
            if entry.is_dir(follow_symlinks=False):
                if name != TAKEN:
                    yield from _walk(Path(entry.path), f"{name}/")
            elif entry.is_file(follow_symlinks=False) and entry.name not in OURS:
                yield from _observe(name, Path(entry.path))


def _observe(name: str, path: Path) -> Iterator[Seen]:
    try:
        status = path.stat()
    except OSError:
        return  # gone between listing and looking
    yield Seen(name, path, status.st_size, status.st_mtime_ns, status.st_ino)


def settled(before: Iterable[Seen], after: Iterable[Seen]) -> dict[str, bool]:
    """For every file seen now: did it lie there just the same before?"""
    earlier = {seen.name: seen for seen in before}
    return {seen.name: earlier.get(seen.name) == seen for seen in after}


def lock_owner(seen: Seen) -> str | None:
    """Return who has the workbook open, from the lock file beside it; None when nobody.

    Excel and WPS write ``~$name``: a length byte, the name, and again as UTF-16
    from byte 55. The file can be stale; it is a hint.
    """
    lock = seen.path.with_name(f"~${seen.path.name}")
    if not os.path.isfile(lock):  # noqa: PTH113 - Path.is_file raises where the lock's name is too long for the disk
        lock = seen.path.with_name(f"~${seen.path.name[2:]}")
    try:
        head = lock.read_bytes()[:LOCK_BYTES]
    except OSError:
        return None
    if len(head) == LOCK_BYTES and 0 < head[55] <= LONGEST_NAME:
        wide = head[57 : 57 + 2 * head[55]].decode("utf-16-le", "replace")
        return wide.strip("\x00 ")
    return head[1 : 1 + head[0]].decode("latin-1").strip() if head else ""
