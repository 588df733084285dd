"""Draw a summary page: figures, a sentence, small tables, a chart, the proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipeline.core.phrases import fill
from pipeline.excel.run_info import serial
from pipeline.excel.write.canvas import Canvas
from pipeline.excel.write.formats import Formats
from pipeline.excel.write.summary_grid import draw_grid
from pipeline.excel.write.summary_page import (
    FIGURE_WIDTH,
    LABEL,
    LABEL_WIDTH,
    LAST,
    MARGIN_WIDTH,
    PAGE_WIDTH,
    Page,
    section,
)
from reports.looks import (
    AS_OF,
    BAD_TEXT,
    CARD,
    CARD_LABEL,
    CARD_NOTE,
    CARD_VALUE,
    FEN,
    HINT,
    LINE_HEIGHT,
    LINE_PAD,
    LOOKS,
    MUTED,
    NAVY,
    ORANGE,
    SENTENCE,
    SUMMARY_TITLE,
    SUMMARY_TITLE_ROW,
    TABS,
    Look,
    lines,
    tone,
)
from reports.shape import Card, Cards, Grid, Proof, Sentence

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from pipeline.excel.write.layout import Laid
    from pipeline.excel.write.measures import Reckoner
    from reports.shape import Block, Summary

CARD_AT = ((1, 1), (2, 3), (4, 5), (6, 7))
AGREE = Decimal("0.005")


def draw(sheet: Worksheet, summary: Summary, formats: Formats, reckoner: Reckoner, laid: list[Laid]) -> None:
    """Write a summary page over the lists of its workbook."""
    parts: dict[str, dict[str, str]] = {}
    for each in laid:
        if each.part:
            parts.setdefault(each.sheet.key, {})[each.part] = each.tab
    page = Page(Canvas(sheet), formats, reckoner, parts)
    row = _top(page, summary)
    for block in summary.blocks:
        row = _DRAWN[type(block)](page, block, row)
    page.canvas.flush()
    sheet.set_column(0, 0, MARGIN_WIDTH)
    sheet.set_column(LABEL, LABEL, LABEL_WIDTH)
    sheet.set_column(LABEL + 1, LAST, FIGURE_WIDTH)
    sheet.hide_gridlines(2)
    sheet.set_tab_color(TABS["summary"])


def _top(page: Page, summary: Summary) -> int:
    canvas, formats, run_info = page.canvas, page.formats, page.reckoner.run_info
    canvas.heights[0] = SUMMARY_TITLE_ROW
    canvas.text(0, LABEL, run_info.text(summary.title), formats.of(SUMMARY_TITLE))
    dated = formats.of(AS_OF, {"num_format": f'"{run_info.text("look.as_of")} "yyyy-mm-dd'})
    canvas.calls[0, LAST - 1] = _merged(page, (0, LAST - 1, LAST), (None, serial(run_info.day)), dated)
    hint = f"{run_info.company} · {run_info.run_id} · {run_info.text(summary.hint)}"
    form = formats.of(HINT, {"text_wrap": True, "bottom": 2, "bottom_color": NAVY})
    canvas.wide((1, LABEL), LAST, hint, form)
    canvas.heights[1] = LINE_HEIGHT * lines(hint, PAGE_WIDTH) + LINE_PAD
    return 3


def _cards(page: Page, block: Any, row: int) -> int:
    assert isinstance(block, Cards)  # noqa: S101 - chosen by type
    for (first, last), card in zip(CARD_AT, block.cards, strict=False):
        _card(page, card, row, (first, last))
    page.canvas.heights |= {row: 18, row + 1: 27, row + 2: 16, row + 3: 8}
    return row + 4


def _card(page: Page, card: Card, row: int, over: tuple[int, int]) -> None:
    """Label, figure, note, one above the other; a two-column card is merged per row."""
    formats, canvas, (first, last) = page.formats, page.canvas, over
    edge = {"left_color": ORANGE if card.tone == "bad" else NAVY}
    colour = {"font_color": BAD_TEXT if card.tone == "bad" else NAVY}
    figure = formats.of(CARD_VALUE, edge, colour, {"num_format": LOOKS[card.look]["num_format"]})
    texts = (
        (0, formats.text(card.word), CARD_LABEL),
        (2, formats.text(card.note) if card.note else "", CARD_NOTE),
    )
    for down, text, props in texts:
        if text:
            canvas.text(row + down, first, text, formats.of(props, edge))
        else:
            canvas.blank(row + down, first, formats.of(props, edge))
        if last > first:
            canvas.blank(row + down, last, formats.of({"bg_color": CARD}))
    value = page.reckoner.value(card.measure)
    formula = page.reckoner.formula(card.measure)
    if last == first:
        canvas.live((row + 1, first), formula, float(value), figure)
        return
    canvas.calls[row + 1, first] = _merged(page, (row + 1, first, last), (formula, float(value)), figure)


def _merged(page: Page, over: tuple[int, int, int], shown: tuple[str | None, float], form: Any) -> Callable[[], Any]:
    sheet, (row, first, last), (formula, value) = page.canvas.sheet, over, shown

    def write() -> Any:
        code = sheet.merge_range(row, first, row, last, "", form)
        if formula is None:
            return code or sheet.write_number(row, first, value, form)
        return code or sheet.write_formula(row, first, f"={formula}", form, value)

    return write


def _sentence(page: Page, block: Any, row: int) -> int:
    assert isinstance(block, Sentence)  # noqa: S101 - chosen by type
    values = {name: shown(page.reckoner.value(measure), look) for name, (measure, look) in block.measures.items()}
    text = fill(page.formats.text(block.word), **values)
    page.canvas.wide((row, LABEL), LAST, text, page.formats.of(SENTENCE))
    page.canvas.heights[row] = LINE_HEIGHT * lines(text, PAGE_WIDTH) + 2 * LINE_PAD
    return row + 2


def shown(value: Fraction, look: Look) -> str:
    """A figure as a sentence says it."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    if look is Look.PERCENT:
        return f"{(exact * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"
    places = Decimal("0.01") if look in FEN else Decimal(1)
    return f"{exact.quantize(places, ROUND_HALF_UP):,}"


def _grid(page: Page, block: Any, row: int) -> int:
    assert isinstance(block, Grid)  # noqa: S101 - chosen by type
    return draw_grid(page, block, row)


def _proof(page: Page, block: Any, row: int) -> int:
    assert isinstance(block, Proof)  # noqa: S101 - chosen by type
    formats, canvas = page.formats, page.canvas
    section(page, row, block.title)
    money = formats.of(LOOKS[Look.SUM], {"bg_color": CARD})
    cells = []
    for place, (word, measure) in enumerate(block.items):
        line = row + 1 + place
        canvas.text(line, LABEL, formats.text(word), formats.of({"bg_color": CARD, "font_color": MUTED}))
        canvas.blank(line, LABEL + 1, formats.of({"bg_color": CARD}))
        value = page.reckoner.value(measure)
        canvas.live((line, LABEL + 2), page.reckoner.formula(measure), float(value), money)
        cells.append((f"$D${line + 1}", value))
    _verdict(page, block, (row + 1, LABEL + 3), cells)
    return row + len(block.items) + 2


def _verdict(page: Page, block: Proof, at: tuple[int, int], cells: list[tuple[str, Fraction]]) -> None:
    (first, figure), *others = cells
    agrees = all(other == figure for _, other in others)
    say, formats = page.formats.text, page.formats
    text = say(block.agree if agrees else block.differ)
    tests = ",".join(f"ABS({first}-{name})<{AGREE}" for name, _ in others)
    formula = f'IF(AND({tests}),"{say(block.agree)}","{say(block.differ)}")'
    props = {key: value for key, value in tone("ok" if agrees else "bad").items() if key != "num_format"}
    form = formats.of(props, {"bold": True, "align": "center"})
    page.canvas.live(at, formula, text, form)
    sheet, (row, col) = page.canvas.sheet, at
    write = page.canvas.calls[at]
    page.canvas.calls[at] = lambda: sheet.merge_range(row, col, row, LAST, "", form) or write()


_DRAWN: Mapping[type[Block], Callable[[Page, Any, int], int]] = {
    Cards: _cards,
    Sentence: _sentence,
    Grid: _grid,
    Proof: _proof,
}
