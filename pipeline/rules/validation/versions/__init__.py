"""A workbook dropped again is its next version: which of its rows is which row of the version before.

In go the rows tonight's files hold and those their workbooks held before; out come pairs, one to one, the keys and
numbers that rows keep by them, and the pairs somebody is asked about.
"""

from pipeline.rules.validation.versions.clashes import find_clashes
from pipeline.rules.validation.versions.replaced import (
    Replaced,
    Versions,
    find_replaced,
    keep_keys,
    numbers_passed,
    settle,
    settle_questions,
)

__all__ = [
    "Replaced",
    "Versions",
    "find_clashes",
    "find_replaced",
    "keep_keys",
    "numbers_passed",
    "settle",
    "settle_questions",
]
