"""One file: sniffed, opened, every sheet read. Runs in the child process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pipeline.reading.files.delimited import open_text
from pipeline.reading.files.excel import open_workbook
from pipeline.reading.files.guard import EMPTY, FAKE_TYPE, WORKBOOKS, inspect
from pipeline.reading.files.markup import open_page, open_xml_workbook
from pipeline.reading.files.package import UNREADABLE, Damaged, Unpacked
from pipeline.reading.layout.sheet import BROKEN_STYLES, UNKNOWN, apply_patches, read_sheet
from pipeline.reading.results import FileFinding, FileRead, Patch, SheetRead, params

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.reading.files.grid import Grid


MARKUP = ("page", "xml")


def read_file(name: str, path: Path, scratch: Path, patches: Sequence[Patch] = ()) -> FileRead:
    """Read or refuse one file. `name`: what the sender called it; `scratch`: a folder of our own."""
    kind = ""
    try:
        kept: Unpacked = {}
        verdict = inspect(path, name, kept)
        kind = verdict.kind
        if verdict.rule:
            return refuse(name, verdict.rule, verdict.why)
        grids, was = _grids(name, path, kind, (scratch, kept)), list[Patch]()
        read = _read(name, kind, _patched(grids, patches, was) if patches else grids)
        return replace(read, replaced=was)
    except Damaged as wrong:
        return refuse(name, wrong.rule, wrong.why, kind)
    except OSError as wrong:
        return refuse(name, UNREADABLE, str(wrong.strerror), kind)


def refuse(name: str, rule: str, why: str = "", kind: str = "") -> FileRead:
    """A file that is not read, for one reason. `why` is for the operator, in English."""
    return FileRead(name, findings=[FileFinding(rule, params=params(why=why))], refused=rule, kind_sniffed=kind)


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


def _patched(grids: Iterator[Grid], patches: Sequence[Patch], was: list[Patch]) -> Iterator[Grid]:
    """Every sheet with its patches; what stood there is added to `was`."""
    for grid in grids:
        was.extend(apply_patches(grid, patches))
        yield grid


def _read(name: str, kind: str, grids: Iterator[Grid]) -> FileRead:
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
    # what is said of its sheets tells the sender why; that nothing is usable, only when nothing is said
    said = [each for each in findings if each.rule != UNKNOWN] or [FileFinding(EMPTY)]
    return FileRead(name, (), said, refused=said[0].rule, kind_sniffed=kind)
