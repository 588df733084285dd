"""XML edited in place: where elements lie in a part's bytes, and new bytes put between them.

Nothing is parsed into a model and written out again, so what we do not understand stays as it is.
What is put in is ASCII with character references, right in every encoding that begins with ASCII.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")  # UTF-16, with a mark or without
TAG_END = re.compile(rb"""(?:"[^"]*"|'[^']*'|[^"'>]++)*+>""")
ATTRIBUTE = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')""")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
MARKS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


class NotEditable(Exception):
    """This package is better left alone; the sender gets the same rows in a new workbook."""


@dataclass
class Node:
    """One element by its offsets: `start` of its tag, `inside` behind the tag, `close` of the end tag, `end`."""

    tag: str  # as written, with its prefix
    attributes: Mapping[str, str]
    start: int
    inside: int
    close: int = 0
    end: int = 0
    children: list[Node] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Without the prefix."""
        return self.tag.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """``x:`` where the part names its elements so, else empty."""
        return self.tag[: len(self.tag) - len(self.name)]

    @property
    def is_empty(self) -> bool:
        """Written as one tag."""
        return self.close == self.inside == self.end

    def child(self, name: str) -> Node | None:
        """The first child of that name."""
        return next((each for each in self.children if each.name == name), None)

    def all(self, name: str) -> list[Node]:
        """Children of that name, in order."""
        return [each for each in self.children if each.name == name]


def tree(part: bytes) -> Node:
    """All elements of a small part. Raises NotEditable."""
    stack: list[Node] = []
    roots: list[Node] = []

    def begin(tag: str, attributes: dict[str, str], at: int) -> None:
        node = Node(tag, attributes, at, tag_end(part, at))
        (stack[-1].children if stack else roots).append(node)
        stack.append(node)

    def end(_tag: str, at: int) -> None:
        node = stack.pop()
        node.close, node.end = closing(part, node.inside, at)

    walk(part, begin, end)
    return roots[0]


def walk(part: bytes, begin: Callable[[str, dict[str, str], int], None], end: Callable[[str, int], None]) -> None:
    """Every tag with the offset where it is written. Raises NotEditable for what cannot be edited bytewise."""
    if part.startswith(WIDE):
        raise NotEditable("a part in UTF-16")
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
    """Where the tag that begins at `start` is over. Raises NotEditable."""
    found = TAG_END.match(part, start + 1)
    if part[start : start + 1] != b"<" or not found:
        raise NotEditable("offsets that do not fit the bytes")
    return found.end()


def closing(part: bytes, inside: int, at: int) -> tuple[int, int]:
    """Offsets of an end tag and of what follows it; `at` is where the parser saw the end."""
    if part[inside - 2 : inside] == b"/>":
        return inside, inside
    return at, part.index(b">", at) + 1


def text(words: str) -> str:
    """Words as XML text or attribute, in ASCII; what XML cannot hold becomes a replacement mark."""
    plain = CONTROL.sub("\ufffd", words)
    marked = "".join(MARKS.get(each, each) for each in plain)
    return marked.replace("\r\n", "\n").replace("\n", "&#10;").encode("ascii", "xmlcharrefreplace").decode()


class Edits:
    """Changes to one part, made together at the end. Insertions at one place keep their order."""

    def __init__(self, part: bytes) -> None:
        self.part = part
        self._changes: list[tuple[int, int, int, bytes]] = []

    def put(self, at: int, markup: str, until: int | None = None) -> None:
        """Insert at an offset, or replace what lies between it and `until`."""
        self._changes.append((at, len(self._changes), at if until is None else until, markup.encode("ascii")))

    def into(self, node: Node, markup: str) -> None:
        """Insert as the last thing of an element."""
        if node.is_empty:
            self.put(node.inside - 2, f">{markup}</{node.tag}>", node.inside)
        else:
            self.put(node.close, markup)

    def tag(self, start: int, values: Mapping[str, str | None]) -> None:
        """Change attributes of the tag that begins at `start`; None takes one away."""
        head = self.part[start : tag_end(self.part, start)]
        self._changes.append((start, len(self._changes), start + len(head), retagged(head, values)))

    def done(self) -> bytes:
        """The part with all changes made."""
        return b"".join(self._pieces())

    def _pieces(self) -> Iterator[bytes]:
        at = 0
        # at one place what is put in stands before what is replaced
        for start, _, until, markup in sorted(self._changes, key=lambda each: (each[0], each[2] > each[0], each[1])):
            yield self.part[at:start]
            yield markup
            at = until
        yield self.part[at:]


def retagged(head: bytes, values: Mapping[str, str | None]) -> bytes:
    """A start tag with some attributes set, changed or taken away; the others as written."""
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
