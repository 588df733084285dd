"""The ground a summary page is drawn on: its columns, its section headings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.looks import SECTION

if TYPE_CHECKING:
    from pipeline.excel.write.canvas import Canvas
    from pipeline.excel.write.formats import Formats
    from pipeline.excel.write.measures import Reckoner

LABEL, LAST = 1, 7  # columns of a page: a margin, a label, six figures
MARGIN_WIDTH, LABEL_WIDTH, FIGURE_WIDTH = 1.5, 30.0, 15.5
PAGE_WIDTH = LABEL_WIDTH + (LAST - LABEL) * FIGURE_WIDTH


@dataclass
class Page:
    """What a block needs to draw itself."""

    canvas: Canvas
    formats: Formats
    reckoner: Reckoner
    parts: Mapping[str, Mapping[str, str]]  # split sheet → label → tab


def section(page: Page, row: int, word: str) -> None:
    """A heading over a block, ruled across the page."""
    form = page.formats.of(SECTION)
    page.canvas.text(row, LABEL, page.formats.text(word), form)
    for col in range(LABEL + 1, LAST + 1):
        page.canvas.blank(row, col, form)
    page.canvas.heights[row] = 24
