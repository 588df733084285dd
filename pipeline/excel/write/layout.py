"""Lists laid out before a cell is written: which rows, values, widths, heights, places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.excel.names import column_letter, quoted, sheet_name
from pipeline.excel.write.cells import LINK, THIS_ROW, UNREAD, Cells, cells
from pipeline.excel.write.links import is_link
from pipeline.excel.write.vocabulary import vocabulary
from reports.looks import (
    FEN,
    HEAD_ROW,
    LEAST_WIDTH,
    NARROWEST,
    NUMBERS,
    PAD,
    ROW,
    TIMES,
    Look,
    column_width,
    length,
    lines,
    row_height,
)
from reports.staff import row_key

if TYPE_CHECKING:
    from pipeline.excel.run_info import RunInfo
    from reports.shape import Column, Sheet, Tables

SAMPLE = 2_000  # values a width is measured on
SHAPE = 2.5  # the sign in front of a toned word
YES_KEYS = {True: "yes", False: "no"}
SPLIT_MOST = 60  # sheets named after people; the rest stand on the sheet of all


@dataclass
class Lane:
    """One column as it will be written."""

    column: Column
    heading: str
    values: Cells
    variants: list[str] | None = None  # tone or other variant of the look, per row
    formula: str | None = None  # live in every row; THIS_ROW stands for its number
    targets: list[str | None] | None = None  # file that a click opens, per row
    width: float = NARROWEST
    is_key: bool = False

    def at(self, places: Sequence[int]) -> Lane:
        """The column over some of its rows."""
        variants = self.variants and [self.variants[place] for place in places]
        targets = self.targets and [self.targets[place] for place in places]
        return replace(self, values=[self.values[place] for place in places], variants=variants, targets=targets)


@dataclass
class Laid:
    """One sheet of a list. Rows and columns count from zero."""

    sheet: Sheet
    tab: str
    title: str
    lanes: list[Lane]
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
        return any(lane.column.group for lane in self.lanes)

    @property
    def head(self) -> int:
        """Row of the headings."""
        return (4 if self.sheet.has_totals else 2) + self.has_groups

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
        return {lane.column.field: col for col, lane in reversed(list(enumerate(self.lanes)))}

    @property
    def counted(self) -> int:
        """A column without blanks, by which rows are counted."""
        full = (col for col, lane in enumerate(self.lanes) if None not in lane.values)
        return next(reversed(list(full)), 0)

    def reach(self, col: int, *, far: bool = False) -> str:
        """Range of a column's data; `far` with the sheet's name."""
        name = column_letter(col)
        cells_ = f"${name}${self.first + 1}:${name}${self.last + 1}"
        return f"{quoted(self.tab)}!{cells_}" if far else cells_

    def fen(self, field_: str) -> np.ndarray[Any, Any]:
        """A summed column in its own unit: fen, or whole numbers."""
        series = self.frame[field_]
        return series.fillna(0).to_numpy(dtype="int64")

    @property
    def total_units(self) -> float:
        """Width of what is printed."""
        return sum(lane.width for lane in self.lanes if not lane.is_key)


def lay(sheet: Sheet, tables: Tables, run_info: RunInfo) -> list[Laid]:
    """The sheets a list becomes: one, or one per value of the field it is split by."""
    frame = _sorted(sheet, sheet.rows(tables))
    if sheet.is_optional and frame.empty:
        return []
    lanes = _lanes(sheet, frame, run_info)
    if not sheet.split:
        return [_laid(sheet, frame, lanes, run_info)]
    parts = _parts(sheet, frame, run_info)
    return [_laid(sheet, frame.iloc[at], [lane.at(at) for lane in lanes], run_info, name) for name, at in parts]


def _parts(sheet: Sheet, frame: pd.DataFrame, run_info: RunInfo) -> Iterator[tuple[str, list[int]]]:
    """By the value as shown; most rows first, so that the tabs people look for stand in front."""
    says = next(column.says for column in sheet.columns if column.field == sheet.split)
    known = vocabulary(says, run_info.lang) if says else {}
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


def _lanes(sheet: Sheet, frame: pd.DataFrame, run_info: RunInfo) -> list[Lane]:
    lanes = [_lane(column, frame, run_info) for column in sheet.columns]
    return [*lanes, _key_lane(sheet, frame, run_info)] if sheet.key_fields else lanes


def _laid(sheet: Sheet, frame: pd.DataFrame, lanes: list[Lane], run_info: RunInfo, part: str = "") -> Laid:
    made = Laid(sheet, sheet_name(part or run_info.text(sheet.tab)), run_info.text(sheet.title), lanes, frame, part)
    if part:
        made.title = f"{made.title} · {part}"
    for lane in made.lanes:
        lane.formula = _formula(made, lane, run_info)
    made.heights = _heights(made)
    return made


def _lane(column: Column, frame: pd.DataFrame, run_info: RunInfo) -> Lane:
    values, variants = cells(column, frame, run_info)
    heading = run_info.text(column.word)
    if column.toned is not None:
        variants = column.toned(frame, run_info.as_of).astype("object").tolist()
    elif column.tones is not None and column.live is None:
        variants = _tones(column, frame)
    lane = Lane(column, heading, values, variants, width=_width(column, heading, values))
    return _leading(lane, frame) if column.leads in frame.columns else lane


def _leading(lane: Lane, frame: pd.DataFrame) -> Lane:
    """The same with files to open, and the look of a link where there is one; what no link can hold stays text."""
    paths = frame[lane.column.leads].astype("object").tolist()
    targets = [
        path if isinstance(path, str) and value is not None and is_link(path, value) else None
        for path, value in zip(paths, lane.values, strict=True)
    ]
    usual = lane.variants or [""] * len(targets)
    variants = [LINK if path else each for path, each in zip(targets, usual, strict=True)]
    return replace(lane, targets=targets, variants=variants) if any(targets) else lane


def _tones(column: Column, frame: pd.DataFrame) -> list[str]:
    assert column.tones is not None  # noqa: S101 - the caller looked
    if column.field not in frame.columns:
        return [""] * len(frame)
    places, keys = pd.factorize(frame[column.field])
    said = YES_KEYS if column.look is Look.YES else {}
    tones = [*(column.tones.get(said.get(key, key), "") for key in keys.tolist()), ""]  # place -1: blank
    return [tones[place] for place in places.tolist()]


def _key_lane(sheet: Sheet, frame: pd.DataFrame, run_info: RunInfo) -> Lane:
    keys = row_key(frame, sheet.key_fields, sheet.key_otherwise)
    column = replace(sheet.columns[0], field="row_key", word="head.key", look=Look.CODE, says="", tones=None)
    values = cells(column, frame.assign(row_key=keys), run_info)[0]
    return Lane(column, run_info.text(column.word), values, width=NARROWEST, is_key=True)


def _width(column: Column, heading: str, values: Cells) -> float:
    least = LEAST_WIDTH.get(column.look, NARROWEST)
    if column.width:
        return max(column.width, round(_longest_word(heading) + PAD, 2))
    if column.look is Look.LONG or column.look in TIMES:
        return column_width([], heading, least)
    if column.look in NUMBERS:
        return column_width(_figures(column, values), heading, least)
    if column.says or column.look is Look.YES:
        shape = SHAPE if column.tones else 0
        return column_width([max((length(value) + shape for value in set(values) if value), default=0)], heading, least)
    step = max(1, len(values) // SAMPLE)
    return column_width([length(value) for value in values[::step] if value is not None], heading, least)


def _figures(column: Column, values: Cells) -> list[float]:
    """Lengths of the smallest and the largest: a figure too wide would show as ####."""
    known = [value for value in values if value is not None]
    places = 2 if column.look in FEN else 0
    ends = (min(known), max(known), sum(known) if column.is_total else 0) if known else ()
    return [length(f"{value:,.{places}f}", bold=True) for value in ends]


def _longest_word(heading: str) -> float:
    """English headings break between words only, Chinese ones anywhere."""
    return max(length(part, bold=True) for part in heading.split()) if heading.isascii() else 0


def _heights(laid: Laid) -> dict[int, float]:
    """Rows taller than the usual one: wrapped texts, counted in lines."""
    tallest = [1] * laid.count
    for lane in laid.lanes:
        if lane.column.look is not Look.LONG:
            continue
        known: dict[str | None, int] = {None: 1}
        for row, value in enumerate(lane.values):
            count = known.get(value)
            if count is None:
                count = known[value] = lines(value, lane.width)
            tallest[row] = max(tallest[row], count)
    first = laid.first
    return {first + row: row_height(count) for row, count in enumerate(tallest) if count > 1}


def _formula(laid: Laid, lane: Lane, run_info: RunInfo) -> str | None:
    column = lane.column
    if column.live is None:
        return _sum(laid, lane) if column.plus else None
    words = {"yes": f'"{run_info.text("look.yes")}"', "no": f'"{run_info.text("look.no")}"'}
    text = column.live.text
    for col, other in enumerate(laid.lanes):
        text = text.replace(f"{{{other.column.field}}}", f"{column_letter(col)}{THIS_ROW}")
    for key, word in words.items():
        text = text.replace(f"{{{key}}}", word)
    lane.values = ["–" if value is None else value for value in lane.values]
    return text


def _sum(laid: Laid, lane: Lane) -> str | None:
    """A live sum along the row; None unless it gives the very figures we hold."""
    column = lane.column
    parts = [*((1, name) for name in column.plus), *((-1, name) for name in column.minus)]
    if not laid.count or any(str(name) not in laid.places for _, name in parts):
        return None
    total = sum(sign * laid.fen(name) for sign, name in parts)
    if None in lane.values or not np.array_equal(total, laid.fen(column.field)):
        return None
    signed = "".join(
        f"{'+' if sign > 0 else '-'}{column_letter(laid.places[str(name)])}{THIS_ROW}" for sign, name in parts
    )
    return "=" + signed.removeprefix("+")


def head_height(lanes: Sequence[Lane]) -> float:
    """Height of the heading row: two lines, or as many as the narrowest column needs."""
    most = max(lines(lane.heading, lane.width) for lane in lanes if not lane.is_key)
    return max(HEAD_ROW, row_height(most), ROW)


__all__ = ["UNREAD", "Laid", "Lane", "head_height", "lay"]
