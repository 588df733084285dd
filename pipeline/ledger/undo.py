"""Taking a workbook back, or all of a night, and putting a workbook back in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from pipeline.core.errors import CommandError
from pipeline.ledger.corrected import STATE as CORRECTED
from pipeline.ledger.corrected import settle_corrected
from pipeline.ledger.heads import set_heads
from pipeline.ledger.night import all_nights, reopen
from pipeline.ledger.received_files import ReceivedFile, counting_files, list_received
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import numbers, received_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.ledger.night import Night

SHORTEST_HASH = 8  # of hexadecimal digits, as `history` shows them
SHORT = 12
WITHDRAWN = "withdrawn"  # state of received files of a night that was taken back: their bytes come in again


def take_back(ledger: Ledger, named: str) -> ReceivedFile:
    """Take back the received file of that name or hash; earlier values return.

    Raises CommandError when nothing of that name counts, or several workbooks do.
    """
    return _turn(ledger, named, is_undone=True)


def put_back(ledger: Ledger, named: str) -> ReceivedFile:
    """Put back a received file that was undone. Raises CommandError when there is none, or several."""
    return _turn(ledger, named, is_undone=False)


def take_back_night(ledger: Ledger, night: Night) -> None:
    """Take back all that the newest night received, and let the night stand open; numbers it gave are free again."""
    mine = (received_files.c.night_id == night.id) & (received_files.c.state != CORRECTED)
    with ledger.writing() as connection:
        ids = connection.execute(select(received_files.c.id).where(mine).order_by(received_files.c.id)).scalars().all()
        connection.execute(update(received_files).where(mine).values(is_undone=True, state=WITHDRAWN))
        for file_id in ids:
            set_heads(connection, file_id)
            connection.execute(delete(numbers).where(numbers.c.file_id == file_id))
        settle_corrected(connection)
        reopen(connection, night)


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
    counting = {received.id for received in counting_files(ledger)}
    asked = [received for received in matching if is_undone or received.id in counting]
    if len({received.sha256 for received in asked}) > 1:
        raise CommandError(named, "several_files", "give_hash", files=_listed(ledger, asked, is_undone=is_undone))
    return (asked or matching)[-1]


def _listed(ledger: Ledger, asked: Sequence[ReceivedFile], *, is_undone: bool) -> str:
    """Return the command for each, with its name, its night and how many rows it has."""
    nights = {night.id: f"{night.as_of:%Y-%m-%d %H:%M}" for night in all_nights(ledger)}
    command = "redo" if is_undone else "undo"
    rows = [sum(sheet["accepted"] + sheet["held"] for sheet in one.sheets) for one in asked]
    return "; ".join(
        f"nightdesk {command} {one.sha256[:SHORT]} ({one.name}, {nights[one.night_id]}, {count})"
        for one, count in zip(asked, rows, strict=True)
    )


def _is_hash(received: ReceivedFile, named: str) -> bool:
    return len(named) >= SHORTEST_HASH and received.sha256.startswith(named.lower())
