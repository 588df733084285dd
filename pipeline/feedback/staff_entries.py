"""What people typed into the outputs comes back: collected into a journal, and applied to the next outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.core.files import mark
from pipeline.core.limited import Failed
from pipeline.core.log import step
from pipeline.core.workspace import Workspace
from pipeline.feedback.dated_folders import typed_in_dated
from pipeline.feedback.typed_entries import Cell, fresh_entries, known_entries
from pipeline.feedback.versions import entries_now
from pipeline.ledger import (
    TYPED_CORRECTION,
    Ledger,
    Night,
    StaffEntry,
    note_entries,
    takes_back,
    typed_corrections,
)
from pipeline.reading.files.deliverables import read_deliverables
from reports import WORKBOOKS
from reports.shape import Sheet
from reports.staff import STAFF, StaffSheet
from schemas.derived.findings import Findings, Questions
from schemas.derived.todo import Orphans

NEVER = "unread"  # the mark of no file


@dataclass
class Collected:
    """What was read back: changes since each workbook's own baseline, and their marks.

    `unread` are workbooks that could not be opened: what was known of them stays, and so do they, without a mark.
    `elsewhere` are workbooks of another language that were read, with their marks; `left` were changed in the folder
    of an earlier night and are not read.
    """

    changes: list[StaffEntry] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    elsewhere: dict[Path, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


@step("collect_staff_entries")
def collect_staff_entries(workspace: Workspace, ledger: Ledger, night: Night) -> Collected | None:
    """Read every workbook of the latest outputs and journal what staff changed; None on a look back.

    An untouched old cell never rolls back a newer one: a change is a cell that is not
    as its own workbook was written. The same change read again is not noted again. Workbooks that
    were left in another language come first, so that those of this one win, and before them those of dated folders.
    """
    if night.is_past:
        return None
    made = Collected()
    known = known_entries(ledger)
    made.changes, made.left = typed_in_dated(workspace, ledger, known)
    found = [(path, name, mark(path)) for path, name in _workbooks(workspace)]
    made.marks = {name: seen for path, name, seen in found if path.is_relative_to(workspace.latest)}
    papers = read_deliverables([path for path, *_ in found], workspace.parallel)
    for (path, name, seen), paper in zip(found, papers, strict=True):
        is_latest = path.is_relative_to(workspace.latest)
        if isinstance(paper, Failed):
            made.marks |= {name: NEVER} if is_latest else {}
            made.unread.append(name)
        elif paper:
            made.elsewhere |= {path: seen} if paper.is_paper and not is_latest else {}
            made.changes += fresh_entries(paper.sheets, name, paper.person, known)
    note_entries(ledger, night, made.changes)
    return made


def _workbooks(workspace: Workspace) -> Iterator[tuple[Path, str]]:
    """Give the workbooks that may be outputs of ours, with their names below their folder."""
    for folder in (*workspace.latest_elsewhere, workspace.latest):
        for path in sorted(folder.rglob("*.xlsx")) if folder.is_dir() else ():
            if not path.name.startswith(("~$", ".")):
                yield path, path.relative_to(folder).as_posix()


def apply_staff_entries(tables: Mapping[str, pd.DataFrame], ledger: Ledger, lang: str) -> dict[str, pd.DataFrame]:
    """Lay what staff typed beside its row; what has no row in the outputs goes to the orphans.

    A settled item is still in its table and no longer in an output: what was typed there is an orphan too.
    A correction that was taken is none: it did what it was typed for, and counts for nothing else.
    """
    filled = dict(tables)
    orphans: list[dict[str, Any]] = []
    by_sheet: dict[tuple[str, str], list[StaffEntry]] = {}
    for entry in entries_to_show(ledger, tables):
        by_sheet.setdefault((entry.workbook, entry.sheet), []).append(entry)
    for staff in STAFF:
        frame = filled[staff.table]
        entries = by_sheet.get((staff.workbook, staff.key), [])
        filled[staff.table] = _laid(frame, staff.keys(frame), entries)
        shown = set(staff.keys(_sheet(staff).rows(filled)))
        orphans.extend(_orphan(staff, entry, lang) for entry in entries if entry.key not in shown)
    waiting = pd.DataFrame(orphans, columns=list(Orphans.columns), dtype="str")
    filled[Orphans.name] = waiting.assign(seen_on=waiting[Orphans.seen_on].astype("datetime64[us]"))
    return filled


def shown_cells(tables: Mapping[str, pd.DataFrame]) -> set[Cell]:
    """Return the cells of lists in which something typed stands, of tables as `apply_staff_entries` made them."""
    found: set[Cell] = set()
    for staff in STAFF:
        rows = _sheet(staff).rows(tables)
        keys = staff.keys(rows)
        for name in (column.field for column in staff.columns if column.field in rows.columns):
            found |= {(staff.workbook, staff.key, key, name) for key in keys[rows[name].notna()]}
    return found


def entries_to_show(ledger: Ledger, tables: Mapping[str, pd.DataFrame]) -> list[StaffEntry]:
    """Return what is to be shown again.

    Not the corrections that were taken, unless what they answer still stands there, nor the words that took one back;
    nor what was answered to questions that nobody asks any more.
    """
    found, asked = tables[Findings.name], set(tables[Questions.name][Questions.finding_id])
    taken = {(typed.finding_id, typed.value): typed.raw for typed in typed_corrections(ledger)}
    raws = dict(zip(found["finding_id"], found["raw"].fillna(""), strict=True))

    def is_done(entry: StaffEntry) -> bool:
        if entry.field != TYPED_CORRECTION:
            return entry.sheet == Questions.name and entry.key not in asked
        at = (entry.key, entry.value)
        return takes_back(entry.value) or (at in taken and raws.get(entry.key) != taken[at])

    return [entry for entry in entries_now(ledger).values() if entry.value and not is_done(entry)]


def typed_beside(ledger: Ledger, table: str) -> pd.DataFrame:
    """Return what staff typed beside the rows of a table, as text. Shape: row key (index) x staff column."""
    staff = next(staff for staff in STAFF if staff.table == table)
    rows: dict[str, dict[str, str]] = {}
    for entry in entries_now(ledger).values():
        if entry.value and (entry.workbook, entry.sheet) == (staff.workbook, staff.key):
            rows.setdefault(entry.key, {})[entry.field] = entry.value
    return pd.DataFrame.from_dict(rows, orient="index", dtype="str").reindex(columns=[c.field for c in staff.columns])


def _sheet(staff: StaffSheet) -> Sheet:
    return next(sheet for sheet in WORKBOOKS[staff.workbook].lists if sheet.key == staff.key)


def _laid(frame: pd.DataFrame, keys: pd.Series[str], entries: Sequence[StaffEntry]) -> pd.DataFrame:
    columns: dict[str, dict[str, str]] = {}
    for entry in entries:
        columns.setdefault(entry.field, {})[entry.key] = entry.value
    made = {name: keys.map(values).astype("str") for name, values in columns.items()}
    return frame.assign(**made)


def _orphan(staff: StaffSheet, entry: StaffEntry, lang: str) -> dict[str, Any]:
    return {
        "workbook": entry.workbook,
        "sheet": staff.tab(lang),
        "key": entry.key,
        "heading": staff.heading(entry.field, lang),
        "value": entry.value,
        "person": entry.person,
        "file": entry.file.partition("@")[0],
        "seen_on": entry.noted_at[:10],
    }
