"""Draw a small table over a list, and its chart."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from pipeline.core.phrases import fill
from pipeline.excel.names import column_letter, quoted
from pipeline.excel.write.formats import sure
from pipeline.excel.write.summary_page import LABEL, LABEL_WIDTH, LAST, Page, section
from reports.looks import (
    AXIS,
    BAR_MONEY,
    BAR_SHARE,
    CELL,
    EMPTY,
    GRID_HEAD,
    GRID_TOTAL,
    LINKED,
    LOOKS,
    NAVY_SOFT,
    SUMMARY_HEAD_ROW,
    TEXT,
    TONES,
    length,
    tone,
)

if TYPE_CHECKING:
    from xlsxwriter.format import Format

    from reports.shape import Grid, GridColumn

SCALED = LAST + 2  # hidden column: what the chart draws
BARS = {"money": BAR_MONEY, "share": BAR_SHARE}
CHART_ROWS, CHART_SIZE = 11, (880, 270)
ROW_HEIGHT = 20.0


@dataclass(frozen=True)
class Line:
    """One row: the label to compare with, how it is written, its tone."""

    label: str | None
    text: str
    tone: str = ""


def draw_grid(page: Page, grid: Grid, row: int) -> int:
    """Draw a table from `row` on; the first free row after it."""
    section(page, row, grid.title)
    lines, left_out = _lines(page, grid)
    if not lines:
        page.canvas.text(row + 1, LABEL, page.formats.text("hint.nothing"), page.formats.of(EMPTY))
        return row + 3
    _head(page, grid, row + 1)
    first = row + 2
    for place, line in enumerate(lines):
        _line(page, grid, first + place, line)
    end = first + len(lines)
    _bars(page, grid, first, end - 1)
    if left_out:
        note = fill(page.formats.text("look.more"), count=str(left_out))
        page.canvas.text(end, LABEL, note, page.formats.of(EMPTY))
        end += 1
    if grid.has_total:
        _total(page, grid, (first, first + len(lines) - 1), end)
        end += 1
    if grid.chart is not None:
        end = _chart(page, grid, (first, lines), end)
    return end + 1


def _lines(page: Page, grid: Grid) -> tuple[list[Line], int]:
    reckoner, tones = page.reckoner, grid.tones or {}
    if grid.keys:
        said = ((key, reckoner.said(grid.sheet, grid.by, key)) for key in grid.keys)
        return [Line(text, text, tones.get(key, "")) for key, text in said], 0
    found = reckoner.groups(grid.sheet, grid.by)
    if grid.where is not None:
        found = [label for label in found if reckoner.value(grid.where, label) > 0]
    leading = grid.columns[grid.largest].measure
    found.sort(key=lambda label: -reckoner.value(leading, label))
    lines = [Line(label, label or page.formats.text("look.blank")) for label in found]
    return lines[: grid.limit], max(0, len(lines) - grid.limit)


def _head(page: Page, grid: Grid, row: int) -> None:
    form = page.formats.of(GRID_HEAD)
    label = page.reckoner.lists[grid.sheet]
    heading = label.lanes[label.places[grid.by]].heading
    page.canvas.text(row, LABEL, heading, form)
    for place, column in enumerate(grid.columns):
        page.canvas.text(row, LABEL + 1 + place, page.formats.text(column.word), form)
    page.canvas.heights[row] = SUMMARY_HEAD_ROW


def _line(page: Page, grid: Grid, row: int, line: Line) -> None:
    page.canvas.heights[row] = ROW_HEIGHT
    _label(page, grid, row, line)
    for place, column in enumerate(grid.columns):
        value = page.reckoner.value(column.measure, line.label)
        formula = page.reckoner.formula(column.measure, line.label)
        page.canvas.live((row, LABEL + 1 + place), formula, _number(value), _form(page, column))


def _label(page: Page, grid: Grid, row: int, line: Line) -> None:
    props = {key: value for key, value in tone(line.tone).items() if key != "num_format"} if line.tone else {}
    plain = {"align": "left", "indent": 1, "shrink": length(line.text) > LABEL_WIDTH}
    tab = page.parts.get(grid.links, {}).get(line.text)
    if tab is not None:
        page.canvas.link(row, LABEL, (line.text, quoted(tab)), page.formats.of(CELL, plain, LINKED))
    else:
        page.canvas.text(row, LABEL, line.text, page.formats.of(CELL, plain, props))


def _form(page: Page, column: GridColumn) -> Format:
    return page.formats.of(CELL, {**LOOKS[column.look], "align": "right"})


def _number(value: Fraction) -> float:
    return int(value) if value.denominator == 1 else float(value)


def _bars(page: Page, grid: Grid, first: int, last: int) -> None:
    for place, column in enumerate(grid.columns):
        if column.bar:
            col = LABEL + 1 + place
            rule = {
                "type": "data_bar",
                "bar_color": BARS[column.bar],
                "bar_solid": True,
                "min_type": "num",
                "min_value": 0,
            }
            sure(page.canvas.sheet.conditional_format(first, col, last, col, rule), grid.title)


def _total(page: Page, grid: Grid, reach: tuple[int, int], row: int) -> None:
    formats, (first, last) = page.formats, reach
    page.canvas.heights[row] = ROW_HEIGHT
    page.canvas.text(row, LABEL, formats.text("head.total"), formats.of(GRID_TOTAL, {"align": "left", "indent": 1}))
    labels = [line.label for line in _lines(page, grid)[0]]
    for place, column in enumerate(grid.columns):
        col = LABEL + 1 + place
        value = sum((page.reckoner.value(column.measure, label) for label in labels), Fraction(0))
        formula = f"SUM({column_letter(col)}{first + 1}:{column_letter(col)}{last + 1})"
        page.canvas.live((row, col), formula, _number(value), formats.of(LOOKS[column.look], GRID_TOTAL))


def _chart(page: Page, grid: Grid, drawn: tuple[int, list[Line]], row: int) -> int:
    assert grid.chart is not None  # noqa: S101 - the caller looked
    first, lines = drawn
    sheet, say, tab = page.canvas.sheet, page.formats.text, page.canvas.sheet.get_name()
    source = _scaled(page, grid, first, lines) if grid.chart.scale else LABEL + 1 + grid.chart.column
    fills = [TONES[line.tone][0] if line.tone else NAVY_SOFT for line in lines]
    made = page.formats.book.add_chart({"type": "column"})
    last = first + len(lines) - 1
    font = {"name": say("look.font"), "size": 9, "color": TEXT}
    places = "#,##0.0" if grid.chart.scale else "#,##0"
    made.add_series(
        {
            "categories": [tab, first, LABEL, last, LABEL],
            "values": [tab, first, source, last, source],
            "points": [{"fill": {"color": fill_}, "border": {"color": AXIS}} for fill_ in fills],
            "data_labels": {"value": True, "num_format": places, "font": font},
            "gap": 60,
        }
    )
    made.set_title({"name": say(grid.chart.title), "name_font": font | {"bold": True, "size": 11}, "overlay": False})
    made.set_legend({"none": True})
    made.set_x_axis({"num_font": font, "line": {"color": AXIS}})
    made.set_y_axis({"visible": False, "major_gridlines": {"visible": False}})
    made.set_size({"width": CHART_SIZE[0], "height": CHART_SIZE[1]})
    made.set_chartarea({"border": {"none": True}})
    made.show_hidden_data()
    options = {"description": say(grid.chart.alt), "object_position": 2, "y_offset": 6}
    sure(sheet.insert_chart(row, LABEL, made, options), grid.title)
    for line in range(row, row + CHART_ROWS):
        page.canvas.heights[line] = ROW_HEIGHT
    return row + CHART_ROWS


def _scaled(page: Page, grid: Grid, first: int, lines: list[Line]) -> int:
    """Figures in ten thousands, in a hidden column: number formats cannot divide everywhere."""
    assert grid.chart is not None  # noqa: S101 - the caller looked
    scale, column = int(page.formats.text(grid.chart.scale)), grid.columns[grid.chart.column]
    form = page.formats.of({"num_format": "#,##0.0"})
    name = column_letter(LABEL + 1 + grid.chart.column)
    for place, line in enumerate(lines):
        value = page.reckoner.value(column.measure, line.label) / scale
        page.canvas.live((first + place, SCALED), f"{name}{first + place + 1}/{scale}", float(value), form)
    page.canvas.sheet.set_column(SCALED, SCALED, None, None, {"hidden": True})
    return SCALED
