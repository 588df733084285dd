"""Supervised, warm child processes: a file that kills its reader costs that file alone.

`concurrent.futures` shares one pool: one crash breaks it, and takes innocent files along (42
of 80, measured). Here a thread stands beside each child, ends it at the time limit and
replaces it after a crash. `pebble.ProcessPool` does that too, and is not used, because

- limits are set for every file, not for the life of a process: memory counts from what the child
  holds when the file begins, so that a warm child is never punished for the files before;
- a child starts as a fresh interpreter without pandas, in less than half the time;
- what comes back from a stranger's file is Arrow and JSON, never a pickle;
- its licence is the LGPL, which who receives this program would have to heed as well.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from threading import Lock, Timer
from typing import Self

import orjson

from pipeline.reading.layout.heading_names import Alias
from pipeline.reading.results import FileRead, Patch
from pipeline.reading.workers.wire import DONE, READER_DIED, refuse, take

WALL_SECONDS = 60.0  # of one file; the biggest take seconds
AHEAD = 2  # files read ahead of the one handed over, per worker: enough that none waits, few to hold in memory
ROOT = Path(__file__).parents[3]
LEAVE_SECONDS = 5.0  # a child that was shaken ends by itself
# pyarrow would load these, only to ask whether it was given something of theirs
LEAN = "import sys; sys.modules.update(numpy=None, pandas=None)\n"
SERVE = LEAN + "from pipeline.reading.workers.child import main; main()"


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
    cells in which something else is to be read.
    """
    if not paths:
        return
    workers = max(1, min(workers, len(paths)))
    with TemporaryDirectory(prefix="nightdesk-") as scratch, _Pool(workers, Path(scratch), aliases) as pool:
        for (name, _), read in zip(paths, pool.read(paths, patches or [()] * len(paths)), strict=True):
            if on_done:
                on_done(name)
            yield read


class Reader:
    """One child process that reads the files given to it. Used by one thread at a time, stopped by any."""

    def __init__(self, aliases: Sequence[Alias] = ()) -> None:
        self._aliases = list(aliases)
        self._process: subprocess.Popen[bytes] | None = None
        self._is_stopped = False
        self._lock = Lock()

    def read(self, name: str, path: Path, folder: Path, patches: Sequence[Patch] = ()) -> FileRead:
        """Return one file read; a child that died or was ended is replaced with the next file."""
        process = self._ready()
        if process is None:
            return refuse(name, READER_DIED, "stopped")
        folder.mkdir()
        limit = Timer(WALL_SECONDS, process.kill)
        limit.daemon = True
        limit.start()
        answer = self._ask(process, [name, str(path.resolve()), str(folder), self._aliases, patches])
        was_late = limit.finished.is_set()
        limit.cancel()
        if answer != DONE:
            self.end()
        if not answer:
            return refuse(name, READER_DIED, "time" if was_late else f"exit {process.returncode}")
        return take(folder)

    def stop(self) -> None:
        """Break off what is being read, and read nothing more."""
        with self._lock:
            self._is_stopped = True
            if self._process:
                self._process.kill()

    def end(self) -> None:
        """End the process, if there is one, once it had time to leave by itself."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        with suppress(OSError):
            process.stdin.close()  # type: ignore[union-attr]
        with suppress(subprocess.TimeoutExpired):
            process.wait(LEAVE_SECONDS)
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]

    def _ready(self) -> subprocess.Popen[bytes] | None:
        if self._process and self._process.poll() is not None:
            self.end()
        with self._lock:
            if not self._is_stopped and self._process is None:
                self._process = _start()
            return None if self._is_stopped else self._process

    def _ask(self, process: subprocess.Popen[bytes], task: list[object]) -> bytes:
        """The child's answer; empty when it died over the question."""
        with suppress(OSError):
            process.stdin.write(orjson.dumps(task) + b"\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
        return process.stdout.readline()  # type: ignore[union-attr]


class _Pool:
    def __init__(self, workers: int, scratch: Path, aliases: Sequence[Alias]) -> None:
        self._scratch = scratch
        self._children = [Reader(aliases) for _ in range(workers)]
        self._free: SimpleQueue[Reader] = SimpleQueue()
        for child in self._children:
            self._free.put(child)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="reading")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            child.stop()
        self._threads.shutdown(cancel_futures=True)
        for child in self._children:
            child.end()

    def read(self, paths: Sequence[tuple[str, Path]], patches: Sequence[Sequence[Patch]]) -> Iterator[FileRead]:
        """Give results in the order of the paths; only a few are held ahead of it."""
        waiting: deque[Future[FileRead]] = deque()
        for at, ((name, path), own) in enumerate(zip(paths, patches, strict=True)):
            waiting.append(self._threads.submit(self._one, name, path, self._scratch / str(at), list(own)))
            if len(waiting) >= AHEAD * len(self._children):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _one(self, name: str, path: Path, folder: Path, patches: Sequence[Patch]) -> FileRead:
        child = self._free.get()
        try:
            return child.read(name, path, folder, patches)
        finally:
            self._free.put(child)


def _start() -> subprocess.Popen[bytes]:
    """A fresh interpreter, so that nothing of the parent's memory or modules is in it."""
    known = os.environ.get("PYTHONPATH")
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *([known] if known else [])])}
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-X", "utf8", "-c", SERVE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=surroundings,
    )
