"""The machine: Python, the locked packages, fonts; its disks, and whether what must last lies on one of its own."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from pipeline.cli.doctor.chart import Chart
from pipeline.cli.doctor.workspace import nearest_existing
from pipeline.core.workspace import Workspace
from pipeline.night.inbox.look import survey

OLDEST = (3, 11)
LOCK = Path(__file__).parents[3] / "requirements.lock"  # beside the source; not in a wheel
PINNED = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)
NAME = re.compile(r"^[\w.-]+")
SECONDS = 5
CHINESE = ("fc-list", ":lang=zh", "family")
MB = 1 << 20
LEAST, SCARCE = 200 * MB, 1024 * MB
PER_BYTE = 4  # a workbook of the inbox: taken, archived, posted, and on the papers
MOUNTS = Path("/proc/self/mountinfo")
SHARES = frozenset(
    "9p afs beegfs ceph cifs coda davfs gfs2 glusterfs gpfs lustre ncpfs nfs nfs4 ocfs2 smb2 smb3 smbfs vboxsf".split()
)
SHARED_FUSE = ("sshfs", "rclone", "davfs", "ceph", "gluster", "s3fs", "gcsfuse", "smb", "vmhgfs")
REMOTE_DRIVE = 4  # of Windows


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


def examine_disks(chart: Chart, workspace: Workspace) -> None:
    """Write lines about space and shares."""
    with chart.looking("space"):
        _space(chart, workspace)
    with chart.looking("local"):
        _local(chart, workspace)


def _space(chart: Chart, workspace: Workspace) -> None:
    """The fullest of the disks a night writes to."""
    needed = LEAST + PER_BYTE * sum(seen.size for seen in survey(workspace.inbox))
    places = [workspace.inbox, workspace.outbox, workspace.archive, workspace.state, Path(tempfile.gettempdir())]
    if workspace.ledger_file:
        places.append(workspace.ledger_file.parent)
    free, path = min((shutil.disk_usage(nearest_existing(place)).free, place) for place in places)
    values = {"where": str(path), "free": f"{free // MB:,}", "needed": f"{needed // MB:,}"}
    if free < needed:
        chart.fault_of_disk("space", "space_none", "free_space", **values)
    elif free < max(SCARCE, 2 * needed):
        chart.advise("space", "space_scarce", "free_space", **values)
    else:
        chart.good("space", "space", free=values["free"])


def _local(chart: Chart, workspace: Workspace) -> None:
    """Two machines are both granted a lock that lies on a share, and both write."""
    places = [workspace.archive, workspace.state, *([workspace.ledger_file] if workspace.ledger_file else [])]
    shared = [(str(place), kind) for place in places if (kind := share_of(nearest_existing(place)))]
    if shared:
        chart.fault("local", "on_share", "move_local", where=shared[0][0], kind=shared[0][1])
    else:
        chart.good("local", "local")


def share_of(path: Path) -> str:
    """Return the kind of network share a path lies on; empty for a disk of this machine, and where nobody can tell."""
    if sys.platform == "win32":
        return _windows_share(path)
    if not MOUNTS.exists():
        return ""
    real = Path(os.path.realpath(path))
    mounts = [line.split() for line in MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()]
    above = [(_mount_point(words[4]), words[words.index("-") + 1]) for words in mounts]
    kinds = [(len(point.parts), n, kind) for n, (point, kind) in enumerate(above) if real.is_relative_to(point)]
    kind = max(kinds, default=(0, 0, ""))[2]  # the deepest, and of two on one point the later
    is_fuse = kind.startswith("fuse.") and any(name in kind for name in SHARED_FUSE)
    return kind if kind in SHARES or is_fuse else ""


def _mount_point(written: str) -> Path:
    r"""A path as the kernel writes it, blanks as ``\040``."""
    return Path(written.encode("latin-1", "replace").decode("unicode_escape"))


def _windows_share(path: Path) -> str:
    import ctypes

    drive = path.resolve().drive
    kind = getattr(ctypes, "windll").kernel32.GetDriveTypeW(f"{drive}\\")  # noqa: B009 - only on Windows
    return drive if drive.startswith("\\\\") or kind == REMOTE_DRIVE else ""
