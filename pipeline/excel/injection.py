"""Text that a spreadsheet would take for a formula, and text that may not stand in a file's name."""

from __future__ import annotations

import re

# The wide twins too: where people write Chinese or Japanese, Excel takes them for the narrow ones.
SIGNS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
LONGEST = 60
FORBIDDEN = re.compile(r"[^\w\- ()\u4e00-\u9fff]+")


def begins_like_a_formula(text: str) -> bool:
    """Would a spreadsheet that opens a text file reckon with this cell?"""
    return text.lstrip("\ufeff \t\r\n\u00a0\u3000").startswith(SIGNS)


def file_word(text: str) -> str:
    """The text as a part of a file's name: letters, figures, blanks, hyphens and brackets; never a folder."""
    return FORBIDDEN.sub(".", text)[:LONGEST].strip(" .") or "_"
