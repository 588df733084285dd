"""What a package says it holds: its worksheets and where they lie."""

from __future__ import annotations

from dataclasses import dataclass
from posixpath import basename, dirname, join, normpath
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from pipeline.reading.files.package import UNREADABLE, Damaged

if TYPE_CHECKING:
    from pipeline.reading.files.package import Package

WORKBOOK, STYLES, STRINGS = "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"  # where they usually lie
HIDDEN, TRUE = frozenset({"hidden", "veryHidden"}), frozenset({"1", "true"})


@dataclass(frozen=True)
class Part:
    """A worksheet: its name and where it lies."""

    name: str
    path: str
    is_hidden: bool


class Link(NamedTuple):
    """One part points at another."""

    kind: str
    part: str


@dataclass(frozen=True)
class Contents:
    """Worksheets in order. `is_1904`: days are counted from that year."""

    sheets: tuple[Part, ...]
    is_1904: bool
    styles: str = STYLES
    strings: str = STRINGS


def contents(package: Package) -> Contents:
    """Look into the part that lists the others. Raises Damaged when it lists no sheet at all."""
    path = _workbook(package)
    elements = list(_xml(package.read(path)).iter())
    links = links_to(package, path)
    sheets = [each for each in elements if _tag(each) == "sheet"]
    if not sheets:
        raise Damaged(UNREADABLE, "no sheets")
    parts = (_part(each, links) for each in sheets)
    # a later version of Excel adds properties of its own under the same name
    is_1904 = any(each.get("date1904") in TRUE for each in elements if _tag(each) == "workbookPr")
    places = {link.kind: link.part for link in links.values()}
    styles, strings = places.get("styles", STYLES), places.get("sharedStrings", STRINGS)
    return Contents(tuple(part for part in parts if part), is_1904, styles, strings)


def links_to(package: Package, path: str) -> dict[str, Link]:
    """What a part links to, by the name of the link; "" for the whole package."""
    return {
        each.get("Id", ""): Link(each.get("Type", "").rpartition("/")[2], _linked(path, each.get("Target", "")))
        for each in _xml(package.read(join(dirname(path), "_rels", basename(path) + ".rels")))
    }


def _linked(path: str, target: str) -> str:
    target = target.replace("\\", "/")
    return target.lstrip("/") if target.startswith("/") else normpath(join(dirname(path), target))


def _part(sheet: ET.Element, links: dict[str, Link]) -> Part | None:
    """None: it is a chart, a dialogue, a macro."""
    name = sheet.get("name", "")
    relation = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
    if relation == "":  # so modules of macros stand in the list
        return None
    link = links.get(relation or "")
    if link is None:
        raise Damaged(UNREADABLE, f"sheet {name!r} lies nowhere")
    return Part(name, link.part, sheet.get("state") in HIDDEN) if link.kind == "worksheet" else None


def _workbook(package: Package) -> str:
    """Where the workbook lies: nearly always at the same place."""
    links = links_to(package, "").values()
    return next((link.part for link in links if link.kind == "officeDocument"), WORKBOOK)


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _xml(part: bytes) -> ET.Element:
    try:
        return ET.fromstring(part) if part else ET.Element("nothing")  # noqa: S314 - the guard refuses document types
    except (ET.ParseError, ValueError, LookupError) as wrong:
        raise Damaged(UNREADABLE, str(wrong)) from wrong
