"""Whose the files are: what nightdesk makes is its owner's, and a group's where the settings name one.

Nothing of this on Windows, where folders hand their rights down.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.core.workspace import Workspace, gid_of

OWNERS, READERS, WRITERS = 0o077, 0o027, 0o007  # masks: nobody else, a group that reads, a group that writes
USUAL = os.umask(OWNERS)  # as this process was started; for what lies in the inbox
os.umask(USUAL)


@contextmanager
def own_rights(workspace: Workspace, *, is_shared: bool = False) -> Iterator[None]:
    """Let what is made inside be read by its owner and the group of the settings only, or written: `is_shared`."""
    with _masked(OWNERS if gid_of(workspace.group) is None else WRITERS if is_shared else READERS):
        _let_in(workspace)
        yield
        _let_in(workspace)  # the ledger, when it is new


@contextmanager
def usual_rights() -> Iterator[None]:
    """Let what is made inside be read by whom the machine lets: it lies where staff drop their workbooks."""
    with _masked(USUAL):
        yield


@contextmanager
def _masked(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def _let_in(workspace: Workspace) -> None:
    """Hand the places to the group, as far as they are ours; what is made in a folder then is the group's too."""
    gid = gid_of(workspace.group)
    for path, mode in _places(workspace).items() if gid is not None else ():
        with suppress(OSError):  # the doctor tells
            if path != workspace.ledger_file:
                path.mkdir(parents=True, exist_ok=True)
            os.chown(path, -1, gid or 0)
            path.chmod(mode)


def _places(workspace: Workspace) -> dict[Path, int]:
    ledger = {workspace.ledger_file: 0o640} if workspace.ledger_file else {}
    return {**ledger, workspace.archive: 0o2750, workspace.state: 0o2750, workspace.outbox: 0o2770}


def wider(workspace: Workspace) -> list[Path]:
    """Return the places that others may read, or the group may change, or that are not the group's."""
    if os.name == "nt":
        return []
    gid, found = gid_of(workspace.group), []
    for path, mode in _places(workspace).items():
        with suppress(OSError):
            status = path.stat()
            allowed = mode if gid is not None else mode & ~OWNERS
            if stat.S_IMODE(status.st_mode) & 0o777 & ~allowed or gid not in (None, status.st_gid):
                found.append(path)
    return found
