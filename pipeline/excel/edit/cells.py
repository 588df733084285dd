"""A sheet's part: the style of some cells changed, at their bytes; cells and rows that are not there put in."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.excel.edit.package import needs_main
from pipeline.excel.edit.row_index import skeleton
from pipeline.excel.edit.xml_edit import Edits, Node, NotEditable, closing, tag_end, walk
from pipeline.excel.names import column_letter, column_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Cell = tuple[int, int]  # row and column, both from 1
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
MERGED = re.compile(rb"""<(?:[\w.-]+:)?mergeCell\s[^>]*?\bref\s*=\s*["']([A-Z]+[0-9]+):([A-Z]+[0-9]+)""")
# what may stand before the reference to notes, in the order the format prescribes
BEFORE_NOTES = frozenset(
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios "
    "autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting "
    "dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks "
    "customProperties cellWatches ignoredErrors smartTags drawing".split()
)
TRUE = ("1", "true")


def position(reference: str) -> Cell | None:
    """``G42`` as row and column; None for what is no cell."""
    found = REFERENCE.fullmatch(reference.upper().replace("$", ""))
    return (int(found[2]), column_of(found[1]) + 1) if found else None


def shown(part: bytes, cells: Iterable[Cell]) -> dict[Cell, Cell]:
    """Every cell with the one that shows it: the first of its merged range, or itself."""
    wanted = sorted(set(cells))
    found = {cell: cell for cell in wanted}
    for merge in MERGED.finditer(part):
        first, last = position(merge[1].decode()), position(merge[2].decode())
        if first and last:
            for row, column in wanted[bisect_left(wanted, (first[0], 0)) : bisect_left(wanted, (last[0] + 1, 0))]:
                if first[1] <= column <= last[1]:
                    found[row, column] = first
    return found


@dataclass
class _Row:
    start: int
    inside: int
    style: int | None
    close: int = 0
    cells: list[tuple[int, int, int]] = field(default_factory=list)  # column, offset, style


@dataclass
class Sheet:
    """What was seen of a part: the rows that matter, and where things can be put in."""

    part: bytes
    root: Node | None = None
    rows: dict[int, _Row] = field(default_factory=dict)
    gaps: dict[int, int] = field(default_factory=dict)  # wanted row that is not there → offset
    widths: list[tuple[int, int, int]] = field(default_factory=list)  # columns from, to, style
    rows_node: Node | None = None
    notes_at: int = 0  # where a reference to notes may be put
    notes_id: str = ""  # the reference that is there


def look(part: bytes, rows: Iterable[int]) -> Sheet:
    """Go through the part once, keeping only the rows asked for. Raises NotEditable."""
    return _Look(part, set(rows)).sheet


class _Look:
    def __init__(self, part: bytes, wanted: set[int]) -> None:
        self.sheet = Sheet(part)
        self._wanted, self._pending = wanted, sorted(wanted)
        self._depth, self._row, self._column = 0, 0, 0
        self._now: _Row | None = None
        self._top = ("", 0)
        few = skeleton(part, wanted)
        walk(
            few.part,
            lambda tag, attributes, at: self._begin(tag, attributes, few.origin(at)),
            lambda tag, at: self._end(tag, few.origin(at)),
        )
        if self.sheet.root is None or self.sheet.rows_node is None:
            raise NotEditable("a sheet without rows of its own")
        needs_main(self.sheet.root)

    def _begin(self, tag: str, attributes: dict[str, str], at: int) -> None:
        self._depth += 1
        if self._depth == 4:  # noqa: PLR2004 - sheet, rows, row, cell
            if self._now is not None and tag.rpartition(":")[2] == "c":
                self._cell(attributes, at)
        elif self._depth == 3:  # noqa: PLR2004
            self._line(tag.rpartition(":")[2], attributes, at)
        elif self._depth <= 2:  # noqa: PLR2004
            self._outer(tag, attributes, at)

    def _outer(self, tag: str, attributes: dict[str, str], at: int) -> None:
        inside = tag_end(self.sheet.part, at)
        if self._depth == 1:
            self.sheet.root = Node(tag, attributes, at, inside)
            self.sheet.notes_at = inside
            return
        name = tag.rpartition(":")[2]
        self._top = (name, inside)
        if name == "sheetData":
            self.sheet.rows_node = Node(tag, attributes, at, inside)
        elif name == "legacyDrawing":
            self.sheet.notes_id = next((value for key, value in attributes.items() if key.endswith(":id")), "")

    def _line(self, name: str, attributes: dict[str, str], at: int) -> None:
        if name == "row" and self._top[0] == "sheetData":
            self._row = int(attributes.get("r") or self._row + 1)
            self._column = 0
            while self._pending and self._pending[0] < self._row:
                self.sheet.gaps.setdefault(self._pending.pop(0), at)
            if self._pending and self._pending[0] == self._row:
                self._pending.pop(0)
            if self._row in self._wanted and self._row not in self.sheet.rows:
                style = int(attributes.get("s") or 0) if attributes.get("customFormat") in TRUE else None
                self._now = self.sheet.rows[self._row] = _Row(at, tag_end(self.sheet.part, at), style)
        elif name == "col" and self._top[0] == "cols":
            first, last, style = (int(attributes.get(key) or 0) for key in ("min", "max", "style"))
            self.sheet.widths.append((first, last, style))

    def _cell(self, attributes: dict[str, str], at: int) -> None:
        place = position(attributes.get("r", ""))
        self._column = place[1] if place else self._column + 1
        if self._now is not None:
            self._now.cells.append((self._column, at, int(attributes.get("s") or 0)))

    def _end(self, _tag: str, at: int) -> None:
        if self._depth == 3 and self._now is not None:  # noqa: PLR2004
            self._now.close = closing(self.sheet.part, self._now.inside, at)[0]
            self._now = None
        elif self._depth == 2:  # noqa: PLR2004
            self._leave(at)
        self._depth -= 1

    def _leave(self, at: int) -> None:
        name, inside = self._top
        close, end = closing(self.sheet.part, inside, at)
        if name == "sheetData" and self.sheet.rows_node:
            self.sheet.rows_node.close, self.sheet.rows_node.end = close, end
        if name in BEFORE_NOTES:
            self.sheet.notes_at = end


def restyle(sheet: Sheet, edits: Edits, wanted: Iterable[Cell], style_of: Callable[[Cell, int], int]) -> None:
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
            x = sheet.root.prefix if sheet.root else ""
            outside.setdefault(sheet.gaps.get(row, -1), []).append(f'<{x}row r="{row}">{cells}</{x}row>')
    for at, rows in outside.items():
        if at >= 0:
            edits.put(at, "".join(rows))
        elif sheet.rows_node:
            edits.into(sheet.rows_node, "".join(rows))


def _restyle_row(sheet: Sheet, edits: Edits, line: tuple[int, list[int]], style_of: Callable[[Cell, int], int]) -> None:
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
        _insert(sheet, edits, row, missing)


def _insert(sheet: Sheet, edits: Edits, row: _Row, missing: list[tuple[int, str]]) -> None:
    """New cells in their order; the row's own hint how wide it is would be wrong."""
    if row.close == row.inside and sheet.part[row.inside - 2 : row.inside] == b"/>":
        tag = re.match(rb"<([^\s/>]+)", sheet.part[row.start : row.inside])
        name = tag[1].decode() if tag else "row"
        edits.put(row.inside - 2, f">{''.join(cell for _, cell in missing)}</{name}>", row.inside)
        return
    edits.tag(row.start, {"spans": None})
    for column, cell in missing:
        edits.put(next((at for other, at, _ in row.cells if other > column), row.close), cell)


def _new(sheet: Sheet, cell: Cell, style_of: Callable[[Cell, int], int], row_style: int | None) -> str:
    row, column = cell
    style = row_style if row_style is not None else _column_style(sheet.widths, column)
    x = sheet.root.prefix if sheet.root else ""
    return f'<{x}c r="{column_letter(column - 1)}{row}" s="{style_of(cell, style)}"/>'


def _column_style(widths: Iterable[tuple[int, int, int]], column: int) -> int:
    return next((style for first, last, style in widths if first <= column <= last), 0)


def styled(part: bytes) -> Iterator[tuple[Cell, int]]:
    """Every cell that has a style, with it. Raises NotEditable."""
    found: list[tuple[Cell, int]] = []

    def begin(tag: str, attributes: dict[str, str], _at: int) -> None:
        is_cell = "s" in attributes and tag.rpartition(":")[2] == "c"
        place = position(attributes.get("r", "")) if is_cell else None
        if place:
            found.append((place, int(attributes["s"] or 0)))

    walk(part, begin, lambda _tag, _at: None)
    yield from found
