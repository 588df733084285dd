"""Taking back a night that should not have been: its files lie in the inbox again, its papers out of the way."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pipeline.core import files
from pipeline.core.errors import CommandError
from pipeline.core.rights import usual_rights
from pipeline.ledger import list_received, take_back_night
from pipeline.publishing.publications import withdraw_publication

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.core.workspace import Workspace
    from pipeline.ledger import Ledger, Night, ReceivedFile


@dataclass(frozen=True)
class Withdrawn:
    """What lies in the inbox again, what could not be laid there, and where the papers are now."""

    back: Sequence[ReceivedFile]
    left: Sequence[ReceivedFile]
    folders: Sequence[Path]


def take_night_back(workspace: Workspace, ledger: Ledger, night: Night) -> Withdrawn:
    """Take back the newest night; repeating it goes on where it was cut short. What people typed is kept.

    Of several files of one name the newest has it again, and earlier ones are numbered beside it. Raises CommandError
    before anything is changed when other files lie in the inbox under these names.
    """
    received_files = [received for received in list_received(ledger, night.id) if received.state != "withdrawn"]
    named = [replace(received, name=name) for received, name in _names(received_files)]
    sources = [_source(workspace, received) for received in named]
    for received in named:
        target = workspace.inbox / received.name
        if target.exists() and not (target.is_file() and files.digest(target) == received.sha256):
            raise CommandError(str(target), "in_the_way", "move_away")
    laid = [_laid(workspace, received, source) for received, source in zip(named, sources, strict=True)]
    folders = withdraw_publication(workspace, night.as_of.isoformat())
    take_back_night(ledger, night)
    back = [received for received, lies_there in zip(named, laid, strict=True) if lies_there]
    for received in back:
        for path in _taken(workspace, received):
            path.unlink()
    shown = {received.name: received for received in back}
    left = [received for received, lies_there in zip(named, laid, strict=True) if not lies_there]
    return Withdrawn([*shown.values()], left, folders)


def _names(received_files: Sequence[ReceivedFile]) -> Iterator[tuple[ReceivedFile, str]]:
    """Give every file with the name it is laid back under: the same whenever this is repeated, none for two contents.

    Names that differ only in case are one name: on some disks they are.
    """
    newest = {received.name.casefold(): received.sha256 for received in received_files}
    given = dict.fromkeys(newest.items(), "")
    for received in received_files:
        folded, path = received.name.casefold(), PurePosixPath(received.name)
        name, number = given.get((folded, received.sha256)), 0
        while name is None:
            number += 1
            numbered = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
            if numbered.casefold() not in newest:
                name = given[folded, received.sha256] = numbered
                newest[numbered.casefold()] = received.sha256
        yield received, name or received.name


def _taken(workspace: Workspace, received: ReceivedFile) -> list[Path]:
    """Return where the file lies that was claimed, as long as nobody saved it again."""
    found = workspace.taken.rglob(f"{received.token}__*")
    return [path for path in found if path.is_file() and files.digest(path) == received.sha256]


def _source(workspace: Workspace, received: ReceivedFile) -> Path | None:
    kept = files.kept(workspace.archive, received.sha256)
    is_whole = kept and files.digest(kept) == received.sha256
    return kept if is_whole else next(iter(_taken(workspace, received)), None)


def _laid(workspace: Workspace, received: ReceivedFile, source: Path | None) -> bool:
    """Lay the bytes into the inbox, as old as they were; False when there are none any more."""
    target = workspace.inbox / received.name
    if source is None:
        return target.is_file()
    part = target.with_name(f".{files.token()}.part")
    with usual_rights():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, part)
    saved = datetime.fromisoformat(received.modified).replace(tzinfo=workspace.zone).timestamp()
    os.utime(part, (saved, saved))
    part.replace(target)
    files.fsync_folder(target.parent)
    return True
