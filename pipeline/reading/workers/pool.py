"""Files read in limited child processes: one that kills, hangs or floods its reader is refused, and only it.

Tables come back as Arrow files in a folder, the rest as JSON. Not by pickle: what comes back was made from a
stranger's file, and reading a pickle can run anything.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace
from errno import EACCES, EIO, ENOENT, EPERM, ESTALE
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from pipeline.core.limited import Failed, Limits, run_limited
from pipeline.reading.files.own_sheets import unpack_own
from pipeline.reading.files.package import TOO_BIG, UNREADABLE
from pipeline.reading.layout.heading_names import Alias
from pipeline.reading.results import CellFinding, FileFinding, FileRead, Patch, SheetRead, params

READER_DIED, NOT_NOW = "FILE-017", "FILE-033"
RESULT = "read.json"
READ = "pipeline.reading.workers.child:read_into"
LIMITS = Limits()
# what a system says of its own disk and rights; other numbers come of what a file says of itself
OURS = frozenset({EIO, EACCES, EPERM, ENOENT, ESTALE})


def read_all(  # noqa: PLR0913 - the night hands over what it knows of files
    paths: Sequence[tuple[str, Path]],
    workers: int,
    *,
    on_done: Callable[[str], None] | None = None,
    aliases: Sequence[Alias] = (),
    exports: Sequence[Sequence[str]] = (),
    patches: Sequence[Sequence[Patch]] = (),
    theirs: Container[str] = (),
) -> Iterator[FileRead]:
    """Give every (name, path) read or refused, in this order. Never raises for what a file holds.

    `aliases`: what headings are also called in this workspace; `exports`: headings of our own files for other
    systems; `patches`: for every path the cells in which something else is to be read; `theirs`: names of
    those that are lists of the company's own, though they look like ours. Raises OSError when the disk has no room for
    what was read; a single file that our own disk does not give is refused with NOT_NOW, and is to be tried again.
    """
    with_patches = zip(paths, patches or [()] * len(paths), strict=True)
    known = (list(aliases), list(exports))
    tasks = [(name, str(path.resolve()), (*known, name in theirs), list(own)) for (name, path), own in with_patches]
    for (name, _), read in zip(
        paths, run_limited(READ, tasks, lambda folder, _: take(folder), workers, LIMITS), strict=True
    ):
        if on_done:
            on_done(name)
        yield refused(name, read) if isinstance(read, Failed) else read


def refused(name: str, failed: Failed) -> FileRead:
    """Return the file as refused for what its process came to."""
    if failed.cause == "memory":
        return refuse(name, TOO_BIG, "memory")
    if failed.cause != "disk":
        return refuse(name, READER_DIED, failed.why)
    return refuse(name, NOT_NOW if failed.number in OURS else UNREADABLE, failed.why)


def refuse(name: str, rule: str, why: str = "", kind: str = "") -> FileRead:
    """Return a file that is not read, for one reason. `why` is for the operator, in English."""
    return FileRead(name, findings=[FileFinding(rule, params=params(why=why))], refused=rule, kind_sniffed=kind)


def put(read: FileRead, folder: Path) -> None:
    """Lay a result down in a folder that is empty of others."""
    for at, sheet in enumerate(read.sheets):
        with pa.OSFile(str(folder / f"{at}.arrow"), "wb") as sink, pa.ipc.new_file(sink, sheet.table.schema) as writer:
            writer.write_table(sheet.table)
    without_tables = replace(read, sheets=[replace(sheet, table=None) for sheet in read.sheets])
    (folder / RESULT).write_bytes(orjson.dumps(without_tables))


def take(folder: Path) -> FileRead:
    """Return a result as it was laid down; nothing of it stays tied to the folder."""
    fields = orjson.loads((folder / RESULT).read_bytes())
    return FileRead(
        **fields
        | {
            "sheets": tuple(_sheet(sheet, folder / f"{at}.arrow") for at, sheet in enumerate(fields["sheets"])),
            "findings": tuple(FileFinding(**_found(finding)) for finding in fields["findings"]),
            "replaced": tuple(Patch(**patch) for patch in fields["replaced"]),
            "own": tuple(unpack_own(sheet) for sheet in fields["own"]),
            "disputed": tuple(unpack_own(sheet) for sheet in fields["disputed"]),
        }
    )


def _sheet(fields: dict[str, Any], path: Path) -> SheetRead:
    with pa.OSFile(str(path), "rb") as source:
        table = pa.ipc.open_file(source).read_all()
    return SheetRead(
        **fields
        | {
            "table": table,
            "columns": {name: (letter, heading) for name, (letter, heading) in fields["columns"].items()},
            "ignored": [(row, reason) for row, reason in fields["ignored"]],
            "findings": [CellFinding(**_found(cell) | {"also": tuple(cell["also"])}) for cell in fields["findings"]],
        }
    )


def _found(fields: dict[str, Any]) -> dict[str, Any]:
    """JSON knows lists only; params of a finding are pairs."""
    fields["params"] = tuple((name, value) for name, value in fields["params"])
    return fields
