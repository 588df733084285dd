"""Draw a summary page: figures, a sentence, small tables, a chart, the proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from pipeline.core.phrases import fill
from pipeline.excel.names import column_letter, quoted
from pipeline.excel.run_info import serial
from pipeline.excel.write.formats import sure
from pipeline.excel.write.layout import SheetLayout
from pipeline.excel.write.summary_page import FIGURE_WIDTH, LABEL, LABEL_WIDTH, LAST, MARGIN_WIDTH, PAGE_WIDTH, Page
from reports import looks
from reports.looks import Look
from reports.shape import Block, Card, Cards, CurrencyHead, GridChart, Proof, Sentence, Summary, SummaryGrid
from schemas.table import HOME

SCALED = LAST + 2  # hidden column: what the chart draws
BARS = {"money": looks.BAR_MONEY, "share": looks.BAR_SHARE}
CHART_ROWS, CHART_SIZE = 11, (880, 270)
ROW_HEIGHT = 20.0

CARD_AT = ((1, 1), (2, 3), (4, 5), (6, 7))
AGREE = Decimal("0.005")


@dataclass(frozen=True)
class GridRow:
    """One row: the label to compare with, how it is written, its tone."""

    label: str | None
    text: str
    tone: str = ""


def draw_grid(page: Page, grid: SummaryGrid, row: int) -> int:
    """Draw a table from `row` on; returns the first free row after it."""
    page.section(row, grid.title)
    lines, left_out = _lines(page, grid)
    if not lines:
        page.text(row + 1, LABEL, page.word("hint.nothing"), page.formats.of(looks.EMPTY))
        return row + 3
    _head(page, grid, row + 1)
    first = row + 2
    for place, line in enumerate(lines):
        _line(page, grid, first + place, line)
    end = first + len(lines)
    _bars(page, grid, (first, end - 1))
    if left_out:
        note = fill(page.word("look.more"), count=str(left_out))
        page.text(end, LABEL, note, page.formats.of(looks.EMPTY))
        end += 1
    if grid.has_total:
        _total(page, grid, (first, lines), end)
        end += 1
    if grid.chart:
        end = _chart(page, grid, grid.chart, (first, lines), end)
    return end + 1


def _lines(page: Page, grid: SummaryGrid) -> tuple[list[GridRow], int]:
    measures, tones = page.measures, grid.tones or {}
    if grid.keys:
        words = ((key, measures.word(grid.sheet, grid.by, key)) for key in grid.keys)
        return [GridRow(word, word, tones.get(key, "")) for key, word in words], 0
    found = measures.groups(grid.sheet, grid.by)
    if grid.where is not None:
        found = [label for label in found if measures.value(grid.where, label) > 0]
    leading = grid.columns[grid.largest].measure
    found.sort(key=lambda label: -measures.value(leading, label))
    lines = [GridRow(label, label or page.word("look.blank")) for label in found]
    return lines[: grid.limit], max(0, len(lines) - grid.limit)


def _head(page: Page, grid: SummaryGrid, row: int) -> None:
    form, layout = page.formats.of(looks.GRID_HEAD), page.measures.lists[grid.sheet]
    page.text(row, LABEL, layout.columns[layout.places[grid.by]].heading, form)
    for col, column in enumerate(grid.columns, LABEL + 1):
        page.text(row, col, page.named(column), form)
    page.heights[row] = looks.SUMMARY_HEAD_ROW


def _line(page: Page, grid: SummaryGrid, row: int, line: GridRow) -> None:
    page.heights[row] = ROW_HEIGHT
    _label(page, grid, row, line)
    for col, column in enumerate(grid.columns, LABEL + 1):
        value = page.measures.value(column.measure, line.label)
        formula = page.measures.formula(column.measure, line.label)
        form = page.formats.of(looks.CELL, {**looks.LOOKS[column.look], "align": "right"})
        page.live((row, col), formula, _number(value), form)


def _label(page: Page, grid: SummaryGrid, row: int, line: GridRow) -> None:
    props = looks.tone(line.tone, has_shape=False) if line.tone else {}
    plain = {"align": "left", "indent": 1, "shrink": looks.length(line.text) > LABEL_WIDTH}
    tab = page.parts.get(grid.links, {}).get(line.text)
    if tab is not None:
        page.link(row, LABEL, (line.text, quoted(tab)), page.formats.of(looks.CELL, plain, looks.LINKED))
    else:
        page.text(row, LABEL, line.text, page.formats.of(looks.CELL, plain, props))


def _number(value: Fraction) -> float:
    return int(value) if value.denominator == 1 else float(value)


def _bars(page: Page, grid: SummaryGrid, rows: tuple[int, int]) -> None:
    for col, column in enumerate(grid.columns, LABEL + 1):
        if column.bar:
            rule = {**looks.DATA_BAR, "bar_color": BARS[column.bar]}
            sure(page.sheet.conditional_format(rows[0], col, rows[1], col, rule), grid.title)


def _total(page: Page, grid: SummaryGrid, drawn: tuple[int, list[GridRow]], row: int) -> None:
    formats, (first, lines) = page.formats, drawn
    page.heights[row] = ROW_HEIGHT
    page.text(row, LABEL, page.word("head.total"), formats.of(looks.GRID_TOTAL, {"align": "left", "indent": 1}))
    for col, column in enumerate(grid.columns, LABEL + 1):
        value = sum((page.measures.value(column.measure, line.label) for line in lines), Fraction(0))
        formula = f"SUM({column_letter(col)}{first + 1}:{column_letter(col)}{first + len(lines)})"
        page.live((row, col), formula, _number(value), formats.of(looks.LOOKS[column.look], looks.GRID_TOTAL))


def _chart(page: Page, grid: SummaryGrid, chart: GridChart, drawn: tuple[int, list[GridRow]], row: int) -> int:
    first, lines = drawn
    word, tab, last = page.word, page.sheet.get_name(), first + len(lines) - 1
    source = _scaled(page, grid, chart, drawn) if chart.scale else LABEL + 1 + chart.column
    fills = [looks.TONES[line.tone][0] if line.tone else looks.NAVY_SOFT for line in lines]
    made = page.formats.book.add_chart({"type": "column"})
    font = {"name": word("look.font"), "size": 9, "color": looks.TEXT}
    places = "#,##0.0" if chart.scale else "#,##0"
    made.add_series(
        {
            "categories": [tab, first, LABEL, last, LABEL],
            "values": [tab, first, source, last, source],
            "points": [{"fill": {"color": fill_}, "border": {"color": looks.AXIS}} for fill_ in fills],
            "data_labels": {"value": True, "num_format": places, "font": font},
            "gap": 60,
        }
    )
    made.set_title({"name": word(chart.title), "name_font": font | {"bold": True, "size": 11}, "overlay": False})
    made.set_legend({"none": True})
    made.set_x_axis({"num_font": font, "line": {"color": looks.AXIS}})
    made.set_y_axis({"visible": False, "major_gridlines": {"visible": False}})
    made.set_size({"width": CHART_SIZE[0], "height": CHART_SIZE[1]})
    made.set_chartarea({"border": {"none": True}})
    made.show_hidden_data()
    options = {"description": word(chart.alt), "object_position": 2, "y_offset": 6}
    sure(page.sheet.insert_chart(row, LABEL, made, options), grid.title)
    for line in range(row, row + CHART_ROWS):
        page.heights[line] = ROW_HEIGHT
    return row + CHART_ROWS


def _scaled(page: Page, grid: SummaryGrid, chart: GridChart, drawn: tuple[int, list[GridRow]]) -> int:
    """Figures in ten thousands, in a hidden column: number formats cannot divide everywhere."""
    first, lines = drawn
    scale, column = int(page.word(chart.scale)), grid.columns[chart.column]
    form = page.formats.of({"num_format": "#,##0.0"})
    name = column_letter(LABEL + 1 + chart.column)
    for row, line in enumerate(lines, first):
        value = page.measures.value(column.measure, line.label) / scale
        page.live((row, SCALED), f"{name}{row + 1}/{scale}", float(value), form)
    page.sheet.set_column(SCALED, SCALED, None, None, {"hidden": True})
    return SCALED


def draw_summary(page: Page, summary: Summary, layouts: list[SheetLayout]) -> None:
    """Draw and write a summary over the lists of its workbook."""
    parts: dict[str, dict[str, str]] = {}
    for layout in layouts:
        if layout.part:
            parts.setdefault(layout.sheet.key, {})[layout.part] = layout.tab
    page.parts = parts
    row = _top(page, summary)
    for block in summary.blocks:
        row = _DRAWERS[type(block)](page, block, row)
    page.flush()
    page.sheet.set_column(0, 0, MARGIN_WIDTH)
    page.sheet.set_column(LABEL, LABEL, LABEL_WIDTH)
    page.sheet.set_column(LABEL + 1, LAST, FIGURE_WIDTH)
    page.sheet.hide_gridlines(2)
    page.sheet.set_tab_color(looks.TABS["summary"])


def _top(page: Page, summary: Summary) -> int:
    formats, run_info = page.formats, page.measures.run_info
    page.heights[0] = looks.SUMMARY_TITLE_ROW
    page.text(0, LABEL, page.word(summary.title), formats.of(looks.SUMMARY_TITLE))
    dated = formats.of(looks.AS_OF, {"num_format": f'"{page.word("look.as_of")} "yyyy-mm-dd'})
    page.live((0, LAST - 1), None, serial(run_info.day), dated)
    page.widen((0, LAST - 1), LAST, dated)
    hint = f"{run_info.company} · {run_info.run_id} · {page.word(summary.hint)}"
    ruled = formats.of(looks.HINT, {"text_wrap": True, "bottom": 2, "bottom_color": looks.NAVY})
    page.widen((1, LABEL), LAST, ruled, hint)
    page.heights[1] = looks.LINE_HEIGHT * looks.lines(hint, PAGE_WIDTH) + looks.LINE_PAD
    return 3


def _cards(page: Page, block: Cards, row: int) -> int:
    for (first, last), card in zip(CARD_AT, block.cards, strict=False):
        _card(page, card, row, (first, last))
    page.heights |= {row: 18, row + 1: 27, row + 2: 16, row + 3: 8}
    return row + 4


def _card(page: Page, card: Card, row: int, over: tuple[int, int]) -> None:
    """Label, figure, note, one above the other; a two-column card is merged per row."""
    formats, (first, last) = page.formats, over
    edge = {"left_color": looks.ORANGE if card.tone == "bad" else looks.NAVY}
    colour = {"font_color": looks.BAD_TEXT if card.tone == "bad" else looks.NAVY}
    figure = formats.of(looks.CARD_VALUE, edge, colour, {"num_format": looks.LOOKS[card.look]["num_format"]})
    note = page.word(card.note) if card.note else ""
    for down, text, props in ((0, page.named(card), looks.CARD_LABEL), (2, note, looks.CARD_NOTE)):
        if text:
            page.text(row + down, first, text, formats.of(props, edge))
        else:
            page.blank(row + down, first, formats.of(props, edge))
        if last > first:
            page.blank(row + down, last, formats.of({"bg_color": looks.CARD}))
    value, formula = page.measures.value(card.measure), page.measures.formula(card.measure)
    page.live((row + 1, first), formula, float(value), figure)
    if last > first:
        page.widen((row + 1, first), last, figure)


def _currency(page: Page, block: CurrencyHead, row: int) -> int:
    page.title(row, fill(page.word("look.currency"), currency=block.code))
    return row + 2


def _sentence(page: Page, block: Sentence, row: int) -> int:
    code = "" if block.currency == HOME else f"{block.currency} "
    values = {
        name: code * (look in looks.FEN) + format_figure(page.measures.value(what), look)
        for name, (what, look) in block.measures.items()
    }
    text = fill(page.word(block.word), **values)
    page.widen((row, LABEL), LAST, page.formats.of(looks.SENTENCE), text)
    page.heights[row] = looks.LINE_HEIGHT * looks.lines(text, PAGE_WIDTH) + 2 * looks.LINE_PAD
    return row + 2


def format_figure(value: Fraction, look: Look) -> str:
    """Return a figure as a sentence says it."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    if look is Look.PERCENT:
        return f"{(exact * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"
    places = Decimal("0.01") if look in looks.FEN else Decimal(1)
    return f"{exact.quantize(places, ROUND_HALF_UP):,}"


def _proof(page: Page, block: Proof, row: int) -> int:
    formats = page.formats
    page.section(row, block.title)
    money = formats.of(looks.LOOKS[Look.SUM], {"bg_color": looks.CARD})
    cells = []
    for line, (key, measure) in enumerate(block.items, row + 1):
        page.text(line, LABEL, page.word(key), formats.of({"bg_color": looks.CARD, "font_color": looks.MUTED}))
        page.blank(line, LABEL + 1, formats.of({"bg_color": looks.CARD}))
        value = page.measures.value(measure)
        page.live((line, LABEL + 2), page.measures.formula(measure), float(value), money)
        cells.append((f"$D${line + 1}", value))
    _verdict(page, block, (row + 1, LABEL + 3), cells)
    return row + len(block.items) + 2


def _verdict(page: Page, block: Proof, at: tuple[int, int], cells: list[tuple[str, Fraction]]) -> None:
    (first, figure), *others = cells
    agrees = all(other == figure for _, other in others)
    agree, differ = page.word(block.agree), page.word(block.differ)
    tests = ",".join(f"ABS({first}-{name})<{AGREE}" for name, _ in others)
    props = looks.tone("ok" if agrees else "bad", has_shape=False)
    form = page.formats.of(props, {"bold": True, "align": "center"})
    page.live(at, f'IF(AND({tests}),"{agree}","{differ}")', agree if agrees else differ, form)
    page.widen(at, LAST, form)


_DRAWERS: Mapping[type[Block], Callable[[Page, Any, int], int]] = {
    CurrencyHead: _currency,
    Cards: _cards,
    Sentence: _sentence,
    SummaryGrid: draw_grid,
    Proof: _proof,
}
