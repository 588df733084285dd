"""The child process: reads one file after another, each within its limits.

Tasks come as lines of JSON on stdin, one line back says that the result lies in its folder.
Whatever kills this process kills the reading of one file.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from pipeline.reading.files.package import TOO_BIG
from pipeline.reading.layout import heading_names
from pipeline.reading.results import FileRead, Patch
from pipeline.reading.workers.one import read_file, refuse
from pipeline.reading.workers.wire import put

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

if sys.platform != "win32":  # there only the parent's clock limits a task
    import resource

READER_DIED = "FILE-017"
MEMORY = 1536 << 20  # bytes of address space one file may take
CPU_SECONDS = 60
DONE, LEAVING = b"done\n", b"leaving\n"
STATM = Path("/proc/self/statm")


def main() -> None:
    """Serve until stdin ends."""
    gc.disable()  # in the middle of a file there is nothing to collect, and looking costs a third
    gc.freeze()
    answer = _answers()
    for line in sys.stdin.buffer:
        name, path, folder, aliases, patches = orjson.loads(line)
        heading_names.use_aliases(aliases)
        _limit()
        read, is_shaken = _read(name, Path(path), Path(folder), [Patch(**each) for each in patches])
        put(read, Path(folder))
        gc.collect()
        answer(LEAVING if is_shaken else DONE)
        if is_shaken:
            return


def _read(name: str, path: Path, folder: Path, patches: Sequence[Patch]) -> tuple[FileRead, bool]:
    """What was read, and whether this process should not be trusted with another file."""
    try:
        return read_file(name, path, folder, patches), False
    except MemoryError:
        return refuse(name, TOO_BIG, "memory"), True
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as wrong:  # noqa: BLE001 - calamine panics with a BaseException
        return refuse(name, READER_DIED, f"{type(wrong).__name__}: {wrong}"[:200]), True


def _limit() -> None:
    """Limits of the next file: counted from here, not from the life of the process."""
    if sys.platform == "win32":
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    if STATM.exists():
        taken = int(STATM.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _answers() -> Callable[[bytes], object]:
    """Where answers go; whatever a library prints goes nowhere."""
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return out.write
