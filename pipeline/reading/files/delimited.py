"""Text files: which encoding by proof, never by likeness; which separator by counting.

Statistical guessers are wrong on short Chinese text (6 of 13 samples), so the ladder is:
mark, UTF-16 by its empty bytes, strict UTF-8 over the whole file, strict GB18030 if enough
of its characters are everyday ones.
"""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from functools import cache
from io import StringIO
from typing import TYPE_CHECKING

from pipeline.reading.files.grid import Grid, Raw, fill_grid
from pipeline.reading.files.guard import HEAD, utf16_order
from pipeline.reading.files.package import UNREADABLE, Damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

# UTF-32 before UTF-16: its mark begins with the other's
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
LEAST_EVERYDAY = 0.35  # simplified text has 0.8 and more, Big5 taken for GB18030 0.2
HANZI_FIRST, HANZI_LAST = "\u4e00", "\u9fff"
NOBODYS_FIRST, NOBODYS_LAST = "\ue000", "\uf8ff"
SEPARATORS = ",\t;|"
SAMPLE_LINES, SAMPLE_CHARS = 30, 400_000  # enough to count separators, however long the file
DECLARED = "sep="
csv.field_size_limit(1 << 20)


def open_text(content: bytes, name: str) -> Grid:
    """Return the one sheet of a text file. Raises Damaged when no encoding can be proved."""
    text = decode(content)
    if text[: len(DECLARED)].lower() == DECLARED:
        first, _, text = text.partition("\n")
        separator = first[len(DECLARED) :].strip("\r") or ","
    else:
        separator = _separator(text)
    grid = Grid(name)
    fill_grid(grid, _rows(text, separator[0]))
    return grid


def decode(content: bytes) -> str:
    """Return the text of a file in whatever encoding. Raises Damaged, saying at which byte GB18030 fails."""
    for mark, codec in MARKS:
        if content.startswith(mark):
            return _strictly(content[len(mark) :], codec)
    if codec := utf16_order(content[:HEAD]):
        return _strictly(content, codec)
    try:
        return content.decode()
    except UnicodeDecodeError:
        pass
    text = _strictly(content, "gb18030")
    if not _is_everyday(text):
        raise Damaged(UNREADABLE, "encoding: neither UTF-8 nor GB18030")
    return text


def _strictly(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as wrong:
        raise Damaged(UNREADABLE, f"encoding: not {codec} at byte {wrong.start}") from wrong


def _is_everyday(text: str) -> bool:
    counted = Counter(text)
    # where GB 18030 has no character of its own, another encoding was read as it
    if any(NOBODYS_FIRST <= char <= NOBODYS_LAST for char in counted):
        return False
    hanzi = {char: count for char, count in counted.items() if HANZI_FIRST <= char <= HANZI_LAST}
    everyday = sum(count for char, count in hanzi.items() if char in _level_one())
    return bool(hanzi) and everyday >= LEAST_EVERYDAY * sum(hanzi.values())


@cache
def _level_one() -> frozenset[str]:
    """The 3,755 everyday characters of GB 2312, rows 16 to 55."""
    pairs = bytes(byte for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF) for byte in (high, low))
    return frozenset(pairs.decode("gb2312", "ignore"))


def _separator(text: str) -> str:
    lines = [line for line in text[:SAMPLE_CHARS].splitlines() if line.strip()][:SAMPLE_LINES]
    return max(SEPARATORS, key=lambda sign: sum(_outside_quotes(line).count(sign) for line in lines))


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _rows(text: str, separator: str) -> Iterator[list[Raw]]:
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=separator):
            yield list(row)
    except csv.Error as wrong:
        raise Damaged(UNREADABLE, f"text: {wrong}") from wrong
