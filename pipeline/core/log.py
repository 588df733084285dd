"""The log of a night: one file of JSON lines a day, for whoever looks after the machine.

Steps with their seconds, counts, codes and hashes; never what a cell holds, nor the name of a person, a customer or
a file. It is no output: the same night again adds its own lines, and no night is lost because they cannot be written.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from time import perf_counter
from traceback import extract_tb

from pipeline.core.errors import NightError
from pipeline.core.phrases import phrase
from pipeline.core.workspace import Workspace

LOG = logging.getLogger("nightdesk")
LOG.setLevel(logging.INFO)
LOG.propagate = False  # the terminal stays quiet, whatever another package makes of the root logger
LOG.addHandler(logging.NullHandler())  # outside a night nobody listens
FOLDER = "log"  # below the workspace's state
KEPT = 60  # files: two months of nights
SHORT = 12  # digits of a hash, as `history` shows them
FRAMES = 6  # of a traceback: where it broke, and how it came there


def note(event: str, level: int = logging.INFO, **facts: object) -> None:
    """Write one line. Facts are numbers, codes and words of our own."""
    LOG.log(level, event, extra={"facts": facts})


def note_failure(what: str, failure: BaseException, **facts: object) -> None:
    """Write down where our program failed; without the message of the failure, which may quote a cell."""
    frames = [f"{Path(frame.filename).stem}:{frame.lineno}" for frame in extract_tb(failure.__traceback__)]
    note("failed", logging.ERROR, what=what, error=type(failure).__name__, frames=frames[-FRAMES:], **facts)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Write how many seconds a step took once it is done; also a decorator of the function that is the step."""
    started = perf_counter()
    yield
    note("step", name=name, seconds=_since(started))


@contextmanager
def night_log(workspace: Workspace, as_of: datetime) -> Iterator[None]:
    """Let everything noted inside go to the file of that day, with how it ended: over, refused or failed."""
    file = _NightFile(workspace.state / FOLDER / f"{as_of:%Y-%m-%d}.jsonl", workspace.lang)
    LOG.addHandler(file)
    started = perf_counter()
    note("night", as_of=as_of.isoformat())
    try:
        yield
        note("over", seconds=_since(started))
    except NightError as refusal:
        note("refused", logging.ERROR, code=refusal.wrong, exit=refusal.exit_code, seconds=_since(started))
        raise
    except BaseException as failure:
        note_failure("night", failure, seconds=_since(started))
        raise
    finally:
        LOG.removeHandler(file)


@contextmanager
def shown_on_stderr() -> Iterator[None]:
    """Show the same lines to a person while they are written."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_PlainLine())
    LOG.addHandler(handler)
    try:
        yield
    finally:
        LOG.removeHandler(handler)


def _since(started: float) -> float:
    return round(perf_counter() - started, 3)


class _JsonLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z")
        facts: dict[str, object] = getattr(record, "facts", {})
        return json.dumps({"at": at, "level": record.levelname.lower(), "event": record.getMessage(), **facts})


class _PlainLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts: dict[str, object] = getattr(record, "facts", {})
        told = "  ".join(f"{name} {json.dumps(fact)}" for name, fact in facts.items())
        return f"{self.formatTime(record, '%H:%M:%S')}  {record.getMessage():<8} {told}"


class _NightFile(logging.Handler):
    """The file of a day. It is opened for each line, so that nothing is lost with a night that is killed.

    It gives up when the disk refuses, and says so once.
    """

    def __init__(self, path: Path, lang: str) -> None:
        super().__init__()
        self.setFormatter(_JsonLine())
        self._path, self._lang, self._has_failed = path, lang, False

    def emit(self, record: logging.LogRecord) -> None:
        if self._has_failed:
            return
        try:
            if not self._path.exists():
                self._path.parent.mkdir(parents=True, exist_ok=True)
                _remove_oldest(self._path.parent)
            with self._path.open("a", encoding="utf-8", newline="\n") as stream:
                stream.write(self.format(record) + "\n")
        except OSError as wrong:
            self._has_failed = True
            sys.stderr.write(phrase("say.no_log", self._lang, reason=str(wrong.strerror or wrong)) + "\n")


def _remove_oldest(folder: Path) -> None:
    """Leave room for one more among the newest files."""
    for path in sorted(folder.glob("????-??-??.jsonl"))[: 1 - KEPT]:
        with suppress(OSError):
            path.unlink()
