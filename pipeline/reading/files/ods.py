"""What calamine hides in an .ods: hidden and filtered rows. Errors come as text."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.reading.files.fast_scan import Looked, Unseen
from pipeline.reading.files.package import Damaged, Package
from pipeline.reading.files.xml_events import Walk

if TYPE_CHECKING:
    from pipeline.reading.files.xml_events import Attributes

SPACE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
CONTENT = "content.xml"
HIDDEN_ROW = re.compile(rb'<table:table-row [^>]*table:visibility="(?:collapse|filter)"')
ROWS = re.compile(r"[0-9]{1,7}")
MOST_ROWS_HIDDEN = 200_000  # more are the empty rest of a sheet


def look(content: bytes) -> Looked:
    """Look through a workbook. Never raises: calamine decides what is damaged."""
    tables = _Tables()
    try:
        part = Package(BytesIO(content)).read(CONTENT)
        if HIDDEN_ROW.search(part):
            tables.read(part)
    except Damaged:
        return Looked()
    return tables.looked


class _Tables(Walk):
    def __init__(self) -> None:
        super().__init__()
        self.looked = Looked()
        self._row = 0
        self._hidden: set[int] = set()
        self.begins = {SPACE + "table": self._table, SPACE + "table-row": self._begin_row}

    def _table(self, attributes: Attributes) -> None:
        unseen = self.looked.unseen[attributes.get(SPACE + "name", "")] = Unseen()
        self._row, self._hidden = 0, unseen.hidden

    def _begin_row(self, attributes: Attributes) -> None:
        repeated = attributes.get(SPACE + "number-rows-repeated", "1")
        count = int(repeated) if ROWS.fullmatch(repeated) else 1
        if attributes.get(SPACE + "visibility", "visible") != "visible" and count <= MOST_ROWS_HIDDEN:
            self._hidden.update(range(self._row + 1, self._row + count + 1))
        self._row += count
