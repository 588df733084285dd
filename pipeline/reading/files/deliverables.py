"""Our own deliverables read back: what staff changed in their cells since they were written.

They lie where people work in them, so anything may stand there: each is read in a limited child process.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from pathlib import Path
from typing import Any

from pipeline.core.limited import Failed, run_limited
from pipeline.reading.files.excel import open_workbook
from pipeline.reading.files.grid import Grid, Raw
from pipeline.reading.files.guard import inspect
from pipeline.reading.files.package import Damaged
from pipeline.reading.values.cells import ErrorCell, HiddenCell, MeantNumber
from schemas.language.words import LANGUAGES, translate

BASE = "_base"
HEADING_ROWS = 12  # the heading stands below title, hint and totals
PERSON = re.compile(rb"<cp:lastModifiedBy>([^<]*)</cp:lastModifiedBy>")
LONGEST_PERSON = 60  # characters
READ_COPY, READ_SHEETS = (f"{__name__}:{name}" for name in ("copy_of", "sheets_of"))
TYPES = {"day": date.fromisoformat, "moment": datetime.fromisoformat}
StaffCell = tuple[str, str, str]  # sheet, key of the row, heading
SheetRows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class DeliverableCopy:
    """A deliverable as it lies in a folder; `changes` are the cells that are not as it was written, in order.

    `kept` are those that are, and not blank.
    """

    workbook: str
    run_id: str
    person: str
    changes: Sequence[tuple[StaffCell, str]] = ()
    kept: Sequence[tuple[StaffCell, str]] = ()


def read_deliverables(
    paths: Sequence[Path], headings: Mapping[str, Collection[str]], workers: int = 1
) -> Iterator[DeliverableCopy | Failed | None]:
    """Give every deliverable with what was changed in it; None for a workbook that is none of ours.

    `headings`: those of the cells that people may fill, by workbook. Failed for what cannot be opened.
    """
    wanted = {workbook: sorted(names) for workbook, names in headings.items()}
    yield from run_limited(READ_COPY, [(str(path), wanted) for path in paths], _copy, workers)


def _copy(_folder: Path, told: Any) -> DeliverableCopy | Failed | None:
    if told is None or isinstance(told, str):
        return Failed("error", told) if told else None
    workbook, run_id, person, *parts = told
    return DeliverableCopy(
        workbook, run_id, person, *([((sheet, key, head), text) for sheet, key, head, text in part] for part in parts)
    )


def sheet_rows(path: Path) -> dict[str, SheetRows] | None:
    """Return every sheet of an xlsx as rows from A1; None when it cannot be opened."""
    (read,) = run_limited(READ_SHEETS, [(str(path),)], lambda _, told: told)
    if not read or isinstance(read, Failed):
        return None
    return {name: [[_unpacked(cell) for cell in row] for row in rows] for name, rows in read.items()}


def copy_of(folder: Path, path: str, headings: Mapping[str, Sequence[str]]) -> list[Any] | str | None:
    """Return what `read_deliverables` gives of one path, as JSON can say it. Called in a child process."""
    try:
        sheets = _sheets(Path(path), folder)
    except Damaged as wrong:
        return wrong.why or wrong.rule
    notes = next((grid for grid in sheets if grid.name == BASE), None)
    about, baseline = _notes(notes) if notes else ({}, {})
    if "workbook" not in about:
        return None
    workbook = about["workbook"]
    wanted = frozenset(headings.get(workbook, ()))
    cells = {at: text for grid in sheets if grid is not notes for at, text in _cells(grid, wanted)}
    changed = [[*at, text] for at, text in sorted(cells.items()) if text != baseline.get(at, "")]
    kept = [[*at, text] for at, text in sorted(cells.items()) if text and text == baseline.get(at)]
    return [workbook, about["run_id"], _person(Path(path)), changed, kept]


def sheets_of(folder: Path, path: str) -> dict[str, list[list[Any]]] | None:
    """Return what `sheet_rows` gives, as JSON can say it. Called in a child process."""
    made: dict[str, list[list[Any]]] = {}
    try:
        sheets = _sheets(Path(path), folder)
    except Damaged:
        return None
    for grid in sheets:
        rows = dict(zip(grid.numbers, grid.rows, strict=True))
        pad = [""] * grid.offset
        last = max(grid.numbers, default=0)
        made[grid.name] = [[*pad, *map(_packed, rows.get(number, ()))] for number in range(1, last + 1)]
    return made


def _sheets(path: Path, scratch: Path) -> list[Grid]:
    """Every sheet of an xlsx, hidden ones too. Raises Damaged, also for what is no xlsx."""
    seen = inspect(path)
    if seen.kind != "xlsx":
        raise Damaged(seen.rule, seen.why)
    return list(open_workbook(path, "xlsx", scratch))


def _notes(grid: Grid) -> tuple[dict[str, str], dict[StaffCell, str]]:
    about: dict[str, str] = {}
    baseline: dict[StaffCell, str] = {}
    for number, row in zip(grid.numbers, grid.rows, strict=True):
        run_id, sheet, key, heading, value = ([format_cell(cell) for cell in row] + [""] * 5)[:5]
        if sheet and number > 1:
            baseline[sheet, key, heading] = value
        elif number > 1:
            about |= {heading: value, "run_id": run_id}
    return about, baseline


def _cells(grid: Grid, wanted: Collection[str]) -> Iterator[tuple[StaffCell, str]]:
    """Cells below the heading row, found by its key column; rows moved or sorted do not matter."""
    keys = {translate("head.key", lang) for lang in LANGUAGES}
    for at, (number, row) in enumerate(zip(grid.numbers, grid.rows, strict=True)):
        if number > HEADING_ROWS:
            return
        headings = [_heading(cell) for cell in row]
        found = [n for n, heading in enumerate(headings) if heading in keys]
        if found:
            asked = [(n, heading) for n, heading in enumerate(headings) if heading in wanted]
            for below in grid.rows[at + 1 :]:
                if key := format_cell(below[found[0]]):
                    yield from (((grid.name, key, heading), format_cell(below[n])) for n, heading in asked)
            return


def _heading(cell: Raw) -> str:
    return re.sub(r"\s+", " ", cell).strip() if isinstance(cell, str) else ""


def format_cell(cell: Raw) -> str:
    """Return a cell as text, as the ledger keeps it: days as 2026-06-18, whole numbers without a point."""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, HiddenCell):
        return ""
    return cell.text if isinstance(cell, ErrorCell | MeantNumber) else str(cell).strip()


def _packed(cell: Raw) -> object:
    """Return a cell as JSON can say it: days and moments in a list with the name of their type."""
    if isinstance(cell, datetime):
        return ["moment", cell.isoformat()]
    if isinstance(cell, date):
        return ["day", cell.isoformat()]
    return cell if isinstance(cell, bool | int | float | str) else format_cell(cell)


def _unpacked(cell: Any) -> Any:
    return TYPES[cell[0]](cell[1]) if isinstance(cell, list) else cell


def _person(path: Path) -> str:
    """Who saved it last, as the program that saved it says."""
    try:
        with zipfile.ZipFile(path) as package:
            found = PERSON.search(package.read("docProps/core.xml"))
    except (KeyError, zipfile.BadZipFile, OSError):
        return ""
    return unescape(found.group(1).decode("utf-8", "replace"))[:LONGEST_PERSON].strip() if found else ""
