"""The runner behind `make mutants`: what it calls noticed is noticed, and what it calls not noticed is not."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.places import ROOT

AGES = """
LIMIT = 18
STEPS = [LIMIT]
BEGUN = []


def begin(n):
    BEGUN.append(n + 1)


def is_grown(age):
    return age >= LIMIT


def is_child(age):
    return age < 3


begin(0)
"""
TESTS = """
from ages import BEGUN, is_child, is_grown


def test_who_is_grown():
    assert is_grown(18)
    assert not is_grown(17)
    assert BEGUN == [1]


def test_who_is_a_child():
    assert is_child(2)
"""
CHANGES = [  # function, before, after, noticed
    ("is_grown", "age >= LIMIT", "age > LIMIT", True),
    ("is_grown", "age >= LIMIT", "not age < LIMIT", False),
    ("is_child", "age < 3", "age <= 3", False),
    ("is_child", "age < 3", "age > 3", True),
    ("", "LIMIT = 18", "LIMIT = 17", True),
    ("", "STEPS = [LIMIT]", "STEPS = []", False),
    ("begin", "n + 1", "n - 1", True),  # called while modules are imported, by no test
]
RUN = """
import json, sys
from benchmarks.apart import Mutant
from benchmarks.forking import noticed, preload

made = [Mutant("ages.py", 1, name, frozenset(names), *rest) for name, names, *rest in json.load(sys.stdin)]
preload()
print(json.dumps(noticed(made, ["test_ages.py"])))
"""


def test_every_file_named_in_the_table_of_mutants_is_there() -> None:
    tests = tomllib.loads((ROOT / "benchmarks" / "mutants.toml").read_text(encoding="utf-8"))["tests"]
    named = {*tests} | {f"tests/{name}.py" for names in tests.values() for name in names}
    assert sorted(path for path in named if not (ROOT / path).is_file()) == []


@pytest.mark.slow
def test_changes_are_noticed_by_the_tests_that_would_fail(tmp_path: Path) -> None:
    for name, text in (("ages.py", AGES), ("test_ages.py", TESTS), ("pytest.ini", "[pytest]\npythonpath = .\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    made = [
        [function, [before.partition(" ")[0]] * (not function), before, after, AGES.replace(before, after)]
        for function, before, after, _ in CHANGES
    ]
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        input=json.dumps(made),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert json.loads(done.stdout) == [is_noticed for *_, is_noticed in CHANGES]
