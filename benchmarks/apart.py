"""Work in forks: what a change is, what all tests are run with, and doing one thing apart from everything else."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import traceback
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
UNCHANGED, FAILED, PASSED = -1, b"1", b"0"
SECONDS = 60  # a test that takes longer with a change has noticed it
ALREADY = "ignore::pytest.PytestAssertRewriteWarning"  # of plugins that were preloaded
REPEATABLE: dict[str, Any] = {"derandomize": True, "database": None, "deadline": None, "max_examples": 40}
OPTIONS = (
    *("-m", "not slow"),
    *f"-q -x -s --tb=no --assert=plain -W {ALREADY} -p no:cacheprovider -o timeout=0".split(),
    "--hypothesis-profile=mutants",
)


@dataclass(frozen=True)
class Mutant:
    """One wrong.

    `function` is the outermost function it lies in, "" when it shows while the module is imported; `names` are what the
    statement defines then.
    """

    module: str
    line: int
    function: str
    names: frozenset[str]
    before: str
    after: str
    source: str


def apart(work: Callable[[], T], *, alone: bool = True) -> T | None:
    """Do it in a fork; None when the fork does not live to tell. `alone` ends what it leaves behind."""
    reader, writer = os.pipe()
    gc.freeze()
    if child := os.fork():
        os.close(writer)
        try:
            with os.fdopen(reader, "rb") as answer:
                answered = answer.readline()
            made: T | None = pickle.loads(bytes.fromhex(answered.decode())) if answered else None  # noqa: S301 - our own
            return made
        finally:
            if alone:
                with suppress(ProcessLookupError):
                    os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
    try:
        if alone:
            os.setpgrp()
        os.close(reader)
        sent = pickle.dumps(work()).hex() + "\n"
        os.write(writer, sent.encode())
    except BaseException:  # noqa: BLE001 - whatever it is ends the fork, not what the fork was made from
        traceback.print_exc()
    finally:
        os._exit(0)


def quiet(*streams: int) -> None:
    """What tests say of a change is not for the terminal; what ends the unchanged ones is, on stream 2."""
    sink = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(sink, stream)
    os.close(sink)
