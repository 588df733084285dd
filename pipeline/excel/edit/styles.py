"""The styles part: every style a marked cell has, once more with our fill; and the looks of the added sheet."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.excel.edit.package import HEAD, MAIN, Parts, needs_main
from pipeline.excel.edit.xml_edit import Edits, Node, NotEditable, retagged, text, tree
from reports.looks import TONES

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_STYLES = 60_000  # Excel opens no workbook with more than 65,490
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
SOLID = "solid"
NONE = '{x}bgColor indexed="64"/'
PLAIN = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)


class Styles:
    """Gives style numbers; `save` puts the changed part back."""

    def __init__(self, package: Parts) -> None:
        self._package = package
        self._name = next(iter(package.related(package.main(), "styles").values()), "")
        if not self._name or self._name not in package:
            self._name = _added(package)
        self._part = package.read(self._name)
        self._root = tree(self._part)
        needs_main(self._root)
        self._fonts, self._fills, self._borders, self._xfs = (
            _Grown(self._part, self._section(name)) for name in ("fonts", "fills", "borders", "cellXfs")
        )
        self._marked: dict[tuple[int, str], int] = {}
        self._fill_of: dict[tuple[int, str], int] = {}

    def marked(self, style: int, tone: str) -> int:
        """The same style with the fill of a tone; it remembers the colour it covers."""
        style = style if 0 <= style < self._xfs.known else 0
        if (style, tone) not in self._marked:
            head = self._xfs.nodes[style]
            under = int(head.attributes.get("fillId", 0))
            fill = self._fill_of.get((under, tone)) or self._fill(under, tone)
            self._fill_of[under, tone] = fill
            self._marked[style, tone] = self._xfs.add(self._with_fill(head, fill))
        return self._marked[style, tone]

    def unmarked(self, style: int) -> int:
        """The style a marked cell had before; the same for a cell that bears no mark of ours."""
        if not 0 <= style < self._xfs.known:
            return style
        head = self._xfs.nodes[style]
        under = int(head.attributes.get("fillId", 0))
        if not self._is_ours(under):
            return style
        if (style, "") not in self._marked:
            fill = self._fill_of.get((under, "")) or self._covered(under)
            self._fill_of[under, ""] = fill
            self._marked[style, ""] = self._xfs.add(self._with_fill(head, fill))
        return self._marked[style, ""]

    def look(self, *, font: Mapping[str, object], fill: str = "", align: str = "", line: str = "") -> int:
        """A style for the added sheet. `font`: name, size, colour, bold, underline."""
        x = self._root.prefix
        bold = f"<{x}b/>" if font.get("bold") else ""
        line_under = f"<{x}u/>" if font.get("underline") else ""
        made = self._fonts.add(
            f'<{x}font>{bold}{line_under}<{x}sz val="{font["size"]}"/><{x}color rgb="{_rgb(str(font["colour"]))}"/>'
            f'<{x}name val="{text(str(font["name"]))}"/></{x}font>'
        )
        filled = self._fills.add(self._solid(fill, NONE)) if fill else 0
        border = self._borders.add(self._bottom(line)) if line else 0
        inner = f"<{x}alignment {align}/>"
        return self._xfs.add(
            f'<{x}xf numFmtId="49" fontId="{made}" fillId="{filled}" borderId="{border}" xfId="0" '
            f'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">{inner}</{x}xf>'
        )

    def save(self) -> None:
        """Put the part back. Raises NotEditable when it would hold more styles than Excel opens."""
        if self._xfs.count > MOST_STYLES:
            raise NotEditable(f"{self._xfs.count} styles")
        edits = Edits(self._part)
        for section in (self._fonts, self._fills, self._borders, self._xfs):
            section.save(edits)
        self._package.put(self._name, edits.done())

    def _section(self, name: str) -> Node:
        found = self._root.child(name)
        if found is None or not found.children:
            raise NotEditable(f"styles without {name}")
        return found

    def _with_fill(self, xf: Node, fill: int) -> str:
        head = retagged(self._part[xf.start : xf.inside], {"fillId": str(fill), "applyFill": "1"})
        return (head + self._part[xf.inside : xf.end]).decode("ascii")

    def _fill(self, under: int, tone: str) -> int:
        x = self._root.prefix
        return self._fills.add(self._solid(TONES[tone][0], self._colour_of(under) or NONE.format(x=x)))

    def _solid(self, colour: str, under: str) -> str:
        x = self._root.prefix
        under = under.format(x=x)
        return (
            f'<{x}fill><{x}patternFill patternType="{SOLID}"><{x}fgColor rgb="{_rgb(colour)}"/>'
            f"<{under}></{x}patternFill></{x}fill>"
        )

    def _bottom(self, colour: str) -> str:
        x = self._root.prefix
        sides = f"<{x}left/><{x}right/><{x}top/>"
        bottom = f'<{x}bottom style="thin"><{x}color rgb="{_rgb(colour)}"/></{x}bottom>'
        return f"<{x}border>{sides}{bottom}<{x}diagonal/></{x}border>"

    def _pattern(self, fill: int) -> Node | None:
        nodes = self._fills.nodes
        found = nodes[fill].child("patternFill") if 0 <= fill < len(nodes) else None
        return found if found and found.attributes.get("patternType") == SOLID else None

    def _colour_of(self, fill: int) -> str:
        """The colour a cell had, as it is to be kept behind ours: a solid fill never shows its second colour."""
        pattern = self._pattern(fill)
        if pattern is None:
            return ""
        shown = pattern.child("bgColor" if self._is_ours(fill) else "fgColor")
        return _attributes(shown, f"{self._root.prefix}bgColor") if shown else ""

    def _is_ours(self, fill: int) -> bool:
        pattern = self._pattern(fill)
        shown = pattern.child("fgColor") if pattern else None
        return bool(shown) and shown.attributes.get("rgb", "").upper() in self._tones  # type: ignore[union-attr]

    @cached_property
    def _tones(self) -> frozenset[str]:
        return frozenset(_rgb(TONES[tone][0]).upper() for tone in ("bad", "soon"))

    def _covered(self, fill: int) -> int:
        """The fill that stood here before ours; none when there was none."""
        colour = self._colour_of(fill)
        if not colour or 'indexed="64"' in colour:
            return 0
        x = self._root.prefix
        shown = colour.replace(f"{x}bgColor", f"{x}fgColor", 1)
        return self._fills.add(f'<{x}fill><{x}patternFill patternType="{SOLID}"><{shown}></{x}patternFill></{x}fill>')


class _Grown:
    """One list of the part, growing at its end."""

    def __init__(self, part: bytes, node: Node) -> None:
        self._node = node
        self.nodes = [each for each in node.children if each.name != "AlternateContent"]
        self.known = len(self.nodes)
        self._new: list[str] = []
        self._part = part

    @property
    def count(self) -> int:
        return self.known + len(self._new)

    def add(self, markup: str) -> int:
        self._new.append(markup)
        return self.count - 1

    def save(self, edits: Edits) -> None:
        if self._new:
            edits.into(self._node, "".join(self._new))
            edits.tag(self._node.start, {"count": str(self.count)})


def _attributes(node: Node, tag: str) -> str:
    return " ".join([tag, *(f'{name}="{text(value)}"' for name, value in node.attributes.items())]) + "/"


def _rgb(colour: str) -> str:
    return f"FF{colour.removeprefix('#')}"


def _added(package: Parts) -> str:
    """A plain styles part for a package that has none."""
    name = package.new_name("xl/styles{}.xml")
    package.put(name, PLAIN.encode())
    package.declare(name, TYPE)
    package.relate(package.main(), name, "styles")
    return name
