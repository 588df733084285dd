"""Text in the one form in which it is read or compared, whatever way people write it.

From least to most: `narrow` and `one_dash` change letters one for one, `clean_cell` takes out what
nobody sees, `normalize` is Unicode's compatibility form, `without_blanks` drops white space, and
`fold` is how two texts are compared, `fold_number` two numbers. `simplified` is for words that are
looked up: `fold_word` is how a whole text is, in whichever characters it is written. What only days,
figures, choices or headings need on top stands with their readers: `fold_day`, `fold_figure`,
`fold_choice`, `fold_heading`.
Light: the child process that reads files imports this, so no frames here.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from schemas.language import spellings

if TYPE_CHECKING:
    from opencc import OpenCC

# what a workbook writes for the control characters that XML has not
ESCAPE = re.compile(r"_x00([01][0-9A-Fa-f])_")
WRAPPED = re.compile(r'="(.*)"', re.DOTALL)
# full-width ASCII and the ideographic space; NFKC would also turn a circled 1 into 1
NARROW = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
DASHES = {ord(dash): "-" for dash in spellings.group("dash")}
ASCII = 0x80
# characters of GB 2312 that are the traditional form of another one as well, as words of several characters have them
ALSO_TRADITIONAL = re.compile(spellings.pattern("script.both"))
BREAKS = "\n\r\v\f\x85\u2028\u2029"


def clean_cell(text: str) -> str:
    """Return a cell's text without what nobody sees: controls, zero widths, escapes, CSV's ="…", a typed apostrophe.

    Every kind of line break becomes a line feed.
    """
    # isprintable is false for every control, zero-width and space character but U+0020
    if not (text.isprintable() and "_x00" not in text):
        text = _visible(text)
    text = text.strip()
    if text[:1] in {"'", "="}:
        text = _unwrapped(text)
    return text


def narrow(text: str) -> str:
    """Return full-width digits, letters and brackets as half-width ones; the length stays."""
    return text if text.isascii() else text.translate(NARROW)


def one_dash(text: str) -> str:
    """Return every kind of dash as the plain one (NFKC leaves three of them as they are)."""
    return text if text.isascii() else text.translate(DASHES)


def normalize(text: str) -> str:
    """Return Unicode's compatibility form (NFKC): also circled digits, ligatures and units of one letter."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


@lru_cache(maxsize=8192)  # headings and choices come again
def simplified(text: str) -> str:
    """Return a text in simplified characters, for words that are looked up; names and numbers stay as written."""
    if _is_simplified(text):
        return text
    try:
        return str(_simplifier().convert(text))
    except UnicodeEncodeError:  # half a character
        return text


def simplified_each(texts: Sequence[str]) -> list[str]:
    """Return many texts in simplified characters, looked at as one: most sheets have no others."""
    return list(texts) if _is_simplified("".join(texts)) else list(map(simplified, texts))


def cut_words(words: re.Pattern[str], text: str, most: int = 0, by: str = "") -> str:
    """Return a text without the words that a pattern finds, in whichever characters; the rest stays as written.

    `most`: how many of them, all where none is given; `by`: what stands in their place.
    """
    plain = simplified(text)
    if len(plain) != len(text):  # a letter that has no counterpart of one letter
        return words.sub(by, text, count=most)
    left, end = "", 0
    for found in islice(words.finditer(plain), most or None):
        left, end = left + text[end : found.start()] + by, found.end()
    return left + text[end:]


def _is_simplified(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode("gb2312")  # the simplified ones, but for a few; only what has others is worth a dictionary
    except UnicodeEncodeError:
        return False
    return ALSO_TRADITIONAL.search(text) is None


@cache
def _simplifier() -> OpenCC:
    from opencc import OpenCC  # a tenth of a second, which few workbooks need

    return OpenCC("t2s")


def without_blanks(text: str) -> str:
    """Return the text without any white space; width and case stay."""
    return "".join(text.split())


@lru_cache(maxsize=65_536)  # codes, models and addresses come again on thousands of rows
def fold(text: str) -> str:
    """Return a text as it is compared: compatibility form, no case, no white space."""
    return without_blanks(normalize(text).casefold())


@lru_cache(maxsize=8192)
def fold_word(text: str) -> str:
    """Return a text as it is looked up among words of ours: folded, in simplified characters."""
    return simplified(fold(text))


def fold_number(number: str) -> str:
    """Return a number of an order, complaint or paper as it is compared: half width, one kind of dash, no case."""
    return one_dash(normalize(number)).casefold().strip()


def names_something(text: str) -> bool:
    """Return whether a text says where a paper is: a name, number, path or day, and not only that there is one."""
    bare = fold_word(text)
    for word in sorted(map(fold, spellings.group("archive.word")), key=len, reverse=True):
        bare = bare.replace(word, "")
    return any(sign.isalnum() for sign in bare)


def readable_name(name: str) -> str:
    """Return a file's name as text that can be shown and stored; other bytes than UTF-8 are read as GB 18030.

    Names unpacked from an old zip or laid by an old FTP server are such. What is neither, and every control
    character, stands as % and its code, so that different names stay different.
    """
    if name.isprintable():
        return name
    raw = os.fsencode(name)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError:
            text = "".join(chr(byte) if byte < ASCII else f"%{byte:02X}" for byte in raw)
    return "".join(
        char if char.isprintable() or (char.isspace() and char >= " ") else f"%{ord(char):02X}" for char in text
    )


def _visible(text: str) -> str:
    text = ESCAPE.sub(lambda found: chr(int(found[1], 16)), text).replace("\r\n", "\n")
    if text.isprintable():
        return text
    lines = "".join(_shown(char) for char in text).split("\n")
    return "\n".join(bare for line in lines if (bare := line.strip()))


def _shown(char: str) -> str:
    if char.isprintable():
        return char
    if char in BREAKS:
        return "\n"
    # what is left is a space of some kind, a control character, or has no width at all
    return " " if char.isspace() else ""


def _unwrapped(text: str) -> str:
    if wrapped := WRAPPED.fullmatch(text):
        return wrapped[1].replace('""', '"').strip()
    return text[1:].strip() if text[0] == "'" and len(text) > 1 and "'" not in text[1:] else text
