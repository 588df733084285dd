"""Supervised, warm child processes: a task that kills its process costs that task alone.

`concurrent.futures` shares one pool: one crash breaks it, and takes innocent files along (42
of 80, measured). Here a thread stands beside each child, ends it at the time limit and
replaces it after a crash. `pebble.ProcessPool` does that too, and is not used, because

- limits are set for every file, not for the life of a process: memory counts from what the child
  holds when the file begins, so that a warm child is never punished for the files before;
- a child starts as a fresh interpreter, without pandas where that is not needed, in less than half the time;
- what comes back from a stranger's file is Arrow and JSON, never a pickle;
- its licence is the LGPL, which who receives this program would have to heed as well.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from errno import EDQUOT, EMFILE, ENFILE, ENOMEM, ENOSPC, EROFS
from pathlib import Path
from queue import SimpleQueue
from shutil import rmtree
from tempfile import TemporaryDirectory
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from pipeline.core.limited.child import ARGUMENTS, DISK, DONE, SHAKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Self

AHEAD = 2  # tasks done ahead of the one handed over, per worker: enough that none waits, few to hold in memory
ROOT = Path(__file__).parents[3]
LEAVE_SECONDS = 5.0  # a child that was shaken ends by itself
# pyarrow would load these, only to ask whether it was given something of theirs
LEAN = "import sys; sys.modules.update(numpy=None, pandas=None)\n"
SERVE = "from pipeline.core.limited.child import main; main({memory})"
TIME, DIED = "time", "died"
FULL = frozenset({ENOSPC, EDQUOT, EROFS, EMFILE, ENFILE, ENOMEM})  # a system that has no room for anybody's files


@dataclass(frozen=True)
class Limits:
    """What one task may take: seconds on the wall, bytes of address space; `is_lean`: a child without pandas."""

    seconds: float = 60.0  # the biggest file takes seconds
    memory: int = 1536 << 20
    is_lean: bool = True


@dataclass(frozen=True)
class Failed:
    """A task that came to nothing. `cause`: memory, time, died, error, or disk with the system's `number`."""

    cause: str
    why: str = ""
    number: int = 0


LIMITS = Limits()
T = TypeVar("T")


def run_limited(
    function: str,
    tasks: Sequence[tuple[Any, ...]],
    take: Callable[[Path, Any], T],
    workers: int = 1,
    limits: Limits = LIMITS,
) -> Iterator[T | Failed]:
    """Call a function once for every tuple of arguments, and give what `take` makes of each, in this order.

    `function` is `module:name`; it is called with a folder of its own and the arguments. It may write files there
    for `take(folder, returned)`, and returns what JSON can say. Never raises for what a task does; raises OSError
    where our own system has no room, for the folders or within a task.
    """
    if not tasks:
        return
    workers = max(1, min(workers, len(tasks)))
    with TemporaryDirectory(prefix="nightdesk-") as scratch, _Pool(workers, Path(scratch), limits) as pool:
        yield from pool.run(function, tasks, take)


class Child:
    """One child process that does the tasks given to it. Used by one thread at a time, stopped by any."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._is_stopped = False
        self._lock = Lock()

    def call(self, function: str, arguments: tuple[Any, ...], folder: Path) -> Any:
        """Return what one call returned, or Failed; a child that died or was ended is replaced with the next task.

        `folder` is made for it. Raises OSError when there is no room for one.
        """
        folder.mkdir()
        (folder / ARGUMENTS).write_bytes(pickle.dumps(arguments))
        process = self._ready()
        if process is None:
            return Failed(DIED, "stopped")
        limit = Timer(self._limits.seconds, process.kill)
        limit.daemon = True
        limit.start()
        answer = self._ask(process, [function, str(folder)])
        was_late = limit.finished.is_set()
        limit.cancel()
        if not answer.endswith(b"\n"):
            self.end()
            return Failed(TIME, "time") if was_late else Failed(DIED, f"exit {process.returncode}")
        outcome, told = orjson.loads(answer)
        if outcome in SHAKEN:
            self.end()
        if outcome == DISK:
            return Failed(DISK, told[1], told[0])
        return told if outcome == DONE else Failed(outcome, told or outcome)

    def stop(self) -> None:
        """Break off what is being done, and do nothing more."""
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
                self._process = _start(self._limits)
            return None if self._is_stopped else self._process

    def _ask(self, process: subprocess.Popen[bytes], task: list[str]) -> bytes:
        """The child's answer; not whole when it died over the question."""
        with suppress(OSError):
            process.stdin.write(orjson.dumps(task) + b"\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
        return process.stdout.readline()  # type: ignore[union-attr]


class _Pool:
    def __init__(self, workers: int, scratch: Path, limits: Limits) -> None:
        self._scratch = scratch
        self._children = [Child(limits) for _ in range(workers)]
        self._free: SimpleQueue[Child] = SimpleQueue()
        for child in self._children:
            self._free.put(child)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="limited")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            child.stop()
        self._threads.shutdown(cancel_futures=True)
        for child in self._children:
            child.end()

    def run(
        self, function: str, tasks: Sequence[tuple[Any, ...]], take: Callable[[Path, Any], T]
    ) -> Iterator[T | Failed]:
        """Give results in the order of the tasks; only a few are held ahead of it."""
        waiting: deque[Future[T | Failed]] = deque()
        for at, arguments in enumerate(tasks):
            waiting.append(self._threads.submit(self._one, function, arguments, self._scratch / str(at), take))
            if len(waiting) >= AHEAD * len(self._children):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _one(
        self, function: str, arguments: tuple[Any, ...], folder: Path, take: Callable[[Path, Any], T]
    ) -> T | Failed:
        child = self._free.get()
        try:
            told = child.call(function, arguments, folder)
            if isinstance(told, Failed) and told.number in FULL:
                raise OSError(told.number, told.why)
            return told if isinstance(told, Failed) else take(folder, told)
        finally:
            self._free.put(child)
            rmtree(folder, ignore_errors=True)


def _start(limits: Limits) -> subprocess.Popen[bytes]:
    """A fresh interpreter, so that nothing of the parent's memory or modules is in it."""
    known = os.environ.get("PYTHONPATH")
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *([known] if known else [])])}
    serve = (LEAN if limits.is_lean else "") + SERVE.format(memory=limits.memory)
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-X", "utf8", "-c", serve],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=surroundings,
    )
