"""The page a summary is drawn on: in any order, and written downwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.excel.write.formats import Formats, sure
from pipeline.excel.write.measures import MeasureFormulas
from reports.looks import SECTION
from reports.shape import Card, GridColumn

LABEL, LAST = 1, 7  # columns of a page: a margin, a label, six figures
MARGIN_WIDTH, LABEL_WIDTH, FIGURE_WIDTH = 1.5, 30.0, 15.5
PAGE_WIDTH = LABEL_WIDTH + (LAST - LABEL) * FIGURE_WIDTH
SECTION_HEIGHT = 24


@dataclass
class Page:
    """Cells by place, and what a block needs to draw itself. Every call is checked when the page is written."""

    sheet: Worksheet
    formats: Formats
    measures: MeasureFormulas
    parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # split sheet → label → tab
    heights: dict[int, float] = field(default_factory=dict)
    _calls: dict[tuple[int, int], Callable[[], Any]] = field(default_factory=dict)

    def word(self, key: str) -> str:
        """Return a word in the language of the page."""
        return self.formats.text(key)

    def named(self, part: Card | GridColumn) -> str:
        """Return the word of a figure, with its currency where that is not clear."""
        return f"{self.word(part.word)} ({part.currency})" if part.currency else self.word(part.word)

    def text(self, row: int, col: int, value: str, form: Format) -> None:
        """Put a text."""
        self._calls[row, col] = lambda: self.sheet.write_string(row, col, value, form)

    def blank(self, row: int, col: int, form: Format) -> None:
        """Put ground without anything on it."""
        self._calls[row, col] = lambda: self.sheet.write_blank(row, col, None, form)

    def link(self, row: int, col: int, value: tuple[str, str], form: Format) -> None:
        """Put a text that leads to a sheet: (text, quoted sheet name)."""
        url = f"internal:{value[1]}!A1"
        self._calls[row, col] = lambda: self.sheet.write_url(row, col, url, form, value[0])

    def live(self, at: tuple[int, int], formula: str | None, value: float | str, form: Format) -> None:
        """Put a formula with its value; the value alone where there can be none."""
        if formula is not None:
            self._calls[at] = lambda: self.sheet.write_formula(*at, f"={formula}", form, value)
        elif isinstance(value, str):
            self.text(*at, value, form)
        else:
            self._calls[at] = lambda: self.sheet.write_number(*at, value, form)

    def widen(self, at: tuple[int, int], last: int, form: Format, text: str = "") -> None:
        """Let a cell reach to the column `last`: one with this text, or what was put there before."""
        row, col = at
        before = self._calls.get(at) if not text else None
        self._calls[at] = lambda: self.sheet.merge_range(row, col, row, last, text, form) or (before and before())

    def section(self, row: int, key: str) -> None:
        """Put a heading over a block, ruled across the page."""
        self.title(row, self.word(key))

    def title(self, row: int, text: str) -> None:
        """Put a text over what follows, ruled across the page."""
        form = self.formats.of(SECTION)
        self.text(row, LABEL, text, form)
        for col in range(LABEL + 1, LAST + 1):
            self.blank(row, col, form)
        self.heights[row] = SECTION_HEIGHT

    def flush(self) -> None:
        """Write everything, row by row."""
        by_row: dict[int, list[int]] = {row: [] for row in sorted({row for row, _ in self._calls} | set(self.heights))}
        for row, col in sorted(self._calls):
            by_row[row].append(col)
        for row, cols in by_row.items():
            if row in self.heights:
                self.sheet.set_row(row, self.heights[row])
            for col in cols:
                sure(self._calls[row, col](), f"{self.sheet.get_name()} {row}:{col}")
