"""A bank's own list of an account: what was paid out is no receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.reading.files.grid import BLANK
from pipeline.reading.layout.heading_text import fold_heading, spelled
from pipeline.reading.values.amounts import parse_money
from schemas.incoming.receipts import Receipts

if TYPE_CHECKING:
    from pipeline.reading.files.grid import Grid, Raw
    from pipeline.reading.layout.headings import Fit
    from pipeline.reading.layout.rows import Sorted

OUTGOING = "ignored.outgoing"


def leave_out(grid: Grid, fit: Fit, sorted_: Sorted) -> None:
    """Rows with a sum in the column of what went out, and none in that of what came in, are no data."""
    if fit.kind != Receipts.name:
        return
    debits = [at for at, text in fit.headings.items() if fold_heading(text) in _debit()]
    if not debits:
        return
    paid = {at for at in sorted_.kept if _is_paid_out(grid.rows[at], debits, fit.columns["amount_fen"][0])}
    sorted_.kept = [at for at in sorted_.kept if at not in paid]
    sorted_.ignored = sorted([*sorted_.ignored, *((grid.numbers[at], OUTGOING) for at in paid)])


def _is_paid_out(row: list[Raw], debits: list[int], credit: int) -> bool:
    return not _sum(row[credit]) and any(_sum(row[at]) for at in debits)


def _sum(cell: Raw) -> object:
    """Fen; what cannot be read counts as a sum, for its finding to be told."""
    found = parse_money(cell) if cell != BLANK else None
    return found and (found.value or found.unknown)


def _debit() -> frozenset[str]:
    return frozenset(fold_heading(text) for text in spelled("reading.debit"))
