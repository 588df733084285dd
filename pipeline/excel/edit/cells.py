"""A sheet's part: the style of some cells changed, at their bytes; cells and rows that are not there put in.

A parser gets only the rows that matter. ``<`` stands in XML only where a tag begins (or a comment or CDATA,
which are looked for), so rows can be found by their bytes.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.excel.edit.package import needs_main
from pipeline.excel.edit.xml_edit import Edits, NotEditable, Tag, closing, tag_end, walk
from pipeline.excel.names import column_letter, column_of

Cell = tuple[int, int]  # row and column, both from 1
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
MERGED = re.compile(rb"""<(?:[\w.-]+:)?mergeCell\s[^>]*?\bref\s*=\s*["']([A-Z]+[0-9]+):([A-Z]+[0-9]+)""")
ROW = re.compile(rb"<(?:[\w.-]+:)?row[\s/>]")
NUMBERED = re.compile(rb'<(?:[\w.-]+:)?row\s(?:[^<>]*?\s)?r="([0-9]{1,7})"')
END = re.compile(rb"</(?:[\w.-]+:)?sheetData\s*>")
# what may stand before the reference to notes, in the order the format prescribes
BEFORE_NOTES = frozenset(
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios "
    "autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting "
    "dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks "
    "customProperties cellWatches ignoredErrors smartTags drawing".split()
)
TRUE = ("1", "true")
SHEET_DEPTH, TOP_DEPTH, ROW_DEPTH, CELL_DEPTH = 1, 2, 3, 4  # of tags: sheet, rows, row, cell


def position(reference: str) -> Cell | None:
    """Return ``G42`` as row and column; None for what is no cell."""
    found = REFERENCE.fullmatch(reference.upper().replace("$", ""))
    return (int(found[2]), column_of(found[1]) + 1) if found else None


def showing(part: bytes, cells: Iterable[Cell]) -> dict[Cell, Cell]:
    """Return every cell with the one that shows it: the first of its merged range, or itself."""
    wanted = sorted(set(cells))
    found = {cell: cell for cell in wanted}
    for merge in MERGED.finditer(part):
        first, last = position(merge[1].decode()), position(merge[2].decode())
        if first and last:
            for row, column in wanted[bisect_left(wanted, (first[0], 0)) : bisect_left(wanted, (last[0] + 1, 0))]:
                if first[1] <= column <= last[1]:
                    found[row, column] = first
    return found


def styled_cells(part: bytes) -> dict[Cell, int]:
    """Return every cell that has a style, with it. Raises NotEditable."""
    found: dict[Cell, int] = {}

    def begin(tag: str, attributes: dict[str, str], _at: int) -> None:
        is_cell = "s" in attributes and tag.rpartition(":")[2] == "c"
        place = position(attributes.get("r", "")) if is_cell else None
        if place:
            found[place] = int(attributes["s"] or 0)

    walk(part, begin, lambda _tag, _at: None)
    return found


# --- the rows that matter -------------------------------------------------------------------


@dataclass(frozen=True)
class Skeleton:
    """What is left of a part without the rows that do not matter, and where each kept piece began in it."""

    part: bytes
    starts: tuple[int, ...]  # of pieces, in the skeleton
    origins: tuple[int, ...]  # of the same pieces, in the part

    def origin(self, at: int) -> int:
        """Return an offset of the skeleton as an offset of the part."""
        piece = bisect_right(self.starts, at) - 1
        return self.origins[piece] + at - self.starts[piece]


def skeleton(part: bytes, wanted: Iterable[int]) -> Skeleton:
    """Keep the rows asked for, and of those that are not there the row that follows."""
    kept = _kept(part, sorted(set(wanted)))
    starts, at = [], 0
    for first, last in kept:
        starts.append(at)
        at += last - first
    return Skeleton(b"".join(part[a:b] for a, b in kept), tuple(starts), tuple(first for first, _ in kept))


def _kept(part: bytes, wanted: list[int]) -> list[tuple[int, int]]:
    found = [(int(row[1]), row.start()) for row in NUMBERED.finditer(part)]
    end = END.search(part, found[-1][1]) if found else None
    numbers = [number for number, _ in found]
    is_plain = b"<!" not in part[2:] and len(found) == len(ROW.findall(part))
    if not end or not is_plain or any(after <= before for before, after in pairwise(numbers)):
        return [(0, len(part))]
    starts = [*(start for _, start in found), end.start()]
    needed = sorted({at for row in wanted if (at := bisect_left(numbers, row)) < len(numbers)})
    rows = [(starts[at], starts[at + 1]) for at in needed]
    return [(0, starts[0]), *rows, (starts[-1], len(part))]


@dataclass
class _Row:
    tag: Tag
    style: int | None
    cells: list[tuple[int, int, int]] = field(default_factory=list)  # column, offset, style


class SheetScan:
    """What was seen of a part: the rows that matter, and where things can be put in. Raises NotEditable."""

    def __init__(self, part: bytes, wanted: set[int]) -> None:
        self.part, self.prefix = part, ""  # `prefix`: ``x:`` where the part names its elements so
        self.rows: dict[int, _Row] = {}
        self.gaps: dict[int, int] = {}  # wanted row that is not there → offset
        self.widths: list[tuple[int, int, int]] = []  # columns from, to, style
        self.data: Tag | None = None  # the element that holds the rows
        self.notes_at, self.notes_id = 0, ""  # where a reference to notes may be put; the one that is there
        self._wanted, self._pending = wanted, sorted(wanted)
        self._depth, self._row, self._column = 0, 0, 0
        self._now: _Row | None = None
        self._top = ("", 0)
        few = skeleton(part, wanted)
        walk(
            few.part,
            lambda tag, attributes, at: self._begin(tag, attributes, few.origin(at)),
            lambda _tag, at: self._end(few.origin(at)),
        )
        if self.data is None:
            raise NotEditable("a sheet without rows of its own")

    def _begin(self, tag: str, attributes: dict[str, str], at: int) -> None:
        self._depth += 1
        name = tag.rpartition(":")[2]
        if self._depth == CELL_DEPTH:
            if self._now is not None and name == "c":
                place = position(attributes.get("r", ""))
                self._column = place[1] if place else self._column + 1
                self._now.cells.append((self._column, at, int(attributes.get("s") or 0)))
        elif self._depth == ROW_DEPTH:
            self._line(tag, attributes, at)
        elif self._depth == TOP_DEPTH:
            self._top = (name, tag_end(self.part, at))
            if name == "sheetData":
                self.data = Tag(tag, at, self._top[1])
            elif name == "legacyDrawing":
                self.notes_id = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        elif self._depth == SHEET_DEPTH:
            needs_main(*(uri for key, uri in attributes.items() if key.partition(":")[0] == "xmlns"))
            self.prefix, self.notes_at = tag.removesuffix(name), tag_end(self.part, at)

    def _line(self, tag: str, attributes: dict[str, str], at: int) -> None:
        name, above = tag.rpartition(":")[2], self._top[0]
        if name == "row" and above == "sheetData":
            self._row = int(attributes.get("r") or self._row + 1)
            self._column = 0
            while self._pending and self._pending[0] < self._row:
                self.gaps.setdefault(self._pending.pop(0), at)
            if self._pending and self._pending[0] == self._row:
                self._pending.pop(0)
            if self._row in self._wanted and self._row not in self.rows:
                style = int(attributes.get("s") or 0) if attributes.get("customFormat") in TRUE else None
                self._now = self.rows[self._row] = _Row(Tag(tag, at, tag_end(self.part, at)), style)
        elif name == "col" and above == "cols":
            first, last, style = (int(attributes.get(key) or 0) for key in ("min", "max", "style"))
            self.widths.append((first, last, style))

    def _end(self, at: int) -> None:
        if self._depth == ROW_DEPTH and self._now is not None:
            self._now.tag.close = closing(self.part, self._now.tag.inside, at)[0]
            self._now = None
        elif self._depth == TOP_DEPTH:
            name, inside = self._top
            close, end = closing(self.part, inside, at)
            if name == "sheetData" and self.data:
                self.data.close = close
            if name in BEFORE_NOTES:
                self.notes_at = end
        self._depth -= 1


# --- styles changed -------------------------------------------------------------------------


def restyle(sheet: SheetScan, edits: Edits, wanted: Iterable[Cell], style_of: Callable[[Cell, int], int]) -> None:
    """Give cells the style that `style_of(cell, style it has)` says."""
    by_row: dict[int, list[int]] = {}
    for row, column in sorted(set(wanted)):
        by_row.setdefault(row, []).append(column)
    outside: dict[int, list[str]] = {}
    for row, columns in by_row.items():
        if row in sheet.rows:
            _restyle_row(sheet, edits, (row, columns), style_of)
        else:
            cells = "".join(_new(sheet, (row, column), style_of, None) for column in columns)
            markup = f'<{sheet.prefix}row r="{row}">{cells}</{sheet.prefix}row>'
            outside.setdefault(sheet.gaps.get(row, -1), []).append(markup)
    for at, rows in outside.items():
        if at >= 0:
            edits.put(at, "".join(rows))
        elif sheet.data:
            edits.into(sheet.data, "".join(rows))


def _restyle_row(
    sheet: SheetScan, edits: Edits, line: tuple[int, list[int]], style_of: Callable[[Cell, int], int]
) -> None:
    number, columns = line
    row = sheet.rows[number]
    there = {column: (at, style) for column, at, style in reversed(row.cells)}
    missing: list[tuple[int, str]] = []
    for column in columns:
        if column in there:
            at, style = there[column]
            edits.tag(at, {"s": str(style_of((number, column), style))})
        else:
            missing.append((column, _new(sheet, (number, column), style_of, row.style)))
    if missing:
        _insert(edits, row, missing)


def _insert(edits: Edits, row: _Row, missing: list[tuple[int, str]]) -> None:
    """New cells in their order; the row's own hint how wide it is would be wrong."""
    if edits.is_empty(row.tag):
        edits.into(row.tag, "".join(cell for _, cell in missing))
        return
    edits.tag(row.tag.start, {"spans": None})
    for column, cell in missing:
        edits.put(next((at for other, at, _ in row.cells if other > column), row.tag.close), cell)


def _new(sheet: SheetScan, cell: Cell, style_of: Callable[[Cell, int], int], row_style: int | None) -> str:
    row, column = cell
    of_column = next((style for first, last, style in sheet.widths if first <= column <= last), 0)
    style = of_column if row_style is None else row_style
    return f'<{sheet.prefix}c r="{column_letter(column - 1)}{row}" s="{style_of(cell, style)}"/>'
