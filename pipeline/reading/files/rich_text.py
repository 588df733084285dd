"""Text as the XML of a workbook holds it: in pieces, with guides to reading, with letters spelled out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.reading.files.package import TOO_BIG, Damaged
from pipeline.reading.files.xml_events import Walk

if TYPE_CHECKING:
    from pipeline.reading.files.xml_events import Attributes

SPACE = "http://www.w3.org/XML/1998/namespace space"
XML_BLANKS = " \t\r\n"
SPELLED = re.compile(r"_x([0-9A-Fa-f]{4})_")
MOST_STRINGS = 4_000_000  # a part of millions of empty ones fills the memory


class Texts(Walk):
    """A walk through a part that holds rich text.

    `pieces`: those of the text at hand, without what only helps to pronounce it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._keeps_blanks = self._is_guide = False
        self.begins |= {"t": self._text_begins, "rPh": self._guide_begins}
        self.ends |= {"t": self._text_ends, "rPh": self._guide_ends}

    def taken(self) -> str:
        """Return the text at hand, which is forgotten with this."""
        text = "".join(self.pieces)
        self.pieces.clear()
        return unescaped(text)

    def _text_begins(self, attributes: Attributes) -> None:
        self._keeps_blanks = attributes.get(SPACE) == "preserve"

    def _text_ends(self, text: str) -> None:
        if not self._is_guide:
            self.pieces.append(text if self._keeps_blanks else text.strip(XML_BLANKS))

    def _guide_begins(self, _: Attributes) -> None:
        self._is_guide = True

    def _guide_ends(self, _: str) -> None:
        self._is_guide = False


class _Strings(Texts):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ends["si"] = self._string_ends

    def _string_ends(self, _: str) -> None:
        self.found.append(self.taken())
        if len(self.found) > MOST_STRINGS:
            raise Damaged(TOO_BIG, "shared strings")


def shared_strings(part: bytes) -> list[str]:
    """Return the texts that cells refer to by their number; none without such a part."""
    strings = _Strings()
    if part:
        strings.read(part)
    return strings.found


def unescaped(text: str) -> str:
    """Return a text with its spelled-out letters: ``_x000D_`` is how a workbook writes what XML has not."""
    if "_x" not in text:
        return text
    text = SPELLED.sub(lambda found: chr(int(found[1], 16)), text)
    # a letter beyond 16 bits comes in two halves; half of one is no letter, and neither Arrow nor JSON would carry it
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
