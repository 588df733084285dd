"""Write one list: title, hint, live totals, headings, rows, and what helps to fill them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.excel.write.formats import Formats, sure
from pipeline.excel.write.layout import Laid, Lane, head_height
from pipeline.excel.write.validation import aid
from reports.looks import (
    CARD,
    EMPTY,
    FEN,
    GROUP_HEAD,
    HEAD,
    HINT,
    HINT_ROW,
    KEY_HEAD,
    LOOKS,
    STAFF_HEAD,
    TABS,
    TITLE,
    TITLE_ROW,
    TOTAL_CELL,
    TOTAL_LABEL,
)

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from pipeline.excel.write.list_rows import ListSheet

FILTERED, ALL = 2, 3  # rows of the two totals
COUNT_WIDTH, MOST_LEFT, NOWHERE = 8, 4, -1
LONG = 5_000  # rows
SUM_SHOWN, COUNT_SHOWN = 109, 103  # SUBTOTAL leaving out what a filter hides


def write_list(sheet: ListSheet, laid: Laid, formats: Formats) -> None:
    """Write a sheet."""
    _columns(sheet, laid)
    _top(sheet, laid, formats)
    _head(sheet, laid, formats)
    if laid.count:
        sheet.hold(laid, [formats.of_lane(lane) for lane in laid.lanes])
        _filter(sheet, laid, formats)
        aid(sheet, laid, formats)
    else:
        sure(sheet.write_string(laid.first, 0, formats.text("hint.nothing"), formats.of(EMPTY)), laid.tab)
    sheet.freeze_panes(laid.first, laid.sheet.frozen)
    sheet.hide_gridlines(2)
    if laid.sheet.tab_tone:
        sheet.set_tab_color(TABS[laid.sheet.tab_tone])


def _columns(sheet: Worksheet, laid: Laid) -> None:
    for col, lane in enumerate(laid.lanes):
        sure(sheet.set_column(col, col, lane.width), laid.tab)


def _top(sheet: Worksheet, laid: Laid, formats: Formats) -> None:
    sheet.set_row(0, TITLE_ROW)
    sure(sheet.write_string(0, 0, laid.title, formats.of(TITLE)), laid.tab)
    sheet.set_row(1, HINT_ROW)
    sure(sheet.write_string(1, 0, formats.text(laid.sheet.hint), formats.of(HINT)), laid.tab)
    if laid.sheet.has_totals:
        _totals(sheet, laid, formats, FILTERED, "look.filtered")
        _totals(sheet, laid, formats, ALL, "look.all")


def _totals(sheet: Worksheet, laid: Laid, formats: Formats, row: int, word: str) -> None:
    """One row of totals over the whole width; formulas with their values."""
    ground = formats.of({"bg_color": CARD})
    where = f"{laid.tab} {row}"
    count_at = _count_place(laid)
    for col, lane in enumerate(laid.lanes):
        if lane.is_key:
            continue
        if col == 0:
            sure(sheet.write_string(row, 0, formats.text(word), formats.of(TOTAL_LABEL)), where)
        elif col == count_at:
            _count(sheet, laid, formats, row, col)
        elif lane.column.is_total:
            _sum(sheet, laid, formats, row, col)
        else:
            sure(sheet.write_blank(row, col, None, ground), where)


def _count_place(laid: Laid) -> int:
    """Right of the label, left of the first sum; nowhere when a sum stands right after the label."""
    sums = [col for col, lane in enumerate(laid.lanes) if lane.column.is_total]
    room = range(1, sums[0] if sums else min(MOST_LEFT, len(laid.lanes)))
    wide = [col for col in room if laid.lanes[col].width >= COUNT_WIDTH]
    beside = [col for col in wide if col > 1]
    return (beside or wide or [NOWHERE])[0]


def _count(sheet: Worksheet, laid: Laid, formats: Formats, row: int, col: int) -> None:
    reach = laid.reach(laid.counted)
    formula = f"=SUBTOTAL({COUNT_SHOWN},{reach})" if row == FILTERED else f"=COUNTA({reach})"
    form = formats.of(TOTAL_CELL, {"num_format": "look.rows", "align": "right"})
    _live(sheet, laid, (row, col), formula, laid.count, form)


def _sum(sheet: Worksheet, laid: Laid, formats: Formats, row: int, col: int) -> None:
    lane = laid.lanes[col]
    reach = laid.reach(col)
    formula = f"=SUBTOTAL({SUM_SHOWN},{reach})" if row == FILTERED else f"=SUM({reach})"
    whole = int(laid.fen(lane.column.field).sum()) if lane.column.field in laid.frame.columns else 0
    value = whole / 100 if lane.column.look in FEN else whole
    _live(sheet, laid, (row, col), formula, value, formats.of(LOOKS[lane.column.look], TOTAL_CELL))


def _live(sheet: Worksheet, laid: Laid, at: tuple[int, int], formula: str, value: float, form: Format) -> None:  # noqa: PLR0913
    if laid.count:
        sure(sheet.write_formula(*at, formula, form, value), laid.tab)
    else:
        sure(sheet.write_number(*at, 0, form), laid.tab)


def _head(sheet: Worksheet, laid: Laid, formats: Formats) -> None:
    if laid.has_groups:
        _groups(sheet, laid, formats)
    sheet.set_row(laid.head, head_height(laid.lanes))
    for col, lane in enumerate(laid.lanes):
        sure(sheet.write_string(laid.head, col, lane.heading, _head_form(lane, formats)), laid.tab)


def _groups(sheet: Worksheet, laid: Laid, formats: Formats) -> None:
    """The word stands in the first cell of its group; the others only carry it across."""
    before = ""
    for col, lane in enumerate(laid.lanes):
        group = lane.column.group
        if group and group != before:
            sure(sheet.write_string(laid.head - 1, col, formats.text(group), formats.of(GROUP_HEAD)), laid.tab)
        elif group:
            sure(sheet.write_blank(laid.head - 1, col, None, formats.of(GROUP_HEAD)), laid.tab)
        before = group


def _head_form(lane: Lane, formats: Formats) -> Format:
    if lane.is_key:
        return formats.of(KEY_HEAD)
    return formats.of(STAFF_HEAD if lane.column.is_staff else HEAD)


def _filter(sheet: Worksheet, laid: Laid, formats: Formats) -> None:
    """A table people can sort; a plain filter under two rows of headings, or over a long list.

    The writer remembers every single cell of a table.
    """
    last = len(laid.lanes) - 1
    if laid.has_groups or laid.count > LONG:
        sure(sheet.autofilter(laid.head, 0, laid.last, last), laid.tab)
        return
    columns = [{"header": lane.heading, "header_format": _head_form(lane, formats)} for lane in laid.lanes]
    options = {"columns": columns, "style": None, "banded_rows": False}
    sure(sheet.add_table(laid.head, 0, laid.last, last, options), laid.tab)
