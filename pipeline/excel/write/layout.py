"""Lists laid out before a cell is written: which rows, values, widths, heights, places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from pipeline.excel.names import column_letter, quoted, sheet_name
from pipeline.excel.run_info import RunInfo
from pipeline.excel.write.cells import LINK, THIS_ROW, Cells, cell_text, column_cells, is_link, words_of
from reports import looks
from reports.looks import Look
from reports.shape import Sheet, SheetColumn, Tables
from reports.staff import row_key

SAMPLE = 2_000  # values a width is measured on
SHAPE = 2.5  # the sign in front of a toned word
YES_KEYS = {True: "yes", False: "no"}
SPLIT_MOST = 60  # sheets named after people; the rest stand on the sheet of all
LONGEST_PART = 60  # of the name of such a sheet, in its title


@dataclass
class ColumnLayout:
    """One column as it will be written."""

    declared: SheetColumn
    heading: str
    values: Cells
    variants: list[str] | None = None  # tone or other variant of the look, per row
    formula: str | None = None  # live in every row; THIS_ROW stands for its number
    targets: list[str | None] | None = None  # file that a click opens, per row
    width: float = looks.NARROWEST
    is_key: bool = False

    def at(self, places: Sequence[int]) -> ColumnLayout:
        """Return the column over some of its rows."""
        variants = self.variants and [self.variants[place] for place in places]
        targets = self.targets and [self.targets[place] for place in places]
        return replace(self, values=[self.values[place] for place in places], variants=variants, targets=targets)


@dataclass
class SheetLayout:
    """One sheet of a list. Rows and columns count from zero."""

    sheet: Sheet
    tab: str
    title: str
    columns: list[ColumnLayout]
    frame: pd.DataFrame
    part: str = ""  # the value a split list's sheet is about
    heights: dict[int, float] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Rows of data."""
        return len(self.frame)

    @cached_property
    def has_groups(self) -> bool:
        """Some headings stand under a word of their own."""
        return any(column.declared.group for column in self.columns)

    @property
    def head(self) -> int:
        """Row of the headings."""
        return 2 + self.sheet.has_totals * (len(self.sheet.currencies) or 2) + self.has_groups

    @property
    def first(self) -> int:
        """First row of data."""
        return self.head + 1

    @property
    def last(self) -> int:
        """Last row of data; the row that says so when there is none."""
        return self.first + max(1, self.count) - 1

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Field → column; the first that shows it."""
        return {column.declared.field: col for col, column in reversed(list(enumerate(self.columns)))}

    @property
    def counted(self) -> int:
        """A column without blanks, by which rows are counted."""
        full = (col for col, column in enumerate(self.columns) if None not in column.values)
        return next(reversed(list(full)), 0)

    def reach(self, col: int, *, far: bool = False) -> str:
        """Return the range of a column's data; `far` with the sheet's name."""
        name = column_letter(col)
        cells = f"${name}${self.first + 1}:${name}${self.last + 1}"
        return f"{quoted(self.tab)}!{cells}" if far else cells

    def fen(self, name: str) -> np.ndarray[Any, Any]:
        """Return a summed column in its own unit: fen, or whole numbers."""
        return self.frame[name].fillna(0).to_numpy(dtype="int64")


def sheet_layouts(sheet: Sheet, tables: Tables, run_info: RunInfo) -> list[SheetLayout]:
    """Return the sheets a list becomes: one, or one per value of the field it is split by."""
    frame = _sorted(sheet, sheet.rows(tables))
    if sheet.is_optional and frame.empty:
        return []
    columns = [_column(declared, frame, run_info) for declared in sheet.columns]
    if sheet.key_fields:
        columns.append(_key_column(sheet, frame, run_info))
    if not sheet.split:
        return [_layout(sheet, frame, columns, run_info)]
    parts = _parts(sheet, frame, run_info)
    return [_layout(sheet, frame.iloc[at], [column.at(at) for column in columns], run_info, name) for name, at in parts]


def _parts(sheet: Sheet, frame: pd.DataFrame, run_info: RunInfo) -> Iterator[tuple[str, list[int]]]:
    """By the value as shown; most rows first, so that the tabs people look for stand in front."""
    says = next(declared.says for declared in sheet.columns if declared.field == sheet.split)
    known = words_of(says, run_info.lang) if says else {}
    shown = frame[sheet.split].astype("object").map(lambda name: known.get(name, name), na_action="ignore")
    counts = shown.value_counts()
    names = sorted(counts.index, key=lambda name: (-counts[name], name))
    for name in names[:SPLIT_MOST]:
        yield name, np.flatnonzero(shown == name).tolist()


def _sorted(sheet: Sheet, frame: pd.DataFrame) -> pd.DataFrame:
    by = [(name.removeprefix("-"), not name.startswith("-")) for name in map(str, sheet.sort)]
    known = [(name, up) for name, up in by if name in frame.columns]
    if not known or frame.empty:
        return frame
    names, up = zip(*known, strict=True)
    return frame.sort_values(list(names), ascending=list(up), kind="stable", na_position="last")


def _layout(
    sheet: Sheet, frame: pd.DataFrame, columns: list[ColumnLayout], run_info: RunInfo, part: str = ""
) -> SheetLayout:
    title = run_info.text(sheet.title) + (f" · {cell_text(part[:LONGEST_PART])}" if part else "")
    layout = SheetLayout(sheet, sheet_name(part or run_info.text(sheet.tab)), title, columns, frame, part)
    for column in layout.columns:
        column.formula = _formula(layout, column, run_info)
    layout.heights = _heights(layout)
    return layout


def _column(declared: SheetColumn, frame: pd.DataFrame, run_info: RunInfo) -> ColumnLayout:
    values, variants = column_cells(declared, frame, run_info)
    heading = run_info.text(declared.word)
    if declared.toned is not None:
        variants = declared.toned(frame, run_info.as_of).astype("object").tolist()
    elif declared.tones is not None and declared.live is None:
        variants = _tones(declared, declared.tones, frame)
    column = ColumnLayout(declared, heading, values, variants, width=_width(declared, heading, values))
    return _leading(column, frame) if declared.leads in frame.columns else column


def _leading(column: ColumnLayout, frame: pd.DataFrame) -> ColumnLayout:
    """The same with files to open, and the look of a link where there is one; what no link can hold stays text."""
    paths = frame[column.declared.leads].astype("object").tolist()
    targets = [
        path if isinstance(path, str) and value is not None and is_link(path, value) else None
        for path, value in zip(paths, column.values, strict=True)
    ]
    usual = column.variants or [""] * len(targets)
    variants = [LINK if path else variant for path, variant in zip(targets, usual, strict=True)]
    return replace(column, targets=targets, variants=variants) if any(targets) else column


def _tones(declared: SheetColumn, tones: Mapping[str, str], frame: pd.DataFrame) -> list[str]:
    if declared.field not in frame.columns:
        return [""] * len(frame)
    places, keys = pd.factorize(frame[declared.field])
    names = YES_KEYS if declared.look is Look.YES else {}
    known = [*(tones.get(names.get(key, key), "") for key in keys.tolist()), ""]  # place -1: blank
    return [known[place] for place in places.tolist()]


def _key_column(sheet: Sheet, frame: pd.DataFrame, run_info: RunInfo) -> ColumnLayout:
    keys = row_key(frame, sheet.key_fields, sheet.key_source)
    declared = replace(sheet.columns[0], field="row_key", word="head.key", look=Look.CODE, says="", tones=None)
    values = column_cells(declared, frame.assign(row_key=keys), run_info)[0]
    return ColumnLayout(declared, run_info.text(declared.word), values, width=looks.NARROWEST, is_key=True)


def _width(declared: SheetColumn, heading: str, values: Cells) -> float:
    least = looks.LEAST_WIDTH.get(declared.look, looks.NARROWEST)
    if declared.width:
        return max(declared.width, round(_longest_word(heading) + looks.PAD, 2))
    if declared.look is Look.LONG or declared.look in looks.TIMES:
        return looks.column_width([], heading, least)
    if declared.look in looks.NUMBERS:
        return looks.column_width(_figures(declared, values), heading, least)
    if declared.says or declared.look is Look.YES:
        shape = SHAPE if declared.tones else 0
        longest = max((looks.length(value) + shape for value in set(values) if value), default=0)
        return looks.column_width([longest], heading, least)
    step = max(1, len(values) // SAMPLE)
    return looks.column_width([looks.length(value) for value in values[::step] if value is not None], heading, least)


def _figures(declared: SheetColumn, values: Cells) -> list[float]:
    """Lengths of the smallest and the largest: a figure too wide would show as ####."""
    known = [value for value in values if value is not None]
    places = 2 if declared.look in looks.FEN else 0
    ends = (min(known), max(known), sum(known) if declared.is_total else 0) if known else ()
    return [looks.length(f"{value:,.{places}f}", bold=True) for value in ends]


def _longest_word(heading: str) -> float:
    """English headings break between words only, Chinese ones anywhere."""
    return max(looks.length(part, bold=True) for part in heading.split()) if heading.isascii() else 0


def _heights(layout: SheetLayout) -> dict[int, float]:
    """Rows taller than the usual one: wrapped texts, counted in lines."""
    tallest = [1] * layout.count
    for column in layout.columns:
        if column.declared.look is not Look.LONG:
            continue
        known: dict[str | None, int] = {None: 1}  # each different text is measured once
        for row, value in enumerate(column.values):
            count = known.get(value)
            if count is None:
                count = known[value] = looks.lines(value, column.width)
            tallest[row] = max(tallest[row], count)
    return {layout.first + row: looks.row_height(count) for row, count in enumerate(tallest) if count > 1}


def _formula(layout: SheetLayout, column: ColumnLayout, run_info: RunInfo) -> str | None:
    declared = column.declared
    if declared.live is None:
        return _sum(layout, column) if declared.plus else None
    text = declared.live.text
    for col, other in enumerate(layout.columns):
        text = text.replace(f"{{{other.declared.field}}}", f"{column_letter(col)}{THIS_ROW}")
    for key in YES_KEYS.values():
        text = text.replace(f"{{{key}}}", f'"{run_info.text(f"look.{key}")}"')
    column.values = ["–" if value is None else value for value in column.values]
    return text


def _sum(layout: SheetLayout, column: ColumnLayout) -> str | None:
    """A live sum along the row; None unless it gives the very figures we hold."""
    declared = column.declared
    parts = [*((1, str(name)) for name in declared.plus), *((-1, str(name)) for name in declared.minus)]
    if not layout.count or any(name not in layout.places for _, name in parts):
        return None
    total = sum(sign * layout.fen(name) for sign, name in parts)
    if None in column.values or not np.array_equal(total, layout.fen(declared.field)):
        return None
    signed = (f"{'+' if sign > 0 else '-'}{column_letter(layout.places[name])}{THIS_ROW}" for sign, name in parts)
    return "=" + "".join(signed).removeprefix("+")
