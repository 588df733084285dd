"""Files read in limited child processes: one that kills, hangs or floods its reader is refused, and only it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from errno import EACCES, EDQUOT, EIO, EMFILE, ENFILE, ENOENT, ENOMEM, ENOSPC, EPERM, EROFS, ESTALE
from pathlib import Path

from pipeline.core.limited import Failed, Limits, run_limited
from pipeline.reading.files.package import TOO_BIG, UNREADABLE
from pipeline.reading.layout.heading_names import Alias
from pipeline.reading.results import FileRead, Patch
from pipeline.reading.workers.wire import NOT_NOW, READER_DIED, refuse, take

READ = "pipeline.reading.workers.child:read_into"
LIMITS = Limits()
# what a system says of its own disk, rights and memory; other numbers come of what a file says of itself
FULL = frozenset({ENOSPC, EDQUOT, EROFS, EMFILE, ENFILE, ENOMEM})
OURS = FULL | {EIO, EACCES, EPERM, ENOENT, ESTALE}


def read_all(
    paths: Sequence[tuple[str, Path]],
    workers: int,
    *,
    on_done: Callable[[str], None] | None = None,
    aliases: Sequence[Alias] = (),
    patches: Sequence[Sequence[Patch]] = (),
) -> Iterator[FileRead]:
    """Give every (name, path) read or refused, in this order. Never raises for what a file holds.

    `aliases`: what headings are also called in this workspace. `patches`: for every path the
    cells in which something else is to be read. Raises OSError when the disk has no room for what was read;
    a single file that our own disk does not give is refused with NOT_NOW, and is to be tried again.
    """
    with_patches = zip(paths, patches or [()] * len(paths), strict=True)
    tasks = [(name, str(path.resolve()), list(aliases), list(own)) for (name, path), own in with_patches]
    for (name, _), read in zip(
        paths, run_limited(READ, tasks, lambda folder, _: take(folder), workers, LIMITS), strict=True
    ):
        if on_done:
            on_done(name)
        yield refused(name, read) if isinstance(read, Failed) else read


def refused(name: str, failed: Failed) -> FileRead:
    """Return the file as refused for what its process came to. Raises OSError when it is our disk that is full."""
    if failed.cause == "memory":
        return refuse(name, TOO_BIG, "memory")
    if failed.cause != "disk":
        return refuse(name, READER_DIED, failed.why)
    if failed.number in FULL:
        raise OSError(failed.number, failed.why)
    return refuse(name, NOT_NOW if failed.number in OURS else UNREADABLE, failed.why)
