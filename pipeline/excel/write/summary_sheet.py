"""Draw a summary page: figures, a sentence, small tables, a chart, the proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipeline.core.phrases import fill
from pipeline.excel.run_info import serial
from pipeline.excel.write.summary_grid import draw_grid
from pipeline.excel.write.summary_page import FIGURE_WIDTH, LABEL, LABEL_WIDTH, LAST, MARGIN_WIDTH, PAGE_WIDTH, Page
from reports import looks
from reports.looks import Look
from reports.shape import Card, Cards, Proof, Sentence, SummaryGrid

if TYPE_CHECKING:
    from pipeline.excel.write.layout import SheetLayout
    from reports.shape import Block, Summary

CARD_AT = ((1, 1), (2, 3), (4, 5), (6, 7))
AGREE = Decimal("0.005")


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
    page.widen(
        (1, LABEL), LAST, formats.of(looks.HINT, {"text_wrap": True, "bottom": 2, "bottom_color": looks.NAVY}), hint
    )
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
    for down, key, props in ((0, card.word, looks.CARD_LABEL), (2, card.note, looks.CARD_NOTE)):
        if key:
            page.text(row + down, first, page.word(key), formats.of(props, edge))
        else:
            page.blank(row + down, first, formats.of(props, edge))
        if last > first:
            page.blank(row + down, last, formats.of({"bg_color": looks.CARD}))
    value, formula = page.measures.value(card.measure), page.measures.formula(card.measure)
    page.live((row + 1, first), formula, float(value), figure)
    if last > first:
        page.widen((row + 1, first), last, figure)


def _sentence(page: Page, block: Sentence, row: int) -> int:
    values = {name: format_figure(page.measures.value(what), look) for name, (what, look) in block.measures.items()}
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
    props = {key: value for key, value in looks.tone("ok" if agrees else "bad").items() if key != "num_format"}
    form = page.formats.of(props, {"bold": True, "align": "center"})
    page.live(at, f'IF(AND({tests}),"{agree}","{differ}")', agree if agrees else differ, form)
    page.widen(at, LAST, form)


_DRAWERS: Mapping[type[Block], Callable[[Page, Any, int], int]] = {
    Cards: _cards,
    Sentence: _sentence,
    SummaryGrid: draw_grid,
    Proof: _proof,
}
