"""Taking a workbook back, and putting it back in."""

from __future__ import annotations

from sqlalchemy import update

from pipeline.core.errors import CommandError
from pipeline.ledger.corrected import settle_corrected
from pipeline.ledger.received_files import ReceivedFile, list_received
from pipeline.ledger.returned import set_heads
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import received_files

SHORTEST_HASH = 8  # of hexadecimal digits, as `history` shows them


def take_back(ledger: Ledger, named: str) -> ReceivedFile:
    """Take back the newest received file of that name or hash; earlier values return.

    Raises CommandError when nothing of that name counts.
    """
    return _turn(ledger, named, is_undone=True)


def put_back(ledger: Ledger, named: str) -> ReceivedFile:
    """Put back a received file that was undone. Raises CommandError when there is none."""
    return _turn(ledger, named, is_undone=False)


def _turn(ledger: Ledger, named: str, *, is_undone: bool) -> ReceivedFile:
    received = _named(ledger, named, is_undone=not is_undone)
    with ledger.writing() as connection:
        change = update(received_files).where(received_files.c.id == received.id)
        connection.execute(change.values(is_undone=is_undone))
        set_heads(connection, received.id)
        settle_corrected(connection)
    return received


def _named(ledger: Ledger, named: str, *, is_undone: bool) -> ReceivedFile:
    matching = [
        received
        for received in list_received(ledger)
        if received.is_undone == is_undone
        and received.state == "read"
        and (named in (received.name, received.name.rpartition("/")[2]) or _is_hash(received, named))
    ]
    if not matching:
        raise CommandError(named, "nothing_undone" if is_undone else "nothing_counts", "see_history")
    return matching[-1]


def _is_hash(received: ReceivedFile, named: str) -> bool:
    return len(named) >= SHORTEST_HASH and received.sha256.startswith(named.lower())
