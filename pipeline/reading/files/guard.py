"""What a file really is, and whether it may be opened at all.

Content decides, never the extension: PK is a package, D0CF11E0 a compound file, the rest text
or nothing we read. Safe to call outside the child process: only the directory, the checksums
and the first bytes of parts are looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pipeline.reading.files.package import BROKEN, ENCRYPTED, TOO_BIG, UNREADABLE, Damaged, Package, Unpacked

WRONG_TYPE, EMPTY, FAKE_TYPE = "FILE-004", "FILE-012", "FILE-013"

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlt", ".xlsb", ".ods", ".et", ".ett"})
TEXTS = frozenset({".csv", ".tsv", ".txt"})
MOST_BYTES, MOST_TEXT, MOST_MARKUP = 256 << 20, 64 << 20, 24 << 20  # markup is held as a tree, text as rows
HEAD = 8192

ZIP, EMPTY_ZIP, COMPOUND = b"PK\x03\x04", b"PK\x05\x06", bytes.fromhex("D0CF11E0A1B11AE1")
MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|table|meta|style|div|\?xml|!--|ss:)", re.IGNORECASE
)
PAGE = re.compile(rb"<(?:html|table|body|tr)\b", re.IGNORECASE)
XML_BOOK = b"urn:schemas-microsoft-com:office:spreadsheet"
SEPARATORS = (b"\t", b",", b";", b"|")  # a text without any is no table
UTF16 = (b"\xff\xfe", b"\xfe\xff")
ODS = b"opendocument.spreadsheet"
SECTOR_NAME = 128  # entries of a compound file's directory lie at multiples of this


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file was sniffed as (xlsx xlsb ods xls text page xml, or nothing), and the rule that keeps it out."""

    kind: str = ""
    rule: str = ""
    why: str = ""  # for the operator's eyes, in English


def inspect(path: Path, name: str = "", kept: Unpacked | None = None) -> Inspection:
    """Return what a file really is, before it is read. `name`: what it was called, when `path` is a copy.

    `kept` takes the sheets that had to be unpacked, for whoever reads them next.

    Raises OSError when it cannot be opened (locked, gone).
    """
    suffix = Path(name or path.name).suffix.lower()
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(0)
        head = stream.read(HEAD)
        if not head.strip(b"\xef\xbb\xbf \t\r\n"):
            return Inspection(rule=EMPTY)
        if size > MOST_BYTES:
            return Inspection(rule=TOO_BIG, why=f"{size} bytes")
        try:
            return _sniffed(stream, head, (suffix, size), kept)
        except Damaged as wrong:
            return Inspection(rule=wrong.rule, why=wrong.why)


def _sniffed(stream: IO[bytes], head: bytes, about: tuple[str, int], kept: Unpacked | None) -> Inspection:
    suffix, size = about
    if head.startswith((ZIP, EMPTY_ZIP)):
        return _package(stream, suffix, kept)
    if head.startswith(COMPOUND):
        stream.seek(0)
        return _compound(stream.read(), suffix)
    text = head.decode("utf-16", "ignore").encode() if head.startswith(UTF16) else head
    if MARKUP.match(text):
        return _markup(text, suffix, size)
    if looks_like_text(head):
        return _text(text, suffix, size)
    return _noise(head, suffix)


def looks_like_text(head: bytes) -> bool:
    """Return whether there are no control characters but those of text, or it is UTF-16."""
    if head.startswith(UTF16):
        return True
    if b"\x00" in head:
        return bool(utf16_order(head))
    return not re.search(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]", head)


def utf16_order(head: bytes) -> str:
    """Return the codec of UTF-16 text without a mark: separators and digits leave every other byte empty."""
    even, odd = head[0:HEAD:2].count(0), head[1:HEAD:2].count(0)
    half = len(head) // 2 or 1
    enough = max(half // 8, 3)
    if odd > enough and even <= odd // 20:
        return "utf-16-le"
    return "utf-16-be" if even > enough and odd <= even // 20 else ""


def _package(stream: IO[bytes], suffix: str, kept: Unpacked | None) -> Inspection:
    package = Package(stream, kept)
    kind = _package_kind(package)
    if not kind:
        return Inspection(rule=FAKE_TYPE if suffix in WORKBOOKS and package.names else WRONG_TYPE, why="not a workbook")
    package.check_parts()
    if kind == "ods" and b"encryption-data" in package.read("META-INF/manifest.xml"):
        return Inspection(rule=ENCRYPTED)
    return Inspection(kind)


def _package_kind(package: Package) -> str:
    names = package.names
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "[content_types].xml" in names and any(name.startswith(("xl/", "workbook.xml")) for name in names):
        return "xlsx"
    if ODS in package.read("mimetype") or (ODS in package.read("META-INF/manifest.xml")):
        return "ods"
    return ""


def _compound(content: bytes, suffix: str) -> Inspection:
    if _has_stream(content, "EncryptedPackage"):
        return Inspection(rule=ENCRYPTED)
    if _has_stream(content, "Workbook") or _has_stream(content, "Book"):
        return Inspection("xls")
    # the directory lies anywhere in the file, so a cut one may have lost it
    return Inspection(rule=BROKEN if suffix in WORKBOOKS else WRONG_TYPE, why="compound file without a workbook")


def _has_stream(content: bytes, name: str) -> bool:
    sought = name.encode("utf-16-le") + b"\x00\x00"
    at = content.find(sought)
    while at >= 0:
        if at % SECTOR_NAME == 0:
            return True
        at = content.find(sought, at + 1)
    return False


def _markup(head: bytes, suffix: str, size: int) -> Inspection:
    if suffix not in WORKBOOKS | TEXTS:
        return Inspection(rule=WRONG_TYPE, why="markup")
    if size > MOST_MARKUP:
        return Inspection(rule=TOO_BIG, why=f"{size} bytes of markup")
    if XML_BOOK in head:
        return Inspection("xml")
    is_page = b"<?xml" not in head or PAGE.search(head)
    return Inspection("page") if is_page else Inspection(rule=FAKE_TYPE, why="markup")


def _text(head: bytes, suffix: str, size: int) -> Inspection:
    if suffix in WORKBOOKS and not any(mark in head for mark in SEPARATORS):
        return Inspection(rule=FAKE_TYPE, why="text")
    if suffix not in WORKBOOKS | TEXTS:
        return Inspection(rule=WRONG_TYPE)
    return Inspection(rule=TOO_BIG, why=f"{size} bytes of text") if size > MOST_TEXT else Inspection("text")


def _noise(head: bytes, suffix: str) -> Inspection:
    if suffix not in WORKBOOKS | TEXTS:
        return Inspection(rule=WRONG_TYPE)
    if not head.strip(b"\x00"):
        return Inspection(rule=BROKEN, why="only zeros so far")  # room was made, the bytes are still to come
    return Inspection(rule=UNREADABLE, why="neither a workbook nor text")
