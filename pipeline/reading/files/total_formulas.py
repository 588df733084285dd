"""Formulas that show their cell to be a total: it adds up cells of its own column."""

from __future__ import annotations

import re

from pipeline.excel.names import column_of

CALLED = re.compile(r"\s*(?:SUM|SUBTOTAL|AGGREGATE)\(([^()]*)\)\s*", re.IGNORECASE)
KIND_OF_TOTAL = re.compile(r"\s*\d{1,3}\s*")  # the first of what SUBTOTAL is given: 9 and 109 are sums
CELLS = re.compile(r"\s*\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?\s*", re.IGNORECASE)
WHOLE_COLUMN = re.compile(
    r"\s*[^\s,:!\[\]]*\[\[?[^\[\]@#]+\]?\]\s*"
)  # of a table that Excel keeps as one: Sales[Amount]


def adds_up(formula: str, column: int) -> bool:
    """Return whether a formula, without its equals sign, adds up cells of the column (from 1) in which it stands.

    >>> adds_up("SUM(C2:C9)", 3), adds_up("SUM(A2:C2)", 4), adds_up("SUBTOTAL(9,C2:C5,C7)", 3)
    (True, False, True)
    """
    called = CALLED.fullmatch(formula)
    if not called:
        return False
    ranges = [part for part in called[1].split(",") if not KIND_OF_TOTAL.fullmatch(part)]
    return bool(ranges) and all(_is_above(part, column) for part in ranges)


def _is_above(text: str, column: int) -> bool:
    if WHOLE_COLUMN.fullmatch(text):
        return True
    found = CELLS.fullmatch(text)
    return found is not None and all(column_of(name.upper()) + 1 == column for name in (found[1], found[3]) if name)
