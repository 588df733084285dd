"""Keeping bytes: the archive by content, and renames that survive a power cut."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable
from logging import WARNING
from pathlib import Path, PurePath

from pipeline.core.log import note
from pipeline.core.rights import usual_rights

CHUNK = 1 << 20
SHORT = 12  # digits of a hash, as `history` shows them


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def mark(path: Path) -> str:
    """Return a mark that stays equal while nobody saved a file again; empty when it is not there."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{status.st_size}:{status.st_mtime_ns}"


def token() -> str:
    """Return a name for one received file that no other has. Never shown, never compared."""
    return secrets.token_hex(8)


def token_of(*words: str) -> str:
    """Return a name like that of `token`, the same for the same words."""
    return hashlib.sha256("\n".join(words).encode(errors="surrogateescape")).hexdigest()[:16]


def archived(archive: Path, path: Path, sha256: str, tell: Callable[[], None] = lambda: None) -> Path:
    """Keep the bytes under their hash; the copy is on disk before this returns.

    What rotted there is healed, once it was told of: a night cut short in between finds it rotten again.
    """
    kept = shelf(archive, sha256, path.name)
    rotten = rotten_of(archive, sha256)
    if rotten:
        tell()
    for target in rotten if kept.exists() else [*rotten, kept]:
        _copied(path, target)
    if rotten:
        note("healed", WARNING, file=sha256[:SHORT])
    return kept


def _copied(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    with path.open("rb") as source, part.open("wb") as stream:
        while chunk := source.read(CHUNK):
            stream.write(chunk)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(target)
    fsync_folder(target.parent)


def rotten_of(archive: Path, sha256: str) -> list[Path]:
    """Return what stands under that hash and no longer has these bytes."""
    return [path for path in (archive / sha256[:2]).glob(f"{sha256}*") if digest(path) != sha256]


def shelf(archive: Path, sha256: str, name: str) -> Path:
    """Return where bytes of that hash stand that came under this name."""
    suffix = PurePath(name).suffix.lower()
    return archive / sha256[:2] / f"{sha256}{suffix if suffix.isascii() else ''}"


def kept(archive: Path, sha256: str) -> Path | None:
    """Return the bytes of that hash as they were archived; None when they are not there."""
    return next(iter(sorted((archive / sha256[:2]).glob(f"{sha256}*"))), None)


def moved(path: Path, target: Path) -> None:
    """Rename within one file system, never copy and delete."""
    with usual_rights():
        target.parent.mkdir(parents=True, exist_ok=True)
    path.rename(target)
    fsync_folder(target.parent)
    fsync_folder(path.parent)


def fsync_folder(folder: Path) -> None:
    """Make a rename in this folder durable, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # Windows has no handle on folders and needs none
    try:
        os.fsync(handle)
    except OSError:
        pass  # some network file systems refuse; the rename itself stands
    finally:
        os.close(handle)
