"""Archived files that had rotted and were restored, because the same bytes came again."""

# stands alone: a table of the ledger has a module of its own
from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, insert, inspect, select

from pipeline.ledger.night import Night
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import healed as table


@dataclass(frozen=True)
class HealedFile:
    """A file of the archive, as it was called when its bytes came again, and the night on which they did."""

    night_id: int
    sha256: str
    name: str


def note_healed(ledger: Ledger, night: Night, sha256: str, name: str) -> None:
    """Remember that what stands under this hash is restored on this night."""
    mine = {"night_id": night.id, "sha256": sha256}
    with ledger.writing() as connection:
        connection.execute(delete(table).where(table.c.night_id == night.id, table.c.sha256 == sha256))
        connection.execute(insert(table).values(**mine, name=name))


def healed_files(ledger: Ledger) -> list[HealedFile]:
    """Return all that were ever healed, in order; none where a ledger of before has no such table yet."""
    with ledger.reading() as connection:
        if not inspect(connection).has_table(table.name):
            return []
        rows = connection.execute(select(table).order_by(table.c.night_id, table.c.name, table.c.sha256))
        return [HealedFile(row.night_id, row.sha256, row.name) for row in rows]
