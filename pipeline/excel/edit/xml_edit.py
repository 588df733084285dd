"""XML edited: small parts as trees, a sheet's part in place, by where its tags lie in its bytes.

A sheet's part may be hundreds of megabytes, so it is never parsed into a model and written out again. What is
put into its bytes is ASCII with character references, right in every encoding that begins with ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from lxml import etree

Element = Any  # of lxml, which has no types
WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")  # UTF-16, with a mark or without
TAG_END = re.compile(rb"""(?:"[^"]*"|'[^']*'|[^"'>]++)*+>""")
ATTRIBUTE = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')""")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
UTF_16 = "a part in UTF-16"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
for prefix, space in (("r", KIND), ("vt", VALUES)):  # some readers know these by their usual prefix only
    etree.register_namespace(prefix, space)


class NotEditable(Exception):
    """This package is better left alone; the sender gets the same rows in a new workbook."""


# --- small parts ----------------------------------------------------------------------------


def parse(part: bytes) -> Element:
    """Return the root of a small part. Raises NotEditable."""
    if part.startswith(WIDE):
        raise NotEditable(UTF_16)
    if b"<!DOCTYPE" in part:  # entities could make much of little, and no program writes them
        raise NotEditable("a document type declaration")
    try:
        return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, strip_cdata=False))
    except (etree.XMLSyntaxError, ValueError, LookupError) as wrong:
        raise NotEditable(str(wrong)) from wrong


def serialized(root: Element) -> bytes:
    """Return the bytes of a small part."""
    made: bytes = etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)
    return made


def add(parent: Element, name: str, /, **attributes: object) -> Element:
    """Put a new element behind the parent's children, of its own namespace unless the name says another; gives it."""
    space = etree.QName(parent).namespace
    tag = f"{{{space}}}{name}" if space and not name.startswith("{") else name
    return etree.SubElement(parent, tag, {key: str(value) for key, value in attributes.items()})


def add_text(parent: Element, name: str, words: str) -> Element:
    """Put a new element with words behind the parent's children; their blanks are kept."""
    made = add(parent, name)
    made.set(SPACE, "preserve")
    made.text = clean(words)
    return made


def remove(element: Element) -> None:
    """Take an element out; the text that follows it stays."""
    before, parent = element.getprevious(), element.getparent()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def clean(words: str) -> str:
    """Return words as XML can hold them; what it cannot becomes a replacement mark."""
    return CONTROL.sub("\ufffd", words).replace("\r\n", "\n")


# --- large parts ----------------------------------------------------------------------------


@dataclass
class Tag:
    """One element by its offsets: `start` of its tag, `inside` behind the tag, `close` of the end tag."""

    name: str  # as written, with its prefix
    start: int
    inside: int
    close: int = 0


def walk(part: bytes, begin: Callable[[str, dict[str, str], int], None], end: Callable[[str, int], None]) -> None:
    """Call for every tag with the offset where it is written. Raises NotEditable for what cannot be edited bytewise."""
    if part.startswith(WIDE):
        raise NotEditable(UTF_16)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: begin(tag, attributes, parser.CurrentByteIndex)
    parser.EndElementHandler = lambda tag: end(tag, parser.CurrentByteIndex)
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, ValueError, LookupError) as wrong:
        raise NotEditable(str(wrong)) from wrong


def _refuse(*_: object) -> None:
    raise NotEditable("a document type declaration")


def tag_end(part: bytes, start: int) -> int:
    """Return where the tag that begins at `start` is over. Raises NotEditable."""
    found = TAG_END.match(part, start + 1)
    if part[start : start + 1] != b"<" or not found:
        raise NotEditable("offsets that do not fit the bytes")
    return found.end()


def closing(part: bytes, inside: int, at: int) -> tuple[int, int]:
    """Return the offsets of an end tag and of what follows it; `at` is where the parser saw the end."""
    if part[inside - 2 : inside] == b"/>":
        return inside, inside
    return at, part.index(b">", at) + 1


class Edits:
    """Changes to one part, made together at the end. Insertions at one place keep their order."""

    def __init__(self, part: bytes) -> None:
        self.part = part
        self._changes: list[tuple[int, int, bytes]] = []

    def put(self, at: int, markup: str, until: int | None = None) -> None:
        """Insert at an offset, or replace what lies between it and `until`."""
        self._changes.append((at, at if until is None else until, markup.encode("ascii")))

    def into(self, tag: Tag, markup: str) -> None:
        """Insert as the last thing of an element."""
        if self.is_empty(tag):
            self.put(tag.inside - 2, f">{markup}</{tag.name}>", tag.inside)
        else:
            self.put(tag.close, markup)

    def is_empty(self, tag: Tag) -> bool:
        """Tell whether an element is written as one tag."""
        return self.part[tag.inside - 2 : tag.inside] == b"/>"

    def tag(self, start: int, values: Mapping[str, str | None]) -> None:
        """Change attributes of the tag that begins at `start`; None takes one away."""
        head = self.part[start : tag_end(self.part, start)]
        self._changes.append((start, start + len(head), retagged(head, values)))

    def done(self) -> bytes:
        """Return the part with all changes made."""
        return b"".join(self._pieces())

    def _pieces(self) -> Iterator[bytes]:
        at = 0
        # at one place what is put in stands before what is replaced
        for start, until, markup in sorted(self._changes, key=lambda change: (change[0], change[1] > change[0])):
            yield self.part[at:start]
            yield markup
            at = until
        yield self.part[at:]


def retagged(head: bytes, values: Mapping[str, str | None]) -> bytes:
    """Return a start tag with some attributes set, changed or taken away; the others as written."""
    left = dict(values)

    def change(found: re.Match[bytes]) -> bytes:
        name = found[1].decode("ascii", "replace")
        if name not in left:
            return found[0]
        value = left.pop(name)
        return b"" if value is None else f' {name}="{value}"'.encode("ascii")

    changed = ATTRIBUTE.sub(change, head)
    more = "".join(f' {name}="{value}"' for name, value in left.items() if value is not None)
    cut = -2 if changed.endswith(b"/>") else -1
    return changed[:cut].rstrip() + more.encode("ascii") + changed[cut:]
