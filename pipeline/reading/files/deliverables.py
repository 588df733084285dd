"""Our own deliverables read back: their cells, and what the staff's cells held when they were written."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html import unescape
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from pipeline.reading.files.guard import inspect
from pipeline.reading.files.package import Damaged
from schemas.language.words import LANGUAGES, translate

BASE = "_base"
HEADING_ROWS = 12  # the heading stands below title, hint and totals
PERSON = re.compile(rb"<cp:lastModifiedBy>([^<]*)</cp:lastModifiedBy>")
SheetRows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class DeliverableCopy:
    """A deliverable as it lies in a folder. Cells and baseline by (sheet, key, heading), as text.

    `cells` holds every cell of every row that has a key; `baseline` what the workbook
    itself noted of the staff's cells when it was written, blanks left out.
    """

    workbook: str
    run_id: str
    person: str
    cells: dict[tuple[str, str, str], str] = field(default_factory=dict)
    baseline: dict[tuple[str, str, str], str] = field(default_factory=dict)


def sheet_rows(path: Path) -> dict[str, SheetRows] | None:
    """Return every sheet of an xlsx as rows from A1; None when it cannot be opened."""
    try:
        if inspect(path).kind != "xlsx":
            return None
        book = CalamineWorkbook.from_path(path)
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (CalamineError, Damaged, OSError):
        return None


def read_deliverable(path: Path) -> DeliverableCopy | None:
    """Return a deliverable with its baseline; None when it cannot be opened or is none of ours."""
    sheets = sheet_rows(path)
    notes = (sheets or {}).get(BASE)
    if not sheets or not notes:
        return None
    about, baseline = _notes(notes)
    if "workbook" not in about:
        return None
    paper = DeliverableCopy(about["workbook"], about["run_id"], _person(path), baseline=baseline)
    for name, rows in sheets.items():
        if name != BASE:
            paper.cells.update(_cells(name, rows))
    return paper


def _notes(rows: SheetRows) -> tuple[dict[str, str], dict[tuple[str, str, str], str]]:
    about: dict[str, str] = {}
    baseline: dict[tuple[str, str, str], str] = {}
    for row in rows[1:]:
        run_id, sheet, key, heading, value = ([format_cell(cell) for cell in row] + [""] * 5)[:5]
        if sheet:
            baseline[sheet, key, heading] = value
        else:
            about |= {heading: value, "run_id": run_id}
    return about, baseline


def _cells(name: str, rows: SheetRows) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Cells below the heading row, found by its key column; rows moved or sorted do not matter."""
    keys = {translate("head.key", lang) for lang in LANGUAGES}
    for at, row in enumerate(rows[:HEADING_ROWS]):
        headings = [_heading(cell) for cell in row]
        found = [n for n, heading in enumerate(headings) if heading in keys]
        if found:
            for below in rows[at + 1 :]:
                key = format_cell(below[found[0]])
                if key:
                    yield from (((name, key, h), format_cell(below[n])) for n, h in enumerate(headings) if h)
            return


def _heading(cell: Any) -> str:
    return re.sub(r"\s+", " ", str(cell)).strip() if isinstance(cell, str) else ""


def format_cell(cell: Any) -> str:
    """Return a cell as text, as the ledger keeps it: days as 2026-06-18, whole numbers without a point."""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _person(path: Path) -> str:
    """Who saved it last, as the program that saved it says."""
    try:
        with zipfile.ZipFile(path) as package:
            found = PERSON.search(package.read("docProps/core.xml"))
    except (KeyError, zipfile.BadZipFile, OSError):
        return ""
    return unescape(found.group(1).decode("utf-8", "replace")) if found else ""
