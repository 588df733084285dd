"""Taking a workbook back, and putting it back in."""

from __future__ import annotations

from sqlalchemy import update

from pipeline.core.errors import CommandError
from pipeline.ledger.corrected import settle_corrected
from pipeline.ledger.received_files import Drop, drops_of
from pipeline.ledger.returned import crown_all
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import drops

SHORTEST_HASH = 8  # of hexadecimal digits, as `history` shows them


def undo(ledger: Ledger, named: str) -> Drop:
    """Take back the newest drop of that name or hash; earlier values return.

    Raises CommandError when nothing of that name counts.
    """
    return _turn(ledger, named, is_undone=True)


def redo(ledger: Ledger, named: str) -> Drop:
    """Put back a drop that was undone. Raises CommandError when there is none."""
    return _turn(ledger, named, is_undone=False)


def _turn(ledger: Ledger, named: str, *, is_undone: bool) -> Drop:
    drop = _named(ledger, named, is_undone=not is_undone)
    with ledger.writing() as connection:
        change = update(drops).where(drops.c.id == drop.id)
        connection.execute(change.values(is_undone=is_undone))
        crown_all(connection, drop.id)
        settle_corrected(connection)
    return drop


def _named(ledger: Ledger, named: str, *, is_undone: bool) -> Drop:
    matching = [
        drop
        for drop in drops_of(ledger)
        if drop.is_undone == is_undone
        and drop.state == "read"
        and (named in (drop.name, drop.name.rpartition("/")[2]) or _is_hash(drop, named))
    ]
    if not matching:
        raise CommandError(named, "nothing_undone" if is_undone else "nothing_counts", "see_history")
    return matching[-1]


def _is_hash(drop: Drop, named: str) -> bool:
    return len(named) >= SHORTEST_HASH and drop.sha256.startswith(named.lower())
