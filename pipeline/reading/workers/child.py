"""The child process: reads one file after another, each within its limits.

Tasks come as lines of JSON on stdin, one line back says that the result lies in its folder.
Whatever kills this process kills the reading of one file.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

import orjson

from pipeline.reading.files.excel import open_workbook
from pipeline.reading.files.grid import Grid
from pipeline.reading.files.guard import EMPTY, FAKE_TYPE, WORKBOOKS, inspect
from pipeline.reading.files.package import TOO_BIG, UNREADABLE, Damaged, Unpacked
from pipeline.reading.files.text_files import open_page, open_text, open_xml_workbook
from pipeline.reading.layout import heading_names
from pipeline.reading.layout.sheet import BROKEN_STYLES, UNKNOWN, apply_patches, read_sheet
from pipeline.reading.results import FileFinding, FileRead, Patch, SheetRead
from pipeline.reading.workers.wire import DONE, LEAVING, READER_DIED, put, refuse

if sys.platform != "win32":  # there only the parent's clock limits a task
    import resource

MEMORY = 1536 << 20  # bytes of address space one file may take
CPU_SECONDS = 60  # the parent's clock may be late on a busy machine, the kernel's is not
STATM = Path("/proc/self/statm")
MARKUP = ("page", "xml")


def main() -> None:
    """Serve until stdin ends, or until a file has shaken this process."""
    gc.disable()  # in the middle of a file there is nothing to collect, and looking costs a third
    gc.freeze()
    answer = _answers()
    for line in sys.stdin.buffer:
        name, path, folder, aliases, patches = orjson.loads(line)
        heading_names.use_aliases(aliases)
        _limit()
        read, is_shaken = _try(name, Path(path), Path(folder), [Patch(**patch) for patch in patches])
        put(read, Path(folder))
        gc.collect()
        answer(LEAVING if is_shaken else DONE)
        if is_shaken:
            return


def read_file(name: str, path: Path, scratch: Path, patches: Sequence[Patch] = ()) -> FileRead:
    """Read or refuse one file. `name`: what the sender called it; `scratch`: a folder of our own."""
    kind = ""
    try:
        kept: Unpacked = {}
        inspection = inspect(path, name, kept)
        kind = inspection.kind
        if inspection.rule:
            return refuse(name, inspection.rule, inspection.why)
        replaced: list[Patch] = []
        grids = _patched(_grids(name, path, kind, (scratch, kept)), patches, replaced)
        return replace(_read_sheets(name, kind, grids), replaced=replaced)
    except Damaged as wrong:
        return refuse(name, wrong.rule, wrong.why, kind)
    except OSError as wrong:
        return refuse(name, UNREADABLE, str(wrong.strerror), kind)


def _grids(name: str, path: Path, kind: str, at_hand: tuple[Path, Unpacked]) -> Iterator[Grid]:
    if kind == "page":
        yield from open_page(path.read_bytes(), PurePosixPath(name).stem)
    elif kind == "xml":
        yield from open_xml_workbook(path.read_bytes())
    elif kind == "text":
        # Excel names the one sheet of a text file after the file
        yield open_text(path.read_bytes(), PurePosixPath(name).stem)
    else:
        yield from open_workbook(path, kind, *at_hand)


def _patched(grids: Iterator[Grid], patches: Sequence[Patch], replaced: list[Patch]) -> Iterator[Grid]:
    """Every sheet with its patches; what stood there is added to `replaced`."""
    for grid in grids:
        if patches:
            replaced.extend(apply_patches(grid, patches))
        yield grid


def _read_sheets(name: str, kind: str, grids: Iterator[Grid]) -> FileRead:
    sheets: list[SheetRead] = []
    findings: list[FileFinding] = []
    for grid in grids:
        if grid.has_plain_styles and not findings:
            findings.append(FileFinding(BROKEN_STYLES))
        read = read_sheet(grid, name)
        findings += read.findings
        sheets += read.tables
    if sheets:
        return FileRead(name, sheets, findings, kind_sniffed=kind)
    is_fake = kind == "text" and PurePosixPath(name).suffix.lower() in WORKBOOKS
    if kind in MARKUP or is_fake:  # it may be anything: whoever sent it should send a workbook
        return refuse(name, FAKE_TYPE, f"{kind} without a table we know", kind)
    # what was found in its sheets tells the sender why; that nothing is usable, only when nothing was found
    reasons = [finding for finding in findings if finding.rule != UNKNOWN] or [FileFinding(EMPTY)]
    return FileRead(name, (), reasons, refused=reasons[0].rule, kind_sniffed=kind)


def _try(name: str, path: Path, folder: Path, patches: Sequence[Patch]) -> tuple[FileRead, bool]:
    """What was read, and whether this process should not be trusted with another file."""
    try:
        return read_file(name, path, folder, patches), False
    except MemoryError:
        return refuse(name, TOO_BIG, "memory"), True
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as wrong:  # noqa: BLE001 - calamine panics with a BaseException
        return refuse(name, READER_DIED, f"{type(wrong).__name__}: {wrong}"[:200]), True


def _limit() -> None:
    """Limits of the next file: counted from here, not from the life of the process."""
    if sys.platform == "win32":
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    if STATM.exists():
        taken = int(STATM.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _answers() -> Callable[[bytes], object]:
    """Where answers go; whatever a library prints goes nowhere."""
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return out.write
