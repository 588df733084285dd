"""The styles part: every style a marked cell has, once more with our fill; and the looks of the added sheet."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy

from lxml import etree

from pipeline.excel.edit.package import MAIN, Parts, needs_main
from pipeline.excel.edit.xml_edit import Element, NotEditable, add, clean, parse
from reports.looks import TONES

MOST_STYLES = 60_000  # Excel opens no workbook with more than 65,490
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
SOLID = "solid"
NO_COLOUR = {"indexed": "64"}  # by the format: none
PLAIN = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)


class StylesPart:
    """Gives style numbers; `save` puts the changed part back."""

    def __init__(self, package: Parts) -> None:
        self._package = package
        self._name = package.first_related(package.main(), "styles")
        if not self._name or self._name not in package:
            self._name = _new_part(package)
        self._root = parse(package.read(self._name))
        needs_main(*self._root.nsmap.values())
        self._fonts, self._fills, self._borders, self._xfs = (
            _Section(self._root, name) for name in ("fonts", "fills", "borders", "cellXfs")
        )
        self._known = self._xfs.count
        self._ours = {_argb(TONES[tone][0]) for tone in ("bad", "soon")}
        self._marked: dict[tuple[int, str], int] = {}
        self._fill_of: dict[tuple[int, str], int] = {}

    def marked(self, style: int, tone: str) -> int:
        """Return the same style with the fill of a tone; it remembers the colour it covers."""
        return self._with_fill(style if 0 <= style < self._known else 0, tone)

    def unmarked(self, style: int) -> int:
        """Return the style a marked cell had before; the same for a cell that bears no mark of ours."""
        if not 0 <= style < self._known or not self._is_ours(self._fill_under(style)):
            return style
        return self._with_fill(style, "")

    def look(self, *, font: Mapping[str, object], fill: str = "", align: Mapping[str, str], line: str = "") -> int:
        """Return a style for the added sheet. `font`: name, size, colour, bold, underline."""
        made = self._fonts.grow("font")
        for flag, name in (("bold", "b"), ("underline", "u")):
            if font.get(flag):
                add(made, name)
        add(made, "sz", val=font["size"])
        add(made, "color", rgb=_argb(str(font["colour"])))
        add(made, "name", val=clean(str(font["name"])))
        numbers = {"fontId": self._fonts.count - 1, "fillId": self._solid(fill, NO_COLOUR) if fill else 0}
        numbers["borderId"] = self._bottom(line) if line else 0
        applied = {f"apply{what}": 1 for what in ("NumberFormat", "Font", "Fill", "Border", "Alignment")}
        add(self._xfs.grow("xf", numFmtId=49, xfId=0, **numbers, **applied), "alignment", **align)
        return self._xfs.count - 1

    def save(self) -> None:
        """Put the part back. Raises NotEditable when it would hold more styles than Excel opens."""
        if self._xfs.count > MOST_STYLES:
            raise NotEditable(f"{self._xfs.count} styles")
        self._package.put(self._name, self._root)

    def _with_fill(self, style: int, tone: str) -> int:
        """A style with the fill of a tone, or without ours; each is made once."""
        if (style, tone) not in self._marked:
            under = self._fill_under(style)
            if (under, tone) not in self._fill_of:
                colour = self._colour_of(under)
                covering = self._solid(TONES[tone][0], colour or NO_COLOUR) if tone else self._uncovered(colour)
                self._fill_of[under, tone] = covering
            xf = deepcopy(self._xfs.items[style])
            xf.tail = None
            xf.set("fillId", str(self._fill_of[under, tone]))
            xf.set("applyFill", "1")
            self._marked[style, tone] = self._xfs.append(xf)
        return self._marked[style, tone]

    def _fill_under(self, style: int) -> int:
        return int(self._xfs.items[style].get("fillId", 0))

    def _solid(self, colour: str, behind: Mapping[str, str]) -> int:
        pattern = add(self._fills.grow("fill"), "patternFill", patternType=SOLID)
        add(pattern, "fgColor", rgb=_argb(colour))
        add(pattern, "bgColor", **behind)
        return self._fills.count - 1

    def _uncovered(self, colour: Mapping[str, str]) -> int:
        """The fill that stood here before ours; none when there was none."""
        if not colour or colour.get("indexed") == NO_COLOUR["indexed"]:
            return 0
        add(add(self._fills.grow("fill"), "patternFill", patternType=SOLID), "fgColor", **colour)
        return self._fills.count - 1

    def _bottom(self, colour: str) -> int:
        border = self._borders.grow("border")
        for side in ("left", "right", "top"):
            add(border, side)
        add(add(border, "bottom", style="thin"), "color", rgb=_argb(colour))
        add(border, "diagonal")
        return self._borders.count - 1

    def _pattern(self, fill: int) -> Element | None:
        fills = self._fills.items
        found = fills[fill].find("{*}patternFill") if 0 <= fill < len(fills) else None
        return found if found is not None and found.get("patternType") == SOLID else None

    def _colour_of(self, fill: int) -> dict[str, str]:
        """The colour a cell had, as it is to be kept behind ours: a solid fill never shows its second colour."""
        pattern = self._pattern(fill)
        shown = None if pattern is None else pattern.find("{*}bgColor" if self._is_ours(fill) else "{*}fgColor")
        return {} if shown is None else dict(shown.attrib)

    def _is_ours(self, fill: int) -> bool:
        pattern = self._pattern(fill)
        shown = None if pattern is None else pattern.find("{*}fgColor")
        return shown is not None and shown.get("rgb", "").upper() in self._ours


class _Section:
    """One list of the part, growing at its end."""

    def __init__(self, root: Element, name: str) -> None:
        found = root.find(f"{{*}}{name}")
        nodes = () if found is None else found.iterchildren("*")
        self.items = [node for node in nodes if etree.QName(node).localname != "AlternateContent"]
        if found is None or not len(found):
            raise NotEditable(f"styles without {name}")
        self._node = found

    @property
    def count(self) -> int:
        return len(self.items)

    def grow(self, name: str, **attributes: object) -> Element:
        """Put a new one behind the others; gives it."""
        made = add(self._node, name, **attributes)
        self._listed(made)
        return made

    def append(self, item: Element) -> int:
        """Put one behind the others; gives its number."""
        self._node.append(item)
        return self._listed(item)

    def _listed(self, item: Element) -> int:
        self.items.append(item)
        self._node.set("count", str(self.count))
        return self.count - 1


def _argb(colour: str) -> str:
    return f"FF{colour.removeprefix('#')}".upper()


def _new_part(package: Parts) -> str:
    """A plain styles part for a package that has none."""
    name = package.new_name("xl/styles{}.xml")
    package.put(name, PLAIN.encode())
    package.declare(name, TYPE)
    package.relate(package.main(), name, "styles")
    return name
