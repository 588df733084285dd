"""What the style part of an xlsx says of cells: days shown by their weekday, struck-out text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.parsers import expat

FORMAT = re.compile(rb'<numFmt [^>]*?numFmtId="(\d+)"[^>]*?formatCode="([^"]*)"')
FORMAT_OF = re.compile(rb'numFmtId="(\d+)"')
FONT_OF = re.compile(rb'fontId="(\d+)"')
FONT = re.compile(rb"<font\s*/>|<font>(.*?)</font>|<font [^>]*[^/]>(.*?)</font>", re.DOTALL)
STRUCK = re.compile(rb'<strike\s*/>|<strike val="(?:1|true)"\s*/>')
CELL_FORMAT = re.compile(rb"<xf [^>]*>")
# what a reader is shown instead of styles that are no XML: numbers stay, formats are lost
PLAIN = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<cellXfs count="1"><xf numFmtId="0"/></cellXfs></styleSheet>'
)


@dataclass(frozen=True)
class Styles:
    """Numbers of cell styles. `is_broken`: the part is damaged and must not be shown to a reader."""

    weekdays: frozenset[int] = frozenset()  # calamine takes these for plain numbers
    struck: frozenset[int] = frozenset()
    is_broken: bool = False


def read_styles(part: bytes) -> Styles:
    """Look through the style part; a workbook without one has plain cells."""
    if not part:
        return Styles()
    if not _is_whole(part):
        return Styles(is_broken=True)
    if b"aaa" not in part and b"<strike" not in part:
        return Styles()
    formats = [found[0] for found in CELL_FORMAT.finditer(_section(part, b"cellXfs"))]
    weekday = {number for number, code in FORMAT.findall(part) if b"aaa" in code.lower()}
    fonts = [found[0] for found in FONT.finditer(_section(part, b"fonts"))]
    struck = {b"%d" % at for at, font in enumerate(fonts) if STRUCK.search(font)}
    return Styles(_using(formats, FORMAT_OF, weekday), _using(formats, FONT_OF, struck))


def _is_whole(part: bytes) -> bool:
    parser = expat.ParserCreate()
    try:
        parser.Parse(part, True)
    except expat.ExpatError:
        return False
    return b"cellXfs" in part or b"cellStyleXfs" not in part


def _section(part: bytes, name: bytes) -> bytes:
    return part.partition(b"<" + name)[2].partition(b"</" + name + b">")[0]


def _using(formats: list[bytes], sought: re.Pattern[bytes], wanted: set[bytes]) -> frozenset[int]:
    """Positions of the cell formats that use one of the wanted numbers."""
    return frozenset(at for at, each in enumerate(formats) if (found := sought.search(each)) and found[1] in wanted)
