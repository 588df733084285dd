"""What helps people read and fill in a list."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pipeline.excel.names import column_letter
from pipeline.excel.write.formats import Formats, sure
from reports.looks import BAR_MONEY, TIMES, tone

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from pipeline.excel.write.layout import Laid, Lane

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
LONGEST_LIST = 255  # longer drop-downs are dropped without a word


def aid(sheet: Worksheet, laid: Laid, formats: Formats) -> None:
    """Drop-downs, date checks, bars, live colours; no green corners on numbers that are names."""
    for col, lane in enumerate(laid.lanes):
        reach = (laid.first, col, laid.last, col)
        if lane.column.is_staff:
            _validate(sheet, lane, reach, formats)
        if lane.column.has_bar:
            bar = {"type": "data_bar", "bar_color": BAR_MONEY, "bar_solid": True, "min_type": "num", "min_value": 0}
            sure(sheet.conditional_format(*reach, bar), laid.tab)
        if lane.column.live is not None and lane.column.tones:
            _live_tones(sheet, lane, reach, formats)
    codes = [col for col, lane in enumerate(laid.lanes) if lane.column.look.value in ("code", "text", "long", "name")]
    reached = " ".join(f"{column_letter(c)}{laid.first + 1}:{column_letter(c)}{laid.last + 1}" for c in codes)
    sheet.ignore_errors({"number_stored_as_text": reached})


def _live_tones(sheet: Worksheet, lane: Lane, reach: tuple[int, int, int, int], formats: Formats) -> None:
    for key, name in (lane.column.tones or {}).items():
        criterion = f'"{formats.text(f"look.{key}")}"'
        form = formats.book.add_format(dict(tone(name)))
        rule = {"type": "cell", "criteria": "==", "value": criterion, "format": form}
        sure(sheet.conditional_format(*reach, rule), lane.heading)


def _validate(sheet: Worksheet, lane: Lane, reach: tuple[int, int, int, int], formats: Formats) -> None:
    say = formats.text
    if lane.column.choices:
        choices = [say(word) for word in lane.column.choices]
        if len(",".join(choices)) > LONGEST_LIST:
            sure(-2, f"{lane.heading}: list too long")
        rule: dict[str, Any] = {
            "validate": "list",
            "source": choices,
            "error_type": "warning",
            "error_title": say("look.pick_title"),
            "error_message": say("look.pick_text"),
        }
    elif lane.column.look in TIMES:
        rule = {
            "validate": "date",
            "criteria": "between",
            "minimum": FIRST_DAY,
            "maximum": LAST_DAY,
            "error_type": "stop",
            "error_title": say("look.day_title"),
            "error_message": say("look.day_text"),
        }
    else:
        return
    sure(sheet.data_validation(*reach, rule), lane.heading)
