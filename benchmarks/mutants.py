"""How many small wrongs in the checks and the calendar the tests notice.

``python -m benchmarks.mutants [--all] [--sample N] [--seed N] [MODULE ...]``

One operator, number or condition is changed at a time, in a copy of the project, and the
module's own tests (`mutants.toml`) are run. A sample of every module is the default: all
of them take hours. What cannot be noticed by any test is left out: type annotations,
imports for types, and caches. Ends with 1 when fewer than nine in ten were noticed.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_db import use_db
from cosmic_ray.work_item import TestOutcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cosmic_ray.work_item import MutationSpec, WorkItem

ROOT = Path(__file__).parent.parent
PARTS = ("schemas", "reports", "pipeline", "tests", "benchmarks", "pyproject.toml")
LEAST = 0.9
SECONDS = 300.0
CACHES = ("cache", "lru_cache", "once_a_night")


def main() -> int:
    """Change, test, tell."""
    asked = _arguments()
    tests = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["tests"]
    chosen = [module for module in tests if not asked.modules or any(each in module for each in asked.modules)]
    noticed = survived = 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        _copy(Path(folder))
        os.chdir(folder)
        for module in chosen:
            items = _sample(module, asked)
            lost = [diff for item in items if (diff := _survivor(item, tests[module])) is not None]
            print(f"{module}: {len(items) - len(lost)} of {len(items)} noticed", flush=True)
            print("".join(f"\n{diff}\n" for diff in lost), flush=True)
            noticed, survived = noticed + len(items) - len(lost), survived + len(lost)
    share = noticed / max(1, noticed + survived)
    print(f"{noticed} of {noticed + survived} noticed: {share:.0%}")
    return 0 if share >= LEAST else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", help="parts of module paths; all of mutants.toml when none")
    parser.add_argument("--all", action="store_true", help="every mutant, not a sample")
    parser.add_argument("--sample", type=int, default=12, help="mutants a module")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _copy(folder: Path) -> None:
    """What is mutated is never the checkout."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / part)


def _sample(module: str, asked: argparse.Namespace) -> Sequence[WorkItem]:
    with use_db(":memory:") as session:
        init([Path(module)], session, {})
        items = [item for item in session.work_items if _matters(item.mutations[0], module)]
    items.sort(key=lambda item: (item.mutations[0].start_pos, item.mutations[0].operator_name))
    if asked.all or len(items) <= asked.sample:
        return items
    return Random(f"{asked.seed} {module}").sample(items, asked.sample)  # noqa: S311 - a repeatable choice


def _matters(mutation: MutationSpec, module: str) -> bool:
    source = Path(module).read_text(encoding="utf-8")
    line = source.splitlines()[mutation.start_pos[0] - 1]
    if "TYPE_CHECKING" in line or any(line.strip().startswith(f"@{cache}") for cache in CACHES):
        return False
    return not any(first <= mutation.start_pos < last for first, last in _annotations(source))


def _annotations(source: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Where types are written; they are never evaluated."""
    for node in ast.walk(ast.parse(source)):
        parts = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        for part in filter(None, parts):
            yield (part.lineno, part.col_offset), (part.end_lineno or 0, part.end_col_offset or 0)


def _survivor(item: WorkItem, tests: Sequence[str]) -> str | None:
    """The change nobody noticed, as a diff; None when a test did."""
    files = " ".join(f"tests/{name}.py" for name in tests)
    command = f"{sys.executable} -m pytest -x -q -p no:cacheprovider {files}"
    result = mutate_and_test(item.mutations, command, SECONDS)
    return result.diff or "" if result.test_outcome == TestOutcome.SURVIVED else None


if __name__ == "__main__":
    sys.exit(main())
