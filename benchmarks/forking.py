"""How the tests see a change: by forks, so that nothing is imported or set up twice.

Most changes lie inside functions. A test is run once, in a process that has run no other; where it first enters a
function of the changed module a fork of it stays behind, waiting at that door. Each change is then tried at the doors
of its function, those nearest to the end of their test first, until one notices: a fork of the fork goes on to the end
of the test with the change. A door that has noticed is asked once without any change, and given up if it fails too.

A change that shows while modules are imported (a constant, a decorator, a function called then) has a process of its
own, forked before anything of the project was imported: the changed source is served by an import hook, and tests that
enter what it touches run first. So have the changes no door noticed, when the function is called at import.
"""

from __future__ import annotations

import builtins
import gc
import os
import pickle
import signal
import socket
import sys
import tempfile
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, TypeVar

import hypothesis
import pytest
from _pytest.runner import runtestprotocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")
UNCHANGED, FAILED, PASSED = -1, b"1", b"0"
SECONDS = 60  # a test that takes longer with a change has noticed it
HEAVY = ("pandas", "pandera.pandas", "pyarrow.compute", "sqlalchemy", "orjson", "jinja2", "xlsxwriter", "openpyxl")
ALREADY = "ignore::pytest.PytestAssertRewriteWarning"  # of plugins that were preloaded
REPEATABLE = {"derandomize": True, "database": None, "deadline": None, "max_examples": 40}
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


def preload() -> None:
    """Import what others wrote, once for all forks. Nothing of the project may be imported before a change is."""
    for name in HEAVY:
        import_module(name)
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("mutants", phases=phases, **REPEATABLE)


def noticed(mutants: Sequence[Mutant], tests: Sequence[str]) -> list[bool]:
    """Which of the changes of one module the tests notice. Raises RuntimeError when tests fail without any."""
    seen = apart(lambda: _at_doors(mutants, tests))
    if seen is None or seen.failed:
        raise RuntimeError(f"{mutants[0].module}: tests fail unchanged: {seen and seen.failed}")
    for n, mutant in enumerate(mutants):
        if n not in seen.noticed and (not mutant.function or mutant.function in seen.at_import):
            first = seen.touching(mutant)
            if apart(lambda mutant=mutant, first=first: _whole(mutant, tests, first)) is not False:
                seen.noticed.add(n)
    return [n in seen.noticed for n in range(len(mutants))]


def apart(work: Callable[[], T], *, alone: bool = True) -> T | None:
    """Do it in a fork; None when the fork does not live to tell. `alone` ends what it leaves behind."""
    reader, writer = os.pipe()
    gc.freeze()
    if child := os.fork():
        os.close(writer)
        try:
            with os.fdopen(reader, "rb") as answer:
                told = answer.readline()
            made: T | None = pickle.loads(bytes.fromhex(told.decode())) if told else None  # noqa: S301 - our own
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
        told = pickle.dumps(work()).hex() + "\n"
        os.write(writer, told.encode())
    except BaseException:  # noqa: BLE001 - whatever it is ends the fork, not what the fork was made from
        traceback.print_exc()
    finally:
        os._exit(0)


# One test, many changes


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


class Doors:
    """A pytest plugin: instead of the usual loop every test is run apart, leaving forks at its doors."""

    def __init__(self, mutants: Sequence[Mutant], folder: str) -> None:
        self.mutants, self.folder = mutants, folder
        self.file = str(Path(mutants[0].module).resolve())
        self.seen = Seen()
        self.doors: list[Door] = []
        self.shut: list[Shut] = []
        self.sound: set[Door] = set()
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
        for n, item in enumerate(session.items):
            told = apart(lambda n=n, item=item: self._run(item, f"{self.folder}/{n}"), alone=False)
            if told is None:
                self.seen.failed.append(item.nodeid)
            for door in told or ():
                self.doors.append(door)
                self.seen.entered.setdefault(door.function, set()).add(item.nodeid)
        self.doors.sort(key=lambda door: door.left)
        for n, mutant in enumerate(self.mutants):
            if mutant.function and any(
                self._asks(door, n) for door in [*self.doors] if door.function == mutant.function
            ):
                self.seen.noticed.add(n)
        return True

    def _hang(self) -> None:
        of_module = [
            each
            for each in gc.get_objects()
            if isinstance(each, FunctionType) and each.__code__.co_filename == self.file
        ]
        for function in of_module:
            name = function.__code__.co_qualname
            for used in function.__code__.co_names:
                self.seen.users.setdefault(used, set()).add(name)
            if any(mutant.function == name for mutant in self.mutants) and not function.__code__.co_freevars:
                self.shut.append(Shut(function, self))

    def _run(self, item: pytest.Item, address: str) -> list[Door] | None:
        for n, each in enumerate(self.shut):
            each.prepare(f"{address}.{n}")
        is_failed = any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))
        if self.is_changed:
            os._exit(int(is_failed))
        end = time.monotonic()
        doors = [Door(each.name, end - each.opened, item.nodeid, each.address) for each in self.shut if each.opened]
        return None if is_failed else doors

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
        self.address, self.opened = "", 0.0

    def prepare(self, address: str) -> None:
        """From now on the next call leaves a fork behind."""
        knock = f"__enter_{id(self)}__"
        setattr(builtins, knock, self.enter)
        self.function.__code__ = eval(f"lambda *args, **kwargs: {knock}(args, kwargs)").__code__  # noqa: S307 - our own
        self.address, self.opened = address, 0.0

    def enter(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The first call goes on with the function itself, in the forks with the changed one."""
        self.function.__code__ = self.code
        if not self.doors.is_changed:
            self._leave()
        return self.function(*args, **kwargs)

    def _leave(self) -> None:
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(self.address)
            door.listen()
            if os.fork():
                self.opened = time.monotonic()
                return
            try:
                change = self._wait(door)
            except OSError:
                os._exit(0)
        _quiet(1, 2)
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
                change = int(asked.recv(16))
                if not (child := os.fork()):
                    return change
                asked.send(FAILED if os.waitpid(child, 0)[1] else PASSED)


def _at_doors(mutants: Sequence[Mutant], tests: Sequence[str]) -> Seen:
    _quiet(1)
    with tempfile.TemporaryDirectory(prefix="doors-") as folder:
        doors = Doors(mutants, folder)
        if (code := pytest.main([*OPTIONS, *tests], plugins=[doors])) != pytest.ExitCode.OK:
            doors.seen.failed.append(f"pytest ended with {code!r}")
        return doors.seen


def _code(module: CodeType, name: str) -> CodeType:
    """The code of a function within that of its module."""
    inner = [each for each in module.co_consts if isinstance(each, CodeType)]
    for each in inner:
        if each.co_qualname == name:
            return each
        if name.startswith(f"{each.co_qualname}."):
            return _code(each, name)
    raise LookupError(name)


# One change, all tests


class Served(MetaPathFinder, SourceFileLoader):
    """Imports one module from a changed source."""

    def __init__(self, mutant: Mutant) -> None:
        path = Path(mutant.module)
        package = path.name == "__init__.py"
        name = ".".join((path.parent if package else path.with_suffix("")).parts)
        super().__init__(name, str(path.resolve()))
        self.source = mutant.source

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> ModuleSpec | None:
        """Only for the changed module."""
        if name != self.name:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec:
            spec.loader = self
        return spec

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - as importlib calls it
        """Never from a cache."""
        return compile(self.source, self.path, "exec")


class Likely:
    """A pytest plugin: the tests most likely to notice run first."""

    def __init__(self, first: set[str]) -> None:
        self.first = first

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Stable, so that the rest keeps its order."""
        items.sort(key=lambda item: item.nodeid not in self.first)


def _whole(mutant: Mutant, tests: Sequence[str], first: set[str]) -> bool:
    _quiet(1, 2)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(SECONDS * 10)
    sys.meta_path.insert(0, Served(mutant))
    return pytest.main([*OPTIONS, *tests], plugins=[Likely(first)]) != pytest.ExitCode.OK


def _quiet(*streams: int) -> None:
    """What tests say of a change is not for the terminal; what ends the unchanged ones is, on stream 2."""
    sink = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(sink, stream)
    os.close(sink)
