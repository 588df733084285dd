"""The wheel: everything a night needs travels in it, and nights run outside the tree."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.places import ROOT

pytestmark = pytest.mark.slow

PACKAGES = ("pipeline", "schemas", "reports")
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built and installed into a folder of its own; what it needs is there already."""
    made = tmp_path_factory.mktemp("wheel")
    subprocess.run([*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", made, ROOT], check=True)
    [wheel] = made.glob("*.whl")
    subprocess.run([*PIP, "install", "--no-deps", "--target", made / "site", wheel], check=True)
    return made / "site"


def python(installed: Path, at: Path, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=at,
        check=False,
        env=os.environ | {"PYTHONPATH": str(installed), "PYTHONIOENCODING": "utf-8"},
    )


def test_every_file_travels(installed: Path) -> None:
    files = {
        path.relative_to(ROOT)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {path.suffix for path in files} >= {".py", ".csv", ".j2", ".json"}
    assert sorted(path for path in files if not (installed / path).is_file()) == []


def test_a_night_on_blank_workbooks_runs_outside_the_tree(installed: Path, tmp_path: Path) -> None:
    where = python(installed, tmp_path, "-c", "import pipeline; print(pipeline.__file__)").stdout
    assert Path(where.strip()).is_relative_to(installed)
    assert python(installed, tmp_path, "-m", "pipeline.cli", "init", "desk", "--lang", "en").returncode == 0
    desk = tmp_path / "desk"
    settings = desk / "nightdesk.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("seconds = 20", "seconds = 0"), encoding="utf-8")
    for path in sorted((desk / "templates").glob("Order*.xlsx")):
        path.rename(desk / "inbox" / path.name)
    done = python(installed, tmp_path, "-m", "pipeline.cli", "run", "--workspace", "desk", "--as-of", "2026-06-02")
    assert (done.returncode, done.stderr) in ((0, ""), (10, ""))
    assert (desk / "outbox" / "latest" / "01_order_tracking.xlsx").is_file()


def test_the_demo_runs_outside_the_tree(installed: Path, tmp_path: Path) -> None:
    done = python(installed, tmp_path, "-m", "pipeline.cli", "demo", "demo", "--nights", "1")
    assert (done.returncode, done.stderr) == (0, "")
