"""The way back: a sender's own workbook with its bad cells marked, and what comes of it when dropped again.

The package of a workbook is never loaded and saved, because that loses what the library does not
know (charts, pictures, buttons, macros). Bytes are put into the few parts that must change;
every other part stays as it was.
"""

from pipeline.feedback.returned_copies.hand_back import write_returned_copies
from pipeline.feedback.returned_copies.origin import (
    Origin,
    effect_of_copy,
    find_origins,
    origin_named,
    origin_of,
    outdated_findings,
    without_ours,
)

__all__ = [
    "Origin",
    "effect_of_copy",
    "find_origins",
    "origin_named",
    "origin_of",
    "outdated_findings",
    "without_ours",
    "write_returned_copies",
]
