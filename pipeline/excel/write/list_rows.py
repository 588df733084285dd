"""The rows of a list, made as text a column at a time.

XlsxWriter takes one call and several objects for every cell, which was most of a night.
It stays in charge of everything else; of a list's rows it knows the extent only, and asks
for their text when it puts the sheet together.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from math import isfinite
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter.format import Format
from xlsxwriter.sharedstrings import SharedStringTable
from xlsxwriter.worksheet import Worksheet

from pipeline.excel.names import column_letter
from pipeline.excel.write.cells import LINK, THIS_ROW, UNREAD, link_cell
from pipeline.excel.write.formats import Unwritten, sure
from pipeline.excel.write.layout import ColumnLayout, SheetLayout
from reports.looks import NUMBERS, TIMES

AT_ONCE = 2_000  # rows made before they are written
BLANK = -1
NO_NUMBER = "a figure that is no number"
ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"
PIXELS_PER_POINT, POINTS_PER_PIXEL = 4 / 3, 0.75

Made = Callable[[int, int], Iterator[str]]  # rows from, to → their cells of one column


@dataclass(frozen=True)
class Body:
    """Rows of data, the first in row `first` counted from zero."""

    first: int
    count: int
    heights: Mapping[int, float]
    columns: Sequence[Made]


class SharedTexts(SharedStringTable):  # type: ignore[misc] # the writer has no types
    """The texts a workbook's sheets share.

    The writer takes a text between ``<r>`` and ``</r>`` for markup: such a one is ended by an invisible space.
    """

    def _get_shared_string_index(self, string: str) -> int:
        is_taken_for_markup = string.startswith("<r>") and string.endswith("</r>")
        place: int = super()._get_shared_string_index(string + ZERO_WIDTH_SPACE * is_taken_for_markup)
        return place


class ListSheet(Worksheet):  # type: ignore[misc] # the writer has no types
    """A worksheet under whose headings stands a body made as text."""

    body: Body | None = None
    dim_rowmax: int | None

    def hold(self, layout: SheetLayout, forms: Sequence[Mapping[str, Format]]) -> None:
        """Take the rows of a list: texts join the shared ones now, cells are made on closing."""
        sure(self._check_dimensions(layout.last, len(layout.columns) - 1), layout.tab)
        places = enumerate(zip(layout.columns, forms, strict=True))
        columns = [self._column(column, column_letter(col), form) for col, (column, form) in places]
        self.body = Body(layout.first, layout.count, layout.heights, columns)

    def _write_rows(self) -> None:
        """Called by the writer: rows above as it keeps them, then the body."""
        if self.body is None:
            super()._write_rows()
            return
        last, self.dim_rowmax = self.dim_rowmax, self.body.first - 1
        super()._write_rows()
        self.dim_rowmax = last
        for start in range(0, self.body.count, AT_ONCE):
            self.fh.write("".join(self._rows(self.body, start, min(start + AT_ONCE, self.body.count))))

    def _rows(self, body: Body, start: int, end: int) -> Iterator[str]:
        usual = self._opening(None)
        openings = {height: self._opening(height) for height in set(body.heights.values())}
        for row, cells in enumerate(zip(*(made(start, end) for made in body.columns), strict=True), body.first + start):
            opening = openings[body.heights[row]] if row in body.heights else usual
            yield f"{opening}{''.join(cells)}</row>".replace(THIS_ROW, str(row + 1))

    def _opening(self, height: float | None) -> str:
        """A row of this height in points; the sheet's usual one when None."""
        pixels = self.default_row_height if height is None else int(height * PIXELS_PER_POINT + 0.5)
        if pixels == self.original_row_height == self.default_row_height:
            return f'<row r="{THIS_ROW}">'
        return f'<row r="{THIS_ROW}" ht="{pixels * POINTS_PER_PIXEL:.16g}" customHeight="1">'

    def _column(self, column: ColumnLayout, name: str, forms: Mapping[str, Format]) -> Made:
        numbers = {variant: form._get_xf_index() for variant, form in forms.items()}  # noqa: SLF001 - as the writer does
        starts = {variant: f'<c r="{name}{THIS_ROW}" s="{number}"' for variant, number in numbers.items()}
        variants = column.variants
        if column.formula is not None:
            return _live(column.formula, column.values, starts, variants)
        if column.targets is not None:
            return _links(column, self._shared(column.values), starts, variants)
        if column.is_key or column.declared.look not in NUMBERS | TIMES:
            return _texts(self._shared(column.values), starts, variants)
        if variants is not None and UNREAD in variants:
            return self._mixed(column.values, starts, variants)
        return _numbers(column.values, starts, variants)

    def _shared(self, values: Sequence[str | None]) -> array[int]:
        """Texts as their places among the workbook's shared texts."""
        place = self.str_table._get_shared_string_index  # noqa: SLF001 - as the writer does
        known: dict[str | None, int] = {value: place(value) for value in dict.fromkeys(values) if value is not None}
        known[None] = BLANK
        return array("q", map(known.__getitem__, values))

    def _mixed(self, values: Sequence[Any], starts: Mapping[str, str], variants: Sequence[str]) -> Made:
        """Days, and what people wrote where a day should be."""
        places = self._shared([value if isinstance(value, str) else None for value in values])
        known = [None if isinstance(value, str) else value for value in values]
        texts, days = _texts(places, starts, variants), _numbers(known, starts, variants)

        def made(start: int, end: int) -> Iterator[str]:
            pairs = zip(places[start:end], texts(start, end), days(start, end), strict=True)
            return (day if place == BLANK else text for place, text, day in pairs)

        return made


def _texts(places: array[int], starts: Mapping[str, str], variants: Sequence[str] | None) -> Made:
    def made(start: int, end: int) -> Iterator[str]:
        return (
            f'{cell} t="s"><v>{place}</v></c>' if place >= 0 else f"{cell}/>"
            for cell, place in zip(_begun(starts, variants, start, end), places[start:end], strict=False)
        )

    return made


def _links(column: ColumnLayout, places: array[int], starts: Mapping[str, str], variants: Sequence[str] | None) -> Made:
    """Texts, some of which open a file."""
    plain = _texts(places, starts, variants)
    targets = column.targets or []

    def made(start: int, end: int) -> Iterator[str]:
        shown = zip(targets[start:end], column.values[start:end], plain(start, end), strict=True)
        return (text if path is None else f"{starts[LINK]}{link_cell(path, value)}" for path, value, text in shown)

    return made


def _numbers(values: Sequence[Any], starts: Mapping[str, str], variants: Sequence[str] | None) -> Made:
    if not all(value is None or isfinite(value) for value in values):
        raise Unwritten(NO_NUMBER)

    def made(start: int, end: int) -> Iterator[str]:
        return (
            f"{cell}/>" if value is None else f"{cell}><v>{value:.16g}</v></c>"
            for cell, value in zip(_begun(starts, variants, start, end), values[start:end], strict=False)
        )

    return made


def _live(formula: str, values: Sequence[Any], starts: Mapping[str, str], variants: Sequence[str] | None) -> Made:
    """A formula for every row, with its value."""
    text = escape(formula.removeprefix("="))

    def made(start: int, end: int) -> Iterator[str]:
        return (
            f'{cell} t="str"><f>{text}</f><v>{escape(value)}</v></c>'
            if isinstance(value, str)
            else f"{cell}><f>{text}</f><v>{value:.16g}</v></c>"
            for cell, value in zip(_begun(starts, variants, start, end), values[start:end], strict=False)
        )

    return made


def _begun(starts: Mapping[str, str], variants: Sequence[str] | None, start: int, end: int) -> Iterator[str]:
    return repeat(starts[""]) if variants is None else map(starts.__getitem__, variants[start:end])
