"""Formats of one workbook, each made once, and calls that may not fail in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.excel.write.cells import DAY_ONLY, LINK, PARTS, UNREAD
from reports.looks import CELL, KEY_CELL, LINKED, LOOKS, PARTS_FORMAT, STAFF_CELL, TONES, UNREAD_DAY, Props, tone

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format

    from pipeline.excel.run_info import RunInfo
    from pipeline.excel.write.layout import Lane

NUMBER_WORDS = ("look.days", "look.rows")
UNWRITTEN = "the spreadsheet writer left out a cell"


class Unwritten(RuntimeError):
    """XlsxWriter returned an error code: something would silently be missing."""


def sure(code: object, where: str) -> None:
    """Turn a return code into an error. Successful calls return 0 or nothing."""
    if code not in (0, None):
        raise Unwritten(f"{UNWRITTEN}: {where} ({code})")


@dataclass
class Ink:
    """Makes each format of a workbook once."""

    book: xlsxwriter.Workbook
    run_info: RunInfo
    made: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def of(self, *props: Props) -> Format:
        """The format of these properties, later ones on top."""
        joined: dict[str, Any] = {"font_name": self.run_info.text("look.font"), "font_size": 10, "valign": "vcenter"}
        for each in props:
            joined |= each
        form = joined.get("num_format")
        if form in NUMBER_WORDS:
            joined["num_format"] = self.run_info.text(str(form))
        key = tuple(sorted(joined.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(joined)
        return self.made[key]

    def of_lane(self, lane: Lane) -> Mapping[str, Format]:
        """Formats of a column by variant; "" is the usual one."""
        ground = STAFF_CELL if lane.column.is_staff else CELL
        look = LOOKS[lane.column.look]
        if lane.is_key:
            return {"": self.of(KEY_CELL)}
        used = sorted(set(lane.variants or ()) - {""})  # sorted: formats are numbered as they are first used
        return {"": self.of(ground, look)} | {name: self._variant(ground, look, name) for name in used}

    def _variant(self, ground: Props, look: Props, name: str) -> Format:
        if name == DAY_ONLY:
            return self.of(ground, look, {"num_format": "yyyy-mm-dd"})
        if name == PARTS:
            return self.of(ground, look, {"num_format": PARTS_FORMAT})
        if name == UNREAD:
            return self.of(ground, look, UNREAD_DAY)
        if name == LINK:
            return self.of(ground, look, LINKED)
        toned = dict(tone(name)) if name in TONES else {}
        if "num_format" in look:
            toned.pop("num_format", None)  # a date or a figure keeps its own form
        return self.of(ground, look, toned)
