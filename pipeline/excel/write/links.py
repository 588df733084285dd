"""Cells that open a file lying beside the workbook.

A formula, not a link of the sheet's: it moves with its row when staff sort, and its path keeps the slashes that every
program reads. What stands in it is a text within quotes, never more.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

LONGEST = 255  # a text within a formula
SPLITS = frozenset("#%")  # read as a place within the file, or as a letter's code


def is_link(path: str, text: str) -> bool:
    """A formula can hold both, and every program reads the path alike."""
    return len(_doubled(path)) <= LONGEST >= len(_doubled(text)) and SPLITS.isdisjoint(path) and "\n" not in text


def opened(path: str, text: str) -> str:
    """The rest of a cell that shows `text` and opens `path`, from its type on."""
    formula = f'HYPERLINK("{_doubled(path)}","{_doubled(text)}")'
    return f' t="str"><f>{escape(formula)}</f><v>{escape(text)}</v></c>'


def _doubled(text: str) -> str:
    return text.replace('"', '""')
