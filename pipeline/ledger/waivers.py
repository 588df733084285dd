"""What a waiver was granted for: the value that stood there when it first applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, func, insert, select

from pipeline.ledger.tables import facts, received_files
from pipeline.ledger.tables import waived as table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.ledger.night import Night
    from pipeline.ledger.store import Ledger

Grant = tuple[int, str]  # version of the waiver, finding


def grants(ledger: Ledger) -> dict[Grant, str]:
    """Return the value a waiver was granted for, by version of the waiver and finding."""
    with ledger.reading() as connection:
        return {(row.seq, row.finding_id): row.raw for row in connection.execute(select(table))}


def keep_grants(connection: Connection, night_id: int, granted: Mapping[Grant, str]) -> None:
    """Remember what was granted on a night, in place of what an earlier run of it granted."""
    connection.execute(delete(table).where(table.c.night_id == night_id))
    known = {(row.seq, row.finding_id) for row in connection.execute(select(table))}
    fresh = [
        {"seq": seq, "finding_id": finding_id, "raw": raw, "night_id": night_id}
        for (seq, finding_id), raw in sorted(granted.items())
        if (seq, finding_id) not in known
    ]
    if fresh:
        connection.execute(insert(table), fresh)


def first_version(ledger: Ledger, night: Night) -> int | None:
    """Return the first version that came on a night; none when nothing did."""
    came = (
        select(func.min(facts.c.seq))
        .join(received_files, received_files.c.id == facts.c.file_id)
        .where(received_files.c.night_id == night.id)
    )
    with ledger.reading() as connection:
        return connection.execute(came).scalar()
