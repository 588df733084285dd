"""A page drawn in any order and written downwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.excel.write.formats import sure

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


@dataclass
class Canvas:
    """Cells by place. Every call is checked when the page is written."""

    sheet: Worksheet
    calls: dict[tuple[int, int], Callable[[], Any]] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)

    def text(self, row: int, col: int, value: str, form: Format) -> None:
        """A text."""
        self.calls[row, col] = lambda: self.sheet.write_string(row, col, value, form)

    def blank(self, row: int, col: int, form: Format) -> None:
        """Ground without anything on it."""
        self.calls[row, col] = lambda: self.sheet.write_blank(row, col, None, form)

    def link(self, row: int, col: int, value: tuple[str, str], form: Format) -> None:
        """A text that leads to a sheet: (text, quoted sheet name)."""
        url = f"internal:{value[1]}!A1"
        self.calls[row, col] = lambda: self.sheet.write_url(row, col, url, form, value[0])

    def live(self, at: tuple[int, int], formula: str | None, value: float | str, form: Format) -> None:
        """A formula with its value; the value alone where there can be none."""
        row, col = at
        if formula is not None:
            self.calls[at] = lambda: self.sheet.write_formula(row, col, f"={formula}", form, value)
        elif isinstance(value, str):
            self.text(row, col, value, form)
        else:
            self.calls[at] = lambda: self.sheet.write_number(row, col, value, form)

    def wide(self, at: tuple[int, int], last: int, value: str, form: Format) -> None:
        """A text over several columns of one row."""
        row, col = at
        self.calls[at] = lambda: self.sheet.merge_range(row, col, row, last, value, form)

    def flush(self) -> None:
        """Write everything, row by row."""
        rows = sorted({row for row, _ in self.calls} | set(self.heights))
        by_row: dict[int, list[int]] = {row: [] for row in rows}
        for row, col in sorted(self.calls):
            by_row[row].append(col)
        for row in rows:
            if row in self.heights:
                self.sheet.set_row(row, self.heights[row])
            for col in by_row[row]:
                sure(self.calls[row, col](), f"{self.sheet.get_name()} {row}:{col}")
