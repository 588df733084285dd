"""Columns that need a word: two for one field, and values under no heading."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from pipeline.core.text import normalize
from pipeline.reading.files.grid import BLANK
from pipeline.reading.layout.heading_names import aliases, fold_heading, known_name, spellings_of
from pipeline.reading.layout.wide import stage_field
from pipeline.reading.results import CellFinding, FileFinding, params

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.reading.files.grid import Grid, Raw
    from pipeline.reading.layout.headings import Fit
    from pipeline.reading.layout.table import DataRows
    from pipeline.reading.results import FileRead, SheetRead


NO_HEADING, TWICE, TWO_FOR_ONE = "FILE-006", "FILE-022", "FILE-023"


def doubled_columns(grid: Grid, fit: Fit, rows: Sequence[list[Raw]]) -> Iterator[FileFinding]:
    """One finding a column, in the order of the sheet. Empty and identical columns are silent."""
    for places in fit.columns.values():
        for other in places[1:]:
            if any(row[other] not in (BLANK, row[places[0]]) for row in rows):
                yield _double(grid, fit, places[0], other)
    for position in range(len(grid.rows[0])):
        if position not in fit.headings:
            first = next((at for at, row in enumerate(rows) if row[position] not in (BLANK, None)), None)
            if first is not None:
                letter = grid.letter(position)
                yield FileFinding(NO_HEADING, grid.name, letter, letter=letter)


def _double(grid: Grid, fit: Fit, first: int, other: int) -> FileFinding:
    taken, left = fit.headings[first].strip(), fit.headings[other].strip()
    rule = TWICE if fold_heading(taken) == fold_heading(left) else TWO_FOR_ONE
    letter = grid.letter(other)
    told = params(other=f"{taken} ({grid.letter(first)}) / {left} ({letter})")
    return FileFinding(rule, grid.name, left, left, told, grid.numbers[fit.at], letter)


NEAR = "FILE-024"
LIKE = 0.6
MOST = 3
SHORTEST, LONGEST = 2, 20


def find_unknown_headings(grid: Grid, fit: Fit, rows: Sequence[list[Raw]]) -> Iterator[FileFinding]:
    """One finding a heading that has values under it and a field it may mean."""
    free = frozenset(aliases(fit.kind).values()) - fit.columns.keys()
    for position, text in sorted(fit.headings.items()):
        if position in fit.explained or known_name(text) or all(row[position] == BLANK for row in rows):
            continue
        fields = [field for field in _like(fit.kind, fold_heading(text)) if field in free][:MOST]
        if fields:
            letter, heading = grid.letter(position), text.strip()
            told = params(suggestion_words=" ".join(f"{fit.kind}.{field}" for field in fields))
            yield FileFinding(NEAR, grid.name, heading, heading, told, grid.numbers[fit.at], letter)


@cache
def _like(kind: str, name: str) -> tuple[str, ...]:
    """Fields of a kind one of whose names is like this one, the most like first."""
    if not SHORTEST <= len(name) <= LONGEST or stage_field(name):
        return ()
    alike: dict[str, float] = {}
    for other, field in aliases(kind).items():
        ratio = SequenceMatcher(None, name, other).ratio()
        if ratio >= LIKE:
            alike[field] = max(ratio, alike.get(field, 0))
    return tuple(sorted(alike, key=lambda field: -alike[field]))


ROW_HIDDEN, ROW_STRUCK, CELL_NOTE = "CELL-003", "CELL-004", "CELL-043"


def find_marks(grid: Grid, lines: DataRows) -> Iterator[CellFinding]:
    """One finding a row and mark, one a note. A row of several records is named once."""
    first = {number: at for at, number in reversed(list(enumerate(lines.numbers)))}
    for rule, marked in ((ROW_HIDDEN, grid.hidden_rows), (ROW_STRUCK, grid.struck_rows)):
        if marked:
            yield from (CellFinding(number, "", rule, at=at) for number, at in first.items() if number in marked)
    if grid.notes:
        yield from _notes(grid, lines, first)


def _notes(grid: Grid, lines: DataRows, first: dict[int, int]) -> Iterator[CellFinding]:
    places = _places(grid, lines)
    for address, words in grid.notes.items():
        letters = address.rstrip("0123456789")
        number = int(address[len(letters) :])
        at, field = places.get(address, (first.get(number, -1), ""))
        if at >= 0:
            yield CellFinding(number, field, CELL_NOTE, params=params(value=words), at=at)


def _places(grid: Grid, lines: DataRows) -> dict[str, tuple[int, str]]:
    """Address → record and field."""
    if lines.cells:
        return {cell: (n, name) for n in range(len(lines.numbers)) for name, (cell, _) in lines.places(n).items()}
    letters = {name: grid.letter(at[0]) for name, at in lines.fit.columns.items()}
    fields = {letter: name for name, letter in letters.items()}
    at = {str(number): n for n, number in enumerate(lines.numbers)}
    found = {}
    for address in grid.notes:
        letter = address.rstrip("0123456789")
        if letter in fields and address[len(letter) :] in at:
            found[address] = (at[address[len(letter) :]], fields[letter])
    return found


MOVED = "FILE-025"
CHANGING = re.compile(r"[\d\s._()\[\]\u3010\u3011\-~]+")
Before = dict[str, tuple[str, str]]  # field → letter and heading


def sender_of(name: str) -> str:
    """What stays of a file's name from night to night: without days, counters and words for copies."""
    path = PurePosixPath(normalize(name))
    stem = path.stem.casefold()
    for word in spellings_of("reading.copy"):
        stem = stem.replace(word, "")
    return f"{path.parent.as_posix()}/{CHANGING.sub('', stem)}"


def find_moved_columns(file: FileRead, before: Sequence[Mapping[str, Any]]) -> Iterator[FileFinding]:
    """One finding a column, against what the ledger kept of the sender's last file."""
    for sheet in file.sheets:
        if known := _same(sheet, before):
            yield from _differing(sheet, known)


def _same(sheet: SheetRead, before: Sequence[Mapping[str, Any]]) -> Before | None:
    """The sheet of this kind and name; else the only one of this kind (a month's name changes)."""
    kind = [each for each in before if each["kind"] == sheet.kind]
    named = [each for each in kind if each["sheet"] == sheet.sheet]
    chosen = named[0] if named else kind[0] if len(kind) == 1 else None
    return {name: (at[0], at[1]) for name, at in chosen["columns"].items()} if chosen else None


def _differing(sheet: SheetRead, before: Before) -> Iterator[FileFinding]:
    now = {name: at for name, at in sheet.columns.items() if at[0]}
    common = [name for name in now if before.get(name, ("",))[0]]
    order = sorted(common, key=lambda name: _place(now[name][0]))
    earlier = sorted(common, key=lambda name: _place(before[name][0]))
    matched = SequenceMatcher(None, order, earlier, autojunk=False).get_matching_blocks()
    kept = {name for block in matched for name in order[block.a : block.a + block.size]}
    for name in order:
        letter, heading = now[name]
        if name not in kept or fold_heading(heading) != fold_heading(before[name][1]):
            was = f"{before[name][0]} {before[name][1]}"
            yield FileFinding(MOVED, sheet.sheet, heading, heading, params(other=was), sheet.heading_row, letter)


def _place(letter: str) -> tuple[int, str]:
    return len(letter), letter
