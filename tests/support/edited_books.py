"""Workbooks as grids that a test may edit, read in this process, and posted into a ledger without any paper.

What a workbook says after a second version of it came is compared with what a ledger says that saw the second alone.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import orjson
import pandas as pd

from pipeline import demo
from pipeline.core.progress import Progress
from pipeline.feedback import versions
from pipeline.ledger import ReceivedFile, begin, close, load_facts, open_ledger, record_received
from pipeline.night import intake
from pipeline.reading.files.excel import open_workbook
from pipeline.reading.files.guard import inspect
from pipeline.reading.files.package import Damaged
from pipeline.reading.files.text_files import open_text
from pipeline.reading.layout.sheet import read_sheet
from pipeline.reading.results import FileRead
from schemas.incoming.kinds import KINDS
from schemas.policy.policy import shipped
from schemas.table import PROVENANCE
from tests.support.nights import TUESDAY, WEDNESDAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.ledger import Ledger, Night
    from pipeline.reading.files.grid import Grid

SERIALS = {"orders": "order_no", "complaints": "complaint_no"}
NEW_VALUES: dict[type, tuple[Any, ...]] = {
    str: ("改过的内容", "202605-777", "", "13900001111"),
    float: (7.0, 12345.67, 1.0),
    int: (7, 12345),
    datetime: (datetime(2026, 5, 11), datetime(2026, 4, 2, 9, 30)),
}


@dataclass
class EditedBook:
    """One workbook: its name, and its sheets. `said` tells in words how it was edited."""

    name: str
    grids: list[Grid]
    said: str = ""
    kind: str = "as it was"
    content: FileRead | None = None

    def read(self) -> FileRead:
        """What the reader makes of it."""
        if self.content is None:
            self.content = self._read()
        return self.content

    def _read(self) -> FileRead:
        sheets = [table for grid in deepcopy(self.grids) for table in read_sheet(grid, self.name).tables]
        return FileRead(self.name, sheets, refused=None if sheets else "FILE-013")


ROWS, SHEETS = 24, 3  # of one excerpt


@cache
def excerpts() -> tuple[EditedBook, ...]:
    """Every workbook of the demo in parts: some sheets, and of each the first, the middle or the last rows."""
    found = []
    for book in demo_books():
        for first in range(0, len(book.grids), SHEETS):
            grids = book.grids[first : first + SHEETS]
            heads = {sheet.sheet: sheet.heading_row for sheet in EditedBook(book.name, grids).read().sheets}
            parts = [{grid.name: _cut(grid, heads.get(grid.name, 0), at) for grid in grids} for at in (0.0, 0.5, 1.0)]
            is_long = any(len(parts[0][grid.name].rows) < len(grid.rows) for grid in grids)
            several = parts if is_long else parts[:1]
            found += [made for part in several if (made := EditedBook(book.name, [*part.values()])).read().sheets]
    return tuple(found)


def _cut(grid: Grid, heading_row: int, at: float) -> Grid:
    """The heading of a sheet and some of its rows."""
    first = sum(number <= heading_row for number in grid.numbers)
    begin_ = first + int(at * max(0, len(grid.rows) - first - ROWS))
    kept = (
        [*range(first), *range(begin_, min(len(grid.rows), begin_ + ROWS))] if heading_row else [*range(len(grid.rows))]
    )
    numbers = [grid.numbers[n] for n in kept]
    merges = [area for area in grid.merges if {area[0], area[2]} <= {*numbers}]
    return replace(grid, numbers=numbers, rows=[[*grid.rows[n]] for n in kept], merges=merges)


@cache
def demo_books() -> tuple[EditedBook, ...]:
    """Every workbook of the demo's first night that can be read."""
    root = Path(tempfile.mkdtemp(prefix="edited-"))
    demo.make(root, night=1)
    found = []
    for path in sorted((root / "inbox").rglob("*")):
        if path.is_file() and not path.name.startswith("~$"):
            book = EditedBook(path.relative_to(root / "inbox").as_posix(), [*_grids(path, root)])
            if book.grids and book.read().sheets:
                found.append(book)
    return tuple(found)


def _grids(path: Path, scratch: Path) -> Iterator[Grid]:
    kind = inspect(path, path.name).kind
    try:
        if kind == "text":
            yield open_text(path.read_bytes(), path.stem)
        elif kind:
            yield from open_workbook(path, kind, scratch)
    except Damaged:
        return


# --- edits ------------------------------------------------------------------------------------


def edited(book: EditedBook, seed: int) -> EditedBook:
    """A copy with one cell changed, or a row put in, moved, doubled or taken out."""
    rng = Random(seed)  # noqa: S311 - a test draws what to edit
    made = EditedBook(book.name, deepcopy(book.grids))
    read = book.read()
    sheet = rng.choice([sheet for sheet in read.sheets if sheet.rows_read])
    grid = next(grid for grid in made.grids if grid.name == sheet.sheet)
    rows = sorted({int(row) for row in sheet.table["src_row"].to_pylist()} & {*grid.numbers})
    at = grid.numbers.index(rng.choice(rows))
    edit: Callable[..., str] = rng.choices(
        (_change, _insert, _move, _double, _delete), weights=(12, 2, 2, 2, 2) if len(rows) > 1 else (1, 0, 0, 1, 0)
    )[0]
    other = grid.numbers.index(rng.choice(rows))
    made.kind = edit.__name__.strip("_")
    made.said = f"{book.name} {sheet.sheet} {grid.numbers[at]}: {edit(grid, at, other, rng)}"
    return made


def _change(grid: Grid, at: int, other: int, rng: Random) -> str:
    row = grid.rows[at]
    filled = [n for n, cell in enumerate(row) if cell != ""] or [0]
    position = rng.choice(filled if rng.random() < 0.8 else range(len(row)))
    was = row[position]
    pool = [cells[position] for cells in grid.rows[max(0, at - 8) : at + 8] if type(cells[position]) is type(was)]
    new = rng.choice([*NEW_VALUES.get(type(was), ("改过的内容",)), *pool, ""])
    row[position] = new
    grid.formulas = {cell: text for cell, text in grid.formulas.items() if cell[0] != grid.numbers[at]}
    return f"{grid.letter(position)} {was!r} → {new!r}"


def _insert(grid: Grid, at: int, other: int, rng: Random) -> str:
    new = [*grid.rows[other]]
    for position in rng.sample(range(len(new)), k=max(1, len(new) // 2)):
        new[position] = rng.choice([cells[position] for cells in grid.rows])
    _put(grid, at, new)
    return f"put in {new}"


def _move(grid: Grid, at: int, other: int, rng: Random) -> str:
    row = grid.rows.pop(at)
    grid.rows.insert(other, row)
    return f"moved to {grid.numbers[other]}"


def _double(grid: Grid, at: int, other: int, rng: Random) -> str:
    _put(grid, other, [*grid.rows[at]])
    return f"doubled at {grid.numbers[other]}"


def _delete(grid: Grid, at: int, other: int, rng: Random) -> str:
    row = grid.rows.pop(at)
    grid.numbers.pop()
    return f"taken out {row}"


def _put(grid: Grid, at: int, row: list[Any]) -> None:
    grid.rows.insert(at, row)
    grid.numbers.append(grid.numbers[-1] + 1)


# --- ledgers ----------------------------------------------------------------------------------


_policy = cache(shipped)


def post(ledger: Ledger, book: EditedBook, night_at: datetime, token: str) -> None:
    """Take one workbook in, as a night does, without claiming or archiving it."""
    night = begin(ledger, night_at)
    received = record_received(
        ledger, ReceivedFile(token, book.name, orjson.dumps(token).hex().ljust(64, "0"), 1, "", night.id)
    )
    read = [(received, book.read())]
    validated = intake._validate(ledger, read, night.id, _policy(), {})
    intake._post_all(ledger, validated, night.id, intake._Beside({}, {}, "zh"), Progress())
    with ledger.writing() as connection:
        close(connection, night, {})


def answer_versions(ledger: Ledger, night: Night, about_rows: str) -> None:
    """Answer every question of versions that stands: rows so, and what is gone was deleted."""
    keys = {versions.ROW: about_rows, versions.GONE: "deleted", versions.WAY: "whole"}
    answers: dict[str, str] = {}
    for _ in range(2):  # how a workbook comes lets its rows vanish
        answers |= {each.id: keys[each.rule] for each in versions.version_findings(ledger)}
        versions.apply_answers(ledger, night, answers)


def fresh(path: Path, book: EditedBook, night_at: datetime = WEDNESDAY) -> Ledger:
    """A ledger that saw this workbook alone."""
    ledger = open_ledger(f"sqlite:///{path}")
    post(ledger, book, night_at, "fresh")
    return ledger


def first_version(path: Path, book: EditedBook) -> None:
    """A ledger that saw the workbook on Tuesday."""
    fresh(path, book, TUESDAY).dispose()


def standing(ledger: Ledger) -> Counter[str]:
    """What counts: every row by kind, and whether it waits; without its place, and numbers that nightdesk gave."""
    frames, _ = load_facts(ledger)
    with ledger.reading() as connection:
        given = {row[0] for row in connection.exec_driver_sql("SELECT number FROM numbers").all()}
    found: Counter[str] = Counter()
    own = {str(column) for column in PROVENANCE}
    for kind in KINDS:
        frame = frames[kind]
        column = SERIALS.get(kind, "")
        for row in frame.astype(object).to_dict("records"):
            said = {name: str(value) for name, value in row.items() if name not in own and not pd.isna(value)}
            if said.get(column) in given:
                said[column] = "given"
            found[orjson.dumps([kind, bool(row["src_held"]), said], option=orjson.OPT_SORT_KEYS).decode()] += 1
    return found
