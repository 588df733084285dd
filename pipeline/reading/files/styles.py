"""What the style part of an xlsx says of cells: what their numbers are shown as, struck-out text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pipeline.reading.files.formats import BUILT_IN, Form, form_of, names_weekday
from pipeline.reading.files.package import Damaged
from pipeline.reading.files.xml_events import Walk

if TYPE_CHECKING:
    from pipeline.reading.files.xml_events import Attributes

OFF = frozenset({"0", "false"})


@dataclass(frozen=True)
class Styles:
    """By number of a cell's style. `is_broken`: the part is damaged; numbers stay, formats are lost."""

    forms: tuple[Form, ...] = ()
    weekdays: frozenset[int] = frozenset()  # calamine takes these for plain numbers
    struck: frozenset[int] = frozenset()
    is_broken: bool = False


def read_styles(part: bytes) -> Styles:
    """Look through the style part; a workbook without one has plain cells."""
    if not part:
        return Styles()
    found = _Styles()
    try:
        found.read(part)
    except Damaged:
        return Styles(is_broken=True)
    return found.styles() if found.cells or not found.has_base else Styles(is_broken=True)


class _Styles(Walk):
    def __init__(self) -> None:
        super().__init__()
        self.cells: list[tuple[str, str]] = []  # numbers of the format and of the font
        self.has_base = False
        self._codes: dict[str, str] = {}
        self._struck: list[bool] = []
        self._section = ""
        self.begins = {"numFmt": self._format, "xf": self._cell, "font": self._font, "strike": self._strike}
        for section in ("numFmts", "fonts", "cellXfs", "cellStyleXfs"):
            self.begins[section] = partial(self._enter, section)
            self.ends[section] = self._leave

    def styles(self) -> Styles:
        """What was found."""
        forms = {number: form_of(code) for number, code in self._codes.items()}
        days = {number for number, code in self._codes.items() if names_weekday(code)}
        forms = BUILT_IN | forms | dict.fromkeys(days, Form.DAY)
        struck = {str(at) for at, is_struck in enumerate(self._struck) if is_struck}
        return Styles(
            tuple(forms.get(number, Form.NUMBER) for number, _ in self.cells),
            frozenset(at for at, (number, _) in enumerate(self.cells) if number in days),
            frozenset(at for at, (_, font) in enumerate(self.cells) if font in struck),
        )

    def _enter(self, section: str, _: Attributes) -> None:
        self._section = section
        self.has_base |= section == "cellStyleXfs"

    def _leave(self, _: str) -> None:
        self._section = ""

    def _format(self, attributes: Attributes) -> None:
        if self._section == "numFmts":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")

    def _cell(self, attributes: Attributes) -> None:
        if self._section == "cellXfs":
            self.cells.append((attributes.get("numFmtId", "0"), attributes.get("fontId", "0")))

    def _font(self, _: Attributes) -> None:
        if self._section == "fonts":
            self._struck.append(False)

    def _strike(self, attributes: Attributes) -> None:
        if self._section == "fonts" and self._struck:
            self._struck[-1] = attributes.get("val", "1") not in OFF
