"""`check --watch`: whoever saves a workbook gets a line about it within seconds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest

from pipeline.cli.check import Watch, describe_check
from schemas.policy.policy import shipped
from tests.support import nights
from tests.support.night_world import BAD, ORDERS, world
from tests.support.places import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_a_file_is_told_of_once_it_lies_still_and_again_when_it_is_saved(tmp_path: Path) -> None:
    watch = Watch([tmp_path])
    assert watch.saved() == []
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"1")
    (tmp_path / "~$a.xlsx").write_bytes(b"lock")
    assert watch.saved() == []
    path.write_bytes(b"12")
    assert watch.saved() == []
    assert watch.saved() == [path]
    assert watch.saved() == []
    path.write_bytes(b"123")
    assert [watch.saved(), watch.saved(), watch.saved()] == [[], [path], []]
    path.unlink()
    assert watch.saved() == []


def test_a_single_file_is_watched_too(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    watch = Watch([path])
    assert watch.saved() == []
    path.write_bytes(b"1")
    assert [watch.saved(), watch.saved()] == [[], [path]]


@pytest.mark.parametrize(
    ("name", "lang", "line"),
    [
        (ORDERS, "zh", "✔ a.xlsx　没有发现问题"),
        (BAD, "zh", "■ a.xlsx　暂停 4、标记 1：补录 › A3、补录 › L2、补录 › O5…"),
        (BAD, "en", "■ a.xlsx  Held 4; Flagged 1: 补录 › A3; 补录 › L2; 补录 › O5…"),
    ],
)
def test_the_line_counts_by_level_and_names_the_first_places(tmp_path: Path, name: str, lang: str, line: str) -> None:
    path = nights.save(tmp_path / "a.xlsx", world()[name])
    assert describe_check(path, shipped(), lang, as_json=False) == line


def test_for_programs_a_line_is_json(tmp_path: Path) -> None:
    path = nights.save(tmp_path / "a.xlsx", world()[BAD])
    said = json.loads(describe_check(path, shipped(), "zh", as_json=True))
    assert said["file"] == str(path)
    assert {each["severity"] for each in said["findings"]} == {"hold", "flag"}


@pytest.fixture
def deaf() -> Iterator[None]:
    """As in a shell's background, where an interrupt is ignored by whatever is started."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no interrupt is sent there")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_goes_on_until_it_is_stopped(tmp_path: Path, deaf: None, stop: signal.Signals) -> None:
    command = [sys.executable, "-m", "pipeline.cli", "check", str(tmp_path), "--watch", "--workspace", str(tmp_path)]
    surroundings = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=surroundings)
    assert process.stdout
    try:
        assert str(tmp_path) in process.stdout.readline()
        nights.save(tmp_path / "a.xlsx", world()[ORDERS])
        started = monotonic()
        assert "a.xlsx" in process.stdout.readline()
        assert monotonic() - started < 30
        sleep(0.2)
        process.send_signal(stop)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


@pytest.mark.slow
def test_a_place_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = nights.cli("check", tmp_path / "none", "--watch")
    assert done.returncode == 2
    assert "none" in done.stderr
