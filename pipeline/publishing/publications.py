"""What was published: the folders of days, the newest of them, and one that is taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.files import fsync_folder
from pipeline.publishing.publish import read_manifest
from schemas.language.words import LANGUAGES, translate

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace

DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:-r(\d+))?")
Manifest = Mapping[str, Any]


def published_nights(workspace: Workspace) -> list[tuple[Path, Manifest]]:
    """Return the published nights with their folders, oldest first; a look back and what was taken back are none."""
    return sorted(_published(workspace.outbox), key=lambda one: (one[1]["as_of"], _order(one[0])))


def newest_folders(workspace: Workspace, most: int) -> list[Path]:
    """Return the folders of the newest published nights, so many at most, the oldest first."""
    return sorted(_folders(workspace.outbox), key=_order)[-most:]


def newest_published(workspace: Workspace) -> str:
    """Return the newest moment (ISO, local) that stands in the outbox; empty where nothing was ever published."""
    newest = max((_order(folder) for folder in _folders(workspace.outbox)), default=("", 0))[0]
    days = [manifest["as_of"] for _, manifest in _published(workspace.outbox, newest)]
    withdrawn = {manifest["as_of"] for above in _withdrawn(workspace) for _, manifest in _published(above)}
    latest = [read_manifest(folder).get("as_of", "") for folder in (workspace.latest, *workspace.latest_elsewhere)]
    return max([*days, *(as_of for as_of in latest if as_of not in withdrawn)], default="")


def withdraw_publication(workspace: Workspace, as_of: str) -> list[Path]:
    """Move the folders of a moment below that of nights taken back; gives where they are now."""
    above = workspace.outbox / translate("folder.withdrawn", workspace.lang)
    moved = []
    for folder, manifest in published_nights(workspace):
        if manifest["as_of"] == as_of:
            above.mkdir(exist_ok=True)
            day = _order(folder)[0]
            numbers = [_order(other)[1] for other in _folders(above, day)]
            target = above / (f"{day}-r{max(numbers) + 1}" if numbers else day)
            folder.rename(target)
            moved.append(target)
            fsync_folder(above)
    fsync_folder(workspace.outbox)
    return moved


def _withdrawn(workspace: Workspace) -> list[Path]:
    return [workspace.outbox / translate("folder.withdrawn", lang) for lang in LANGUAGES]


def _published(above: Path, day: str = "") -> Iterator[tuple[Path, Manifest]]:
    for folder in _folders(above, day):
        manifest = read_manifest(folder)
        if manifest.get("as_of"):
            yield folder, manifest


def _folders(above: Path, day: str = "") -> list[Path]:
    """Return the folders named like days, or like one day."""
    if not above.is_dir():
        return []
    return [path for path in above.iterdir() if DAY.fullmatch(path.name) and day in ("", _order(path)[0])]


def _order(folder: Path) -> tuple[str, int]:
    found = DAY.fullmatch(folder.name)
    return (found[1], int(found[2] or 1)) if found else ("", 0)
