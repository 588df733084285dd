"""The child process: calls one function after another, each within its limits.

Each task is a line of JSON on stdin: which function, and the folder where its arguments lie and its files go. The
answer is one line of JSON. Whatever kills this process costs that one call.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable

if sys.platform != "win32":  # there only the parent's clock limits a task
    import resource

CPU_SECONDS = 60  # the parent's clock may be late on a busy machine, the kernel's is not
STATM = Path("/proc/self/statm")
ARGUMENTS = "arguments.pickle"  # from parent to child only: what comes back was made from a stranger's file
DONE, MEMORY, DISK, ERROR = "done", "memory", "disk", "error"
SHAKEN = frozenset({MEMORY, ERROR})  # this process should not be trusted with another file
LONGEST = 200


def main(memory: int) -> None:
    """Serve until stdin ends, or until a task has shaken this process. `memory`: bytes one task may take."""
    gc.disable()  # in the middle of a file there is nothing to collect, and looking costs a third
    gc.freeze()
    answer = _answers()
    for line in sys.stdin.buffer:
        function, folder = orjson.loads(line)
        _limit(memory)
        told = _called(function, Path(folder))
        gc.collect()
        answer(orjson.dumps(told) + b"\n")
        if told[0] in SHAKEN:
            return


def _called(function: str, folder: Path) -> tuple[str, object]:
    """Return how it went, and what the function returned or why it did not."""
    try:
        arguments = pickle.loads((folder / ARGUMENTS).read_bytes())  # noqa: S301 - written by our parent
        module, _, name = function.partition(":")
        return DONE, getattr(importlib.import_module(module), name)(folder, *arguments)
    except MemoryError:
        return MEMORY, ""
    except OSError as wrong:
        return DISK, [wrong.errno or 0, str(wrong.strerror or wrong)]
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as wrong:  # noqa: BLE001 - calamine panics with a BaseException
        return ERROR, f"{type(wrong).__name__}: {wrong}"[:LONGEST]


def _limit(memory: int) -> None:
    """Limits of the next task: counted from here, not from the life of the process."""
    if sys.platform == "win32":
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    if STATM.exists():
        taken = int(STATM.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + memory, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _answers() -> Callable[[bytes], object]:
    """Where answers go; whatever a library prints goes nowhere."""
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return lambda line: _written(out.fileno(), line)


def _written(handle: int, line: bytes) -> None:
    while line:  # a pipe takes a long answer in parts
        line = line[os.write(handle, line) :]
