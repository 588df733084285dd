"""Write one list: title, hint, live totals, headings, rows, and what helps to read it and to fill it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from xlsxwriter.format import Format

from pipeline.excel.names import column_letter
from pipeline.excel.write.formats import Formats, sure
from pipeline.excel.write.layout import ColumnLayout, SheetLayout
from pipeline.excel.write.list_rows import ListSheet
from reports import looks
from reports.looks import Look
from reports.shape import CHOICES_MARK

FIRST_TOTAL = 2  # row of the first total
COUNT_WIDTH, MOST_LEFT, NOWHERE = 8, 4, -1
LONG = 5_000  # rows from which a list is no table: the writer remembers every single cell of one
SUM_SHOWN, COUNT_SHOWN = 109, 103  # SUBTOTAL leaving out what a filter hides
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
LONGEST_LIST = 255  # longer drop-downs are dropped without a word
MAY_LOOK_LIKE_NUMBERS = frozenset({Look.CODE, Look.TEXT, Look.LONG, Look.NAME})


@dataclass(frozen=True)
class _Totals:
    """A row of totals: its word, the currency it is about where there are several, whether a filter moves it."""

    word: str
    row: int
    code: str
    is_filtered: bool


@dataclass(frozen=True)
class ListWriter:
    """Writes a laid out list to a sheet that is new."""

    sheet: ListSheet
    layout: SheetLayout
    formats: Formats

    def write(self) -> None:
        """Write everything of the list but its print set-up."""
        sheet, layout = self.sheet, self.layout
        for col, column in enumerate(layout.columns):
            self._sure(sheet.set_column(col, col, column.width))
        self._top()
        self._head()
        if layout.count:
            sheet.hold(layout, [self.formats.of_column(column) for column in layout.columns])
            self._filter()
            self._aids()
        else:
            self._text(layout.first, 0, self.formats.text("hint.nothing"), self.formats.of(looks.EMPTY))
        sheet.freeze_panes(layout.first, layout.sheet.frozen)
        sheet.hide_gridlines(2)
        if layout.sheet.tab_tone:
            sheet.set_tab_color(looks.TABS[layout.sheet.tab_tone])

    def _sure(self, code: object) -> None:
        sure(code, self.layout.tab)

    def _text(self, row: int, col: int, text: str, form: Format) -> None:
        self._sure(self.sheet.write_string(row, col, text, form))

    # --- above the rows ------------------------------------------------------------------

    def _top(self) -> None:
        declared, formats = self.layout.sheet, self.formats
        self.sheet.set_row(0, looks.TITLE_ROW)
        self._text(0, 0, self.layout.title, formats.of(looks.TITLE))
        self.sheet.set_row(1, looks.HINT_ROW)
        self._text(1, 0, formats.text(declared.hint), formats.of(looks.HINT))
        if declared.has_totals:
            self._totals_of(declared.currencies)

    def _totals_of(self, currencies: Sequence[str]) -> None:
        """What a filter shows and all there is; of several currencies one row each, the first page has the whole."""
        for place, code in enumerate(currencies or ("",)):
            self._totals(_Totals("look.filtered", FIRST_TOTAL + place, code, is_filtered=True))
        if not currencies:
            self._totals(_Totals("look.all", FIRST_TOTAL + 1, "", is_filtered=False))

    def _totals(self, total: _Totals) -> None:
        """One row of totals over the whole width; formulas with their values."""
        row = total.row
        ground = self.formats.of({"bg_color": looks.CARD})
        count_at = _count_place(self.layout)
        for col, column in enumerate(self.layout.columns):
            if column.is_key:
                continue
            if col == 0:
                label = f"{self.formats.text(total.word)} {total.code}".rstrip()
                self._text(row, 0, label, self.formats.of(looks.TOTAL_LABEL))
            elif col == count_at:
                self._count(total, col)
            elif column.declared.is_total and not (column.declared.is_home and total.code and row > FIRST_TOTAL):
                self._sum(total, col, column)
            else:
                self._sure(self.sheet.write_blank(row, col, None, ground))

    def _count(self, total: _Totals, col: int) -> None:
        reach = self.layout.reach(self.layout.counted)
        formula = f"=SUBTOTAL({COUNT_SHOWN},{reach})" if total.is_filtered else f"=COUNTA({reach})"
        if total.code:
            of = self._of(total)
            formula = f'=SUMPRODUCT({_each(COUNT_SHOWN, reach)},--({of}="{total.code}"))'
        form = self.formats.of(looks.TOTAL_CELL, {"num_format": "look.rows", "align": "right"})
        self._live((total.row, col), formula, int(self._mine(total).sum()), form)

    def _sum(self, total: _Totals, col: int, column: ColumnLayout) -> None:
        layout, declared, reach = self.layout, column.declared, self.layout.reach(col)
        formula, mine = f"=SUBTOTAL({SUM_SHOWN},{reach})" if total.is_filtered else f"=SUM({reach})", self._mine(total)
        if total.code and declared.is_home:  # once for all rows: it is in one currency, whatever theirs
            mine = np.ones(layout.count, dtype=bool)
        elif total.code:
            of = self._of(total)
            formula = f'=SUMPRODUCT({_each(SUM_SHOWN, reach)},--({of}="{total.code}"))'
        whole = int(layout.fen(declared.field)[mine].sum()) if declared.field in layout.frame.columns else 0
        value = whole / 100 if declared.look in looks.FEN else whole
        self._live((total.row, col), formula, value, self.formats.of(looks.LOOKS[declared.look], looks.TOTAL_CELL))

    def _of(self, total: _Totals) -> str:
        """Return the range that says the currency of each row."""
        return self.layout.reach(self.layout.places["currency"]) if total.code else ""

    def _mine(self, total: _Totals) -> np.ndarray[Any, Any]:
        """Return which rows a row of totals is about."""
        if not total.code:
            return np.ones(self.layout.count, dtype=bool)
        return (self.layout.frame["currency"] == total.code).to_numpy(dtype=bool)

    def _live(self, at: tuple[int, int], formula: str, value: float, form: Format) -> None:
        if self.layout.count:
            self._sure(self.sheet.write_formula(*at, formula, form, value))
        else:
            self._sure(self.sheet.write_number(*at, 0, form))

    def _head(self) -> None:
        layout = self.layout
        if layout.has_groups:
            self._groups()
        most = max(looks.lines(column.heading, column.width) for column in layout.columns if not column.is_key)
        self.sheet.set_row(layout.head, max(looks.HEAD_ROW, looks.row_height(most)))  # two lines, or what one needs
        for col, column in enumerate(layout.columns):
            self._text(layout.head, col, column.heading, self._head_format(column))

    def _groups(self) -> None:
        """The word stands in the first cell of its group; the others only carry it across."""
        row, form, before = self.layout.head - 1, self.formats.of(looks.GROUP_HEAD), ""
        for col, column in enumerate(self.layout.columns):
            group = column.declared.group
            if group and group != before:
                self._text(row, col, self.formats.text(group), form)
            elif group:
                self._sure(self.sheet.write_blank(row, col, None, form))
            before = group

    def _head_format(self, column: ColumnLayout) -> Format:
        if column.is_key:
            return self.formats.of(looks.KEY_HEAD)
        return self.formats.of(looks.STAFF_HEAD if column.declared.is_staff else looks.HEAD)

    # --- over the rows -------------------------------------------------------------------

    def _filter(self) -> None:
        """A table people can sort; a plain filter under two rows of headings, or over a long list."""
        layout = self.layout
        area = (layout.head, 0, layout.last, len(layout.columns) - 1)
        if layout.has_groups or layout.count > LONG:
            self._sure(self.sheet.autofilter(*area))
            return
        columns = [{"header": column.heading, "header_format": self._head_format(column)} for column in layout.columns]
        self._sure(self.sheet.add_table(*area, {"columns": columns, "style": None, "banded_rows": False}))

    def _aids(self) -> None:
        """Drop-downs, date checks, bars, live colours; no green corners on numbers that are names."""
        layout, names = self.layout, []
        for col, column in enumerate(layout.columns):
            declared, area = column.declared, (layout.first, col, layout.last, col)
            if declared.is_staff and (rule := self._validation(column)):
                self._sure(self.sheet.data_validation(*area, rule))
            self._choices_by_row(col, declared.choices_field)
            if declared.has_bar:
                bar = {**looks.DATA_BAR, "bar_color": looks.BAR_MONEY}
                self._sure(self.sheet.conditional_format(*area, bar))
            for key, name in (declared.tones or {}).items() if declared.live else ():
                form = self.formats.book.add_format(dict(looks.tone(name)))
                value = f'"{self.formats.text(f"look.{key}")}"'
                rule = {"type": "cell", "criteria": "==", "value": value, "format": form}
                self._sure(self.sheet.conditional_format(*area, rule))
            if declared.look in MAY_LOOK_LIKE_NUMBERS:
                names.append(f"{column_letter(col)}{layout.first + 1}:{column_letter(col)}{layout.last + 1}")
        self.sheet.ignore_errors({"number_stored_as_text": " ".join(names)})

    def _choices_by_row(self, col: int, field: str) -> None:
        """Give every row the drop-down that stands in a field of it."""
        listed = self.layout.frame[field].tolist() if field in self.layout.frame.columns else []
        for row, choices in enumerate(listed, start=self.layout.first):
            if isinstance(choices, str) and choices:
                self._sure(self.sheet.data_validation(row, col, row, col, self._one_of(choices.split(CHOICES_MARK))))

    def _one_of(self, choices: list[str]) -> dict[str, Any]:
        """A drop-down of these words; another may be typed after a warning."""
        text = self.formats.text
        if len(CHOICES_MARK.join(choices)) > LONGEST_LIST:
            sure(-2, f"{self.layout.tab}: list too long")
        rule = {"validate": "list", "source": choices, "error_type": "warning"}
        return rule | {"error_title": text("look.pick_title"), "error_message": text("look.pick_text")}

    def _validation(self, column: ColumnLayout) -> dict[str, Any]:
        """What may be typed in a staff column; empty where anything may."""
        text, declared = self.formats.text, column.declared
        rule: dict[str, Any]
        if declared.choices:
            return self._one_of([text(word) for word in declared.choices])
        if declared.look in looks.TIMES:
            rule = {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
            return rule | {"error_title": text("look.day_title"), "error_message": text("look.day_text")}
        return {}


def _count_place(layout: SheetLayout) -> int:
    """Right of the label, left of the first sum; nowhere when a sum stands right after the label."""
    sums = [col for col, column in enumerate(layout.columns) if column.declared.is_total]
    room = range(1, sums[0] if sums else min(MOST_LEFT, len(layout.columns)))
    wide = [col for col in room if layout.columns[col].width >= COUNT_WIDTH]
    beside = [col for col in wide if col > 1]
    return (beside or wide or [NOWHERE])[0]


def _each(function: int, reach: str) -> str:
    """A subtotal of each cell alone, so that rows can be chosen among those that a filter shows."""
    first = reach.partition(":")[0]
    return f"SUBTOTAL({function},OFFSET({first},ROW({reach})-ROW({first}),0))"
