"""One test, many changes: forks of a test wait where it first enters a function, and each change is tried there.

A waiting fork costs memory, so a function has few doors at first; a change that goes through these unnoticed is tried
at the others, a number of them at once.
"""

from __future__ import annotations

import builtins
import gc
import os
import signal
import socket
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.runner import runtestprotocol

from benchmarks.apart import FAILED, OPTIONS, PASSED, SECONDS, UNCHANGED, Mutant, apart, quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

FEW, MANY = 12, 500  # doors of one function in the first round, and of all together in each later one
END = b"end"
Left = tuple[list["Door"], set[str]]  # what a test leaves behind: its doors, and the functions it entered


@dataclass
class Seen:
    """What the tests of a module noticed, by number of the change; which functions tests and imports entered."""

    noticed: set[int] = field(default_factory=set)
    entered: dict[str, set[str]] = field(default_factory=dict)
    at_import: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    users: dict[str, set[str]] = field(default_factory=dict)

    def touching(self, mutant: Mutant) -> set[str]:
        """Tests that enter what a change at import touches: the function, or those that use the name."""
        names = mutant.names | {mutant.function.rpartition(".")[2]}
        near = {user for name in names for user in self.users.get(name, ())} | names | {mutant.function}
        return {test for name, tests in self.entered.items() if near & {name, name.split(".")[0]} for test in tests}


@dataclass(frozen=True)
class Door:
    """Where a test first entered a function: a process waits there, `left` seconds before the end of the test."""

    function: str
    left: float
    test: str
    address: str

    def ask(self, change: int) -> bool:
        """Does the test fail when it goes on with this change?"""
        with socket.socket(socket.AF_UNIX) as waiting:
            waiting.connect(self.address)
            waiting.send(str(change).encode())
            return waiting.recv(1) == FAILED

    def close(self) -> None:
        """Nobody will ask any more."""
        with socket.socket(socket.AF_UNIX) as waiting:
            waiting.connect(self.address)
            waiting.send(END)


class Doors:
    """A pytest plugin: instead of the usual loop every test is run apart, leaving forks at its doors."""

    def __init__(self, mutants: Sequence[Mutant], folder: str) -> None:
        self.mutants, self.folder = mutants, folder
        self.file = str(Path(mutants[0].module).resolve())
        self.seen = Seen()
        self.doors: list[Door] = []
        self.shut: list[Shut] = []
        self.sound: set[Door] = set()
        self.asked: set[tuple[str, str]] = set()
        self.runs = 0
        self.is_changed, self.asker = False, os.getpid()

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Iterator[None]:
        """Note the functions that are called while modules are imported."""
        sys.setprofile(self._note)
        try:
            return (yield)
        finally:
            sys.setprofile(None)

    def _note(self, frame: Any, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename == self.file:
            self.seen.at_import.add(frame.f_code.co_qualname)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Every test from the same clean state, then every change."""
        if session.testsfailed:
            raise session.Interrupted(f"{session.testsfailed} errors during collection")
        self._hang()
        self._round(session.items, lambda name, _: sum(door.function == name for door in self.doors) < FEW)
        while rest := self._unasked()[:MANY]:
            tests = {test for _, test in rest}
            chosen = frozenset(rest)
            items = [item for item in session.items if item.nodeid in tests]
            self._round(items, lambda name, test, chosen=chosen: (name, test) in chosen)
        return True

    def _unasked(self) -> list[tuple[str, str]]:
        """Functions with a change nobody noticed, and tests that enter them and were not asked."""
        names = {mutant.function for n, mutant in enumerate(self.mutants) if n not in self.seen.noticed}
        pairs = [(name, test) for name in sorted(names) for test in sorted(self.seen.entered.get(name, ()))]
        return [pair for pair in pairs if pair not in self.asked]

    def _round(self, items: Sequence[pytest.Item], is_left: Callable[[str, str], bool]) -> None:
        """Run tests, leave those doors, try what was not noticed yet."""
        for item in items:
            self.runs += 1
            doored = {shut.name for shut in self.shut if is_left(shut.name, item.nodeid)}
            result = apart(lambda item=item, doored=doored: self._run(item, doored), alone=False)
            if result is None:
                self.seen.failed.append(item.nodeid)
                continue
            doors, entered = result
            self.doors += doors
            self.asked |= {(name, item.nodeid) for name in doored}
            for name in entered:
                self.seen.entered.setdefault(name, set()).add(item.nodeid)
        self.doors.sort(key=lambda door: door.left)
        for n, mutant in enumerate(self.mutants):
            if n not in self.seen.noticed and any(
                self._asks(door, n) for door in [*self.doors] if door.function == mutant.function
            ):
                self.seen.noticed.add(n)
        for door in self.doors:
            door.close()
        self.doors.clear()

    def _hang(self) -> None:
        of_module = [
            function
            for function in gc.get_objects()
            if isinstance(function, FunctionType) and function.__code__.co_filename == self.file
        ]
        for function in of_module:
            name = function.__code__.co_qualname
            for used in function.__code__.co_names:
                self.seen.users.setdefault(used, set()).add(name)
            if any(mutant.function == name for mutant in self.mutants) and not function.__code__.co_freevars:
                self.shut.append(Shut(function, self))

    def _run(self, item: pytest.Item, doored: set[str]) -> Left | None:
        for n, shut in enumerate(self.shut):
            shut.prepare(f"{self.folder}/{self.runs}.{n}", is_door=shut.name in doored)
        is_failed = any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))
        if self.is_changed:
            os._exit(int(is_failed))
        end = time.monotonic()
        opened = [shut for shut in self.shut if shut.opened]
        doors = [Door(shut.name, end - shut.opened, item.nodeid, shut.address) for shut in opened if shut.is_door]
        return None if is_failed else (doors, {shut.name for shut in opened})

    def _asks(self, door: Door, change: int) -> bool:
        if not door.ask(change):
            return False
        if door not in self.sound:
            if door.ask(UNCHANGED):
                self.doors.remove(door)
                return False
            self.sound.add(door)
        return True


class Shut:
    """Stands in for a function of the changed module until it is first entered."""

    def __init__(self, function: FunctionType, doors: Doors) -> None:
        self.function, self.doors = function, doors
        self.code = function.__code__
        self.name = self.code.co_qualname
        self.address, self.opened, self.is_door = "", 0.0, False

    def prepare(self, address: str, *, is_door: bool) -> None:
        """From now on the next call is noted, and leaves a fork behind."""
        knock = f"__enter_{id(self)}__"
        setattr(builtins, knock, self.enter)
        self.function.__code__ = eval(f"lambda *args, **kwargs: {knock}(args, kwargs)").__code__  # noqa: S307 - our own
        self.address, self.opened, self.is_door = address, 0.0, is_door

    def enter(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The first call goes on with the function itself, in the forks with the changed one."""
        self.function.__code__ = self.code
        if not self.doors.is_changed:
            self.opened = time.monotonic()
            if self.is_door:
                self._leave()
        return self.function(*args, **kwargs)

    def _leave(self) -> None:
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(self.address)
            door.listen()
            if os.fork():
                return
            try:
                change = self._wait(door)
            except OSError:
                os._exit(0)
        quiet(1, 2)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(SECONDS)
        self.doors.is_changed = True
        if change != UNCHANGED:
            module = compile(self.doors.mutants[change].source, self.doors.file, "exec")
            self.function.__code__ = _code(module, self.name)

    def _wait(self, door: socket.socket) -> int:
        """Answer for the forks; in each of them return the change it is to go on with."""
        door.settimeout(SECONDS)
        while True:
            try:
                asked, _ = door.accept()
            except TimeoutError:
                os.kill(self.doors.asker, 0)  # raises when whoever asks was killed
                continue
            with asked:
                if (received := asked.recv(16)) == END:
                    os._exit(0)
                change = int(received)
                if not (child := os.fork()):
                    return change
                asked.send(FAILED if os.waitpid(child, 0)[1] else PASSED)


def at_doors(mutants: Sequence[Mutant], tests: Sequence[str]) -> Seen:
    """Run the tests once, each leaving its doors behind, and try every change at them."""
    quiet(1)
    with tempfile.TemporaryDirectory(prefix="doors-") as folder:
        doors = Doors(mutants, folder)
        if (code := pytest.main([*OPTIONS, *tests], plugins=[doors])) != pytest.ExitCode.OK:
            doors.seen.failed.append(f"pytest ended with {code!r}")
        return doors.seen


def _code(module: CodeType, name: str) -> CodeType:
    """The code of a function within that of its module."""
    inner = [code for code in module.co_consts if isinstance(code, CodeType)]
    for code in inner:
        if code.co_qualname == name:
            return code
        if name.startswith(f"{code.co_qualname}."):
            return _code(code, name)
    raise LookupError(name)
