"""How every workbook of ours begins, its formats, each made once, and calls that may not fail in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

from pipeline.excel.write.cells import DAY_ONLY, LINK, PARTS, UNREAD
from pipeline.excel.write.layout import ColumnLayout
from reports import looks
from reports.looks import Props
from schemas.language.words import translate

# Text stays text: what a sender typed never becomes a formula, a link or a number on its way through us.
OPTIONS: Mapping[str, bool] = MappingProxyType(
    {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
)
CREATED = datetime(2026, 1, 1)  # of workbooks that belong to no night: the same content gives the same bytes
NUMBER_WORDS = ("look.days", "look.rows")
UNWRITTEN = "the spreadsheet writer left out a cell"


class Unwritten(RuntimeError):
    """XlsxWriter returned an error code: something would silently be missing."""


def sure(code: object, where: str) -> None:
    """Raise Unwritten for the return code of a call that failed; successful calls return 0 or nothing."""
    if code not in (0, None):
        raise Unwritten(f"{UNWRITTEN}: {where} ({code})")


def new_workbook(path: Path, properties: Mapping[str, Any] | None = None, **options: Any) -> xlsxwriter.Workbook:
    """Return a workbook to be written to `path` when it is closed; `options` are the writer's, beside ours."""
    book = xlsxwriter.Workbook(str(path), {**OPTIONS, **options})
    book.set_properties({"created": CREATED, **(properties or {})})
    return book


def body(lang: str) -> dict[str, Any]:
    """Return the properties every format begins with."""
    return {"font_name": translate("look.font", lang), "font_size": looks.BODY_SIZE, "valign": "vcenter"}


@dataclass
class Formats:
    """Makes each format of a workbook once, in the order they are first used: they are numbered so."""

    book: xlsxwriter.Workbook
    lang: str
    made: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """Return a word in the language of the workbook."""
        return translate(key, self.lang)

    def of(self, *props: Props) -> Format:
        """Return the format of these properties, later ones on top."""
        joined = body(self.lang)
        for more in props:
            joined |= more
        form = joined.get("num_format")
        if form in NUMBER_WORDS:
            joined["num_format"] = self.text(str(form))
        key = tuple(sorted(joined.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(joined)
        return self.made[key]

    def of_column(self, column: ColumnLayout) -> Mapping[str, Format]:
        """Return the formats of a column by variant; "" is the usual one."""
        ground = looks.STAFF_CELL if column.declared.is_staff else looks.CELL
        look = looks.LOOKS[column.declared.look]
        if column.is_key:
            return {"": self.of(looks.KEY_CELL)}
        used = sorted(set(column.variants or ()) - {""})  # sorted: a set has no order of its own
        return {"": self.of(ground, look)} | {name: self._variant(ground, look, name) for name in used}

    def _variant(self, ground: Props, look: Props, name: str) -> Format:
        if name == DAY_ONLY:
            return self.of(ground, look, {"num_format": "yyyy-mm-dd"})
        if name == PARTS:
            return self.of(ground, look, {"num_format": looks.PARTS_FORMAT})
        if name == UNREAD:
            return self.of(ground, look, looks.UNREAD_DAY)
        if name == LINK:
            return self.of(ground, look, looks.LINKED)
        # a date or a figure keeps its own form
        toned = looks.tone(name, has_shape="num_format" not in look) if name in looks.TONES else {}
        return self.of(ground, look, toned)
