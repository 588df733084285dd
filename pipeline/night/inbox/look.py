"""Looking at the inbox: what lies there, whether it still grows, and whether we may open it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.text import readable_name

TAKEN = "_taken"
OURS = {".gitkeep", ".gitignore"}  # the workspace's own, not staff's
LOCKS = ("~$", ".~lock.", ".~")
TEMPORARY_NAMES = {"thumbs.db", "desktop.ini", ".ds_store"}
TEMPORARY_ENDS = (".tmp", ".part", ".crdownload", ".partial", "#")
LOCK_BYTES, LONGEST_NAME = 165, 53  # of the file Excel and WPS keep beside an open workbook


@dataclass(frozen=True)
class Seen:
    """One file as it lay there; `name` is its path below the inbox, with /, as text that can be shown.

    A folder that must not be listed is seen too: its name ends with /.
    """

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
    def is_shut(self) -> bool:
        """A folder that we have no right to look into."""
        return self.name.endswith("/")

    @property
    def is_temporary(self) -> bool:
        """Lock and temp files: never more than named."""
        base = self.path.name.lower()
        return base.startswith((*LOCKS, ".")) or base in TEMPORARY_NAMES or base.endswith(TEMPORARY_ENDS)


def survey(inbox: Path, besides: Collection[Path] = ()) -> list[Seen]:
    """Return every regular file of the inbox in name order; links are not followed. Raises OSError for the inbox.

    `besides`: folders of ours that were put below it, an outbox for instance; nothing in them came from anybody.
    """
    with os.scandir(inbox) as entries:
        seen = [each for each in _seen(entries, "") if not any(each.path.is_relative_to(folder) for folder in besides)]
    return sorted(seen, key=lambda seen: (seen.name, seen.path))


def _seen(entries: Iterable[os.DirEntry[str]], above: str) -> Iterator[Seen]:
    for entry in entries:
        name, path = above + readable_name(entry.name), Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            if name != TAKEN:
                yield from _folder(path, f"{name}/")
        elif entry.is_file(follow_symlinks=False) and entry.name not in OURS:
            yield from _observe(name, path)


def _folder(path: Path, name: str) -> Iterator[Seen]:
    try:
        entries = os.scandir(path)
    except OSError:
        yield Seen(name, path, 0, 0, 0)
        return
    with entries:
        yield from _seen(entries, name)


def _observe(name: str, path: Path) -> Iterator[Seen]:
    try:
        status = path.stat()
    except OSError:
        return  # gone between listing and looking
    yield Seen(name, path, status.st_size, status.st_mtime_ns, status.st_ino)


def settled(before: Iterable[Seen], after: Iterable[Seen]) -> dict[Path, bool]:
    """For every file seen now, by its path: did it lie there just the same before?"""
    earlier = {seen.path: seen for seen in before}
    return {seen.path: earlier.get(seen.path) == seen for seen in after}


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
