"""Every spreadsheet of the corpus, dropped beside good ones: each is named once, nothing else happens."""

from __future__ import annotations

import re
import shutil
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.limited.pool import Child
from pipeline.reading.workers.pool import READ
from tests.support import nights
from tests.support.night_world import world
from tests.support.places import CORPUS
from tests.support.shares import share

GIB = 1 << 20  # in kilobytes, as the system tells them
PEAK = re.compile(r"VmHWM:\s*(\d+) kB")
LARGEST: list[int] = []  # what each reader had at most so far, kilobytes
LONGEST = 60.0
PARTS = 3

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.own_share,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus does not lie beside the project"),
]


def files() -> list[Path]:
    """The spreadsheets of the corpus, or this run's share of them."""
    return share("corpus", sorted(path for path in CORPUS.iterdir() if path.suffix != ".tsv"), PARTS)


def told(workspace: Any) -> dict[str, Any]:
    return nights.manifest(nights.day_folder(workspace))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any, dict[str, float]]:
    """A workspace with good files only, one with the corpus beside them, and how long each file took."""
    plain, mixed = (nights.workspace(tmp_path_factory.mktemp(name)) for name in ("plain", "mixed"))
    seconds: dict[str, float] = {}
    call = Child.call

    def timed(self: Child, function: str, arguments: tuple[Any, ...], folder: Path) -> Any:
        start = time.monotonic()
        done = call(self, function, arguments, folder)
        if function == READ:
            seconds[arguments[0]] = time.monotonic() - start
            LARGEST.append(_largest(self))
        return done

    for workspace in (plain, mixed):
        nights.put_in_inbox(workspace, world())
    for path in files():
        shutil.copyfile(path, mixed.inbox / path.name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Child, "call", timed)
        for workspace in (plain, mixed):
            nights.run(workspace)
    return plain, mixed, seconds


@pytest.mark.slow
def test_every_file_is_named_once_with_a_state_and_a_reason(both: tuple[Any, Any, dict[str, float]]) -> None:
    sources = told(both[1])["sources"]
    named = Counter(each["name"] for each in sources)
    assert set(named.values()) == {1}
    assert {path.name for path in files()} <= set(named)
    for each in sources:
        assert each["state"] in {"read", "refused", "waiting", "known"}
        assert each["state"] == "read" or each["reason"], each["name"]


@pytest.mark.slow
def test_good_files_are_what_they_are_without_the_corpus(both: tuple[Any, Any, dict[str, float]]) -> None:
    # a workbook says when it was made, so its hash is another on every workspace
    plain, mixed = (
        {each["name"]: each | {"sha256": ""} for each in told(workspace)["sources"]} for workspace in both[:2]
    )
    assert {name: mixed[name] for name in plain} == plain
    assert told(both[0])["rows"]["accepted"] <= told(both[1])["rows"]["accepted"]


def _largest(reader: Child) -> int:
    """What the process of a reader had at most; children of other tests that ran in this process do not count."""
    process = reader._process
    if process is None or not (status := Path(f"/proc/{process.pid}/status")).is_file():
        return 0
    found = PEAK.search(status.read_text(encoding="utf-8"))
    return int(found[1]) if found else 0


@pytest.mark.slow
def test_no_reader_is_large_or_slow(both: tuple[Any, Any, dict[str, float]]) -> None:
    assert max(both[2].values()) < LONGEST
    assert max(LARGEST) < GIB
    assert max(LARGEST) or not Path("/proc").is_dir()
