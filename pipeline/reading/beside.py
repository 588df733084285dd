"""What a package holds beside the values that calamine gives: the bytes of every sheet, styles, notes."""

from __future__ import annotations

from io import BytesIO
from posixpath import join, normpath
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from pipeline.reading.notes import notes_of
from pipeline.reading.package import Package, Parts, plain_name
from pipeline.reading.scan import READABLE_ERRORS, Unseen, scan, with_readable_errors
from pipeline.reading.styles import PLAIN, read_styles

if TYPE_CHECKING:
    from collections.abc import Iterator

STYLES = "xl/styles.xml"


class Beside:
    """The package of an xlsx. Raises Damaged when a reader must not be shown it.

    `changed`: what calamine must be shown instead of the file; empty for the file itself.
    """

    def __init__(self, content: bytes, kept: Parts | None = None) -> None:
        package = Package(BytesIO(content), kept)
        styles = read_styles(package.read(STYLES))
        self.is_1904 = False
        self.has_broken_styles = styles.is_broken
        self._unseen: dict[str, Unseen] = {}
        changed: dict[str, bytes] = {STYLES: PLAIN} if styles.is_broken else {}
        for name, path in self._sheets(package):
            part = package.read(path)
            self._unseen[name] = unseen = scan(part, styles) if part else Unseen()
            unseen.notes = notes_of(package, path)
            if not READABLE_ERRORS.issuperset(unseen.errors.values()):
                changed[plain_name(path)] = with_readable_errors(part)
        self.changed = package.with_parts(changed) if changed else b""

    def of(self, name: str) -> Unseen:
        """What calamine does not say of a sheet."""
        return self._unseen.get(name) or Unseen()

    def _sheets(self, package: Package) -> Iterator[tuple[str, str]]:
        """Name and part of every sheet."""
        links = _xml(package.read("xl/_rels/workbook.xml.rels"))
        targets = {each.get("Id", ""): each.get("Target", "") for each in links}
        for each in _xml(package.read("xl/workbook.xml")).iter():
            tag = each.tag.rpartition("}")[2]
            if tag == "workbookPr":
                self.is_1904 = each.get("date1904") in {"1", "true"}
            elif tag == "sheet":
                relation = next((value for key, value in each.attrib.items() if key.endswith("}id")), "")
                yield each.get("name", ""), _target(targets.get(relation, ""))


def _xml(part: bytes) -> ET.Element:
    return ET.fromstring(part) if part else ET.Element("nothing")  # noqa: S314 - the guard refuses document types


def _target(target: str) -> str:
    target = target.replace("\\", "/")
    return target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
