"""The last door: a whole night becomes visible at once, or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.core.errors import NothingPublished
from pipeline.core.files import digest, fsync_folder, mark
from pipeline.core.workspace import Workspace
from schemas.language.words import LANGUAGES, translate

MANIFEST = "manifest.json"
STAGING = ".staging-"
PUBLICATIONS = 5  # the newest, of which files may lie among the latest ones


@dataclass(frozen=True)
class Published:
    """Where the night stands; `blocked` are the latest deliverables that somebody has open."""

    folder: Path
    is_new: bool
    blocked: tuple[str, ...] = ()


def staging(workspace: Workspace, as_of: datetime) -> Path:
    """Return an empty folder to write the night's deliverables into; leftovers are removed."""
    workspace.outbox.mkdir(parents=True, exist_ok=True)
    for old in workspace.outbox.glob(f"{STAGING}*"):
        shutil.rmtree(old)
    folder = workspace.outbox / f"{STAGING}{as_of:%Y%m%d-%H%M}"
    folder.mkdir()
    return folder


def publish_night(
    workspace: Workspace,
    staged: Path,
    day: str,
    manifest: dict[str, Any],
    *,
    marks: Mapping[str, str] | None,
) -> Published:
    """Seal the staged folder, rename it, and bring the latest deliverables up to it.

    `marks` gives the mark of every latest deliverable as staff's entries were read
    from it; None looks back at a past day and leaves the latest ones alone.

    The same content again is the same publication; other content of the same day is
    ``-r2``. Raises NothingPublished when the disk refuses.
    """
    try:
        _seal(staged, manifest)
        above = workspace.past if marks is None else workspace.outbox
        folder, is_new = _placed(staged, above, day)
        blocked = () if marks is None else tuple(_reconcile(workspace, folder, marks))
    except OSError as wrong:
        raise NothingPublished(str(workspace.outbox), "writing", "mend_outbox", reason=str(wrong)) from wrong
    return Published(folder, is_new, blocked)


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def _seal(staged: Path, manifest: dict[str, Any]) -> None:
    hashes = {p.relative_to(staged).as_posix(): digest(p) for p in _files(staged)}
    whole = manifest | {"files": hashes}
    text = json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True)
    (staged / MANIFEST).write_text(text + "\n", encoding="utf-8")
    for path in _files(staged):
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
    for folder in sorted({parent for path in _files(staged) for parent in path.parents if staged in parent.parents}):
        fsync_folder(folder)
    fsync_folder(staged)


def _placed(staged: Path, above: Path, day: str) -> tuple[Path, bool]:
    above.mkdir(parents=True, exist_ok=True)
    last = _newest_of(above, day)
    if last and _same(staged, last):
        shutil.rmtree(staged)
        return last, False
    number = _number(last) + 1 if last else 1
    folder = above / (day if number == 1 else f"{day}-r{number}")
    staged.rename(folder)
    fsync_folder(above)
    return folder, True


def is_out(workspace: Workspace, as_of: str) -> bool:
    """Tell whether the deliverables of this moment (ISO, local) were ever published."""
    day = as_of[:10]
    found = (workspace.outbox / day, *workspace.outbox.glob(f"{day}-r*"))
    return any(read_manifest(folder).get("as_of") == as_of for folder in found)


def _number(folder: Path) -> int:
    _, _, number = folder.name.partition("-r")
    return int(number) if number.isdigit() else 1


def _newest_of(above: Path, day: str) -> Path | None:
    found = [p for p in (above / day, *above.glob(f"{day}-r*")) if (p / MANIFEST).exists()]
    return max(found, key=_number) if found else None


def _same(one: Path, other: Path) -> bool:
    # Manifests hold the hash of every file, so equal manifests are equal nights.
    return (one / MANIFEST).read_bytes() == (other / MANIFEST).read_bytes()


def _reconcile(workspace: Workspace, folder: Path, marks: Mapping[str, str]) -> Iterator[str]:
    """Make the latest deliverables equal to the publication; yields those in the way.

    One that was saved again since its entries were read, or open elsewhere, stays; the new
    one is laid beside it and both are read next night. So does a returned workbook that
    somebody has begun to correct where it lies. The manifest comes last: as long as this is cut short,
    the one that is there still names what lies there.
    """
    workspace.latest.mkdir(parents=True, exist_ok=True)
    for left in workspace.latest.rglob(".*.part"):  # of a night that was killed here
        left.unlink(missing_ok=True)
    ours = _ours(workspace, folder)
    for path in sorted(_files(folder), key=lambda path: path == folder / MANIFEST):
        name = path.relative_to(folder).as_posix()
        target = workspace.latest / name
        if name == MANIFEST:
            _clear(workspace.latest, ours, _published(folder))
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):  # somebody's file has the name of our folder
            yield name
            continue
        part = target.with_name(f".{target.name}.part")
        shutil.copyfile(path, part)
        typed_into = mark(target) != marks.get(name, mark(target)) or _is_edited(target, name, ours)
        if typed_into or not _replaced(part, target):
            part.replace(_beside(target, workspace.lang))
            yield name
        else:
            _clear_beside(workspace.latest, target, marks, ours)
    fsync_folder(workspace.latest)


def _beside(target: Path, lang: str) -> Path:
    """Return where a new deliverable is laid while the one before cannot be replaced."""
    return target.with_name(f"{target.stem}_{translate('folder.to_replace', lang)}{target.suffix}")


def _ours(workspace: Workspace, folder: Path) -> dict[str, set[str]]:
    """Return the hashes under which files below the folders of a publication were given, as far as they may lie here.

    Those of the publications before as well: of them some may have come only so far when their night was killed.
    """
    made: dict[str, set[str]] = {}
    before = sorted(workspace.outbox.glob("????-??-??*"), key=lambda path: (path.name[:10], _number(path)))
    for publication in (workspace.latest, folder, *before[-PUBLICATIONS:]):
        for name, sha256 in _published(publication).items():
            if "/" in name:
                made.setdefault(name, set()).add(sha256)
    return made


def _clear_beside(latest: Path, target: Path, marks: Mapping[str, str], ours: Mapping[str, set[str]]) -> None:
    """Take away what was laid beside a deliverable that could be replaced now, once what was typed there is read."""
    for beside in {_beside(target, lang) for lang in LANGUAGES}:
        name = beside.relative_to(latest).as_posix()
        is_read = "/" not in name and name in marks and mark(beside) == marks[name]
        if is_read or (beside.is_file() and digest(beside) in ours.get(target.relative_to(latest).as_posix(), ())):
            with suppress(OSError):  # open elsewhere: it goes another night
                beside.unlink()


def retire(workspace: Workspace, read: Mapping[Path, str]) -> None:
    """Take away the latest deliverables of another language, left when the setting was changed.

    Only those whose entries were read (`read`: their marks as they were) and those nobody
    touched; what is open elsewhere, begun to be corrected, or put there by staff stays.
    """
    for folder in workspace.latest_elsewhere:
        published = _published(folder)
        for path in _files(folder):
            name = path.relative_to(folder).as_posix()
            if mark(path) == read.get(path) or (name in published and digest(path) == published[name]):
                with suppress(OSError):
                    path.unlink()
        if _files(folder) == [folder / MANIFEST]:
            (folder / MANIFEST).unlink()
        for emptied in (*sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True), folder):
            with suppress(OSError):  # something was left in it, or there is none
                emptied.rmdir()


def _published(folder: Path) -> dict[str, str]:
    """Files of a publication with their SHA-256; empty when there is none."""
    named: dict[str, str] = read_manifest(folder).get("files", {})
    return named


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what a publication says of itself; empty where there is none that can be read."""
    try:
        read = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _is_edited(target: Path, name: str, ours: Mapping[str, set[str]]) -> bool:
    if "/" not in name or not target.is_file():
        return False
    return digest(target) not in ours.get(name, ())


def _clear(latest: Path, ours: Mapping[str, set[str]], now: Mapping[str, str]) -> None:
    """Take away what is there no more, such as workbooks that were corrected; what people changed stays."""
    for name in sorted(ours.keys() - now.keys()):
        target = latest / name
        if target.is_file() and not _is_edited(target, name, ours):
            with suppress(OSError):  # open elsewhere: it goes another night
                target.unlink()
                target.parent.rmdir()  # unless other files lie there


def _replaced(part: Path, target: Path) -> bool:
    try:
        part.replace(target)
    except (PermissionError, IsADirectoryError):  # open elsewhere, or somebody made a folder of that name
        return False
    return True
