"""What a package holds beside the values that calamine gives: the bytes of its sheets, styles, notes."""

from __future__ import annotations

from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.reading.files.contents import contents
from pipeline.reading.files.exact.sheet import fill_exactly
from pipeline.reading.files.exact.texts import shared_strings
from pipeline.reading.files.fast_scan import Unseen, Unusual, scan
from pipeline.reading.files.grid import Grid
from pipeline.reading.files.notes import notes_of
from pipeline.reading.files.package import Package, Parts
from pipeline.reading.files.styles import read_styles
from pipeline.reading.files.xml_events import is_odd

if TYPE_CHECKING:
    from pipeline.reading.files.contents import Part


class Beside:
    """The package of an xlsx. Raises Damaged when it must not be read at all."""

    def __init__(self, content: bytes, kept: Parts | None = None) -> None:
        self._package = Package(BytesIO(content), kept)
        self._contents = contents(self._package)
        self._styles = read_styles(self._package.read(self._contents.styles))
        self.sheets = self._contents.sheets
        # seen before calamine sees anything: some bytes make it abort
        self._unseen = {sheet.path: self._scanned(sheet) for sheet in self.sheets}

    def of(self, sheet: Part) -> Unseen | None:
        """What calamine does not say of a sheet; None when it must not be shown this one."""
        return self._unseen[sheet.path]

    def plain(self, sheet: Part) -> Grid:
        """The grid of a sheet, with no cells in it yet."""
        return Grid(
            sheet.name,
            notes=notes_of(self._package, sheet.path),
            is_hidden=sheet.is_hidden,
            epoch_1904=self._contents.is_1904,
            has_plain_styles=self._styles.is_broken,
        )

    def exact(self, sheet: Part) -> Grid:
        """The sheet without calamine. Raises Damaged."""
        part = self._package.read(sheet.path)
        return fill_exactly(self.plain(sheet), part, self._styles, lambda: self._strings)

    @cached_property
    def _strings(self) -> list[str]:
        return shared_strings(self._package.read(self._contents.strings))

    @cached_property
    def _is_odd(self) -> bool:
        """What all sheets need is such that calamine reads none of them well."""
        return self._styles.is_broken or is_odd(self._package.read(self._contents.strings))

    def _scanned(self, sheet: Part) -> Unseen | None:
        try:
            return None if self._is_odd else scan(self._package.read(sheet.path), self._styles)
        except Unusual:
            return None
