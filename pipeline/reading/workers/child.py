"""Reading one file, in a child process of `pipeline.core.limited`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from pipeline.reading.files.excel import open_workbook
from pipeline.reading.files.grid import Grid
from pipeline.reading.files.guard import EMPTY, FAKE_TYPE, WORKBOOKS, inspect
from pipeline.reading.files.package import Damaged, Unpacked
from pipeline.reading.files.text_files import open_page, open_text, open_xml_workbook
from pipeline.reading.layout import heading_names
from pipeline.reading.layout.heading_names import Alias
from pipeline.reading.layout.sheet import BROKEN_STYLES, UNKNOWN, apply_patches, read_sheet
from pipeline.reading.results import FileFinding, FileRead, Patch, SheetRead
from pipeline.reading.workers.pool import put, refuse

MARKUP = ("page", "xml")


def read_into(folder: Path, name: str, path: str, aliases: Sequence[Alias], patches: Sequence[Patch]) -> None:
    """Read or refuse one file, and lay down what was read in the folder."""
    heading_names.use_aliases(aliases)
    put(read_file(name, Path(path), folder, patches), folder)


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
