"""Reading one file, in a child process of `pipeline.core.limited`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from pipeline.reading.files import own_sheets
from pipeline.reading.files.deliverables import person_of
from pipeline.reading.files.excel import open_workbook
from pipeline.reading.files.grid import Grid
from pipeline.reading.files.guard import EMPTY, FAKE_TYPE, WORKBOOKS, inspect
from pipeline.reading.files.own_documents import own_document
from pipeline.reading.files.own_sheets import RETURNED
from pipeline.reading.files.package import Damaged, Unpacked
from pipeline.reading.files.text_files import open_page, open_text, open_xml_workbook
from pipeline.reading.layout import heading_names
from pipeline.reading.layout.heading_names import Alias
from pipeline.reading.layout.sheet import BROKEN_STYLES, apply_patches
from pipeline.reading.layout.unread import UNKNOWN, condensed
from pipeline.reading.results import FileFinding, FileRead, Patch
from pipeline.reading.workers.ours import SortedSheets
from pipeline.reading.workers.pool import put, refuse

MARKUP = ("page", "xml")


def read_into(
    folder: Path,
    name: str,
    path: str,
    known: tuple[Sequence[Alias], Sequence[Sequence[str]], bool],
    patches: Sequence[Patch],
) -> None:
    """Read or refuse one file, and lay down what was read in the folder.

    `known`: what headings are also called here, those of our own files for other systems, and whether the file is the
    company's own though it looks like one of ours.
    """
    aliases, exports, is_theirs = known
    heading_names.use_aliases(aliases)
    own_sheets.use_exports(exports)
    put(read_file(name, Path(path), folder, patches, is_theirs=is_theirs), folder)


def read_file(
    name: str, path: Path, scratch: Path, patches: Sequence[Patch] = (), *, is_theirs: bool = False
) -> FileRead:
    """Read or refuse one file. `name`: what the sender called it; `scratch`: a folder of our own."""
    kind = ""
    try:
        kept: Unpacked = {}
        inspection = inspect(path, name, kept)
        kind = inspection.kind
        document = own_document(path) if inspection.rule or kind in MARKUP else None
        if document:
            return FileRead(name, own=[document])
        if inspection.rule:
            return refuse(name, inspection.rule, inspection.why)
        replaced: list[Patch] = []
        grids = _patched(_grids(name, path, kind, (scratch, kept)), patches, replaced)
        read = _read_sheets(name, kind, grids, SortedSheets(is_theirs=is_theirs))
        return replace(read, replaced=replaced, person=person_of(path) if read.own else "")
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


def _read_sheets(name: str, kind: str, grids: Iterator[Grid], sorted_: SortedSheets) -> FileRead:
    for grid in grids:
        if grid.has_plain_styles and FileFinding(BROKEN_STYLES) not in sorted_.findings:
            sorted_.findings.append(FileFinding(BROKEN_STYLES))
        sorted_.take(grid, name)
    sorted_.settle(name)
    if sorted_.tables or any(sheet.part != RETURNED for sheet in sorted_.own):
        found = condensed(sorted_.findings, has_tables=True)
        own, disputed = sorted_.own, sorted_.disputed
        return FileRead(name, sorted_.tables, found, kind_sniffed=kind, own=own, disputed=disputed)
    is_fake = kind == "text" and PurePosixPath(name).suffix.lower() in WORKBOOKS
    if kind in MARKUP or is_fake:  # it may be anything: whoever sent it should send a workbook
        return refuse(name, FAKE_TYPE, f"{kind} without a table we know", kind)
    # what was found in its sheets tells the sender why, sheets not known last; empty is only what holds nothing
    found = sorted(condensed(sorted_.findings, has_tables=False), key=lambda finding: finding.rule == UNKNOWN)
    reasons = found or [FileFinding(EMPTY)]
    return FileRead(name, (), reasons, refused=reasons[0].rule, kind_sniffed=kind)
