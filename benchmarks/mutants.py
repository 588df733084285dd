"""How many small wrongs in the checks and the calendar the tests notice.

``python -m benchmarks.mutants [--sample N] [--seed N] [--workers N] [--left FILE] [MODULE ...]``

One operator, number or condition is changed at a time (`mutating`), in a copy of the project, and the module's own
tests (`mutants.toml`) are asked (`forking`). Changes nobody noticed are listed: those of `mutants_accepted.toml` with
the reason why that is right, and the others, each of which wants a test or a reason. Ends with 1 when fewer than nine
in ten were noticed, accepted ones counted as not noticed. Linux only: changes are tried in forks.

`--left` keeps what nobody noticed: once tests were added, the next run with the same file tries only these again.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import tomllib
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks.apart import Mutant
from benchmarks.forking import noticed, preload
from benchmarks.mutating import mutants

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ROOT = Path(__file__).parent.parent
HERE = Path(__file__)
PARTS = ("schemas", "reports", "pipeline", "tests", "benchmarks", "pyproject.toml")
LEAST = 0.9

Reasons = dict[tuple[str, str, str], str]  # module, line before, line after
Left = dict[str, list[list[str]]]  # module: line before, line after
Result = tuple[int, list[Mutant]]  # how many changes, and those nobody noticed


def main() -> int:
    """Change, test, tell."""
    asked = _arguments()
    tests = tomllib.loads(HERE.with_suffix(".toml").read_text(encoding="utf-8"))["tests"]
    chosen = {module: tests[module] for module in tests if not asked.modules or any(m in module for m in asked.modules)}
    reasons = _reasons()
    left = _left(asked.left)
    made = seen = untried = 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        _copy(Path(folder))
        os.chdir(folder)
        sys.path.insert(0, folder)
        preload()
        for module, result in _all(chosen, asked, left):
            if isinstance(result, str):
                untried += 1
                print(f"{module}: {result}", flush=True)
                continue
            picked, lost = result
            made, seen = made + picked, seen + picked - len(lost)
            print(_describe(module, picked, lost, reasons), flush=True)
            left[module] = [[mutant.before, mutant.after] for mutant in lost]
            _keep(asked.left, left)
    share = seen / max(1, made)
    print(f"{seen} of {made} noticed: {share:.1%}" + (f"; {untried} modules not tried" if untried else ""))
    return 0 if share >= LEAST and not untried else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", help="parts of module paths; all of mutants.toml when none")
    parser.add_argument("--sample", type=int, default=0, help="changes a module; all when 0")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2, help="modules at a time")
    parser.add_argument("--left", type=lambda path: Path(path).resolve(), help="what nobody noticed: tried again, kept")
    return parser.parse_args()


def _left(path: Path | None) -> Left:
    """Changes by module that nobody noticed when they were tried last."""
    return json.loads(path.read_text(encoding="utf-8")) if path and path.exists() else {}


def _keep(path: Path | None, left: Left) -> None:
    if path:
        path.write_text(json.dumps(left, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")


def _reasons() -> Reasons:
    accepted = tomllib.loads(HERE.with_name("mutants_accepted.toml").read_text(encoding="utf-8"))
    return {
        (module, entry["line"], after): entry["reason"]
        for module, entries in accepted.items()
        for entry in entries
        for after in entry["becomes"]
    }


def _copy(folder: Path) -> None:
    """What is mutated is never the checkout."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / part)


def _all(
    chosen: Mapping[str, Sequence[str]], asked: argparse.Namespace, left: Left
) -> Iterable[tuple[str, Result | str]]:
    """What was found in each module as soon as it is, or why it could not be tried."""
    with ProcessPoolExecutor(asked.workers, mp_context=get_context("fork")) as pool:
        runs = {
            pool.submit(_module, module, tests, left.get(module), (asked.sample, asked.seed)): module
            for module, tests in chosen.items()
        }
        for run in as_completed(runs):
            wrong = run.exception()
            yield runs[run], str(wrong) if wrong else run.result()


def _module(module: str, tests: Sequence[str], left: list[list[str]] | None, choice: tuple[int, int]) -> Result:
    """How many changes there are, and those nobody noticed; of them only those `left` are tried, if any are named."""
    sample, seed = choice
    made = mutants(module)
    if sample and sample < len(made):
        made = Random(f"{seed} {module}").sample(made, sample)  # noqa: S311 - a repeatable choice
    tried = made if left is None else [mutant for mutant in made if [mutant.before, mutant.after] in left]
    found = noticed(tried, [f"tests/{name}.py" for name in tests]) if tried else []
    return len(made), [mutant for mutant, is_noticed in zip(tried, found, strict=True) if not is_noticed]


def _describe(module: str, made: int, lost: Sequence[Mutant], reasons: Reasons) -> str:
    lines = [f"{module}: {made - len(lost)} of {made} noticed"]
    for mutant in lost:
        reason = reasons.get((module, mutant.before, mutant.after))
        lines += [f"  {mutant.line} {mutant.function}", f"    - {mutant.before}", f"    + {mutant.after}"]
        lines += [f"    accepted: {reason}"] if reason else []
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
