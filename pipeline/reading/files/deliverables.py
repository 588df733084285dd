"""Our own deliverables read back: what staff changed in their cells since they were written.

They lie where people work in them, so anything may stand there: each is read in a limited child process.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from html import unescape
from pathlib import Path
from typing import Any

from pipeline.core.limited import Failed, run_limited
from pipeline.reading.files.excel import open_workbook
from pipeline.reading.files.grid import Grid, Raw
from pipeline.reading.files.guard import inspect
from pipeline.reading.files.own_sheets import format_cell, own_sheet, read_baseline, settled_by, unpack_own
from pipeline.reading.files.package import Damaged
from pipeline.reading.results import OwnSheet

PERSON = re.compile(rb"<cp:lastModifiedBy>([^<]*)</cp:lastModifiedBy>")
LONGEST_PERSON = 60  # characters
READ_COPY, READ_SHEETS = (f"{__name__}:{name}" for name in ("copy_of", "sheets_of"))
TYPES = {"day": date.fromisoformat, "moment": datetime.fromisoformat}
SheetRows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class DeliverableCopy:
    """A deliverable as it lies in a folder: who saved it last, and its sheets with what people typed in them.

    `is_paper`: it has our hidden baseline, and is not a workbook of somebody's that a sheet of ours was put into.
    """

    person: str
    is_paper: bool
    sheets: Sequence[OwnSheet] = ()


def read_deliverables(paths: Sequence[Path], workers: int = 1) -> Iterator[DeliverableCopy | Failed | None]:
    """Give every deliverable with what was changed in it; None for a workbook that is none of ours.

    Failed for what cannot be opened.
    """
    yield from run_limited(READ_COPY, [(str(path),) for path in paths], _copy, workers)


def _copy(_folder: Path, told: Any) -> DeliverableCopy | Failed | None:
    if told is None or isinstance(told, str):
        return Failed("error", told) if told else None
    person, is_paper, sheets = told
    return DeliverableCopy(person, is_paper, tuple(unpack_own(sheet) for sheet in sheets))


def sheet_rows(path: Path) -> dict[str, SheetRows] | None:
    """Return every sheet of an xlsx as rows from A1; None when it cannot be opened."""
    (read,) = run_limited(READ_SHEETS, [(str(path),)], lambda _, told: told)
    if not read or isinstance(read, Failed):
        return None
    return {name: [[_unpacked(cell) for cell in row] for row in rows] for name, rows in read.items()}


def copy_of(folder: Path, path: str) -> list[Any] | str | None:
    """Return what `read_deliverables` gives of one path, as JSON can say it. Called in a child process."""
    try:
        sheets = _sheets(Path(path), folder)
    except Damaged as wrong:
        return wrong.why or wrong.rule
    baseline = next((found for grid in sheets if (found := read_baseline(grid))), None)
    own = [sheet for grid in sheets if (sheet := own_sheet(grid, is_among_ours=bool(baseline)))]
    own = [sheet for sheet in own if sheet.workbook]
    if not own and not baseline:
        return None
    return [person_of(Path(path)), bool(baseline), [asdict(settled_by(baseline, sheet)) for sheet in own]]


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


def _packed(cell: Raw) -> object:
    """Return a cell as JSON can say it: days and moments in a list with the name of their type."""
    if isinstance(cell, datetime):
        return ["moment", cell.isoformat()]
    if isinstance(cell, date):
        return ["day", cell.isoformat()]
    return cell if isinstance(cell, bool | int | float | str) else format_cell(cell)


def _unpacked(cell: Any) -> Any:
    return TYPES[cell[0]](cell[1]) if isinstance(cell, list) else cell


def person_of(path: Path) -> str:
    """Return who saved a workbook last, as the program that saved it says; empty where nothing says it."""
    try:
        with zipfile.ZipFile(path) as package:
            found = PERSON.search(package.read("docProps/core.xml"))
    except (KeyError, zipfile.BadZipFile, OSError):
        return ""
    return unescape(found.group(1).decode("utf-8", "replace"))[:LONGEST_PERSON].strip() if found else ""
