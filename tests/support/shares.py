"""Which share of the long suites a run takes: `make test` a part chosen by the commit, `make proof` all of them.

A suite of so many parts takes every so-manieth of its places, and which ones is drawn by the name of the commit and of
the suite: the same commit runs the same tests anywhere, and over many commits every place has its turn.
"""

from __future__ import annotations

import hashlib
import subprocess
from typing import TYPE_CHECKING, TypeVar

from tests.support.pace import PACE
from tests.support.places import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

Place = TypeVar("Place")
SOURCES = ("schemas", "reports", "pipeline", "tests")


def commit() -> str:
    """Return the commit that is checked out; without git a hash of the source as it lies here."""
    asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return asked.stdout.strip() if asked.returncode == 0 else _hash_of_source()


def _hash_of_source() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for folder in SOURCES for path in (ROOT / folder).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def number_of(name: str, suite: str) -> int:
    """Return a number that a commit and a suite always have, as good as drawn."""
    return int(hashlib.sha256(f"{name} {suite}".encode()).hexdigest()[:8], 16)


def share(suite: str, places: Sequence[Place], parts: int) -> list[Place]:
    """Return every so-manieth place of a suite, all of them where the run takes no share."""
    first = 0 if PACE.commit is None else number_of(PACE.commit, suite) % parts
    return list(places) if PACE.commit is None else list(places[first::parts])
