"""Papers that were made out and declared void: an invoice, a receipt, a delivery note that counts for nothing."""

from __future__ import annotations

from pipeline.core.text import fold_word, simplified
from pipeline.reading.files.grid import Grid, Raw
from pipeline.reading.layout.fit import Fit
from pipeline.reading.layout.heading_names import fold_heading, spellings_of
from schemas.language import spellings

KINDS_OF_PAPERS = frozenset({"invoices", "receipts", "shipments"})
STATES = frozenset({"sign", "kind", "remark"})  # known columns in which such a word may stand


def find_void_rows(grid: Grid, fit: Fit, kept: list[int]) -> set[int]:
    """Return the positions of rows that say that they are void, in a column for it or in a state of theirs."""
    if fit.kind not in KINDS_OF_PAPERS:
        return set()
    asked = [at for at, text in fit.headings.items() if asks_whether_void(text)]
    named = {at for name in STATES for at in fit.columns.get(name, ())}
    states = [at for at in fit.headings if at in named or at not in fit.explained]
    return {
        at
        for at in kept
        if any(says_void(grid.rows[at][place]) for place in states)
        or any(_is_yes(grid.rows[at][place]) for place in asked)
    }


def asks_whether_void(heading: str) -> bool:
    """Return whether a column says yes or no of being void."""
    return fold_heading(heading) in spellings_of("reading.void_heading")


def says_void(cell: Raw) -> bool:
    """Return whether a cell says that its row is void, and nothing else."""
    return type(cell) is str and fold_word(cell) in spellings_of("reading.void")


def _is_yes(cell: Raw) -> bool:
    return type(cell) is str and simplified(cell).strip().upper() in spellings.group("bool.yes")
