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

import signal
import sys
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from benchmarks.apart import OPTIONS, REPEATABLE, SECONDS, Mutant, apart, quiet
from benchmarks.doors import at_doors

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAVY = ("pandas", "pandera.pandas", "pyarrow.compute", "sqlalchemy", "orjson", "jinja2", "xlsxwriter", "openpyxl")


def preload() -> None:
    """Import what others wrote, once for all forks. Nothing of the project may be imported before a change is."""
    for name in HEAVY:
        import_module(name)
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("mutants", phases=phases, **REPEATABLE)


def noticed(mutants: Sequence[Mutant], tests: Sequence[str]) -> list[bool]:
    """Which of the changes of one module the tests notice. Raises RuntimeError when tests fail without any."""
    seen = apart(lambda: at_doors(mutants, tests))
    if seen is None or seen.failed:
        raise RuntimeError(f"tests fail unchanged: {seen and seen.failed}")
    for n, mutant in enumerate(mutants):
        if n not in seen.noticed and (not mutant.function or mutant.function in seen.at_import):
            first = seen.touching(mutant)
            if apart(lambda mutant=mutant, first=first: _whole(mutant, tests, first)) is not False:
                seen.noticed.add(n)
    return [n in seen.noticed for n in range(len(mutants))]


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
    quiet(1, 2)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(SECONDS * 10)
    sys.meta_path.insert(0, Served(mutant))
    return pytest.main([*OPTIONS, *tests], plugins=[Likely(first)]) != pytest.ExitCode.OK
