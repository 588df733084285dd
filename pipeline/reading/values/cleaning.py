"""Text as it was meant: invisible characters, escapes, full width and the many dashes."""

from __future__ import annotations

import re

from schemas.language import spellings

ESCAPE = re.compile(r"_x00([01][0-9A-Fa-f])_")
WRAPPED = re.compile(r'="(.*)"', re.DOTALL)
# full-width ASCII and the ideographic space; NFKC would also turn a circled 1 into 1
NARROW = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
DASHES = {ord(dash): "-" for dash in spellings.group("dash")}
BREAKS = "\n\r\v\f\x85\u2028\u2029"


def clean(text: str) -> str:
    """Without invisible characters, escapes, a typed apostrophe, CSV's ="…"; every break is a line feed."""
    # isprintable is false for every control, zero-width and space character but U+0020
    if not (text.isprintable() and "_x00" not in text):
        text = _visible(text)
    text = text.strip()
    if text[:1] in {"'", "="}:
        text = _unwrapped(text)
    return text


def narrow(text: str) -> str:
    """Full-width digits, letters and brackets as half-width: for ids, numbers and dates only."""
    return text if text.isascii() else text.translate(NARROW)


def one_dash(text: str) -> str:
    """Every kind of dash as the plain one (NFKC leaves three of them as they are)."""
    return text if text.isascii() else text.translate(DASHES)


def without_blanks(text: str) -> str:
    """All white space gone: an id broken over two lines is one id."""
    return "".join(text.split())


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
