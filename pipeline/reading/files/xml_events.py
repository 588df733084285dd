"""XML in bounds: no document types, no deep or endless elements, no name spaces but the root's.

Text stands in it in pieces, with guides to reading, with letters spelled out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.parsers import expat

from pipeline.reading.files.package import TOO_BIG, UNREADABLE, Damaged

Attributes = Mapping[str, str]
Begin = Callable[[Attributes], None]
End = Callable[[str], None]

# a workbook's parts are some ten elements deep, and a cell holds 32,767 letters
MOST_DEPTH, MOST_TOKEN, MOST_TEXT = 64, 4 << 20, 4 << 20
CHUNK = 256 << 10
DECLARED = re.compile(rb"""\A(?:\xef\xbb\xbf)?<\?xml[^>]*?\bencoding=["']([\w.-]+)["']""")
CHINESE = frozenset({"gb2312", "gbk", "gb18030", "big5"})  # expat knows no letters of two bytes
UTF8 = "utf-8"

SPACE = "http://www.w3.org/XML/1998/namespace space"
XML_BLANKS = " \t\r\n"
SPELLED = re.compile(r"_x([0-9A-Fa-f]{4})_")
MOST_STRINGS = 4_000_000  # a part of millions of empty ones fills the memory


class Walk:
    """A walk through one part; a subclass names in `begins` and `ends` the elements it looks at.

    Elements of the root's name space go by their tag, others by space and tag. What ends an element is
    handed its own text. Raises Damaged.
    """

    def __init__(self) -> None:
        self.begins: dict[str, Begin] = {}
        self.ends: dict[str, End] = {}
        self._begins: dict[str, Begin] = {}
        self._ends: dict[str, End] = {}
        self._text: list[str] = []
        self._length = self._depth = 0

    def read(self, part: bytes) -> None:
        """Walk through the part once. Raises Damaged."""
        codec, part = _readable(part)
        parser = self._listening(codec)
        try:
            for at in range(0, len(part), CHUNK):
                parser.Parse(part[at : at + CHUNK], False)
                if at + CHUNK - parser.CurrentByteIndex > MOST_TOKEN:
                    raise Damaged(TOO_BIG, "one tag of an XML part")
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as wrong:
            raise Damaged(UNREADABLE, str(wrong)) from wrong
        finally:
            del self._parser  # it holds our methods as we hold it, and nobody looks for such rings here

    def _listening(self, codec: str | None) -> expat.XMLParserType:
        parser = self._parser = expat.ParserCreate(codec, " ")
        parser.buffer_text = True
        parser.StartElementHandler = self._root
        parser.EndElementHandler = self._ended
        parser.CharacterDataHandler = self._text_came
        parser.StartDoctypeDeclHandler = _refuse_type
        return parser

    def _root(self, name: str, attributes: Attributes) -> None:
        """The first element says which name space is the part's own."""
        space = name.rpartition(" ")[0]
        prefix = f"{space} " if space else ""
        self._begins = {tag if " " in tag else prefix + tag: begin for tag, begin in self.begins.items()}
        self._ends = {prefix + tag: end for tag, end in self.ends.items()}
        self._parser.StartElementHandler = self._started
        self._started(name, attributes)

    def _started(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise Damaged(UNREADABLE, "elements within elements")
        self._text.clear()
        self._length = 0
        begin = self._begins.get(name)
        if begin:
            begin(attributes)

    def _ended(self, name: str) -> None:
        self._depth -= 1
        end = self._ends.get(name)
        if end:
            end("".join(self._text))
            self._text.clear()

    def _text_came(self, text: str) -> None:
        self._length += len(text)
        if self._length > MOST_TEXT:
            raise Damaged(TOO_BIG, "text of one element")
        self._text.append(text)


def is_odd(part: bytes) -> bool:
    """Return whether a part is in another encoding than UTF-8, or has text that only a true XML reader finds."""
    declared = DECLARED.match(part)
    return (declared is not None and declared[1].lower() != b"utf-8") or b"\x00" in part[:64] or b"<!" in part


def _readable(part: bytes) -> tuple[str | None, bytes]:
    """The part and its codec, where expat must be told; Chinese ones are turned into UTF-8 first."""
    declared = DECLARED.match(part)
    codec = declared[1].decode("ascii").lower() if declared else ""
    if codec not in CHINESE:
        return None, part
    for tried in (UTF8, codec):  # some programs declare the one and write the other
        try:
            return UTF8, part.decode(tried).encode()
        except UnicodeDecodeError:
            continue
    raise Damaged(UNREADABLE, f"no {codec}")


def _refuse_type(*_: object) -> None:
    raise Damaged(UNREADABLE, "document type declaration")


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
