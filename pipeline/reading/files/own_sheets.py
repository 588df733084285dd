"""Sheets that nightdesk wrote itself, wherever they lie: in a paper, copied out of one, saved again, or as a text file.

What we wrote is never a source. A sheet of ours is known by its title row and its headings together, in any language;
without a title by all its headings with that of our row key, or by half of them beside the hidden baseline of its
workbook. A company's own list that shares some headings with ours has neither.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from pipeline.core.text import fold
from pipeline.reading.files.grid import BLANK, Grid, Raw
from pipeline.reading.results import OwnSheet, TypedCell
from pipeline.reading.values.cells import ErrorCell, HiddenCell, MeantNumber
from reports import WORKBOOKS, returned
from reports.exports import FOLDER, HEADS
from reports.shape import Sheet, SheetColumn, Summary, SummaryGrid, table
from reports.staff import ORPHANS
from schemas.language.words import LANGUAGES, load, translate

BASE = "_base"
BASE_HEAD = ("run_id", "sheet", "key", "heading", "value")
HEADING_ROWS = 12  # the heading stands below title, hint and totals
SUMMARY_ROWS = 150
LEAST_HEADINGS = 3
HALF, MOST = 0.5, 0.8  # of the headings we declare, with a title and without one
PART = "·"  # between the title of a list and the name its sheet is about
RETURNED, EXPORT = "returned", "export"
NOTHING: frozenset[str] = frozenset()
CELLS = ("changed", "kept", "unsure")

_exports: list[tuple[str, ...]] = []


@dataclass(frozen=True)
class Baseline:
    """What a paper says of itself on its hidden sheet: which it is, and what stood in its staff cells."""

    workbook: str = ""
    run_id: str = ""
    cells: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)  # key, folded heading → texts


@dataclass(frozen=True)
class _DeclaredSheet:
    """A sheet as it is declared: names of its title and hint, names of every heading, in any language."""

    workbook: str
    part: str
    titles: frozenset[str]
    headings: tuple[frozenset[str], ...]
    staff: frozenset[str]
    title: str
    sections: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Found:
    page: _DeclaredSheet
    at: int
    share: float
    is_titled: bool


def use_exports(headings: Sequence[Sequence[str]]) -> None:
    """Let these rows of headings be those of files we write for other systems; forgets those given before."""
    _exports[:] = [tuple(map(fold, heads)) for heads in headings]


def read_baseline(grid: Grid) -> Baseline | None:
    """Return what the hidden sheet of a paper says; None for any other sheet."""
    if not grid.rows or tuple(map(format_cell, grid.rows[0]))[: len(BASE_HEAD)] != BASE_HEAD:
        return None
    about: dict[str, str] = {}
    cells: dict[tuple[str, str], set[str]] = {}
    for row in grid.rows[1:]:
        run_id, sheet, key, heading, value = ([format_cell(cell) for cell in row] + [""] * 5)[:5]
        if sheet:
            cells.setdefault((key, fold(heading)), set()).add(value)
        else:
            about |= {heading: value, "run_id": run_id}
    known = {at: frozenset(values) for at, values in cells.items()}
    return Baseline(about.get("workbook", ""), about.get("run_id", ""), known)


def own_sheet(grid: Grid, *, is_among_ours: bool = False) -> OwnSheet | None:
    """Return what a sheet is, if it is one of ours; `is_among_ours`: its workbook has our baseline."""
    head = [[fold(cell) if type(cell) is str else "" for cell in row] for row in grid.rows[:HEADING_ROWS]]
    if not head:
        return None
    if tuple(cell for cell in head[0] if cell) in (*_exports, *_own_lists()):
        return OwnSheet(grid.name, part=EXPORT, title=FOLDER)
    if found := _list_of(head, is_among_ours=is_among_ours):
        page = found.page
        about = _about(grid, found.at) if page.part == RETURNED else ""
        typed = tuple(_typed(grid, found))
        return OwnSheet(grid.name, page.workbook, page.part, page.title, unsure=typed, about=about)
    summary = next((page for page in _summaries() if _is_summary(page, grid, head)), None)
    return OwnSheet(grid.name, summary.workbook, summary.part, summary.title) if summary else None


def settled_by(baseline: Baseline | None, sheet: OwnSheet) -> OwnSheet:
    """Return it with its staff cells parted by what they were when its workbook was written.

    Without a baseline those that hold something: nobody knows how they were written.
    """
    if baseline is None or baseline.workbook != sheet.workbook:
        return replace(sheet, unsure=tuple(sorted(cell for cell in sheet.unsure if cell[-1])))
    cells = [
        (key, heading, text, baseline.cells.get((key, fold(heading)), NOTHING)) for key, heading, text in sheet.unsure
    ]
    changed = {(key, heading, text) for key, heading, text, was in cells if text not in (was or {""})}
    kept = {(key, heading, text) for key, heading, text, was in cells if text and text in was}
    run_id = baseline.run_id
    return replace(sheet, run_id=run_id, changed=tuple(sorted(changed)), kept=tuple(sorted(kept)), unsure=())


def unpack_own(told: Mapping[str, Any]) -> OwnSheet:
    """Return a sheet of ours as JSON brought it."""
    cells = {name: tuple((key, heading, text) for key, heading, text in told[name]) for name in CELLS}
    return OwnSheet(**{**told, **cells})


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


def _list_of(head: Sequence[Sequence[str]], *, is_among_ours: bool) -> _Found | None:
    """Return the list whose headings stand here, those with a title before those without."""
    found: list[_Found] = []
    for at, row in enumerate(head):
        texts = {text for text in row if text}
        if len(texts) < LEAST_HEADINGS:
            continue
        above = {text for row in head[:at] for text in row if text}
        for page in _lists():
            hits = sum(not names.isdisjoint(texts) for names in page.headings)
            share, own = hits / len(page.headings), hits / len(texts)
            if share < HALF or own < HALF:
                continue
            is_titled = any(text in page.titles or text.partition(PART)[0] in page.titles for text in above)
            if is_titled or is_among_ours or (share >= MOST and not _keys().isdisjoint(texts)):
                found.append(_Found(page, at, share, is_titled))
    return max(found, key=lambda each: (each.is_titled, each.share), default=None)


def _is_summary(page: _DeclaredSheet, grid: Grid, head: Sequence[Sequence[str]]) -> bool:
    top = {text for row in head[:3] for text in row}
    if page.titles.isdisjoint(top):
        return False
    words = {fold(cell) for row in grid.rows[:SUMMARY_ROWS] for cell in row if type(cell) is str}
    return not page.sections.isdisjoint(words)


def _typed(grid: Grid, found: _Found) -> Iterator[TypedCell]:
    """Staff cells below the heading row, found by its key column; rows moved or sorted do not matter."""
    headings = [fold(cell) if type(cell) is str else "" for cell in grid.rows[found.at]]
    keys = [n for n, heading in enumerate(headings) if heading in _keys()]
    asked = [(n, str(grid.rows[found.at][n]).strip()) for n, name in enumerate(headings) if name in found.page.staff]
    if not keys or not asked:
        return
    for row in grid.rows[found.at + 1 :]:
        if key := format_cell(row[keys[0]]):
            yield from ((key, heading, format_cell(row[n])) for n, heading in asked)


def _about(grid: Grid, at: int) -> str:
    cells = [cell for row in grid.rows[:at] for cell in row if type(cell) is str and cell != BLANK]
    return "\n".join(cells)


@cache
def _lists() -> tuple[_DeclaredSheet, ...]:
    pages = [
        _page(book.key, sheet)
        for book in WORKBOOKS.values()
        for sheet in book.lists
        if len(sheet.columns) >= LEAST_HEADINGS
    ]
    back = Sheet(RETURNED, returned.TAB, returned.TITLE, returned.HINT, returned.COLUMNS, rows=table(RETURNED))
    return (*pages, _page("", ORPHANS), _page("", back))


@cache
def _summaries() -> tuple[_DeclaredSheet, ...]:
    pages = []
    for book in WORKBOOKS.values():
        for sheet in book.sheets:
            if isinstance(sheet, Summary):
                sections = [block.title for block in sheet.blocks if isinstance(block, SummaryGrid)]
                words = _names(sections) | _names([sheet.hint])
                pages.append(
                    _DeclaredSheet(book.key, sheet.key, _names([sheet.title]), (), frozenset(), sheet.title, words)
                )
    return tuple(pages)


@cache
def _own_lists() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(fold(translate(head, lang)) for head in HEADS) for lang in LANGUAGES)


@cache
def _keys() -> frozenset[str]:
    return _names(["head.key"])


def _page(workbook: str, sheet: Sheet) -> _DeclaredSheet:
    headings = [_heading(column) for column in sheet.columns]
    if sheet.key_fields:
        headings.append(_keys())
    staff = frozenset(name for column in sheet.staff for name in _heading(column))
    return _DeclaredSheet(workbook, sheet.key, _names([sheet.title, sheet.hint]), tuple(headings), staff, sheet.title)


def _heading(column: SheetColumn) -> frozenset[str]:
    return _names([column.word])


def _names(words: Collection[str]) -> frozenset[str]:
    """Every spelling of these words, as texts are compared."""
    known = load()
    return frozenset(
        fold(text) for word in words for text in (known[word].zh, known[word].en, *known[word].other) if text
    )
