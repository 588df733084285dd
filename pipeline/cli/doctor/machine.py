"""The machine: Python, the locked packages, fonts."""

from __future__ import annotations

import platform
import re
import shutil
import sqlite3
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from pipeline.cli.doctor.chart import Chart

OLDEST = (3, 11)
LOCK = Path(__file__).parents[3] / "requirements.lock"  # beside the source; not in a wheel
PINNED = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)
NAME = re.compile(r"^[\w.-]+")
SECONDS = 5
CHINESE = ("fc-list", ":lang=zh", "family")


def examine_machine(chart: Chart) -> None:
    """Write lines about the machine; they need no workspace."""
    for check, look in (("python", _python), ("packages", _packages), ("fonts", _fonts)):
        with chart.looking(check):
            look(chart)


def _python(chart: Chart) -> None:
    values = {"version": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    if sys.version_info < OLDEST:
        chart.fault("python", "python_old", "newer_python", **values)
    else:
        chart.good("python", "python", **values)


def _packages(chart: Chart) -> None:
    """Those a night needs, held against the lock where it is at hand."""
    needed = [name[0].lower() for line in metadata.requires("nightdesk") or () if (name := NAME.match(line))]
    there = {name: _version(name) for name in needed}
    missing = sorted(name for name, version in there.items() if not version)
    if missing:
        chart.fault("packages", "packages_missing", "set_up", names=" ".join(missing))
        return
    locked = _locked()
    other = [f"{name} {version}" for name, version in there.items() if version not in locked.get(name, {version})]
    if other:
        chart.advise("packages", "packages_other", "set_up", names=" ".join(sorted(other)))
    else:
        values = {"count": str(len(there)), "xlsxwriter": there.get("xlsxwriter", "")}
        chart.good("packages", "packages" if locked else "packages_unlocked", **values)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _locked() -> dict[str, set[str]]:
    """Versions by package; several where they go by the version of Python. Empty where there is no lock."""
    found: dict[str, set[str]] = {}
    for name, version in PINNED.findall(LOCK.read_text(encoding="utf-8") if LOCK.is_file() else ""):
        found.setdefault(name.lower(), set()).add(version)
    return found


def _fonts(chart: Chart) -> None:
    """The papers name a Chinese font; whoever opens or prints them on this machine needs one."""
    if shutil.which(CHINESE[0]) is None:
        chart.good("fonts", "fonts_untold")
        return
    done = subprocess.run(CHINESE, capture_output=True, text=True, check=False, timeout=SECONDS)  # noqa: S603 - our own words
    families = sorted({line.split(",")[0].strip() for line in done.stdout.splitlines() if line.strip()})
    if families:
        chart.good("fonts", "fonts", name=families[0], count=str(len(families)))
    else:
        chart.advise("fonts", "fonts_none", "chinese_font")
