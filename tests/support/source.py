"""The source as the laws look at it: its modules, what they import, what they define."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from tests.support.places import ROOT

PACKAGES = ("schemas", "reports", "pipeline")


@dataclass(frozen=True)
class Module:
    """One file of the source, by its dotted name."""

    name: str
    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    @property
    def place(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def package(self) -> str:
        return self.name if self.is_package else self.name.rpartition(".")[0]

    @property
    def parent(self) -> str:
        return self.name.rpartition(".")[0]

    @property
    def last_name(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @cached_property
    def imports(self) -> frozenset[str]:
        """Modules of ours that this one imports, anywhere in it and for types only too."""
        return frozenset(found for node in ast.walk(self.tree) for found in _imported(node, self)) - {self.name}

    @cached_property
    def functions(self) -> tuple[ast.FunctionDef, ...]:
        """Functions and methods at any depth but inside functions."""
        return tuple(_functions(self.tree))

    @cached_property
    def classes(self) -> tuple[ast.ClassDef, ...]:
        return tuple(node for node in self.tree.body if isinstance(node, ast.ClassDef))


@cache
def modules() -> dict[str, Module]:
    """Every module of the source by its dotted name."""
    found = {}
    for path in sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = Module(name, path)
    return found


@cache
def importers() -> dict[str, frozenset[str]]:
    """Who imports a module."""
    made: dict[str, set[str]] = {name: set() for name in modules()}
    for module in modules().values():
        for name in module.imports:
            made[name].add(module.name)
    return {name: frozenset(found) for name, found in made.items()}


def circle() -> list[str]:
    """Modules that import each other in a circle, in its order; nothing when there is none."""
    done: set[str] = set()
    for name in modules():
        found = _walk(name, [], done)
        if found:
            return found
    return []


def _walk(name: str, way: list[str], done: set[str]) -> list[str]:
    if name in way:
        return [*way[way.index(name) :], name]
    if name in done:
        return []
    for found in sorted(modules()[name].imports):
        made = _walk(found, [*way, name], done)
        if made:
            return made
    done.add(name)
    return []


def _imported(node: ast.AST, module: Module) -> list[str]:
    if isinstance(node, ast.Import):
        return [known for name in node.names if (known := _known(name.name))]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = node.module or ""
    if node.level:
        base = ".".join([*module.package.split(".")[: 1 - node.level or None], *filter(None, [node.module])])
    inside = [f"{base}.{name.name}" for name in node.names]
    return [name if name in modules() else known for name in inside if (known := _known(base))]


def _known(name: str) -> str:
    return name if name in modules() else ""


def _functions(tree: ast.Module | ast.ClassDef) -> list[ast.FunctionDef]:
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found.append(node)
        elif isinstance(node, ast.ClassDef):
            found += _functions(node)
    return found
